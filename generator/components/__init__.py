"""Building blocks: each a typed function that returns a frozen value with resources and grants.

A component takes a Scope and plain values, never an environment. It decides nothing insecure: what a
service does not say is encrypted, private, logged, tagged and, where the scope says so, retained.
"""
