"""Rollbacks that got stuck: what keeps them, and what may be left as it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.deploy import skips
from generator.deploy.outcome import NeedsPerson, Restored
from generator.errors import RefusedError, UsageError

from .one_stack import NAME, Place, error_of


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def stuck(place: Place, *names: str) -> None:
    """An update whose rollback got stuck at these."""
    stack = place.put("UPDATE_ROLLBACK_FAILED")
    place.cloud.say(stack, NAME, "UPDATE_IN_PROGRESS")
    place.cloud.say(stack, "Early", "UPDATE_FAILED", "failed before the rollback, and went back since")
    place.cloud.say(stack, NAME, "UPDATE_ROLLBACK_IN_PROGRESS")
    place.cloud.say(stack, "Cancelled", "UPDATE_FAILED", "Resource update cancelled")
    place.cloud.say(stack, "Healed", "UPDATE_FAILED", "at first")
    place.cloud.say(stack, "Healed", "UPDATE_COMPLETE")
    for name in names:
        place.cloud.say(stack, name, "UPDATE_FAILED", "in the way")
    place.cloud.say(stack, NAME, "UPDATE_ROLLBACK_FAILED")
    stack.stuck = set(names)


def test_what_can_be_skipped_is_what_failed_to_go_back(place: Place) -> None:
    stuck(place, "Second", "First")
    assert [one.name for one in skips.stuck(place.cloud, place.stack.id)] == ["First", "Second"]


def test_a_nested_stack_is_named_by_its_own_name_and_its_resources_stand_for_it(place: Place) -> None:
    stuck(place, "First")
    child = place.cloud.put(f"{NAME}-Nested-ABC", "UPDATE_ROLLBACK_FAILED")
    place.cloud.say(child, child.name, "UPDATE_ROLLBACK_IN_PROGRESS")
    place.cloud.say(child, "Queue", "UPDATE_FAILED", "gone")
    gone = place.cloud.put(f"{NAME}-Gone-DEF", "DELETE_FAILED")
    for logical_id, nested in (("Nested", child), ("Gone", gone)):
        place.cloud.say(place.stack, logical_id, "UPDATE_FAILED", "the nested stack failed")
        event = place.stack.events[-1]
        place.stack.events[-1] = replace(event, type=skips.NESTED, physical_id=nested.id)
    names = [one.name for one in skips.stuck(place.cloud, place.stack.id)]
    assert names == ["First", "Gone", f"{NAME}-Nested-ABC.Queue"]


def test_a_stuck_rollback_is_tried_again_before_anything_is_skipped(place: Place) -> None:
    stuck(place, "First")
    place.stack.stuck.clear()
    assert place.rollback(continuing=True) == Restored("us-west-2/items", "UPDATE_ROLLBACK_COMPLETE")
    assert place.person.questions == []
    assert "could not go back, is tried again: First" in place.words


def test_what_still_cannot_go_back_is_skipped_when_a_person_agrees(place: Place) -> None:
    stuck(place, "First", "Second")
    outcome = place.rollback(continuing=True)
    assert outcome == Restored("us-west-2/items", "UPDATE_ROLLBACK_COMPLETE", ("First", "Second"))
    assert len(place.person.questions) == 1
    assert "cannot go back: Second  AWS::Test::Resource  physical-Second: still in the way" in place.words


def test_without_consent_nothing_is_skipped_and_the_command_that_would_is_named(place: Place) -> None:
    stuck(place, "First", "Second")
    place.person.says_yes = False
    error = error_of(place.rollback(continuing=True))
    assert isinstance(error, RefusedError)
    assert error.fix.endswith("--continue --skip First --skip Second")
    assert place.stack.status == "UPDATE_ROLLBACK_FAILED"


def test_exactly_the_named_ones_are_skipped_and_the_rest_may_still_be_stuck(place: Place) -> None:
    stuck(place, "First", "Second")
    outcome = place.rollback("First", continuing=True)
    assert isinstance(outcome, NeedsPerson)
    assert outcome.left == ("Second  AWS::Test::Resource  physical-Second: still in the way",)
    assert place.stack.stuck == {"Second"}
    assert place.person.questions == []


def test_only_what_failed_to_go_back_can_be_skipped(place: Place) -> None:
    stuck(place, "First")
    error = error_of(place.rollback("Cancelled", continuing=True))
    assert isinstance(error, UsageError)
    assert error.message.endswith("; that is: First")
    assert error.fix
    assert "continue_rollback" not in place.cloud.calls
