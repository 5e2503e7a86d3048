"""Environment files: what they say, and how they are read.

PyYAML and everything that only errors need are imported when they are used.
"""

from generator.config.load import ENVIRONMENTS, load_environments, select, targets
from generator.config.model import (
    Alarms,
    ApiSettings,
    Domain,
    Environment,
    Target,
    Throttle,
    WorkerSettings,
)
from generator.config.regions import REGIONS

__all__ = [
    "ENVIRONMENTS",
    "REGIONS",
    "Alarms",
    "ApiSettings",
    "Domain",
    "Environment",
    "Target",
    "Throttle",
    "WorkerSettings",
    "load_environments",
    "select",
    "targets",
]
