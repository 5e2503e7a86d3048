"""`kill -9` at moments spread over a whole deployment, each followed by a plain second run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator import local
from generator.deploy import site as sites
from generator.deploy import template
from generator.deploy.aws import AwsCloud

from .stage import Stage, kill

pytestmark = pytest.mark.e2e

# `make race` asks for many more, of a creation and as many of an update.
KILLS = int(os.environ.get("GEN_KILLS", "2"))
GOLDEN = 0.618034  # Multiples of it, less their whole parts, spread evenly however many there are.
SLOW = "sleep 0.3"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Engine]:
    with local.running(tmp_path_factory.mktemp("engine")) as engine:
        yield engine


@pytest.fixture(scope="module")
def cloud(engine: local.Engine) -> Iterator[AwsCloud]:
    cloud = AwsCloud("us-west-2", sites.embedded(engine.endpoint_url))
    yield cloud
    cloud.close()


def resources(stage: Stage, value: str) -> dict[str, Any]:
    """Two slow things, and a table whose protection makes a creation one of two steps."""
    for verb in ("Create", "Update"):
        for name in ("First", "Second"):
            stage.order(f"{verb}-{name}-{value}", SLOW)
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": stage.name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "DeletionProtectionEnabled": True,
        },
    }
    return {**stage.things(First=value, Second=value), "Table": table}


def commit(stage: Stage, value: str) -> None:
    stage.commit(resources(stage, value), ProtectLast={"Table": "DeletionProtectionEnabled"})


Build = Callable[[Path, str], Stage]


@pytest.fixture(scope="module")
def build(engine: local.Engine, cloud: AwsCloud) -> Build:
    """Makes a stage with a first version committed, in a folder, for an environment's name."""

    def made(folder: Path, name: str) -> Stage:
        stage = Stage(folder, engine.endpoint_url, cloud, name)
        stage.write_environment()
        commit(stage, "1")
        return stage

    return made


@pytest.fixture(scope="module")
def lengths(build: Build, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """How many seconds a creation and an update take that nobody disturbs."""
    stage = build(tmp_path_factory.mktemp("calm"), "calm")
    found: dict[str, float] = {}
    for moment in ("creation", "update"):
        began = time.monotonic()
        assert stage.gen("deploy").code == 0
        found[moment] = time.monotonic() - began
        commit(stage, "2")
    return found


@pytest.mark.parametrize("number", range(1, KILLS + 1))
@pytest.mark.parametrize("moment", ["creation", "update"])
def test_a_second_run_ends_what_was_killed(
    build: Build, lengths: dict[str, float], tmp_path: Path, moment: str, number: int
) -> None:
    stage = build(tmp_path, f"{moment[0]}k{number}")
    if moment == "update":
        assert stage.gen("deploy").code == 0
        commit(stage, "2")
    process = stage.start("deploy")
    time.sleep(number * GOLDEN % 1 * lengths[moment])
    kill(process)
    second = stage.gen("deploy")
    told = f"killed {process.returncode}, then {second.code}: {second.words}"
    assert second.code == 0, told
    one = template.read(stage.folder / "out" / stage.environment / "us-west-2" / "items.json")
    stack = stage.stack()
    assert stack is not None, told
    assert stack.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, told
    assert stage.cloud.template(stack.id) == one.body, told
    described = stage.cloud.call("dynamodb", "describe_table", {"TableName": stage.name})["Table"]
    assert described["DeletionProtectionEnabled"] is True, told
    third = stage.gen("deploy", "--plan")
    assert (third.code, "no change" in third.words) == (0, True), third.words
