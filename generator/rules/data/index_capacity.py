"""E9219: an index whose capacity does not fit the billing mode."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.data._tables import TABLE


class IndexCapacity(Rule):
    """Index capacity is as the billing mode wants."""

    id = "E9219"
    shortdesc = "Index capacity that contradicts the table's billing mode"
    description = (
        "An index of a PROVISIONED table needs ProvisionedThroughput of its own; DynamoDB refuses it with"
        " PAY_PER_REQUEST."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-globalsecondaryindex.html"
    tags = ("resources", "dynamodb", "capacity")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """A BillingMode that is absent means PROVISIONED."""
        for table in document.resources(TABLE):
            mode = table.properties.one("BillingMode")
            for index in table.properties.each("GlobalSecondaryIndexes"):
                capacity = index.one("ProvisionedThroughput")
                if not mode.known or not capacity.known:
                    continue
                if mode.value == "PAY_PER_REQUEST" and not capacity.absent:
                    yield capacity.problem(
                        "remove ProvisionedThroughput: the table's BillingMode is PAY_PER_REQUEST"
                    )
                elif (
                    mode.value in (ABSENT, "PROVISIONED")
                    and capacity.absent
                    and index.one("OnDemandThroughput").absent
                ):
                    yield capacity.problem(
                        "set ProvisionedThroughput of the index: the table's BillingMode is PROVISIONED"
                    )
