"""E9436: a certificate in the wrong place for its endpoint."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT


class DomainCertificate(Rule):
    """Edge endpoints take CertificateArn, regional ones RegionalCertificateArn."""

    id = "E9436"
    shortdesc = "API domain with the other endpoint type's certificate"
    description = "API Gateway refuses the domain, or creates it without the certificate that it needs."
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-regional-api-custom-domain-create.html"
    tags = ("resources", "apigateway", "tls")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for domain in document.resources("AWS::ApiGateway::DomainName"):
            kinds = [one.value for one in domain.properties.each("EndpointConfiguration", "Types")]
            absent = domain.properties.wrong(
                "EndpointConfiguration", unless=lambda value: value is not ABSENT
            )
            if len(kinds) != 1 and not absent:
                continue
            wrong, right = ("CertificateArn", "RegionalCertificateArn")
            if absent or kinds == ["EDGE"]:
                wrong, right = right, wrong
            elif kinds != ["REGIONAL"]:
                continue
            place = domain.properties.raw(wrong)
            if not place.absent and domain.properties.raw(right).absent:
                yield place.problem(f"give the certificate as {right}, or change EndpointConfiguration.Types")
