"""W9444: a function that is told to let every origin in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule

NAME = re.compile(r"origins?$|^cors", re.IGNORECASE)
EVERY = re.compile(r"(?:^|[,;\s\[\"'])(?:\*|https?://\*)(?:$|[,;\s\]\"'])")


class CorsVariable(Rule):
    """Functions answer with the origins of their environment."""

    id = "W9444"
    shortdesc = "Function told to let every origin read its responses"
    description = (
        "With proxy integrations the function writes the CORS headers: with * in its environment any "
        "website that a user visits can use the API from the user's browser."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"
    tags = ("resources", "lambda", "cors", "security")
    items = ("S0.2", "S1.12")

    def check(self, document: Document) -> Iterator[Problem]:
        """Variables whose name ends in origin or begins with cors."""
        for function in document.resources("AWS::Lambda::Function", "AWS::Serverless::Function"):
            for name, variable in function.properties.members("Environment", "Variables"):
                if NAME.search(name):
                    for place in variable.some(that=lambda value: isinstance(value, str) and _every(value)):
                        yield place.problem(f"write into {name} the origins, such as https://example.com")


def _every(value: str) -> bool:
    return EVERY.search(value) is not None
