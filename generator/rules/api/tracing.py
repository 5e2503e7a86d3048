"""W9426: an API that starts no traces."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.api._stages import rest_stages, set_globally


class Tracing(Rule):
    """A trace that begins at the function misses what came before."""

    id = "W9426"
    shortdesc = "REST API stage without X-Ray tracing"
    description = "Where time is lost between the caller and the function cannot be seen."
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-xray.html"
    tags = ("resources", "apigateway", "tracing")
    items = ("S2.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for stage in rest_stages(document):
            place = stage.node.wrong("TracingEnabled", unless=lambda value: truth(value) is True)
            if place and not set_globally(stage.resource, "TracingEnabled"):
                yield place.problem("set TracingEnabled to true")
