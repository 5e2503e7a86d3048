"""W9005: a region written down where the stack's own is meant."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.template._regions import region_locks
from generator.rules.template._secrets import texts

REGION = re.compile(r"\b(?:us|eu|ap|sa|ca|me|af|il|mx|cn)-(?:gov-|iso-)?[a-z]+-\d\b")
ARN = r"(?:arn:(?:\$\{AWS::Partition\}|[^:]*))?:([a-z0-9-]+):([a-z]{2}-[a-z-]+-\d):"
OWN_ARN = re.compile(ARN + r"\$\{AWS::AccountId\}:")
# The piece of an Fn::Join before the account's id.
PART = re.compile("^" + ARN + "$")
# Types that name keys and peers of other regions.
ABROAD = frozenset(
    {
        "AWS::DynamoDB::GlobalTable",
        "AWS::KMS::ReplicaKey",
        "AWS::RDS::DBInstance",
        "AWS::SecretsManager::Secret",
    }
)
# Their resources live in us-east-1 wherever the stack is.
GLOBAL = frozenset({"acm", "cloudfront", "iam", "lambda-edge", "route53", "wafv2"})


class RegionLiteral(Rule):
    """The same template works in another region, or says clearly that it does not."""

    id = "W9005"
    shortdesc = "Region written into an ARN of the stack's own account"
    description = (
        "In another region the ARN still points to the first one: permissions do not match, calls go abroad."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html"
    )
    tags = ("resources", "region")
    items = ("S0.1", "S1.5")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        locked = [regions for _, regions in region_locks(document)]
        known = set(REGION.findall(json.dumps(document.gen, default=str, sort_keys=True)))
        home = bool(document.gen) or "AWS::Region" in json.dumps(
            document.template.get("Resources"), default=str
        )
        for resource in document.resources() if home else ():
            for node in texts(resource.properties):
                if resource.type in ABROAD or "ReplicationConfiguration" in node.path:
                    continue
                for service, region in [*OWN_ARN.findall(node.value), *PART.findall(node.value)]:
                    fits = region in known if document.gen else any(one == [region] for one in locked)
                    if service not in GLOBAL and not fits:
                        yield node.problem(f"write ${{AWS::Region}} instead of {region}")
                        break
