"""W9745: a health check that proves little: no TLS, or no path."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth


class HealthCheckPath(Rule):
    """A check should ask what callers ask: over TLS, by name, for a path that looks inside."""

    id = "W9745"
    shortdesc = "Health check without HTTPS, a path, or SNI"
    description = (
        "A TCP or plain HTTP check, or one of /, is healthy while certificates have expired or the table "
        "behind cannot be read."
    )
    source_url = (
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html"
    )
    tags = ("resources", "route53", "availability")
    items = ("S3.17",)

    def check(self, document: Document) -> Iterator[Problem]:
        """One finding a property."""
        for check in document.resources("AWS::Route53::HealthCheck"):
            configuration = check.properties.one("HealthCheckConfig")
            kind = configuration.one("Type")
            if kind.value in ("HTTP", "HTTP_STR_MATCH", "TCP"):
                yield kind.problem("set Type to HTTPS")
            if kind.value in ("HTTPS", "HTTPS_STR_MATCH"):
                path = configuration.wrong(
                    "ResourcePath", unless=lambda value: value not in ("", "/") and isinstance(value, str)
                )
                if path:
                    yield path.problem(
                        "set ResourcePath to a route that looks at what the API needs, such as /health"
                    )
                for name in configuration.some("EnableSNI", that=lambda value: truth(value) is False):
                    yield name.problem("remove EnableSNI or set it to true; API Gateway answers by name")
