"""What the embedded AWS cannot make, and what stands for it there. Each swap is printed, none is silent.

The committed template is not touched: CloudFormation in an account never sees any of this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Resource = Mapping[str, Any]

NOTHING = "AWS::CloudFormation::WaitConditionHandle"

# Types that the embedded AWS refuses and that hold nothing a caller would miss locally.
REFUSED = frozenset(
    {
        "AWS::Backup::BackupSelection",
        "AWS::CloudTrail::Trail",
        "AWS::CloudWatch::CompositeAlarm",
        "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentConfig",
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::EC2::EIP",
        "AWS::EC2::FlowLog",
        "AWS::EC2::NatGateway",
        "AWS::RDS::GlobalCluster",
        "AWS::Route53::HealthCheck",
        "AWS::SecretsManager::RotationSchedule",
        "AWS::WAFv2::LoggingConfiguration",
        "AWS::WAFv2::WebACLAssociation",
    }
)

# Policies that bind everybody here, and the denial in them that would: there is no TLS on this machine.
BINDING = frozenset({"AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy"})
PLAIN_HTTP = {"Bool": {"aws:SecureTransport": "false"}}
TLS = {"Bool": {"aws:SecureTransport": "true"}}

# Properties that an alarm on one metric has in place of the expression's "Metrics".
OF_ONE_METRIC = ("Namespace", "MetricName", "Dimensions")


@dataclass(frozen=True)
class Swap:
    """One resource that is another one on the embedded AWS."""

    logical_id: str
    type: str
    by: str


def swapped(body: Mapping[str, Any]) -> tuple[Mapping[str, Any], tuple[Swap, ...]]:
    """``body`` as the embedded AWS can make it (itself where it can as it is), and what was swapped."""
    resources: dict[str, Resource] = {}
    swaps: list[Swap] = []
    nothing: set[str] = set()
    for logical_id, resource in body["Resources"].items():
        resources[logical_id], by = stand_in(resource)
        if by:
            swaps.append(Swap(logical_id, resource["Type"], by))
        if resources[logical_id]["Type"] == NOTHING and resource["Type"] != NOTHING:
            nothing.add(logical_id)
    if not swaps:
        return body, ()
    changed = {**body, "Resources": resources}
    attributes = re.compile(rf"\$\{{({'|'.join(sorted(nothing))})\.[A-Za-z0-9.]+\}}") if nothing else None
    return without_attributes(changed, nothing, attributes), tuple(
        sorted(swaps, key=lambda swap: swap.logical_id)
    )


def stand_in(resource: Resource) -> tuple[Resource, str]:
    """What the embedded AWS is given for ``resource``, and that in words; ``resource`` and "" if it can."""
    kind = resource["Type"]
    properties = resource.get("Properties", {})
    if kind == "AWS::KMS::ReplicaKey":
        kept = {name: value for name, value in properties.items() if name != "PrimaryKeyArn"}
        return {**resource, "Type": "AWS::KMS::Key", "Properties": kept}, "a key of its own"
    if kind in REFUSED:
        return as_nothing(resource)
    if kind == "AWS::CloudWatch::Alarm" and "Metrics" in properties:
        return first_metric(resource)
    if kind in BINDING:
        return without_tls(resource)
    if kind == "AWS::ApiGateway::RestApi":
        return open_to_http(resource)
    return resource, ""


def as_nothing(resource: Resource) -> tuple[Resource, str]:
    """A handle that nobody waits for."""
    kept = {name: value for name, value in resource.items() if name in {"Condition", "DependsOn"}}
    return {"Type": NOTHING, **kept}, "nothing"


def without_tls(resource: Resource) -> tuple[Resource, str]:
    """A policy of a topic or queue without its denial of plain HTTP."""
    properties = resource["Properties"]
    document = properties["PolicyDocument"]
    kept = [one for one in document["Statement"] if one.get("Condition") != PLAIN_HTTP]
    if len(kept) == len(document["Statement"]):
        return resource, ""
    if not kept:
        return as_nothing(resource)
    changed = {**properties, "PolicyDocument": {**document, "Statement": kept}}
    return {**resource, "Properties": changed}, "one that lets plain HTTP in"


def open_to_http(resource: Resource) -> tuple[Resource, str]:
    """An API whose policy allows over plain HTTP what it allows over TLS."""
    properties = resource.get("Properties", {})
    statements = properties.get("Policy", {}).get("Statement", [])
    if not any(one.get("Condition") == TLS for one in statements):
        return resource, ""
    allowed = [
        {name: value for name, value in one.items() if (name, value) != ("Condition", TLS)}
        for one in statements
    ]
    changed = {**properties, "Policy": {**properties["Policy"], "Statement": allowed}}
    return {**resource, "Properties": changed}, "one that lets plain HTTP in"


def first_metric(resource: Resource) -> tuple[Resource, str]:
    """An alarm on an expression becomes a silent alarm on the expression's first metric.

    Its threshold is the expression's and means nothing for that metric, so its actions are off.
    """
    properties = resource["Properties"]
    stats = [query["MetricStat"] for query in properties["Metrics"] if "MetricStat" in query]
    kept = {name: value for name, value in properties.items() if name not in {"Metrics", "ThresholdMetricId"}}
    if not stats or "Threshold" not in kept:
        return {"Type": NOTHING}, "nothing"
    metric = stats[0]["Metric"]
    one = {name: metric[name] for name in OF_ONE_METRIC if name in metric}
    statistic = stats[0]["Stat"]
    simple = statistic in {"Average", "Maximum", "Minimum", "SampleCount", "Sum"}
    one |= {"Period": stats[0]["Period"], "Statistic" if simple else "ExtendedStatistic": statistic}
    return {
        **resource,
        "Properties": {**kept, **one, "ActionsEnabled": False},
    }, "a silent alarm on its first metric"


def without_attributes(node: Any, nothing: set[str], attributes: re.Pattern[str] | None) -> Any:
    """``node`` with each attribute of a resource in ``nothing`` read as its Ref: a handle has no others."""
    if attributes is None:
        return node

    def visit(value: Any) -> Any:
        if isinstance(value, list):
            return [visit(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        match value:
            case {"Fn::GetAtt": [logical_id, *_]} if logical_id in nothing:
                return {"Ref": logical_id}
            case {"Fn::Sub": str(text)}:
                return {"Fn::Sub": attributes.sub(r"${\1}", text)}
            case {"Fn::Sub": [str(text), variables]}:
                return {"Fn::Sub": [attributes.sub(r"${\1}", text), visit(variables)]}
        return {key: visit(entry) for key, entry in value.items()}

    return visit(node)


def tell(swaps: tuple[Swap, ...], note: Callable[[str], None]) -> None:
    """Say what stands for what."""
    for kind, by in sorted({(swap.type, swap.by) for swap in swaps}):
        names = ", ".join(swap.logical_id for swap in swaps if (swap.type, swap.by) == (kind, by))
        note(f"the embedded AWS cannot make this {kind}; {by} stands for it: {names}")
