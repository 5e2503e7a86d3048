"""W9412: an HTTP API without limits of its own."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.api._stages import limits, set_globally


class HttpThrottling(Rule):
    """One caller can use up what all APIs of the account share."""

    id = "W9412"
    shortdesc = "HTTP API stage without throttling"
    description = (
        "Without limits of its own the API may use the account's whole rate, and every other API "
        "fails with it."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html"
    tags = ("resources", "apigateway", "throttling")
    items = ("S1.9",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for stage in document.resources("AWS::ApiGatewayV2::Stage", "AWS::Serverless::HttpApi"):
            settings = [stage.properties.one("DefaultRouteSettings")]
            for _, route in stage.properties.members("RouteSettings"):
                settings.append(route)
            if set_globally(stage, "DefaultRouteSettings"):
                continue
            if all(one.known and not (isinstance(one.value, dict) and limits(one)) for one in settings):
                yield settings[0].problem(
                    "set ThrottlingRateLimit and ThrottlingBurstLimit in DefaultRouteSettings"
                )
