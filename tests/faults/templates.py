"""The templates that the tests of faults deploy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..deploy.stage import FUNCTION
from ..deploy.support import body

REGION = "us-west-2"


def template(service: str, version: int, *, broken: bool) -> dict[str, Any]:
    """A production stack with code, data that is protected last, an alarm that rolls back, and a bucket."""
    resources: dict[str, Any] = {
        "Code": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {
                "Type": "String",
                "Name": f"/{service}/code",
                "Value": {"Fn::Join": [" ", [{"Ref": "CodeKey"}, {"Ref": "CodeSha256"}]]},
            },
        },
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": f"dev-{REGION}-{service}",
                "BillingMode": "PAY_PER_REQUEST",
                "DeletionProtectionEnabled": version > 0,
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            },
        },
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30 + version}},
        "Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Delete"},
        "Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmName": f"dev-{REGION}-{service}-errors",
                "Namespace": "Faults",
                "MetricName": "Errors",
                "Statistic": "Sum",
                "Period": 60,
                "EvaluationPeriods": 1,
                "Threshold": 1,
                "ComparisonOperator": "GreaterThanThreshold",
            },
        },
    }
    if broken:
        # CloudFormation makes no secure strings: this fails only when it is executed.
        resources["Broken"] = {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Type": "SecureString", "Value": "x"},
        }
    return body(
        resources,
        service,
        Production=True,
        Parameters={name: {"Type": "String"} for name in ("ArtifactBucket", "CodeKey", "CodeSha256")},
        Artifacts={"CodeKey": {"Handler": "handlers.any", "Sha256Parameter": "CodeSha256"}},
        ProtectLast={"Table": "DeletionProtectionEnabled"} if version > 0 else {},
        RollbackAlarms=["Alarm"],
        MonitoringMinutes=0,
    )


def slow_template(service: str, version: int, folder: Path) -> dict[str, Any]:
    """A production stack with a resource that ``folder`` can tell to take its time, and one after it."""
    properties = {
        "ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]},
        "ServiceTimeout": "30",
        "Folder": str(folder),
        "Value": str(version),
    }
    slow = {"Type": "Custom::Slow", "Properties": properties}
    last = {**slow, "DependsOn": ["Slow"]}
    return body({"Function": FUNCTION, "Slow": slow, "Last": last}, service, Production=True)
