"""The REST API in every template, held against the contract it is made from."""

from __future__ import annotations

import json
from typing import Any

from tests.golden.committed import Stack, every_api, listed, references
from tests.support import ROOT

METHODS = {"get", "put", "post", "delete", "options", "head", "patch"}
LOCATIONS = {"path": "path", "query": "querystring", "header": "header"}
OPEN = {("/health", "GET")}  # and every preflight
WRITES = {"DELETE", "PATCH", "POST", "PUT"}

Route = tuple[str, str]


def contract(stack: Stack) -> dict[str, Any]:
    path = ROOT / "handlers" / stack.name / "openapi.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def resolved(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        found: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = found
    return value


def operations(stack: Stack) -> dict[Route, dict[str, Any]]:
    """Operations of the contract; the parameters of a path are theirs too."""
    document = contract(stack)
    return {
        (path, method.upper()): {
            **item[method],
            "parameters": [
                resolved(document, one)
                for one in [*item.get("parameters", []), *item[method].get("parameters", [])]
            ],
        }
        for path, item in document["paths"].items()
        for method in METHODS & set(item)
    }


def path_of(stack: Stack, method: dict[str, Any]) -> str:
    parts: list[str] = []
    resource = method["ResourceId"]
    while "Ref" in resource:
        properties = stack.resources[resource["Ref"]]["Properties"]
        parts.insert(0, properties["PathPart"])
        resource = properties["ParentId"]
    assert resource["Fn::GetAtt"][1] == "RootResourceId"
    return "/" + "/".join(parts)


def methods(stack: Stack) -> dict[Route, dict[str, Any]]:
    return {
        (path_of(stack, one), one["HttpMethod"]): one
        for one in stack.properties("ApiGateway::Method").values()
    }


def stage(stack: Stack) -> dict[str, Any]:
    (resource,) = stack.of("ApiGateway::Stage").values()
    return resource


@every_api
def test_every_operation_of_the_contract_is_a_method_and_every_method_an_operation(stack: Stack) -> None:
    assert set(methods(stack)) == set(operations(stack))
    for route, method in methods(stack).items():
        assert method["OperationName"] == operations(stack)[route]["operationId"]


@every_api
def test_only_preflights_and_the_health_check_are_open(stack: Stack) -> None:
    """S1.7, S0.2."""
    for route, method in methods(stack).items():
        expected = "NONE" if route in OPEN or route[1] == "OPTIONS" else "AWS_IAM"
        assert method["AuthorizationType"] == expected, route
        assert (operations(stack)[route]["security"] == []) == (expected == "NONE"), route


@every_api
def test_every_method_validates_body_and_parameters(stack: Stack) -> None:
    """S0.5."""
    document = contract(stack)
    for route, method in methods(stack).items():
        validator = stack.resources[method["RequestValidatorId"]["Ref"]]["Properties"]
        assert validator["ValidateRequestBody"] is True
        assert validator["ValidateRequestParameters"] is True
        operation = operations(stack)[route]
        expected = {
            f"method.request.{LOCATIONS[one['in']]}.{one['name']}": one.get("required", False)
            for one in operation["parameters"]
        }
        if operation.get("x-gen-cache"):
            expected["method.request.header.Origin"] = False
        assert method.get("RequestParameters", {}) == expected, route
        body = resolved(document, operation.get("requestBody", {})).get("content", {})
        assert set(method.get("RequestModels", {})) == set(body), route
        for model in method.get("RequestModels", {}).values():
            schema = json.loads(stack.resources[model["Ref"]]["Properties"]["Schema"])
            assert schema["type"] == "object"


@every_api
def test_every_method_hands_its_request_to_the_live_alias(stack: Stack) -> None:
    permitted = {one["FunctionName"]["Ref"] for one in stack.properties("Lambda::Permission").values()}
    called = set()
    for method in methods(stack).values():
        integration = method["Integration"]
        assert integration["Type"] == "AWS_PROXY"
        assert integration["IntegrationHttpMethod"] == "POST"
        (alias,) = set(references(integration["Uri"])) & set(stack.of("Lambda::Alias"))
        called.add(alias)
    assert called == permitted


@every_api
def test_no_cors_value_is_a_wildcard(stack: Stack) -> None:
    """S0.2, S1.12, S2.9: exact origins everywhere, the first one where a list cannot be matched."""
    origins = stack.environment.allowed_origins
    assert origins[0] == "https://example.com"
    for title, response in stack.properties("ApiGateway::GatewayResponse").items():
        headers = response["ResponseParameters"]
        assert headers["gatewayresponse.header.Access-Control-Allow-Origin"] == f"'{origins[0]}'", title
        assert headers["gatewayresponse.header.Vary"] == "'Origin'", title
        assert all("*" not in value for value in headers.values()), title
    for function in stack.properties("Lambda::Function").values():
        allowed = function["Environment"]["Variables"].get("ALLOWED_ORIGINS")
        assert allowed in (None, ",".join(origins))
    if stack.environment.production:
        assert all(origin.startswith("https://") for origin in origins)


@every_api
def test_what_the_gateway_answers_by_itself_is_problem_json(stack: Stack) -> None:
    """S0.5."""
    responses = stack.properties("ApiGateway::GatewayResponse")
    kinds = {one["ResponseType"]: one for one in responses.values()}
    assert len(kinds) == len(responses)
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "BAD_REQUEST_BODY", "WAF_FILTERED"} <= set(kinds)
    for kind, response in kinds.items():
        template = response["ResponseTemplates"]["application/json"]
        body = template.replace("$context.error.messageString", '"x"').replace("$context.requestId", "r")
        problem = json.loads(body)
        assert {"type", "title", "detail", "request_id"} <= set(problem), kind
        assert str(problem.get("status", "")) == response.get("StatusCode", ""), kind
        headers = response["ResponseParameters"]
        assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        if response.get("StatusCode") in ("429", "503"):
            assert headers["gatewayresponse.header.Retry-After"].strip("'").isdigit(), kind


@every_api
def test_the_stage_throttles_everything_and_each_write_more(stack: Stack) -> None:
    """S1.9."""
    settings = {
        (one["ResourcePath"], one["HttpMethod"]): one for one in stage(stack)["Properties"]["MethodSettings"]
    }
    limits = stack.environment.apis[stack.name]
    writes = {
        ("/" + path.replace("/", "~1"), method) for path, method in operations(stack) if method in WRITES
    }
    cached = {
        ("/" + path.replace("/", "~1"), method)
        for path, method in operations(stack)
        if method == "GET" and "CacheClusterEnabled" in stage(stack)["Properties"]
    }
    assert set(settings) == {("/*", "*"), *writes, *cached}
    for route, one in settings.items():
        limit = limits.write if route in writes else limits.read
        assert (one["ThrottlingRateLimit"], one["ThrottlingBurstLimit"]) == (limit.rate, limit.burst)
    assert limits.write.rate < limits.read.rate


@every_api
def test_the_contract_calls_writes_what_writes(stack: Stack) -> None:
    """S1.9."""
    for (_, method), operation in operations(stack).items():
        assert operation["x-gen-throttle"] == ("write" if method in WRITES else "read")


@every_api
def test_the_stage_logs_and_never_traces_bodies(stack: Stack) -> None:
    """S2.10."""
    for one in stage(stack)["Properties"]["MethodSettings"]:
        assert one["LoggingLevel"] == "INFO"
        assert one["DataTraceEnabled"] is False
        assert one["MetricsEnabled"] is True
    assert stage(stack)["Properties"]["TracingEnabled"] is True


@every_api
def test_access_logs_are_json_with_who_what_and_how_long(stack: Stack) -> None:
    """S2.10: and without bodies or credentials."""
    setting = stage(stack)["Properties"]["AccessLogSetting"]
    group = stack.resources[setting["DestinationArn"]["Fn::GetAtt"][0]]
    assert group["Type"] == "AWS::Logs::LogGroup"
    fields = json.loads(setting["Format"])
    assert {"requestId", "identityUserArn", "resourcePath", "status", "responseLatency"} <= set(fields)
    assert {"integrationError", "tlsVersion", "httpMethod", "identitySourceIp"} <= set(fields)
    assert all(value.startswith("$context.") for value in fields.values())
    assert not [value for value in fields.values() if "authorizer" in value or "accessKey" in value]


@every_api
def test_the_execution_log_group_exists_before_the_stage(stack: Stack) -> None:
    """S2.11, S2.2: API Gateway would make it, for ever."""
    name = {"Fn::Sub": f"API-Gateway-Execution-Logs_${{RestApi}}/{stage(stack)['Properties']['StageName']}"}
    (group,) = (
        title for title, one in stack.properties("Logs::LogGroup").items() if one["LogGroupName"] == name
    )
    assert group in listed(stage(stack)["DependsOn"])


@every_api
def test_the_deployment_waits_for_all_that_it_holds(stack: Stack) -> None:
    """S2.2."""
    (deployment,) = stack.of("ApiGateway::Deployment").values()
    held = stack.of(
        "ApiGateway::GatewayResponse",
        "ApiGateway::Method",
        "ApiGateway::Model",
        "ApiGateway::RequestValidator",
        "ApiGateway::Resource",
    )
    assert set(deployment["DependsOn"]) == set(held)
    assert stage(stack)["Properties"]["DeploymentId"] == {
        "Ref": next(iter(stack.of("ApiGateway::Deployment")))
    }


@every_api
def test_the_api_is_regional_and_speaks_modern_tls(stack: Stack) -> None:
    (api,) = stack.properties("ApiGateway::RestApi").values()
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert api["SecurityPolicy"] == "SecurityPolicy_TLS13_1_2_2021_06"
    assert api["EndpointAccessMode"] == "STRICT"


@every_api
def test_a_web_acl_stands_in_front_where_the_environment_says_so(stack: Stack) -> None:
    """S1.9."""
    acls = stack.properties("WAFv2::WebACL")
    assert bool(acls) is stack.environment.waf
    for title, acl in acls.items():
        (association,) = stack.of("WAFv2::WebACLAssociation").values()
        assert association["Properties"]["WebACLArn"] == {"Fn::GetAtt": [title, "Arn"]}
        assert listed(association["DependsOn"]) == list(stack.of("ApiGateway::Stage"))
        assert sorted(rule["Priority"] for rule in acl["Rules"]) == list(range(len(acl["Rules"])))
        (limit,) = (rule["Statement"]["RateBasedStatement"] for rule in acl["Rules"] if "Action" in rule)
        reads = stack.environment.apis[stack.name].read
        assert limit["Limit"] == reads.rate * limit["EvaluationWindowSec"], (
            "one address may use the API's limit"
        )
        (common,) = (
            rule["Statement"]["ManagedRuleGroupStatement"]
            for rule in acl["Rules"]
            if "CommonRuleSet" in rule["Name"]
        )
        counted = {one["Name"] for one in common["RuleActionOverrides"] if "Count" in one["ActionToUse"]}
        assert "SizeRestrictions_BODY" in counted, "it refuses bodies over 8 KB, which the contract allows"
        assert acl["AssociationConfig"]["RequestBody"]["API_GATEWAY"] == {
            "DefaultSizeInspectionLimit": "KB_64"
        }
        (logging,) = stack.properties("WAFv2::LoggingConfiguration").values()
        assert {"SingleHeader": {"Name": "authorization"}} in logging["RedactedFields"]
