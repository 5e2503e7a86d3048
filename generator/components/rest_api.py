"""A regional REST API in front of one function or two, made from the API's contract."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from troposphere import AWSObject, GetAtt, Ref, Sub, apigateway, awslambda

from generator.components.api_stage import STAGE, Cache, Rate, log_groups, stage_of
from generator.components.cache_policy import cache_policy
from generator.components.component import Component
from generator.components.contract import Contract, Operation, pascal
from generator.components.excuse import OPEN_OPERATION, excused
from generator.components.function import Function
from generator.components.gateway_responses import gateway_responses
from generator.components.grant import Value
from generator.components.key import Key
from generator.components.scope import Scope

# TLS 1.2 and 1.3; Route 53's health checkers do not speak 1.3 alone (Route 53 developer guide).
SECURITY_POLICY = "SecurityPolicy_TLS13_1_2_2021_06"


class RestApi(Component, frozen=True, kw_only=True):
    """An API with its one stage."""

    logical_id: str
    physical_name: str
    operations: tuple[Operation, ...]

    @property
    def id(self) -> Value:
        """Id of the API."""
        return Ref(self.logical_id)

    @property
    def url(self) -> Value:
        """URL of the stage, without a slash at the end."""
        return url_of(self.logical_id)

    @property
    def access_log_group(self) -> Value:
        """Name of the log group with a line for each request."""
        return Ref(f"{self.logical_id}AccessLogGroup")

    @property
    def execution_log_group(self) -> Value:
        """Name of the log group where API Gateway tells how it answered."""
        return Ref(f"{self.logical_id}ExecutionLogGroup")

    @property
    def stage_arn(self) -> Value:
        """ARN of the stage, for a web ACL."""
        return Sub(
            f"arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}::/restapis/${{{self.logical_id}}}/stages/{STAGE}"
        )


def url_of(logical_id: str) -> Value:
    """URL of the stage of the API with this logical id."""
    return Sub(f"https://${{{logical_id}}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{STAGE}")


def rest_api(
    scope: Scope,
    logical_id: str,
    *,
    contract: Contract,
    reader: Function,
    writer: Function,
    origins: tuple[str, ...],
    read: Rate,
    write: Rate,
    encryption: Key,
    cache: Cache | None = None,
) -> RestApi:
    """REST API: IAM authorization except where the contract says open, validated, throttled, logged, traced.

    ``reader`` answers the operations whose x-gen-throttle is "read", ``writer`` the others; ``read`` and
    ``write`` throttle each of them. They may be one function. The preflight is answered by the reader: only
    a function can compare an origin with several allowed ones. ``cache`` is for the operations that the
    contract marks with x-gen-cache.
    """
    name = scope.name("api", logical_id)
    api = apigateway.RestApi(
        logical_id,
        Name=name,
        Description=contract.title,
        EndpointAccessMode="STRICT",
        EndpointConfiguration=apigateway.EndpointConfiguration(Types=["REGIONAL"]),
        SecurityPolicy=SECURITY_POLICY,
        Tags=scope.tag_list(name),
        **({"Policy": cache_policy(contract.operations)} if cache else {}),
    )
    validator = apigateway.RequestValidator(
        f"{logical_id}Validator",
        Name="body-and-parameters",
        RestApiId=Ref(api),
        ValidateRequestBody=True,
        ValidateRequestParameters=True,
    )
    models = tuple(_model(logical_id, api, schema) for schema in contract.schemas)
    resources = _resources(logical_id, api, contract)
    backends = {"read": reader, "write": writer}
    methods = tuple(
        _method(logical_id, api, validator, operation, backends[operation.throttle])
        for operation in contract.operations
    )
    described = (api, validator, *models, *resources, *methods, *gateway_responses(logical_id, api, origins))
    deployment = _deployment(logical_id, api, described)
    groups = log_groups(scope, logical_id, name, encryption)
    stage = stage_of(
        scope,
        api,
        deployment=deployment,
        groups=groups,
        operations=contract.operations,
        read=read,
        write=write,
        cache=cache,
    )
    return RestApi(
        logical_id=logical_id,
        physical_name=name,
        operations=contract.operations,
        resources=(*described, *groups, deployment, stage, *_permissions(logical_id, api, reader, writer)),
        outputs=(
            ("ApiId", Ref(api), "Id of the REST API"),
            ("ApiStage", STAGE, "Stage of the REST API"),
            ("ApiUrl", url_of(logical_id), "URL of the API"),
        ),
    )


def _model(prefix: str, api: apigateway.RestApi, schema: str) -> apigateway.Model:
    """The part of a body's schema whose breach is 400: it must be a JSON object.

    API Gateway answers a body that is not JSON and a body that breaks its model alike, so it cannot tell 400
    from 422. The rest of the schema is the function's, which names each wrong member.
    """
    return apigateway.Model(
        f"{prefix}{schema}Model",
        ContentType="application/json",
        Description=f"{schema}: a JSON object; its members are validated by the function",
        Name=schema,
        RestApiId=Ref(api),
        Schema={"$schema": "http://json-schema.org/draft-04/schema#", "title": schema, "type": "object"},
    )


def _resources(prefix: str, api: apigateway.RestApi, contract: Contract) -> tuple[apigateway.Resource, ...]:
    """A resource for every path and for every path above it."""
    parts = [tuple(operation.path.strip("/").split("/")) for operation in contract.operations]
    paths = sorted({path[:depth] for path in parts for depth in range(1, len(path) + 1) if path[0]})
    return tuple(
        apigateway.Resource(
            f"{prefix}{pascal('/'.join(path))}Resource",
            ParentId=_resource_id(prefix, api, path[:-1]),
            PathPart=path[-1],
            RestApiId=Ref(api),
        )
        for path in paths
    )


def _resource_id(prefix: str, api: apigateway.RestApi, path: tuple[str, ...]) -> Value:
    return Ref(f"{prefix}{pascal('/'.join(path))}Resource") if path else GetAtt(api, "RootResourceId")


def _method(
    prefix: str,
    api: apigateway.RestApi,
    validator: apigateway.RequestValidator,
    operation: Operation,
    backend: Function,
) -> apigateway.Method:
    path = tuple(part for part in operation.path.split("/") if part)
    optional = {
        "RequestModels": {kind: Ref(f"{prefix}{schema}Model") for kind, schema in operation.body.items()},
        # A key of the cache has to be declared (API reference, "PutIntegration", cacheKeyParameters).
        "RequestParameters": {**dict.fromkeys(operation.cache_keys, False), **operation.parameters},
    }
    keyed = {"CacheKeyParameters": list(operation.cache_keys)} if operation.cached else {}
    return apigateway.Method(
        f"{prefix}{pascal(operation.operation_id)}Method",
        AuthorizationType="NONE" if operation.open else "AWS_IAM",
        HttpMethod=operation.method,
        Integration=apigateway.Integration(
            IntegrationHttpMethod="POST",
            TimeoutInMillis=29000,
            Type="AWS_PROXY",
            Uri=Sub(
                "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
                f"${{{backend.logical_id}Alias}}/invocations"
            ),
            **keyed,
        ),
        OperationName=operation.operation_id,
        RequestValidatorId=Ref(validator),
        ResourceId=_resource_id(prefix, api, path),
        RestApiId=Ref(api),
        **{key: value for key, value in optional.items() if value},
        **_openness(operation),
    )


def _openness(operation: Operation) -> dict[str, Any]:
    """Why a method asks for no credentials, where it does not. No scanner objects to an open preflight."""
    return excused(OPEN_OPERATION) if operation.open and operation.method != "OPTIONS" else {}


def _deployment(
    prefix: str, api: apigateway.RestApi, described: tuple[AWSObject, ...]
) -> apigateway.Deployment:
    """A deployment is a snapshot: its logical id changes whenever what it holds does. Tags it does not."""
    content = {
        resource.title: {
            key: value for key, value in resource.to_dict()["Properties"].items() if key != "Tags"
        }
        for resource in described
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()[:10]
    return apigateway.Deployment(
        f"{prefix}Deployment{digest}",
        DependsOn=sorted(resource.title for resource in described if resource is not api),
        Description=f"Contract and gateway settings {digest}",
        RestApiId=Ref(api),
    )


def _permissions(
    prefix: str, api: apigateway.RestApi, reader: Function, writer: Function
) -> Iterator[awslambda.Permission]:
    """API Gateway may invoke the reader, and the writer where that is another function."""
    backends = {"InvokePermission": reader, "InvokeWriterPermission": writer}
    if reader.logical_id == writer.logical_id:
        del backends["InvokeWriterPermission"]
    for name, backend in backends.items():
        yield awslambda.Permission(
            f"{prefix}{name}",
            Action="lambda:InvokeFunction",
            FunctionName=backend.alias_arn,
            Principal="apigateway.amazonaws.com",
            SourceArn=Sub(
                "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:"
                f"${{{api.title}}}/{STAGE}/*"
            ),
        )
