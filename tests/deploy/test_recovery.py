"""`gen rollback` and `gen cancel`: a table for every status, and each way through them."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.deploy import on_request, recovery
from generator.deploy.cloud import StackMovedError
from generator.deploy.outcome import Deleted, NeedsPerson, Restored, Skipped
from generator.deploy.plan import Stop
from generator.deploy.recovery import (
    CancelUpdate,
    ContinueRollback,
    DeleteEmpty,
    DeleteNew,
    Follow,
    Nothing,
    Refuse,
    RollBackStack,
    cancel_step,
    rollback_step,
)
from generator.errors import RefusedError, UsageError

from .one_stack import DEV, Place, error_of
from .support import TOPIC, body, committed, site, tools
from .test_plan import known, rows

TABLE: dict[str, tuple[type[object], type[object]]] = {  # status → rollback --continue, cancel
    "CREATE_COMPLETE": (Nothing, Nothing),
    "CREATE_FAILED": (RollBackStack, Nothing),
    "CREATE_IN_PROGRESS": (Refuse, DeleteNew),
    "DELETE_COMPLETE": (Nothing, Nothing),
    "DELETE_FAILED": (Stop, Nothing),
    "DELETE_IN_PROGRESS": (Refuse, Refuse),
    "IMPORT_COMPLETE": (Nothing, Nothing),
    "IMPORT_IN_PROGRESS": (Refuse, Refuse),
    "IMPORT_ROLLBACK_COMPLETE": (Nothing, Nothing),
    "IMPORT_ROLLBACK_FAILED": (Stop, Nothing),
    "IMPORT_ROLLBACK_IN_PROGRESS": (Follow, Follow),
    "REVIEW_IN_PROGRESS": (Nothing, DeleteEmpty),
    "ROLLBACK_COMPLETE": (Nothing, Nothing),
    "ROLLBACK_FAILED": (Stop, Nothing),
    "ROLLBACK_IN_PROGRESS": (Follow, Follow),
    "UPDATE_COMPLETE": (Nothing, Nothing),
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": (Refuse, Refuse),
    "UPDATE_FAILED": (RollBackStack, Nothing),
    "UPDATE_IN_PROGRESS": (Refuse, CancelUpdate),
    "UPDATE_ROLLBACK_COMPLETE": (Nothing, Nothing),
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": (Follow, Follow),
    "UPDATE_ROLLBACK_FAILED": (ContinueRollback, Nothing),
    "UPDATE_ROLLBACK_IN_PROGRESS": (Follow, Follow),
}


def test_the_table_has_every_status_that_botocore_knows_and_no_other() -> None:
    assert known("StackStatus") == sorted(TABLE)


@pytest.mark.parametrize("production", [False, True])
@pytest.mark.parametrize("status", known("StackStatus"))
def test_every_status_has_its_action(status: str, production: bool) -> None:
    steps = (
        rollback_step(status, continuing=True, production=production),
        cancel_step(status, production=production),
    )
    assert tuple(map(type, steps)) == TABLE[status]
    for step in steps:
        if isinstance(step, RollBackStack | ContinueRollback | CancelUpdate):
            assert step.asks is production


def test_a_stuck_rollback_goes_on_only_when_that_is_asked_for() -> None:
    step = rollback_step("UPDATE_ROLLBACK_FAILED", continuing=False, production=False)
    assert isinstance(step, Stop)
    assert "--continue" in step.fix


def in_words(step: recovery.RollbackStep | recovery.CancelStep) -> str:
    asks = isinstance(step, RollBackStack | ContinueRollback | CancelUpdate) and step.asks
    return step.says + (" (asks in production)" if asks else "")


def test_the_guide_says_of_every_status_what_the_code_does() -> None:
    told: dict[str, dict[str, str]] = {"### gen rollback": {}, "### gen cancel": {}}
    for heading in told:
        for together, text in rows(heading):
            told[heading] |= dict.fromkeys(together.split(", "), text)
    statuses = known("StackStatus")
    assert told["### gen rollback"] == {
        status: in_words(rollback_step(status, continuing=True, production=True)) for status in statuses
    }
    assert told["### gen cancel"] == {
        status: in_words(cancel_step(status, production=True)) for status in statuses
    }


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.parametrize("status", known("StackStatus"))
def test_a_rollback_of_every_status_ends_or_says_what_to_do(place: Place, status: str) -> None:
    place.put(status)
    outcome = place.rollback(continuing=True)
    kind = TABLE[status][0]
    if status == "DELETE_COMPLETE":
        assert "there is no stack" in error_of(outcome).message
    elif kind in {RollBackStack, ContinueRollback, Follow}:
        assert isinstance(outcome, Restored)
    elif kind is Nothing:
        assert isinstance(outcome, Skipped)
    elif kind is Refuse:
        assert isinstance(error_of(outcome), RefusedError)
        assert "{" not in error_of(outcome).fix
    else:
        assert isinstance(outcome, NeedsPerson)


@pytest.mark.parametrize("status", known("StackStatus"))
def test_a_cancel_in_every_status_ends_or_says_what_to_do(place: Place, status: str) -> None:
    place.put(status)
    outcome = place.cancel()
    kind = TABLE[status][1]
    if status == "DELETE_COMPLETE":
        assert "there is no stack" in error_of(outcome).message
    elif kind in {CancelUpdate, Follow}:
        assert isinstance(outcome, Restored)
    elif kind in {DeleteNew, DeleteEmpty}:
        assert outcome == Deleted("us-west-2/items")
        assert place.stack.status == "DELETE_COMPLETE"
        assert len(place.person.questions) == 1
    elif kind is Nothing:
        assert isinstance(outcome, Skipped)
    else:
        assert isinstance(error_of(outcome), RefusedError)


@pytest.mark.parametrize("status", ["CREATE_FAILED", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED"])
def test_production_is_asked_before_a_rollback(tmp_path: Path, status: str) -> None:
    place = Place(tmp_path, production=True)
    place.put(status)
    place.person.says_yes = False
    error = error_of(place.rollback(continuing=True))
    assert isinstance(error, RefusedError)
    assert "--yes" in error.fix
    assert place.stack.status == status


@pytest.mark.parametrize("production", [False, True])
@pytest.mark.parametrize("status", ["CREATE_IN_PROGRESS", "REVIEW_IN_PROGRESS"])
def test_a_stack_that_is_not_there_yet_is_deleted_only_with_consent(
    tmp_path: Path, status: str, production: bool
) -> None:
    place = Place(tmp_path, production=production)
    place.put(status)
    place.person.says_yes = False
    assert isinstance(error_of(place.cancel()), RefusedError)
    assert place.stack.status == status
    assert "delete_stack" not in place.cloud.calls


def test_an_update_that_is_done_before_it_is_cancelled_is_not_called_cancelled(place: Place) -> None:
    place.put("UPDATE_IN_PROGRESS")
    place.cloud.script(("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ()), ("UPDATE_COMPLETE", ()))
    assert "was done before" in error_of(place.cancel()).message


def test_a_stack_that_moves_before_it_is_cancelled_is_read_again(place: Place) -> None:
    place.put("UPDATE_IN_PROGRESS").running[:0] = [("", ())] * 5
    place.cloud.fail("cancel_update", StackMovedError("cannot be called from current stack status"))
    assert isinstance(place.cancel(), Restored)
    assert "looking again" in place.words


def test_a_stack_that_is_meant_twice_needs_its_region(tmp_path: Path) -> None:
    place = Place(tmp_path)
    other = committed(tmp_path, body({"Topic": TOPIC}, Region="us-east-1"))
    place.site = site(DEV, [*place.site.templates, other], lambda _region: place.cloud)
    wanted = on_request.Wanted("items", ["us-east-1", "us-west-2"], 60)
    with pytest.raises(UsageError) as caught:
        on_request.cancel(place.site, wanted, tools=tools(place.cloud.clock))
    assert "--region" in caught.value.fix


def test_another_account_is_refused_before_anything_is_touched(place: Place) -> None:
    place.put("UPDATE_IN_PROGRESS")
    place.cloud.account = "999999999999"
    with pytest.raises(Exception, match="belongs to account"):
        place.cancel()
    assert place.cloud.calls == ["identity"]
