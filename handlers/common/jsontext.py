"""JSON in and out without losing a digit.

Numbers become `int` or `Decimal`, never `float`, in the form in which DynamoDB gives them back.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Any, NoReturn

MAX_DEPTH = 32  # DynamoDB's own limit on nesting ("Supported data types and naming rules").
DIGITS = 38  # DynamoDB's precision; magnitude 1E-130 to 9.99E+125.
_EXACT = Context(prec=DIGITS, traps=[Inexact, InvalidOperation])


class MalformedJsonError(ValueError):
    """The text is not JSON, or is JSON of which two readers could make two things."""


def number(text: str) -> int | Decimal:
    """Return the value of a JSON or DynamoDB number; infinity when its exponent is out of all bounds."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")
    try:
        value = value.normalize(_EXACT)
    except (Inexact, InvalidOperation):
        return value
    if value.adjusted() < DIGITS and value == value.to_integral_value():
        return int(value)
    return value


def is_storable(value: int | Decimal) -> bool:
    """Tell whether DynamoDB can hold a value of `number` exactly ("Supported data types": Number)."""
    exact = Decimal(value)
    return exact.is_finite() and (
        not exact or (len(exact.as_tuple().digits) <= DIGITS and -130 <= exact.adjusted() <= 125)
    )


def parse(text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        MalformedJsonError: not JSON, a member twice in one object, a lone surrogate, or too deep.
    """
    try:
        value = json.loads(
            text,
            parse_int=number,
            parse_float=number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique,
        )
    except json.JSONDecodeError as error:
        raise MalformedJsonError(f"{error.msg} at character {error.pos}") from None
    except RecursionError:
        raise MalformedJsonError(f"nested deeper than {MAX_DEPTH} levels") from None
    _check(value, depth=1)
    return value


def encode(value: Any) -> str:
    """Return compact JSON with members in the order of their names.

    The standard encoder would turn a Decimal into a float, or into a string.
    """
    if isinstance(value, Mapping):
        members = (f"{json.dumps(name, ensure_ascii=False)}:{encode(value[name])}" for name in sorted(value))
        return "{" + ",".join(members) + "}"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(encode(element) for element in value) + "]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedJsonError(f"{name} is not JSON")


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) < len(members):
        raise MalformedJsonError("an object has the same member twice")
    return value


def _check(value: Any, *, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise MalformedJsonError(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise MalformedJsonError("a string holds half of a surrogate pair") from None
    elif isinstance(value, dict):
        for name, member in value.items():
            _check(name, depth=depth)
            _check(member, depth=depth + 1)
    elif isinstance(value, list):
        for element in value:
            _check(element, depth=depth + 1)
