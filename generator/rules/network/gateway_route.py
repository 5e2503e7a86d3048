"""W9809: a route to a gateway that may not be attached yet."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule


class GatewayRoute(Rule):
    """Nothing in the route refers to the attachment, so CloudFormation makes both at once."""

    id = "W9809"
    shortdesc = "Route to an internet gateway without waiting for its attachment"
    description = (
        "EC2 refuses a route to a gateway that is not attached. The route does not refer to the attachment, "
        "so that without DependsOn it is luck which of the two comes first."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html"
    )
    tags = ("resources", "ec2", "network", "dependencies")
    items = ("S2.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Routes through a gateway that the template attaches."""
        attachments = {
            gateway.id: attachment.id
            for attachment in document.resources("AWS::EC2::VPCGatewayAttachment")
            if (gateway := document.named(attachment.properties.raw("InternetGatewayId").value))
        }
        for route in document.resources("AWS::EC2::Route"):
            gateway = document.named(route.properties.raw("GatewayId").value, "AWS::EC2::InternetGateway")
            attachment = attachments.get(gateway.id) if gateway else None
            if attachment and attachment not in document.reaches(route.id):
                yield route.problem(f"add DependsOn: {attachment}")
