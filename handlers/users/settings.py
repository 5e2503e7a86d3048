"""What may be changed without a deployment: a parameter in Parameter Store, kept for a minute."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from handlers.common.cached import Cached

MAX_AGE_S = 60


@dataclass(frozen=True, kw_only=True)
class Settings:
    """table_name, status_index: where users are. deleted_retention_days: how long a deleted one is kept."""

    table_name: str
    status_index: str
    deleted_retention_days: int


ReadSettings = Callable[[], Settings]


def settings_from(
    client: Any, parameter: str, *, monotonic: Callable[[], float] = time.monotonic
) -> ReadSettings:
    """Return a function that gives the settings of a parameter, at most a minute old."""

    def read() -> Settings:
        return parse(client.get_parameter(Name=parameter)["Parameter"]["Value"])

    return Cached(read, max_age_s=MAX_AGE_S, monotonic=monotonic).value


def parse(text: str) -> Settings:
    """Return the settings in a JSON object; members that this release does not know are left out.

    Raises:
        ValueError: a member is missing or of another type.
    """
    try:
        members = json.loads(text)
        known = {field.name: members[field.name] for field in fields(Settings)}
    except (ValueError, TypeError, LookupError):
        known = {}
    wrong = [field.name for field in fields(Settings) if type(known.get(field.name)) is not field.type]
    if wrong or known["deleted_retention_days"] < 1:
        raise ValueError(
            "the parameter is not a JSON object with the texts 'table_name' and 'status_index' "
            "and 'deleted_retention_days', a whole number above 0"
        )
    return Settings(**known)
