"""The state table: every status that botocore knows has an action, and a new one fails here."""

from __future__ import annotations

import botocore.session
import pytest

from generator.deploy.plan import Attach, Create, DeleteShell, RollBack, Step, Stop, Update, plan, settled

TABLE: dict[str, type[Step]] = {
    "CREATE_COMPLETE": Update,
    "CREATE_FAILED": Stop,
    "CREATE_IN_PROGRESS": Attach,
    "DELETE_COMPLETE": Create,
    "DELETE_FAILED": Stop,
    "DELETE_IN_PROGRESS": Attach,
    "IMPORT_COMPLETE": Update,
    "IMPORT_IN_PROGRESS": Attach,
    "IMPORT_ROLLBACK_COMPLETE": Update,
    "IMPORT_ROLLBACK_FAILED": Stop,
    "IMPORT_ROLLBACK_IN_PROGRESS": Attach,
    "REVIEW_IN_PROGRESS": Create,
    "ROLLBACK_COMPLETE": DeleteShell,
    "ROLLBACK_FAILED": Stop,
    "ROLLBACK_IN_PROGRESS": Attach,
    "UPDATE_COMPLETE": Update,
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": Attach,
    "UPDATE_FAILED": RollBack,
    "UPDATE_IN_PROGRESS": Attach,
    "UPDATE_ROLLBACK_COMPLETE": Update,
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": Attach,
    "UPDATE_ROLLBACK_FAILED": Stop,
    "UPDATE_ROLLBACK_IN_PROGRESS": Attach,
}


def statuses() -> list[str]:
    model = botocore.session.get_session().get_service_model("cloudformation")
    return sorted(model.shape_for("StackStatus").enum)


def test_the_table_has_every_status_that_botocore_knows_and_no_other() -> None:
    assert statuses() == sorted(TABLE)


@pytest.mark.parametrize("production", [False, True])
@pytest.mark.parametrize("status", statuses())
def test_every_status_has_its_action(status: str, production: bool) -> None:
    assert type(plan(status, production=production)) is TABLE[status]


@pytest.mark.parametrize("status", statuses())
def test_an_attach_is_for_what_runs_and_everything_else_for_what_rests(status: str) -> None:
    assert isinstance(plan(status, production=True), Attach) is not settled(status)


def test_a_stack_that_does_not_exist_is_created() -> None:
    assert plan(None, production=True) == Create()


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "UPDATE_FAILED"])
def test_production_is_asked_before_something_is_deleted_or_rolled_back(status: str) -> None:
    for production in (False, True):
        step = plan(status, production=production)
        assert isinstance(step, DeleteShell | RollBack)
        assert step.asks is production


def test_a_status_of_the_future_needs_a_person() -> None:
    step = plan("TELEPORT_COMPLETE", production=False)
    assert isinstance(step, Stop)
    assert "TELEPORT_COMPLETE" in step.why


@pytest.mark.parametrize("status", sorted(name for name, step in TABLE.items() if step is Stop))
def test_every_stop_names_a_command_that_exists_for_this_stack(status: str) -> None:
    step = plan(status, production=True)
    assert isinstance(step, Stop)
    words = {
        "stack": "prod-us-west-2-items",
        "region": "us-west-2",
        "environment": "prod",
        "service": "items",
        "where": " --local",
    }
    fix = step.fix.format(**words)
    assert "gen delete --env prod --region us-west-2 --stack items --local" in fix or (
        "aws cloudformation" in fix and "--stack-name prod-us-west-2-items --region us-west-2" in fix
    )
