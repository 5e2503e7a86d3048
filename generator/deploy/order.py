"""The order in which stacks are deployed: a graph over regions, from the templates' own metadata."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from generator.deploy.template import Template
from generator.errors import DeployError


def in_order(templates: Sequence[Template]) -> tuple[Template, ...]:
    """``templates``, each after those it depends on. The same ones always come in the same order.

    A dependency that is not among them only says that it must exist. Raises DeployError with the cycle where
    there is one.
    """
    given = {template.key: template for template in templates}
    graph = {
        key: [name for name in template.dependencies if name in given] for key, template in given.items()
    }
    try:
        return tuple(given[key] for key in TopologicalSorter(graph).static_order())
    except CycleError as error:
        # graphlib lists each stack before the one that waits for it.
        cycle = " → ".join(reversed(error.args[1]))
        raise DeployError(
            f"stacks depend on each other in a cycle: {cycle}",
            "take one of the inputs or 'after' out of a service",
        ) from None


def heights(templates: Sequence[Template]) -> dict[str, int]:
    """By key: how many of ``templates`` (in order) are in the longest chain that waits for each, itself too.

    What has the longest chain behind it is started first.
    """
    found = {template.key: 1 for template in templates}
    for template in reversed(templates):
        for key in template.dependencies:
            if key in found:
                found[key] = max(found[key], found[template.key] + 1)
    return found
