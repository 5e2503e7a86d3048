"""APIs in the forms that templates really have: stages inside deployments, OpenAPI bodies, SAM, texts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.support import problems


def template(kind: str, properties: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return {"Resources": {"X": {"Type": kind, "Properties": properties}}, **sections}


def response(value: Any, name: str = "Access-Control-Allow-Origin") -> dict[str, Any]:
    parameters = {f"gatewayresponse.header.{name}": value}
    return template("AWS::ApiGateway::GatewayResponse", {"ResponseParameters": parameters})


def http(origins: Any, **sections: Any) -> dict[str, Any]:
    return template("AWS::ApiGatewayV2::Api", {"CorsConfiguration": {"AllowOrigins": origins}}, **sections)


@pytest.mark.parametrize(
    "value",
    [
        "'*'",
        "*",
        {"Fn::Sub": "'*'"},
        {"Fn::Join": ["", ["'", "*", "'"]]},
        {"Fn::If": ["C", "'*'", "'https://a.b'"]},
    ],
)
def test_a_star_is_known_in_each_form_of_text(value: Any) -> None:
    assert len(problems("E9401", response(value))) == 1
    assert len(problems("E9401", response(value, "access-control-allow-origin"))) == 1


def test_a_star_from_a_map_counts_where_any_row_has_it() -> None:
    origin = {"Fn::FindInMap": ["Stages", {"Ref": "Stage"}, "Origin"]}
    rows = {"dev": {"Origin": "*"}, "prod": {"Origin": "https://example.com"}}
    assert len(problems("E9402", http([origin], Mappings={"Stages": rows}))) == 1
    rows["dev"]["Origin"] = "https://dev.example.com"
    assert problems("E9402", http([origin], Mappings={"Stages": rows})) == []


def test_a_star_among_a_parameters_allowed_values_counts() -> None:
    parameters = {"Origin": {"Type": "String", "AllowedValues": ["https://example.com", "*"]}}
    assert len(problems("E9402", http({"Ref": "Origin"}, Parameters=parameters))) == 1


def test_a_parameter_without_allowed_values_is_nobodys_to_know() -> None:
    parameters = {"Origin": {"Type": "String"}}
    assert problems("E9402", http([{"Ref": "Origin"}], Parameters=parameters)) == []
    parameters["Origin"]["Default"] = "*"
    assert problems("W9407", http([{"Ref": "Origin"}], Parameters=parameters)) == [
        "Parameters/Origin/Default"
    ]


def test_a_star_inside_an_openapi_body_is_found_with_its_place() -> None:
    mock = {
        "responses": {
            "default": {"responseParameters": {"method.response.header.Access-Control-Allow-Origin": "'*'"}}
        }
    }
    body = {"paths": {"/a": {"options": {"x-amazon-apigateway-integration": mock}}}}
    [place] = problems("E9401", template("AWS::ApiGateway::RestApi", {"Body": body}))
    assert place.startswith("Resources/X/Properties/Body/paths//a/options/x-amazon-apigateway-integration")
    cors = {"x-amazon-apigateway-cors": {"allowOrigins": ["*"]}}
    assert len(problems("E9402", template("AWS::ApiGatewayV2::Api", {"Body": cors}))) == 1


@pytest.mark.parametrize("cors", ["'*'", {"AllowOrigin": "'*'"}])
def test_sam_has_its_own_forms(cors: Any) -> None:
    assert len(problems("E9401", template("AWS::Serverless::Api", {"Cors": cors}))) == 1
    sections: dict[str, Any] = {"Globals": {"Api": {"Cors": cors}}}
    assert len(problems("E9401", template("AWS::Serverless::Function", {}, **sections))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "return {'headers': {'Access-Control-Allow-Origin': '*'}}",
        'headers["Access-Control-Allow-Origin"] = "*"',
        'res.header = {\\"access-control-allow-origin\\": \\"*\\"}',
        "headers: {'access-control-allow-origin': {value: '*'}}",
    ],
)
def test_a_star_in_code_is_found(code: str) -> None:
    assert len(problems("E9406", template("AWS::Lambda::Function", {"Code": {"ZipFile": code}}))) == 1
    joined = {"Fn::Join": ["\n", ["import os", code]]}
    assert len(problems("E9406", template("AWS::Lambda::Function", {"Code": {"ZipFile": joined}}))) == 1


@pytest.mark.parametrize(
    "code", ["headers['Access-Control-Allow-Origin'] = origin", "a = 2 * 3", "'Allow': '*'"]
)
def test_other_code_is_left_alone(code: str) -> None:
    assert problems("E9406", template("AWS::Lambda::Function", {"Code": {"ZipFile": code}})) == []


@pytest.mark.parametrize(
    ("origin", "wrong"),
    [
        ("https://example.com", False),
        ("https://example.com:8443", False),
        ("http://localhost:3000", False),
        ("http://[::1]:3000", False),
        ("capacitor://localhost", False),
        ("null", False),
        ("https://example.com/", True),
        ("https://example.com/app", True),
        ("https://a.example.com,https://b.example.com", True),
        ("example.com", True),
        ({"Fn::Sub": "https://${Domain}"}, False),
        ({"Fn::Sub": "https://${Domain}/"}, True),
    ],
)
def test_an_origin_is_scheme_host_and_port(origin: Any, wrong: bool) -> None:
    assert bool(problems("E9410", http([origin]))) is wrong


def test_localhost_is_right_but_in_production() -> None:
    local = http(["http://localhost:3000"])
    assert problems("W9409", local) == []
    assert len(problems("W9409", local | {"Metadata": {"Gen": {"Production": True}}})) == 1
    assert len(problems("W9409", http(["http://example.com"]))) == 1


def test_the_stage_of_a_deployment_is_a_stage() -> None:
    made = template("AWS::ApiGateway::Deployment", {"RestApiId": "a", "StageName": "v1"})
    assert [len(problems(rule, made)) for rule in ("W9411", "W9420", "W9422", "W9426")] == [1, 1, 1, 1]
    settings = {
        "ThrottlingRateLimit": 5,
        "ThrottlingBurstLimit": 9,
        "LoggingLevel": "ERROR",
        "TracingEnabled": "true",
    }
    made["Resources"]["X"]["Properties"]["StageDescription"] = settings
    assert [len(problems(rule, made)) for rule in ("W9411", "W9420", "W9422", "W9426")] == [0, 1, 0, 0]


def stage(*settings: Any, **properties: Any) -> dict[str, Any]:
    return template("AWS::ApiGateway::Stage", {"MethodSettings": list(settings), **properties})


@pytest.mark.parametrize(
    ("seconds", "cached", "rules"),
    [
        (3601, True, ["E9414"]),
        ("4000", True, ["E9414"]),
        (-1, True, ["E9414"]),
        (0, True, ["E9414"]),
        (0, False, []),
        (29, True, ["W9415"]),
        ("30", "true", []),
        (3600, True, []),
        ({"Ref": "Seconds"}, True, []),
        ({"Fn::If": ["C", 300, 7200]}, True, ["E9414"]),
    ],
)
def test_a_cache_time_is_from_30_to_3600(seconds: Any, cached: Any, rules: list[str]) -> None:
    made = stage(
        {"HttpMethod": "*", "ResourcePath": "/*", "CacheTtlInSeconds": seconds, "CachingEnabled": cached}
    )
    assert [rule for rule in ("E9414", "W9415") if problems(rule, made)] == rules


def test_a_cluster_and_its_methods_belong_together() -> None:
    cached = {"HttpMethod": "GET", "ResourcePath": "/a", "CachingEnabled": "true"}
    assert problems("E9416", stage(cached, CacheClusterEnabled=True)) == []
    assert len(problems("E9416", stage(cached))) == 1
    assert len(problems("E9416", stage(cached | {"CachingEnabled": False}, CacheClusterEnabled="true"))) == 1
    assert problems("E9416", stage(cached, CacheClusterEnabled={"Ref": "Cached"})) == []


def test_production_is_known_by_the_stages_name_or_by_gen() -> None:
    traced = {"HttpMethod": "*", "ResourcePath": "/*", "DataTraceEnabled": True}
    names = {"prod": "E9424", "Production": "E9424", "dev": "W9425", "v1": "W9425"}
    for name, rule in names.items():
        made = stage(traced, StageName=name)
        assert [one for one in ("E9424", "W9425") if problems(one, made)] == [rule]
    ours = stage(traced, StageName="v1") | {"Metadata": {"Gen": {"Production": True}}}
    assert len(problems("E9424", ours)) == 1


def method(**parts: Any) -> dict[str, Any]:
    given = {"HttpMethod": "POST", "AuthorizationType": "NONE", "Integration": {"Type": "AWS_PROXY"}} | parts
    return template("AWS::ApiGateway::Method", given)


@pytest.mark.parametrize(
    ("parts", "is_open"),
    [
        ({}, True),
        ({"AuthorizationType": "AWS_IAM"}, False),
        ({"AuthorizationType": {"Ref": "Kind"}}, False),
        ({"HttpMethod": "OPTIONS"}, False),
        ({"Integration": {"Type": "MOCK"}}, False),
        ({"ApiKeyRequired": "true"}, False),
        ({"ApiKeyRequired": False}, True),
    ],
)
def test_a_method_that_anybody_may_call_is_open(parts: Any, is_open: bool) -> None:
    assert bool(problems("W9427", method(**parts))) is is_open


def test_an_api_whose_policy_holds_callers_off_is_closed_and_another_is_not() -> None:
    made = method(RestApiId={"Ref": "Api"})
    address = {"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}}
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": "*",
        "Condition": address,
    }
    api: dict[str, Any] = {
        "Type": "AWS::ApiGateway::RestApi",
        "Properties": {"Policy": {"Statement": [deny]}},
    }
    made["Resources"]["Api"] = api
    assert problems("W9427", made) == []
    deny["Action"] = "execute-api:InvalidateCache"
    assert len(problems("W9427", made)) == 1
    api["Properties"] = {"EndpointConfiguration": {"Types": ["PRIVATE"]}}
    assert problems("W9427", made) == []


def test_sam_events_are_open_unless_the_api_or_the_event_asks_who_calls() -> None:
    event: dict[str, Any] = {
        "Type": "HttpApi",
        "Properties": {"Path": "/orders", "Method": "get", "ApiId": {"Ref": "Api"}},
    }
    made = template("AWS::Serverless::Function", {"Events": {"Get": event}})
    made["Resources"]["Api"] = {"Type": "AWS::Serverless::HttpApi", "Properties": {}}
    assert problems("W9427", made) == ["Resources/X/Properties/Events/Get/Properties"]
    made["Resources"]["Api"]["Properties"] = {"Auth": {"DefaultAuthorizer": "Tokens"}}
    assert problems("W9427", made) == []
    event["Properties"]["Auth"] = {"Authorizer": "NONE"}
    assert len(problems("W9427", made)) == 1
    event["Properties"]["Path"] = "/health"
    assert problems("W9427", made) == []
