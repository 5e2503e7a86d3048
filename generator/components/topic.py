"""An SNS topic that alarms, and functions, publish to."""

from __future__ import annotations

from awacs.aws import Allow, ArnLike, Condition, Principal, Statement, StringEquals
from troposphere import AccountId, Equals, Not, Parameter, Ref, Sub, sns

from generator.components.component import Component
from generator.components.grant import Grant, Value, actions, deny_plain_http, document
from generator.components.key import Key
from generator.components.scope import Scope

EMAIL_PATTERN = r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$"


class Topic(Component, frozen=True, kw_only=True):
    """A topic, the parameter that holds the address it mails to, and the condition that there is one."""

    logical_id: str
    encryption: Key

    @property
    def arn(self) -> Value:
        """ARN of the topic."""
        return Ref(self.logical_id)

    def publish(self) -> tuple[Grant, ...]:
        """Publish messages."""
        grant = Grant(sid=f"PublishTo{self.logical_id}", actions=("sns:Publish",), resources=(self.arn,))
        return (grant, self.encryption.encrypt_through("sns"))


def alarm_topic(scope: Scope, logical_id: str, *, email: str, encryption: Key) -> Topic:
    """Topic for this account's alarms, TLS only.

    It mails to the NotificationEmail parameter, whose default is ``email``; empty means to nobody.
    """
    name = scope.name("topic", logical_id)
    topic = sns.Topic(
        logical_id,
        TopicName=name,
        KmsMasterKeyId=encryption.arn,
        SignatureVersion="2",
        Tags=scope.tag_list(name),
    )
    policy = sns.TopicPolicy(
        f"{logical_id}Policy",
        Topics=[Ref(topic)],
        PolicyDocument=document([_alarms(topic), deny_plain_http([Ref(topic)], "sns:Publish")]),
    )
    subscription = sns.SubscriptionResource(
        f"{logical_id}Email",
        Condition="HasNotificationEmail",
        Endpoint=Ref("NotificationEmail"),
        Protocol="email",
        TopicArn=Ref(topic),
    )
    return Topic(
        logical_id=logical_id,
        encryption=encryption,
        resources=(topic, policy, subscription),
        parameters=(_email(email),),
        conditions=(("HasNotificationEmail", Not(Equals(Ref("NotificationEmail"), ""))),),
    )


def _email(default: str) -> Parameter:
    return Parameter(
        "NotificationEmail",
        Type="String",
        Default=default,
        AllowedPattern=EMAIL_PATTERN,
        MaxLength=254,
        ConstraintDescription="must be an e-mail address, or empty for no subscription",
        Description="Who is told of alarms; empty for nobody",
    )


def _alarms(topic: sns.Topic) -> Statement:
    return Statement(
        Sid="AlarmsOfThisAccount",
        Effect=Allow,
        Principal=Principal("Service", "cloudwatch.amazonaws.com"),
        Action=actions("sns:Publish"),
        Resource=[Ref(topic)],
        Condition=Condition(
            [
                StringEquals("aws:SourceAccount", AccountId),
                ArnLike(
                    "aws:SourceArn",
                    Sub("arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*"),
                ),
            ]
        ),
    )
