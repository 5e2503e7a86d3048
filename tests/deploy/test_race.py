"""Two `gen deploy` at the same moment, as processes of their own, again and again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generator import local
from generator.deploy import template
from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import Endpoint

from .stage import Stage
from .support import body, committed

pytestmark = pytest.mark.e2e

# `make race` asks for many more.
RACES = int(os.environ.get("GEN_RACES", "2"))
WITHIN_S = 60


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Engine]:
    with local.running(tmp_path_factory.mktemp("engine")) as engine:
        yield engine


@pytest.fixture(scope="module")
def cloud(engine: local.Engine) -> Iterator[AwsCloud]:
    cloud = AwsCloud("us-west-2", Endpoint(engine.endpoint_url, "test", "test"))
    yield cloud
    cloud.close()


def parameter(value: str) -> dict[str, Any]:
    return {"Value": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}}


def commit(stage: Stage, service: str, value: str, **gen: Any) -> None:
    committed(
        stage.folder / "out",
        body(parameter(value), service=service, Environment=stage.environment, **gen),
    )


def at_once(stage: Stage, *commands: tuple[str, ...]) -> None:
    """Run them together; each has to end well and leave nothing half done."""
    processes = [stage.start("deploy", *command) for command in commands]
    ended = [ended_one(process) for process in processes]
    told = "\n---\n".join(words for _, words in ended)
    assert [code for code, _ in ended] == [0] * len(commands), told
    for path in sorted((stage.folder / "out" / stage.environment).rglob("*.json")):
        one = template.read(path)
        stack = stage.cloud.stack(one.gen.stack_name)
        assert stack is not None, told
        assert stack.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, told
        assert stage.cloud.template(stack.id) == one.body, told
        waiting = [found for found in stage.cloud.change_sets(stack.id) if found.status != "FAILED"]
        left = [found for found in waiting if found.execution_status == "AVAILABLE"]
        assert left == [], told


def ended_one(process: subprocess.Popen[str]) -> tuple[int, str]:
    words, _ = process.communicate(timeout=WITHIN_S)
    return process.returncode, words


@pytest.mark.parametrize("number", range(RACES + 1))
def test_two_deploys_of_one_stack_both_end_well(
    engine: local.Engine, cloud: AwsCloud, tmp_path: Path, number: int
) -> None:
    stage = Stage(tmp_path, engine.endpoint_url, cloud, f"one{number}")
    stage.write_environment()
    for value in ("made", "changed"):
        commit(stage, "items", value)
        at_once(stage, (), ())


@pytest.mark.parametrize("number", range(RACES))
def test_two_deploys_of_overlapping_graphs_both_end_well(
    engine: local.Engine, cloud: AwsCloud, tmp_path: Path, number: int
) -> None:
    stage = Stage(tmp_path, engine.endpoint_url, cloud, f"two{number}")
    stage.write_environment()
    given = {"Outputs": {"Name": {"Value": {"Ref": "Value"}}}}
    takes = {
        "Parameters": {"Base": {"Type": "String"}},
        "Inputs": {"Base": "us-west-2/base.Name"},
    }
    for value in ("made", "changed"):
        commit(stage, "base", value, **given)
        commit(stage, "left", value, **takes)
        commit(stage, "right", value, **takes)
        at_once(stage, ("--stack", "base", "--stack", "left"), ("--stack", "base", "--stack", "right"))
