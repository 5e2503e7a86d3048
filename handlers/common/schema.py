"""Schemas of the contract, as validators that tell every mistake and where it is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import fastjsonschema

_HINTS = {"anyOf": "must be {description}", "pattern": "has a character or form that is not allowed"}


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A mistake: path of names and indexes from the top of the value, and what is wrong there."""

    path: tuple[str, ...]
    detail: str

    @property
    def pointer(self) -> str:
        """The path as an RFC 6901 JSON pointer."""
        return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in self.path)


class Schema:
    """A schema of the contract. Compiled at first use: a cold start pays only for what it needs."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        """Take a definition in which references are already resolved."""
        self.definition = definition

    @cached_property
    def _validate(self) -> Any:
        return fastjsonschema.compile(
            {"$schema": "http://json-schema.org/draft-04/schema#", **_dialect(self.definition)},
            use_formats=False,
            fast_fail=False,
        )

    def violations(self, value: Any) -> list[Violation]:
        """Return every mistake in a value; a sound object is given its defaults in place."""
        try:
            self._validate(value)
        except fastjsonschema.JsonSchemaValuesException as failure:
            return sorted(
                (violation for error in failure.errors for violation in _explain(error)),
                key=lambda violation: (violation.path, violation.detail),
            )
        return []


def _dialect(definition: Any) -> Any:
    """Return an OpenAPI 3.0 schema as JSON Schema draft 4, which can bound the names of properties."""
    if isinstance(definition, Sequence) and not isinstance(definition, str):
        return [_dialect(element) for element in definition]
    if not isinstance(definition, Mapping):
        return definition
    result = {name: _dialect(member) for name, member in definition.items()}
    names = result.pop("x-gen-property-names", None)
    if names:
        # "$" would let a trailing line break pass.
        pattern = names["pattern"].removesuffix("$") + r"\Z"
        result["patternProperties"] = {pattern: result["additionalProperties"]}
        result["additionalProperties"] = False
    return result


def _explain(error: fastjsonschema.JsonSchemaValueException) -> list[Violation]:
    path = tuple(error.path[1:])
    if error.rule == "required":
        missing = (name for name in error.rule_definition if name not in error.value)
        return [Violation(path=(*path, name), detail="is required") for name in missing]
    if error.rule == "additionalProperties":
        unknown = (name for name in error.value if not _is_known(name, error.definition))
        return [Violation(path=(*path, name), detail="is not an allowed name") for name in unknown]
    hint = _HINTS.get(error.rule or "", error.message.removeprefix(error.name or "").strip())
    return [Violation(path=path, detail=hint.format(description=error.definition.get("description")))]


def _is_known(name: str, definition: Mapping[str, Any]) -> bool:
    patterns = definition.get("patternProperties", {})
    return name in definition.get("properties", {}) or any(re.search(pattern, name) for pattern in patterns)
