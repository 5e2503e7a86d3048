"""What is sent to the services of the embedded AWS after a deployment, and that no account ever sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import Endpoint
from generator.deploy.local_patches import PATCHES
from generator.deploy.local_values import UnknownValueError, Values

STACK = "arn:aws-cn:cloudformation:cn-north-1:111122223333:stack/dev-cn-north-1-items/1234"
RESOURCES = {
    "Alarms": {"Type": "AWS::SNS::Topic"},
    "Failures": {"Type": "AWS::SQS::Queue"},
    "Key": {"Type": "AWS::KMS::Key"},
    "Vpc": {"Type": "AWS::EC2::VPC"},
    "Gone": {"Type": "AWS::KMS::Key"},
}
VALUES = Values(
    RESOURCES,
    {
        "Alarms": "arn:aws-cn:sns:cn-north-1:111122223333:alarms",
        "Failures": "http://localhost:4566/111122223333/failures",
        "Key": "k-1",
        "Vpc": "vpc-1",
    },
    {"Email": "ops@example.com"},
    STACK,
)


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ("plain", "plain"),
        (True, True),
        ({"Ref": "Email"}, "ops@example.com"),
        ({"Ref": "Key"}, "k-1"),
        ({"Ref": "AWS::Region"}, "cn-north-1"),
        ({"Ref": "AWS::StackName"}, "dev-cn-north-1-items"),
        ({"Fn::GetAtt": ["Key", "Arn"]}, "arn:aws-cn:kms:cn-north-1:111122223333:key/k-1"),
        ({"Fn::GetAtt": ["Failures", "Arn"]}, "arn:aws-cn:sqs:cn-north-1:111122223333:failures"),
        ({"Fn::GetAtt": ["Alarms", "Arn"]}, "arn:aws-cn:sns:cn-north-1:111122223333:alarms"),
        (
            {"Fn::Sub": "${AWS::AccountId}/${Key}/${Key.Arn}/${!Key}"},
            "111122223333/k-1/arn:aws-cn:kms:cn-north-1:111122223333:key/k-1/${!Key}",
        ),
        ([{"a": {"Ref": "Key"}}], [{"a": "k-1"}]),
    ],
)
def test_values_are_those_that_cloudformation_deployed(node: object, value: object) -> None:
    assert VALUES.of(node) == value


@pytest.mark.parametrize(
    "node",
    [
        {"Ref": "Nobody"},
        {"Ref": "Gone"},
        {"Ref": "AWS::NoValue"},
        {"Fn::GetAtt": ["Vpc", "Arn"]},
        {"Fn::GetAtt": ["Key", "KeyId"]},
        {"Fn::If": ["Yes", 1, 2]},
        {"deep": [{"Fn::Sub": "${Vpc.CidrBlock}"}]},
    ],
)
def test_a_value_that_is_not_known_is_never_guessed(node: Mapping[str, Any]) -> None:
    with pytest.raises(UnknownValueError):
        VALUES.of(node)


@pytest.mark.parametrize("url", ["", "https://example.com", "http://10.0.0.1:4566", "http://127.0.0.1:4566"])
def test_no_call_of_a_patch_goes_to_what_has_not_answered_as_the_embedded_aws(url: str) -> None:
    cloud = AwsCloud("us-west-2", Endpoint(url, "test", "test"))
    with pytest.raises(RuntimeError, match="embedded AWS alone"):
        cloud.call("dynamodb", "list_tables", {})
    cloud.close()


def test_no_property_is_patched_twice() -> None:
    patched = [(patch.type, patch.property) for patch in PATCHES]
    assert len(patched) == len(set(patched))
