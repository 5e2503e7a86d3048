"""A customer-managed KMS key: everything in a stack is encrypted with it."""

from __future__ import annotations

from awacs.aws import Allow, ArnLike, Condition, Principal, Statement, StringEquals, StringLike
from troposphere import GetAtt, Ref, Sub, kms

from generator.components.component import Component
from generator.components.grant import Grant, Value, actions, document, this_account
from generator.components.scope import Scope

PENDING_WINDOW_DAYS = 30
EVENT_BRIDGE = "events.amazonaws.com"

# What an account's IAM policies may allow on the key: all that this tool and an administrator use. A wildcard
# would let in whatever KMS adds later. PutKeyPolicy keeps the key from being locked out of its account.
ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:RetireGrant",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
LOG_ENCRYPTION = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)


class Key(Component, frozen=True, kw_only=True):
    """A key and its alias, with grants to use it through one service."""

    logical_id: str
    alias_name: str

    @property
    def id(self) -> Value:
        """Id of the key."""
        return Ref(self.logical_id)

    @property
    def arn(self) -> Value:
        """ARN of the key."""
        return GetAtt(self.logical_id, "Arn")

    def decrypt_through(self, service: str) -> Grant:
        """Decrypt, only when ``service`` (``dynamodb``, ``secretsmanager`` …) asks on our behalf."""
        return self._through(service, "Decrypt", "kms:Decrypt")

    def encrypt_through(self, service: str) -> Grant:
        """Make and open data keys, only when ``service`` (``sqs``, ``sns`` …) asks on our behalf."""
        return self._through(service, "Encrypt", "kms:Decrypt", "kms:GenerateDataKey")

    def decrypt_environment_of(self, function_arn: str) -> Grant:
        """Decrypt the environment variables of one function; its ARN may hold pseudo parameters.

        Source: Lambda developer guide, "Securing Lambda environment variables": the encryption context
        is the function's ARN, which may name a version.
        """
        return Grant(
            sid="DecryptEnvironment",
            actions=("kms:Decrypt",),
            resources=(self.arn,),
            condition=Condition(
                StringLike(
                    "kms:EncryptionContext:aws:lambda:FunctionArn",
                    [Sub(function_arn), Sub(f"{function_arn}:*")],
                )
            ),
        )

    def _through(self, service: str, verb: str, *allowed: str) -> Grant:
        return Grant(
            sid=f"{verb}With{self.logical_id}Through{service.capitalize()}",
            actions=allowed,
            resources=(self.arn,),
            condition=Condition(
                StringEquals("kms:ViaService", Sub(f"{service}.${{AWS::Region}}.${{AWS::URLSuffix}}"))
            ),
        )


def customer_key(
    scope: Scope, logical_id: str, *, log_groups: tuple[str, ...] = (), publishers: tuple[str, ...] = ()
) -> Key:
    """Symmetric key: rotated every year, 30 days between deletion and loss.

    ``log_groups`` are the patterns of log groups that are encrypted with it; ``publishers`` the services
    (``cloudwatch.amazonaws.com``) that send to encrypted topics and queues on this account's behalf. With
    ``events.amazonaws.com`` among them an event bus can be encrypted with it too.
    """
    name = scope.name("alias", logical_id)
    statements = [_administration()]
    statements += [_logs(log_groups)] if log_groups else []
    statements += [_publishers(publishers)] if publishers else []
    statements += [_event_buses()] if EVENT_BRIDGE in publishers else []
    key = kms.Key(
        logical_id,
        Description=f"Encrypts the data of {scope.prefix}",
        EnableKeyRotation=True,
        KeyPolicy=document(statements),
        PendingWindowInDays=PENDING_WINDOW_DAYS,
        Tags=scope.tag_list(name),
        **scope.data_policies,
    )
    alias = kms.Alias(f"{logical_id}Alias", AliasName=f"alias/{name}", TargetKeyId=Ref(key))
    return Key(logical_id=logical_id, alias_name=f"alias/{name}", resources=(key, alias))


def _administration() -> Statement:
    """The account's administrators decide through IAM, and the key can never be locked out of its account."""
    return Statement(
        Sid="AccountAdministration",
        Effect=Allow,
        Principal=Principal("AWS", Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")),
        Action=actions(*ADMINISTRATION),
        Resource=["*"],
    )


def _logs(groups: tuple[str, ...]) -> Statement:
    """CloudWatch Logs, for these log groups only.

    Source: CloudWatch Logs user guide, "Encrypt log data in CloudWatch Logs using AWS KMS".
    """
    return Statement(
        Sid="LogGroups",
        Effect=Allow,
        Principal=Principal("Service", Sub("logs.${AWS::Region}.${AWS::URLSuffix}")),
        Action=actions(*LOG_ENCRYPTION),
        Resource=["*"],
        Condition=Condition(
            ArnLike(
                "kms:EncryptionContext:aws:logs:arn",
                [
                    Sub(
                        f"arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{group}"
                    )
                    for group in groups
                ],
            )
        ),
    )


def _publishers(services: tuple[str, ...]) -> Statement:
    """Services that send to encrypted topics and queues for resources of this account."""
    return Statement(
        Sid="ServicesOfThisAccount",
        Effect=Allow,
        Principal=Principal("Service", list(services)),
        Action=actions("kms:Decrypt", "kms:GenerateDataKey"),
        Resource=["*"],
        Condition=this_account(),
    )


def _event_buses() -> Statement:
    """EventBridge looks at the key before it encrypts a bus; the answer is the key's description.

    Source: EventBridge user guide, "Authorizing EventBridge to use a customer managed key", which puts a
    condition on the use of the key and none on this.
    """
    return Statement(
        Sid="EventBridgeLooksAtTheKey",
        Effect=Allow,
        Principal=Principal("Service", EVENT_BRIDGE),
        Action=actions("kms:DescribeKey"),
        Resource=["*"],
    )
