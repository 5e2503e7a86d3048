"""W9435: an execution log that nobody ends."""

from __future__ import annotations

import json
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.api._stages import rest_stages


class ExecutionLogGroup(Rule):
    """API Gateway makes this group itself where the template does not, and keeps it for ever."""

    id = "W9435"
    shortdesc = "REST API that logs to a group without retention"
    description = (
        "API Gateway creates API-Gateway-Execution-Logs_<api>/<stage> with no expiry and without the "
        "customer key."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html"
    tags = ("resources", "apigateway", "logs")
    items = ("S2.10", "S2.11")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        groups = list(document.resources("AWS::Logs::LogGroup"))
        names = [one.properties.raw("LogGroupName") for one in groups]
        if any(
            "API-Gateway-Execution-Logs_" in json.dumps(one.value, default=str)
            for one in names
            if not one.absent
        ):
            return
        for stage in rest_stages(document):
            for setting in stage.settings():
                for place in setting.some("LoggingLevel", that=lambda value: value in ("INFO", "ERROR")):
                    yield place.problem(
                        "declare a log group API-Gateway-Execution-Logs_${api}/${stage} with RetentionInDays"
                    )
                    break
