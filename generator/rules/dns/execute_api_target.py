"""E9746: a record leads to an API's own host name."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import HOLE
from generator.rules.dns._records import records

OWN = ".execute-api."


class ExecuteApiTarget(Rule):
    """The certificate and the Host header would be another name's."""

    id = "E9746"
    shortdesc = "DNS record that leads to an execute-api host name"
    description = (
        "API Gateway answers a name of one's own only through a custom domain: an alias or CNAME to "
        "<id>.execute-api fails at the TLS handshake or is answered 403."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html"
    tags = ("resources", "route53", "apigateway")
    items = ("S3.3",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Aliases and CNAMEs."""
        for record in records(document):
            for target in (*record.outcomes("AliasTarget", "DNSName"), *record.each("ResourceRecords")):
                if isinstance(target.value, str) and OWN in target.value.replace(HOLE, "x"):
                    yield target.problem(
                        "point at the RegionalDomainName of an AWS::ApiGateway::DomainName of this name"
                    )
