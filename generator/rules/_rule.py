"""What all rules share: an ordinary cfn-lint rule that reads a Document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from generator.rules._document import Document, Problem


class Rule(CloudFormationLintRule):
    """One rule.

    ``shortdesc`` says what is wrong, in a few words; ``description`` why it matters; ``source_url`` is the
    AWS page that the fact is from; ``items`` are the requirement items that it holds, such as S1.2.
    """

    items: ClassVar[tuple[str, ...]] = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Every problem, at its exact place, in the template's order."""
        raise NotImplementedError

    def match(self, cfn: Any) -> list[RuleMatch]:
        """cfn-lint calls this once for each template."""
        if type(self).check is Rule.check:
            return []
        return [RuleMatch(list(one.path), one.message) for one in self.check(_document(cfn))]


def _document(cfn: Any) -> Document:
    """The template, read once for all rules. It is kept on cfn-lint's object, and goes with it."""
    known = cfn.__dict__.get("gen_document")
    if isinstance(known, Document) and known.template is cfn.template:
        return known
    document = Document(cfn.template)
    cfn.gen_document = document
    return document
