"""E9408: credentials together with wildcards."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import places
from generator.rules._values import truth

BLOCKS = {
    "AWS::ApiGatewayV2::Api": ("CorsConfiguration",),
    "AWS::Lambda::Url": ("Cors",),
    "AWS::Serverless::Function": ("FunctionUrlConfig", "Cors"),
    "AWS::Serverless::HttpApi": ("CorsConfiguration",),
}


class CorsCredentials(Rule):
    """With credentials a browser takes * for a name."""

    id = "E9408"
    shortdesc = "CORS with credentials and a wildcard"
    description = (
        "With credentials a * for headers or methods is no wildcard to browsers: the calls it should "
        "allow fail."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html"
    tags = ("resources", "apigateway", "lambda", "cors")
    items = ("S0.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for resource in document.resources(*BLOCKS):
            for block in places(resource.properties, BLOCKS[resource.type]):
                if truth(block.one("AllowCredentials").value) is True:
                    for name in ("AllowHeaders", "AllowMethods", "ExposeHeaders"):
                        for one in block.each(name):
                            if one.value == "*":
                                yield one.problem(
                                    f"list {name}: with AllowCredentials a browser takes '*' literally"
                                )
