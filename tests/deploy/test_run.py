"""The loop over one stack, against a CloudFormation that refuses what AWS refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.deploy import changesets, review, run
from generator.deploy.cloud import ExpiredError, Stack, StackMovedError, UnreachableError, Validation
from generator.deploy.outcome import Deployed, NeedsPerson, NoChange, Planned, RolledBack, Skipped
from generator.deploy.template import Template
from generator.errors import DeployError, RefusedError, StillRunningError

from .fakes import FakeCloud
from .support import QUEUE, TABLE, TOPIC, Person, body, committed, console, job, printed

NAME = "dev-us-west-2-items"
PRODUCTION: dict[str, Any] = {"Production": True}
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


def protected(tmp_path: Path, **changes: Any) -> Template:
    changes = {"ProtectLast": {"Table": "DeletionProtectionEnabled"}, **changes}
    return committed(tmp_path, body({"Table": TABLE, "Topic": TOPIC}, **changes))


def test_a_stack_that_is_not_there_is_created(cloud: FakeCloud, simple: Template) -> None:
    outcome = run.deploy(job(cloud, simple))
    assert outcome == Deployed("us-west-2/items", "CREATE_COMPLETE", {})
    (request,) = cloud.requests
    assert request.name == f"gen-{simple.sha256[:12]}-1"
    assert request.body.encode() == simple.content
    assert cloud.sets == {}


def test_a_second_deploy_changes_nothing_and_leaves_no_change_set(cloud: FakeCloud, simple: Template) -> None:
    run.deploy(job(cloud, simple))
    assert run.deploy(job(cloud, simple)) == NoChange("us-west-2/items", {})
    assert cloud.sets == {}
    assert cloud.calls.count("execute_change_set") == 1


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


def test_production_is_asked_before_the_shell_of_a_failed_creation_goes(
    cloud: FakeCloud, tmp_path: Path
) -> None:
    one = committed(tmp_path, body({"Queue": QUEUE}, **PRODUCTION))
    cloud.put(NAME, "ROLLBACK_COMPLETE", one.body)
    with pytest.raises(RefusedError):
        run.deploy(job(cloud, one, person=Person(says_yes=False)))
    assert cloud.get(NAME).status == "ROLLBACK_COMPLETE"


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


def test_each_event_is_told_once(cloud: FakeCloud, simple: Template) -> None:
    out = console(json_lines=True)
    run.deploy(job(cloud, simple, out=out))
    records = [json.loads(line) for line in out.results.getvalue().splitlines()]  # type: ignore[attr-defined]
    told = [(record["logical_id"], record["status"]) for record in records if record["type"] == "event"]
    assert told == [
        (NAME, "CREATE_IN_PROGRESS"),
        ("Queue", "CREATE_COMPLETE"),
        ("Topic", "CREATE_COMPLETE"),
        (NAME, "CREATE_COMPLETE"),
    ]


def test_deploy_follows_a_running_operation_and_then_decides_again(
    cloud: FakeCloud, simple: Template
) -> None:
    stack = cloud.put(NAME, "CREATE_COMPLETE", body({"Topic": TOPIC}))
    cloud.begin(
        stack,
        ("UPDATE_IN_PROGRESS", ()),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ()),
        ("UPDATE_COMPLETE", ()),
    )
    assert run.deploy(job(cloud, simple)) == Deployed("us-west-2/items", "UPDATE_COMPLETE", {})
    assert stack.body == simple.body


def test_deploy_follows_a_deletion_and_then_creates(cloud: FakeCloud, simple: Template) -> None:
    stack = cloud.put(NAME, "CREATE_COMPLETE", simple.body)
    cloud.begin(stack, ("DELETE_IN_PROGRESS", ()), ("DELETE_COMPLETE", ()))
    assert run.deploy(job(cloud, simple)) == Deployed("us-west-2/items", "CREATE_COMPLETE", {})


def test_a_stack_that_moves_under_us_is_read_again_three_times_at_most(
    cloud: FakeCloud, simple: Template
) -> None:
    moved = StackMovedError("somebody was faster")
    cloud.fail("create_change_set", moved, moved)
    assert isinstance(run.deploy(job(cloud, simple)), Deployed)
    cloud.fail("create_change_set", moved, moved, moved)
    with pytest.raises(StackMovedError):
        run.deploy(job(cloud, simple))


def test_an_obsolete_change_set_is_deleted_and_made_again(
    cloud: FakeCloud, tmp_path: Path, simple: Template
) -> None:
    run.deploy(job(cloud, simple))
    changed = committed(tmp_path, body({"Queue": QUEUE}))
    cloud.fail("execute_change_set", StackMovedError("InvalidChangeSetStatus: OBSOLETE"))
    assert isinstance(run.deploy(job(cloud, changed)), Deployed)
    assert cloud.calls.count("delete_change_set") == 1
    assert [request.name[-2:] for request in cloud.requests] == ["-1", "-1", "-1"]
    assert not cloud.sets


def test_two_deploys_at_once_do_not_share_a_change_set(
    cloud: FakeCloud, tmp_path: Path, simple: Template
) -> None:
    run.deploy(job(cloud, simple))
    changed = committed(tmp_path, body({"Queue": QUEUE}))
    other = changesets.request(
        job(cloud, changed), "UPDATE", changed.content, previous={}, alarms=(), minutes=0
    )
    changesets.first_free(job(cloud, changed), other)
    assert isinstance(run.deploy(job(cloud, changed)), Deployed)
    assert cloud.requests[-1].name.endswith("-2")


def test_the_wait_has_an_end_and_says_how_to_come_back(cloud: FakeCloud, simple: Template) -> None:
    cloud.script(*[("CREATE_IN_PROGRESS", ())] * 200)
    with pytest.raises(StillRunningError) as caught:
        run.deploy(job(cloud, simple, timeout_minutes=1))
    assert "gen cancel items --env dev" in caught.value.fix
    assert cloud.clock.now() <= 62


def test_a_lost_network_is_waited_for(cloud: FakeCloud, simple: Template) -> None:
    cloud.fail("events", *[UnreachableError("no answer")] * 5)
    cloud.fail("change_set", UnreachableError("no answer"))
    assert isinstance(run.deploy(job(cloud, simple)), Deployed)


def test_an_interrupt_while_cloudformation_works_detaches(cloud: FakeCloud, simple: Template) -> None:
    cloud.fail("events", KeyboardInterrupt())
    with pytest.raises(StillRunningError) as caught:
        run.deploy(job(cloud, simple))
    assert caught.value.message.startswith("detached")
    cloud.tick()
    assert cloud.get(NAME).status == "CREATE_IN_PROGRESS"


def test_an_interrupt_before_execution_leaves_nothing_behind(cloud: FakeCloud, simple: Template) -> None:
    cloud.fail("change_set", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        run.deploy(job(cloud, simple))
    assert cloud.sets == {}
    assert cloud.by_name(NAME) is None


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


def test_a_shell_is_used_again_and_its_failed_change_sets_go(cloud: FakeCloud, simple: Template) -> None:
    cloud.invalid = (Validation("Queue", "PROPERTY_VALIDATION", "wrong"),)
    wanted = changesets.request(
        job(cloud, simple), "CREATE", simple.content, previous={}, alarms=(), minutes=0
    )
    changesets.first_free(job(cloud, simple), wanted)
    cloud.tick()
    cloud.invalid = ()
    shell = cloud.get(NAME)
    assert isinstance(run.deploy(job(cloud, simple)), Deployed)
    assert cloud.get(NAME).id == shell.id
    assert cloud.requests[-1].name.endswith("-1")


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


def test_of_two_deploys_at_once_one_wins_and_the_other_follows_it(
    cloud: FakeCloud, tmp_path: Path, simple: Template
) -> None:
    run.deploy(job(cloud, simple))
    stack = cloud.get(NAME)
    changed = committed(tmp_path, body({"Queue": QUEUE}))

    def theirs() -> None:
        if "execute_change_set" in cloud.calls[started:] and not stack.running and stack.body != changed.body:
            stack.body = changed.body
            cloud.begin(stack, ("UPDATE_IN_PROGRESS", ()), ("UPDATE_COMPLETE", ()))

    started = len(cloud.calls)
    cloud.fail("execute_change_set", StackMovedError("InvalidChangeSetStatus: OBSOLETE"))
    cloud.clock.on_tick.append(theirs)
    out = console()
    assert run.deploy(job(cloud, changed, out=out)) == NoChange("us-west-2/items", {})
    assert "looking again" in printed(out)
    assert "UPDATE_IN_PROGRESS: somebody's operation is running; following it" in printed(out)


def test_a_caller_that_may_not_read_validations_still_learns_that_it_failed(
    cloud: FakeCloud, simple: Template
) -> None:
    cloud.invalid = (Validation("Queue", "PROPERTY_VALIDATION", "wrong"),)
    cloud.fail("validations", DeployError("access denied: cloudformation:DescribeEvents"))
    outcome = run.deploy(job(cloud, simple))
    assert isinstance(outcome, RolledBack)
    assert outcome.cause is not None
    assert outcome.cause.reason == "The change set has 1 failed validation"


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


class Lagging(FakeCloud):
    """DescribeStacks tells the end a moment later than the events do."""

    lag = 3

    def stack(self, name: str) -> Stack | None:
        found = super().stack(name)
        if found and found.status == "CREATE_COMPLETE" and self.lag:
            self.lag -= 1
            return replace(found, status="CREATE_IN_PROGRESS")
        return found


def test_a_status_that_lags_behind_the_events_is_waited_for(simple: Template) -> None:
    cloud = Lagging()
    assert run.deploy(job(cloud, simple)) == Deployed("us-west-2/items", "CREATE_COMPLETE", {})
    assert cloud.lag == 0
