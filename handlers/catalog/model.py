"""A product: what callers see and what the table holds."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from handlers.common.clock import timestamp
from handlers.common.dynamodb import Typed, from_typed, to_typed

KEY_PREFIX = "SKU#"
SORT_KEY = "META"
# Every product has this value of `listing`, so that one index holds them all: a list without a scan.
LISTING = "ALL"
_INPUT = ("name", "description", "category", "price", "available")


@dataclass(frozen=True, kw_only=True)
class Product:
    """A product at one version. None is absent; times are `clock.timestamp` texts.

    price: `amount`, a decimal number as text, and `currency`, ISO 4217. Nothing here tells who wrote it:
    what one caller read is served to all the others.
    """

    sku: str
    version: int
    created_at: str
    updated_at: str
    name: str
    category: str
    price: Mapping[str, str]
    available: bool
    description: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the product as the contract shows it."""
        return {name: value for name, value in vars(self).items() if value is not None}

    def input(self) -> dict[str, Any]:
        """Return the part that callers write: what a merge patch applies to."""
        return {name: value for name, value in self.to_json().items() if name in _INPUT}

    def to_row(self) -> Typed:
        """Return the row of the products table."""
        members = {name: to_typed(value) for name, value in self.to_json().items()}
        return {**key(self.sku), "listing": {"S": LISTING}, **members}


def key(sku: str) -> Typed:
    """Return the primary key of a product."""
    return {"pk": {"S": KEY_PREFIX + sku}, "sk": {"S": SORT_KEY}}


def from_row(row: Typed) -> Product:
    """Return the product in a row that `to_row` made; what a later release adds to a row is left out."""
    return Product(
        **{field.name: from_typed(row[field.name]) for field in fields(Product) if field.name in row}
    )


def new_product(said: Mapping[str, Any], *, now: datetime) -> Product:
    """Return version 1 of a product."""
    moment = timestamp(now)
    return Product(version=1, created_at=moment, updated_at=moment, **said)


def next_version(product: Product, said: Mapping[str, Any], *, now: datetime) -> Product:
    """Return the product with everything that callers write replaced."""
    blank = replace(product, description=None)
    return replace(blank, **said, version=product.version + 1, updated_at=timestamp(now))
