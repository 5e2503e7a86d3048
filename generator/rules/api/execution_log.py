"""W9422: a REST API that logs nothing of its own."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import UNKNOWN
from generator.rules.api._stages import of_all_methods, rest_stages


class ExecutionLog(Rule):
    """What API Gateway did before and after the function."""

    id = "W9422"
    shortdesc = "REST API stage with logging off"
    description = (
        "Refused signatures, failed validation and broken integrations leave no trace without execution logs."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html"
    tags = ("resources", "apigateway", "logs")
    items = ("S2.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for stage in rest_stages(document):
            settings = stage.settings()
            broad = [one for one in settings if of_all_methods(one)]
            levels = [node for one in broad or settings for node in one.outcomes("LoggingLevel")]
            if stage.certain() and not any(one.value in ("INFO", "ERROR", UNKNOWN) for one in levels):
                written_down = [one for one in levels if not one.absent]
                place = written_down[0] if written_down else stage.node.raw("MethodSettings")
                yield place.problem(
                    "set LoggingLevel to INFO, or at least ERROR, for HttpMethod '*' and '/*'"
                )
