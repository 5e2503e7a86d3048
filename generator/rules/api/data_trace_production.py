"""E9424: requests and responses in the log of production."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.api._stages import data_traces


class DataTraceProduction(Rule):
    """Bodies are data, and a log has many readers."""

    id = "E9424"
    shortdesc = "Data tracing in production"
    description = "Whole requests and responses, with tokens and personal data, are copied into the log."
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html"
    tags = ("resources", "apigateway", "logs", "security")
    items = ("S2.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for place, production in data_traces(document):
            if production:
                yield place.problem("set DataTraceEnabled to false")
