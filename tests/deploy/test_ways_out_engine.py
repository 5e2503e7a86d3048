"""Stacks that a failing custom resource has stranded, led out by nothing but the commands that `gen` names.

What a person would copy from the screen is run as it stands there.
"""

from __future__ import annotations

import re
import shlex
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.support import Run, gen_process

from . import test_states_engine as states
from .stage import CREDENTIALS, FUNCTION, WITHIN_S, Stage, interrupt, kill
from .support import TOPIC

pytestmark = pytest.mark.e2e

COMMAND = re.compile(r"\bgen (?:cancel|delete|deploy|diagnose|rollback|status)\b[^;\n]*")
# A command of a message ends with the line or a semicolon; behind its options may stand words in brackets.
TAIL = re.compile(r" \(.*$")


def named(run: Run) -> list[str]:
    """The commands that the output tells to run, in its order."""
    return [TAIL.sub("", found).strip() for found in COMMAND.findall(run.words)]


def typed(command: str) -> Run:
    """Run a command as it was printed. The templates of these tests are no service's."""
    words = shlex.split(command)[1:]
    check = ["--no-render-check", "--no-lint"] if words[0] == "deploy" else []
    return gen_process(*words, *check, environment=CREDENTIALS)


def only(commands: list[str], *parts: str) -> str:
    """The one command with all these words."""
    found = {one for one in commands if all(part in one for part in parts)}
    assert len(found) == 1, (parts, commands)
    return found.pop()


def without(commands: list[str], part: str) -> list[str]:
    return [one for one in commands if part not in one]


def stranded(stage: Stage, status: str) -> None:
    states.WAYS[status](stage)
    assert stage.status() == status
    stage.commit(stage.things(First="9", Second="9"))


def test_out_of_rollback_complete(stage: Stage) -> None:
    stage.commit(stage.things(Thing="1"))
    stage.order("Create-Thing-1", "fail")
    failed = stage.gen("deploy")
    assert (failed.code, stage.status()) == (5, "ROLLBACK_COMPLETE"), failed.words
    assert "--no-render-check --no-lint" in only(named(failed), "gen deploy")
    for run in (failed, stage.gen("diagnose", "items")):
        assert "told to fail at Create-Thing-1" in run.words
        again = typed(only(named(run), "gen deploy"))
        assert (again.code, stage.status()) == (5, "ROLLBACK_COMPLETE"), again.words
    stage.release("Create-Thing-1")
    run = typed(only(named(stage.gen("diagnose", "items")), "gen deploy"))
    assert (run.code, stage.status()) == (0, "CREATE_COMPLETE"), run.words


def test_out_of_update_rollback_failed_when_the_cause_is_gone(stage: Stage) -> None:
    stranded(stage, "UPDATE_ROLLBACK_FAILED")
    refused = stage.gen("deploy")
    assert refused.code == 6
    stage.release("Update-First-1")
    run = typed(only(without(named(refused), "--skip"), "gen rollback", "--continue"))
    assert (run.code, stage.status()) == (0, "UPDATE_ROLLBACK_COMPLETE"), run.words
    run = typed(only(named(refused), "gen deploy"))
    assert (run.code, stage.status()) == (0, "UPDATE_COMPLETE"), run.words


@pytest.mark.parametrize("asked", [("deploy",), ("diagnose", "items"), ("rollback", "items", "--continue")])
def test_out_of_update_rollback_failed_leaving_what_cannot_go_back(
    stage: Stage, asked: tuple[str, ...]
) -> None:
    stranded(stage, "UPDATE_ROLLBACK_FAILED")
    told = stage.gen(*asked)
    run = typed(only(named(told), "gen rollback", "--continue --skip First"))
    assert (run.code, stage.status()) == (0, "UPDATE_ROLLBACK_COMPLETE"), run.words
    run = typed(only(named(run), "gen deploy"))
    assert (run.code, stage.status()) == (0, "UPDATE_COMPLETE"), run.words


@pytest.mark.parametrize("asked", [("delete",), ("deploy",), ("diagnose", "items"), ("rollback", "items")])
def test_out_of_delete_failed(stage: Stage, asked: tuple[str, ...]) -> None:
    stranded(stage, "DELETE_FAILED")
    told = stage.gen(*asked)
    assert told.code == (0 if asked[0] == "diagnose" else 6), told.words
    run = typed(only(named(told), "gen delete", "--retain First"))
    assert (run.code, stage.status()) == (0, None), run.words
    assert "kept, and in no stack any more: First (First-physical)" in run.words
    run = typed(only(named(told), "gen deploy"))
    assert (run.code, stage.status()) == (0, "CREATE_COMPLETE"), run.words


@pytest.mark.parametrize("status", ["CREATE_FAILED", "ROLLBACK_FAILED"])
def test_out_of_a_creation_that_is_half_undone(stage: Stage, status: str) -> None:
    stranded(stage, status)
    told = stage.gen("deploy")
    assert told.code == 6, told.words
    run = typed(only(named(told), "gen deploy", "--recreate"))
    assert (run.code, stage.status()) == (0, "CREATE_COMPLETE"), run.words


FAILED = ("CREATE_FAILED", "DELETE_FAILED", "ROLLBACK_FAILED", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED")
# Commands that change nothing there, or nothing more than was.
LOOKS: tuple[tuple[str, ...], ...] = (
    ("status",),
    ("diagnose", "items"),
    ("deploy", "--attach"),
    ("deploy", "--plan"),
    ("cancel", "items"),
)


@pytest.mark.parametrize("status", [*FAILED, "ROLLBACK_COMPLETE"])
def test_every_command_names_the_next_one_wherever_a_stack_is_stranded(stage: Stage, status: str) -> None:
    stranded(stage, status)
    for asked in LOOKS:
        run = stage.gen(*asked)
        assert "Traceback" not in run.words
        assert run.code in {0, 5, 6}, run.words
        assert named(run) or "gen deploy clears that up" in run.words, (asked, run.words)
    assert stage.status() == status
    for command in named(stage.gen("status")):
        assert typed(command).code == 0


def dead(stage: Stage, seconds: str) -> None:
    """A creation and a second value whose custom resource is never answered."""
    usual: Any = FUNCTION["Properties"]
    silent = {**FUNCTION, "Properties": {**usual, "Code": {"ZipFile": SILENT}}}
    things = stage.things(Thing="1")
    things["Thing"]["Properties"]["ServiceTimeout"] = seconds
    stage.commit({**things, "Function": silent})


SILENT = "def handler(event, _context):\n    return None\n"


def test_a_service_token_that_never_answers_is_a_failure_with_its_reason(stage: Stage) -> None:
    dead(stage, "2")
    failed = stage.gen("deploy")
    assert failed.code in {5, 6}, failed.words
    assert "cause: Thing (Custom::Thing): " in failed.words
    stage.commit(stage.things(Thing="1"))
    run = failed
    for _ in range(3):
        command = next(one for one in named(run) if one.startswith("gen deploy"))
        run = typed(command)
        if run.code == 0:
            break
    assert (run.code, stage.status()) == (0, "CREATE_COMPLETE"), run.words


def test_a_service_token_of_nobody_is_a_failure_with_its_reason(stage: Stage) -> None:
    things = stage.things(Thing="1")
    nobody = "arn:aws:lambda:us-west-2:000000000000:function:nobody"
    things["Thing"]["Properties"]["ServiceToken"] = nobody
    stage.commit(things)
    failed = stage.gen("deploy")
    assert (failed.code, "nobody" in failed.words) == (5, True), failed.words
    stage.commit(stage.things(Thing="1"))
    run = typed(only(named(failed), "gen deploy"))
    assert (run.code, stage.status()) == (0, "CREATE_COMPLETE"), run.words


def deletes(stage: Stage) -> None:
    stage.order("Delete-First-1", "hold")
    stage.change(stage.things(First="1"), "CREATE")
    stage.settle()
    stage.commit(stage.things(First="1"))


def rolls_back(stage: Stage) -> None:
    stage.order("Update-Second-2", "fail")
    states.update(stage, "DO_NOTHING")
    stage.settle()
    stage.order("Update-First-1", "hold")
    stage.commit(stage.things(First="9", Second="9"))


RUNNING: dict[str, tuple[Callable[[Stage], None], tuple[str, ...], str]] = {
    "delete": (deletes, ("delete",), "Delete-First-1"),
    "rollback": (rolls_back, ("rollback", "items"), "Update-First-1"),
}


@pytest.mark.parametrize("verb", RUNNING)
def test_a_command_that_is_interrupted_says_how_to_come_back_and_that_works(stage: Stage, verb: str) -> None:
    prepare, command, held = RUNNING[verb]
    prepare(stage)
    process = stage.start(*command)
    stage.wait_for(lambda: stage.seen(held))
    code, words = interrupt(process)
    assert code == 7, words
    assert "goes on in CloudFormation" in words
    back = named(Run(code, words, ""))[0]
    stage.release(held)
    run = typed(back)
    assert run.code in {0, 5}, run.words
    assert stage.status() in {None, "UPDATE_ROLLBACK_COMPLETE"}


@pytest.mark.parametrize("verb", RUNNING)
def test_a_command_that_was_killed_is_ended_by_a_plain_second_run(stage: Stage, verb: str) -> None:
    prepare, command, held = RUNNING[verb]
    prepare(stage)
    process = stage.start(*command)
    stage.wait_for(lambda: stage.seen(held))
    kill(process)
    stage.release(held)
    run = stage.gen(*command)
    assert run.code == 0, run.words
    assert stage.status() in {None, "UPDATE_ROLLBACK_COMPLETE"}


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_a_signal_after_the_last_word_does_not_change_the_exit_code(stage: Stage, number: int) -> None:
    stage.commit({"Topic": TOPIC})
    assert stage.gen("deploy").code == 0
    process = stage.start("deploy")
    assert process.stdout is not None
    while "no change" not in (line := process.stdout.readline()):
        assert line
    # By now the interpreter ends: as long as it takes to close what is open.
    time.sleep(0.05)
    process.send_signal(number)
    words, _ = process.communicate(timeout=WITHIN_S)
    assert (process.returncode, "Traceback" in words) == (0, False), words
