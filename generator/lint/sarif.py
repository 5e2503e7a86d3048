"""A report as SARIF 2.1.0 (OASIS "Static Analysis Results Interchange Format"), for code-scanning views."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from generator.lint.finding import Finding, Report, RuleText, Suppression
from generator.lint.text import Sources

LEVELS = {"error": "error", "warning": "warning", "info": "note"}
ROOT = "%SRCROOT%"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HOME = "https://github.com/aws-cloudformation/cfn-lint"


class _Told(NamedTuple):
    finding: Finding
    suppression: Suppression | None


def sarif(report: Report, sources: Sources, root: Path) -> str:
    """One run. Files inside ``root`` are named relative to it, so that a view finds them in its checkout."""
    told = [_Told(one, None) for one in report.findings]
    told += [_Told(one.finding, one.suppression) for one in report.hidden]
    told.sort(key=lambda one: one.finding)
    rules = _rules(report, told)
    seen: Counter[str] = Counter()
    results = [
        {
            "ruleIndex": list(rules).index(one.finding.rule),
            "partialFingerprints": {"place/v1": _fingerprint(one.finding, seen)},
            **_result(one, sources, root),
        }
        for one in told
    ]
    run = {
        "tool": {
            "driver": {
                "name": "gen lint",
                "informationUri": HOME,
                "rules": [_rule(rule) for rule in rules.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that gen lint was run in."}}},
        "results": results,
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {
                        "level": "note",
                        "message": {"text": f"{one.rule} on {one.resource} hides nothing any more"},
                        "locations": [_location(one.file, {"startLine": one.line}, root)],
                    }
                    for one in report.unused
                ],
            }
        ],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()


def _rules(report: Report, told: list[_Told]) -> dict[str, RuleText]:
    known = {rule.id: rule for rule in report.rules}
    names = sorted({one.finding.rule for one in told})
    return {
        name: known.get(name) or RuleText(name, "The template cannot be checked", "", HOME) for name in names
    }


def _rule(rule: RuleText) -> dict[str, Any]:
    why = rule.description or rule.shortdesc
    return {
        "id": rule.id,
        "name": rule.id,
        "shortDescription": {"text": rule.shortdesc or rule.id},
        "fullDescription": {"text": why or rule.id},
        "help": {"text": f"{why}\n{rule.source_url}".strip() or rule.id},
        **({"helpUri": rule.source_url} if rule.source_url.startswith("https://") else {}),
        "defaultConfiguration": {"level": LEVELS[Finding("", 1, 1, rule.id, "", "").level]},
        "properties": {"tags": sorted(set(rule.tags))},
    }


def _result(told: _Told, sources: Sources, root: Path) -> dict[str, Any]:
    one = told.finding
    made = sources.get((one.file, one.resource))
    place = {"logicalLocations": [{"fullyQualifiedName": one.path}]} if one.path else {}
    return {
        "ruleId": one.rule,
        "level": LEVELS[one.level],
        "message": {"text": one.message + (f" (made at {made})" if made else "")},
        "locations": [{**_location(one.file, _region(one), root), **place}],
        "suppressions": _suppressed(told.suppression),
    }


def _suppressed(suppression: Suppression | None) -> list[dict[str, Any]]:
    if suppression is None:
        return []
    return [{"kind": "inSource", "status": "accepted", "justification": suppression.reason}]


def _region(one: Finding) -> dict[str, int]:
    """Lines and columns; the end only where it lies behind the start."""
    region = {"startLine": one.line, "startColumn": one.column}
    if (one.end_line, one.end_column) > (one.line, one.column):
        region |= {"endLine": one.end_line, "endColumn": one.end_column}
    return region


def _location(file: str, region: dict[str, int], root: Path) -> dict[str, Any]:
    path = Path(file).absolute()
    try:
        artifact = {"uri": quote(path.relative_to(root).as_posix()), "uriBaseId": ROOT}
    except ValueError:
        artifact = {"uri": path.as_uri()}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _fingerprint(one: Finding, seen: Counter[str]) -> str:
    """Of rule, file and place in the template, not of lines: it lives on when the file grows above it."""
    place = hashlib.sha256("\0".join((one.rule, one.file, one.path or one.message)).encode()).hexdigest()[:32]
    seen[place] += 1
    return f"{place}:{seen[place]}"
