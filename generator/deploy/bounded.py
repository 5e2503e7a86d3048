"""A time limit for a whole answer, where a timeout of a socket is one for each read.

A server that sends a byte every few seconds never lets a read time out. So each read and each block that is
sent gets what is left of the time of the whole exchange. No thread watches it.
"""

from __future__ import annotations

import io
import time
from http.client import HTTPConnection
from typing import Any

BLOCK = 64 * 1024  # bytes; who sends that much has a second more: a slow line is no fault


class Deadline:
    """When an exchange has to be over. It can be set anew, for a connection is used again."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.restart()

    def restart(self) -> None:
        """An exchange begins."""
        self.until = time.monotonic() + self.seconds

    def extend(self, size: int) -> None:
        """So many bytes have been sent."""
        self.until += size / BLOCK

    def left(self) -> float:
        """Seconds that are left; TimeoutError where none are."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left


class Reader(io.RawIOBase):
    """The bytes that come from a socket, until the deadline."""

    def __init__(self, plain: Any, deadline: Deadline) -> None:
        self.plain = plain
        self.raw = plain.makefile("rb", 0)
        self.deadline = deadline

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """See RawIOBase; TimeoutError where the whole answer took too long."""
        self.plain.settimeout(self.deadline.left())
        count: int | None = self.raw.readinto(buffer)
        return count

    def close(self) -> None:
        """See RawIOBase."""
        self.raw.close()
        super().close()


class Socket:
    """A connected socket whose reading and writing end at the deadline. All else is the plain one's."""

    def __init__(self, plain: Any, deadline: Deadline) -> None:
        self.plain = plain
        self.deadline = deadline

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plain, name)

    def makefile(self, _mode: str, buffering: int = -1) -> io.RawIOBase | io.BufferedReader:
        """A file to read from; http.client wants no other."""
        reader = Reader(self.plain, self.deadline)
        return reader if buffering == 0 else io.BufferedReader(reader)

    def sendall(self, data: Any) -> None:
        """Send all of ``data``; TimeoutError where that goes slower than BLOCK a second, and time is up."""
        view = memoryview(data).cast("B")
        for start in range(0, len(view), BLOCK):
            block = view[start : start + BLOCK]
            self.plain.settimeout(self.deadline.left())
            self.plain.sendall(block)
            self.deadline.extend(len(block))


class Bounded(HTTPConnection):
    """Mixed into a connection that is one of http.client's: an exchange ends within ``limit_s``.

    Connecting has a timeout of its own.
    """

    limit_s: float
    sock: Any

    def connect(self) -> None:
        """Connect, also by way of a proxy."""
        self.deadline = Deadline(self.limit_s)
        super().connect()
        self.sock = Socket(self.sock, self.deadline)

    def _tunnel(self) -> None:
        """Ask a proxy for a tunnel. What comes after is spoken on the plain socket: TLS."""
        self.sock = Socket(self.sock, self.deadline)
        super()._tunnel()  # type: ignore[misc]

    def request(self, *arguments: Any, **named: Any) -> None:
        """Send a request. Its time begins."""
        if self.sock is not None:
            self.deadline.restart()
        super().request(*arguments, **named)
