"""kill -9 between a change set and its execution, then a plain second run."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from generator.deploy.aws import AwsCloud
from tests.support import ROOT, clean_environment

from .proxy import Call, Forward, Rule, proxied
from .test_matrix import ENVIRONMENT
from .worker import Worker

pytestmark = pytest.mark.e2e
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
WITHIN_S = 30


@pytest.fixture
def worker(cloud: AwsCloud, tmp_path: Path) -> Worker:
    return Worker(tmp_path, cloud)


def killed_at(worker: Worker, call: str) -> None:
    """Kill `gen deploy` while ``call`` is on its way, which it never reaches the engine."""
    reached, over = threading.Event(), threading.Event()

    def hang(_call: Call, _forward: Forward) -> None:
        reached.set()
        over.wait(WITHIN_S)

    folder = worker.life.folder
    (folder / "dev.yml").write_text(ENVIRONMENT, encoding="utf-8")
    with proxied(worker.engine, Rule(call, hang)) as through:
        options = ("--endpoint-url", through.url, "--no-render-check", "--no-lint", "--yes")
        process = subprocess.Popen(
            [sys.executable, ROOT / "cli.py", "deploy", "--config", folder, "--out", folder, *options],
            cwd=ROOT,
            env={**clean_environment(), **CREDENTIALS},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            assert reached.wait(WITHIN_S)
        finally:
            process.kill()
            words, _ = process.communicate(timeout=WITHIN_S)
            over.set()
    assert b"Traceback" not in words


@pytest.mark.parametrize("call", ["cloudformation:DescribeChangeSet", "cloudformation:ExecuteChangeSet"])
def test_a_creation_that_was_killed_before_its_execution_is_finished(worker: Worker, call: str) -> None:
    worker.life.commit_small()
    killed_at(worker, call)
    assert len(worker.change_sets()) == 1
    ran = worker.life.deploy()
    assert ran.code == 0, ran.words
    assert worker.change_sets() == []
    assert len(worker.inventory()["stacks"]) == 1
    assert worker.life.deploy().code == 0


def test_an_update_that_was_killed_before_its_execution_is_finished(worker: Worker) -> None:
    worker.life.commit_small("Topic")
    assert worker.life.deploy().code == 0
    worker.life.commit_small("Topic", "Other")
    killed_at(worker, "cloudformation:ExecuteChangeSet")
    assert len(worker.change_sets()) == 1
    # Meanwhile the template has gone on, so the change set that was left has another name than the next one.
    worker.life.commit_small("Topic", "Another")
    ran = worker.life.deploy()
    assert ran.code == 0, ran.words
    assert worker.change_sets() == []


def test_a_change_set_that_a_killed_run_left_on_a_stack_without_changes_is_named(worker: Worker) -> None:
    worker.life.commit_small("Topic")
    assert worker.life.deploy().code == 0
    worker.life.commit_small("Topic", "Other")
    killed_at(worker, "cloudformation:ExecuteChangeSet")
    (left,) = worker.change_sets()
    worker.life.commit_small("Topic")
    ran = worker.life.deploy()
    assert ran.code == 0, ran.words
    assert f"change set {left} of {worker.life.stack} waits" in ran.words
    assert "aws cloudformation delete-change-set --change-set-name arn:" in ran.words
