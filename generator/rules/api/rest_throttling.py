"""W9411: a REST API without limits of its own."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.api._stages import limits, of_all_methods, rest_stages


class RestThrottling(Rule):
    """One caller can use up what all APIs of the account share."""

    id = "W9411"
    shortdesc = "REST API stage without throttling"
    description = (
        "Without limits of its own the API may use the account's whole rate, and every other API "
        "fails with it."
    )
    source_url = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html"
    )
    tags = ("resources", "apigateway", "throttling")
    items = ("S0.2", "S1.9")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        plans = list(document.resources("AWS::ApiGateway::UsagePlan"))
        planned = {name for plan in plans for name in document.edges(plan.id)}
        for stage in rest_stages(document):
            names = {stage.resource.id} | ({stage.api.id} if stage.api else set())
            settings = stage.settings()
            broad = [one for one in settings if of_all_methods(one)]
            if stage.certain() and not any(limits(one) for one in broad or settings) and not names & planned:
                place = broad[0] if broad else stage.node.raw("MethodSettings")
                yield place.problem(
                    "add MethodSettings for '*' and '/*' with ThrottlingRateLimit and ThrottlingBurstLimit"
                )
