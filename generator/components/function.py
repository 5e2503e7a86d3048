"""A Lambda function with its own role, log group, published version and alias."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Protocol

from troposphere import AWSObject, GetAtt, Parameter, Ref, awslambda, iam, logs

from generator.components.compat import LoggingConfig
from generator.components.component import Artifact, Component
from generator.components.excuse import OUTSIDE_VPC, SHARED_CONCURRENCY, TRACES_HAVE_NO_ARN, excused
from generator.components.grant import Grant, Value, distinct, document, trust
from generator.components.key import Key
from generator.components.queue import Queue
from generator.components.scope import Scope

RUNTIME = "python3.14"
ALIAS = "live"
# Properties that UpdateFunctionConfiguration does not take. Code has a parameter of its own.
NOT_IN_A_VERSION = {"Code", "ReservedConcurrentExecutions", "Tags"}
X_RAY = Grant(
    # X-Ray has no resources to name (Service Authorization Reference, "AWS X-Ray").
    sid="WriteTraces",
    actions=("xray:PutTelemetryRecords", "xray:PutTraceSegments"),
    resources=("*",),
)


class Sizes(Protocol):
    """What an environment decides about a function."""

    @property
    def memory_mb(self) -> int:
        """Megabytes."""

    @property
    def timeout_s(self) -> int:
        """Seconds."""

    @property
    def reserved_concurrency(self) -> int | None:
        """Concurrent executions of its own; None shares the account's."""


class Function(Component, frozen=True, kw_only=True):
    """A function; callers use its alias, never the unpublished code."""

    logical_id: str
    physical_name: str
    timeout_s: int

    @property
    def name(self) -> Value:
        """Name of the function, for alarms and dashboards."""
        return self.physical_name

    @property
    def log_group(self) -> Value:
        """Name of the log group of the function."""
        return Ref(f"{self.logical_id}LogGroup")

    @property
    def alias_arn(self) -> Value:
        """ARN of the alias that callers invoke."""
        return Ref(f"{self.logical_id}Alias")


def function(
    scope: Scope,
    logical_id: str,
    *,
    handler: str,
    purpose: str,
    sizes: Sizes,
    environment: Mapping[str, Value],
    grants: tuple[Grant, ...],
    encryption: Key,
    dead_letters: Queue,
) -> Function:
    """Function on arm64: JSON logs, tracing, encrypted environment, least privilege, dead letters kept.

    ``handler`` is the handler string of code under handlers/, such as ``handlers.items.api.handler``. The
    environment holds names and settings, never a secret. Ids made: <id>Function, <id>Role, <id>LogGroup,
    <id>Version, <id>Alias.
    """
    name = scope.name("function", logical_id)
    group = _log_group(scope, f"{logical_id}LogGroup", name, encryption)
    role = _role(scope, logical_id, name, (*grants, *dead_letters.send()), encryption)
    artifact = Artifact(handler, f"{logical_id}CodeKey", f"{logical_id}CodeSha256")
    resource = awslambda.Function(
        f"{logical_id}Function",
        FunctionName=name,
        Description=purpose,
        Architectures=["arm64"],
        Code=awslambda.Code(S3Bucket=Ref("ArtifactBucket"), S3Key=Ref(artifact.key_parameter)),
        DeadLetterConfig=awslambda.DeadLetterConfig(TargetArn=dead_letters.arn),
        Environment=awslambda.Environment(Variables=dict(sorted(environment.items()))),
        Handler=handler,
        KmsKeyArn=encryption.arn,
        LoggingConfig=LoggingConfig(
            ApplicationLogLevel="INFO", LogFormat="JSON", LogGroup=Ref(group), SystemLogLevel="INFO"
        ),
        MemorySize=sizes.memory_mb,
        Role=GetAtt(role, "Arn"),
        Runtime=RUNTIME,
        Tags=scope.tag_list(name),
        Timeout=sizes.timeout_s,
        TracingConfig=awslambda.TracingConfig(Mode="Active"),
        **_concurrency(sizes),
    )
    return Function(
        logical_id=logical_id,
        physical_name=name,
        timeout_s=sizes.timeout_s,
        resources=(group, role, resource, *_published(logical_id, resource, artifact)),
        parameters=_parameters(artifact),
        artifacts=(artifact,),
    )


def _concurrency(sizes: Sizes) -> dict[str, Any]:
    """Concurrency of its own, or the reason why not."""
    reserved = sizes.reserved_concurrency
    if reserved is None:
        return excused(OUTSIDE_VPC, SHARED_CONCURRENCY)
    return {"ReservedConcurrentExecutions": reserved, **excused(OUTSIDE_VPC)}


def _log_group(scope: Scope, logical_id: str, function_name: str, encryption: Key) -> logs.LogGroup:
    name = f"/aws/lambda/{function_name}"
    return logs.LogGroup(
        logical_id,
        LogGroupName=name,
        DeletionProtectionEnabled=scope.retain,
        KmsKeyId=encryption.arn,
        RetentionInDays=scope.log_retention_days,
        Tags=scope.tag_list(name),
        **scope.data_policies,
    )


def _role(
    scope: Scope, logical_id: str, function_name: str, grants: tuple[Grant, ...], encryption: Key
) -> iam.Role:
    """The role of one function. Its policy is inline, so that the role is never without it."""
    name = scope.name("role", f"{logical_id}Role")
    function_arn = (
        f"arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{function_name}"
    )
    write_logs = Grant(
        sid="WriteLogs",
        actions=("logs:CreateLogStream", "logs:PutLogEvents"),
        resources=(GetAtt(f"{logical_id}LogGroup", "Arn"),),
    )
    own = (X_RAY, write_logs, encryption.decrypt_environment_of(function_arn))
    return iam.Role(
        f"{logical_id}Role",
        RoleName=name,
        Description=f"What {function_name} may do",
        AssumeRolePolicyDocument=trust("lambda.amazonaws.com"),
        Policies=[
            iam.Policy(
                PolicyName="least-privilege",
                PolicyDocument=document([grant.statement() for grant in distinct((*own, *grants))]),
            )
        ],
        Tags=scope.tag_list(name),
        **excused(TRACES_HAVE_NO_ARN),
    )


def _published(
    logical_id: str, resource: awslambda.Function, artifact: Artifact
) -> tuple[AWSObject, AWSObject]:
    """A version that is new when code or configuration is, and the alias that points to it.

    CodeSha256 and Description are create-only: new code arrives through the parameter and leaves the
    committed template alone, new configuration changes the hash in the description. Old versions are
    kept, so that an alias can be moved back.

    Nothing else may change the hash: where a version would hold nothing new, Lambda publishes none and
    CloudFormation fails (Lambda API reference, "PublishVersion").
    """
    properties = {
        key: value for key, value in resource.to_dict()["Properties"].items() if key not in NOT_IN_A_VERSION
    }
    configuration = json.dumps(properties, sort_keys=True, separators=(",", ":"))
    version = awslambda.Version(
        f"{logical_id}Version",
        CodeSha256=Ref(artifact.sha256_parameter),
        Description=f"configuration {hashlib.sha256(configuration.encode()).hexdigest()[:12]}",
        FunctionName=Ref(resource),
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",
    )
    alias = awslambda.Alias(
        f"{logical_id}Alias",
        Description="What callers invoke",
        FunctionName=Ref(resource),
        FunctionVersion=GetAtt(version, "Version"),
        Name=ALIAS,
    )
    return version, alias


def _parameters(artifact: Artifact) -> tuple[Parameter, ...]:
    return (
        Parameter(
            "ArtifactBucket",
            Type="String",
            AllowedPattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
            Description="Bucket of the functions' code; a deployment fills it from the bootstrap stack",
        ),
        Parameter(
            artifact.key_parameter,
            Type="String",
            AllowedPattern=r"^[A-Za-z0-9/._-]{1,1024}$",
            Description=f"S3 key of the zip of {artifact.handler}; a deployment fills it",
        ),
        Parameter(
            artifact.sha256_parameter,
            Type="String",
            AllowedPattern=r"^[A-Za-z0-9+/]{43}=$",
            Description=f"SHA-256 of the zip of {artifact.handler}, base64; a deployment fills it",
        ),
    )
