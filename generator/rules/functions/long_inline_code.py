"""W9302: a function with a program in the template."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.functions._functions import functions

LONG = 4096


class LongInlineCode(Rule):
    """Programs are not part of templates."""

    id = "W9302"
    shortdesc = "Function with over 4,096 characters of code in the template"
    description = (
        "That much code is a program of its own, and takes a large part of the 1 MB that a template may have."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html"
    tags = ("resources", "lambda", "code")
    items = ("S1.3", "S2.1")

    def check(self, document: Document) -> Iterator[Problem]:
        """Texts of more than 4,096 characters, the limit that ZipFile had for years."""
        for function in functions(document):
            for code in function.properties.some(
                "Code", "ZipFile", that=lambda value: isinstance(value, str) and len(value) > LONG
            ):
                yield code.problem(
                    f"put these {len(code.value)} characters into a file, and set Code.S3Bucket and "
                    "Code.S3Key of its zip"
                )
