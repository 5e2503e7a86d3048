"""What a deployment reads in a template: it is all there, and it fits the rest of the template."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

from tests.golden.committed import (
    COMMITTED,
    PSEUDO_PARAMETERS,
    Stack,
    committed,
    every_api,
    every_stack,
    listed,
    references,
    stacks_with,
)

KEYS = {
    "After",
    "Artifacts",
    "Environment",
    "Inputs",
    "MonitoringMinutes",
    "Production",
    "ProtectLast",
    "Region",
    "RollbackAlarms",
    "Service",
    "StackName",
    "Tags",
}
# What people and scripts read after a deployment of a system that has an API, and of some systems besides.
API_OUTPUTS = {
    "AlarmTopicArn",
    "ApiId",
    "ApiStage",
    "ApiUrl",
    "DeadLettersUrl",
    "EnvironmentSuffix",
    "KeyAlias",
    "KeyArn",
    "TableArn",
    "TableName",
}
OWN_OUTPUTS = {
    "items": {
        "ApiFunctionName",
        "AuditTableArn",
        "AuditTableName",
        "StreamFailuresUrl",
        "StreamFunctionName",
        "TableStreamArn",
    },
    "users": {"ReadFunctionName", "SettingsParameterName", "TokenSecretName", "WriteFunctionName"},
}


@every_stack
def test_metadata_says_whose_template_it_is(stack: Stack) -> None:
    metadata, environment = stack.metadata, stack.environment
    assert set(metadata) == KEYS
    assert metadata["Environment"] == environment.name
    assert metadata["MonitoringMinutes"] == environment.monitoring_minutes
    assert metadata["Production"] is environment.production
    assert metadata["Region"] == stack.region
    assert metadata["Service"] == stack.name
    assert metadata["StackName"] == stack.prefix
    assert metadata["Tags"] == {
        "CostCenter": environment.cost_center,
        "Environment": environment.name,
        "ManagedBy": "gen",
        "Name": stack.prefix,
        "Owner": environment.owner,
        "Service": stack.name,
    }


@every_stack
def test_the_order_of_deployment_is_one_that_exists(stack: Stack) -> None:
    """S2.2, S3.2."""
    known = {f"{one.region}/{one.name}": one for one in COMMITTED if one.environment == stack.environment}
    assert stack.metadata["After"] == sorted(set(stack.metadata["After"]))
    assert set(stack.metadata["After"]) <= set(known)
    TopologicalSorter({name: one.metadata["After"] for name, one in known.items()}).prepare()


@every_stack
def test_inputs_are_parameters_that_another_stacks_outputs_fill(stack: Stack) -> None:
    for parameter, source in stack.metadata["Inputs"].items():
        assert parameter in stack.template["Parameters"]
        place, output = source.split(".")
        assert place in stack.metadata["After"]
        region, name = place.split("/")
        assert output in committed(stack.environment.name, region, name).template["Outputs"]


@every_stack
def test_artifacts_are_the_parameters_of_every_functions_code(stack: Stack) -> None:
    """S1.3."""
    artifacts = stack.metadata["Artifacts"]
    keys = {}
    for title, function in stack.properties("Lambda::Function").items():
        key = function["Code"]["S3Key"]["Ref"]
        keys[key] = function["Handler"]
        versions = stack.properties("Lambda::Version").values()
        (version,) = (one for one in versions if one["FunctionName"] == {"Ref": title})
        assert version["CodeSha256"] == {"Ref": artifacts[key]["Sha256Parameter"]}
    assert {key: one["Handler"] for key, one in artifacts.items()} == keys
    for key, one in artifacts.items():
        assert {key, one["Sha256Parameter"]} <= set(stack.template["Parameters"])


@every_stack
def test_every_parameter_is_filled_by_someone(stack: Stack) -> None:
    """A deployment that asks for nothing can go on: default, another stack, or the packaged code."""
    artifacts = stack.metadata["Artifacts"]
    filled = {*stack.metadata["Inputs"], *artifacts, *(one["Sha256Parameter"] for one in artifacts.values())}
    parameters = stack.template.get("Parameters", {})
    assert {name for name, one in parameters.items() if "Default" not in one} == filled


@every_stack
def test_protection_that_would_block_a_rollback_is_listed(stack: Stack) -> None:
    """S2.6: a create sends them switched off, and the update that follows switches them on."""
    expected = {
        title: name
        for title, one in stack.resources.items()
        for name in ("DeletionProtectionEnabled", "DeletionProtection")
        if one.get("Properties", {}).get(name) is True
    }
    assert stack.metadata["ProtectLast"] == expected
    if stack.environment.retain_data and stack.name == "items":
        assert {"ItemsTable", "AuditTable", "ApiLogGroup"} <= set(expected)


@every_stack
def test_rollback_alarms_are_at_most_five_alarms_of_the_template(stack: Stack) -> None:
    """S0.6."""
    alarms = stack.metadata["RollbackAlarms"]
    assert alarms == sorted(set(alarms))
    assert len(alarms) <= 5
    assert set(alarms) <= set(stack.of("CloudWatch::Alarm", "CloudWatch::CompositeAlarm"))


@every_api
def test_an_update_of_an_api_is_watched(stack: Stack) -> None:
    """S0.6."""
    assert "RestApiServerErrorsAlarm" in stack.metadata["RollbackAlarms"]


@every_stack
def test_cloudformation_itself_refuses_another_region(stack: Stack) -> None:
    """S0.1, S1.5."""
    (assertion,) = stack.template["Rules"]["RegionLock"]["Assertions"]
    assert assertion["Assert"] == {"Fn::Contains": [[stack.region], {"Ref": "AWS::Region"}]}
    assert stack.region in assertion["AssertDescription"]
    assert stack.region in stack.environment.regions


@every_stack
def test_every_reference_leads_somewhere(stack: Stack) -> None:
    """S1.2, S2.3."""
    known = {*stack.resources, *stack.template.get("Parameters", {}), *PSEUDO_PARAMETERS}
    for part in ("Resources", "Outputs", "Conditions", "Rules"):
        assert set(references(stack.template.get(part, {}))) <= known
    for resource in stack.resources.values():
        assert set(listed(resource.get("DependsOn", []))) <= set(stack.resources)
        if "Condition" in resource:
            assert resource["Condition"] in stack.template["Conditions"]


@every_stack
def test_every_parameter_and_condition_is_used(stack: Stack) -> None:
    used = set(references({key: value for key, value in stack.template.items() if key != "Parameters"}))
    assert set(stack.template.get("Parameters", {})) <= used
    conditions = {one["Condition"] for one in stack.resources.values() if "Condition" in one}
    assert set(stack.template.get("Conditions", {})) == conditions


@every_stack
def test_no_resource_waits_for_itself(stack: Stack) -> None:
    """S2.2: an edge for each reference and each DependsOn."""
    edges: dict[str, set[Any]] = {
        title: (set(references(one)) | set(listed(one.get("DependsOn", [])))) & set(stack.resources)
        for title, one in stack.resources.items()
    }
    TopologicalSorter(edges).prepare()


@every_api
def test_a_stack_with_an_api_tells_all_that_people_and_scripts_need(stack: Stack) -> None:
    """S1.2, S2.3."""
    outputs = stack.template["Outputs"]
    assert set(outputs) >= API_OUTPUTS
    if stack.name in OWN_OUTPUTS:
        assert set(outputs) == API_OUTPUTS | OWN_OUTPUTS[stack.name]
    assert all(one["Description"] for one in outputs.values())
    assert outputs["EnvironmentSuffix"]["Value"] == (stack.environment.suffix or "none")
    assert outputs["ApiUrl"]["Value"]["Fn::Sub"].startswith("https://${RestApi}.execute-api.${AWS::Region}.")


@stacks_with("S3::Bucket")
def test_the_bootstrap_stack_tells_where_code_goes(stack: Stack) -> None:
    """S2.3."""
    assert set(stack.template["Outputs"]) == {"ArtifactBucketName", "ArtifactKeyArn"}
    managed = stack.environment.api_gateway_account == "managed"
    assert bool(stack.of("ApiGateway::Account")) is managed
    for one in stack.of("ApiGateway::Account", "IAM::Role").values():
        kept = (one["DeletionPolicy"], one["UpdateReplacePolicy"])
        stays = ("RetainExceptOnCreate", "Retain") if stack.environment.retain_data else ("Delete", "Delete")
        assert kept == stays, "other APIs of the region log with it"
