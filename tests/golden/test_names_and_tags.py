"""Physical names and tags of everything in every template."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from tests.golden.committed import (
    COMMITTED,
    ENVIRONMENTS,
    Stack,
    changed,
    committed,
    every_stack,
    rendered,
    strings,
    tags_of,
)

# The property that names a resource of each type. EventSourceMapping, Method and others have no name.
NAME_OF = {
    "AWS::ApiGateway::RestApi": "Name",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::CompositeAlarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SSM::Parameter": "Name",
    "AWS::WAFv2::WebACL": "Name",
}
# Types with a name property that is a name within their API, function or stage, and not of their own.
NAMED_WITHIN_ANOTHER = {
    "AWS::ApiGateway::Model",
    "AWS::ApiGateway::RequestValidator",
    "AWS::ApiGateway::Stage",
    "AWS::Lambda::Alias",
}
# API Gateway gives its execution log group this name, which holds the API's id instead of ours.
EXECUTION_LOGS = "API-Gateway-Execution-Logs_"
SERVICES = sorted({stack.name for stack in COMMITTED})
REQUIRED_TAGS = {"CostCenter", "Environment", "ManagedBy", "Name", "Owner", "Service"}
DIGEST = re.compile(r"(?<=Deployment)[0-9a-f]{10}|(?<=settings )[0-9a-f]{10}|(?<=configuration )[0-9a-f]{12}")


def schema(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return found


def names_in(stack: Stack) -> dict[str, str]:
    """Physical name by logical id; the text of a Fn::Sub where it is one."""
    found = {}
    for title, resource in stack.resources.items():
        if key := NAME_OF.get(resource["Type"]):
            name = resource["Properties"][key]
            found[title] = name["Fn::Sub"] if isinstance(name, dict) else name
    return {title: name for title, name in found.items() if not name.startswith(EXECUTION_LOGS)}


@every_stack
def test_every_taggable_resource_carries_the_six_tags(stack: Stack) -> None:
    """S1.11."""
    taggable = {
        title: resource
        for title, resource in stack.resources.items()
        if schema(resource["Type"]).get("tagging", {}).get("taggable") or "Tags" in resource["Properties"]
    }
    assert taggable
    expected = {
        "CostCenter": stack.environment.cost_center,
        "Environment": stack.environment.name,
        "ManagedBy": "gen",
        "Owner": stack.environment.owner,
        "Service": stack.name,
    }
    for title, resource in taggable.items():
        tags = tags_of(resource)
        assert set(tags) == REQUIRED_TAGS, title
        assert {key: tags[key] for key in expected} == expected, title
        assert tags["Name"].strip(), title
        assert list(tags) == sorted(tags), title


@every_stack
def test_the_name_tag_is_the_physical_name(stack: Stack) -> None:
    """S1.11. An API's log groups are named after the API in their tag."""
    for title, resource in stack.resources.items():
        if tags := tags_of(resource):
            assert stack.prefix in tags["Name"], title
    for title, name in names_in(stack).items():
        tags = tags_of(stack.resources[title])
        if tags and not name.startswith("/aws/apigateway/"):
            assert name.removesuffix("-${AWS::AccountId}") == tags["Name"], title


@every_stack
def test_every_resource_that_can_have_a_name_has_one_of_ours(stack: Stack) -> None:
    """S1.4: environment, region, service and suffix are in every physical name."""
    for title, resource in stack.resources.items():
        nameable = [name for name in schema(resource["Type"])["properties"] if re.fullmatch(r"\w*Name", name)]
        own = {f"{resource['Type'].rsplit('::', 1)[1]}Name", "Name", NAME_OF.get(resource["Type"])}
        if set(nameable) & own and resource["Type"] not in NAMED_WITHIN_ANOTHER:
            assert resource["Type"] in NAME_OF, f"{title} could have a name"
    for title, name in names_in(stack).items():
        assert stack.prefix in name, title


@every_stack
def test_no_two_resources_of_a_type_share_a_name(stack: Stack) -> None:
    names = Counter((stack.resources[title]["Type"], name) for title, name in names_in(stack).items())
    assert [name for name, count in names.items() if count > 1] == []


@every_stack
def test_names_are_literals_except_where_the_account_id_is_part_of_them(stack: Stack) -> None:
    """S1.4: CloudFormation adopts surviving resources by static names only."""
    for title, name in names_in(stack).items():
        if "${" in name:
            assert stack.resources[title]["Type"] == "AWS::S3::Bucket"
            assert name == f"{stack.prefix}-artifacts-${{AWS::AccountId}}"


@every_stack
def test_bucket_names_fit_with_the_account_id(stack: Stack) -> None:
    """S1.4: 63 characters, in lower case."""
    for bucket in stack.properties("S3::Bucket").values():
        name = bucket["BucketName"]["Fn::Sub"].replace("${AWS::AccountId}", "1" * 12)
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", name)


def test_two_suffixes_share_no_physical_name() -> None:
    """S1.4, S3.8: a second set can stand beside the first one."""
    for environment in ENVIRONMENTS:
        for name in SERVICES:
            blue = rendered(changed(environment, suffix="-blue"), name)
            green = rendered(changed(environment, suffix="-green"), name)
            plain = rendered(ENVIRONMENTS[environment], name)
            names = [set(names_in(one).values()) for one in (plain, blue, green)]
            assert names[0]
            assert not names[0] & names[1] | names[0] & names[2] | names[1] & names[2]
            assert all(f"-{name}-blue" in one for one in names[1])
            assert blue.metadata["StackName"] == f"{plain.metadata['StackName']}-blue"


@pytest.mark.parametrize("name", SERVICES)
def test_a_suffix_reaches_every_place_that_names_something(name: str) -> None:
    """S1.4, S3.8: log patterns, alarm rules, dashboards, settings and policies name the suffixed things."""
    blue = rendered(changed("prod", suffix="-blue"), name)
    for text in strings(blue.template):
        assert not re.search(rf"prod-us-west-2-{name}(?!-blue)", text), text
    assert all(f"prod-us-west-2-{name}-blue" in one for one in names_in(blue).values())


def test_another_region_changes_the_region_and_nothing_else() -> None:
    """S1.5: no region stands in the code. Digests over names with a region in them differ too."""
    for name in SERVICES:
        here = committed("prod", "us-west-2", name)
        there = rendered(changed("prod", regions=("eu-north-1",)), name)
        moved = there.text.replace("eu-north-1", "us-west-2")
        assert DIGEST.sub("#", moved) == DIGEST.sub("#", here.text)
        assert "us-west-2" not in there.text
