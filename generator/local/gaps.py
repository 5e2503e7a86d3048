"""What the embedded AWS does not do, so that nobody takes a green run on it for more than it is.

Each line was seen on ministack 1.5.33: a stack with the property was created, then the service was asked for
it. Types that the engine refuses are not here: a deployment swaps them and says so (deploy/local_swaps.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LATEST = "on $LATEST, and on no version published before"

# Type → property → what happens to it. "" stands for the type as a whole. What is "kept" the service tells
# when it is asked, if need be because a deployment sent it there (deploy/local_patches.py).
GAPS: Mapping[str, Mapping[str, str]] = {
    "AWS::ApiGateway::Account": {"": "nothing writes to the log group of an API"},
    "AWS::ApiGateway::Method": {
        "RequestValidatorId": "also checks bodies of a content type without a model",
    },
    "AWS::ApiGateway::RestApi": {
        "EndpointAccessMode": "ignored",
        "EndpointConfiguration": "ignored",
        "SecurityPolicy": "ignored, there is no TLS",
    },
    "AWS::ApiGateway::Stage": {
        "AccessLogSetting": "kept, nothing is logged",
        "CacheClusterEnabled": "kept, nothing is cached",
        "CacheClusterSize": "kept, nothing is cached",
        "TracingEnabled": "kept, nothing is traced",
    },
    "AWS::CloudWatch::Alarm": {
        "": "AWS services publish no metrics here, so only an alarm on a custom metric can fire",
    },
    "AWS::DynamoDB::Table": {
        "ContributorInsightsSpecification": "kept without Mode, nothing is reported",
        "OnDemandThroughput": "kept, there is no throttling",
        "PointInTimeRecoverySpecification": "kept without RecoveryPeriodInDays",
        "SSESpecification": "kept, nothing is encrypted",
    },
    "AWS::Events::EventBus": {
        "DeadLetterConfig": "kept, nothing is ever put there",
        "KmsKeyIdentifier": "kept, nothing is encrypted",
    },
    "AWS::Events::Rule": {
        "Targets": "kept, what cannot be delivered is neither tried again nor put aside",
    },
    "AWS::Lambda::EventSourceMapping": {"KmsKeyArn": "ignored"},
    "AWS::Lambda::Function": {
        "DeadLetterConfig": LATEST,
        "KmsKeyArn": LATEST,
        "MemorySize": "kept, not enforced",
        "ReservedConcurrentExecutions": "kept, enforced for $LATEST alone",
        "Runtime": "kept, functions run on the Python of this environment",
        "TracingConfig": "kept, nothing is traced",
        "VpcConfig": LATEST,
    },
    "AWS::S3::Bucket": {
        "BucketEncryption": "kept, nothing is encrypted",
        "LifecycleConfiguration": "ignored, nothing expires",
    },
    "AWS::S3::BucketPolicy": {"": "does not bind the root user, which is who you are here"},
    "AWS::SNS::Subscription": {"": "confirmed at once, and no mail is sent"},
    "AWS::SNS::Topic": {
        "KmsMasterKeyId": "kept, nothing is encrypted",
        "TracingConfig": "kept, nothing is traced",
    },
    "AWS::WAFv2::WebACL": {"": "filters nothing"},
}


@dataclass(frozen=True)
class Gap:
    """A property of a resource type (the type itself where empty) and what becomes of it."""

    type: str
    property: str
    effect: str


def gaps(templates: Iterable[Mapping[str, Any]]) -> tuple[Gap, ...]:
    """The gaps that ``templates`` touch, sorted: of the types they use, and the properties that they set."""
    used = {
        (kind, name)
        for template in templates
        for resource in template["Resources"].values()
        for kind in [resource["Type"]]
        for name in ["", *resource.get("Properties", {})]
    }
    return tuple(
        Gap(kind, name, GAPS[kind][name]) for kind, name in sorted(used) if name in GAPS.get(kind, {})
    )


def lines(found: Iterable[Gap]) -> tuple[str, ...]:
    """One line a type, as ``gen deploy`` prints it; properties that fare alike stand together."""
    by_type: dict[str, dict[str, list[str]]] = {}
    for gap in found:
        by_type.setdefault(gap.type.removeprefix("AWS::"), {}).setdefault(gap.effect, []).append(gap.property)
    return tuple(
        f"{kind}: " + "; ".join(f"{', '.join(names)} {effect}".strip() for effect, names in effects.items())
        for kind, effects in by_type.items()
    )
