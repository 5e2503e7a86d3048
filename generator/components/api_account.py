"""The one setting that API Gateway has for a whole account and region: its role for writing logs."""

from __future__ import annotations

from awacs.aws import Allow, PolicyDocument, Principal, Statement
from troposphere import GetAtt, Sub, apigateway, iam

from generator.components.component import Component
from generator.components.grant import Grant, actions, document
from generator.components.scope import Scope

# API Gateway makes execution log groups itself and checks the role by listing; it calls these on every group
# and documents no narrower set (API Gateway developer guide, "Set up CloudWatch logging for REST APIs").
WRITE_LOGS = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:PutLogEvents",
)


class ApiAccount(Component, frozen=True, kw_only=True):
    """The account setting and the role in it."""


def api_account(scope: Scope, logical_id: str) -> ApiAccount:
    """Lets API Gateway write logs. Kept with the data: other APIs of the region depend on it."""
    name = scope.name("role", f"{logical_id}Role")
    grant = Grant(
        sid="WriteApiLogs",
        actions=WRITE_LOGS,
        resources=(Sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*"),),
    )
    role = iam.Role(
        f"{logical_id}Role",
        RoleName=name,
        Description="API Gateway writes the logs of every API of this region with it",
        AssumeRolePolicyDocument=_trust(),
        Policies=[iam.Policy(PolicyName="write-logs", PolicyDocument=document([grant.statement()]))],
        Tags=scope.tag_list(name),
        **scope.data_policies,
    )
    account = apigateway.Account(logical_id, CloudWatchRoleArn=GetAtt(role, "Arn"), **scope.data_policies)
    return ApiAccount(resources=(role, account))


def _trust() -> PolicyDocument:
    """API Gateway documents no condition for the role of its logs, and tries the role when it is set."""
    return document(
        [
            Statement(
                Effect=Allow,
                Principal=Principal("Service", "apigateway.amazonaws.com"),
                Action=actions("sts:AssumeRole"),
            )
        ]
    )
