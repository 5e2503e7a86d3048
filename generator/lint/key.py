"""What an answer of cfn-lint depends on, as a key for the cache. cfn-lint is looked at, not imported."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from generator.errors import GenError
from generator.lint.catalogue import RULES

HERE = Path(__file__).parent
KEY_LENGTH = 2 * hashlib.sha256().digest_size


def surroundings(
    *,
    rules: Path = RULES,
    cfnlint: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    today: date | None = None,
) -> bytes:
    """A digest of all that is the same for every template of one run.

    Our rules and this package's code (bytes), cfn-lint and what is installed beside it (versions), the
    schemas that it would use, Python, and the date: cfn-lint's rules on runtimes compare with it.
    """
    package = cfnlint or _cfnlint()
    parts: list[bytes] = [sys.version.encode(), sys.platform.encode(), str(today or date.today()).encode()]
    for folder in (HERE, rules):
        parts += _sources(folder)
    parts.append((package / "version.py").read_bytes())
    # Its libraries decide too: YAML, regular expressions, the solver of conditions.
    parts += sorted(os.fsencode(one.name) for one in package.parent.glob("*.dist-info"))
    parts += _schemas(package / "data" / "schemas", _downloaded(environment))
    return _digest(parts)


def key(around: bytes, content: bytes, region: str) -> str | None:
    """The name of this template's answer; None where it depends on other files as well."""
    # A nested stack's template is read from beside the file.
    if b"TemplateURL" in content:
        return None
    return _digest([around, region.encode(), content]).hex()


def is_key(name: str) -> bool:
    """Whether this is a name that ``key`` gives."""
    return len(name) == KEY_LENGTH and "/" not in name


def _cfnlint() -> Path:
    found = importlib.util.find_spec("cfnlint")
    if found is None or found.origin is None:
        raise GenError("the package 'cfn-lint' is not installed", "install gen with its dependencies")
    return Path(found.origin).parent


def _sources(folder: Path) -> Iterator[bytes]:
    """Names and bytes of all that may be code or data of it; examples of rules are neither."""
    for file in sorted(_files(folder)):
        if not file.endswith((".pyc", ".good.yaml", ".bad.yaml")):
            yield os.fsencode(os.path.relpath(file, folder))
            yield Path(file).read_bytes()


def _files(folder: Path) -> Iterator[str]:
    for here, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if one != "__pycache__"]
        yield from (os.path.join(here, name) for name in names)  # noqa: PTH118 - Path is ten times slower


def _schemas(bundled: Path, downloaded: Path) -> Iterator[bytes]:
    """The bundled schemas' date, and what ``cfn-lint -u`` has downloaded, which may be newer."""
    yield (bundled / "version.json").read_bytes() if (bundled / "version.json").is_file() else b""
    for part in ("version.json", "providers", "resources"):
        try:
            status = (downloaded / part).stat()
        except OSError:
            yield b"none"
        else:
            yield f"{part} {status.st_ino} {status.st_size} {status.st_mtime_ns}".encode()


def _downloaded(environment: Mapping[str, str]) -> Path:
    """cfn-lint's own folder for schemas (``cfnlint.helpers.get_cache_dir``)."""
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    elif sys.platform == "win32":
        base = Path(environment.get("LOCALAPPDATA", "~/AppData/Local")).expanduser()
    else:
        base = Path(environment.get("XDG_CACHE_HOME", "~/.cache")).expanduser()
    return base / "aws" / "cfn-lint" / "schemas"


def _digest(parts: list[bytes]) -> bytes:
    """Of each part's length and bytes, so that no two lists run into each other."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()
