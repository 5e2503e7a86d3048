"""W9407: a parameter that makes every origin the usual one."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem, references
from generator.rules._links import written
from generator.rules._rule import Rule
from generator.rules.api._origins import unknown_origins


class CorsDefault(Rule):
    """What is not given is taken from Default."""

    id = "W9407"
    shortdesc = "Parameter for allowed origins whose default is every origin"
    description = "Whoever deploys without the parameter opens the API to every website."
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"
    tags = ("parameters", "apigateway", "cors", "security")
    items = ("S0.2", "S1.12")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        names = {name for node in unknown_origins(document) for name in references(written(node))}
        for name, parameter in document.section("Parameters"):
            default = parameter.raw("Default")
            if name in names and default.value in ("*", "'*'"):
                yield default.problem("leave Default out, or make it an origin such as https://example.com")
