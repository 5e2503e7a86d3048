"""Functions, their callers, their sources and what their roles may do."""

from __future__ import annotations

import json
from typing import Any

from tests.rules.mutations.change import Change, Mutation, Template, at, both, drop, put, remove, replace

FUNCTION = "AWS::Lambda::Function"
MAPPING = "AWS::Lambda::EventSourceMapping"
QUEUE_MAPPING = "WorkerSqsEventSourceStackQueue7C2DA4BD"
GRANTS = ("Properties", "PolicyDocument", "Statement")


def _all(properties: dict[str, Any]) -> Change:
    """The same properties for every function of a template of ours, and for a copy of the last one."""

    def change(template: Template) -> str | None:
        found = [name for name, one in template["Resources"].items() if one["Type"] == FUNCTION]
        if len(found) < 2 or "Gen" not in template.get("Metadata", {}):
            return None
        template["Resources"]["Third"] = {
            **template["Resources"][found[-1]],
            "Properties": dict(template["Resources"][found[-1]]["Properties"]),
        }
        for name in [*found, "Third"]:
            template["Resources"][name]["Properties"].update(properties)
        return str(found[0])

    return change


def _without_action(action: str, replacement: str) -> Change:
    """Another action in the place of this one, in the role of whoever has it."""

    def change(template: Template) -> str | None:
        for name, resource in template["Resources"].items():
            policies = resource.get("Properties", {}).get("Policies", [])
            trusted = json.dumps(resource.get("Properties", {}).get("AssumeRolePolicyDocument"))
            for policy in policies if "lambda.amazonaws.com" in trusted else ():
                for statement in policy["PolicyDocument"]["Statement"]:
                    if action in statement["Action"] and isinstance(statement["Action"], list):
                        statement["Action"] = [
                            replacement if one == action else one for one in statement["Action"]
                        ]
                        return str(name)
        return None

    return change


def _one_zone(template: Template) -> str | None:
    subnet = template["Resources"].get("SubnetB")
    if subnet is None or "Scan" not in template["Resources"]:
        return None
    subnet["Properties"]["AvailabilityZone"] = template["Resources"]["SubnetA"]["Properties"][
        "AvailabilityZone"
    ]
    return "SubnetB"


def _on_the_function(template: Template) -> str | None:
    """A permission of ours on an alias, as one on its function."""
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Lambda::Permission":
            alias = template["Resources"].get(resource["Properties"]["FunctionName"].get("Ref"))
            if alias and alias["Type"] == "AWS::Lambda::Alias":
                resource["Properties"]["FunctionName"] = alias["Properties"]["FunctionName"]
                return str(name)
    return None


def _trust_of_another_service(template: Template) -> str | None:
    for name, resource in template["Resources"].items():
        document = resource.get("Properties", {}).get("AssumeRolePolicyDocument", {})
        if "lambda.amazonaws.com" in json.dumps(document) and isinstance(document["Statement"], list):
            document["Statement"][0]["Principal"] = {"Service": "states.amazonaws.com"}
            return str(name)
    return None


MUTATIONS = (
    Mutation("W9301", put({"ZipFile": "def handler(event, context): pass"}, FUNCTION, "Properties", "Code")),
    Mutation("W9302", put({"ZipFile": "# a program\n" * 400}, FUNCTION, "Properties", "Code")),
    Mutation("W9303", _all({"MemorySize": 512, "Timeout": 28})),
    Mutation("W9304", remove(FUNCTION, "Properties", "MemorySize")),
    Mutation("W9304", remove(FUNCTION, "Properties", "Timeout")),
    Mutation("W9305", at(128, "ApiFunction", "Properties", "MemorySize")),
    Mutation("W9305", at("128", "Handler886CB40B", "Properties", "MemorySize")),
    Mutation("W9306", at(29, "ApiFunction", "Properties", "Timeout")),
    Mutation("W9306", at("60", "Handler886CB40B", "Properties", "Timeout")),
    Mutation("W9307", _one_zone),
    Mutation("W9307", at([{"Ref": "SubnetA"}], "Scan", "Properties", "VpcConfig", "SubnetIds")),
    Mutation("W9309", remove(FUNCTION, "Properties", "KmsKeyArn")),
    Mutation("W9310", remove(FUNCTION, "Properties", "TracingConfig")),
    Mutation("W9310", put({"Mode": "PassThrough"}, FUNCTION, "Properties", "TracingConfig")),
    Mutation("W9311", drop("Scan", "Properties", "DeadLetterConfig")),
    Mutation("W9311", drop("Outcome")),
    Mutation("E9312", put("0", FUNCTION, "Properties", "ReservedConcurrentExecutions")),
    Mutation("E9313", _on_the_function),
    Mutation(
        "E9313",
        at(
            {"Fn::GetAtt": ["Handler886CB40B", "Arn"]},
            "ApiitemsGETApiPermissionStackApi8B1E2C90GETitems6D5F1A2B",
            "Properties",
            "FunctionName",
        ),
    ),
    Mutation("E9314", drop("RestApiInvokePermission")),
    Mutation("E9314", drop("MayScan")),
    Mutation("E9314", drop("IndexFunctionHourlyPermission")),
    Mutation("W9315", at({"Ref": "StreamFunction"}, "StreamMapping", "Properties", "FunctionName")),
    Mutation(
        "W9316", put(["arn:aws:lambda:us-west-2:123456789012:layer:x:1"], FUNCTION, "Properties", "Layers")
    ),
    Mutation("E9317", drop("Scan", "Properties", "Layers")),
    Mutation("W9320", remove(MAPPING, "Properties", "MaximumRetryAttempts")),
    Mutation("W9320", replace("-1", MAPPING, "Properties", "MaximumRetryAttempts")),
    Mutation("W9321", remove(MAPPING, "Properties", "BisectBatchOnFunctionError")),
    Mutation("W9321", replace("false", MAPPING, "Properties", "BisectBatchOnFunctionError")),
    Mutation("W9322", drop("StreamMapping", "Properties", "FunctionResponseTypes")),
    Mutation("W9322", at([], "StreamMapping", "Properties", "FunctionResponseTypes")),
    Mutation("W9323", remove(MAPPING, "Properties", "DestinationConfig")),
    Mutation("I9324", remove(MAPPING, "Properties", "MaximumRecordAgeInSeconds")),
    Mutation("W9325", drop(QUEUE_MAPPING, "Properties", "FunctionResponseTypes")),
    Mutation("E9326", drop(QUEUE_MAPPING, "Properties", "MaximumBatchingWindowInSeconds")),
    Mutation("E9327", at(True, "Queue4A7E3555", "Properties", "FifoQueue")),
    Mutation("E9328", at(2, QUEUE_MAPPING, "Properties", "MaximumRetryAttempts")),
    Mutation("E9328", at(True, QUEUE_MAPPING, "Properties", "BisectBatchOnFunctionError")),
    Mutation("E9329", replace("30", MAPPING, "Properties", "MaximumRecordAgeInSeconds")),
    Mutation("E9330", drop("ItemsTable", "Properties", "StreamSpecification")),
    Mutation("E9330", drop("Orders", "Properties", "StreamSpecification")),
    Mutation(
        "E9330", at({"Fn::GetAtt": ["Table", "Arn"]}, "IndexFunctionChanges", "Properties", "EventSourceArn")
    ),
    Mutation("E9331", at(True, "StreamFailures", "Properties", "FifoQueue")),
    Mutation("E9331", at("true", "DeadLetters", "Properties", "FifoQueue")),
    Mutation("E9332", replace("{", MAPPING, "Properties", "FilterCriteria", "Filters", 0, "Pattern")),
    Mutation(
        "E9332",
        replace(
            '{"dynamodb":{"Keys":{"pk":["X"]}}}',
            MAPPING,
            "Properties",
            "FilterCriteria",
            "Filters",
            0,
            "Pattern",
        ),
    ),
    Mutation("E9333", _without_action("dynamodb:GetRecords", "dynamodb:GetItem")),
    Mutation("E9333", at("sqs:SendMessage", "WorkerServiceRoleDefaultPolicyD8F1A1C6", *GRANTS, 1, "Action")),
    Mutation(
        "E9333",
        at(
            {"Fn::GetAtt": ["DeadLetters3CF6C2E0", "Arn"]},
            "WorkerServiceRoleDefaultPolicyD8F1A1C6",
            *GRANTS,
            1,
            "Resource",
        ),
    ),
    Mutation("E9334", at("kms:Encrypt", "WriterPolicy", *GRANTS, 1, "Action")),
    Mutation("W9335", _without_action("logs:PutLogEvents", "logs:DescribeLogGroups")),
    Mutation("W9335", drop("WorkerServiceRole8F2B3D55", "Properties", "ManagedPolicyArns")),
    Mutation("E9336", drop("IndexFunctionRole", "Properties", "Policies", 0)),
    Mutation(
        "W9337",
        both(
            at(100, QUEUE_MAPPING, "Properties", "ScalingConfig", "MaximumConcurrency"),
            at(5, "WorkerF5D7A1B0", "Properties", "ReservedConcurrentExecutions"),
        ),
    ),
    Mutation(
        "E9338",
        at(
            {"ProvisionedConcurrentExecutions": 500}, "ApiAlias", "Properties", "ProvisionedConcurrencyConfig"
        ),
    ),
    Mutation("W9339", put("false", MAPPING, "Properties", "Enabled")),
    Mutation("E9340", _trust_of_another_service),
    Mutation("W9311", drop("Scan", "Properties", "DeadLetterConfig")),
)
