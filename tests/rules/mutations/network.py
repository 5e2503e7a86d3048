"""Networks and security groups."""

from __future__ import annotations

from tests.rules.mutations.change import Mutation, Template, put, remove, without

GROUP = "AWS::EC2::SecurityGroup"
WORLD = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}


def _one_zone(template: Template) -> str | None:
    subnets = [one for one in template["Resources"].values() if one["Type"] == "AWS::EC2::Subnet"]
    for subnet in subnets:
        subnet["Properties"]["AvailabilityZone"] = "us-west-2a"
    kinds = {one["Type"] for one in template["Resources"].values()}
    return "Subnets" if subnets and "AWS::RDS::DBSubnetGroup" in kinds else None


def _open_default(template: Template) -> str | None:
    if "Office" not in template.get("Parameters", {}):
        return None
    template["Parameters"]["Office"]["Default"] = "0.0.0.0/0"
    return "Office"


MUTATIONS = (
    Mutation("E9801", put([WORLD], GROUP, "Properties", "SecurityGroupIngress")),
    Mutation(
        "E9801", put([{"IpProtocol": "-1", "CidrIpv6": "::/0"}], GROUP, "Properties", "SecurityGroupIngress")
    ),
    Mutation(
        "E9801",
        put([WORLD | {"CidrIp": "128.0.0.0/1"}], GROUP, "Properties", "SecurityGroupIngress"),
    ),
    Mutation("W9811", _open_default),
    Mutation("W9802", remove(GROUP, "Properties", "SecurityGroupEgress")),
    Mutation(
        "W9803", put([{"IpProtocol": -1, "CidrIp": "0.0.0.0/0"}], GROUP, "Properties", "SecurityGroupEgress")
    ),
    Mutation("W9804", put(True, "AWS::EC2::Subnet", "Properties", "MapPublicIpOnLaunch")),
    Mutation("E9805", _one_zone),
    Mutation("W9806", without("AWS::EC2::FlowLog")),
    Mutation("W9809", remove("AWS::EC2::Route", "DependsOn")),
    Mutation("I9810", remove("AWS::EC2::VPCEndpoint", "Properties", "PolicyDocument")),
)
