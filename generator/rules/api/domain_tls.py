"""E9433: a domain that still speaks TLS 1.0."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import places

STEPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "AWS::ApiGateway::DomainName": (("SecurityPolicy",),),
    "AWS::ApiGateway::RestApi": (("SecurityPolicy",),),
    "AWS::ApiGatewayV2::DomainName": (("DomainNameConfigurations", "*", "SecurityPolicy"),),
    "AWS::Serverless::Api": (("Domain", "SecurityPolicy"),),
}


class DomainTls(Rule):
    """TLS 1.0 and 1.1 are broken."""

    id = "E9433"
    shortdesc = "API domain that accepts TLS 1.0"
    description = "Connections with TLS 1.0 and 1.1 can be read and changed on their way."
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html"
    tags = ("resources", "apigateway", "tls", "security")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for resource in document.resources(*STEPS):
            for steps in STEPS[resource.type]:
                for node in places(resource.properties, steps):
                    if node.value == "TLS_1_0":
                        yield node.problem("set SecurityPolicy to TLS_1_2 or a newer policy")
