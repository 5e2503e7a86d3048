"""What the embedded AWS's CloudFormation drops and its services keep: sent to them after a deployment.

Each patch was read back on ministack 1.5.33, and tests/e2e/test_patches.py does it again. What a service does
not keep either, or keeps without effect, is in local/gaps.py. No account of AWS ever sees any of this:
``Cloud.call`` refuses to leave this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.deploy.cloud import Cloud
from generator.deploy.job import Job
from generator.deploy.local_values import UnknownValueError, Values

Parameters = Mapping[str, Any]

METHOD = "AWS::ApiGateway::Method"
STAGE = "AWS::ApiGateway::Stage"
VALIDATOR = "AWS::ApiGateway::RequestValidator"
TABLE = "AWS::DynamoDB::Table"
BUS = "AWS::Events::EventBus"
ROLE = "AWS::IAM::Role"
FUNCTION = "AWS::Lambda::Function"
BUCKET = "AWS::S3::Bucket"
TOPIC = "AWS::SNS::Topic"

BOUNDARY = "PermissionsBoundary"
CONCURRENCY = "ReservedConcurrentExecutions"
EXPIRY = "TimeToLiveSpecification"
INSIGHTS = "ContributorInsightsSpecification"
RECOVERY = "PointInTimeRecoverySpecification"

# CloudFormation's spelling of a member → S3's.
S3_NAMES = {
    "Id": "ID",
    "ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault",
    "TagFilter": "Tag",
    "TagFilters": "Tags",
}

# A member of MethodSettings → where UpdateStage has it ("PatchOperation", API Gateway REST API reference).
METHOD_SETTINGS = {
    "CacheDataEncrypted": "caching/dataEncrypted",
    "CacheTtlInSeconds": "caching/ttlInSeconds",
    "CachingEnabled": "caching/enabled",
    "DataTraceEnabled": "logging/dataTrace",
    "LoggingLevel": "logging/loglevel",
    "MetricsEnabled": "metrics/enabled",
    "ThrottlingBurstLimit": "throttling/burstLimit",
    "ThrottlingRateLimit": "throttling/rateLimit",
}


@dataclass(frozen=True)
class One:
    """A deployed resource. ``value`` is the property that is patched, as deployed."""

    id: str
    value: Any
    property: Callable[[str], Any]


@dataclass(frozen=True)
class Patch:
    """A property of a type, and the call that brings it to its service, once for each of ``parameters``."""

    type: str
    property: str
    service: str
    operation: str
    parameters: Callable[[One], Iterable[Parameters]]


def under(key: str, name: str) -> Callable[[One], Iterable[Parameters]]:
    """One call: the resource's id under ``key``, the value under ``name``."""
    return lambda one: [{key: one.id, name: one.value}]


def attribute(name: str) -> Callable[[One], Iterable[Parameters]]:
    """One call: an attribute of a topic."""
    return lambda one: [{"TopicArn": one.id, "AttributeName": name, "AttributeValue": str(one.value)}]


def encrypted_table(one: One) -> Iterable[Parameters]:
    """Encryption of a table."""
    return [{"TableName": one.id, "SSESpecification": renamed(one.value, {"SSEEnabled": "Enabled"})}]


def encrypted_bucket(one: One) -> Iterable[Parameters]:
    """Encryption of a bucket."""
    rules = renamed(one.value["ServerSideEncryptionConfiguration"], S3_NAMES)
    return [{"Bucket": one.id, "ServerSideEncryptionConfiguration": {"Rules": rules}}]


def replicated_bucket(one: One) -> Iterable[Parameters]:
    """Replication of a bucket."""
    return [{"Bucket": one.id, "ReplicationConfiguration": renamed(one.value, S3_NAMES)}]


def renamed(node: Any, names: Mapping[str, str]) -> Any:
    """``node`` with members that a service spells otherwise than CloudFormation."""
    if isinstance(node, list):
        return [renamed(entry, names) for entry in node]
    if isinstance(node, dict):
        return {names.get(key, key): renamed(value, names) for key, value in node.items()}
    return node


def insights(one: One) -> Iterable[Parameters]:
    """Contributor insights of a table."""
    return [{"TableName": one.id, **insight(one.value)}]


def index_insights(one: One) -> Iterable[Parameters]:
    """Contributor insights of the indexes that set them."""
    return [
        {"TableName": one.id, "IndexName": index["IndexName"], **insight(index[INSIGHTS])}
        for index in one.value
        if INSIGHTS in index
    ]


def insight(specification: Mapping[str, Any]) -> Parameters:
    """Contributor insights as DynamoDB takes them."""
    mode = {"ContributorInsightsMode": specification["Mode"]} if "Mode" in specification else {}
    return {"ContributorInsightsAction": "ENABLE" if specification["Enabled"] else "DISABLE", **mode}


def validated(one: One) -> Iterable[Parameters]:
    """A method with its validator."""
    method = {
        "restApiId": one.property("RestApiId"),
        "resourceId": one.property("ResourceId"),
        "httpMethod": one.property("HttpMethod"),
    }
    return [{**method, "patchOperations": [replace("/requestValidatorId", one.value)]}]


def logged(one: One) -> Iterable[Parameters]:
    """A stage with its access log."""
    operations = [
        replace("/accessLogSettings/destinationArn", one.value["DestinationArn"]),
        replace("/accessLogSettings/format", one.value["Format"]),
    ]
    return [{**stage(one), "patchOperations": operations}]


def set_on_stage(name: str) -> Callable[[One], Iterable[Parameters]]:
    """A stage with one value of its own."""
    return lambda one: [{**stage(one), "patchOperations": [replace(f"/{name}", one.value)]}]


def set_on_methods(one: One) -> Iterable[Parameters]:
    """The settings of a stage's methods, which CloudFormation here keeps under paths that no request has."""
    for method in one.value:
        if "~1" in method.get("ResourcePath", ""):
            where = f"{method['ResourcePath']}/{method['HttpMethod']}"
            operations = [
                replace(f"{where}/{path}", method[name])
                for name, path in METHOD_SETTINGS.items()
                if name in method
            ]
            yield {**stage(one), "patchOperations": operations}


def stage(one: One) -> Parameters:
    """Which stage."""
    return {"restApiId": one.property("RestApiId"), "stageName": one.property("StageName")}


def replace(path: str, value: object) -> Mapping[str, str]:
    """A patch operation of API Gateway, whose values are strings."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return {"op": "replace", "path": path, "value": text}


CONFIGURE = "update_function_configuration"

# Sorted by type and property.
PATCHES = (
    Patch(METHOD, "RequestValidatorId", "apigateway", "update_method", validated),
    Patch(STAGE, "AccessLogSetting", "apigateway", "update_stage", logged),
    Patch(STAGE, "CacheClusterEnabled", "apigateway", "update_stage", set_on_stage("cacheClusterEnabled")),
    Patch(STAGE, "CacheClusterSize", "apigateway", "update_stage", set_on_stage("cacheClusterSize")),
    Patch(STAGE, "MethodSettings", "apigateway", "update_stage", set_on_methods),
    Patch(TABLE, INSIGHTS, "dynamodb", "update_contributor_insights", insights),
    Patch(TABLE, "GlobalSecondaryIndexes", "dynamodb", "update_contributor_insights", index_insights),
    Patch(TABLE, "OnDemandThroughput", "dynamodb", "update_table", under("TableName", "OnDemandThroughput")),
    Patch(TABLE, RECOVERY, "dynamodb", "update_continuous_backups", under("TableName", RECOVERY)),
    Patch(TABLE, "SSESpecification", "dynamodb", "update_table", encrypted_table),
    Patch(TABLE, EXPIRY, "dynamodb", "update_time_to_live", under("TableName", EXPIRY)),
    Patch(BUS, "DeadLetterConfig", "events", "update_event_bus", under("Name", "DeadLetterConfig")),
    Patch(BUS, "KmsKeyIdentifier", "events", "update_event_bus", under("Name", "KmsKeyIdentifier")),
    Patch(ROLE, BOUNDARY, "iam", "put_role_permissions_boundary", under("RoleName", BOUNDARY)),
    Patch(FUNCTION, "DeadLetterConfig", "lambda", CONFIGURE, under("FunctionName", "DeadLetterConfig")),
    Patch(FUNCTION, "KmsKeyArn", "lambda", CONFIGURE, under("FunctionName", "KMSKeyArn")),
    Patch(FUNCTION, CONCURRENCY, "lambda", "put_function_concurrency", under("FunctionName", CONCURRENCY)),
    Patch(FUNCTION, "VpcConfig", "lambda", CONFIGURE, under("FunctionName", "VpcConfig")),
    Patch(BUCKET, "BucketEncryption", "s3", "put_bucket_encryption", encrypted_bucket),
    Patch(BUCKET, "ReplicationConfiguration", "s3", "put_bucket_replication", replicated_bucket),
    Patch(TOPIC, "KmsMasterKeyId", "sns", "set_topic_attributes", attribute("KmsMasterKeyId")),
    Patch(TOPIC, "SignatureVersion", "sns", "set_topic_attributes", attribute("SignatureVersion")),
    Patch(TOPIC, "TracingConfig", "sns", "set_topic_attributes", attribute("TracingConfig")),
)


def apply(job: Job) -> None:
    """Send what a deployed stack's template says and CloudFormation dropped; say what, and what could not be.

    It can be done again at any time, and has to be: an update of a method drops its validator once more.
    DeployError where the engine refuses a call.
    """
    stack = job.cloud.stack(job.stack_name)
    if stack is None:
        return
    ids = {one.logical_id: one.physical_id for one in job.cloud.resources(stack.id)}
    values = Values(job.template.resources, ids, stack.parameters, stack.id)
    values = values.with_ids(validators(job.cloud, values))
    applied: dict[str, set[str]] = {}
    for logical_id, patch in patches_of(job.template.resources):
        try:
            calls = list(patch.parameters(deployed(values, logical_id, patch.property)))
        except UnknownValueError as error:
            job.report.note(f"not applied here: {patch.property} of {logical_id}: {error}")
            continue
        for parameters in calls:
            job.cloud.call(patch.service, patch.operation, parameters)
            applied.setdefault(patch.type.removeprefix("AWS::"), set()).add(patch.property)
    if applied:
        words = "; ".join(f"{kind} {', '.join(sorted(names))}" for kind, names in sorted(applied.items()))
        job.report.note(f"applied through the services, as CloudFormation here drops it: {words}")


def patches_of(resources: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Patch]]:
    """Logical id and patch, for each property of a template that needs one."""
    for logical_id, resource in resources.items():
        for patch in PATCHES:
            if patch.type == resource["Type"] and patch.property in resource.get("Properties", {}):
                yield logical_id, patch


def deployed(values: Values, logical_id: str, patched: str) -> One:
    """The resource with its value of ``patched``. Other properties are evaluated when they are asked for."""
    properties = values.resources[logical_id]["Properties"]
    return One(
        id=values.physical_id(logical_id),
        value=values.of(properties[patched]),
        property=lambda name: values.of(properties[name]),
    )


def validators(cloud: Cloud, values: Values) -> dict[str, str]:
    """Logical id → id of each request validator, made where its API has none of its name.

    CloudFormation here answers with an id of a validator that it has not made.
    """
    found: dict[str, str] = {}
    for logical_id, resource in values.resources.items():
        if resource["Type"] == VALIDATOR and logical_id in values.ids:
            properties = values.of(resource["Properties"])
            found[logical_id] = validator(cloud, properties.get("Name", logical_id), properties)
    return found


def validator(cloud: Cloud, name: str, properties: Mapping[str, Any]) -> str:
    """The id of a request validator that is as ``properties`` say."""
    api = {"restApiId": properties["RestApiId"]}
    checks = {
        "validateRequestBody": bool(properties.get("ValidateRequestBody")),
        "validateRequestParameters": bool(properties.get("ValidateRequestParameters")),
    }
    for there in cloud.call("apigateway", "get_request_validators", api)["items"]:
        if there["name"] == name:
            identifier: str = there["id"]
            operations = [replace(f"/{check}", wanted) for check, wanted in checks.items()]
            named = {**api, "requestValidatorId": identifier}
            cloud.call("apigateway", "update_request_validator", {**named, "patchOperations": operations})
            return identifier
    made: str = cloud.call("apigateway", "create_request_validator", {**api, "name": name, **checks})["id"]
    return made
