"""Dashboard bodies, though parts of their text are known at deployment only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from generator.rules._document import Document, Node
from generator.rules._values import HOLE

DASHBOARD = "AWS::CloudWatch::Dashboard"


class Row(NamedTuple):
    """A metric of a widget, with the shorthand that takes fields from the row above written out."""

    namespace: str
    name: str
    dimensions: dict[str, str]


def bodies(document: Document) -> Iterator[tuple[Node, Any]]:
    """Place and content of each dashboard's body; the content is None where it is no JSON for certain."""
    for dashboard in document.resources(DASHBOARD):
        for body in dashboard.properties.outcomes("DashboardBody"):
            if isinstance(body.value, str):
                found = _read(body.value)
                if found is not None or not is_open(body.value):
                    yield body, found


def widgets(content: Any) -> Iterator[dict[str, Any]]:
    """Widgets that have properties."""
    found = content.get("widgets") if isinstance(content, dict) else None
    for widget in found if isinstance(found, list) else ():
        if isinstance(widget, dict) and isinstance(widget.get("properties"), dict):
            yield widget


def title(widget: dict[str, Any]) -> str:
    """How a message calls a widget."""
    return f"the widget {str(widget['properties'].get('title', '')).replace(HOLE, '…')!r}"


def rows(widget: dict[str, Any]) -> list[Row]:
    """Metrics of a widget; rows that are expressions, or malformed, are left out."""
    found: list[Row] = []
    above: list[str] = []
    for row in listed(widget):
        fields = [one for one in row if isinstance(one, str)]
        if not fields:
            continue
        if "..." in fields:
            tail = fields[fields.index("...") + 1 :]
            fields = above[: max(len(above) - len(tail), 0)] + tail
        fields = [
            above[place] if one == "." and place < len(above) else one for place, one in enumerate(fields)
        ]
        above = fields
        if len(fields) > 1:
            found.append(Row(fields[0], fields[1], dict(zip(fields[2::2], fields[3::2], strict=False))))
    return found


def listed(widget: dict[str, Any]) -> list[list[Any]]:
    """The rows of a widget as they are written."""
    found = widget["properties"].get("metrics")
    return [one for one in found if isinstance(one, list)] if isinstance(found, list) else []


def _read(text: str) -> Any:
    """The JSON of a body; a part that a deployment fills counts as null where no text stands around it."""
    try:
        return json.loads(_with_nulls(text))
    except ValueError:
        return None


def _with_nulls(text: str) -> str:
    return "".join("null" if letter == HOLE and not inside else letter for letter, inside in _letters(text))


def is_open(text: str) -> bool:
    """Whether a deployment fills in more than texts, so that nobody knows what JSON comes of it."""
    return any(letter == HOLE and not inside for letter, inside in _letters(text))


def _letters(text: str) -> Iterator[tuple[str, bool]]:
    """Each letter, and whether it stands in a text of the JSON."""
    inside = escaped = False
    for letter in text:
        if letter == '"' and not escaped:
            inside = not inside
        escaped = letter == "\\" and not escaped
        yield letter, inside
