"""The stage of a REST API: logs, throttles and tracing."""

from __future__ import annotations

import json
from typing import Protocol

from troposphere import GetAtt, Ref, Sub, apigateway, logs

from generator.components.contract import Operation
from generator.components.excuse import NOT_CACHED, excused
from generator.components.key import Key
from generator.components.scope import Scope

STAGE = "v1"

# API Gateway developer guide, "Variables for access logging for API Gateway".
ACCESS_LOG_VARIABLES = (
    "apiId",
    "domainName",
    "error.message",
    "error.responseType",
    "extendedRequestId",
    "httpMethod",
    "identity.caller",
    "identity.sourceIp",
    "identity.userAgent",
    "identity.userArn",
    "integration.error",
    "integration.latency",
    "integration.requestId",
    "integration.status",
    "protocol",
    "requestId",
    "requestTimeEpoch",
    "resourcePath",
    "responseLatency",
    "responseLength",
    "stage",
    "status",
    "tlsVersion",
    "waf.status",
    "xrayTraceId",
)


class Rate(Protocol):
    """A token bucket: requests a second for long, and requests at once."""

    @property
    def rate(self) -> int:
        """Requests a second."""

    @property
    def burst(self) -> int:
        """Requests at once."""


def log_groups(
    scope: Scope, prefix: str, api_name: str, encryption: Key
) -> tuple[logs.LogGroup, logs.LogGroup]:
    """Access logs, and the execution logs that API Gateway would otherwise keep for ever under this name."""
    names = {
        f"{prefix}AccessLogGroup": f"/aws/apigateway/{api_name}",
        f"{prefix}ExecutionLogGroup": Sub(f"API-Gateway-Execution-Logs_${{{prefix}}}/{STAGE}"),
    }
    access, execution = (
        logs.LogGroup(
            logical_id,
            LogGroupName=name,
            DeletionProtectionEnabled=scope.retain,
            KmsKeyId=encryption.arn,
            RetentionInDays=scope.log_retention_days,
            Tags=scope.tag_list(f"{api_name}-{kind}"),
            **scope.data_policies,
        )
        for (logical_id, name), kind in zip(names.items(), ("access", "execution"), strict=True)
    )
    return access, execution


def stage_of(
    scope: Scope,
    api: apigateway.RestApi,
    *,
    deployment: apigateway.Deployment,
    groups: tuple[logs.LogGroup, logs.LogGroup],
    operations: tuple[Operation, ...],
    read: Rate,
    write: Rate,
) -> apigateway.Stage:
    """The one stage: reads' throttle for all methods, writes' for each that writes, no bodies in logs."""
    access, execution = groups
    fields = {_flat(variable): f"$context.{variable}" for variable in ACCESS_LOG_VARIABLES}
    settings = [_settings("/*", "*", read)]
    settings += [
        _settings("/" + operation.path.replace("/", "~1"), operation.method, write)
        for operation in operations
        if operation.throttle == "write"
    ]
    return apigateway.Stage(
        f"{api.title}Stage",
        AccessLogSetting=apigateway.AccessLogSetting(
            DestinationArn=GetAtt(access, "Arn"), Format=json.dumps(fields, sort_keys=True)
        ),
        DependsOn=[execution.title],
        DeploymentId=Ref(deployment),
        MethodSettings=settings,
        RestApiId=Ref(api),
        StageName=STAGE,
        Tags=scope.tag_list(f"{scope.name('api', api.title)}-{STAGE}"),
        TracingEnabled=True,
        **excused(NOT_CACHED),
    )


def _flat(variable: str) -> str:
    """``identity.sourceIp`` → ``identitySourceIp``: a field that log queries can name without quotes."""
    first, *others = variable.split(".")
    return first + "".join(other[0].upper() + other[1:] for other in others)


def _settings(path: str, method: str, limit: Rate) -> apigateway.MethodSetting:
    """Bodies hold customers' data, so they are never traced into logs."""
    return apigateway.MethodSetting(
        DataTraceEnabled=False,
        HttpMethod=method,
        LoggingLevel="INFO",
        MetricsEnabled=True,
        ResourcePath=path,
        ThrottlingBurstLimit=limit.burst,
        ThrottlingRateLimit=limit.rate,
    )
