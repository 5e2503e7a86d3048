"""E9402: an HTTP API that any website may read."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.api._origins import everybody, origins


class CorsHttp(Rule):
    """The browser's protection of an API's callers, switched off."""

    id = "E9402"
    shortdesc = "HTTP API that lets every origin read its responses"
    description = "With the origin * any website that a user visits can use the API from the user's browser."
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html"
    tags = ("resources", "apigateway", "cors", "security")
    items = ("S0.2", "S1.12")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for origin in origins(document, "http"):
            if all_of_them := everybody(origin):
                yield origin.node.problem(
                    f"write the origins, such as https://example.com, instead of {all_of_them}"
                )
        for api in document.resources("AWS::Serverless::HttpApi"):
            for place in api.properties.some("CorsConfiguration", that=lambda value: truth(value) is True):
                yield place.problem("write AllowOrigins, such as https://example.com: true is every origin")
