"""W9114: a role that a service may assume for anybody."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import SOURCE_KEYS, statements

# Services whose guides, under "confused deputy", say that they send the keys when they assume a role.
CHECKS_SOURCE = frozenset(
    {
        "appsync",
        "bedrock",
        "config",
        "datasync",
        "ecs-tasks",
        "events",
        "glue",
        "logs",
        "pipes",
        "sagemaker",
        "scheduler",
        "ssm",
        "states",
        "transfer",
        "vpc-flow-logs",
    }
)


class TrustSource(Rule):
    """A service acts for all its customers; the condition says for which one."""

    id = "W9114"
    shortdesc = "Role for a service without source account or ARN"
    description = (
        "Without aws:SourceAccount or aws:SourceArn the service can be made to use the role for "
        "another account."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
    tags = ("resources", "iam", "security")
    items = ("S1.7",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "trust"):
            if not statement.allows or statement.narrowed(SOURCE_KEYS | {"sts:externalid"}):
                continue
            for kind, node in statement.principals():
                if kind == "Service" and isinstance(node.value, str):
                    service = node.value.partition(".")[0]
                    if service in CHECKS_SOURCE or (document.gen and service == "lambda"):
                        yield node.problem(
                            "add a Condition StringEquals aws:SourceAccount with {Ref: AWS::AccountId}"
                        )
