"""Small templates in folders, a clock without time, and jobs over the fake."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.console import Console
from generator.deploy import template
from generator.deploy.environment import Site
from generator.deploy.job import Job, Options, Tools
from generator.deploy.report import Report
from generator.deploy.template import Template

from .fakes import FakeClock, FakeCloud
from .records import CheckedStream

REGION = "us-west-2"
ACCOUNT = "111122223333"
TABLE = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "t", "DeletionProtectionEnabled": True}}
QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30}}
TOKENS = itertools.count(1)  # AWS takes a token for one operation only
TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {}}


def metadata(service: str = "items", **changes: Any) -> dict[str, Any]:
    """Metadata.Gen of a stack of ``dev`` in us-west-2."""
    region = changes.get("Region", REGION)
    environment = changes.get("Environment", "dev")
    return {
        "Service": service,
        "Environment": environment,
        "Region": region,
        "StackName": f"{environment}-{region}-{service}",
        "Production": False,
        "Tags": {"Environment": environment},
        **changes,
    }


SECTIONS = ("Outputs", "Parameters", "Rules", "Transform")


def body(resources: Mapping[str, Any], service: str = "items", **changes: Any) -> dict[str, Any]:
    """A template; ``changes`` are its sections, and all others go to Metadata.Gen."""
    sections: dict[str, Any] = {name: changes.pop(name) for name in SECTIONS if name in changes}
    return {"Metadata": {"Gen": metadata(service, **changes)}, "Resources": dict(resources), **sections}


def committed(out: Path, content: Mapping[str, Any]) -> Template:
    """Write a template where it belongs below ``out`` and read it."""
    gen = content["Metadata"]["Gen"]
    path = out / gen["Environment"] / gen["Region"] / f"{gen['Service']}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")
    return template.read(path)


@dataclass
class Person:
    """Answers every question the same way, and remembers the questions."""

    says_yes: bool = True
    questions: list[str] = field(default_factory=list)

    def ask(self, question: str, _word: str) -> bool:
        self.questions.append(question)
        return self.says_yes


def console(*, json_lines: bool = False) -> Console:
    """A console that writes into strings. What scripts read is held to its schema."""
    results = CheckedStream() if json_lines else io.StringIO()
    return Console(results=results, words=io.StringIO(), json_lines=json_lines)


def printed(where: Console) -> str:
    """All that was written."""
    assert isinstance(where.results, io.StringIO)
    assert isinstance(where.words, io.StringIO)
    return where.results.getvalue() + where.words.getvalue()


def tools(clock: FakeClock, person: Person | None = None) -> Tools:
    return Tools(ask=(person or Person()).ask, clock=clock, token=lambda: f"token-{next(TOKENS)}", interval=1)


def job(
    cloud: FakeCloud,
    one: Template,
    *,
    person: Person | None = None,
    found: Mapping[str, str] | None = None,
    out: Console | None = None,
    bucket: str = "",
    **options: Any,
) -> Job:
    return Job(
        template=one,
        content=one.content,
        body=one.body,
        cloud=cloud,
        report=Report(out or console(), one.key),
        options=Options(**options),
        tools=tools(cloud.clock, person),
        account=ACCOUNT,
        bucket=bucket,
        found=found or {},
    )


def site(
    environment: Any,
    templates: Iterable[Template],
    clouds: Callable[[str], FakeCloud],
    *,
    local: bool = False,
    out: Console | None = None,
) -> Site:
    return Site(environment, tuple(templates), clouds, out or console(), local)
