"""E9214: a replica whose key is elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem
from generator.rules._rule import Rule
from generator.rules._values import function_of, is_text
from generator.rules.data._tables import GLOBAL, region, replicas

KEYS = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")


class ReplicaKeyRegion(Rule):
    """A replica's key is of the replica's region."""

    id = "E9214"
    shortdesc = "Replica encrypted with a key of another region"
    description = (
        "DynamoDB uses keys of the replica's own region only; a multi-Region key has an ARN in each region."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-replicassespecification.html"
    tags = ("resources", "dynamodb", "encryption")
    items = ("S3.1", "S3.10")

    def check(self, document: Document) -> Iterator[Problem]:
        """ARNs that name a region, and keys of this template, which are all of one region."""
        for table in document.resources(GLOBAL):
            own = [one for one in replicas(table) if one.raw("Region").value == {"Ref": "AWS::Region"}]
            local = "the stack's region" if own else ""
            for replica in replicas(table):
                name = region(replica)
                for key in replica.outcomes("SSESpecification", "KMSMasterKeyId"):
                    parts = key.value.split(":") if isinstance(key.value, str) else []
                    if name and len(parts) > 5 and is_text(parts[3]) and parts[3] not in ("", name):
                        yield key.problem(f"name a key of {name}, the replica's region, not of {parts[3]}")
                    elif name and _made_here(document, replica):
                        home = str(document.gen.get("Region", "")) or local
                        if home and home != name:
                            yield key.problem(
                                f"name a key of {name}: the keys of this template are made in the "
                                "stack's region, and "
                                f"another replica, in {home}, uses one already"
                            )
                        local = local or name


def _made_here(document: Document, replica: Node) -> bool:
    written = replica.raw("SSESpecification", "KMSMasterKeyId").value
    match function_of(written):
        case ("Ref" | "Fn::GetAtt" as function, _):
            key = document.named(written, *KEYS)
            # The id of a multi-Region key, which Ref gives, is the same in all its regions.
            single = key is not None and key.properties.wrong("MultiRegion", unless=lambda one: one is True)
            return key is not None and (function == "Fn::GetAtt" or single is not None)
    return False
