"""Values of a deployed template: its intrinsic functions, evaluated as far as a later call needs them.

CloudFormation has no call that tells the properties it deployed, so they are read from the template and the
physical ids of the stack's resources.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

# ARNs by physical id, "Actions, resources, and condition keys" of each service in the Service Authorization
# Reference. A topic's physical id is its ARN.
ARNS = {
    "AWS::DynamoDB::Table": "arn:{partition}:dynamodb:{region}:{account}:table/{id}",
    "AWS::IAM::Role": "arn:{partition}:iam::{account}:role/{id}",
    "AWS::KMS::Key": "arn:{partition}:kms:{region}:{account}:key/{id}",
    "AWS::KMS::ReplicaKey": "arn:{partition}:kms:{region}:{account}:key/{id}",
    "AWS::Lambda::Function": "arn:{partition}:lambda:{region}:{account}:function:{id}",
    "AWS::Logs::LogGroup": "arn:{partition}:logs:{region}:{account}:log-group:{id}:*",
    "AWS::S3::Bucket": "arn:{partition}:s3:::{id}",
    "AWS::SNS::Topic": "{id}",
    "AWS::SQS::Queue": "arn:{partition}:sqs:{region}:{account}:{name}",
}

VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


class UnknownValueError(Exception):
    """A value that only CloudFormation knows."""


@dataclass(frozen=True)
class Values:
    """Resources of a template, their physical ids by logical id, the stack's parameters, and its ARN."""

    resources: Mapping[str, Mapping[str, Any]]
    ids: Mapping[str, str]
    parameters: Mapping[str, str]
    stack: str

    def with_ids(self, ids: Mapping[str, str]) -> Values:
        """These values with other physical ids for some resources."""
        return replace(self, ids={**self.ids, **ids})

    def physical_id(self, logical_id: str) -> str:
        """The id of a resource; UnknownValueError where the stack has none of that name."""
        if logical_id not in self.ids:
            raise UnknownValueError(f"the stack has no {logical_id}")
        return self.ids[logical_id]

    def of(self, node: Any) -> Any:
        """``node`` with every intrinsic function evaluated; UnknownValueError where one cannot be."""
        match node:
            case {"Ref": str(name)}:
                return self.reference(name)
            case {"Fn::GetAtt": [str(logical_id), "Arn"]}:
                return self.arn(logical_id)
            case {"Fn::Sub": str(text)}:
                return VARIABLE.sub(lambda found: self.variable(found[1]), text)
            case dict():
                if any(key.startswith("Fn::") for key in node):
                    raise UnknownValueError(f"{node} is not evaluated")
                return {key: self.of(value) for key, value in node.items()}
            case list():
                return [self.of(value) for value in node]
        return node

    def variable(self, name: str) -> str:
        """``${Name}`` or ``${Name.Arn}`` in an Fn::Sub."""
        logical_id, _, attribute = name.partition(".")
        if attribute:
            return str(self.of({"Fn::GetAtt": [logical_id, attribute]}))
        return self.reference(name)

    def reference(self, name: str) -> str:
        """What ``Ref`` gives."""
        if name in self.parameters:
            return self.parameters[name]
        if name.startswith("AWS::"):
            return self.pseudo(name)
        return self.physical_id(name)

    def pseudo(self, name: str) -> str:
        """A pseudo parameter that the stack's ARN tells."""
        _, partition, _, region, account, path = self.stack.split(":", 5)
        known = {
            "AWS::AccountId": account,
            "AWS::Partition": partition,
            "AWS::Region": region,
            "AWS::StackName": path.split("/")[1],
        }
        if name not in known:
            raise UnknownValueError(f"{name} is not evaluated")
        return known[name]

    def arn(self, logical_id: str) -> str:
        """The ARN of a resource."""
        found = self.physical_id(logical_id)
        kind = self.resources[logical_id]["Type"]
        if kind not in ARNS:
            raise UnknownValueError(f"the ARN of {logical_id} ({kind}) is not known")
        return ARNS[kind].format(
            partition=self.pseudo("AWS::Partition"),
            region=self.pseudo("AWS::Region"),
            account=self.pseudo("AWS::AccountId"),
            id=found,
            name=found.rpartition("/")[2],
        )
