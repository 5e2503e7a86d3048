"""cfn-lint itself, in a process that may be slow, large and short-lived. Nothing else imports cfn-lint.

It is driven below its command line, so that no .cfnlintrc, environment variable or folder changes an answer:
every rule runs at every level, for one region, and no exception is made here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import chdir
from pathlib import Path
from types import MappingProxyType
from typing import Any

import cfnlint.rules
from cfnlint.decode import decode_str
from cfnlint.rules import Rules
from cfnlint.template import Template

from generator.errors import GenError
from generator.lint.finding import Finding, RuleText, Suppression, Verdict, alone
from generator.lint.intake import Job
from generator.lint.quicker import quicken

# cfn-lint walks a template with several calls a level and Python allows 1000.
TOO_DEEP = "it is nested too deeply to be checked; a template needs no more than some dozens of levels"


class Settings:
    """What cfn-lint asks its configuration for: every rule on, nothing excepted, nothing configured."""

    include_checks = ("E", "W", "I")
    ignore_checks: tuple[str, ...] = ()
    mandatory_checks: tuple[str, ...] = ()
    include_experimental = False
    configure_rules: Mapping[str, Any] = MappingProxyType({})


def load_rules(folder: Path) -> Any:
    """cfn-lint's rules and those in ``folder``. GenError where one of them cannot be loaded."""
    rules = Rules.create_from_directory(os.path.dirname(cfnlint.rules.__file__))  # noqa: PTH120 - cfn-lint's
    try:
        rules.update(Rules.create_from_directory(str(folder)))
    except Exception as problem:
        raise GenError(
            f"the rules in {folder} cannot be loaded: {type(problem).__name__}: {problem}",
            "correct the rule; 'cfn-lint -a generator/rules --list-rules' tries them all",
        ) from problem
    quicken(rules)
    return rules


def judge(job: Job, rules: Any) -> Verdict:
    """Everything that is wrong, doubtful or to be advised. Whatever the bytes are, this does not raise."""
    try:
        text = job.content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line, column = _place(job.content, problem.start)
        return alone("E0000", f"the file is not UTF-8: {problem.reason}", line=line, column=column)
    try:
        template, errors = decode_str(text)
        if errors or not isinstance(template, dict):
            return _undecodable(errors, template)
        return _judged(job, template, rules)
    except RecursionError:
        return alone("E0000", TOO_DEEP)
    except MemoryError:
        return alone("E0002", "cfn-lint needs more memory than it may have for this template", lasting=False)
    except Exception as problem:
        return alone(
            "E0002", f"cfn-lint cannot check this template: {type(problem).__name__}: {_line(problem)}"
        )


def _judged(job: Job, template: Any, rules: Any) -> Verdict:
    suppressions = tuple(_suppressions(template))
    # Nested templates are read from beside this one, and only from inside the folder that one stands in.
    with chdir(job.file.parent):
        subject = Template(str(job.file), template, [job.region])
        matches = subject.transform() or _matches(subject, rules)
        return _verdict(matches, suppressions)


def _matches(subject: Any, rules: Any) -> Iterator[Any]:
    """As ``Rules.run`` of cfn-lint, without asking rules about resources of types that they do not read."""
    for rule in rules.values():
        rule.configure(None, Settings.include_experimental)
        rule.initialize(subject)
    for name, rule in rules.items():
        rule.child_rules.update({child: rules[child] for child in rule.child_rules if child in rules})
        for parent in rule.parent_rules:
            if parent in rules:
                rules[parent].child_rules[name] = rule
    enabled = {name for name in rules if rules.is_rule_enabled(name, Settings)}
    told = [_asked(rules, name, rule.matchall, subject) for name, rule in rules.items()]
    for name, resource in subject.get_resources().items():
        kind, properties = resource.get("Type"), resource.get("Properties")
        if isinstance(kind, str) and isinstance(properties, dict):
            path = ["Resources", name, "Properties"]
            told += [
                _asked(rules, id_, rule.matchall_resource_properties, subject, properties, kind, path)
                for id_, rule in rules.items()
                if kind in rule.resource_property_types
            ]
    return (match for matches in told for match in matches if match.rule.id in enabled)


def _asked(rules: Any, name: str, check: Any, subject: Any, *about: Any) -> Iterator[Any]:
    """What one rule says; that it crashed is a match too."""
    filename = subject.filename
    yield from rules.run_check(check, filename, name, Settings, frozenset(), filename, subject, *about)


def _verdict(matches: Any, suppressions: tuple[Suppression, ...]) -> Verdict:
    findings = set()
    spoke = {}
    for match in matches:
        findings.add(_finding(match))
        spoke[match.rule.id] = match.rule
    return Verdict(
        findings=tuple(sorted(findings)),
        suppressions=suppressions,
        rules=tuple(_text(spoke[name]) for name in sorted(spoke)),
    )


def _undecodable(errors: Any, template: Any) -> Verdict:
    if not errors:
        what = "a list" if isinstance(template, list) else "a single value"
        return alone("E0000", f"a template is an object with Resources, and this is {what}")
    return _verdict(errors, ())


def _finding(match: Any) -> Finding:
    return Finding(
        file="",
        line=match.linenumber,
        column=match.columnnumber,
        rule=match.rule.id,
        message=_line(match.message),
        # A file that cannot be parsed has no places inside, and its match no such attribute.
        path="/".join(str(part) for part in getattr(match, "path", None) or ()),
        end_line=match.linenumberend,
        end_column=match.columnnumberend,
    )


def _line(message: object) -> str:
    """On one line, without the name that cfn-lint gives to what has none, and without unpaired surrogates."""
    text = " ".join(str(message).split()).replace("Tried to parse None as JSON", "Tried to parse it as JSON")
    return text.encode("utf-8", "replace").decode("utf-8")


def _text(rule: Any) -> RuleText:
    return RuleText(
        id=rule.id,
        shortdesc=str(rule.shortdesc),
        description=str(rule.description),
        source_url=str(rule.source_url),
        tags=tuple(map(str, rule.tags)),
    )


def _suppressions(template: Any) -> Iterator[Suppression]:
    """cfn-lint's own notation on a resource, with ``reasons`` beside ``config``."""
    for resource, body in _inner(template, "Resources").items():
        notes = _inner(_inner(body, "Metadata"), "cfn-lint")
        ignored = _inner(notes, "config").get("ignore_checks")
        reasons = _inner(notes, "reasons")
        names = [one for one in ignored if isinstance(one, str)] if isinstance(ignored, list) else []
        for rule in dict.fromkeys(names):
            reason = reasons.get(rule)
            mark = getattr(rule, "start_mark", None)
            yield Suppression(
                file="",
                line=mark.line + 1 if mark else 1,
                resource=str(resource),
                rule=str(rule),
                reason=" ".join(reason.split()) if isinstance(reason, str) else "",
            )


def _inner(value: Any, key: str) -> dict[Any, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _place(content: bytes, offset: int) -> tuple[int, int]:
    """Line and column of a byte, from 1."""
    before = content[:offset]
    return before.count(b"\n") + 1, offset - (before.rfind(b"\n") + 1) + 1
