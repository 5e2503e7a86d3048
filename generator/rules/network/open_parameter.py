"""W9811: a parameter for a range of addresses whose default is everybody."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import function_of
from generator.rules.network._rules import ingress, is_public, is_world


class OpenParameter(Rule):
    """What is not given is taken from Default."""

    id = "W9811"
    shortdesc = "Parameter for a security group's source whose default is everybody"
    description = "Whoever deploys without the parameter opens the port to the whole Internet."
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    tags = ("parameters", "ec2", "security")
    items = ("S3.12",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Parameters that a rule for other ports than 80 and 443 takes its range from."""
        sources = {
            argument
            for rule in ingress(document)
            if not is_public(rule)
            for name in ("CidrIp", "CidrIpv6")
            for function, argument in [function_of(rule.raw(name).value) or ("", "")]
            if function == "Ref" and isinstance(argument, str)
        }
        for name, parameter in document.section("Parameters"):
            if name in sources and is_world(parameter.raw("Default").value):
                yield parameter.raw("Default").problem(
                    "leave Default out, or make it the range that may connect, such as 10.0.0.0/16"
                )
