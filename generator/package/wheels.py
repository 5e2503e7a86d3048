"""The libraries of the functions: wheels named by a hash-locked requirements file, kept in a folder.

A wheel is used only when its bytes have a hash of the lock, each time anew: a truncated file, or one that
another process is about to write, is fetched again and never packed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from functools import cached_property
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from generator.errors import PackageError
from generator.package.runtime import MARKERS, PLATFORM, PYTHON, SDK

Say = Callable[[str], None]
FETCH_WITHIN_S = 300
RELOCK = "make lock"
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})(?=\s|$)")


@dataclass(frozen=True)
class Locked:
    """One requirement of the lock: a name, its only version, and the hashes of its files."""

    name: str
    version: str
    hashes: tuple[str, ...]

    @property
    def line(self) -> str:
        """The requirement as pip reads it."""
        return " ".join(
            [f"{self.name}=={self.version}", *(f"--hash=sha256:{value}" for value in self.hashes)]
        )


@dataclass(frozen=True)
class Wheel:
    """A verified pure-Python wheel. ``files``: path in the zip of a function → content."""

    name: str
    files: Mapping[str, bytes]

    @cached_property
    def top_level(self) -> frozenset[str]:
        """The names that an ``import`` can begin with."""
        heads = {name.partition("/") for name in self.files if name.endswith(".py")}
        return frozenset(head if slash else head.removesuffix(".py") for head, slash, _ in heads)

    @cached_property
    def requires(self) -> tuple[str, ...]:
        """Canonical names of what it needs on the functions' platform, extras left out."""
        metadata = (body for name, body in self.files.items() if name.endswith(".dist-info/METADATA"))
        lines = HeaderParser().parsestr(next(metadata, b"").decode()).get_all("Requires-Dist", [])
        wanted = [Requirement(line) for line in lines]
        return tuple(sorted({canonicalize_name(item.name) for item in wanted if _applies(item)}))


def locked(lock: Path) -> tuple[Locked, ...]:
    """The requirements of a lock file that apply to the functions' platform, sorted by name.

    Raises PackageError when it is missing, or a line is anything else than ``name==version`` with hashes.
    """
    try:
        text = lock.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PackageError(
            f"{lock}: the lock of the functions' libraries cannot be read: {error}", RELOCK
        ) from None
    found = []
    for number, line in _logical_lines(text):
        wanted, _, _ = line.partition("--hash")
        hashes = tuple(sorted(set(HASH.findall(line))))
        try:
            requirement = Requirement(wanted.strip())
        except InvalidRequirement:
            raise PackageError(
                f"{lock}:{number}: not 'name==version --hash=…': {line[:80]}", RELOCK
            ) from None
        pins = list(requirement.specifier)
        if len(pins) != 1 or pins[0].operator != "==" or not hashes or requirement.extras or requirement.url:
            raise PackageError(
                f"{lock}:{number}: {requirement.name} has no exact version with sha256 hashes", RELOCK
            )
        name = canonicalize_name(requirement.name)
        if _applies(requirement) and name not in SDK:
            found.append(Locked(name=name, version=pins[0].version, hashes=hashes))
    return tuple(sorted(found, key=lambda item: item.name))


def wheels(lock: Path, folder: Path, say: Say) -> dict[str, Wheel]:
    """Every wheel of the lock by canonical name: from ``folder``, else from the package index."""
    wanted = locked(lock)
    found = _present(wanted, folder)
    missing = [item for item in wanted if item.name not in found]
    if missing:
        _fetch(missing, folder, lock, say)
        found |= _present(missing, folder)
    lost = [item.name for item in missing if item.name not in found]
    if lost:
        raise PackageError(f"{lock}: no wheel with a hash of the lock came for: {', '.join(lost)}", RELOCK)
    return found


def _present(wanted: Iterable[Locked], folder: Path) -> dict[str, Wheel]:
    """The wheels in ``folder`` whose bytes the lock names. What was hashed is what is packed: one read."""
    contents = {path: path.read_bytes() for path in sorted(folder.glob("*.whl"))}
    by_hash = {hashlib.sha256(content).hexdigest(): path for path, content in contents.items()}
    found = {}
    for item in wanted:
        path = next((by_hash[value] for value in item.hashes if value in by_hash), None)
        if path:
            _refuse_native(item, path)
            found[item.name] = Wheel(name=item.name, files=_files(contents[path]))
    return found


def _files(content: bytes) -> dict[str, bytes]:
    """What a wheel installs where imports look; its scripts, headers and bytecode are left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {
            entry.filename: _installed(entry.filename) for entry in archive.infolist() if not entry.is_dir()
        }
        return {
            name: archive.read(inside) for inside, name in names.items() if name and not name.endswith(".pyc")
        }


def _refuse_native(item: Locked, path: Path) -> None:
    try:
        _, _, _, tags = parse_wheel_filename(path.name)
    except InvalidWheelFilename as error:
        raise PackageError(f"{path}: {error}", "delete the file and run 'gen package' again") from None
    if any(tag.abi != "none" or tag.platform != "any" for tag in tags):
        raise PackageError(
            f"{item.name} {item.version} is a native wheel ({path.name}); only pure Python ones are packed, "
            "since the same zip also runs on the embedded AWS",
            f"choose a pure Python library instead of {item.name}",
        )


def _fetch(missing: list[Locked], folder: Path, lock: Path, say: Say) -> None:
    """Let pip fetch by hash into a folder of its own, then move the wheels in one by one, whole."""
    if importlib.util.find_spec("pip") is None:
        raise PackageError(
            f"pip is not installed in {sys.prefix}, and {folder} lacks wheels", "python -m ensurepip"
        )
    folder.mkdir(parents=True, exist_ok=True)
    names = ", ".join(f"{item.name} {item.version}" for item in missing)
    say(f"fetching for Python {PYTHON} on arm64: {names}")
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as name:
        part = Path(name)
        # pip evaluates markers for the Python it runs on, so it gets lines without markers.
        (part / "requirements.txt").write_text(
            "".join(f"{item.line}\n" for item in missing), encoding="utf-8"
        )
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-input",
            "--disable-pip-version-check",
        ]
        command += ["--require-hashes", "--only-binary=:all:", "--no-deps", "--implementation", "cp"]
        command += ["--python-version", PYTHON, "--platform", PLATFORM]
        command += ["--dest", name, "--requirement", str(part / "requirements.txt")]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=FETCH_WITHIN_S
            )
        except subprocess.TimeoutExpired:
            raise PackageError(f"pip did not fetch {names} within {FETCH_WITHIN_S} s", "try again") from None
        if done.returncode:
            said = "\n".join(f"  {line}" for line in done.stderr.strip().splitlines()[-12:])
            raise PackageError(
                f"pip could not fetch the wheels that {lock} names:\n{said}",
                f"offline: run it once with a network; after a change of a library: {RELOCK}",
            )
        for wheel in sorted(part.glob("*.whl")):
            wheel.replace(folder / wheel.name)


def _logical_lines(text: str) -> Iterable[tuple[int, str]]:
    """Line number and text of each requirement: comments out, continued lines joined, options skipped."""
    joined, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        bare = re.sub(r"(^|\s)#.*$", "", line).strip()
        start = start if joined else number
        joined += bare.removesuffix("\\") + " "
        if not bare.endswith("\\"):
            if joined.strip() and not joined.lstrip().startswith("-"):
                yield start, joined.strip()
            joined = ""


def _applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(MARKERS)


def _installed(name: str) -> str:
    """Where an installer puts a file of a wheel, '' for nowhere ("Binary distribution format", PyPA)."""
    head, _, rest = name.partition("/")
    if not head.endswith(".data"):
        return name
    scheme, _, inner = rest.partition("/")
    return inner if scheme in ("purelib", "platlib") else ""
