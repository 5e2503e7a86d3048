"""What the CloudFormation here drops is there after a deployment, or the user is told that it is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from generator.deploy.local_patches import PATCHES
from generator.local import Engine
from generator.local.gaps import GAPS
from tests.deploy.support import body, committed
from tests.e2e.conftest import REGION, ROOT, Deployed, gen

pytestmark = pytest.mark.e2e

PROPERTIES = {(patch.type, patch.property) for patch in PATCHES} | {
    (kind, name) for kind, names in GAPS.items() for name in names if name
}
API, LAMBDA, TABLE = "AWS::ApiGateway::", "AWS::Lambda::", "AWS::DynamoDB::Table"
BUCKET, TOPIC = "AWS::S3::Bucket", "AWS::SNS::Topic"


@dataclass(frozen=True)
class Found:
    """A deployed resource: its physical id, its properties as the template has them, all ids of its stack."""

    deployed: Deployed
    id: str
    properties: Mapping[str, Any]
    ids: Mapping[str, str]

    def ask(self, service: str, operation: str, **parameters: Any) -> Any:
        return getattr(self.deployed.client(service), operation)(**parameters)

    @property
    def api(self) -> str:
        return self.ids[self.properties["RestApiId"]["Ref"]]

    def method(self) -> Any:
        resource = self.id.split("-")[1]
        verb = self.properties["HttpMethod"]
        return self.ask("apigateway", "get_method", restApiId=self.api, resourceId=resource, httpMethod=verb)

    def validator(self) -> bool:
        named = {"restApiId": self.api, "requestValidatorId": self.method()["requestValidatorId"]}
        found = self.ask("apigateway", "get_request_validator", **named)
        return bool(found["validateRequestBody"] and found["validateRequestParameters"])

    def rest_api(self, member: str) -> Any:
        return self.ask("apigateway", "get_rest_api", restApiId=self.id).get(member)

    def stage(self, member: str) -> Any:
        return self.ask("apigateway", "get_stage", restApiId=self.api, stageName=self.id).get(member)

    def method_settings(self) -> bool:
        kept = self.stage("methodSettings")
        return all(
            kept[self._key(wanted)][name[0].lower() + name[1:]] == value
            for wanted in self.properties["MethodSettings"]
            for name, value in wanted.items()
            if name not in {"HttpMethod", "ResourcePath"}
        )

    def _key(self, wanted: Mapping[str, Any]) -> str:
        """Where the gateway looks for the settings of a method when a request comes."""
        path = wanted["ResourcePath"].removeprefix("/").replace("~1", "/")
        return f"{path}/{wanted['HttpMethod']}"

    def table(self, member: str) -> Any:
        return self.ask("dynamodb", "describe_table", TableName=self.id)["Table"].get(member)

    def insights(self, **index: str) -> bool:
        found = self.ask("dynamodb", "describe_contributor_insights", TableName=self.id, **index)
        return str(found["ContributorInsightsStatus"]) == "ENABLED"

    def index_insights(self) -> bool:
        names = [index["IndexName"] for index in self.properties["GlobalSecondaryIndexes"]]
        return all(self.insights(IndexName=name) for name in names)

    def recovery(self) -> bool:
        found = self.ask("dynamodb", "describe_continuous_backups", TableName=self.id)
        status = found["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        return bool(status["PointInTimeRecoveryStatus"] == "ENABLED")

    def expiry(self) -> bool:
        found = self.ask("dynamodb", "describe_time_to_live", TableName=self.id)["TimeToLiveDescription"]
        wanted = self.properties["TimeToLiveSpecification"]["AttributeName"]
        return bool(found == {"TimeToLiveStatus": "ENABLED", "AttributeName": wanted})

    def function(self, member: str) -> Any:
        return self.ask("lambda", "get_function_configuration", FunctionName=self.id).get(member)

    def concurrency(self) -> bool:
        found = self.ask("lambda", "get_function_concurrency", FunctionName=self.id)
        wanted = self.properties["ReservedConcurrentExecutions"]
        return bool(found.get("ReservedConcurrentExecutions") == wanted)

    def mapping(self, member: str) -> Any:
        return self.ask("lambda", "get_event_source_mapping", UUID=self.id).get(member)

    def bus(self, member: str) -> Any:
        return self.ask("events", "describe_event_bus", Name=self.id).get(member)

    def targets(self) -> bool:
        bus = self.ids[self.properties["EventBusName"]["Ref"]]
        (target,) = self.ask("events", "list_targets_by_rule", Rule=self.id, EventBusName=bus)["Targets"]
        return {"DeadLetterConfig", "RetryPolicy"} <= set(target)

    def role(self, member: str) -> Any:
        return self.ask("iam", "get_role", RoleName=self.id)["Role"].get(member)

    def encryption(self) -> bool:
        answer = self.ask("s3", "get_bucket_encryption", Bucket=self.id)
        rule = answer["ServerSideEncryptionConfiguration"]["Rules"][0]["ApplyServerSideEncryptionByDefault"]
        return bool(rule["SSEAlgorithm"] == "aws:kms" and rule["KMSMasterKeyID"].startswith("arn:aws:kms:"))

    def bucket(self, operation: str) -> bool:
        try:
            return bool(self.ask("s3", operation, Bucket=self.id))
        except ClientError:
            return False

    def topic(self, member: str) -> Any:
        return self.ask("sns", "get_topic_attributes", TopicArn=self.id)["Attributes"].get(member)


# How each property is read back; a true value means that its service has it.
READ: Mapping[tuple[str, str], Callable[[Found], Any]] = {
    (f"{API}Method", "RequestValidatorId"): lambda one: one.validator(),
    (f"{API}RestApi", "EndpointAccessMode"): lambda one: one.rest_api("endpointAccessMode"),
    (f"{API}RestApi", "EndpointConfiguration"): lambda one: one.rest_api("endpointConfiguration"),
    (f"{API}RestApi", "SecurityPolicy"): lambda one: one.rest_api("securityPolicy"),
    (f"{API}Stage", "AccessLogSetting"): lambda one: one.stage("accessLogSettings")["destinationArn"],
    (f"{API}Stage", "CacheClusterEnabled"): lambda one: one.stage("cacheClusterEnabled"),
    (f"{API}Stage", "CacheClusterSize"): lambda one: one.stage("cacheClusterSize"),
    (f"{API}Stage", "MethodSettings"): lambda one: one.method_settings(),
    (f"{API}Stage", "TracingEnabled"): lambda one: one.stage("tracingEnabled"),
    (TABLE, "ContributorInsightsSpecification"): lambda one: one.insights(),
    (TABLE, "GlobalSecondaryIndexes"): lambda one: one.index_insights(),
    (TABLE, "OnDemandThroughput"): lambda one: one.table("OnDemandThroughput"),
    (TABLE, "PointInTimeRecoverySpecification"): lambda one: one.recovery(),
    (TABLE, "SSESpecification"): lambda one: one.table("SSEDescription")["KMSMasterKeyArn"],
    (TABLE, "TimeToLiveSpecification"): lambda one: one.expiry(),
    ("AWS::Events::EventBus", "DeadLetterConfig"): lambda one: one.bus("DeadLetterConfig")["Arn"],
    ("AWS::Events::EventBus", "KmsKeyIdentifier"): lambda one: one.bus("KmsKeyIdentifier"),
    ("AWS::Events::Rule", "Targets"): lambda one: one.targets(),
    ("AWS::IAM::Role", "PermissionsBoundary"): lambda one: one.role("PermissionsBoundary"),
    (f"{LAMBDA}EventSourceMapping", "KmsKeyArn"): lambda one: one.mapping("KMSKeyArn"),
    (f"{LAMBDA}Function", "DeadLetterConfig"): lambda one: one.function("DeadLetterConfig"),
    (f"{LAMBDA}Function", "KmsKeyArn"): lambda one: one.function("KMSKeyArn"),
    (f"{LAMBDA}Function", "MemorySize"): lambda one: one.function("MemorySize"),
    (f"{LAMBDA}Function", "ReservedConcurrentExecutions"): lambda one: one.concurrency(),
    (f"{LAMBDA}Function", "Runtime"): lambda one: one.function("Runtime"),
    (f"{LAMBDA}Function", "TracingConfig"): lambda one: one.function("TracingConfig"),
    (f"{LAMBDA}Function", "VpcConfig"): lambda one: one.function("VpcConfig")["SubnetIds"],
    (BUCKET, "BucketEncryption"): lambda one: one.encryption(),
    (BUCKET, "LifecycleConfiguration"): lambda one: one.bucket("get_bucket_lifecycle_configuration"),
    (BUCKET, "ReplicationConfiguration"): lambda one: one.bucket("get_bucket_replication"),
    (TOPIC, "KmsMasterKeyId"): lambda one: one.topic("KmsMasterKeyId"),
    (TOPIC, "SignatureVersion"): lambda one: one.topic("SignatureVersion"),
    (TOPIC, "TracingConfig"): lambda one: one.topic("TracingConfig"),
}


def findings(deployed: Deployed, stack: str, template: Mapping[str, Any]) -> dict[tuple[str, str], set[bool]]:
    """(Type, property) → whether the services have it, over all resources of a deployed template."""
    told = deployed.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in told}
    found: dict[tuple[str, str], set[bool]] = {}
    for logical_id, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        for name in properties:
            if read := READ.get((resource["Type"], name)):
                there = bool(read(Found(deployed, ids[logical_id], properties, ids)))
                found.setdefault((resource["Type"], name), set()).add(there)
    return found


def expected(key: tuple[str, str]) -> bool:
    """Whether the user is led to believe that the property is there."""
    kind, name = key
    return not GAPS.get(kind, {}).get(name, "").startswith("ignored")


def committed_template(name: str) -> dict[str, Any]:
    path = ROOT / "templates_out" / "dev" / REGION / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_every_patch_and_every_gap_can_be_read_back_and_every_patch_is() -> None:
    assert set(READ) == PROPERTIES
    templates = (
        *(committed_template(name) for name in ("bootstrap", "catalog", "items", "shipments", "users")),
        body(others()),
    )
    deployed = {
        (resource["Type"], name)
        for template in templates
        for resource in template["Resources"].values()
        for name in resource.get("Properties", {})
    }
    assert {(patch.type, patch.property) for patch in PATCHES} <= deployed


def test_what_is_told_about_the_committed_templates_is_what_the_services_say(deployed: Deployed) -> None:
    for name in ("bootstrap", "catalog", "items", "shipments", "users"):
        found = findings(deployed, f"dev-{REGION}-{name}", committed_template(name))
        assert found
        assert found == {key: {expected(key)} for key in found}


@pytest.mark.parametrize("function", ["Api", "Stream"])
def test_a_function_gets_its_key_and_dead_letters_on_latest_and_the_published_version_has_none(
    deployed: Deployed, function: str
) -> None:
    name = deployed.outputs[f"{function}FunctionName"]
    latest, live = (
        deployed.client("lambda").get_function_configuration(FunctionName=name, Qualifier=qualifier)
        for qualifier in ("$LATEST", "live")
    )
    assert latest["KMSKeyArn"] == deployed.outputs["KeyArn"]
    assert latest["DeadLetterConfig"]["TargetArn"].endswith(":dev-us-west-2-items-dead-letters")
    assert not live.get("KMSKeyArn")
    assert not live.get("DeadLetterConfig")


ENVIRONMENT = """\
production: false
regions: [us-west-2]
owner: team
cost_center: CC-1
allowed_origins: []
"""
CODE = "def handler(event, context):\n    return {}\n"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def others(**method: Any) -> dict[str, Any]:
    """Resources with the properties that the committed templates of dev do not set."""
    api, root = {"Ref": "Api"}, {"Fn::GetAtt": ["Api", "RootResourceId"]}
    rule = {
        "Id": "all",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": {"Fn::Sub": "arn:${AWS::Partition}:s3:::${Copies}"}},
    }
    versioned = {"VersioningConfiguration": {"Status": "Enabled"}}
    return {
        "Api": {"Type": f"{API}RestApi", "Properties": {"Name": "others"}},
        "Traced": {"Type": TOPIC, "Properties": {"TracingConfig": "Active"}},
        "Checks": {
            "Type": f"{API}RequestValidator",
            "Properties": {"RestApiId": api, "ValidateRequestBody": True, "ValidateRequestParameters": True},
        },
        "Root": {
            "Type": f"{API}Resource",
            "Properties": {"RestApiId": api, "ParentId": root, "PathPart": "things"},
        },
        "Get": {
            "Type": f"{API}Method",
            "Properties": {
                "RestApiId": api,
                "ResourceId": {"Ref": "Root"},
                "HttpMethod": "GET",
                "AuthorizationType": "NONE",
                "Integration": {"Type": "MOCK"},
                "RequestValidatorId": {"Ref": "Checks"},
                **method,
            },
        },
        "Table": {
            "Type": TABLE,
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "OnDemandThroughput": {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 5},
            },
        },
        "Limits": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
                }
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": TRUST, "PermissionsBoundary": {"Ref": "Limits"}},
        },
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/24"}},
        "Subnet": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/25"},
        },
        "Function": {
            "Type": f"{LAMBDA}Function",
            "Properties": {
                "Code": {"ZipFile": CODE},
                "Handler": "index.handler",
                "Runtime": "python3.14",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "ReservedConcurrentExecutions": 3,
                "VpcConfig": {"SubnetIds": [{"Ref": "Subnet"}], "SecurityGroupIds": []},
            },
        },
        "Copies": {"Type": BUCKET, "Properties": versioned},
        "Originals": {
            "Type": BUCKET,
            "Properties": {
                **versioned,
                "ReplicationConfiguration": {"Role": {"Fn::GetAtt": ["Role", "Arn"]}, "Rules": [rule]},
            },
        },
    }


def deploy(folder: Path, engine: Engine, template: Mapping[str, Any]) -> str:
    """Deploy a template of no service; what was said."""
    committed(folder / "out", template)
    (folder / "dev.yml").write_text(ENVIRONMENT, encoding="utf-8")
    where = ("--config", str(folder), "--out", str(folder / "out"), "--endpoint-url", engine.endpoint_url)
    done = gen("deploy", "--no-lint", *where)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_the_other_patches_are_there_and_come_back_after_every_update(
    deployed: Deployed, tmp_path: Path
) -> None:
    for method in ({}, {"OperationName": "readThings"}, {"OperationName": "readThings"}):
        template = body(others(**method), service="others")
        said = deploy(tmp_path, deployed.engine, template)
        assert "ApiGateway::Method RequestValidatorId" in said
        assert "not compared with a fresh render, as no service makes them: us-west-2/others" in said
        found = findings(deployed, f"dev-{REGION}-others", template)
        assert found == {key: {expected(key)} for key in found}
        assert len(found) == 8
    api = deployed.client("apigateway")
    (made,) = [one["id"] for one in api.get_rest_apis()["items"] if one["name"] == "others"]
    assert len(api.get_request_validators(restApiId=made)["items"]) == 1


def test_what_only_cloudformation_knows_is_told_and_not_guessed(deployed: Deployed, tmp_path: Path) -> None:
    table = {
        "Type": TABLE,
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "TimeToLiveSpecification": {"AttributeName": {"Fn::Select": [0, ["ttl"]]}, "Enabled": True},
        },
    }
    said = deploy(tmp_path, deployed.engine, body({"Table": table}, service="guess"))
    assert "not applied here: TimeToLiveSpecification of Table: " in said
