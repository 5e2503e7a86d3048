"""DynamoDB's typed values and Python's, and what its errors say.

boto3's own serializer refuses numbers that need no refusing, and would bring all of boto3's resources along.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from handlers.common.jsontext import number

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

Value = str | int | Decimal | bool
Typed = dict[str, Any]


def to_typed(value: Value | Mapping[str, Any]) -> Typed:
    """Return `{"S": …}`, `{"N": …}`, `{"BOOL": …}` or `{"M": …}`."""
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, Mapping):
        return {"M": {name: to_typed(member) for name, member in value.items()}}
    return {"N": str(value)}


def from_typed(typed: Typed) -> Any:
    """Return the value of what `to_typed` makes; numbers as `jsontext.number` gives them."""
    ((kind, value),) = typed.items()
    if kind == "N":
        return number(value)
    if kind == "M":
        return {name: from_typed(member) for name, member in value.items()}
    return value


def cancellation_codes(error: "ClientError") -> tuple[str, ...]:
    """Return why each action of a transaction was cancelled; `None` (the text) where it was not."""
    return tuple(str(reason.get("Code", "None")) for reason in error.response.get("CancellationReasons", ()))


def error_codes(error: "ClientError") -> frozenset[str]:
    """Return the codes that tell the cause: a cancelled transaction's own code says nothing."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    reasons = frozenset(cancellation_codes(error)) - {"None"}
    return reasons if code == "TransactionCanceledException" and reasons else frozenset({code})
