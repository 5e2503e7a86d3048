"""W9301: a function whose code is in the template."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.functions._functions import functions


class InlineCode(Rule):
    """Code is in files, and deployed from S3."""

    id = "W9301"
    shortdesc = "Function whose code is written into the template"
    description = (
        "Inline code has no tests, no linter, no dependencies and no history of its own, and every change"
        " of it is a change of infrastructure."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html"
    tags = ("resources", "lambda", "code")
    items = ("S1.3", "S2.1")

    def check(self, document: Document) -> Iterator[Problem]:
        """Functions of CDK itself are left alone; over-long code is another rule's."""
        for function in functions(document):
            for code in function.properties.some(
                "Code", "ZipFile", that=lambda value: isinstance(value, str) and len(value) <= 4096
            ):
                yield code.problem(
                    "put the code into a file, deploy it as a zip and set Code.S3Bucket and Code.S3Key"
                )
