"""Each exit code of docs/deploying.md, reached by `gen` as a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.deploy.aws import AwsCloud
from tests.support import copy_of_project, gen_process

from .stage import Stage, interrupt

pytestmark = pytest.mark.e2e
SMALL = {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {}}}
TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    },
}


def test_0_is_done_and_no_change_and_a_plan(stage: Stage) -> None:
    stage.commit(SMALL)
    for words, arguments in (
        ("planned: 1 changes", ["deploy", "--plan"]),
        ("deployed (CREATE_COMPLETE)", ["deploy"]),
        ("no change", ["deploy"]),
        ("deleted", ["delete"]),
    ):
        run = stage.gen(*arguments)
        assert (run.code, words in run.out) == (0, True), run.words


def test_1_is_a_bug_of_ours(tmp_path: Path) -> None:
    root = copy_of_project(tmp_path)
    broken = root / "generator" / "deploy" / "environment.py"
    broken.write_text(broken.read_text(encoding="utf-8") + "\n1 / 0\n", encoding="utf-8")
    run = gen_process("status", root=root)
    assert (run.code, "Traceback" in run.err, "ZeroDivisionError" in run.err) == (1, True, True), run.words


def test_2_is_a_wrong_name_option_or_resource(stage: Stage) -> None:
    stage.commit(SMALL)
    for arguments in (
        ["deploy", "--stack", "itmes"],
        ["rollback", "items"],
        ["rollback", "items", "--skip", "A"],
    ):
        run = stage.gen(*arguments)
        assert (run.code, "Traceback" in run.words, "fix: " in run.words or "next: " in run.words) == (
            2,
            False,
            True,
        ), run.words


def test_3_is_a_template_that_its_service_does_not_render_now(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert gen_process("--out", str(out), "render", "--no-lint").code == 0
    path = out / "dev" / "us-west-2" / "bootstrap.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, "Description": "edited by hand"}), encoding="utf-8")
    run = gen_process(
        "--out", str(out), "deploy", "--region", "us-west-2", "--endpoint-url", "http://127.0.0.1:1"
    )
    assert (run.code, "Traceback" in run.words) == (3, False), run.words


def test_4_is_a_no_and_data_that_would_be_lost(stage: Stage, embedded: AwsCloud, tmp_path: Path) -> None:
    stage.commit({**SMALL, "Table": TABLE})
    assert stage.gen("deploy").code == 0
    stage.commit(SMALL)
    run = stage.gen("deploy")
    assert (run.code, "--allow-replace Table" in run.words) == (4, True), run.words
    prod = Stage(tmp_path / "production", stage.url, embedded, "prod")
    prod.folder.mkdir()
    prod.write_environment()
    prod.commit(SMALL)
    run = prod.gen("deploy")
    assert (run.code, prod.status()) == (4, None), run.words
    assert prod.gen("deploy", "--yes").code == 0
    stack = prod.stack()
    assert stack is not None
    assert stack.termination_protection
    run = prod.gen("delete", "--yes")
    assert (run.code, "named with --stack" in run.words) == (4, True), run.words
    assert prod.gen("delete", "--yes", "--stack", "items").code == 0
    assert prod.status() is None


def test_5_is_a_failure_that_was_rolled_back(stage: Stage) -> None:
    stage.commit(stage.things(Thing="1"))
    stage.order("Create-Thing-1", "fail")
    run = stage.gen("deploy", "--json")
    assert (run.code, stage.status()) == (5, "ROLLBACK_COMPLETE"), run.words
    records = [json.loads(line) for line in run.out.splitlines()]
    (ended,) = [record for record in records if record["type"] == "outcome"]
    assert (ended["outcome"], ended["cause"]["logical_id"]) == ("RolledBack", "Thing")


def test_6_is_for_a_person(stage: Stage) -> None:
    stage.commit(stage.things(First="1", Second="1"))
    stage.order("Create-Second-1", "fail")
    stage.order("Delete-First-1", "fail")
    run = stage.gen("deploy")
    assert (run.code, stage.status()) == (6, "ROLLBACK_FAILED"), run.words
    assert "--recreate" in run.words


def test_7_is_an_operation_that_goes_on_without_us(stage: Stage) -> None:
    stage.commit(stage.things(Thing="1"))
    stage.order("Create-Thing-1", "hold")
    process = stage.start("deploy")
    stage.wait_for(lambda: stage.seen("Create-Thing-1"))
    code, words = interrupt(process)
    assert (code, "Traceback" in words) == (7, False), words
    assert stage.status() == "CREATE_IN_PROGRESS"
    stage.release("Create-Thing-1")
    stage.settle()
    assert stage.status() == "CREATE_COMPLETE"
