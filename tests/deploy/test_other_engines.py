"""Engines that lack calls, or answer them in ways of their own: what can be done without them is done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.deploy import delete, environment, run, status
from generator.deploy.cloud import ChangeSet, ChangeSetRequest, Endpoint, Resource, Stack
from generator.deploy.outcome import Deleted, Deployed, Planned
from generator.errors import UsageError

from .fakes import FakeCloud
from .one_stack import DEV, NAME
from .support import TABLE, TOPIC, body, committed, console, job, printed, site, tools


class Listless(FakeCloud):
    """Cannot list the resources of a stack."""

    endpoint = Endpoint("http://127.0.0.1:5000")
    resources = property(lambda _self: pytest.fail("nobody has to ask for the resources of a shell"))


def test_an_empty_shell_is_shown_and_deleted_without_a_list_of_its_resources(tmp_path: Path) -> None:
    cloud = Listless()
    one = committed(tmp_path, body({"Topic": TOPIC}))
    cloud.put(NAME, "REVIEW_IN_PROGRESS")
    here = site(DEV, [one], lambda _region: cloud)
    (shown,) = status.states(here, [one])
    assert (shown.status, shown.data) == ("REVIEW_IN_PROGRESS", ())
    (outcome,) = delete.delete(here, [one], tools=tools(cloud.clock), wish=delete.Wish())
    assert outcome == Deleted("us-west-2/items")


class Remembering(FakeCloud):
    """Also lists change sets of deleted stacks of the same name."""

    def compute(self, found: ChangeSet, request: ChangeSetRequest) -> ChangeSet:
        made = super().compute(found, request)
        for number, (state, execution) in enumerate(OLD):
            old = f"arn:old/{number}"
            self.sets[old] = (
                replace(made, id=old, name=f"old-{number}", status=state, execution_status=execution),
                request,
            )
        return made


OLD = (("CREATE_COMPLETE", "EXECUTE_COMPLETE"), ("FAILED", "UNAVAILABLE"), ("CREATE_COMPLETE", "OBSOLETE"))


def test_change_sets_that_nobody_can_execute_do_not_keep_an_empty_shell(tmp_path: Path) -> None:
    cloud = Remembering()
    one = committed(tmp_path, body({"Topic": TOPIC}))
    assert isinstance(run.deploy(job(cloud, one, plan_only=True)), Planned)
    assert cloud.stacks[-1].status == "DELETE_COMPLETE"


def test_a_wrong_name_to_replace_is_answered_with_those_that_hold_data(tmp_path: Path) -> None:
    cloud = FakeCloud()
    one = committed(tmp_path, body({"Topic": TOPIC, "Table": TABLE}))
    here = site(DEV, [one], lambda _region: cloud)
    with pytest.raises(UsageError, match="those with data: Table") as raised:
        environment.check_replaceable(here, [one], {"Tabel"})
    assert raised.value.fix == "did you mean 'Table'?"


class Forgetful(FakeCloud):
    """Leaves out resources of types that it does not know, and every output."""

    endpoint = Endpoint("http://127.0.0.1:5000")

    def stack(self, name: str) -> Stack | None:
        found = super().stack(name)
        return replace(found, outputs={}) if found else None

    def resources(self, stack: str) -> tuple[Resource, ...]:
        return tuple(found for found in super().resources(stack) if found.type != "AWS::Strange::Thing")


STRANGE = {"Type": "AWS::Strange::Thing", "Properties": {}}
OUTPUTS = {"Arn": {"Value": "x"}, "Perhaps": {"Value": "y", "Condition": "Never"}}


@pytest.mark.parametrize("embedded", [False, True])
def test_what_an_engine_has_left_out_of_a_complete_stack_is_named(tmp_path: Path, embedded: bool) -> None:
    cloud, out = Forgetful(), console()
    cloud.endpoint = replace(cloud.endpoint, embedded=embedded)
    one = committed(
        tmp_path,
        body({"Topic": TOPIC, "Odd": STRANGE, "Perhaps": {**STRANGE, "Condition": "Never"}}, Outputs=OUTPUTS),
    )
    assert isinstance(run.deploy(job(cloud, one, out=out)), Deployed)
    said = "http://127.0.0.1:5000 calls the stack CREATE_COMPLETE, but it lacks: resource Odd, output Arn\n"
    assert (said in printed(out)) is not embedded
