"""E9438: an API that may not invoke its authorizer."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._invoke import uninvocable
from generator.rules._rule import Rule

CREDENTIALS = {
    "AWS::ApiGateway::Authorizer": "AuthorizerCredentials",
    "AWS::ApiGatewayV2::Authorizer": "AuthorizerCredentialsArn",
}


class AuthorizerPermission(Rule):
    """Without the function's leave each call ends in 500."""

    id = "E9438"
    shortdesc = "API whose authorizer does not let it in"
    description = (
        "API Gateway may not invoke the authorizer, and every request ends in Internal Server Error."
    )
    source_url = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"
    )
    tags = ("resources", "apigateway", "lambda")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for resource in document.resources(*CREDENTIALS):
            uri = resource.properties.raw("AuthorizerUri")
            if uri.absent or not resource.properties.raw(CREDENTIALS[resource.type]).absent:
                continue
            target = uninvocable(document, uri.value, "apigateway.amazonaws.com")
            if target is not None:
                yield uri.problem(
                    f"add an AWS::Lambda::Permission of {target.id} for apigateway.amazonaws.com"
                )
