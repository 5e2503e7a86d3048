"""One thing wrong, in the forms that are easily overlooked."""

from __future__ import annotations

import json

import pytest
from cfnlint.decode import decode_str

from tests.rules.support import problems


def found(rule: str, text: str) -> list[str]:
    """Places that a rule objects to; ``text`` is what stands below Resources."""
    template, errors = decode_str("Resources:\n" + text)
    assert not errors, errors
    return problems(rule, template)


def alarm(numbers: str) -> str:
    return f"  A: {{Type: 'AWS::CloudWatch::Alarm', Properties: {{{numbers}}}}}\n"


@pytest.mark.parametrize(
    ("numbers", "bad"),
    [
        ("DatapointsToAlarm: !If [Live, 3, 4], EvaluationPeriods: 2", True),
        ("DatapointsToAlarm: 3, EvaluationPeriods: !If [Live, 2, 5]", True),
        ("DatapointsToAlarm: !If [Live, 2, 5], EvaluationPeriods: !If [Live, 2, 5]", False),
        ("DatapointsToAlarm: !If [Live, 2, 3], EvaluationPeriods: 3", False),
    ],
)
def test_m_of_n_is_compared_in_each_branch(numbers: str, bad: bool) -> None:
    assert bool(found("E9603", alarm(numbers))) is bad


@pytest.mark.parametrize(
    ("value", "bad"),
    [
        ("'0.0.0.0/1'", True),
        ("'0:0:0:0:0:0:0:0/0'", True),
        ("'2000::/3'", True),
        ("'10.0.0.0/8'", False),
        ("'fd00::/16'", False),
        ("'10.0.0.0'", False),
        ("no-range", False),
    ],
)
def test_the_world_is_the_world_however_it_is_written(value: str, bad: bool) -> None:
    name = "CidrIpv6" if ":" in value else "CidrIp"
    rule = f"{{IpProtocol: tcp, FromPort: 22, ToPort: 22, {name}: {value}}}"
    assert bool(found("E9801", f"  G: {{Type: 'AWS::EC2::SecurityGroupIngress', Properties: {rule}}}")) is bad


GATEWAY_ORIGIN = """
  R:
    Type: AWS::ApiGateway::GatewayResponse
    Properties:
      ResponseParameters: {gatewayresponse.header.Access-Control-Allow-Origin: %s}
"""


@pytest.mark.parametrize(
    ("origin", "bad"),
    [
        ("method.request.header.Origin", True),
        ("\"'null'\"", True),
        ("\"'https://example.com'\"", False),
        ("!Ref Origin", False),
    ],
)
def test_every_website_comes_in_by_an_echo_and_by_null(origin: str, bad: bool) -> None:
    assert bool(found("E9401", GATEWAY_ORIGIN % origin)) is bad


TEMPLATE_ORIGIN = """
  M:
    Type: AWS::ApiGateway::Method
    Properties:
      Integration:
        IntegrationResponses: [{ResponseTemplates: {application/json: %s}}]
"""
ECHO = "#set($context.responseOverride.header.Access-Control-Allow-Origin = $input.params('origin'))"


@pytest.mark.parametrize(("asked", "bad"), [("", True), ("#if($allowed.contains($origin)) ", False)])
def test_a_mapping_template_may_echo_an_origin_that_it_has_compared(asked: str, bad: bool) -> None:
    assert bool(found("E9406", TEMPLATE_ORIGIN % json.dumps(asked + ECHO))) is bad


HEALTH = """
  Api: {Type: 'AWS::ApiGateway::RestApi', Properties: {DisableExecuteApiEndpoint: %s}}
  Check:
    Type: AWS::Route53::HealthCheck
    Properties: {HealthCheckConfig: {Type: %s, ResourcePath: /, %s}}
"""
EXECUTE = "FullyQualifiedDomainName: !Sub '${Api}.execute-api.${AWS::Region}.amazonaws.com'"


@pytest.mark.parametrize(
    ("off", "kind", "host", "bad"),
    [
        ("true", "HTTPS", EXECUTE, True),
        ("false", "HTTPS", EXECUTE, False),
        ("!Ref Off", "HTTPS", EXECUTE, False),
        ("true", "HTTPS", "IPAddress: 10.0.0.1", True),
        ("true", "HTTPS", "IPAddress: 8.8.8.8", False),
        ("true", "TCP", "FullyQualifiedDomainName: a.b.us-east-1.rds.amazonaws.com", True),
        ("true", "HTTPS", "FullyQualifiedDomainName: a.s3-website-us-east-1.amazonaws.com", True),
        ("true", "HTTP", "FullyQualifiedDomainName: a.s3-website-us-east-1.amazonaws.com", False),
    ],
)
def test_a_health_check_needs_something_that_answers(off: str, kind: str, host: str, bad: bool) -> None:
    assert bool(found("E9743", HEALTH % (off, kind, host))) is bad


REPLICAS = """
  Key: {Type: 'AWS::KMS::Key', Properties: {MultiRegion: %s}}
  T:
    Type: AWS::DynamoDB::GlobalTable
    Properties:
      Replicas:
        - {Region: !Ref 'AWS::Region', SSESpecification: {KMSMasterKeyId: !GetAtt Key.Arn}}
        - {Region: %s, SSESpecification: {KMSMasterKeyId: %s}}
"""


@pytest.mark.parametrize(
    ("multi", "key", "bad"),
    [
        ("true", "!GetAtt Key.Arn", True),
        ("true", "!Ref Key", False),
        ("false", "!Ref Key", True),
        ("true", "!Ref Other", False),
    ],
)
def test_the_key_of_the_stack_serves_the_replica_of_the_stack(multi: str, key: str, bad: bool) -> None:
    assert bool(found("E9214", REPLICAS % (multi, "us-west-2", key))) is bad


def test_two_replicas_in_the_own_region_are_one_too_many() -> None:
    own = REPLICAS % ("true", "!Ref 'AWS::Region'", "!Ref Other")
    assert found("E9216", own) == ["Resources/T/Properties/Replicas/1/Region"]


def test_a_permission_set_has_a_policy_too() -> None:
    text = """
  P:
    Type: AWS::SSO::PermissionSet
    Properties: {InlinePolicy: {Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}}
"""
    assert found("E9101", text)


def test_the_policy_of_one_queue_does_not_let_senders_into_another() -> None:
    text = """
  T: {Type: 'AWS::SNS::Topic'}
  Q: {Type: 'AWS::SQS::Queue'}
  Other: {Type: 'AWS::SQS::Queue'}
  S: {Type: 'AWS::SNS::Subscription', Properties: {TopicArn: !Ref T, Protocol: sqs, Endpoint: !GetAtt Q.Arn}}
  P:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Q, !Ref Other]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: 'sqs:SendMessage', Resource: %s}
"""
    assert found("E9510", text % "!GetAtt Other.Arn")
    for right in ("'*'", "!GetAtt Q.Arn", "[!GetAtt Q.Arn, !GetAtt Other.Arn]", "!Ref Anything"):
        assert not found("E9510", text % right)


@pytest.mark.parametrize(("name", "bad"), [("${AWS::StackName}-workr", True), ("${AWS::StackName}-a", False)])
def test_a_letter_is_missed_where_names_carry_the_stacks_name(name: str, bad: bool) -> None:
    text = f"""
  F: {{Type: 'AWS::Lambda::Function', Properties: {{FunctionName: !Sub '${{AWS::StackName}}-worker'}}}}
  L: {{Type: 'AWS::Logs::LogGroup', Properties: {{LogGroupName: !Sub '/aws/lambda/{name}'}}}}
"""
    assert bool(found("W9528", text)) is bad


def test_a_bucket_read_by_anybodys_distribution_is_noticed() -> None:
    text = """
  P:
    Type: AWS::S3::BucketPolicy
    Properties:
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: cloudfront.amazonaws.com}, Action: 's3:GetObject'%s}]
"""
    assert found("W9509", text % "")
    source = (
        ", Condition: {StringEquals: {'AWS:SourceArn': !Sub 'arn:aws:cloudfront::${A}:distribution/${D}'}}"
    )
    assert not found("W9509", text % source)


def test_a_broken_dashboard_is_seen_though_its_texts_are_filled_in_later() -> None:
    text = "  D: {Type: 'AWS::CloudWatch::Dashboard', Properties: {DashboardBody: !Sub '%s'}}\n"
    assert found("E9633", text % '{"widgets": [{"type": "text" "title": "${Name}"}]}')
    assert not found("E9633", text % '{"widgets": [${Widgets} ${More}]}')


def test_cors_that_is_just_true_is_cors_for_everybody() -> None:
    text = "  A: {Type: 'AWS::Serverless::HttpApi', Properties: {CorsConfiguration: %s}}\n"
    assert found("E9402", text % "true")
    assert not found("E9402", text % "false")


@pytest.mark.parametrize(
    ("engine", "bad"),
    [
        ("Engine: mysql, EngineVersion: 8.0.42", True),
        ("Engine: postgres, EngineVersion: '14.18'", True),
        ("Engine: postgres, EngineVersion: '17.4'", False),
        ("Engine: mysql, EngineVersion: !Ref Version", False),
        ("Engine: mysql, EngineVersion: 8.0.42, DBParameterGroupName: !Ref Group", False),
    ],
)
def test_the_default_group_of_an_old_engine_does_not_force_tls(engine: str, bad: bool) -> None:
    assert bool(found("W9857", f"  D: {{Type: 'AWS::RDS::DBInstance', Properties: {{{engine}}}}}")) is bad
