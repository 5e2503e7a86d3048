"""E9131: a condition whose value its key never has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem
from generator.rules._links import meant, written
from generator.rules._rule import Rule
from generator.rules._statements import statements
from generator.rules._values import UNKNOWN, function_of, is_text, truth

ACCOUNTS = frozenset(
    {
        "aws:principalaccount",
        "aws:resourceaccount",
        "aws:sourceaccount",
        "aws:sourceowner",
        "kms:calleraccount",
    }
)
ARNS = frozenset({"aws:principalarn", "aws:sourcearn"})
BOOLEANS = frozenset(
    {
        "aws:multifactorauthpresent",
        "aws:principalisawsservice",
        "aws:securetransport",
        "aws:viaawsservice",
        "kms:grantisforawsresource",
    }
)
# A service principal ends in amazonaws.com, or amazonaws.com.cn; a pattern may stand for the end.
NO_SERVICE = re.compile(r"^[^.*?]*$|^arn:")


class ConditionValue(Rule):
    """An account id is twelve digits, and an ARN begins with arn:."""

    id = "E9131"
    shortdesc = "Condition value that its key never has"
    description = (
        "A condition that compares an account with an ARN, or an ARN with an account, is never true."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"
    tags = ("resources", "iam", "security")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document):
            for condition in statement.conditions():
                key = condition.key.lower()
                for node in condition.values:
                    if key in ACCOUNTS and _starts(node, "arn:"):
                        yield node.problem(
                            f"give {condition.key} an account id such as {{Ref: AWS::AccountId}}, no ARN"
                        )
                    elif key in ARNS and _is_account(node):
                        yield node.problem(
                            f"give {condition.key} an ARN, or compare aws:SourceAccount instead"
                        )
                    elif (
                        key == "iam:passedtoservice" and is_text(node.value) and NO_SERVICE.search(node.value)
                    ):
                        yield node.problem(
                            f"give {condition.key} a service principal such as lambda.amazonaws.com"
                        )
                    elif key in BOOLEANS and is_text(node.value) and truth(node.value) is None:
                        yield node.problem(f"give {condition.key} the value 'true' or 'false'")


def _starts(node: Node, prefix: str) -> bool:
    value = node.value
    if isinstance(value, str):
        return value.startswith(prefix)
    target = meant(node, "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::Lambda::Function")
    return value is UNKNOWN and target is not None and _is_arn_of(node)


def _is_arn_of(node: Node) -> bool:
    match function_of(written(node)):
        case ("Fn::GetAtt", str() as dotted):
            return dotted.endswith((".Arn", ".TopicArn"))
        case ("Fn::GetAtt", [str(), "Arn" | "TopicArn"]):
            return True
    return False


def _is_account(node: Node) -> bool:
    digits = isinstance(node.value, str) and re.fullmatch(r"\d{12}", node.value) is not None
    return digits or function_of(written(node)) == ("Ref", "AWS::AccountId")
