"""A value that is read once and kept for a while in the container."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from aws_lambda_powertools import Logger

from handlers.common.failures import traits

T = TypeVar("T")

logger = Logger()


class Cached(Generic[T]):
    """What `read` gives, read again when it is older than `max_age_s`.

    When that fails, the last value serves on and the next attempt waits `retry_s`: a service that
    cannot be reached for a moment does not stop us, nor make every request wait for it.
    """

    def __init__(
        self,
        read: Callable[[], T],
        *,
        max_age_s: float,
        retry_s: float = 30,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._max_age_s = max_age_s
        self._retry_s = retry_s
        self._monotonic = monotonic
        self._held: list[T] = []
        self._failure: Exception | None = None
        self._tried_at = self._next_at = 0.0

    def value(self) -> T:
        """Return the value, at most `max_age_s` old if it can be read; raises what a first read raises."""
        if not self._held:
            return self._load()
        if self._monotonic() > self._next_at:
            try:
                return self._load()
            except Exception as error:
                self._next_at = self._tried_at + self._retry_s
                logger.warning("an old value is kept", **traits(error))
        return self._held[0]

    def newer_than(self, age_s: float) -> T:
        """Return the value, at most `age_s` old; raises what reading it raises, or raised since then.

        Age counts from the end of a read, so that one request never waits for two.
        """
        if not self._held or self._monotonic() - self._tried_at > age_s:
            return self._load()
        if self._failure:
            raise self._failure
        return self._held[0]

    def _load(self) -> T:
        try:
            self._held = [self._read()]
            self._failure = None
        except Exception as error:
            self._failure = error
            raise
        finally:
            self._tried_at = self._monotonic()
        self._next_at = self._tried_at + self._max_age_s
        return self._held[0]
