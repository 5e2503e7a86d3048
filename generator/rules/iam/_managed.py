"""Managed policies that are attached to roles, users and groups."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node

HOLDERS = {
    "AWS::IAM::Group": "ManagedPolicyArns",
    "AWS::IAM::Role": "ManagedPolicyArns",
    "AWS::IAM::User": "ManagedPolicyArns",
    "AWS::SSO::PermissionSet": "ManagedPolicies",
    "AWS::Serverless::Function": "Policies",
    "AWS::Serverless::StateMachine": "Policies",
}
ADMINISTRATORS = frozenset({"AdministratorAccess", "IAMFullAccess", "PowerUserAccess"})
# Broad without saying so in the name.
BROAD = frozenset(
    {"AmazonSSMAutomationRole", "AWSLambdaRole", "AWSLambdaExecute", "CloudWatchAgentAdminPolicy"}
)


def managed_policies(document: Document) -> Iterator[tuple[Node, str]]:
    """Place and name of every AWS managed policy: an ARN, or in SAM the bare name."""
    for resource in document.resources(*HOLDERS):
        for node in resource.properties.each(HOLDERS[resource.type]):
            if isinstance(node.value, str):
                _, aws, name = node.value.rpartition(":aws:policy/")
                if aws or resource.type.startswith("AWS::Serverless"):
                    yield node, name.rpartition("/")[2]
