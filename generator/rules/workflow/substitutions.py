"""E9904: a definition names a substitution that nobody gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from generator.rules._document import Document, Node, Problem, Resource
from generator.rules._rule import Rule
from generator.rules._values import UNKNOWN, function_of

NAME = re.compile(r"\$\{([A-Za-z0-9_]+)\}")


class Substitutions(Rule):
    """``${Name}`` stays as it is, and the call goes to a resource of that name."""

    id = "E9904"
    shortdesc = "State machine with an undefined substitution"
    description = (
        "A ${Name} that DefinitionSubstitutions lacks is left in the definition as it is, and the state "
        "calls a function or a table of that name."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
        "aws-resource-stepfunctions-statemachine.html"
    )
    tags = ("resources", "stepfunctions")
    items = ("S3.15",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Definitions as objects and as literal texts; Fn::Sub has names of its own."""
        for machine in document.resources("AWS::StepFunctions::StateMachine"):
            given = machine.properties.one("DefinitionSubstitutions")
            names = set(given.value) if isinstance(given.value, dict) else set()
            if given.value is not UNKNOWN:
                for place, name in _used(machine):
                    if name not in names:
                        yield place.problem(f"define {name} in DefinitionSubstitutions, or correct its name")


def _used(machine: Resource) -> Iterator[tuple[Node, str]]:
    definition = machine.properties.raw("Definition")
    text = machine.properties.raw("DefinitionString")
    yield from _texts(definition if definition.value and not definition.absent else text, 0)


def _texts(node: Node, depth: int) -> Iterator[tuple[Node, str]]:
    """Each substitution with the text that holds it."""
    value: Any = node.value
    if depth > 40 or function_of(value):
        return
    if isinstance(value, str):
        for name in NAME.findall(value):
            yield node, name
    for step in _steps(value):
        yield from _texts(node.raw(step), depth + 1)


def _steps(value: Any) -> list[str | int]:
    if isinstance(value, dict):
        return [step for step in value if isinstance(step, str)]
    return list(range(len(value))) if isinstance(value, list) else []
