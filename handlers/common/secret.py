"""A key kept in Secrets Manager, of which a rotation leaves the version before in use."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from handlers.common.cached import Cached
from handlers.common.dynamodb import error_codes


class SecretKey:
    """The member `key` of a secret's JSON object, current and previous version.

    Both are read again after `max_age_s`. What fits neither makes them be read sooner, as the secret may just
    have been rotated, but not within `min_age_s`: false tokens cannot make us read it without end.
    """

    def __init__(
        self,
        client: Any,
        name: str,
        *,
        max_age_s: float = 300,
        min_age_s: float = 1,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = Cached(lambda: _read_keys(client, name), max_age_s=max_age_s, monotonic=monotonic)
        self._min_age_s = min_age_s

    def current(self) -> bytes:
        """Return the key to sign with."""
        return self._keys.value()[0]

    def accepted(self) -> Iterator[bytes]:
        """Yield the keys that a signature may have been made with, the likeliest first."""
        known = self._keys.value()
        yield from known
        yield from (key for key in self._keys.newer_than(self._min_age_s) if key not in known)


def _read_keys(client: Any, name: str) -> tuple[bytes, ...]:
    current = client.get_secret_value(SecretId=name)
    try:
        previous = client.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")
    except ClientError as error:
        if error_codes(error) != {"ResourceNotFoundException"}:
            raise
        return (_key_of(current["SecretString"]),)  # It has never been rotated.
    return _key_of(current["SecretString"]), _key_of(previous["SecretString"])


def _key_of(secret: str) -> bytes:
    try:
        key = json.loads(secret)["key"]
    except (ValueError, TypeError, LookupError):
        key = None
    if not isinstance(key, str) or len(key) < 32:
        raise ValueError("the secret is not a JSON object with a member 'key' of at least 32 characters")
    return key.encode()
