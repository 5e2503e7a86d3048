"""W9806: a VPC whose traffic nobody could look at afterwards."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule


class FlowLogs(Rule):
    """After an incident, flow logs are what is left of the network."""

    id = "W9806"
    shortdesc = "VPC without flow logs"
    description = "Without flow logs nobody can say afterwards who talked to whom, or what was refused."
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html"
    tags = ("resources", "ec2", "network", "monitoring")

    def check(self, document: Document) -> Iterator[Problem]:
        """VPCs that no flow log of the template names, nor a subnet's."""
        logged = {
            name for log in document.resources("AWS::EC2::FlowLog") for name in document.reaches(log.id)
        }
        for vpc in document.resources("AWS::EC2::VPC"):
            if vpc.id not in logged:
                yield vpc.problem("add an AWS::EC2::FlowLog with ResourceType VPC for it")
