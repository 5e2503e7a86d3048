"""Environment files: what they say, and how they are read.

PyYAML and everything that only errors need are imported when they are used.
"""

from generator.config.load import ENVIRONMENTS, load_environments, select, targets
from generator.config.model import Alarms, Domain, Environment, Target
from generator.config.regions import REGIONS
from generator.config.sizes import ApiSettings, CacheSettings, FunctionSize, Throttle, WorkerSettings

__all__ = [
    "ENVIRONMENTS",
    "REGIONS",
    "Alarms",
    "ApiSettings",
    "CacheSettings",
    "Domain",
    "Environment",
    "FunctionSize",
    "Target",
    "Throttle",
    "WorkerSettings",
    "load_environments",
    "select",
    "targets",
]
