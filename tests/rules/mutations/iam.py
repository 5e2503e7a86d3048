"""Policies of roles, keys, buckets, topics, queues and functions."""

from __future__ import annotations

import json
from typing import Any

from tests.rules.mutations.change import Change, Mutation, added, both, edited, put, remove, replace

ROLE = "AWS::IAM::Role"
KEY = "AWS::KMS::Key"
PERMISSION = "AWS::Lambda::Permission"
FIRST = ("Properties", "Policies", 0, "PolicyDocument", "Statement", 0)
TRUST = ("Properties", "AssumeRolePolicyDocument", "Statement", 0)
ANY = {"AWS": "*"}
EVERYBODY = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def _allows(**parts: Any) -> Change:
    """The first statement of a role's first policy says this instead."""
    return put({"Effect": "Allow", **parts}, ROLE, *FIRST)


def _trusts(principal: Any, condition: Any = None) -> Change:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return put(statement | ({"Condition": condition} if condition else {}), ROLE, *TRUST)


def _statement(kind: str, holder: str, statement: dict[str, Any]) -> Change:
    def edit(resource: Any) -> bool:
        document = resource["Properties"].get(holder)
        if not isinstance(document, dict) or not isinstance(document.get("Statement"), list):
            return False
        document["Statement"].append(statement)
        return True

    return edited(kind, edit)


def _rewritten(kind: str, old: str, new: str) -> Change:
    """One text of a resource with another in its place."""

    def edit(resource: Any) -> bool:
        before = json.dumps(resource["Properties"])
        resource["Properties"] = json.loads(before.replace(old, new, 1))
        return old in before

    return edited(kind, edit)


def _website(resource: Any) -> bool:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    resource["Properties"]["PolicyDocument"]["Statement"].append(statement)
    return True


def _exact(resource: Any) -> bool:
    for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
        like = statement.get("Condition", {}).get("ArnLike", {})
        if "*" in json.dumps(like):
            statement["Condition"] = {"StringEquals": like}
            return True
    return False


def _old_version(policy: Any) -> bool:
    document = policy["Properties"]["PolicyDocument"]
    document.pop("Version")
    document["Statement"][0]["Resource"] = "arn:aws:s3:::homes/${aws:username}/*"
    return True


def _is_website(template: dict[str, Any]) -> str | None:
    sites = [
        one for one in template["Resources"].values() if "WebsiteConfiguration" in one.get("Properties", {})
    ]
    return edited("AWS::S3::BucketPolicy", _website)(template) if sites else None


TABLE = "arn:aws:dynamodb:us-west-2:111122223333:table/orders"


def _without_managers(key: Any) -> bool:
    """The account is left out of the key's policy."""
    statements = key["Properties"]["KeyPolicy"]["Statement"]
    services = [one for one in statements if "Service" in one.get("Principal", {})]
    key["Properties"]["KeyPolicy"]["Statement"] = services
    return bool(services)


MUTATIONS = (
    Mutation("E9141", edited(KEY, _without_managers)),
    Mutation("E9101", _allows(Action="*", Resource=TABLE)),
    Mutation(
        "E9101", _allows(Action=["s3:GetObject", {"Fn::If": ["C", "*", "s3:PutObject"]}], Resource=TABLE)
    ),
    Mutation("E9102", _allows(Action="dynamodb:*", Resource="*")),
    Mutation("E9102", _allows(Action=["kms:*"], Resource=["*"])),
    Mutation("W9103", _allows(Action="dynamodb:*", Resource=TABLE)),
    Mutation("I9104", _allows(Action=["dynamodb:Put*"], Resource=TABLE)),
    Mutation("W9105", _allows(Action="dynamodb:PutItem", Resource="*")),
    Mutation("W9105", _allows(Action="sqs:SendMessage", Resource="arn:aws:sqs:*:*:*")),
    Mutation("E9106", _allows(NotAction="iam:*", Resource=TABLE)),
    Mutation("E9106", _allows(Action="s3:GetObject", NotResource="arn:aws:s3:::secret/*")),
    Mutation(
        "E9107", put(["arn:aws:iam::aws:policy/AdministratorAccess"], ROLE, "Properties", "ManagedPolicyArns")
    ),
    Mutation(
        "E9107",
        put(
            [{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/PowerUserAccess"]]}],
            ROLE,
            "Properties",
            "ManagedPolicyArns",
        ),
    ),
    Mutation(
        "W9108",
        put(
            {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AWSLambda_FullAccess"},
            ROLE,
            "Properties",
            "ManagedPolicyArns",
        ),
    ),
    Mutation("E9109", _allows(Action="iam:PassRole", Resource="*")),
    Mutation("E9109", _allows(Action=["IAM:passrole"], Resource="arn:aws:iam::111122223333:role/*")),
    Mutation("I9110", _allows(Action="iam:PassRole", Resource="arn:aws:iam::111122223333:role/task")),
    Mutation("E9111", _allows(Action="sts:AssumeRole", Resource="*")),
    Mutation("E9112", _trusts("*")),
    Mutation(
        "E9112", _trusts({"AWS": ["*"]}, {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}})
    ),
    Mutation("I9113", _trusts({"AWS": "111122223333"})),
    Mutation("W9114", _trusts({"Service": ["states.amazonaws.com"]})),
    Mutation(
        "W9114", _trusts({"Service": "scheduler.amazonaws.com"}, {"StringLike": {"aws:SourceAccount": "*"}})
    ),
    Mutation(
        "E9115", _trusts({"Federated": "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"})
    ),
    Mutation("E9115", _rewritten(ROLE, "repo:${Repository}:ref:refs/heads/*", "repo:*")),
    Mutation("W9116", remove(PERMISSION, "Properties", "SourceArn")),
    Mutation(
        "E9117",
        both(remove(PERMISSION, "Properties", "SourceArn"), put("*", PERMISSION, "Properties", "Principal")),
    ),
    Mutation("W9118", replace("NONE", "AWS::Lambda::Url", "Properties", "AuthType")),
    Mutation("E9119", _allows(Action=["kms:Decrypt"], Resource="*")),
    Mutation("E9119", _allows(Action="kms:De*", Resource="arn:aws:kms:us-west-2:111122223333:key/*")),
    Mutation("E9120", _statement(KEY, "KeyPolicy", EVERYBODY | {"Action": "kms:Decrypt"})),
    Mutation(
        "W9121",
        _statement(
            KEY, "KeyPolicy", EVERYBODY | {"Action": "kms:*", "Principal": {"AWS": "arn:aws:iam::1:role/x"}}
        ),
    ),
    Mutation("W9122", remove(KEY, "Properties", "EnableKeyRotation")),
    Mutation("W9122", replace("false", KEY, "Properties", "EnableKeyRotation")),
    Mutation("I9123", put(7, KEY, "Properties", "PendingWindowInDays")),
    Mutation("E9124", _statement("AWS::S3::BucketPolicy", "PolicyDocument", EVERYBODY | {"Principal": ANY})),
    Mutation("E9125", _statement("AWS::SNS::TopicPolicy", "PolicyDocument", EVERYBODY)),
    Mutation("E9126", _statement("AWS::SQS::QueuePolicy", "PolicyDocument", EVERYBODY)),
    Mutation("E9127", _statement("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", EVERYBODY)),
    Mutation("E9127", remove("AWS::Events::EventBusPolicy", "Properties", "Statement", "Condition")),
    Mutation("W9129", _is_website),
    Mutation("E9130", _rewritten("AWS::SNS::TopicPolicy", "aws:SourceAccount", "aws:SourceAcount")),
    Mutation("E9130", _rewritten("AWS::SQS::QueuePolicy", "aws:SecureTransport", "aws:SecureTransports")),
    Mutation("E9130", _rewritten(ROLE, "kms:ViaService", "kms:ViaServices")),
    Mutation(
        "E9131",
        _rewritten(
            ROLE, '"aws:SourceAccount": {"Ref": "AWS::AccountId"}', '"aws:SourceAccount": "arn:aws:s3:::x"'
        ),
    ),
    Mutation("E9132", edited("AWS::SNS::TopicPolicy", _exact)),
    Mutation("E9132", _rewritten(ROLE, '"StringLike": {"token', '"StringEquals": {"token')),
    Mutation(
        "W9133",
        _allows(
            Action="sqs:TagQueue",
            Resource=TABLE,
            Condition={"ForAllValues:StringEquals": {"aws:TagKeys": "x"}},
        ),
    ),
    Mutation("W9135", added("AWS::IAM::AccessKey", {"UserName": "importer"})),
    Mutation("I9136", added("AWS::IAM::User", {"Policies": [{"PolicyName": "x"}]})),
    Mutation(
        "E9140",
        _rewritten(
            "AWS::SQS::QueuePolicy", '"aws:SecureTransport": "false"', '"aws:SecureTransport": "true"'
        ),
    ),
    Mutation("E9138", edited("AWS::IAM::ManagedPolicy", _old_version)),
    Mutation("E9137", _rewritten(ROLE, '"IpAddress"', '"StringLike"')),
)
