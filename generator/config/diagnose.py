"""Every problem of an environment file at once. Read only when a file has one: msgspec stops at the first."""

from collections.abc import Mapping
from typing import Any, Final, get_args, get_origin

import msgspec

from generator.config.describe import allowed, bare_type, file_keys, struct_of
from generator.config.document import Document
from generator.config.model import Alarms, Domain, Environment
from generator.config.problems import LONGEST_SHOWN, KeyPath, Problem, kind, nearest, shown
from generator.config.rules import broken_rules
from generator.config.sizes import ApiSettings, CacheSettings, FunctionSize, Throttle, WorkerSettings

# Put in for required keys that are missing or wrong, so that rules about the other keys are still checked.
_THROTTLE: Final = {"rate": 1, "burst": 1}
_STAND_INS: Final[Mapping[type[msgspec.Struct], Mapping[str, object]]] = {
    Environment: {
        "name": "env",
        "production": False,
        "regions": ["us-east-1"],
        "owner": "owner",
        "cost_center": "cost",
        "allowed_origins": [],
    },
    Throttle: _THROTTLE,
    ApiSettings: {"memory_mb": 256, "timeout_s": 1, "read": _THROTTLE, "write": _THROTTLE},
    FunctionSize: {"memory_mb": 256, "timeout_s": 1},
    WorkerSettings: {"memory_mb": 128, "timeout_s": 1},
    Domain: {"name": "example.com", "hosted_zone_id": "Z1"},
    Alarms: {},
    CacheSettings: {},
}


class _Missing:
    """A value that is wrong: the key is treated as if it were not in the file."""


_MISSING: Final = _Missing()


class _Walk:
    """A document, what is wrong in it, and which items of its lists were right."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems = list(document.problems)
        self.bad = set(document.lost)
        self.kept: dict[KeyPath, list[int]] = {}

    def add(self, path: KeyPath, text: str) -> None:
        self.problems.append(Problem(line=self.document.line(path), path=path, text=text))
        self.bad.add(path)


def diagnose(name: str, document: Document) -> list[Problem]:
    """What is wrong in the file of environment ``name``, in the order of its lines."""
    walk = _Walk(document)
    if document.readable:
        values = _struct(Environment, document.values, (), walk)
        if _stem(name, walk):
            values["name"] = name
        environment = msgspec.convert(values, Environment)
        for broken in broken_rules(environment):
            paths = [_place(path, walk) for path in broken.paths]
            if not any(_touches(path, bad) for path in paths for bad in walk.bad):
                walk.problems.append(Problem(line=document.line(paths[0]), path=paths[0], text=broken.text))
    return sorted(walk.problems, key=_order)


def _order(problem: Problem) -> tuple[int, list[str]]:
    return problem.line, [f"{part:05}" if isinstance(part, int) else part for part in problem.path]


def _stem(name: str, walk: _Walk) -> bool:
    """Whether a file's stem can be the name of an environment."""
    annotation = msgspec.structs.fields(Environment)[0].type
    try:
        msgspec.convert(name, annotation)
    except (msgspec.ValidationError, UnicodeEncodeError):
        text = f"the file's name {shown(name)} is wrong; allowed: {allowed(annotation)}"
        walk.problems.append(Problem(line=0, path=(), text=text))
        return False
    return True


def _place(path: KeyPath, walk: _Walk) -> KeyPath:
    """Path in the file of a path in the environment: wrong items of a list are not in the latter."""
    *above, last = path
    kept = walk.kept.get(tuple(above))
    return (*above, kept[last]) if kept is not None and isinstance(last, int) else path


def _touches(path: KeyPath, bad: KeyPath) -> bool:
    """Whether a wrong value at ``bad`` is, has or is part of the value at ``path``."""
    shorter = min(len(path), len(bad))
    return shorter > 0 and path[:shorter] == bad[:shorter]


def _value(annotation: Any, value: object, path: KeyPath, walk: _Walk) -> object:
    """``value`` without its wrong parts, or _MISSING when nothing is left."""
    if path in walk.bad:
        return _MISSING
    bare, struct = bare_type(annotation), struct_of(annotation)
    if struct is not None and isinstance(value, dict):
        return _struct(struct, value, path, walk)
    if get_origin(bare) is tuple and isinstance(value, list):
        return _items(annotation, value, path, walk)
    if get_origin(bare) is Mapping and isinstance(value, dict):
        key_type, value_type = get_args(bare)
        known = {key: item for key, item in value.items() if _fits(key_type, key, (*path, key), walk)}
        parts = {key: _value(value_type, item, (*path, key), walk) for key, item in known.items()}
        return {key: item for key, item in parts.items() if item is not _MISSING}
    return value if _fits(annotation, value, path, walk) else _MISSING


def _struct(
    cls: type[msgspec.Struct], values: Mapping[str, object], path: KeyPath, walk: _Walk
) -> dict[str, object]:
    """``values`` with stand-ins for wrong ones; a problem for each wrong, unknown or missing one."""
    fields = {field.name: field for field in msgspec.structs.fields(cls) if field.name in file_keys(cls)}
    for key in values:
        if key not in fields and (*path, key) not in walk.bad:
            walk.add((*path, key), _unknown(key, sorted(fields)))
    good = dict(_STAND_INS[cls])
    for name, field in fields.items():
        if name in values:
            value = _value(field.type, values[name], (*path, name), walk)
            if value is not _MISSING:
                good[name] = value
        elif field.required:
            walk.add((*path, name), f"the key is missing; allowed: {allowed(field.type)}")
    return good


def _items(annotation: Any, value: list[object], path: KeyPath, walk: _Walk) -> object:
    item_type = get_args(bare_type(annotation))[0]
    items = [_value(item_type, item, (*path, index), walk) for index, item in enumerate(value)]
    walk.kept[path] = [index for index, item in enumerate(items) if item is not _MISSING]
    right = [item for item in items if item is not _MISSING]
    if len(right) < len(value):
        return right or _MISSING
    return right if _fits(annotation, value, path, walk) else _MISSING


def _fits(annotation: Any, value: object, path: KeyPath, walk: _Walk) -> bool:
    """Whether msgspec takes ``value``; a problem is noted when it does not."""
    try:
        msgspec.convert(value, annotation, strict=True)
    except msgspec.ValidationError as error:
        reason = _reason(annotation, value, path, str(error))
        wrong = f"{shown(value)} is wrong ({reason})" if reason else f"{shown(value)} is wrong"
        walk.add(path, f"{wrong}; allowed: {allowed(annotation)}")
        return False
    return True


def _reason(annotation: Any, value: object, path: KeyPath, error: str) -> str:
    """Why a value is wrong, where that is more than what is allowed."""
    if ", got `" in error:
        return kind(value)
    if "Invalid enum" in error:
        return _nearest_choice(value, get_args(bare_type(annotation)))
    if isinstance(value, int | float):
        return "too large" if "<" in error else "too small"
    if isinstance(value, list):
        return f"{len(value)} of them"
    if len(str(value)) > LONGEST_SHOWN:
        return f"{len(str(value))} characters"
    return _no_origin(str(value)) if path[0] == "allowed_origins" else ""


def _nearest_choice(value: object, choices: tuple[Any, ...]) -> str:
    if isinstance(value, int):
        return f"did you mean {min(choices, key=lambda choice: abs(choice - value))}?"
    return nearest(str(value), list(choices))


def _no_origin(value: str) -> str:
    """What keeps ``value`` from being an origin."""
    scheme, separator, rest = value.partition("://")
    reasons = (
        (value == "*", "it lets every site in the world call"),
        (not separator or scheme not in ("http", "https"), "it starts with neither https:// nor http://"),
        (not value.isascii(), "a host's name is ASCII; write its xn-- form"),
        ("@" in rest, "a user name or password"),
        ("/" in rest, "a slash or path after the host"),
        (value != value.lower(), "capital letters; browsers send lower case"),
        ("*" in rest, "a wildcard; list each origin"),
        (True, "no host, or a host or port with other characters"),
    )
    return next(reason for holds, reason in reasons if holds)


def _unknown(key: str, known: list[str]) -> str:
    near = nearest(key, known)
    return f"the key is unknown{f' ({near})' if near else ''}; allowed: {', '.join(known)}"
