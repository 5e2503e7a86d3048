"""Every status that the embedded AWS can be driven into, and the deployment that starts there, over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from generator.deploy.template import compact
from tests.support import Run, gen

from .stage import CREDENTIALS, Stage
from .support import body
from .test_plan import known
from .test_states import ENDS

pytestmark = pytest.mark.e2e

# It has no such status, makes imports at once, and never fails to undo one.
UNREACHABLE = {
    "IMPORT_IN_PROGRESS",
    "IMPORT_ROLLBACK_FAILED",
    "IMPORT_ROLLBACK_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
}


@pytest.fixture
def stage(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The stage, for `gen` in this process."""
    for name, value in {**CREDENTIALS, "AWS_CONFIG_FILE": str(stage.folder / "none")}.items():
        monkeypatch.setenv(name, value)
    return stage


def deploy(stage: Stage, *options: str) -> Run:
    """`gen deploy` in this process."""
    return gen(*stage.arguments("deploy", *options))


# Each of these brings a stack into the status of its name. Orders that hold it there are in ``held``.


def review_in_progress(stage: Stage) -> None:
    stage.cloud.cloudformation.create_change_set(
        StackName=stage.name,
        ChangeSetName="somebody",
        ChangeSetType="CREATE",
        TemplateBody=compact(body(stage.things(First="1"), Environment=stage.environment)).decode(),
    )


def create_complete(stage: Stage) -> None:
    stage.change(stage.things(First="1", Second="1"), "CREATE")
    stage.settle()


def update(stage: Stage, on_failure: str = "ROLLBACK", **values: str) -> None:
    create_complete(stage)
    stage.change(stage.things(**(values or {"First": "2", "Second": "2"})), "UPDATE", on_failure)


def create_in_progress(stage: Stage) -> None:
    stage.order("Create-First-1", "hold")
    stage.change(stage.things(First="1", Second="1"), "CREATE")
    stage.wait_for(lambda: stage.seen("Create-First-1"))


def create_failed(stage: Stage) -> None:
    stage.order("Create-Second-1", "fail")
    stage.change(stage.things(First="1", Second="1"), "CREATE", "DO_NOTHING")
    stage.settle()


def rollback(stage: Stage, order: str) -> None:
    stage.order("Create-Second-1", "fail")
    stage.order("Delete-First-1", order)
    stage.change(stage.things(First="1", Second="1"), "CREATE")


def rollback_in_progress(stage: Stage) -> None:
    rollback(stage, "hold")
    stage.wait_for(lambda: stage.seen("Delete-First-1"))


def rollback_complete(stage: Stage) -> None:
    rollback(stage, "succeed")
    stage.settle()


def rollback_failed(stage: Stage) -> None:
    rollback(stage, "fail")
    stage.settle()


def update_in_progress(stage: Stage) -> None:
    stage.order("Update-First-2", "hold")
    update(stage)
    stage.wait_for(lambda: stage.seen("Update-First-2"))


def update_complete(stage: Stage) -> None:
    update(stage)
    stage.settle()


def update_failed(stage: Stage) -> None:
    stage.order("Update-Second-2", "fail")
    update(stage, "DO_NOTHING")
    stage.settle()


def update_rollback_in_progress(stage: Stage) -> None:
    stage.order("Update-Second-2", "fail")
    stage.order("Update-First-1", "hold")
    update(stage)
    stage.wait_for(lambda: stage.seen("Update-First-1"))


def update_rollback_complete(stage: Stage) -> None:
    stage.order("Update-Second-2", "fail")
    update(stage)
    stage.settle()


def update_rollback_failed(stage: Stage) -> None:
    stage.order("Update-First-1", "fail")
    update_rollback_complete(stage)


def update_rollback_complete_cleanup_in_progress(stage: Stage) -> None:
    stage.order("Update-Second-2", "fail")
    stage.order("Delete-Extra-1", "hold")
    update(stage, First="1", Extra="1", Second="2")
    stage.wait_for(lambda: stage.seen("Delete-Extra-1"))


def delete(stage: Stage, order: str) -> None:
    create_complete(stage)
    stage.order("Delete-First-1", order)
    stage.cloud.delete_stack(stage.name, token="somebody")


def delete_in_progress(stage: Stage) -> None:
    delete(stage, "hold")
    stage.wait_for(lambda: stage.seen("Delete-First-1"))


def delete_failed(stage: Stage) -> None:
    delete(stage, "fail")
    stage.settle()


def delete_complete(stage: Stage) -> None:
    delete(stage, "succeed")
    stage.wait_for(lambda: stage.stack() is None)


def imported(stage: Stage, lost: Callable[[str], None]) -> None:
    """Import a parameter, which ``lost`` may take away before that is executed."""
    name = f"/{stage.name}/imported"
    stage.cloud.call("ssm", "put_parameter", {"Name": name, "Value": "x", "Type": "String"})
    create_complete(stage)
    kept = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Name": name, "Type": "String", "Value": "x"},
        "DeletionPolicy": "Retain",
    }
    content = body({**stage.things(First="1", Second="1"), "Kept": kept}, Environment=stage.environment)
    stage.cloud.cloudformation.create_change_set(
        StackName=stage.name,
        ChangeSetName="somebody",
        ChangeSetType="IMPORT",
        TemplateBody=compact(content).decode(),
        ResourcesToImport=[
            {
                "ResourceType": "AWS::SSM::Parameter",
                "LogicalResourceId": "Kept",
                "ResourceIdentifier": {"Name": name},
            }
        ],
    )
    lost(name)
    stage.cloud.cloudformation.execute_change_set(StackName=stage.name, ChangeSetName="somebody")
    stage.settle()


def import_complete(stage: Stage) -> None:
    imported(stage, lambda _name: None)


def import_rollback_complete(stage: Stage) -> None:
    def lose(name: str) -> None:
        stage.cloud.call("ssm", "delete_parameter", {"Name": name})

    imported(stage, lose)


WAYS: dict[str, Callable[[Stage], None]] = {
    way.__name__.upper(): way
    for way in (
        create_complete,
        create_failed,
        create_in_progress,
        delete_complete,
        delete_failed,
        delete_in_progress,
        import_complete,
        import_rollback_complete,
        review_in_progress,
        rollback_complete,
        rollback_failed,
        rollback_in_progress,
        update_complete,
        update_failed,
        update_in_progress,
        update_rollback_complete,
        update_rollback_complete_cleanup_in_progress,
        update_rollback_failed,
        update_rollback_in_progress,
    )
}


def test_every_status_is_driven_or_known_to_be_out_of_reach() -> None:
    assert sorted([*WAYS, *UNREACHABLE]) == known("StackStatus")


def release_all(stage: Stage) -> None:
    for order in stage.folder.glob("*-*-?"):
        if not order.name.startswith("seen-"):
            order.unlink()


@pytest.mark.parametrize("status", sorted(WAYS))
def test_a_deployment_from_every_status_ends_as_the_table_says(stage: Stage, status: str) -> None:
    WAYS[status](stage)
    assert (stage.status() or "DELETE_COMPLETE") == status
    stage.commit(stage.things(First="9", Second="9"))
    expected, recreated = ENDS[status]
    later = threading.Timer(0.3 if status.endswith("IN_PROGRESS") else 0, release_all, [stage])
    later.start()
    run = deploy(stage)
    later.join()
    if expected == "needs a person":
        assert (run.code, stage.status()) == (6, status), run.words
        if recreated == expected:
            return
        run = deploy(stage, "--recreate")
    assert (run.code, stage.status()) == (0, recreated), run.words
