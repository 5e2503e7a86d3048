"""W9421: an access log without request ids."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import HOLE
from generator.rules.api._stages import rest_stages


class AccessLogFormat(Rule):
    """The id joins the log's line with the function's lines and the caller's report."""

    id = "W9421"
    shortdesc = "Access log format without the request id"
    description = (
        "Without $context.requestId a line cannot be found from what the caller or the function reports."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html"
    tags = ("resources", "apigateway", "logs")
    items = ("S2.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        formats = [stage.node.outcomes("AccessLogSetting", "Format") for stage in rest_stages(document)]
        for second in document.resources("AWS::ApiGatewayV2::Stage", "AWS::Serverless::HttpApi"):
            formats.append(second.properties.outcomes("AccessLogSettings", "Format"))
        for place in (one for found in formats for one in found):
            known = isinstance(place.value, str) and HOLE not in place.value
            if known and not any(one in place.value for one in ("requestId", "extendedRequestId")):
                yield place.problem("add $context.requestId to Format")
