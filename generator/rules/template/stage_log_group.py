"""W9022: a stage that may write its log before the log group is made."""

from __future__ import annotations

import json
from collections.abc import Iterator

from generator.rules._document import Document, Problem, references
from generator.rules._rule import Rule


class StageLogGroup(Rule):
    """Whoever comes first makes the group."""

    id = "W9022"
    shortdesc = "API stage that does not wait for its execution log group"
    description = (
        "API Gateway makes the group itself when the stage logs first, and the group's own creation fails."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html"
    tags = ("resources", "apigateway", "logs", "dependencies")
    items = ("S2.2", "S2.11")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        groups = [
            one
            for one in document.resources("AWS::Logs::LogGroup")
            if "API-Gateway-Execution-Logs_"
            in json.dumps(one.properties.raw("LogGroupName").value, default=str)
            if not one.properties.raw("LogGroupName").absent
        ]
        for stage in document.resources("AWS::ApiGateway::Stage"):
            api = references(stage.properties.raw("RestApiId").value)
            for group in groups:
                same = bool(api & references(group.properties.raw("LogGroupName").value)) or not api
                if same and group.id not in document.reaches(stage.id):
                    yield stage.raw("DependsOn").problem(f"add {group.id} to DependsOn of {stage.id}")
