"""A key kept in Secrets Manager."""

import json
import time
from collections.abc import Callable
from typing import Any


class SecretKey:
    """The member `key` of a secret's JSON object, read again when it is older than `max_age_s`.

    A key that does not fit is read again sooner (`refreshed`), because the secret may have been rotated.
    """

    def __init__(
        self,
        client: Any,
        name: str,
        *,
        max_age_s: float = 300,
        min_age_s: float = 30,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._name = name
        self._max_age_s = max_age_s
        self._min_age_s = min_age_s
        self._monotonic = monotonic
        self._key = b""
        self._read_at: float | None = None

    def current(self) -> bytes:
        """Return the key, at most `max_age_s` old."""
        return self._read_when_older_than(self._max_age_s)

    def refreshed(self) -> bytes:
        """Return the key, at most `min_age_s` old: false tokens cannot make us read it without end."""
        return self._read_when_older_than(self._min_age_s)

    def _read_when_older_than(self, age_s: float) -> bytes:
        now = self._monotonic()
        if self._read_at is None or now - self._read_at > age_s:
            self._key = _key_of(self._client.get_secret_value(SecretId=self._name)["SecretString"])
            self._read_at = now
        return self._key


def _key_of(secret: str) -> bytes:
    try:
        key = json.loads(secret)["key"]
    except (ValueError, TypeError, LookupError):
        key = None
    if not isinstance(key, str) or len(key) < 32:
        raise ValueError("the secret is not a JSON object with a member 'key' of at least 32 characters")
    return key.encode()
