"""One thing that is wrong in an environment file, and the words for it."""

from contextlib import suppress
from pathlib import Path

from msgspec import Struct

KeyPath = tuple[str | int, ...]

LARGEST_FILE = 64 * 1024  # bytes
LONGEST_SHOWN = 80  # characters of a value that a message repeats


class Problem(Struct, frozen=True, kw_only=True):
    """What is wrong at a line (from 1; 0 is the whole file) and a key path (``()`` is the whole file)."""

    line: int
    path: KeyPath
    text: str


def line_of(file: str, problem: Problem) -> str:
    """``file:line: key.path: what is wrong; allowed: …``, always a single line."""
    where = f"{file}:{problem.line}" if problem.line else file
    return f"{where}: {dotted(problem.path)}: {problem.text}" if problem.path else f"{where}: {problem.text}"


def dotted(path: KeyPath) -> str:
    """``("apis", "items", "memory_mb")`` → ``apis.items.memory_mb``; a list's index is ``[0]``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if _is_plain(part) else shown(part))
    return text


def shown(value: object) -> str:
    """A value as the file has it, cut to LONGEST_SHOWN; characters that do not print are escaped."""
    if value is None:
        text = "null"
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, list):
        text = "[…]" if value else "[]"
    elif isinstance(value, dict):
        text = "{…}" if value else "{}"
    else:
        text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def kind(value: object) -> str:
    """What a value is, in a YAML writer's words."""
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list"}
    return "nothing" if value is None else kinds.get(type(value), "keys and values")


def nearest(word: str, known: list[str]) -> str:
    """``did you mean 'known word'?``, or nothing when no known word is near."""
    import difflib  # costs milliseconds that only a mistake should pay

    near = difflib.get_close_matches(word[:LONGEST_SHOWN], known, n=1)
    return f"did you mean '{near[0]}'?" if near else ""


def shown_path(path: Path) -> str:
    """``path`` relative to the current directory when it lies in there; what does not print is escaped."""
    with suppress(ValueError, OSError):  # outside, relative already, or the current directory is gone
        path = path.relative_to(Path.cwd())
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in str(path))


def _is_plain(key: str) -> bool:
    return 0 < len(key) <= LONGEST_SHOWN and key.isprintable() and not set(key) & set(" .[]'\":")
