"""The embedded AWS: a whole deployment on this machine, without an account, Docker or credentials.

``engine`` starts, finds and stops it; ``guard`` is its process; ``gaps`` lists what it does not do; ``urls``
says how to call the APIs on it.
"""

from generator.local.engine import Engine, current, down, follow, logs, running, up
from generator.local.gaps import Gap, gaps, lines
from generator.local.process import identity
from generator.local.urls import Api, Read, apis, reads

__all__ = [
    "Api",
    "Engine",
    "Gap",
    "Read",
    "apis",
    "current",
    "down",
    "follow",
    "gaps",
    "identity",
    "lines",
    "logs",
    "reads",
    "running",
    "up",
]
