"""I9207: a log group that can be deleted where others cannot."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.data._stateful import production, relaxed


class LogGroupProtection(Rule):
    """Logs cannot be deleted by one call."""

    id = "I9207"
    shortdesc = "Log group without deletion protection"
    description = (
        "Whoever can delete a log group can delete the traces; other log groups of the template, or its "
        "environment, ask for protection."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html"
    tags = ("resources", "logs", "recovery")
    items = ("S2.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Where it is switched off, gen rendered for production, or another log group is protected."""
        groups = list(document.resources("AWS::Logs::LogGroup"))
        expected = any(
            truth(node.value) is True
            for group in groups
            for node in group.properties.outcomes("DeletionProtectionEnabled")
        )
        if relaxed(document):
            return
        strict = production(document) or expected
        for group in groups:
            place = group.properties.wrong(
                "DeletionProtectionEnabled", unless=lambda value: truth(value) is True
            )
            if place and (strict or not place.absent):
                yield place.problem("set DeletionProtectionEnabled to true")
