"""Values of a template's parameters: from other stacks' outputs, from packages, from the person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from generator.deploy import hints
from generator.deploy.template import Template
from generator.errors import DeployError, UsageError

Output = Callable[[str, str], str | None]  # (key of a stack, name of an output) → its value


class InputMissingError(DeployError):
    """A parameter waits for an output of a stack that is not deployed."""


def parse(pairs: Iterable[str]) -> dict[str, str]:
    """``K=V`` words as a mapping. UsageError where one has no name or stands twice."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageError(
                f"--parameter {pair!r} is not NAME=VALUE",
                "write for example: --parameter Email=me@example.com",
            )
        if name in found:
            raise UsageError(f"--parameter {name} is given twice", "give each parameter once")
        found[name] = value
    return found


def check_known(given: Mapping[str, str], templates: Iterable[Template]) -> None:
    """UsageError where a given parameter belongs to none of ``templates``."""
    known = sorted({name for template in templates for name in template.parameters})
    for name in given:
        if name not in known:
            raise UsageError(
                f"no selected stack has a parameter {name}; known: {', '.join(known) or 'none'}",
                hints.choose(name, known),
            )


def inputs(template: Template, given: Mapping[str, str], output: Output, where: str) -> dict[str, str]:
    """Parameters that other stacks' outputs fill, without those that a person gave.

    Raises InputMissingError where the other stack or its output is not there; ``where`` are the options
    of the command that it names.
    """
    found: dict[str, str] = {}
    for name, source in template.gen.inputs.items():
        if name in given:
            continue
        key, _, wanted = source.partition(".")
        value = output(key, wanted)
        if value is None:
            region, _, stack = key.partition("/")
            command = "bootstrap" if stack == "bootstrap" else f"deploy --stack {stack}"
            raise InputMissingError(
                f"{template.key}: parameter {name} takes output {wanted} of {key}, which is not deployed",
                f"run first: gen {command} --env {template.gen.environment} --region {region}{where}",
            )
        found[name] = value
    return found


def values(
    template: Template,
    *,
    given: Mapping[str, str],
    found: Mapping[str, str],
    previous: Mapping[str, str],
) -> dict[str, str | None]:
    """What CreateChangeSet is told: name → value, or None to keep the ``previous`` one.

    A person's value wins over what was ``found`` in outputs and packages. A parameter with a default in the
    committed template falls back to that, also when an earlier deployment was given another value: what was
    reviewed is what is deployed. DeployError where a value is missing.
    """
    chosen: dict[str, str | None] = {}
    for name, declaration in template.parameters.items():
        if name in given:
            chosen[name] = given[name]
        elif name in found:
            chosen[name] = found[name]
        elif "Default" in declaration:
            continue
        elif name in previous:
            chosen[name] = None
        else:
            raise DeployError(
                f"{template.key}: parameter {name} has no value and no default",
                f"add: --parameter {name}=VALUE",
            )
    return chosen
