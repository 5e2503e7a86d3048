"""W9420: an API that writes no access log."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.api._stages import rest_stages, set_globally


class AccessLog(Rule):
    """Who called what, when, and how it went."""

    id = "W9420"
    shortdesc = "API stage without an access log"
    description = "Without an access log nobody can say who called, what failed, or what an incident touched."
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html"
    tags = ("resources", "apigateway", "logs")
    items = ("S2.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for stage in rest_stages(document):
            place = stage.node.wrong(
                "AccessLogSetting", "DestinationArn", unless=lambda value: value is not ABSENT
            )
            if place and not set_globally(stage.resource, "AccessLogSetting"):
                yield place.problem("set AccessLogSetting with DestinationArn and a JSON Format")
        for second in document.resources("AWS::ApiGatewayV2::Stage", "AWS::Serverless::HttpApi"):
            place = second.properties.wrong(
                "AccessLogSettings", "DestinationArn", unless=lambda value: value is not ABSENT
            )
            if place and not set_globally(second, "AccessLogSettings"):
                yield place.problem("set AccessLogSettings with DestinationArn and a JSON Format")
