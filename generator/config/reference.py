"""Table of every key for ``docs/environments.md``, made from the model.

``python -m generator.config.reference`` prints it; a test holds the page to it.
"""

import sys
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

import msgspec

from generator.config.describe import allowed, bare_type, file_keys, struct_of
from generator.config.model import Environment
from generator.config.problems import shown
from generator.config.regions import REGIONS


def reference() -> str:
    """Markdown table: key, meaning, what is allowed, default."""
    rows = ["| Key | Meaning | Allowed | Default |", "|---|---|---|---|", *_rows(Environment, "")]
    return "\n".join(rows) + "\n"


def _rows(cls: type[msgspec.Struct], prefix: str) -> Iterator[str]:
    for field in msgspec.structs.fields(cls):
        if field.name not in file_keys(cls):
            continue
        key = f"{prefix}{field.name}"
        inner, placeholder = _inner(field.type)
        words = "see below" if inner else allowed(field.type).replace(", ".join(REGIONS), "an AWS region")
        yield f"| `{key}` | {_meaning(field.type)} | {words} | {_default(field)} |"
        if inner:
            yield from _rows(inner, f"{key}.{placeholder}")


def _inner(annotation: Any) -> tuple[type[msgspec.Struct] | None, str]:
    """The Struct under a key, and what stands between: a key that the file's writer chooses, or nothing."""
    bare = bare_type(annotation)
    if get_origin(bare) is Mapping:
        return struct_of(get_args(bare)[1]), "<key>."
    return struct_of(annotation), ""


def _meaning(annotation: Any) -> str:
    return next(str(meta.description) for meta in get_args(annotation)[1:] if meta.description)


def _default(field: Any) -> str:
    if field.required:
        return "required"
    if field.default is msgspec.NODEFAULT:
        return "the keys' defaults" if issubclass(field.default_factory, msgspec.Struct) else "`{}`"
    return (
        f"`{field.default or chr(34) * 2}`" if isinstance(field.default, str) else f"`{shown(field.default)}`"
    )


if __name__ == "__main__":
    sys.stdout.write(reference())
