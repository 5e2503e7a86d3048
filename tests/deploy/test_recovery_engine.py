"""Failed states on the embedded AWS, made by a resource that fails on command, recovered by `gen` alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator import local
from generator.deploy import review
from generator.deploy.aws import AwsCloud

from .stage import Stage, kill

pytestmark = pytest.mark.e2e


def test_a_failed_creation_and_a_failed_update_are_rolled_back_and_tried_again(stage: Stage) -> None:
    stage.commit(stage.things(Thing="1"))
    stage.order("Create-Thing-1", "fail")
    run = stage.gen("deploy")
    assert (run.code, stage.status()) == (5, "ROLLBACK_COMPLETE"), run.words
    assert "told to fail at Create-Thing-1" in run.words
    stage.release("Create-Thing-1")
    run = stage.gen("deploy")
    assert (run.code, stage.status()) == (0, "CREATE_COMPLETE"), run.words

    stage.commit(stage.things(Thing="2"))
    stage.order("Update-Thing-2", "fail")
    run = stage.gen("deploy")
    assert (run.code, stage.status()) == (5, "UPDATE_ROLLBACK_COMPLETE"), run.words
    stage.release("Update-Thing-2")
    run = stage.gen("deploy")
    assert (run.code, stage.status()) == (0, "UPDATE_COMPLETE"), run.words


def test_a_rollback_that_fails_goes_on_when_its_cause_is_gone(stage: Stage) -> None:
    stuck_in_rollback(stage)
    stage.release("Update-First-1")
    run = stage.gen("rollback", "items", "--continue")
    assert (run.code, stage.status()) == (0, "UPDATE_ROLLBACK_COMPLETE"), run.words
    stage.release("Update-Second-2")
    run = stage.gen("deploy")
    assert (run.code, stage.status()) == (0, "UPDATE_COMPLETE"), run.words


def stuck_in_rollback(stage: Stage) -> None:
    """Second cannot be updated, and First cannot go back."""
    stage.change(stage.things(First="1", Second="1"), "CREATE")
    stage.settle()
    stage.commit(stage.things(First="2", Second="2"))
    stage.order("Update-Second-2", "fail")
    stage.order("Update-First-1", "fail")
    run = stage.gen("deploy")
    assert (run.code, stage.status()) == (6, "UPDATE_ROLLBACK_FAILED"), run.words
    assert "told to fail at Update-Second-2" in run.words
    assert "left: First  Custom::Thing  First-physical: told to fail at Update-First-1" in run.words
    assert f"gen rollback items --env {stage.environment} --region us-west-2 " in run.words


def test_what_cannot_go_back_is_listed_and_skipped_when_a_person_agrees(stage: Stage) -> None:
    stuck_in_rollback(stage)
    run = stage.gen("rollback", "items", "--continue")
    assert (run.code, stage.status()) == (4, "UPDATE_ROLLBACK_FAILED"), run.words
    assert "--continue --skip First" in run.words
    run = stage.gen("rollback", "items", "--continue", "--skip", "First")
    assert (run.code, stage.status()) == (0, "UPDATE_ROLLBACK_COMPLETE"), run.words
    assert "left as it is, not rolled back: First" in run.words
    stage.release("Update-Second-2")
    run = stage.gen("deploy")
    assert (run.code, stage.status()) == (0, "UPDATE_COMPLETE"), run.words


def test_what_cannot_be_deleted_is_explained_and_left_behind_by_name(stage: Stage) -> None:
    stage.commit(stage.things(Thing="1"))
    stage.change(stage.things(Thing="1"), "CREATE")
    stage.settle()
    stage.order("Delete-Thing-1", "fail")
    run = stage.gen("delete", "--retain", "Thing")
    assert (run.code, "only in DELETE_FAILED" in run.words) == (2, True), run.words
    run = stage.gen("delete")
    assert (run.code, stage.status()) == (6, "DELETE_FAILED"), run.words
    assert "left: Thing (Thing-physical): told to fail at Delete-Thing-1" in run.words
    run = stage.gen("deploy")
    assert (run.code, "--retain Thing" in run.words) == (6, True), run.words
    run = stage.gen("delete", "--stack", "items", "--retain", "Thing")
    assert (run.code, stage.status()) == (0, None), run.words
    assert "kept, and in no stack any more: Thing (Thing-physical)" in run.words


def test_force_leaves_behind_whatever_cannot_be_deleted(stage: Stage) -> None:
    stage.commit(stage.things(Thing="1"))
    stage.change(stage.things(Thing="1"), "CREATE")
    stage.settle()
    stage.order("Delete-Thing-1", "fail")
    assert stage.gen("delete").code == 6
    run = stage.gen("delete", "--force")
    assert (run.code, stage.status()) == (0, None), run.words


def test_a_half_made_stack_is_made_again_when_that_is_asked_for(stage: Stage) -> None:
    resources = stage.things(First="1", Second="1")
    stage.commit(resources)
    stage.order("Create-Second-1", "fail")
    stage.change(resources, "CREATE", "DO_NOTHING")
    stage.settle()
    assert stage.status() == "CREATE_FAILED"
    run = stage.gen("deploy")
    assert (run.code, "--recreate" in run.words) == (6, True), run.words
    stage.release("Create-Second-1")
    run = stage.gen("deploy", "--recreate")
    assert (run.code, stage.status()) == (0, "CREATE_COMPLETE"), run.words


def test_a_failed_rollback_of_a_creation_is_recreated_leaving_behind_what_cannot_go(stage: Stage) -> None:
    stage.commit(stage.things(First="1", Second="1"))
    stage.order("Create-Second-1", "fail")
    stage.order("Delete-First-1", "fail")
    run = stage.gen("deploy")
    assert (run.code, stage.status()) == (6, "ROLLBACK_FAILED"), run.words
    lost = "First (First-physical): could not be deleted: told to fail at Delete-First-1"
    assert f"left: {lost}" in run.words
    run = stage.gen("deploy", "--recreate")
    assert (run.code, stage.status()) == (6, "ROLLBACK_FAILED"), run.words
    assert f"stays behind, for the stack does not hold it any more: {lost}" in run.words
    assert "its creation failed, and so did the rollback" in run.words
    stage.release("Create-Second-1")
    run = stage.gen("deploy", "--recreate")
    assert (run.code, stage.status()) == (0, "CREATE_COMPLETE"), run.words


def test_operations_that_failed_with_rollback_off_are_rolled_back(stage: Stage) -> None:
    stage.commit(stage.things(Thing="2"))
    stage.change(stage.things(Thing="1"), "CREATE")
    stage.settle()
    stage.order("Update-Thing-2", "fail")
    stage.change(stage.things(Thing="2"), "UPDATE", "DO_NOTHING")
    stage.settle()
    assert stage.status() == "UPDATE_FAILED"
    run = stage.gen("rollback", "items")
    assert (run.code, stage.status()) == (0, "UPDATE_ROLLBACK_COMPLETE"), run.words
    run = stage.gen("rollback", "items")
    assert (run.code, "nothing failed" in run.words) == (0, True), run.words


def test_a_running_update_is_cancelled(stage: Stage) -> None:
    resources = stage.things(First="1", Second="1")
    stage.commit(resources)
    stage.change(resources, "CREATE")
    stage.settle()
    stage.order("Update-First-2", "sleep 1")
    stage.change(stage.things(First="2", Second="2"), "UPDATE")
    stage.wait_for(lambda: stage.seen("Update-First-2"))
    run = stage.gen("cancel", "items")
    assert (run.code, stage.status()) == (0, "UPDATE_ROLLBACK_COMPLETE"), run.words
    run = stage.gen("cancel", "items")
    assert (run.code, "nothing is running" in run.words) == (0, True), run.words


@pytest.mark.parametrize("moment", ["creation", "update"])
def test_a_plain_second_run_finishes_what_was_killed(stage: Stage, moment: str) -> None:
    order = "Create-Thing-1"
    stage.commit(stage.things(Thing="1"))
    if moment == "update":
        assert stage.gen("deploy").code == 0
        stage.commit(stage.things(Thing="2"))
        order = "Update-Thing-2"
    stage.order(order, "hold")
    first = stage.start("deploy")
    stage.wait_for(lambda: stage.seen(order))
    kill(first)
    second = stage.start("deploy")
    stage.wait_for(lambda: (stage.status() or "").endswith("_IN_PROGRESS"))
    stage.release(order)
    words, _ = second.communicate(timeout=30)
    assert second.returncode == 0, words
    assert stage.status() in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    assert stage.gen("deploy").code == 0


def test_what_exists_already_is_adopted_when_that_is_asked_for(stage: Stage) -> None:
    name = f"/{stage.name}/kept"
    stage.cloud.call("ssm", "put_parameter", {"Name": name, "Value": "x", "Type": "String"})
    parameter = {"Type": "AWS::SSM::Parameter", "Properties": {"Name": name, "Type": "String", "Value": "x"}}
    stage.commit({"Kept": parameter})
    run = stage.gen("deploy", "--adopt")
    assert (run.code, "DeletionPolicy" in run.words) == (5, True), run.words
    stage.commit({"Kept": {**parameter, "DeletionPolicy": "RetainExceptOnCreate"}})
    run = stage.gen("deploy", "--adopt")
    assert (run.code, "< Kept  AWS::SSM::Parameter" in run.words) == (0, True), run.words


def test_a_production_stack_is_protected_again_after_what_a_person_named_is_gone(
    engine: local.Engine, embedded: AwsCloud, tmp_path: Path
) -> None:
    stage = Stage(tmp_path, engine.endpoint_url, embedded, "prod")
    stage.write_environment()
    queue = {"Type": "AWS::SQS::Queue", "Properties": {}}
    stage.commit({"Kept": queue, "Queue": queue})
    run = stage.gen("deploy", "--yes")
    assert run.code == 0, run.words
    stage.commit({"Kept": queue})
    run = stage.gen("deploy", "--yes", "--allow-replace", "Queue")
    assert run.code == 0, run.words
    assert "the stack policy lets this update replace or delete Queue" in run.words
    assert "the stack policy protects all data again" in run.words
    stack = stage.stack()
    assert stack is not None
    assert stack.termination_protection
    assert review.same_policy(embedded.stack_policy(stack.id), review.stack_policy(()))
    assert stage.gen("delete", "--yes", "--stack", "items").code == 0
