"""Templates, rules and files for the tests of linting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from generator.lint import Finding, check
from generator.lint.cache import Cache

# A type that no rule of ours speaks of, and with a property that it does not have (E3002).
GOOD = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
BAD = {"Type": "AWS::CloudFormation::WaitConditionHandle", "Properties": {"Nope": 1}}
RULE = '''
"""A rule for tests."""

from cfnlint.rules import CloudFormationLintRule, RuleMatch


class Spoken(CloudFormationLintRule):
    id = "{id}"
    shortdesc = "Spoken"
    description = "Says what it is told to say."
    source_url = "https://example.com/{id}"
    tags = ["tests"]

    def match(self, cfn):
        {body}
'''


def written(folder: Path, name: str, resources: dict[str, Any] | None = None, **more: Any) -> Path:
    """A template file with these resources, or with these sections."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    sections = {**({} if resources is None else {"Resources": resources}), **more}
    file.write_text(json.dumps(sections, indent=1), encoding="utf-8")
    return file


def rule(folder: Path, name: str, body: str) -> Path:
    """A folder with one rule whose ``match`` is ``body``."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name.lower()}.py").write_text(RULE.format(id=name, body=body), encoding="utf-8")
    return folder


def uncached(*files: Path) -> list[Finding]:
    """Findings without any cache."""
    return list(check(files, cache=Cache(None)).findings)
