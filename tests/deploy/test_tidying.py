"""No change set of ours waits on a stack that is done, unless it is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.deploy import changesets, run
from generator.deploy.cloud import ChangeSet
from generator.deploy.outcome import Deployed, NoChange
from generator.deploy.template import Template
from generator.errors import DeployError

from .fakes import FakeCloud
from .support import QUEUE, TOPIC, body, committed, console, job, printed

NAME = "dev-us-west-2-items"


class Keeping(FakeCloud):
    """An execution leaves other change sets, as the embedded AWS does, and its own one."""

    def execute_change_set(self, identifier: str, *, token: str) -> None:
        before = dict(self.sets)
        super().execute_change_set(identifier, token=token)
        executed, request = before[identifier]
        self.sets = {**before, identifier: (replace(executed, execution_status="EXECUTE_COMPLETE"), request)}


@pytest.fixture
def cloud() -> Keeping:
    return Keeping()


@pytest.fixture
def simple(tmp_path: Path) -> Template:
    return committed(tmp_path, body({"Queue": QUEUE, "Topic": TOPIC}))


def killed(cloud: FakeCloud, one: Template) -> ChangeSet:
    """What a run leaves that is killed before it executes its change set."""
    here = job(cloud, one)
    kind = "UPDATE" if cloud.by_name(NAME) else "CREATE"
    wanted = changesets.request(here, kind, one.content, previous={}, alarms=(), minutes=0)  # type: ignore[arg-type]
    return changesets.create(here, wanted)


def waiting(cloud: FakeCloud) -> list[str]:
    return [
        found.name for found, _ in cloud.sets.values() if not found.execution_status.startswith("EXECUTE")
    ]


def test_what_a_killed_creation_left_is_gone_after_the_next_run(cloud: Keeping, simple: Template) -> None:
    left = killed(cloud, simple)
    assert waiting(cloud) == [left.name]
    out = console()
    assert isinstance(run.deploy(job(cloud, simple, out=out)), Deployed)
    assert waiting(cloud) == []
    assert len([stack for stack in cloud.stacks if stack.name == NAME]) == 1
    assert "waits" not in printed(out)


def test_what_a_killed_update_left_is_gone_after_the_next_run(
    cloud: Keeping, simple: Template, tmp_path: Path
) -> None:
    run.deploy(job(cloud, simple))
    killed(cloud, committed(tmp_path, body({"Queue": QUEUE})))
    changed = committed(tmp_path, body({"Queue": QUEUE, "Topic": TOPIC, "Other": TOPIC}))
    assert isinstance(run.deploy(job(cloud, changed)), Deployed)
    assert waiting(cloud) == []


def test_somebody_elses_change_set_is_left_alone(cloud: Keeping, simple: Template) -> None:
    left = killed(cloud, simple)
    found, request = cloud.sets[left.id]
    cloud.sets[left.id] = replace(found, name="by-hand"), request
    out = console()
    assert isinstance(run.deploy(job(cloud, simple, out=out)), Deployed)
    assert waiting(cloud) == ["by-hand"]
    assert "by-hand" not in printed(out)


def test_a_change_set_of_a_later_run_is_named_with_the_way_to_delete_it(
    cloud: Keeping, simple: Template
) -> None:
    left = killed(cloud, simple)
    found, request = cloud.sets[left.id]
    cloud.sets[left.id] = replace(found, created="2026-01-02T00:00:00+00:00"), request
    out = console()
    assert isinstance(run.deploy(job(cloud, simple, out=out)), Deployed)
    assert waiting(cloud) == [left.name]
    assert f"change set {left.name} of {NAME} waits, from another run" in printed(out)
    assert f"delete-change-set --change-set-name {left.id}" in printed(out)


def test_a_change_set_that_waits_on_a_stack_without_changes_is_named(
    cloud: Keeping, simple: Template, tmp_path: Path
) -> None:
    run.deploy(job(cloud, simple))
    left = killed(cloud, committed(tmp_path, body({"Queue": QUEUE})))
    out = console()
    assert isinstance(run.deploy(job(cloud, simple, out=out)), NoChange)
    assert f"change set {left.name} of {NAME} waits" in printed(out)
    assert waiting(cloud) == [left.name]


def test_a_deployment_that_may_not_list_change_sets_is_done_all_the_same(
    cloud: Keeping, simple: Template
) -> None:
    cloud.fail("change_sets", DeployError("access denied"))
    out = console()
    assert isinstance(run.deploy(job(cloud, simple, out=out)), Deployed)
    assert f"whether change sets wait on {NAME} is not known (access denied)" in printed(out)
