"""E9743: a health check of something that has no endpoint to check."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from generator.rules._document import Document, Node, Problem, references
from generator.rules._links import written
from generator.rules._rule import Rule
from generator.rules._values import is_text, number, truth
from generator.rules.dns._hosts import no_host

ENDPOINTS = ("HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP")
# Hosts of services that answer no unauthenticated request with 2xx or 3xx.
SILENT = (".dynamodb.", "dynamodb.", ".sqs.", "sqs.", "sns.", "lambda.", "kms.", "rds.")
DATABASES = (".rds.amazonaws.com", ".cache.amazonaws.com", ".docdb.amazonaws.com", ".redshift.amazonaws.com")


class HealthCheckTarget(Rule):
    """Checkers open a connection to a host name, and say no more than GET and a path."""

    id = "E9743"
    shortdesc = "Health check of something that has no HTTPS endpoint"
    description = (
        "FullyQualifiedDomainName is a host that answers GET without credentials. An ARN, a URL or an AWS "
        "API's endpoint never does, so that the check is always unhealthy and fails traffic over."
    )
    source_url = (
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html"
    )
    tags = ("resources", "route53", "availability")
    items = ("S3.17",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Checks of endpoints; calculated checks and checks of alarms have none."""
        for check in document.resources("AWS::Route53::HealthCheck"):
            configuration = check.properties.one("HealthCheckConfig")
            if configuration.one("Type").value in ENDPOINTS:
                yield from _host(document, configuration)
                yield from _port(configuration)


def _host(document: Document, configuration: Node) -> Iterator[Problem]:
    host = configuration.raw("FullyQualifiedDomainName")
    address = configuration.raw("IPAddress")
    for place in address.outcomes():
        if is_text(place.value) and _private(place.value):
            yield place.problem("give a public address: Route 53 checks from the Internet")
    if host.absent:
        if address.absent:
            yield configuration.problem("give FullyQualifiedDomainName the host name to check")
        return
    for outcome in host.outcomes():
        reason = no_host(document, host.value, outcome.value)
        if reason is None and isinstance(outcome.value, str) and outcome.value.startswith(SILENT):
            reason = "an AWS API that answers no anonymous request"
        reason = reason or _closed(document, configuration, outcome)
        if reason:
            yield outcome.problem(f"give a host name that answers GET over HTTPS: this is {reason}")


def _closed(document: Document, configuration: Node, host: Node) -> str | None:
    """Why nothing at a host answers; None where something may."""
    if not isinstance(host.value, str):
        return None
    if host.value.rstrip(".").endswith(DATABASES):
        return "a database"
    secure = str(configuration.one("Type").value).startswith("HTTPS")
    if secure and ".s3-website" in host.value:
        return "an S3 website, which has no TLS"
    if ".execute-api." in host.value:
        for api in document.resources("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"):
            off = api.properties.wrong("DisableExecuteApiEndpoint", unless=lambda one: truth(one) is not True)
            if off and api.id in references(written(host)):
                return f"the execute-api endpoint that {api.id} has switched off"
    return None


def _private(address: str) -> bool:
    try:
        return not ip_address(address).is_global
    except ValueError:
        return False


def _port(configuration: Node) -> Iterator[Problem]:
    kind, port = configuration.one("Type").value, configuration.one("Port")
    if port.known and not port.absent:
        wrong = {"HTTPS": 80, "HTTPS_STR_MATCH": 80, "HTTP": 443, "HTTP_STR_MATCH": 443}.get(kind)
        if wrong is not None and number(port.value) == wrong:
            yield port.problem(f"a check of type {kind} does not go to port {wrong}")
