"""One system a file: what it is made of, from top to bottom.

Every module here has ``build(target) -> Stack | None``; None where the system has no stack in that region.
They are found, not registered: a new file is a new stack.
"""
