"""I9810: a VPC endpoint through which everybody's resources can be reached."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule


class EndpointPolicy(Rule):
    """The default policy of an endpoint allows every action on every account's resources."""

    id = "I9810"
    shortdesc = "VPC endpoint without a policy"
    description = (
        "Through an endpoint without a policy data can leave to any account's bucket or table with any "
        "account's credentials."
    )
    source_url = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"
    tags = ("resources", "ec2", "network", "security")

    def check(self, document: Document) -> Iterator[Problem]:
        """Gateway and interface endpoints."""
        for endpoint in document.resources("AWS::EC2::VPCEndpoint"):
            if endpoint.properties.one("PolicyDocument").absent:
                yield endpoint.properties.problem(
                    "add a PolicyDocument with a condition on aws:PrincipalAccount or aws:ResourceAccount"
                )
