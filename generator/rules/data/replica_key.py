"""E9212: a replica without its own key."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.data._tables import GLOBAL, region, replicas


class ReplicaKey(Rule):
    """Each replica names a key of its region."""

    id = "E9212"
    shortdesc = "Replica without the customer key that its siblings have"
    description = (
        "All replicas of a global table must be encrypted with the same kind of key; DynamoDB refuses the"
        " one that falls back to a key of AWS's."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-replicassespecification.html"
    tags = ("resources", "dynamodb", "encryption")
    items = ("S3.1", "S3.10")

    def check(self, document: Document) -> Iterator[Problem]:
        """Global tables of which at least one replica has a key."""
        for table in document.resources(GLOBAL):
            found = [(one, one.outcomes("SSESpecification", "KMSMasterKeyId")) for one in replicas(table)]
            if any(not node.absent for _, outcomes in found for node in outcomes):
                for replica, outcomes in found:
                    if all(node.absent for node in outcomes):
                        yield outcomes[0].problem(
                            f"set SSESpecification.KMSMasterKeyId of replica {region(replica)} to a "
                            "key of that region"
                        )
