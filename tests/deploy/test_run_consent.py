"""Consent, plans and protection: what a deployment does not do without a word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.deploy import changesets, review, run
from generator.deploy.cloud import ExpiredError
from generator.deploy.outcome import Deployed, NoChange, Planned, Skipped
from generator.deploy.template import Template
from generator.errors import RefusedError, StillRunningError

from .fakes import FakeCloud
from .support import QUEUE, TABLE, TOPIC, Person, body, committed, console, job, printed

NAME = "dev-us-west-2-items"


PRODUCTION: dict[str, Any] = {"Production": True}


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud()


@pytest.fixture
def simple(tmp_path: Path) -> Template:
    return committed(tmp_path, body({"Queue": QUEUE, "Topic": TOPIC}))


def protected(tmp_path: Path, **changes: Any) -> Template:
    changes = {"ProtectLast": {"Table": "DeletionProtectionEnabled"}, **changes}
    return committed(tmp_path, body({"Table": TABLE, "Topic": TOPIC}, **changes))


def test_a_creation_sends_protection_off_and_ends_with_the_committed_bytes(
    cloud: FakeCloud, tmp_path: Path
) -> None:
    one, out = protected(tmp_path), console()
    outcome = run.deploy(job(cloud, one, out=out))
    assert outcome == Deployed("us-west-2/items", "UPDATE_COMPLETE", {})
    create, update = cloud.requests
    expected = json.loads(one.content)
    expected["Resources"]["Table"]["Properties"]["DeletionProtectionEnabled"] = False
    assert json.loads(create.body) == expected
    assert update.body.encode() == one.content
    assert "Table.DeletionProtectionEnabled off" in printed(out)


def test_a_creation_that_was_interrupted_before_its_protection_is_finished_by_the_next_deploy(
    cloud: FakeCloud, tmp_path: Path
) -> None:
    one = protected(tmp_path)
    cloud.fail("events", ExpiredError("the AWS credentials have expired", "sign in again"))
    with pytest.raises(StillRunningError) as caught:
        run.deploy(job(cloud, one))
    assert "goes on in CloudFormation" in caught.value.message
    assert "gen deploy --attach --env dev --region us-west-2 --stack items" in caught.value.fix
    for _ in range(5):
        cloud.tick()
    assert run.deploy(job(cloud, one)) == Deployed("us-west-2/items", "UPDATE_COMPLETE", {})
    assert cloud.get(NAME).body == one.body


def test_production_is_asked_before_the_shell_of_a_failed_creation_goes(
    cloud: FakeCloud, tmp_path: Path
) -> None:
    one = committed(tmp_path, body({"Queue": QUEUE}, **PRODUCTION))
    cloud.put(NAME, "ROLLBACK_COMPLETE", one.body)
    with pytest.raises(RefusedError):
        run.deploy(job(cloud, one, person=Person(says_yes=False)))
    assert cloud.get(NAME).status == "ROLLBACK_COMPLETE"


def test_no_in_production_cleans_up_the_change_set_and_the_shell(cloud: FakeCloud, tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Queue": QUEUE}, **PRODUCTION))
    person = Person(says_yes=False)
    with pytest.raises(RefusedError):
        run.deploy(job(cloud, one, person=person))
    assert len(person.questions) == 1
    assert cloud.sets == {}
    assert cloud.by_name(NAME) is None


def test_no_leaves_the_shell_while_somebody_else_looks_at_it(cloud: FakeCloud, tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Queue": QUEUE}, **PRODUCTION))
    theirs = changesets.request(job(cloud, one), "CREATE", one.content, previous={}, alarms=(), minutes=0)
    changesets.first_free(job(cloud, one), theirs)
    with pytest.raises(RefusedError):
        run.deploy(job(cloud, one, person=Person(says_yes=False)))
    assert len(cloud.sets) == 1
    assert cloud.get(NAME).status == "REVIEW_IN_PROGRESS"


def test_a_plan_shows_and_removes(cloud: FakeCloud, simple: Template) -> None:
    out = console()
    outcome = run.deploy(job(cloud, simple, plan_only=True, out=out))
    assert isinstance(outcome, Planned)
    assert [change.logical_id for change in outcome.changes] == ["Queue", "Topic"]
    assert "+ Queue  AWS::SQS::Queue" in printed(out)
    assert cloud.sets == {}
    assert cloud.by_name(NAME) is None
    assert "execute_change_set" not in cloud.calls


def test_a_plan_does_not_clear_up_a_failed_creation(cloud: FakeCloud, simple: Template) -> None:
    cloud.put(NAME, "ROLLBACK_COMPLETE", simple.body)
    assert isinstance(run.deploy(job(cloud, simple, plan_only=True)), Skipped)
    assert cloud.get(NAME).status == "ROLLBACK_COMPLETE"


@pytest.mark.parametrize("replacement", ["True", "Conditional"])
def test_data_is_not_replaced_without_its_name(cloud: FakeCloud, tmp_path: Path, replacement: str) -> None:
    run.deploy(job(cloud, committed(tmp_path, body({"Table": TABLE}))))
    changed = committed(tmp_path, body({"Table": {**TABLE, "Properties": {"TableName": "other"}}}))
    cloud.replacements["Table"] = replacement
    with pytest.raises(RefusedError) as caught:
        run.deploy(job(cloud, changed, allow_replace=frozenset({"Queue"})))
    assert "--allow-replace Table" in caught.value.fix
    assert cloud.sets == {}
    assert isinstance(run.deploy(job(cloud, changed, allow_replace=frozenset({"Table"}))), Deployed)


def test_data_is_not_removed_without_its_name_but_the_rest_is(cloud: FakeCloud, tmp_path: Path) -> None:
    run.deploy(job(cloud, committed(tmp_path, body({"Table": TABLE, "Topic": TOPIC, "Other": TOPIC}))))
    without_topic = committed(tmp_path, body({"Table": TABLE, "Other": TOPIC}))
    assert isinstance(run.deploy(job(cloud, without_topic)), Deployed)
    with pytest.raises(RefusedError):
        run.deploy(job(cloud, committed(tmp_path, body({"Other": TOPIC}))))


def test_a_production_stack_is_protected_and_its_policy_yields_to_what_a_person_named(
    cloud: FakeCloud, tmp_path: Path
) -> None:
    one = committed(tmp_path, body({"Table": TABLE, "Topic": TOPIC}, **PRODUCTION))
    run.deploy(job(cloud, one))
    stack = cloud.get(NAME)
    assert stack.protected
    assert review.same_policy(stack.policy, review.stack_policy(()))
    in_force: list[str] = []
    cloud.clock.on_tick.append(lambda: in_force.append(stack.policy))
    changed = committed(tmp_path, body({"Topic": TOPIC}, **PRODUCTION))
    assert isinstance(run.deploy(job(cloud, changed, allow_replace=frozenset({"Table"}))), Deployed)
    assert in_force[-1] == review.stack_policy(("Table",))
    assert review.same_policy(stack.policy, review.stack_policy(()))


def test_protection_that_somebody_lifted_is_back_after_a_deploy_without_changes(
    cloud: FakeCloud, tmp_path: Path
) -> None:
    one = committed(tmp_path, body({"Table": TABLE}, **PRODUCTION))
    run.deploy(job(cloud, one))
    cloud.get(NAME).protected, cloud.get(NAME).policy = False, ""
    assert isinstance(run.deploy(job(cloud, one)), NoChange)
    assert cloud.get(NAME).protected
    assert cloud.get(NAME).policy


def test_outside_production_nobody_is_asked_and_nothing_is_protected(
    cloud: FakeCloud, simple: Template
) -> None:
    person = Person(says_yes=False)
    assert isinstance(run.deploy(job(cloud, simple, person=person)), Deployed)
    assert person.questions == []
    assert not cloud.get(NAME).protected


def test_production_is_asked_once_although_a_creation_takes_two_change_sets(
    cloud: FakeCloud, tmp_path: Path
) -> None:
    person = Person()
    one = protected(tmp_path, **PRODUCTION)
    assert isinstance(run.deploy(job(cloud, one, person=person)), Deployed)
    assert len(cloud.requests) == 2
    assert len(person.questions) == 1


def test_what_is_protected_already_is_left_alone(cloud: FakeCloud, tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Table": TABLE}, **PRODUCTION))
    run.deploy(job(cloud, one))
    run.deploy(job(cloud, one))
    assert cloud.calls.count("protect") == 1
    assert cloud.calls.count("set_stack_policy") == 1
