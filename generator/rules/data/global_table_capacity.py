"""E9218: a global table's capacity does not fit its billing mode."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.data._tables import GLOBAL

SETTINGS = "WriteProvisionedThroughputSettings"


class GlobalTableCapacity(Rule):
    """Capacity settings are those of the billing mode."""

    id = "E9218"
    shortdesc = "Global table's billing mode and capacity settings contradict each other"
    description = (
        "PROVISIONED, which is the default, needs write auto scaling for the table and each index; "
        "PAY_PER_REQUEST takes no capacity."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-writeprovisionedthroughputsettings.html"
    tags = ("resources", "dynamodb", "capacity")
    items = ("S3.1",)

    def check(self, document: Document) -> Iterator[Problem]:
        """The table and its global indexes; a BillingMode that is absent means PROVISIONED."""
        for table in document.resources(GLOBAL):
            mode = table.properties.one("BillingMode")
            for place in (table.properties, *table.properties.each("GlobalSecondaryIndexes")):
                settings = place.one(SETTINGS)
                if not mode.known or not settings.known:
                    continue
                if mode.value == "PAY_PER_REQUEST" and not settings.absent:
                    yield settings.problem(f"remove {SETTINGS}, or set BillingMode to PROVISIONED")
                elif (
                    mode.value != "PAY_PER_REQUEST"
                    and settings.one("WriteCapacityAutoScalingSettings").absent
                ):
                    where = mode if mode.absent or settings.absent else settings
                    yield where.problem(
                        f"set {SETTINGS}.WriteCapacityAutoScalingSettings, or BillingMode to PAY_PER_REQUEST"
                    )
