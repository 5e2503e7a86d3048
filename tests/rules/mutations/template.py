"""Regions, names, tags, secrets, outputs, and what must be made first."""

from __future__ import annotations

import json
from typing import Any

from tests.rules.mutations.change import (
    Change,
    Mutation,
    added,
    at,
    drop,
    edited,
    foreign,
    put,
    remove,
    replace,
)

FUNCTION = "AWS::Lambda::Function"
TABLE = "AWS::DynamoDB::Table"
KEY = "AWS::KMS::Key"
VARIABLES = ("Properties", "Environment", "Variables")


def _section(name: str, value: Any) -> Change:
    """Give a whole section of a template that gen rendered another content; None takes it away."""

    def change(template: dict[str, Any]) -> str | None:
        if "Gen" not in template.get("Metadata", {}):
            return None
        template.pop(name, None)
        template.update({} if value is None else {name: value})
        return name

    return change


def _lock(regions: list[str]) -> Any:
    return {"RegionLock": {"Assertions": [{"Assert": {"Fn::Contains": [regions, {"Ref": "AWS::Region"}]}}]}}


def _parameter(name: str, **about: Any) -> Change:
    def change(template: dict[str, Any]) -> str | None:
        template.setdefault("Parameters", {})[name] = {"Type": "String"} | about
        return name

    return change


def _hidden(change: Change) -> Change:
    """With a NoEcho parameter called Hidden."""

    def both(template: dict[str, Any]) -> str | None:
        template.setdefault("Parameters", {})["Hidden"] = {"Type": "String", "NoEcho": "true"}
        return change(template)

    return both


def _region(resource: Any) -> bool:
    before = json.dumps(resource["Properties"])
    after = before.replace("${AWS::Region}:${AWS::AccountId}", "ap-south-1:${AWS::AccountId}", 1)
    resource["Properties"] = json.loads(after)
    return before != after


def _untagged(resource: Any) -> bool:
    tags = resource["Properties"].get("Tags")
    if isinstance(tags, list):
        resource["Properties"]["Tags"] = [one for one in tags if one["Key"] not in ("Owner", "CostCenter")]
    return isinstance(tags, list)


def _ours(change: Change) -> Change:
    return lambda template: change(template) if "Gen" in template.get("Metadata", {}) else None


def _output(name: str, value: Any) -> Change:
    def change(template: dict[str, Any]) -> str | None:
        kinds = [one for one in template["Resources"] if template["Resources"][one]["Type"] == KEY]
        if not kinds:
            return None
        text = json.dumps({"Value": value}).replace("KEY", kinds[0])
        template.setdefault("Outputs", {})[name] = json.loads(text)
        return name

    return change


def _nothing_waits(kind: str) -> Change:
    """The first resource of a type waits for nothing by name; its references stay."""
    return remove(kind, "DependsOn")


def _suppressed(template: dict[str, Any]) -> str:
    template.setdefault("Metadata", {})["cfn-lint"] = {"config": {"ignore_checks": ["W9105"]}}
    return "Metadata"


def _queue_subscription(resource: Any) -> bool:
    return resource["Properties"]["Protocol"] == "sqs" and resource.pop("DependsOn", None) is not None


def _gateway_responses(deployment: Any) -> bool:
    waits = deployment.get("DependsOn", [])
    left = [one for one in waits if not one.endswith(("Response", "Error"))]
    deployment["DependsOn"] = left
    return len(left) < len(waits)


def _named_group(template: dict[str, Any]) -> str | None:
    """The function is told nothing of its group, which has the right name."""
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        group = properties.get("LoggingConfig", {}).get("LogGroup", {})
        if (
            resource["Type"] == FUNCTION
            and isinstance(properties.get("FunctionName"), str)
            and "Ref" in group
        ):
            del properties["LoggingConfig"]
            resource.pop("DependsOn", None)
            template["Resources"][group["Ref"]]["Properties"]["LogGroupName"] = (
                f"/aws/lambda/{properties['FunctionName']}"
            )
            role = properties.pop("Role")
            properties["Role"] = json.dumps(role)
            return str(name)
    return None


MUTATIONS = (
    Mutation(
        "E9001", put({"cfn-lint": {"config": {"ignore_checks": ["W9105"]}}}, "AWS::IAM::Role", "Metadata")
    ),
    Mutation("E9002", _suppressed),
    Mutation("E9003", _section("Rules", None)),
    Mutation("E9003", _section("Rules", _lock(["us-west-2", "us-east-1"]))),
    Mutation("E9004", _section("Rules", _lock([]))),
    Mutation("E9004", _section("Rules", _lock(["us-west2"]))),
    Mutation("W9005", edited("AWS::IAM::Role", _region)),
    Mutation("W9005", edited("AWS::IAM::ManagedPolicy", _region)),
    Mutation("E9006", _ours(replace("orders", "AWS::SQS::Queue", "Properties", "QueueName"))),
    Mutation("E9006", _ours(replace("alias/data", "AWS::KMS::Alias", "Properties", "AliasName"))),
    Mutation("E9006", _ours(replace("/aws/lambda/api", "AWS::Logs::LogGroup", "Properties", "LogGroupName"))),
    Mutation("W9007", at("importer", "Importer", "Properties", "FunctionName")),
    Mutation("E9008", _ours(edited(TABLE, _untagged))),
    Mutation("E9008", _ours(remove("AWS::Logs::LogGroup", "Properties", "Tags"))),
    Mutation("E9008", _ours(remove(KEY, "Properties", "Tags"))),
    Mutation("W9009", drop("SeedLogs", "Properties", "Tags")),
    Mutation("E9010", put("AKIAIOSFODNN7EXAMPLE", FUNCTION, *VARIABLES, "ACCOUNT")),
    Mutation("E9010", put("postgresql://app:s3cr3t@db.internal/app", FUNCTION, *VARIABLES, "DATABASE")),
    Mutation("E9010", added("AWS::SSM::Parameter", {"Value": "-----BEGIN RSA PRIVATE KEY-----\nMII"})),
    Mutation("E9011", put("hunter2", FUNCTION, *VARIABLES, "DB_PASSWORD")),
    Mutation("E9011", put({"Fn::If": ["C", "hunter2", ""]}, FUNCTION, *VARIABLES, "dbPassword")),
    Mutation("E9011", put("9f8e7d6c5b4a3f2e1d0c", FUNCTION, *VARIABLES, "API_KEY")),
    Mutation("E9011", added("Custom::Database", {"ServiceToken": "arn:x", "User": {"Password": "hunter2"}})),
    Mutation("W9012", put("{{resolve:secretsmanager:db:SecretString:password}}", FUNCTION, *VARIABLES, "DB")),
    Mutation(
        "W9012", put({"Fn::Sub": "{{resolve:ssm-secure:/db/${AWS::Region}}}"}, FUNCTION, *VARIABLES, "DB")
    ),
    Mutation("W9012", _hidden(put({"Fn::Sub": "x-${Hidden}"}, FUNCTION, *VARIABLES, "DB"))),
    Mutation("W9013", _parameter("DatabasePassword")),
    Mutation("W9013", _parameter("GitHubToken", NoEcho="false", Description="Token of the pipeline")),
    Mutation("E9014", _parameter("Hidden", NoEcho=True, Default="changeme")),
    Mutation("E9014", _parameter("MasterPassword", Default="Passw0rd!")),
    Mutation("W9015", _hidden(put({"Ref": "Hidden"}, "AWS::IAM::Role", "Properties", "Description"))),
    Mutation("W9016", _hidden(added("Custom::Hook", {"ServiceToken": "arn:x", "Auth": {"Ref": "Hidden"}}))),
    Mutation("W9017", _section("Outputs", {})),
    Mutation("E9018", _output("KeyArn", {"Ref": "KEY"})),
    Mutation("E9018", _output("KeyUrl", {"Fn::GetAtt": ["KEY", "Arn"]})),
    Mutation(
        "E9019",
        put(
            "import db\nPASSWORD = 'hunter22'\ndef handler(*_): ...",
            FUNCTION,
            "Properties",
            "Code",
            "ZipFile",
        ),
    ),
    Mutation("E9030", _output("Token", "{{resolve:secretsmanager:KEY}}")),
    Mutation("E9020", _nothing_waits("AWS::ApiGateway::Deployment")),
    Mutation("W9021", edited("AWS::SNS::Subscription", _queue_subscription)),
    Mutation("W9022", _nothing_waits("AWS::ApiGateway::Stage")),
    Mutation("W9023", foreign(drop("Mapping", "DependsOn"))),
    Mutation("E9024", drop("Uploads", "DependsOn")),
    Mutation("I9025", _named_group),
    Mutation("W9026", drop("Seeded", "DependsOn")),
    Mutation("W9027", _nothing_waits("AWS::WAFv2::WebACLAssociation")),
    Mutation("W9029", edited("AWS::ApiGateway::Deployment", _gateway_responses)),
)
