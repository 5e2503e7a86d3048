"""Filter patterns of event source mappings: what Lambda refuses, and what can never match."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

OPERATORS = {
    "anything-but",
    "cidr",
    "equals-ignore-case",
    "exists",
    "numeric",
    "prefix",
    "suffix",
    "wildcard",
}
COMPARISONS = {"<", "<=", "=", ">", ">="}
KEYS = {
    "dynamodb": {
        "awsRegion", "dynamodb", "eventID", "eventName", "eventSource", "eventSourceARN", "eventVersion",
        "userIdentity",
    },
    "sqs": {
        "attributes", "awsRegion", "body", "eventSource", "eventSourceARN", "md5OfBody",
        "md5OfMessageAttributes", "messageAttributes", "messageId", "receiptHandle",
    },
}  # fmt: skip
IMAGES = ("Keys", "NewImage", "OldImage")
TYPES = {"B", "BOOL", "BS", "L", "M", "N", "NS", "NULL", "S", "SS"}
EVENTS = {"INSERT", "MODIFY", "REMOVE"}
# Which images a stream carries.
VIEWS = {
    "KEYS_ONLY": {"Keys"},
    "NEW_IMAGE": {"Keys", "NewImage"},
    "OLD_IMAGE": {"Keys", "OldImage"},
    "NEW_AND_OLD_IMAGES": set(IMAGES),
}


def faults(pattern: Any, kind: str, view: str) -> Iterator[str]:
    """What is wrong with a pattern, each as a message.

    ``kind`` is the source's (dynamodb, sqs …) and ``view`` its table's StreamViewType, "" where unknown.
    """
    if not isinstance(pattern, dict):
        yield "write the pattern as a JSON object"
        return
    yield from _shape(pattern, "")
    unknown = pattern.keys() - KEYS.get(kind, pattern.keys()) - {"$or"}
    for key in sorted(unknown):
        yield f"filter on {', '.join(sorted(KEYS[kind]))}: records of this source have no {key}"
    if kind == "dynamodb":
        yield from _dynamodb(pattern, view)


def _shape(value: Any, where: str) -> Iterator[str]:
    """Objects lead to lists, and lists hold values and comparisons."""
    if isinstance(value, dict):
        for key, below in value.items():
            if key == "$or" and isinstance(below, list):
                for one in below:
                    yield from _shape(one, where)
            else:
                yield from _shape(below, f"{where}.{key}" if where else str(key))
    elif not isinstance(value, list):
        yield f"put the value of {where} into a list: Lambda refuses a pattern with a bare value"
    elif not value:
        yield f"list what {where} may be: nothing matches an empty list"
    else:
        for one in value:
            if isinstance(one, (dict, list)):
                yield from _comparison(one, where)


def _comparison(one: Any, where: str) -> Iterator[str]:
    operators = list(one) if isinstance(one, dict) else []
    if len(operators) != 1 or operators[0] not in OPERATORS:
        yield f"compare {where} with one of {', '.join(sorted(OPERATORS))}, or list plain values"
    elif operators[0] == "exists" and not isinstance(one["exists"], bool):
        yield f"set exists of {where} to true or false"
    elif operators[0] == "numeric" and not _is_range(one["numeric"]):
        yield f'write numeric of {where} as ["=", 5] or [">", 0, "<=", 5]'


def _is_range(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (2, 4)
        and all(sign in COMPARISONS for sign in value[::2] if isinstance(sign, str))
        and all(isinstance(sign, str) for sign in value[::2])
        and all(isinstance(number, (int, float)) for number in value[1::2])
    )


def _dynamodb(pattern: dict[str, Any], view: str) -> Iterator[str]:
    events = pattern.get("eventName")
    named = [one for one in events if isinstance(one, str)] if isinstance(events, list) else []
    if named and not EVENTS & set(named) and len(named) == len(events or ()):
        yield f"set eventName to {', '.join(sorted(EVENTS))}: {named[0]} is none of them"
    change = pattern.get("dynamodb")
    for image in IMAGES if isinstance(change, dict) else ():
        attributes = change.get(image) if isinstance(change, dict) else None
        if attributes is None:
            continue
        if view and image not in VIEWS.get(view, set(IMAGES)):
            yield f"filter on {' or '.join(sorted(VIEWS[view]))}: a stream of {view} carries no {image}"
        for name, typed in attributes.items() if isinstance(attributes, dict) else ():
            yield from _attribute(f"dynamodb.{image}.{name}", typed)


def _attribute(where: str, typed: Any) -> Iterator[str]:
    plain = [one for one in typed if not isinstance(one, dict)] if isinstance(typed, list) else []
    if plain:
        yield f'write {where} with its type, as {{"S": ["…"]}}: an attribute of a record is an object'
    if not isinstance(typed, dict):
        return
    for kind, values in typed.items():
        if kind != "$or" and kind not in TYPES:
            yield f"put the type, such as S or N, between {where} and {kind}"
        elif kind == "N" and isinstance(values, list):
            numeric = [
                one
                for one in values
                if isinstance(one, (int, float)) or (isinstance(one, dict) and "numeric" in one)
            ]
            if numeric and len(numeric) == len(values):
                yield f"compare {where}.N with texts: a record's numbers are texts"
