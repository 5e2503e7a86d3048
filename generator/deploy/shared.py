"""What the stacks of one run share, whatever threads they are in: other stacks' outputs, and packages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from generator.deploy.artifacts import Build, Built
from generator.deploy.outcome import Deployed, NoChange, Outcome

Read = Callable[[str], Mapping[str, str] | None]  # key of a stack → its outputs, None where there is none


class Outputs:
    """Outputs of stacks: of those that this run deployed, and of others, which are asked for once."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._found: dict[str, Mapping[str, str] | None] = {}
        self._lock = threading.Lock()

    def heard(self, outcome: Outcome) -> None:
        """A stack ended: its outputs are new. One that failed is read again when it is needed."""
        with self._lock:
            self._found.pop(outcome.stack, None)
            if isinstance(outcome, Deployed | NoChange):
                self._found[outcome.stack] = outcome.outputs

    def value(self, key: str, name: str) -> str | None:
        """An output of the stack ``key``; None where it is not there."""
        with self._lock:
            if key not in self._found:
                self._found[key] = self._read(key)
            outputs = self._found[key]
        return outputs.get(name) if outputs is not None else None


class Packages:
    """Each handler's zip, built once however many stacks run it."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._built: dict[str, Built] = {}
        self._lock = threading.Lock()

    def __call__(self, handlers: list[str]) -> Mapping[str, Built]:
        """See ``artifacts.Build``."""
        with self._lock:
            missing = [handler for handler in handlers if handler not in self._built]
            if missing:
                self._built.update(self._build(missing))
            return {handler: self._built[handler] for handler in handlers}
