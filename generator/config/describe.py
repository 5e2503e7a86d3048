"""What a type of the model allows, in words: for error messages and for ``docs/environments.md``."""

import types
from typing import Annotated, Any, Union, get_args, get_origin

from msgspec import Struct, inspect

from generator.config.model import Environment


def allowed(annotation: Any) -> str:
    """What values ``annotation`` (a type of ``model.py``) takes."""
    return _words(inspect.type_info(annotation))


def file_keys(cls: type[Struct]) -> tuple[str, ...]:
    """Keys that a file may give for ``cls``: all its fields, but not the name that the file itself has."""
    return tuple(name for name in cls.__struct_fields__ if cls is not Environment or name != "name")


def bare_type(annotation: Any) -> Any:
    """``annotation`` without its Annotated."""
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def struct_of(annotation: Any) -> type[Struct] | None:
    """The Struct that ``annotation`` takes, alone or beside null."""
    bare = bare_type(annotation)
    options = get_args(bare) if get_origin(bare) in (Union, types.UnionType) else (bare,)
    return next((o for o in options if isinstance(o, type) and issubclass(o, Struct)), None)


def _words(info: inspect.Type) -> str:
    match info:
        case inspect.Metadata(extra={"allowed": str(words)}):
            text = words
        case inspect.Metadata():
            text = _words(info.type)
        case inspect.UnionType():
            text = " or ".join(_words(part) for part in _parts(info))
        case inspect.IntType(ge=low, le=high):
            text = f"a whole number from {low} to {high}"
        case inspect.FloatType(gt=low, le=high):
            text = f"a number above {low:g} and up to {high:g}"
        case inspect.LiteralType():
            text = ", ".join(str(value) for value in info.values)
        case inspect.BoolType():
            text = "true or false"
        case inspect.NoneType():
            text = "null"
        case inspect.VarTupleType():
            text = f"a list; each: {_words(info.item_type)}"
        case inspect.DictType():
            text = f"keys and values; each key: {_words(info.key_type)}"
        case inspect.StructType():
            text = "{" + ", ".join(f"{key}: …" for key in file_keys(info.cls)) + "}"
        case _:
            raise TypeError(f"no words for {info!r}")
    return text


def _parts(info: inspect.UnionType) -> list[inspect.Type]:
    """A union's parts; a float takes whole numbers too, so these are not named beside it."""
    if any(isinstance(part, inspect.FloatType) for part in info.types):
        return [part for part in info.types if not isinstance(part, inspect.IntType)]
    return list(info.types)
