"""E9905: a transition to a state that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import HOLE
from generator.rules.workflow._machines import definitions


class NextState(Rule):
    """Transitions stay inside one list of states."""

    id = "E9905"
    shortdesc = "Transition to a state that the machine does not have"
    description = (
        "Step Functions refuses the machine: Next, Default and StartAt name a state of the same States, and "
        "states inside Map and Parallel have their own."
    )
    source_url = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-transitions.html"
    tags = ("resources", "stepfunctions")
    items = ("S3.15",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Names that are certain."""
        for path, definition in definitions(document):
            found = definition["States"]
            names = [definition.get("StartAt"), *(one for state in found.values() for one in _ahead(state))]
            for name in names:
                if _certain(name) and name not in found and all(_certain(one) for one in found):
                    yield Problem(path, f"add the state {name}, or name another one of these: {_list(found)}")


def _ahead(state: Any) -> Iterator[Any]:
    """Where a state leads."""
    if not isinstance(state, dict):
        return
    yield state.get("Next")
    yield state.get("Default")
    for part in ("Catch", "Choices"):
        for one in state[part] if isinstance(state.get(part), list) else ():
            yield one.get("Next") if isinstance(one, dict) else None


def _certain(name: Any) -> bool:
    return isinstance(name, str) and "unknown" not in name and "${" not in name and HOLE not in name


def _list(found: dict[str, Any]) -> str:
    return ", ".join(list(map(str, found))[:5])
