"""A template with an error that cfn-lint can see is refused before anything is asked of AWS."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.config import load_environments
from generator.render import Selection, render
from tests.support import Run, gen

from .test_fresh import CONFIG, REGION, Aws

LINT, REFUSED_BY_AWS = 3, 2
WRONG = {"Wrong": {"Type": "AWS::CloudFormation::WaitConditionHandle", "Properties": {"Nonsense": 1}}}
UNUSED = {"Unused": {"Type": "String", "Default": "x"}}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    server = Aws()
    thread = threading.Thread(target=server.http.serve_forever)
    thread.start()
    yield server
    server.http.shutdown()
    thread.join()
    server.http.server_close()


class Place:
    """A folder with what bootstrap renders for dev, which has no findings, and what tests add to it."""

    def __init__(self, folder: Path, aws: Aws) -> None:
        self.out, self.aws = folder, aws
        dev = load_environments(CONFIG)["dev"]
        for one in render(Selection((dev,), (REGION,), ("bootstrap",)), folder):
            one.path.parent.mkdir(parents=True, exist_ok=True)
            one.path.write_bytes(one.content)

    def add(self, section: str, entries: dict[str, Any]) -> None:
        path = self.out / "dev" / REGION / "bootstrap.json"
        content = json.loads(path.read_bytes())
        content.setdefault(section, {}).update(entries)
        path.write_text(json.dumps(content, indent=1), encoding="utf-8")

    def gen(self, *words: str) -> Run:
        options = ("--no-render-check", "--region", REGION, "--endpoint-url", self.aws.url)
        return gen("--out", self.out, *words, *options)


@pytest.fixture
def place(tmp_path: Path, aws: Aws) -> Place:
    return Place(tmp_path, aws)


@pytest.mark.parametrize("words", [("deploy",), ("deploy", "--plan"), ("bootstrap",)])
def test_a_template_with_an_error_is_refused_before_any_call(place: Place, words: tuple[str, ...]) -> None:
    place.add("Resources", WRONG)
    run = place.gen(*words)
    assert (run.code, place.aws.calls) == (LINT, 0), run.words
    assert "bootstrap.json:" in run.err
    assert "Nonsense" in run.err
    assert "1 finding in what would be deployed: " in run.err
    assert "  fix: see: gen lint " in run.err
    assert "--no-lint" in run.err


def test_scripts_read_the_findings_as_records(place: Place) -> None:
    place.add("Resources", WRONG)
    finding, error = [json.loads(line) for line in place.gen("deploy", "--json").out.splitlines()]
    assert (finding["type"], finding["level"], finding["rule"]) == ("finding", "error", "E3002")
    assert (error["type"], error["code"]) == ("error", LINT)


@pytest.mark.parametrize(
    "words", [("deploy", "--no-lint"), ("bootstrap", "--no-lint"), ("deploy", "--attach")]
)
def test_without_the_check_a_template_goes_on_as_it_is(place: Place, words: tuple[str, ...]) -> None:
    place.add("Resources", WRONG)
    assert place.gen(*words).code == REFUSED_BY_AWS
    assert place.aws.calls > 0


def test_a_warning_stops_nothing(place: Place) -> None:
    place.add("Parameters", UNUSED)
    lint = gen("lint", place.out)
    assert "W2001" in lint.words, lint.words
    run = place.gen("deploy")
    assert run.code == REFUSED_BY_AWS, run.words
    assert place.aws.calls > 0


def test_an_error_in_a_template_that_is_not_selected_does_not_matter(place: Place) -> None:
    other = place.out / "dev" / REGION / "other.json"
    text = (place.out / "dev" / REGION / "bootstrap.json").read_text(encoding="utf-8")
    content = json.loads(text)
    content["Metadata"]["Gen"] |= {"Service": "other", "StackName": f"dev-{REGION}-other"}
    other.write_text(json.dumps({**content, "Resources": content["Resources"] | WRONG}), encoding="utf-8")
    assert place.gen("deploy").code == LINT
    assert place.aws.calls == 0
    assert place.gen("deploy", "--stack", "bootstrap").code == REFUSED_BY_AWS
    assert place.aws.calls > 0
