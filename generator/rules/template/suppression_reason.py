"""E9001: a check that is ignored on a resource without saying why."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem, Resource
from generator.rules._rule import Rule

# "needs it" is no reason; a sentence is.
LEAST_LENGTH = 20  # characters
LEAST_WORDS = 4
GUARDS = ("E9001", "E9002")


class SuppressionReason(Rule):
    """An exception is a decision, and a decision has a reason that others can judge."""

    id = "E9001"
    shortdesc = "Ignored check without a reason"
    description = (
        "Whoever reads the template must be able to judge whether a check may be ignored; without the reason "
        "beside it, nobody can say when the exception has outlived its cause."
    )
    source_url = "https://github.com/aws-cloudformation/cfn-lint#resource-based-metadata"
    tags = ("template", "suppressions")

    def check(self, document: Document) -> Iterator[Problem]:
        """Each check that a resource's Metadata ignores."""
        for resource in document.resources():
            notes = resource.raw("Metadata", "cfn-lint")
            ignored = notes.raw("config", "ignore_checks")
            for place in range(len(ignored.value) if isinstance(ignored.value, list) else 0):
                problem = _problem(resource, ignored.raw(place))
                if problem:
                    yield problem


def _problem(resource: Resource, ignored: Node) -> Problem | None:
    rule = ignored.value
    if not isinstance(rule, str):
        return None
    if rule in GUARDS:
        return ignored.problem(f"remove {rule}: it guards the others and cannot be ignored")
    reason = resource.raw("Metadata", "cfn-lint", "reasons", rule)
    if reason.absent:
        return ignored.problem(f'say why {rule} is ignored: add "reasons": {{"{rule}": "…"}} beside "config"')
    if not _is_a_sentence(reason.value):
        return reason.problem(
            f"say why {rule} is ignored, in at least {LEAST_WORDS} words and {LEAST_LENGTH} characters"
        )
    return None


def _is_a_sentence(value: object) -> bool:
    if not isinstance(value, str):
        return False
    words = value.split()
    return len(words) >= LEAST_WORDS and len(" ".join(words)) >= LEAST_LENGTH
