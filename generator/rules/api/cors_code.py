"""E9406: code or a mapping template that answers every origin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import places

TEXTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "AWS::ApiGateway::Method": (
        ("Integration", "RequestTemplates"),
        ("Integration", "IntegrationResponses", "*", "ResponseTemplates"),
    ),
    "AWS::CloudFront::Function": (("FunctionCode",),),
    "AWS::Lambda::Function": (("Code", "ZipFile"),),
    "AWS::Serverless::Function": (("InlineCode",),),
}
HEADER_ANY = re.compile(
    r"""access-control-allow-origin\\?['"]?\]?\s*[:=,]\s*\\?(['"]|\{\s*value\s*:\s*['"])\s*\*\s*\\?['"]""",
    re.IGNORECASE,
)
# A mapping template that answers with the origin it was sent, without a question.
HEADER_ECHO = re.compile(
    r"""responseoverride\.header(\.|\[\s*['"])access-control-allow-origin(['"]\s*\])?\s*=\s*\$input\.params""",
    re.IGNORECASE,
)


class CorsCode(Rule):
    """The same header, hidden in a text."""

    id = "E9406"
    shortdesc = "Code in the template that lets every origin read responses"
    description = (
        "A handler or mapping template that writes Access-Control-Allow-Origin * undoes the API's own"
        " settings."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html"
    tags = ("resources", "apigateway", "lambda", "cors", "security")
    items = ("S0.2", "S1.12")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for resource in document.resources(*TEXTS):
            for steps in TEXTS[resource.type]:
                for node in places(resource.properties, steps):
                    texts = node.members() if isinstance(node.value, dict) else [("", node)]
                    for _, text in texts:
                        for one in text.outcomes():
                            if isinstance(one.value, str) and _lets_everybody_in(one.value):
                                yield one.problem(
                                    "compare the request's Origin with a list, and answer with that one"
                                )


def _lets_everybody_in(text: str) -> bool:
    echoes = HEADER_ECHO.search(text) is not None and "#if" not in text
    return echoes or HEADER_ANY.search(text) is not None
