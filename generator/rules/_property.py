"""Rules about one property: of these resource types it must have such a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from generator.rules._document import Document, Problem, Resource
from generator.rules._rule import Rule


class PropertyRule(Rule):
    """Every resource of ``types`` has at ``steps`` below its Properties a value that is ``right``.

    ``advice`` is the finding's message: what to write instead.
    """

    types: ClassVar[tuple[str, ...]] = ()
    steps: ClassVar[tuple[str, ...]] = ()
    advice: ClassVar[str] = ""

    def right(self, value: Any) -> bool:
        """Whether a value is one to leave alone; asked about ABSENT too."""
        raise NotImplementedError

    def concerns(self, resource: Resource) -> bool:  # noqa: ARG002 - for rules with exceptions
        """Whether the rule speaks of this resource."""
        return True

    def check(self, document: Document) -> Iterator[Problem]:
        """Resources whose every possible value is wrong."""
        for resource in document.resources(*self.types):
            if self.types and self.concerns(resource):
                place = resource.properties.wrong(*self.steps, unless=self.right)
                if place:
                    yield place.problem(self.advice)
