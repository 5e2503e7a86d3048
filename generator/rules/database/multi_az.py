"""W9851: a database in one zone."""

from __future__ import annotations

from typing import Any

from generator.rules._document import Resource
from generator.rules._property import PropertyRule
from generator.rules._values import truth
from generator.rules.database._instances import in_cluster, is_copy


class MultiAz(PropertyRule):
    """A standby in another zone takes over in a minute or two."""

    id = "W9851"
    shortdesc = "Database instance that is not Multi-AZ"
    description = (
        "When its zone or its host fails, a database without a standby is down until it is restored."
    )
    source_url = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html"
    tags = ("resources", "rds", "availability")
    items = ("S3.14",)
    types = ("AWS::RDS::DBInstance",)
    steps = ("MultiAZ",)
    advice = "set MultiAZ to true"

    def concerns(self, resource: Resource) -> bool:
        """Not a cluster's instance, a replica, or one that is put into a zone on purpose."""
        return not in_cluster(resource) and not is_copy(resource)

    def right(self, value: Any) -> bool:
        """True."""
        return truth(value) is True
