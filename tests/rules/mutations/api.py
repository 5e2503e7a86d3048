"""REST and HTTP APIs, function URLs, and what browsers may read."""

from __future__ import annotations

from typing import Any

from tests.rules.mutations.change import (
    Change,
    Mutation,
    drop,
    edited,
    production,
    put,
    remove,
    replace,
    without,
)

STAGE = "AWS::ApiGateway::Stage"
METHOD = "AWS::ApiGateway::Method"
RESPONSE = "AWS::ApiGateway::GatewayResponse"
HTTP = "AWS::ApiGatewayV2::Api"
HTTP_STAGE = "AWS::ApiGatewayV2::Stage"
BUCKET = "AWS::S3::Bucket"
DOMAIN = "AWS::ApiGateway::DomainName"
ALL = ("Properties", "MethodSettings", 0)
ORIGIN = "gatewayresponse.header.Access-Control-Allow-Origin"
CORS = ("Properties", "CorsConfiguration")


def _method(verbs: set[str], edit: Any) -> Change:
    """The first method with one of these verbs that calls something."""

    def change(resource: Any) -> bool:
        properties = resource["Properties"]
        wanted = properties["HttpMethod"] in verbs and properties["Integration"]["Type"] != "MOCK"
        if wanted:
            edit(properties)
        return wanted

    return edited(METHOD, change)


def _everywhere(name: str, value: Any) -> Change:
    """All settings of a stage at once."""

    def change(stage: Any) -> bool:
        settings = stage["Properties"].get("MethodSettings", [])
        for setting in settings:
            setting.pop(name, None)
            setting.update({} if value is None else {name: value})
        return bool(settings)

    return edited(STAGE, change)


def _preflight(edit: Any) -> Change:
    def change(resource: Any) -> bool:
        properties = resource["Properties"]
        if properties["HttpMethod"] != "OPTIONS" or properties["Integration"]["Type"] != "MOCK":
            return False
        edit(properties)
        return True

    return edited(METHOD, change)


def _origin(value: Any) -> Change:
    def edit(properties: Any) -> None:
        response = properties["Integration"]["IntegrationResponses"][0]
        response["ResponseParameters"]["method.response.header.Access-Control-Allow-Origin"] = value

    return _preflight(edit)


def _renamed_deployment(template: dict[str, Any]) -> str | None:
    if "Gen" not in template.get("Metadata", {}):
        return None
    for name, resource in list(template["Resources"].items()):
        if resource["Type"] == "AWS::ApiGateway::Deployment":
            template["Resources"]["Deployment"] = template["Resources"].pop(name)
            return "Deployment"
    return None


def _without_authorizer_permission(template: dict[str, Any]) -> str | None:
    return None if template["Resources"].pop("AuthorizerPermission", None) is None else "Authorizer"


def _parameter_origin(template: dict[str, Any]) -> str | None:
    origin = template.get("Parameters", {}).get("Origin")
    if origin is None:
        return None
    origin["Default"] = "*"
    return "Url"


def _reads_like_writes(stage: Any) -> bool:
    settings = stage["Properties"].get("MethodSettings", [])
    writes = [one for one in settings if one["HttpMethod"] in ("POST", "PUT", "DELETE", "PATCH")]
    for setting in writes:
        setting["ThrottlingRateLimit"] = 10000
    return bool(writes)


def _development(change: Change) -> Change:
    def only(template: dict[str, Any]) -> str | None:
        gen = template.get("Metadata", {}).get("Gen", {"Production": True})
        return None if gen.get("Production") else change(template)

    return only


def _cached(change: Change) -> Change:
    """Only where a stage has a cache."""

    def only(template: dict[str, Any]) -> str | None:
        stages = [one["Properties"] for one in template["Resources"].values() if one["Type"] == STAGE]
        return change(template) if any(one.get("CacheClusterEnabled") for one in stages) else None

    return only


def _forgotten_key(method: Any) -> bool:
    keys = method["Properties"]["Integration"].get("CacheKeyParameters", [])
    return bool([keys.remove(one) for one in list(keys) if ".path." in one])


def _no_exec_group(template: dict[str, Any]) -> str | None:
    return _pop(
        template, lambda one: "API-Gateway-Execution-Logs_" in str(one["Properties"].get("LogGroupName"))
    )


def _pop(template: dict[str, Any], which: Any) -> str | None:
    for name, resource in list(template["Resources"].items()):
        if resource["Type"] == "AWS::Logs::LogGroup" and which(resource):
            del template["Resources"][name]
            return str(name)
    return None


def _validator_of_models_off(template: dict[str, Any]) -> str | None:
    """The validator of a method that takes a model looks at parameters alone."""
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        named = properties.get("RequestValidatorId", {}) if properties.get("RequestModels") else {}
        if validator := template["Resources"].get(named.get("Ref")):
            validator["Properties"] |= {"ValidateRequestBody": False, "ValidateRequestParameters": True}
            return str(named["Ref"])
    return None


def _without_authorization(template: dict[str, Any]) -> str | None:
    """Neither the method nor a policy of the API asks who calls."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::ApiGateway::RestApi":
            resource["Properties"].pop("Policy", None)
    return _method({"POST", "PUT"}, lambda one: one.update(AuthorizationType="NONE"))(template)


def _variable(name: str, value: str) -> Change:
    """A function's environment has this too."""

    def edit(function: Any) -> bool:
        variables = function["Properties"].get("Environment", {}).get("Variables")
        if isinstance(variables, dict):
            variables[name] = value
        return isinstance(variables, dict)

    return edited("AWS::Lambda::Function", edit)


MUTATIONS = (
    Mutation("W9443", _validator_of_models_off),
    Mutation("W9444", _variable("ALLOWED_ORIGIN", "*")),
    Mutation("W9444", _variable("CORS_ORIGINS", "https://example.com,*")),
    Mutation("E9401", replace("'null'", RESPONSE, "Properties", "ResponseParameters", ORIGIN)),
    Mutation(
        "E9401",
        replace("method.request.header.origin", RESPONSE, "Properties", "ResponseParameters", ORIGIN),
    ),
    Mutation("E9401", replace("'*'", RESPONSE, "Properties", "ResponseParameters", ORIGIN)),
    Mutation("E9401", replace({"Fn::Sub": "'*'"}, RESPONSE, "Properties", "ResponseParameters", ORIGIN)),
    Mutation("E9401", _origin("'*'")),
    Mutation("E9401", _origin({"Fn::If": ["C", "'*'", "'https://example.com'"]})),
    Mutation("E9402", put(["*"], HTTP, *CORS, "AllowOrigins")),
    Mutation("E9402", put(["https://example.com", "https://*"], HTTP, *CORS, "AllowOrigins")),
    Mutation("E9403", put(["*"], "AWS::Lambda::Url", "Properties", "Cors", "AllowOrigins")),
    Mutation("E9404", replace(["*"], BUCKET, *CORS, "CorsRules", 0, "AllowedOrigins")),
    Mutation("W9405", replace(["*"], BUCKET, *CORS, "CorsRules", 1, "AllowedOrigins")),
    Mutation(
        "W9405",
        put(
            ["*"],
            "AWS::CloudFront::ResponseHeadersPolicy",
            "Properties",
            "ResponseHeadersPolicyConfig",
            "CorsConfig",
            "AccessControlAllowOrigins",
            "Items",
        ),
    ),
    Mutation(
        "E9406",
        _preflight(
            lambda one: one["Integration"].update(
                RequestTemplates={
                    "text/plain": '#set($context.responseOverride.header.Access-Control-Allow-Origin = "*")'
                }
            )
        ),
    ),
    Mutation(
        "E9406",
        replace(
            {"ZipFile": "exports.handler = async () => ({headers: {'Access-Control-Allow-Origin': '*'}})"},
            "AWS::Lambda::Function",
            "Properties",
            "Code",
        ),
    ),
    Mutation("W9407", _parameter_origin),
    Mutation("E9408", put(["*"], HTTP, *CORS, "AllowHeaders")),
    Mutation("W9409", replace("'http://example.com'", RESPONSE, "Properties", "ResponseParameters", ORIGIN)),
    Mutation(
        "E9410", replace("'https://example.com/'", RESPONSE, "Properties", "ResponseParameters", ORIGIN)
    ),
    Mutation("E9410", put(["example.com"], HTTP, *CORS, "AllowOrigins")),
    Mutation("W9411", _everywhere("ThrottlingRateLimit", None)),
    Mutation("W9411", _everywhere("ThrottlingBurstLimit", -1)),
    Mutation("W9412", remove(HTTP_STAGE, "Properties", "DefaultRouteSettings")),
    Mutation("E9413", edited(STAGE, _reads_like_writes)),
    Mutation("E9414", put(7200, STAGE, *ALL, "CacheTtlInSeconds")),
    Mutation("E9414", replace("0", STAGE, *ALL, "CacheTtlInSeconds")),
    Mutation("W9415", put("20", STAGE, *ALL, "CacheTtlInSeconds")),
    Mutation("E9416", _cached(_everywhere("CachingEnabled", False))),
    Mutation("E9416", _cached(remove(STAGE, "Properties", "CacheClusterEnabled"))),
    Mutation("W9417", _cached(_everywhere("CacheDataEncrypted", None))),
    Mutation("E9418", edited(METHOD, _forgotten_key)),
    Mutation("W9420", remove(STAGE, "Properties", "AccessLogSetting")),
    Mutation("W9420", remove(HTTP_STAGE, "Properties", "AccessLogSettings")),
    Mutation("W9421", replace('{"path":"$context.path"}', STAGE, "Properties", "AccessLogSetting", "Format")),
    Mutation("W9422", _everywhere("LoggingLevel", None)),
    Mutation("I9423", _everywhere("MetricsEnabled", None)),
    Mutation("I9423", _everywhere("MetricsEnabled", "false")),
    Mutation("W9422", _everywhere("LoggingLevel", "OFF")),
    Mutation("E9424", production(_everywhere("DataTraceEnabled", True))),
    Mutation("W9425", _development(_everywhere("DataTraceEnabled", "true"))),
    Mutation("W9426", remove(STAGE, "Properties", "TracingEnabled")),
    Mutation("W9427", _without_authorization),
    Mutation("W9427", replace("NONE", "AWS::ApiGatewayV2::Route", "Properties", "AuthorizationType")),
    Mutation("W9427", drop("Api", "Properties", "Auth")),
    Mutation("W9428", _method({"POST", "PUT"}, lambda one: one.pop("RequestValidatorId"))),
    Mutation(
        "E9429",
        put({"Name": "none", "RestApiId": "a"}, "AWS::ApiGateway::RequestValidator", "Properties"),
    ),
    Mutation("W9430", without("AWS::ApiGateway::UsagePlan")),
    Mutation("W9431", _method({"GET"}, lambda one: one["Integration"].update(TimeoutInMillis=30000))),
    Mutation("W9432", _method({"POST", "PUT"}, lambda one: one.pop("RequestModels"))),
    Mutation("E9433", put("TLS_1_0", DOMAIN, "Properties", "SecurityPolicy")),
    Mutation("I9434", remove("AWS::ApiGateway::RestApi", "Properties", "DisableExecuteApiEndpoint")),
    Mutation("W9435", _no_exec_group),
    Mutation(
        "E9436",
        put(
            {
                "DomainName": "a.example.com",
                "CertificateArn": "x",
                "EndpointConfiguration": {"Types": ["REGIONAL"]},
            },
            DOMAIN,
            "Properties",
        ),
    ),
    Mutation("E9437", _renamed_deployment),
    Mutation("E9438", _without_authorizer_permission),
    Mutation("E9440", _preflight(lambda one: one.update(AuthorizationType="AWS_IAM"))),
    Mutation("E9440", _preflight(lambda one: one.update(ApiKeyRequired="true"))),
    Mutation("E9442", remove("AWS::ApiGatewayV2::Route", "Properties", "AuthorizerId")),
    Mutation("E9442", _method({"GET"}, lambda one: one.update(AuthorizationType="CUSTOM"))),
    Mutation("E9441", _preflight(lambda one: one["MethodResponses"][0].pop("ResponseParameters"))),
)
