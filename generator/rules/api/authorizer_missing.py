"""E9442: a method that asks an authorizer that it does not name."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT


class AuthorizerMissing(Rule):
    """These kinds of authorization are done by an authorizer."""

    id = "E9442"
    shortdesc = "Method or route without the authorizer that its type needs"
    description = "API Gateway refuses the method: CUSTOM, COGNITO_USER_POOLS and JWT name an authorizer."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html"
    tags = ("resources", "apigateway", "security")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for resource in document.resources("AWS::ApiGateway::Method", "AWS::ApiGatewayV2::Route"):
            kind = resource.properties.one("AuthorizationType")
            place = resource.properties.wrong("AuthorizerId", unless=lambda value: value is not ABSENT)
            if kind.value in ("CUSTOM", "COGNITO_USER_POOLS", "JWT") and place:
                yield kind.problem(f"set AuthorizerId: {kind.value} needs one")
