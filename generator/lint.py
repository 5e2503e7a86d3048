"""cfn-lint over templates, every level of finding included.

cfn-lint takes 0.7 s to import and is imported here only, and only when it has something to check.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from generator.config.regions import REGIONS
from generator.errors import LintError


class Finding(Struct, frozen=True, order=True):
    """One finding. ``line`` and ``column`` count from 1; ``path`` is the place inside the template."""

    file: str
    line: int
    column: int
    rule: str
    message: str
    path: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.rule} {self.message} ({self.path})"

    def record(self) -> dict[str, object]:
        """The finding as JSON values."""
        return structs.asdict(self)


def lint(files: Sequence[Path]) -> list[Finding]:
    """Every finding in ``files``, sorted. LintError when a file cannot be read."""
    for file in files:
        _check_readable(file)
    shares = _shares(files, os.cpu_count() or 1)
    if len(shares) < 2 or sys.platform != "linux":
        return sorted(lint_here(files))
    return _in_parallel(shares)


def _check_readable(file: Path) -> None:
    if not file.is_file():
        raise LintError(f"{file} is not a file", "name a template, or a folder of templates")
    try:
        with file.open("rb") as stream:
            stream.read(1)
    except OSError as problem:
        raise LintError(f"cannot read {file}: {problem.strerror}", "make it a readable file") from problem


def _shares(files: Sequence[Path], workers: int) -> list[list[Path]]:
    """``files`` in at most ``workers`` lists of about the same bytes; the time goes with the bytes."""
    shares: list[list[Path]] = [[] for _ in range(min(workers, len(files)))]
    loads = [0] * len(shares)
    for file in sorted(files, key=lambda one: (-one.stat().st_size, one)):
        lightest = loads.index(min(loads))
        shares[lightest].append(file)
        loads[lightest] += file.stat().st_size
    return shares


def _in_parallel(shares: Sequence[Sequence[Path]]) -> list[Finding]:
    """Import cfn-lint once and fork: a template takes 0.3 s and more, and each is on its own."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    import cfnlint.api  # noqa: F401 - for the children

    with ProcessPoolExecutor(len(shares), mp_context=multiprocessing.get_context("fork")) as pool:
        return sorted(finding for found in pool.map(lint_here, shares) for finding in found)


def lint_here(files: Sequence[Path]) -> list[Finding]:
    """Findings, in this process. A file that is no template is a finding too (E0000)."""
    from cfnlint.api import lint_by_config
    from cfnlint.config import ManualArgs

    found = [finding for file in files for finding in _undecodable(file)]
    broken = {finding.file for finding in found}
    sound = [file for file in files if file.as_posix() not in broken]
    with _without_collector():
        # Rules are loaded for each call, so the files of one region go together.
        for region in sorted({_region(file) for file in sound}):
            names = [file.as_posix() for file in sound if _region(file) == region]
            arguments = ManualArgs(templates=names, include_checks=["I"], regions=[region])
            found += [_finding(match) for match in lint_by_config(arguments)]
    return found


def _undecodable(file: Path) -> list[Finding]:
    try:
        file.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        return [Finding(file.as_posix(), 1, 1, "E0000", f"The file is not UTF-8: {problem.reason}", "")]
    return []


@contextmanager
def _without_collector() -> Iterator[None]:
    """cfn-lint makes millions of objects and few cycles; collecting costs a quarter of its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _finding(match: Any) -> Finding:
    return Finding(
        file=match.filename,
        line=match.linenumber,
        column=match.columnnumber,
        rule=match.rule.id,
        message=" ".join(match.message.split()),
        # A file that cannot be parsed has no places inside, and its match no such attribute.
        path="/".join(str(part) for part in getattr(match, "path", None) or ()),
    )


def _region(file: Path) -> str:
    """The region that a committed template stands under; cfn-lint's own default for any other file."""
    folder = file.absolute().parent.name
    return folder if folder in REGIONS else "us-east-1"
