"""W9431: an integration that may take longer than callers wait."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number


class IntegrationTimeout(Rule):
    """Twenty-nine seconds are the limit without an agreement with AWS."""

    id = "W9431"
    shortdesc = "Integration timeout over 29 seconds"
    description = (
        "More than 29000 ms needs a raised quota, which costs rate; without it the deployment fails."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"
    tags = ("resources", "apigateway", "timeout")
    items = ("S1.10", "S2.12")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for method in document.resources("AWS::ApiGateway::Method"):
            steps = ("Integration", "TimeoutInMillis")
            for place in method.properties.some(*steps, that=lambda value: (number(value) or 0) > 29000):
                yield place.problem("set TimeoutInMillis to 29000 or less, and do longer work asynchronously")
        for integration in document.resources("AWS::ApiGatewayV2::Integration"):
            for place in integration.properties.some(
                "TimeoutInMillis", that=lambda value: (number(value) or 0) > 30000
            ):
                yield place.problem("set TimeoutInMillis to 30000 or less: an HTTP API waits no longer")
