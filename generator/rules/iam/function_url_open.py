"""W9118: a function URL without authorization."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule


class FunctionUrlOpen(Rule):
    """A URL that asks nobody who they are."""

    id = "W9118"
    shortdesc = "Function URL without authorization"
    description = (
        "Anybody on the internet can invoke the function, as often as they like and at the account's cost."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
    tags = ("resources", "lambda", "security", "public")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for resource in document.resources("AWS::Lambda::Url", "AWS::Serverless::Function"):
            steps = (
                ("AuthType",) if resource.type == "AWS::Lambda::Url" else ("FunctionUrlConfig", "AuthType")
            )
            for place in resource.properties.some(*steps, that=lambda value: value == "NONE"):
                yield place.problem("set AuthType to AWS_IAM, or put an API with an authorizer in front")
