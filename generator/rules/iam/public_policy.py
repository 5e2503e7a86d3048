"""E9127: a secret, repository, bus, layer or table that everybody may use."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import PLACES
from generator.rules.iam._public import public

BY_OTHERS = {
    "AWS::S3::AccessPoint",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicInlinePolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueueInlinePolicy",
    "AWS::SQS::QueuePolicy",
}
GRANTS = {"AWS::Events::EventBusPolicy": "Condition", "AWS::Lambda::LayerVersionPermission": "OrganizationId"}


class PublicPolicy(Rule):
    """Policies of resources name who is let in."""

    id = "E9127"
    shortdesc = "Resource policy that lets everybody in"
    description = "With principal * and no condition on the caller the resource is open to every AWS account."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
    tags = ("resources", "iam", "security", "public")
    items = ("S1.7",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        types = {one.type for one in document.resources()} & PLACES.keys() - BY_OTHERS
        for statement, place in public(document, *types):
            inside = statement.resource.properties.raw("VPCOptions")
            if inside.absent:
                yield place.problem(
                    "name the accounts, roles or services, or add a Condition on aws:PrincipalOrgID"
                )
        for resource in document.resources(*GRANTS):
            narrowing = GRANTS[resource.type]
            for place in resource.properties.some("Principal", that=lambda value: value == "*"):
                if resource.properties.raw(narrowing).absent and resource.properties.raw("Statement").absent:
                    yield place.problem(
                        f"name the account in Principal, or add {narrowing} with the organization"
                    )
