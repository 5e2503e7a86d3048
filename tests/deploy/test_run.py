"""The loop over one stack, against a CloudFormation that refuses what AWS refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.deploy import run
from generator.deploy.cloud import Validation
from generator.deploy.outcome import Deployed, NeedsPerson, NoChange, RolledBack
from generator.deploy.template import Template
from generator.errors import DeployError

from .fakes import FakeCloud
from .support import QUEUE, TOPIC, body, committed, console, job, printed

NAME = "dev-us-west-2-items"


FAILED_CREATION = (
    ("CREATE_IN_PROGRESS", ()),
    ("", (("Topic", "CREATE_IN_PROGRESS", ""), ("Queue", "CREATE_IN_PROGRESS", ""))),
    ("", (("Queue", "CREATE_FAILED", "Invalid value for the parameter VisibilityTimeout"),)),
    ("ROLLBACK_IN_PROGRESS", (("Topic", "CREATE_FAILED", "Resource creation cancelled"),)),
    ("", (("Topic", "DELETE_COMPLETE", ""), ("Queue", "DELETE_COMPLETE", ""))),
    ("ROLLBACK_COMPLETE", ()),
)


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud()


@pytest.fixture
def simple(tmp_path: Path) -> Template:
    return committed(tmp_path, body({"Queue": QUEUE, "Topic": TOPIC}))


def test_a_stack_that_is_not_there_is_created(cloud: FakeCloud, simple: Template) -> None:
    outcome = run.deploy(job(cloud, simple))
    assert outcome == Deployed("us-west-2/items", "CREATE_COMPLETE", {})
    (request,) = cloud.requests
    assert request.name == f"gen-{simple.sha256[:12]}-1"
    assert request.body.encode() == simple.content
    assert cloud.sets == {}


def test_a_failed_creation_says_why_and_what_is_left(cloud: FakeCloud, simple: Template) -> None:
    cloud.script(*FAILED_CREATION[:4], ("", (("Topic", "DELETE_SKIPPED", ""),)), ("ROLLBACK_COMPLETE", ()))
    outcome = run.deploy(job(cloud, simple))
    assert isinstance(outcome, RolledBack)
    assert outcome.cause is not None
    assert outcome.cause.logical_id == "Queue"
    assert outcome.cause.reason == "Invalid value for the parameter VisibilityTimeout"
    assert outcome.left == ("Topic (physical-Topic): kept, and in no stack any more",)
    assert "gen deploy --env dev --region us-west-2 --stack items" in outcome.fix


def test_deploy_deletes_a_stack_left_in_rollback_complete(cloud: FakeCloud, simple: Template) -> None:
    cloud.script(*FAILED_CREATION)
    run.deploy(job(cloud, simple))
    first = cloud.get(NAME)
    out = console()
    assert run.deploy(job(cloud, simple, out=out)) == Deployed("us-west-2/items", "CREATE_COMPLETE", {})
    assert first.status == "DELETE_COMPLETE"
    assert cloud.get(NAME).id != first.id
    assert "it still holds: nothing" in printed(out)


def test_an_update_that_fails_names_the_first_failure(
    cloud: FakeCloud, tmp_path: Path, simple: Template
) -> None:
    run.deploy(job(cloud, simple))
    changed = committed(
        tmp_path, body({"Queue": {**QUEUE, "Properties": {"VisibilityTimeout": 0}}, "Topic": TOPIC})
    )
    cloud.script(
        ("UPDATE_IN_PROGRESS", ()),
        ("", (("Topic", "UPDATE_FAILED", "Resource update cancelled"), ("Queue", "UPDATE_FAILED", "no"))),
        ("UPDATE_ROLLBACK_IN_PROGRESS", ()),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", ()),
        ("UPDATE_ROLLBACK_COMPLETE", ()),
    )
    outcome = run.deploy(job(cloud, changed))
    assert isinstance(outcome, RolledBack)
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert outcome.cause is not None
    assert (outcome.cause.logical_id, outcome.cause.reason) == ("Queue", "no")
    assert run.deploy(job(cloud, changed)) == Deployed("us-west-2/items", "UPDATE_COMPLETE", {})


def test_rollback_alarms_are_armed_on_updates_and_only_those_that_exist(
    cloud: FakeCloud, tmp_path: Path
) -> None:
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {}}
    watched: dict[str, Any] = {"RollbackAlarms": ["First", "Second"], "MonitoringMinutes": 7}
    resources = {"First": alarm, "Second": alarm, "Topic": TOPIC}
    run.deploy(job(cloud, committed(tmp_path, body(resources, **watched))))
    assert cloud.requests[0].alarms == ()
    cloud.existing_alarms["physical-First"] = "arn:alarm:first"
    out = console()
    changed = committed(tmp_path, body({**resources, "Queue": QUEUE}, **watched))
    assert isinstance(run.deploy(job(cloud, changed, out=out)), Deployed)
    assert [alarm.arn for alarm in cloud.requests[1].alarms] == ["arn:alarm:first"]
    assert cloud.requests[1].monitoring_minutes == 7
    assert "do not exist yet: Second" in printed(out)


def test_a_failed_validation_names_the_resource_and_leaves_nothing(
    cloud: FakeCloud, simple: Template
) -> None:
    cloud.invalid = (Validation("Queue", "NAME_CONFLICT_VALIDATION", "already taken", "/Resources/Queue"),)
    outcome = run.deploy(job(cloud, simple))
    assert isinstance(outcome, RolledBack)
    assert outcome.cause is not None
    assert (outcome.cause.logical_id, outcome.cause.reason) == ("Queue", "/Resources/Queue: already taken")
    assert cloud.by_name(NAME) is None
    assert cloud.sets == {}


@pytest.mark.parametrize(
    "status",
    ["CREATE_FAILED", "ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED", "DELETE_FAILED", "IMPORT_ROLLBACK_FAILED"],
)
def test_a_state_for_a_person_says_what_stands_in_the_way(
    cloud: FakeCloud, simple: Template, status: str
) -> None:
    stack = cloud.put(NAME, "CREATE_COMPLETE", simple.body)
    cloud.begin(stack, ("UPDATE_IN_PROGRESS", ()), (status, (("Queue", "DELETE_FAILED", "it is in use"),)))
    cloud.tick()
    outcome = run.deploy(job(cloud, simple))
    assert isinstance(outcome, NeedsPerson)
    assert outcome.status == status
    assert outcome.cause is not None
    assert outcome.cause.reason == "it is in use"
    assert outcome.left == ("Queue (physical-Queue): it is in use",)
    assert "{" not in outcome.fix


def test_an_update_that_failed_without_rollback_is_rolled_back_and_updated(
    cloud: FakeCloud, simple: Template
) -> None:
    cloud.put(NAME, "UPDATE_FAILED", body({"Topic": TOPIC}))
    assert run.deploy(job(cloud, simple)) == Deployed("us-west-2/items", "UPDATE_COMPLETE", {})
    assert "rollback_stack" in cloud.calls


def test_a_rollback_that_fails_needs_a_person(cloud: FakeCloud, tmp_path: Path, simple: Template) -> None:
    run.deploy(job(cloud, simple))
    changed = committed(tmp_path, body({"Queue": QUEUE}))
    cloud.script(
        ("UPDATE_IN_PROGRESS", ()),
        ("UPDATE_ROLLBACK_IN_PROGRESS", ()),
        ("UPDATE_ROLLBACK_FAILED", (("Topic", "UPDATE_FAILED", "gone"),)),
    )
    outcome = run.deploy(job(cloud, changed))
    assert isinstance(outcome, NeedsPerson)
    assert "gen rollback items --env dev --region us-west-2 --continue" in outcome.fix
    assert outcome.left == ("Topic  AWS::Test::Resource  physical-Topic: gone",)


def test_a_large_template_goes_through_the_artifact_bucket(cloud: FakeCloud, tmp_path: Path) -> None:
    resources = {f"Topic{number}": {**TOPIC, "Metadata": "x" * 1000} for number in range(60)}
    one = committed(tmp_path, body(resources))
    with pytest.raises(DeployError, match="too many for a request"):
        run.deploy(job(cloud, one))
    assert isinstance(run.deploy(job(cloud, one, bucket="artifacts")), Deployed)
    assert cloud.objects == {("artifacts", f"templates/{one.sha256}.json"): one.content}
    assert isinstance(run.deploy(job(cloud, one, bucket="artifacts")), NoChange)
    assert cloud.calls.count("upload") == 1


def test_only_the_capabilities_that_are_needed_are_acknowledged(cloud: FakeCloud, tmp_path: Path) -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r"}}
    run.deploy(job(cloud, committed(tmp_path, body({"Role": role}))))
    assert cloud.requests[0].capabilities == ("CAPABILITY_NAMED_IAM",)


def test_a_deploy_that_somebody_overwrote_is_not_called_done(cloud: FakeCloud, simple: Template) -> None:
    theirs = body({"Other": TOPIC})

    def overwrite() -> None:
        stack = cloud.by_name(NAME)
        if stack and stack.status == "CREATE_COMPLETE":
            stack.body = theirs

    cloud.clock.on_tick.append(overwrite)
    with pytest.raises(DeployError, match="not what was sent"):
        run.deploy(job(cloud, simple))


def test_a_caller_that_may_not_read_validations_still_learns_that_it_failed(
    cloud: FakeCloud, simple: Template
) -> None:
    cloud.invalid = (Validation("Queue", "PROPERTY_VALIDATION", "wrong"),)
    cloud.fail("validations", DeployError("access denied: cloudformation:DescribeEvents"))
    outcome = run.deploy(job(cloud, simple))
    assert isinstance(outcome, RolledBack)
    assert outcome.cause is not None
    assert outcome.cause.reason == "The change set has 1 failed validation"


def test_the_command_that_comes_back_leaves_out_the_checks_that_this_one_left_out(tmp_path: Path) -> None:
    cloud = FakeCloud()
    cloud.put("dev-us-west-2-items", "CREATE_FAILED", body({"Topic": TOPIC}))
    work = replace(
        job(cloud, committed(tmp_path, body({"Topic": TOPIC}))), where=" --local", checks=" --no-lint"
    )
    assert work.again.endswith("--stack items --local --no-lint")
    outcome = run.deploy(work)
    assert isinstance(outcome, NeedsPerson)
    assert "--stack items --local --no-lint --recreate" in outcome.fix
    # What is followed is not checked.
    assert "--no-lint" not in work.come_back
