"""Deploys committed templates: reads JSON, asks CloudFormation, follows it to its end.

``template`` reads what was committed, ``order`` sorts it, ``plan`` decides purely from a stack's status,
``run`` acts on one stack and ``environment`` on several. ``cloud`` says what is asked of AWS; ``aws`` asks.
"""
