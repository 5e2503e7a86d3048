"""cfn-lint with our rules over templates: every level of finding, from a cache where nothing has changed.

cfn-lint takes half a second to load. It is loaded in a process of its own, and only when there is something
to judge that no cache knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from generator.lint import intake
from generator.lint.cache import Cache, cache_folder
from generator.lint.catalogue import RULES
from generator.lint.finding import Finding, Hidden, Report, RuleText, Suppression, Verdict, counted, report
from generator.lint.intake import Job
from generator.lint.key import is_key, key, surroundings

__all__ = ["Finding", "Hidden", "Report", "RuleText", "Suppression", "check", "counted", "errors_of", "lint"]


def lint(files: Iterable[Path], *, cache: Cache | None = None) -> list[Finding]:
    """Every finding in ``files`` that counts, sorted. UsageError when a file cannot be read."""
    return list(check(tuple(files), cache=cache).findings)


def errors_of(files: Iterable[Path], *, cache: Cache | None = None) -> list[Finding]:
    """The findings that must not be deployed. Milliseconds for templates that were checked before."""
    return [finding for finding in lint(files, cache=cache) if finding.level == "error"]


def check(
    files: Sequence[Path],
    *,
    cache: Cache | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    rules: Path = RULES,
) -> Report:
    """Findings and exceptions of ``files``. ``progress`` is told how many of how many templates are judged.

    ``cache`` is the user's where none is given, and ``rules`` the folder that stands beside cfn-lint's own.
    UsageError when a file cannot be read, GenError when cfn-lint cannot run.
    """
    known = Cache(cache_folder()) if cache is None else cache
    around = surroundings(rules=rules)
    verdicts: dict[Path, Verdict] = {}
    ahead: dict[str, Job] = {}
    alike: dict[Path, str] = {}
    for file in dict.fromkeys(files):
        content = intake.read(file)
        if isinstance(content, Verdict):
            verdicts[file] = content
            continue
        job = Job(file=file.absolute(), content=content, region=intake.region_of(file))
        # One that depends on other files as well is judged each time, and for itself.
        name = key(around, content, job.region)
        answer = known.get(name) if name else None
        if answer is None:
            alike[file] = name or str(file)
            ahead.setdefault(alike[file], job)
        else:
            verdicts[file] = answer
    told = _judged(ahead, progress, rules)
    known.put({name: one for name, one in told.items() if one.lasting and is_key(name)})
    return report(verdicts | {file: told[name] for file, name in alike.items()})


def _judged(ahead: dict[str, Job], progress: Callable[[int, int], None], rules: Path) -> dict[str, Verdict]:
    if not ahead:
        return {}
    from generator.lint.workers import judge_all

    jobs = list(ahead.values())
    told = judge_all(jobs, lambda done: progress(done, len(jobs)), rules=rules)
    return dict(zip(ahead, told, strict=True))
