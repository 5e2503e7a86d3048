"""What a DNS name may look like."""

from __future__ import annotations

import re
from typing import Any

from generator.rules._document import Document
from generator.rules._values import HOLE, function_of

LABELS = re.compile(rf"(?!-)[A-Za-z0-9_*\-{HOLE}]+(\.[A-Za-z0-9_\-{HOLE}]+)*\.?")
# Attributes that are ids or ARNs whatever the resource.
NOT_HOSTS = {"Arn", "Id", "AliasArn", "RestApiId", "RootResourceId", "TableArn", "StreamArn", "HostedZoneId"}
# A Ref to these gives an ARN, a URL or an id.
NOT_NAMED = (
    "AWS::ApiGateway::",
    "AWS::ApiGatewayV2::",
    "AWS::CloudFront::Distribution",
    "AWS::DynamoDB::",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::Lambda::",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
)
# But a Ref to a custom domain gives its name, which does resolve.
NAMED = ("AWS::ApiGateway::DomainName", "AWS::ApiGatewayV2::DomainName")


def no_host(document: Document, written: Any, value: Any) -> str | None:
    """Why something is no DNS name; None where it can be one.

    ``written`` is the expression as it stands in the template, ``value`` what it comes to.
    """
    return _no_host_of(document, written) or (_no_name(value) if isinstance(value, str) else None)


def _no_host_of(document: Document, written: Any) -> str | None:
    match function_of(written):
        case "Fn::GetAtt", [str(), str() as attribute] if attribute in NOT_HOSTS:
            return f"the {attribute} of a resource"
        case "Fn::GetAtt", str() as dotted if dotted.partition(".")[2] in NOT_HOSTS:
            return f"the {dotted.partition('.')[2]} of a resource"
        case "Ref", str() as name if name in document.all_resources:
            kind = document.all_resources[name].type
            if kind.startswith(NOT_NAMED) and kind not in NAMED:
                return f"a Ref to {kind}, which is no host name"
    return None


def _no_name(value: str) -> str | None:
    if value.startswith("arn:"):
        return "an ARN"
    if "://" in value:
        return "a URL"
    if "/" in value:
        return "a name with a path"
    if re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", value):
        return "an IP address"
    return None if LABELS.fullmatch(value) else "no host name"
