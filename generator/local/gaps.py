"""What the embedded AWS does not do, so that nobody takes a green run on it for more than it is.

Each line was seen on ministack 1.5.33: a stack with the property was created, then the service was asked for
it. Types that the engine refuses are not here: a deployment swaps them and says so (deploy/local_swaps.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Type → property → what happens to it. "" stands for the type as a whole.
GAPS: Mapping[str, Mapping[str, str]] = {
    "AWS::ApiGateway::Account": {"": "nothing writes to the log group of an API"},
    "AWS::ApiGateway::Method": {"RequestValidatorId": "ignored, so only the handler refuses a wrong request"},
    "AWS::ApiGateway::RequestValidator": {"": "accepted and not made"},
    "AWS::ApiGateway::RestApi": {"EndpointConfiguration": "ignored"},
    "AWS::ApiGateway::Stage": {"AccessLogSetting": "ignored", "TracingEnabled": "kept, nothing is traced"},
    "AWS::CloudWatch::Alarm": {
        "": "AWS services publish no metrics here, so only an alarm on a custom metric can fire",
    },
    "AWS::DynamoDB::Table": {
        "ContributorInsightsSpecification": "ignored",
        "OnDemandThroughput": "ignored, there is no throttling",
        "PointInTimeRecoverySpecification": "ignored",
        "SSESpecification": "ignored, nothing is encrypted",
        "TimeToLiveSpecification": "ignored, nothing expires",
    },
    "AWS::IAM::Role": {"PermissionsBoundary": "ignored"},
    "AWS::Lambda::EventSourceMapping": {"KmsKeyArn": "ignored"},
    "AWS::Lambda::Function": {
        "DeadLetterConfig": "ignored",
        "KmsKeyArn": "ignored",
        "MemorySize": "kept, not enforced",
        "ReservedConcurrentExecutions": "ignored",
        "Runtime": "kept, functions run on the Python of this environment",
        "TracingConfig": "kept, nothing is traced",
        "VpcConfig": "ignored",
    },
    "AWS::S3::Bucket": {
        "BucketEncryption": "ignored",
        "LifecycleConfiguration": "ignored, nothing expires",
        "ReplicationConfiguration": "ignored",
    },
    "AWS::S3::BucketPolicy": {"": "does not bind the root user, which is who you are here"},
    "AWS::SNS::Subscription": {"": "confirmed at once, and no mail is sent"},
    "AWS::SNS::Topic": {"KmsMasterKeyId": "ignored"},
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
    """One line a type, as ``up`` and ``run`` print it."""
    by_type: dict[str, list[str]] = {}
    for gap in found:
        words = f"{gap.property} {gap.effect}" if gap.property else gap.effect
        by_type.setdefault(gap.type.removeprefix("AWS::"), []).append(words)
    return tuple(f"{kind}: {'; '.join(words)}" for kind, words in by_type.items())
