"""cfn-lint over templates, every level of finding included.

cfn-lint takes 0.7 s to import and is imported here only, and only when it has something to check.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

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
    workers = min(len(files), os.cpu_count() or 1)
    if workers < 2 or sys.platform != "linux":
        return sorted(finding for file in files for finding in lint_one(file))
    return _in_parallel(files, workers)


def _check_readable(file: Path) -> None:
    if not file.is_file():
        raise LintError(f"{file} is not a file", "name a template, or a folder of templates")
    try:
        with file.open("rb") as stream:
            stream.read(1)
    except OSError as problem:
        raise LintError(f"cannot read {file}: {problem.strerror}", "make it a readable file") from problem


def _in_parallel(files: Sequence[Path], workers: int) -> list[Finding]:
    """Import cfn-lint once and fork: a template takes 0.3 s and each is on its own."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    import cfnlint.api  # noqa: F401 - for the children

    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
        return sorted(finding for found in pool.map(lint_one, files) for finding in found)


def lint_one(file: Path) -> list[Finding]:
    """Findings of one template. A file that is no template is a finding too (E0000)."""
    from cfnlint.api import lint_file
    from cfnlint.config import ManualArgs

    try:
        file.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        return [Finding(file.as_posix(), 1, 1, "E0000", f"The file is not UTF-8: {problem.reason}", "")]
    matches = lint_file(file, config=ManualArgs(include_checks=["I"], regions=_regions(file)))
    return [
        Finding(
            file=file.as_posix(),
            line=match.linenumber,
            column=match.columnnumber,
            rule=match.rule.id,
            message=" ".join(match.message.split()),
            # A file that cannot be parsed has no places inside, and its match no such attribute.
            path="/".join(str(part) for part in getattr(match, "path", None) or ()),
        )
        for match in matches
    ]


def _regions(file: Path) -> list[str]:
    """The region that a committed template stands under; cfn-lint's own default for any other file."""
    folder = file.absolute().parent.name
    return [folder] if folder in REGIONS else ["us-east-1"]
