"""I9423: a REST API whose methods cannot be told apart."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.api._stages import rest_stages


class Metrics(Rule):
    """Metrics of the stage alone do not say which method fails."""

    id = "I9423"
    shortdesc = "REST API stage without metrics for its methods"
    description = "Alarms and dashboards see the API as a whole, and not which method is slow or fails."
    source_url = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html"
    )
    tags = ("resources", "apigateway", "metrics")
    items = ("S2.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for stage in rest_stages(document):
            switches = [one.one("MetricsEnabled") for one in stage.settings()]
            off = switches and all(one.known and truth(one.value) is not True for one in switches)
            if off and stage.certain():
                yield switches[0].problem(
                    "set MetricsEnabled to true for HttpMethod '*' and ResourcePath '/*'"
                )
