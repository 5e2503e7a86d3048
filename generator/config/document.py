"""Environment file → plain values with their lines: a strict part of YAML 1.2.

Scalars follow the core schema of the YAML 1.2 specification (10.3.2), as editors read them: ``yes`` is text
and ``010`` is ten. Left out on purpose: a key given twice, anchors and aliases (a reviewer should see a
value where it is used, and aliases can expand without end), tags, and several documents in a file.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml
from msgspec import Struct, field

from generator.config.problems import LARGEST_FILE, KeyPath, Problem, shown

DEEPEST = 8  # levels; the model has four
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = ("", "~", "null", "Null", "NULL")
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)


class Document(Struct, kw_only=True):
    """What a file says.

    ``lines`` has the line of every key path, from 1; () is the start of the document. ``lost`` has the key
    paths whose values are not known, because of a problem.
    """

    values: dict[str, object] = field(default_factory=dict)
    lines: dict[KeyPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lost: set[KeyPath] = field(default_factory=set)
    readable: bool = True

    def line(self, path: KeyPath) -> int:
        """Line of ``path``, or of the nearest key above it when the path is not in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def add(self, path: KeyPath, line: int, text: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(line=line, path=path, text=text))

    def lose(self, path: KeyPath, line: int, text: str) -> None:
        """Note a problem that leaves no value to check."""
        self.add(path, line, text)
        self.lost.add(path)


class _UnreadableError(Exception):
    """Nothing after this place can be understood."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


def parse(data: bytes) -> Document:
    """The document in ``data``. Never raises: what is wrong stands in ``problems``.

    With ``readable`` false the file could not be understood, and its values are not worth checking.
    """
    document = Document()
    try:
        document.values = _root(_events(_text(data)), document)
    except _UnreadableError as error:
        document.readable = False
        document.add((), error.line, error.text)
    return document


def _text(data: bytes) -> str:
    if len(data) > LARGEST_FILE:
        raise _UnreadableError(0, f"the file is larger than 64 KiB; allowed: {LARGEST_FILE} bytes")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise _UnreadableError(line, "the file has a NUL byte; allowed: UTF-8 text")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"0x{data[error.start]:02x}"
        raise _UnreadableError(line, f"the file is not UTF-8 (byte {byte}); allowed: UTF-8 text") from None
    if not text.strip("\ufeff \t\r\n"):
        raise _UnreadableError(1, "the file is empty; allowed: keys and values")
    return text


def _events(text: str) -> Iterator[Any]:
    """PyYAML's parser events, with its errors turned into ours."""
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _UnreadableError(
            min(line, text.count("\n") + 1), f"not valid YAML ({error.problem}, column {column})"
        ) from None
    except yaml.YAMLError:
        # The reader refuses characters before anything is parsed; its position may count bytes.
        place, char = next((i, c) for i, c in enumerate(text) if not (c.isprintable() or c in "\t\r\n\ufeff"))
        line = text.count("\n", 0, place) + 1
        raise _UnreadableError(
            line, f"the file has the control character U+{ord(char):04X}; allowed: UTF-8 text"
        ) from None


def _root(events: Iterator[Any], document: Document) -> dict[str, object]:
    root: object = None
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                mark: Any = event.start_mark
                document.add((), mark.line + 1, "a second document starts here; allowed: one in a file")
                break
            root = _value(next(events), events, (), document)
    if not isinstance(root, dict):
        raise _UnreadableError(document.line(()), f"the file is {_whole(root)}; allowed: keys and values")
    return root


def _value(event: Any, events: Iterator[Any], path: KeyPath, document: Document) -> object:
    """The value that starts with ``event``; reads ``events`` up to its end."""
    line = event.start_mark.line + 1
    document.lines.setdefault(path, line)
    if len(path) > DEEPEST:
        raise _UnreadableError(line, f"values are nested deeper than {DEEPEST} levels")
    if isinstance(event, yaml.AliasEvent):
        document.lose(path, line, f"'*{event.anchor}' is an alias; allowed: the value itself")
        return None
    if event.anchor is not None:
        document.add(path, line, f"'&{event.anchor}' is an anchor; allowed: the value itself")
    if event.tag is not None:
        document.lose(path, line, f"{shown(event.tag)} is a tag; allowed: values without a tag")
    if isinstance(event, yaml.ScalarEvent):
        if not event.value.isprintable():
            document.lose(path, line, f"{shown(event.value)} has a line break or a control character")
        return _plain(event.value) if event.implicit[0] else event.value
    if isinstance(event, yaml.SequenceStartEvent):
        return _list(events, path, document)
    return _mapping(events, path, document)


def _list(events: Iterator[Any], path: KeyPath, document: Document) -> list[object]:
    items: list[object] = []
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        items.append(_value(event, events, (*path, len(items)), document))
    return items


def _mapping(events: Iterator[Any], path: KeyPath, document: Document) -> dict[str, object]:
    result: dict[str, object] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        line = event.start_mark.line + 1
        if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None or event.tag is not None:
            raise _UnreadableError(
                line, "a key is no plain word; allowed: keys without anchor, alias, tag or list"
            )
        key = event.value
        here = (*path, key)
        if key in result:
            document.add(here, line, f"the key is given twice (first in line {document.lines[here]})")
            _value(next(events), events, here, Document())  # read over it
            continue
        document.lines[here] = line
        if not key.isprintable():
            document.lose(here, line, "the key has a line break or a control character")
        result[key] = _value(next(events), events, here, document)
    return result


def _plain(text: str) -> object:
    """What an unquoted scalar means: nothing, a boolean, a number, else text."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text.replace(".i", "i").replace(".I", "I").replace(".n", "n").replace(".N", "N"))
    return text


def _whole(root: object) -> str:
    """What a file is that is not a mapping."""
    if root is None:
        return "empty"
    return "a list" if isinstance(root, list) else f"the single value {shown(root)}"
