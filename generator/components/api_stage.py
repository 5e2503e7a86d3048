"""The stage of a REST API: logs, throttles, tracing, and the cache of those that have one."""

from __future__ import annotations

import json
from typing import Any, Protocol

from troposphere import GetAtt, Ref, Sub, apigateway, logs

from generator.components.contract import Operation
from generator.components.excuse import NOT_CACHED, excused
from generator.components.key import Key
from generator.components.scope import Scope
from generator.errors import RenderError

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


class Cache(Protocol):
    """A cache of an API's own, always encrypted."""

    @property
    def ttl_s(self) -> int:
        """Seconds after which an answer is read anew."""

    @property
    def size_gb(self) -> str:
        """Gigabytes, as API Gateway writes them: ``0.5`` to ``237``."""


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
    cache: Cache | None,
) -> apigateway.Stage:
    """The one stage: reads' throttle for all methods, writes' for each that writes, no bodies in logs.

    With a cache every read says for itself whether it is cached; whatever says nothing is not.
    """
    if any(operation.cached for operation in operations) is (cache is None):
        raise RenderError(
            f"the contract of {api.title} has {'no ' if cache else ''}cached operations, "
            f"and {'a' if cache else 'no'} cache is given",
            "mark reads with x-gen-cache in the contract and give rest_api a cache, or neither",
        )
    access, execution = groups
    fields = {_flat(variable): f"$context.{variable}" for variable in ACCESS_LOG_VARIABLES}
    settings = [_settings("/*", "*", read, _uncached(cache))]
    settings += [
        _settings(
            "/" + operation.path.replace("/", "~1"),
            operation.method,
            write if operation.throttle == "write" else read,
            _cached(cache) if cache and operation.cached else _uncached(cache),
        )
        for operation in operations
        if operation.throttle == "write" or (cache and operation.method == "GET")
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
        **_cluster(cache),
    )


def _cluster(cache: Cache | None) -> dict[str, Any]:
    """The cache, or the reason why there is none."""
    if cache is None:
        return excused(NOT_CACHED)
    return {"CacheClusterEnabled": True, "CacheClusterSize": cache.size_gb}


def _cached(cache: Cache) -> dict[str, Any]:
    return {"CacheDataEncrypted": True, "CacheTtlInSeconds": cache.ttl_s, "CachingEnabled": True}


def _uncached(cache: Cache | None) -> dict[str, Any]:
    return {} if cache is None else {"CacheDataEncrypted": True, "CachingEnabled": False}


def _flat(variable: str) -> str:
    """``identity.sourceIp`` → ``identitySourceIp``: a field that log queries can name without quotes."""
    first, *others = variable.split(".")
    return first + "".join(other[0].upper() + other[1:] for other in others)


def _settings(path: str, method: str, limit: Rate, caching: dict[str, Any]) -> apigateway.MethodSetting:
    """Bodies hold customers' data, so they are never traced into logs."""
    return apigateway.MethodSetting(
        DataTraceEnabled=False,
        HttpMethod=method,
        LoggingLevel="INFO",
        MetricsEnabled=True,
        ResourcePath=path,
        ThrottlingBurstLimit=limit.burst,
        ThrottlingRateLimit=limit.rate,
        **caching,
    )
