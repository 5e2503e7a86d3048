"""The state tables: every status that botocore knows has an action and stands in the guide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest

from generator.deploy.cloud import ChangeSet
from generator.deploy.job import Options
from generator.deploy.plan import (
    NO_CHANGES,
    Attach,
    Await,
    ChangeSetStep,
    Create,
    DecideAgain,
    DeleteShell,
    Execute,
    Invalid,
    Leave,
    NothingToChange,
    Recreate,
    RollBack,
    Show,
    StackStep,
    Stop,
    Update,
    plan,
    plan_change_set,
    settled,
)

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "deploying.md"
PLAIN, RECREATE, PLAN_ONLY = Options(), Options(recreate=True), Options(plan_only=True)
# Status → step without options, with --recreate, with --plan.
TABLE: dict[str, tuple[type[StackStep], type[StackStep], type[StackStep]]] = {
    "CREATE_COMPLETE": (Update, Update, Update),
    "CREATE_FAILED": (Stop, Recreate, Stop),
    "CREATE_IN_PROGRESS": (Attach, Attach, Attach),
    "DELETE_COMPLETE": (Create, Create, Create),
    "DELETE_FAILED": (Stop, Stop, Stop),
    "DELETE_IN_PROGRESS": (Attach, Attach, Attach),
    "IMPORT_COMPLETE": (Update, Update, Update),
    "IMPORT_IN_PROGRESS": (Attach, Attach, Attach),
    "IMPORT_ROLLBACK_COMPLETE": (Update, Update, Update),
    "IMPORT_ROLLBACK_FAILED": (Stop, Stop, Stop),
    "IMPORT_ROLLBACK_IN_PROGRESS": (Attach, Attach, Attach),
    "REVIEW_IN_PROGRESS": (Create, Create, Create),
    "ROLLBACK_COMPLETE": (DeleteShell, DeleteShell, Leave),
    "ROLLBACK_FAILED": (Stop, Recreate, Stop),
    "ROLLBACK_IN_PROGRESS": (Attach, Attach, Attach),
    "UPDATE_COMPLETE": (Update, Update, Update),
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": (Attach, Attach, Attach),
    "UPDATE_FAILED": (RollBack, RollBack, Leave),
    "UPDATE_IN_PROGRESS": (Attach, Attach, Attach),
    "UPDATE_ROLLBACK_COMPLETE": (Update, Update, Update),
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": (Attach, Attach, Attach),
    "UPDATE_ROLLBACK_FAILED": (Stop, Stop, Stop),
    "UPDATE_ROLLBACK_IN_PROGRESS": (Attach, Attach, Attach),
}


def known(shape: str) -> list[str]:
    """The values of an enumeration in botocore's model of CloudFormation."""
    model = botocore.session.get_session().get_service_model("cloudformation")
    return sorted(model.shape_for(shape).enum)


def rows(heading: str) -> Iterator[tuple[str, str]]:
    """Cells of the first two columns of the guide's table under ``heading``."""
    section = GUIDE.read_text(encoding="utf-8").partition(f"\n{heading}\n")[2].partition("\n## ")[0]
    table = re.search(r"\n\|[^\n]*\n\|[-|]+\|\n((?:\|[^\n]*\n)+)", section)
    assert table, heading
    for line in table[1].splitlines():
        left, right = (cell.strip() for cell in line.strip("|").split(" | "))
        yield left, right


def in_words(step: StackStep) -> str:
    assert not isinstance(step, Leave)
    asks = isinstance(step, DeleteShell | Recreate | RollBack) and step.asks
    return step.says + (" (asks in production)" if asks else "")


def test_the_table_has_every_status_that_botocore_knows_and_no_other() -> None:
    assert known("StackStatus") == sorted(TABLE)


@pytest.mark.parametrize("production", [False, True])
@pytest.mark.parametrize("status", known("StackStatus"))
def test_every_status_has_its_action_with_every_option(status: str, production: bool) -> None:
    steps = [plan(status, options, production=production) for options in (PLAIN, RECREATE, PLAN_ONLY)]
    assert tuple(map(type, steps)) == TABLE[status]


def test_the_guide_says_of_every_status_what_the_code_does() -> None:
    told = {
        status: text
        for statuses, text in rows("## The state of a stack decides")
        for status in statuses.split(", ")
    }
    done: dict[str, str] = {"no stack": in_words(plan(None, RECREATE, production=True))}
    for status in known("StackStatus"):
        done[status] = in_words(plan(status, RECREATE, production=True))
    assert told == done


@pytest.mark.parametrize("status", known("StackStatus"))
def test_an_attach_is_for_what_runs_and_everything_else_for_what_rests(status: str) -> None:
    assert isinstance(plan(status, PLAIN, production=True), Attach) is not settled(status)


def test_a_stack_that_does_not_exist_is_created() -> None:
    assert plan(None, PLAIN, production=True) == Create()


@pytest.mark.parametrize("status", ["CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "UPDATE_FAILED"])
def test_production_is_asked_before_something_is_deleted_or_rolled_back(status: str) -> None:
    for production in (False, True):
        step = plan(status, RECREATE, production=production)
        assert isinstance(step, DeleteShell | Recreate | RollBack)
        assert step.asks is production


def test_a_status_of_the_future_needs_a_person() -> None:
    step = plan("TELEPORT_COMPLETE", RECREATE, production=False)
    assert isinstance(step, Stop)
    assert "TELEPORT_COMPLETE" in step.why


@pytest.mark.parametrize("status", sorted(name for name, steps in TABLE.items() if steps[0] is Stop))
def test_every_stop_names_a_command_that_exists_for_this_stack(status: str) -> None:
    step = plan(status, PLAIN, production=True)
    assert isinstance(step, Stop)
    words = {
        "stack": "prod-us-west-2-items",
        "region": "us-west-2",
        "environment": "prod",
        "service": "items",
        "where": " --local",
        "checks": "",
    }
    fix = step.fix.format(**words)
    assert (
        "gen delete --env prod --region us-west-2 --stack items --local" in fix
        or "gen deploy --env prod --region us-west-2 --stack items --local --recreate" in fix
        or "gen rollback items --env prod --region us-west-2 --local --continue" in fix
        or "gen diagnose items --env prod --region us-west-2 --local" in fix
    )


def change_set(status: str, execution: str = "UNAVAILABLE", reason: str = "") -> ChangeSet:
    return ChangeSet("arn:changeSet", "gen-abc-1", "arn:stack", status, execution, reason)


# (status, execution status) → step; every other pair is decided again.
CHANGE_SETS: dict[tuple[str, str], type[ChangeSetStep]] = {
    ("CREATE_PENDING", "*"): Await,
    ("CREATE_IN_PROGRESS", "*"): Await,
    ("FAILED", "*"): Invalid,
    ("CREATE_COMPLETE", "AVAILABLE"): Execute,
    ("CREATE_COMPLETE", "UNAVAILABLE"): Invalid,
}


@pytest.mark.parametrize("execution", known("ExecutionStatus"))
@pytest.mark.parametrize("status", known("ChangeSetStatus"))
def test_every_state_of_a_change_set_has_its_action(status: str, execution: str) -> None:
    expected = CHANGE_SETS.get((status, execution)) or CHANGE_SETS.get((status, "*"), DecideAgain)
    step = plan_change_set("UPDATE_COMPLETE", change_set(status, execution), PLAIN, production=False)
    assert type(step) is expected


@pytest.mark.parametrize("reason", NO_CHANGES)
def test_no_changes_are_told_from_other_failures(reason: str) -> None:
    found = change_set("FAILED", reason=f"The submitted information {reason}.")
    assert plan_change_set("UPDATE_COMPLETE", found, PLAIN, production=True) == NothingToChange()


@pytest.mark.parametrize("production", [False, True])
def test_a_change_set_is_shown_by_a_plan_and_asked_for_in_production(production: bool) -> None:
    found = change_set("CREATE_COMPLETE", "AVAILABLE")
    assert plan_change_set("REVIEW_IN_PROGRESS", found, PLAN_ONLY, production=production) == Show()
    assert plan_change_set("REVIEW_IN_PROGRESS", found, PLAIN, production=production) == Execute(production)


@pytest.mark.parametrize("status", known("StackStatus"))
def test_a_change_set_is_executed_only_while_its_stack_is_still_sound(status: str) -> None:
    step = plan_change_set(status, change_set("CREATE_COMPLETE", "AVAILABLE"), PLAIN, production=False)
    sound = TABLE[status][0] in {Create, Update}
    assert type(step) is (Execute if sound else DecideAgain)


def test_the_guide_says_what_happens_to_a_change_set() -> None:
    told = dict(rows("### A change set decides as well"))
    assert told == {
        "CREATE_PENDING, CREATE_IN_PROGRESS": Await.says,
        "CREATE_COMPLETE and AVAILABLE": Execute.says + "; `--plan` deletes it",
        "CREATE_COMPLETE and UNAVAILABLE": Invalid.says,
        "FAILED": Invalid.says,
        "FAILED, since nothing changes": NothingToChange.says,
        "any other, or its stack has moved": DecideAgain.says,
    }
