"""Rules about functions in the forms that people and generators write."""

from __future__ import annotations

import pytest

from tests.rules.forms import found

FUNCTION = """
Parameters:
  Anything: {{Type: String}}
  Small: {{Type: Number, AllowedValues: [128, 192]}}
Conditions:
  Maybe: !Equals [!Ref Anything, x]
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {{Role: !GetAtt Role.Arn, {properties}}}
{more}
"""
METHOD = """
  M:
    Type: AWS::ApiGateway::Method
    Properties: {{Integration: {{Type: AWS_PROXY, Uri: {uri}, {more}}}}}
"""
URI = '!Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"'
JOINED = (
    "!Join ['', ['arn:', !Ref 'AWS::Partition', ':apigateway:x:lambda:path/y/functions/', "
    "!GetAtt F.Arn, '/invocations']]"
)
ALIAS = """
  Live: {Type: AWS::Lambda::Alias, Properties: {Name: live, FunctionName: !Ref F, FunctionVersion: "1"}}
"""


def function(properties: str, more: str = "") -> str:
    return FUNCTION.format(properties=properties, more=more)


def method(uri: str, more: str = "") -> str:
    return METHOD.format(uri=uri, more=more)


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("'def handler(): pass'", True),
        ("!Sub 'x = \"${AWS::Region}\"'", True),
        ("!Join ['\\n', ['import os', !Sub 'x = \"${Anything}\"']]", True),
        ("!Ref Anything", False),
    ],
)
def test_inline_code_is_found_in_every_spelling(code: str, bad: bool) -> None:
    assert bool(found("W9301", function(f"Code: {{ZipFile: {code}}}"))) is bad


def test_functions_that_cdk_adds_for_itself_are_not_judged() -> None:
    text = function("Code: {ZipFile: x}")
    assert (
        found(
            "W9301",
            text.replace("  F:\n", "  CustomS3AutoDeleteObjectsCustomResourceProviderHandler9D90184F:\n"),
        )
        == []
    )


@pytest.mark.parametrize(
    "uri", [URI, JOINED, "!Sub 'x:${Live}/invocations'", "!Sub 'x:${F.Arn}:live/invocations'"]
)
def test_an_api_function_is_found_behind_every_form_of_its_uri(uri: str) -> None:
    assert found("W9305", function("MemorySize: '128'", ALIAS + method(uri))) == [
        "Resources/F/Properties/MemorySize"
    ]
    assert found("W9305", function("MemorySize: !Ref Small", ALIAS + method(uri))) == []


@pytest.mark.parametrize(
    ("timeout", "more", "bad"),
    [
        ("29", "", True),
        ("'900'", "", True),
        ("28", "", False),
        ("!Ref Anything", "", False),
        ("60", "TimeoutInMillis: 60001", False),
        ("60", "RequestParameters: {integration.request.header.X-Amz-Invocation-Type: \"'Event'\"}", False),
        ("10", "TimeoutInMillis: '5000'", True),
    ],
)
def test_an_api_function_gives_up_before_its_api(timeout: str, more: str, bad: bool) -> None:
    assert bool(found("W9306", function(f"Timeout: {timeout}", method(URI, more)))) is bad


def test_a_function_behind_an_openapi_body_is_an_api_function() -> None:
    body = f"{{paths: {{/x: {{get: {{x-amazon-apigateway-integration: {{type: aws_proxy, uri: {URI}}}}}}}}}}}"
    api = f"\n  Api: {{Type: AWS::ApiGateway::RestApi, Properties: {{Body: {body}}}}}"
    assert found("W9306", function("Timeout: 30", api)) == ["Resources/F/Properties/Timeout"]
    assert (
        found("W9306", function("Timeout: 29", api.replace("ApiGateway::RestApi", "ApiGatewayV2::Api"))) == []
    )


@pytest.mark.parametrize(
    ("permission", "uri", "rule"),
    [
        ("!Ref F", "!Sub 'x:${Live}/invocations'", "E9313"),
        ("!Ref Live", "!Sub 'x:${F.Arn}/invocations'", "E9313"),
        ("!Sub '${F}:live'", "!Sub 'x:${Live}/invocations'", ""),
        ("!Sub '${F.Arn}:live'", "!Sub 'x:${F.Arn}:live/invocations'", ""),
        ("!Ref Live", "!Sub 'x:${Live}/invocations'", ""),
        ("!Ref Live", "!Sub 'x:${F.Arn}:${!stageVariables.alias}/invocations'", ""),
        ("!Ref Live", "!Sub 'x:${F.Arn}:${Anything}/invocations'", ""),
    ],
)
def test_a_permission_is_for_the_qualifier_that_is_called(permission: str, uri: str, rule: str) -> None:
    grant = (
        "\n  P: {Type: AWS::Lambda::Permission, Properties: {Action: 'lambda:InvokeFunction', "
        f"Principal: apigateway.amazonaws.com, FunctionName: {permission}}}}}"
    )
    text = function("Timeout: 3", ALIAS + method(uri) + grant)
    assert [one for one in ("E9313", "E9314") if found(one, text)] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("principal", "more", "bad"),
    [
        ("s3.amazonaws.com", "", True),
        ("apigateway.amazonaws.com", "", False),
        ("sns.amazonaws.com", "DeadLetterConfig: {TargetArn: !Ref Anything}", False),
        ("sns.amazonaws.com", "DeadLetterConfig: !If [Maybe, {TargetArn: x}, !Ref 'AWS::NoValue']", False),
    ],
)
def test_who_may_call_a_function_says_whether_its_failures_are_kept(
    principal: str, more: str, bad: bool
) -> None:
    properties = f"{{Principal: {principal}, FunctionName: !Ref F}}"
    given = f"\n  P: {{Type: AWS::Lambda::Permission, Properties: {properties}}}"
    assert bool(found("W9311", function(more or "Timeout: 3", given))) is bad


def test_a_permission_that_is_not_certain_counts_as_given() -> None:
    text = function("Timeout: 3", method(URI))
    assert found("E9314", text)
    given = (
        "\n  P: {Type: AWS::Lambda::Permission, Properties: {Principal: !Ref Anything, FunctionName: !Ref F}}"
    )
    assert found("E9314", text + given) == []
    assert found("E9314", function("Timeout: 3", method(URI, "Credentials: !Ref Anything"))) == []


MAPPING = """
  Q: {{Type: AWS::SQS::Queue, Properties: {{FifoQueue: {fifo}}}}}
  T: {{Type: AWS::DynamoDB::Table, Properties: {{StreamSpecification: {{StreamViewType: KEYS_ONLY}}}}}}
  M:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {{FunctionName: !Ref F, EventSourceArn: {source}, {more}}}
"""


def mapping(source: str, more: str, fifo: str = "false") -> str:
    return function("Timeout: 3", MAPPING.format(source=source, more=more, fifo=fifo))


STREAMS = [
    "!GetAtt T.StreamArn",
    "arn:aws:kinesis:us-west-2:111122223333:stream/x",
    "!Sub 'arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/x/stream/2020'",
    "!Ref Anything",
]


@pytest.mark.parametrize("source", STREAMS)
@pytest.mark.parametrize("rule", ["W9320", "W9321", "W9322", "W9323", "I9324"])
def test_a_stream_mapping_without_limits_is_found_whatever_names_the_stream(source: str, rule: str) -> None:
    assert found(rule, mapping(source, "StartingPosition: LATEST, BatchSize: 10"))
    assert found(rule, mapping("!Ref Anything", "Topics: [x], StartingPosition: LATEST")) == []
    assert found(rule, mapping("!GetAtt Q.Arn", "BatchSize: 10")) == []


def test_a_batch_of_one_needs_no_division() -> None:
    text = mapping("!GetAtt T.StreamArn", "StartingPosition: LATEST, BatchSize: '1'")
    assert found("W9321", text) == found("W9322", text) == []


@pytest.mark.parametrize(
    ("more", "fifo", "rules"),
    [
        ("BatchSize: '11'", "false", ["E9326"]),
        ("BatchSize: 100, MaximumBatchingWindowInSeconds: '1'", "false", []),
        ("BatchSize: 10, MaximumBatchingWindowInSeconds: 5", "'true'", ["E9327"]),
        ("BisectBatchOnFunctionError: true", "false", ["E9328"]),
        ("BisectBatchOnFunctionError: 'false'", "false", []),
        ("DestinationConfig: {OnFailure: {Destination: x}}", "false", ["E9328"]),
    ],
)
def test_settings_that_lambda_refuses_of_a_queue(more: str, fifo: str, rules: list[str]) -> None:
    text = mapping("!GetAtt Q.Arn", more, fifo)
    assert [one for one in ("E9326", "E9327", "E9328") if found(one, text)] == rules


@pytest.mark.parametrize(
    ("pattern", "bad"),
    [
        ('{"eventName": ["INSERT"]}', False),
        ('{"eventName": ["Insert"]}', True),
        ('{"eventname": ["INSERT"]}', True),
        ('{"dynamodb": {"Keys": {"pk": {"S": ["a"]}}}}', False),
        ('{"dynamodb": {"Keys": {"pk": {"S": []}}}}', True),
        ('{"dynamodb": {"Keys": {"pk": {"S": [{"starts-with": "a"}]}}}}', True),
        ('{"dynamodb": {"Keys": {"pk": {"N": [{"numeric": [">", 3]}]}}}}', True),
        ('{"dynamodb": {"Keys": {"pk": {"N": ["3"]}}}}', False),
        ('{"dynamodb": {"NewImage": {"a": {"S": ["x"]}}}}', True),
        ('{"dynamodb": {"Keys": {"gone": [{"exists": false}]}}}', False),
        ('{"$or": [{"eventName": ["INSERT"]}, {"eventName": ["MODIFY"]}]}', False),
        ("[]", True),
    ],
)
def test_a_filter_that_lets_nothing_through_is_found(pattern: str, bad: bool) -> None:
    text = mapping("!GetAtt T.StreamArn", f"FilterCriteria: {{Filters: [{{Pattern: '{pattern}'}}]}}")
    assert bool(found("E9332", text)) is bad


ROLE = """
  Role:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [{managed}]
      Policies: [{{PolicyName: x, PolicyDocument: {{Statement: {statement}}}}}]
"""
BASIC = "!Sub 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'"


@pytest.mark.parametrize(
    ("statement", "managed", "bad"),
    [
        ("{Effect: Allow, Action: 'sqs:*', Resource: '*'}", "", False),
        (
            "{Effect: Allow, Action: ['SQS:Re*', 'sqs:DeleteMessage', 'sqs:Get*'], Resource: !GetAtt Q.Arn}",
            BASIC,
            False,
        ),
        ("{Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Q.Arn}", BASIC, True),
        ("{Effect: Allow, Action: 'sqs:*', Resource: !GetAtt Other.Arn}", BASIC, True),
        ("{Effect: Allow, Action: 'sqs:SendMessage', Resource: '*'}", "!Ref Anything", False),
        ("[{Effect: Allow, NotAction: 'iam:*', Resource: '*'}]", "", False),
        ("!If [Maybe, [{Effect: Allow, Action: 'sqs:SendMessage', Resource: '*'}], []]", "", False),
    ],
)
def test_a_role_that_cannot_read_its_queue_is_found_where_all_of_it_is_written(
    statement: str, managed: str, bad: bool
) -> None:
    other = "\n  Other: {Type: AWS::SQS::Queue, Properties: {}}"
    text = (
        mapping("!GetAtt Q.Arn", "BatchSize: 5") + ROLE.format(managed=managed, statement=statement) + other
    )
    assert bool(found("E9333", text)) is bad


def test_a_policy_of_its_own_is_part_of_the_role() -> None:
    role = ROLE.format(managed=BASIC, statement="[]")
    policy = (
        "\n  P: {Type: AWS::IAM::Policy, Properties: {Roles: [!Ref Role], PolicyDocument: "
        "{Statement: [{Effect: Allow, Action: ['sqs:*'], Resource: [!GetAtt Q.Arn]}]}}}"
    )
    text = mapping("!GetAtt Q.Arn", "BatchSize: 5") + role
    assert found("E9333", text) and found("E9333", text + policy) == []


SUBNETS = """
  A: {{Type: AWS::EC2::Subnet, Properties: {{AvailabilityZone: !Select [0, !GetAZs '']}}}}
  B: {{Type: AWS::EC2::Subnet, Properties: {{AvailabilityZone: {zone}}}}}
"""


@pytest.mark.parametrize(
    ("subnets", "zone", "bad"),
    [
        ("[!Ref A, !Ref B]", "!Select [0, !GetAZs '']", True),
        ("[!Ref A, !Ref B]", "!Select [1, !GetAZs '']", False),
        ("[!Ref A]", "x", True),
        ("[subnet-1]", "x", True),
        ("!Ref Anything", "x", False),
        ("[!Ref A, !Ref Anything]", "x", False),
        ("!Split [',', !ImportValue subnets]", "x", False),
    ],
)
def test_a_function_of_one_zone_is_found_where_its_zones_are_certain(
    subnets: str, zone: str, bad: bool
) -> None:
    text = function(f"VpcConfig: {{SecurityGroupIds: [x], SubnetIds: {subnets}}}", SUBNETS.format(zone=zone))
    assert bool(found("W9307", text)) is bad
