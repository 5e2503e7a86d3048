"""E9006: a physical name of ours without environment and suffix."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import HOLE
from generator.rules.template._names import names

PREFIX = re.compile(
    r"^(?:alias/|/aws/(?:lambda|apigateway|codebuild|rds|vendedlogs)/(?:states/)?|aws-waf-logs-|/"
    r"|API-Gateway-Execution-Logs_)"
)


class StackName(Rule):
    """Environment, region, service and suffix come first in every name."""

    id = "E9006"
    shortdesc = "Physical name that does not begin with the stack's name"
    description = (
        "Two environments or suffixes in one account would ask for the same name, and one of them would fail."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html"
    )
    tags = ("resources", "names", "convention")
    items = ("S1.4", "S3.8")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        stack = document.gen.get("StackName")
        if not isinstance(stack, str):
            return
        for resource, node in names(document):
            for one in node.outcomes():
                if isinstance(one.value, str) and not PREFIX.sub("", one.value).startswith(stack):
                    generated = (
                        PREFIX.sub("", one.value).startswith(HOLE) and resource.type == "AWS::Logs::LogGroup"
                    )
                    if not generated and one.value.replace(HOLE, ""):
                        yield one.problem(f"let the name begin with {stack}")
