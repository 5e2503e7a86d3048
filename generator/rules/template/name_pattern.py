"""W9007: a fixed name among names that carry the environment."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem, Resource, references
from generator.rules._rule import Rule
from generator.rules.template._names import names


class NamePattern(Rule):
    """One fixed name is enough for a second stack to fail."""

    id = "W9007"
    shortdesc = "Fixed physical name where others carry the environment"
    description = (
        "The other names let two stacks stand in one account; this one lets only the first be created."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html"
    )
    tags = ("resources", "names")
    items = ("S1.4", "S3.8")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        if document.gen:
            return
        found = [
            (resource, node) for resource, node in names(document) if not resource.type.startswith("AWS::SSM")
        ]
        varied = [node for _, node in found if references(node.value)]
        fixed = [
            (one, node)
            for one, node in found
            if isinstance(node.value, str) and not _is_given(one, node.value)
        ]
        if len(varied) >= 2 and len(varied) > len(fixed):
            for _, node in fixed:
                yield node.problem(
                    f"put the environment or ${{AWS::StackName}} into '{node.value}', as in other names"
                )


def _is_given(resource: Resource, name: str) -> bool:
    """Names that services give, or that are not the account's: a rule for a whole account, a label."""
    return (
        name.startswith(("/aws/", "API-Gateway-Execution-Logs_"))
        or resource.type == "AWS::ApiGateway::RestApi"
    )
