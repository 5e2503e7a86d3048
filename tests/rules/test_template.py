"""Secrets, names, tags, regions, outputs and order in the forms that templates really have."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.support import problems


def function(variables: Any, **sections: Any) -> dict[str, Any]:
    about = {"Environment": {"Variables": variables}}
    return {"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": about}}, **sections}


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("DB_PASSWORD", "hunter2", 1),
        ("dbPassword", "hunter2", 1),
        ("PGPASSWORD", "hunter2", 1),
        ("CLIENT_SECRET", "8f14e45fceea167a5a36", 1),
        ("API_KEY", "8f14e45fceea167a5a36", 1),
        ("DB_PASSWORD", {"Fn::If": ["C", "hunter2", {"Ref": "AWS::NoValue"}]}, 1),
        ("DB_PASSWORD", {"Fn::Sub": "${Password}"}, 0),
        ("DB_PASSWORD", "", 0),
        ("DB_PASSWORD_ARN", "hunter2", 0),
        ("DB_PASSWORD", "arn:aws:secretsmanager:us-west-2:111122223333:secret:db", 0),
        ("DB_PASSWORD", "/orders/db/password", 0),
        ("TOKEN_SECRET_NAME", "orders-token-key-2024", 0),
        ("CLIENT_SECRET", "orders-client-secret", 0),
        ("ROTATE_PASSWORD", "true", 0),
        ("MAX_TOKEN", "4096", 0),
        ("COMPASS", "north-by-northwest", 0),
        ("BYPASS", "none", 0),
        ("PARTITION_KEY", "pk1sk2pk3sk4", 0),
        ("KMS_KEY", "1234abcd-12ab-34cd-56ef-1234567890ab", 0),
    ],
)
def test_a_literal_password_is_told_from_the_name_of_one(name: str, value: Any, found: int) -> None:
    assert len(problems("E9011", function({name: value}))) == found


def test_pairs_and_custom_properties_are_variables_too() -> None:
    container = {"Environment": [{"Name": "DB_PASSWORD", "Value": "hunter2"}, {"Name": "A", "Value": "b"}]}
    task = {"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": [container]}}
    custom = {"Type": "Custom::X", "Properties": {"ServiceToken": "t", "Users": [{"Password": "hunter2"}]}}
    assert problems("E9011", {"Resources": {"T": task, "C": custom}}) == [
        "Resources/T/Properties/ContainerDefinitions/0/Environment/0/Value",
        "Resources/C/Properties/Users/0/Password",
    ]


def test_a_map_of_passwords_is_a_list_of_secrets() -> None:
    mappings = {"Stages": {"dev": {"Password": "hunter2", "Size": "small"}}}
    assert problems("E9011", {"Mappings": mappings, "Resources": {}}) == ["Mappings/Stages/dev/Password"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("AKIAIOSFODNN7EXAMPLE", 1),
        ("export K=ghp_" + "a1B2" * 10, 1),
        ("postgres://app:s3cr3t@db:5432/x", 1),
        ("mongodb+srv://app:s3cr3t@cluster.example.net", 1),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", 1),
        ("postgres://app:${Password}@db:5432/x", 0),
        ("postgres://app@db:5432/x", 0),
        ("https://example.com:8443/a@b", 0),
        ("https://{user}:{password}@host", 0),
        ("-----BEGIN CERTIFICATE-----", 0),
        ("arn:aws:s3:::AKIA", 0),
    ],
)
def test_credentials_are_known_by_their_shape(text: str, found: int) -> None:
    assert len(problems("E9010", function({"A": text}))) == found
    assert len(problems("E9010", {"Outputs": {"A": {"Value": {"Fn::Join": ["", [text]]}}}})) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("{{resolve:secretsmanager:db}}", 1),
        ({"Fn::Sub": "{{resolve:ssm-secure:/db/${Stage}:1}}"}, 1),
        (
            {
                "Fn::Join": [
                    "",
                    ["{{resolve:secretsmanager:", {"Ref": "Secret"}, ":SecretString:password::}}"],
                ]
            },
            1,
        ),
        ({"Ref": "Hidden"}, 1),
        ({"Fn::If": ["C", {"Fn::Sub": "x${Hidden}"}, "y"]}, 1),
        ({"Ref": "Shown"}, 0),
        ("{{resolve:ssm:/db/host}}", 0),
    ],
)
def test_a_secret_in_a_variable_is_known_however_it_came(value: Any, found: int) -> None:
    parameters = {"Hidden": {"Type": "String", "NoEcho": "true"}, "Shown": {"Type": "String"}}
    assert len(problems("W9012", function({"A": value}, Parameters=parameters))) == found


@pytest.mark.parametrize(
    ("name", "about", "found"),
    [
        ("DbPassword", {}, 1),
        ("DBPASSWORD", {"NoEcho": False}, 1),
        ("SlackToken", {}, 1),
        ("DbPassword", {"NoEcho": "True"}, 0),
        ("DbPassword", {"Type": "AWS::SSM::Parameter::Value<String>"}, 0),
        ("DbSecret", {"Description": "ARN of the secret"}, 0),
        ("DbSecret", {"AllowedPattern": "arn:.*"}, 0),
        ("DbPasswordLength", {}, 0),
        ("SecretArn", {}, 0),
    ],
)
def test_a_parameter_for_a_secret_is_hidden(name: str, about: Any, found: int) -> None:
    assert len(problems("W9013", {"Parameters": {name: {"Type": "String"} | about}})) == found


def locked(*regions: Any) -> dict[str, Any]:
    rule = {"Assertions": [{"Assert": {"Fn::Contains": [list(regions), {"Ref": "AWS::Region"}]}}]}
    return {"Metadata": {"Gen": {"Region": "us-west-2"}}, "Rules": {"Lock": rule}, "Resources": {}}


def test_a_lock_names_the_region_of_the_template_and_no_other() -> None:
    assert problems("E9003", locked("us-west-2")) == []
    assert len(problems("E9003", locked("us-east-1"))) == 1
    assert len(problems("E9003", locked("us-west-2", "us-east-1"))) == 1
    conditional = locked("us-west-2")
    conditional["Rules"]["Lock"]["RuleCondition"] = {"Fn::Equals": ["a", "b"]}
    assert problems("E9003", conditional) == ["Rules"]


def test_templates_of_others_need_no_lock() -> None:
    foreign = locked("eu-west-1", "eu-central-1")
    del foreign["Metadata"]
    assert problems("E9003", foreign) == []
    assert problems("E9004", foreign) == []


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("TopicArn", {"Ref": "Topic"}, 0),
        ("TableArn", {"Ref": "Table"}, 1),
        ("TableARN", {"Fn::GetAtt": ["Table", "Arn"]}, 0),
        ("QueueArn", {"Ref": "Queue"}, 1),
        ("QueueUrl", {"Ref": "Queue"}, 0),
        ("QueueUrl", {"Fn::GetAtt": "Queue.Arn"}, 1),
        ("QueueName", {"Ref": "Queue"}, 1),
        ("QueueName", {"Fn::GetAtt": ["Queue", "QueueName"]}, 0),
        ("TableName", {"Ref": "Table"}, 0),
        ("TableName", {"Fn::GetAtt": ["Table", "Arn"]}, 1),
        ("Learn", {"Ref": "Table"}, 0),
        ("TableArn", {"Ref": "Parameter"}, 0),
    ],
)
def test_an_output_is_what_its_name_says(name: str, value: Any, found: int) -> None:
    kinds = {"Topic": "AWS::SNS::Topic", "Table": "AWS::DynamoDB::Table", "Queue": "AWS::SQS::Queue"}
    resources = {one: {"Type": kind, "Properties": {}} for one, kind in kinds.items()}
    assert len(problems("E9018", {"Resources": resources, "Outputs": {name: {"Value": value}}})) == found


def test_a_deployment_waits_for_methods_over_any_number_of_edges() -> None:
    rest = {"RestApiId": {"Ref": "Api"}}
    resources: dict[str, Any] = {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {}},
        "Get": {"Type": "AWS::ApiGateway::Method", "Properties": rest},
        "Between": {"Type": "AWS::SSM::Parameter", "DependsOn": ["Get"], "Properties": {}},
        "Deployment": {"Type": "AWS::ApiGateway::Deployment", "DependsOn": "Between", "Properties": rest},
    }
    assert problems("E9020", {"Resources": resources}) == []
    resources["Post"] = {"Type": "AWS::ApiGateway::Method", "Properties": rest}
    assert problems("E9020", {"Resources": resources}) == ["Resources/Deployment/DependsOn"]
    del resources["Deployment"]["DependsOn"]
    assert problems("E9020", {"Resources": resources}) == ["Resources/Deployment"]


def test_tags_are_read_in_every_shape() -> None:
    gen = {"Metadata": {"Gen": {"Tags": {"Owner": "x"}}}}
    one, other = {"Key": "Owner", "Value": "x"}, {"Key": "Team", "Value": "y"}
    resources = {
        "Listed": {"Type": "AWS::SQS::Queue", "Properties": {"Tags": [one]}},
        "Mapped": {"Type": "AWS::SSM::Parameter", "Properties": {"Tags": {"Owner": "x"}}},
        "Zone": {"Type": "AWS::Route53::HostedZone", "Properties": {"HostedZoneTags": [one]}},
        "Global": {
            "Type": "AWS::DynamoDB::GlobalTable",
            "Properties": {"Replicas": [{"Tags": [one]}, {"Tags": [other]}]},
        },
        "Unknown": {"Type": "AWS::SQS::Queue", "Properties": {"Tags": {"Ref": "Tags"}}},
        "Untaggable": {"Type": "AWS::IAM::Policy", "Properties": {}},
        "Bare": {"Type": "AWS::SNS::Topic", "Properties": {}},
    }
    assert problems("E9008", {"Resources": resources} | gen) == [
        "Resources/Global/Properties/Replicas/1/Tags",
        "Resources/Bare/Properties",
    ]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("export DB_PASSWORD=hunter22", 1),
        ("mysql -u app --password hunter22", 1),
        ("DB_PASSWORD='hunter22' ./run", 1),
        ("export DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id x)", 0),
        ("export DB_PASSWORD=${Password}", 0),
        ("read -s PASSWORD", 0),
        ("password = os.environ['PASSWORD']", 0),
    ],
)
def test_a_script_with_a_password_is_told_from_one_that_asks_for_it(script: str, found: int) -> None:
    data = {"UserData": {"Fn::Base64": {"Fn::Sub": f"#!/bin/bash\n{script}\n"}}}
    template = {"Resources": {"I": {"Type": "AWS::EC2::Instance", "Properties": data}}}
    assert len(problems("E9019", template)) == found
