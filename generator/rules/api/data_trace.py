"""W9425: requests and responses in the log."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.api._stages import data_traces


class DataTrace(Rule):
    """Bodies are data, and a log has many readers."""

    id = "W9425"
    shortdesc = "Data tracing of an API"
    description = "Whole requests and responses are copied into the log; in production that must not be."
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html"
    tags = ("resources", "apigateway", "logs", "security")
    items = ("S2.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for place, production in data_traces(document):
            if not production:
                yield place.problem(
                    "set DataTraceEnabled to false, unless the environment never sees real data"
                )
