"""Many stacks: side by side, in order, with one question, and with an end for those that wait in vain."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from generator.deploy import artifacts, environment, order
from generator.deploy.job import Options
from generator.deploy.outcome import Deployed, NoChange, Skipped, Stopped
from generator.errors import DeployError, RefusedError

from .fakes import FakeClock, FakeCloud
from .support import TOPIC, Person, body, committed, console, printed, site, tools
from .test_environment import DEV
from .timed import PROD, TimedCloud, deploy, lasting, no_build, production, real_time, stacks

EAST = "us-east-1"


def test_independent_stacks_take_as_long_as_the_slowest(tmp_path: Path) -> None:
    cloud = TimedCloud(latency_s=0.001, tick_s=0.01)
    names = [f"s{number}" for number in range(6)]
    for _ in names:
        cloud.script(*lasting(30))
    began = time.monotonic()
    outcomes = deploy(cloud, stacks(tmp_path, dict.fromkeys(names, ())), given=real_time())
    took = time.monotonic() - began
    assert all(isinstance(outcome, Deployed) for outcome in outcomes.values())
    assert took < 6 * 0.3 / 2, "they were not side by side"


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_stacks_than_allowed_are_worked_on_at_once(tmp_path: Path, at_once: int) -> None:
    class Counting(TimedCloud):
        most = 0

        def tick(self) -> None:
            self.most = max(self.most, sum(bool(stack.running) for stack in self.stacks))
            super().tick()

    cloud = Counting(latency_s=0, tick_s=0.002)
    for _ in range(7):
        cloud.script(*lasting(20))
    deploy(
        cloud,
        stacks(tmp_path, dict.fromkeys([f"s{n}" for n in range(7)], ())),
        given=real_time(),
        at_once=at_once,
    )
    assert cloud.most == at_once


def test_the_summary_has_the_order_of_the_graph_and_not_that_of_the_ends(tmp_path: Path) -> None:
    graph: dict[str, tuple[str, ...]] = {"slow": (), "quick": (), "after": ("slow",)}
    printouts = set()
    for number in range(3):
        cloud, out = TimedCloud(latency_s=0, tick_s=0.005), console()
        cloud.script(*lasting(3 + 10 * number))
        deploy(cloud, stacks(tmp_path, graph), given=real_time(), out=out)
        printouts.add(out.results.getvalue().rpartition("\n\n")[2])  # type: ignore[attr-defined]
    assert printouts == {
        "us-west-2/slow  deployed (CREATE_COMPLETE)\n"
        "us-west-2/quick  deployed (CREATE_COMPLETE)\n"
        "us-west-2/after  deployed (CREATE_COMPLETE)\n"
    }


def test_the_longest_chain_is_started_first(tmp_path: Path) -> None:
    templates = stacks(tmp_path, {"a": (), "b": (), "c": ("b",), "d": ("c",)})
    assert order.heights(order.in_order(templates)) == {
        "us-west-2/a": 1,
        "us-west-2/b": 3,
        "us-west-2/c": 2,
        "us-west-2/d": 1,
    }
    cloud = FakeCloud()
    deploy(cloud, templates, at_once=1)
    assert cloud.requests[0].stack == "dev-us-west-2-b"


def test_a_failure_leaves_the_rest_of_the_graph_alone(tmp_path: Path) -> None:
    graph = {"root": (), "bad": ("root",), "waits": ("bad",), "deep": ("waits",), "fine": ("root",)}
    cloud, out = FakeCloud(), console(json_lines=True)
    cloud.put("dev-us-west-2-bad", "ROLLBACK_FAILED")
    outcomes = deploy(cloud, stacks(tmp_path, graph), out=out)
    assert {name: type(outcome).__name__ for name, outcome in outcomes.items()} == {
        "root": "Deployed",
        "bad": "NeedsPerson",
        "fine": "Deployed",
        "waits": "Skipped",
        "deep": "Skipped",
    }
    assert outcomes["deep"] == Skipped("us-west-2/deep", "it depends on us-west-2/waits")
    assert '"type": "summary"' in printed(out).splitlines()[-5:][-1] or '"summary"' in printed(out)


def test_values_cross_regions_and_each_stack_is_asked_for_once(tmp_path: Path) -> None:
    west, east = FakeCloud(), FakeCloud()
    source = body({"T": TOPIC}, service="source", Outputs={"A": {"Value": "1"}, "B": {"Value": "2"}})
    old = body({"T": TOPIC}, service="old", Outputs={"C": {"Value": "3"}, "D": {"Value": "4"}})
    takes = body(
        {"T": TOPIC},
        service="takes",
        Region=EAST,
        Parameters={name: {"Type": "String"} for name in "ABCD"},
        Inputs={name: f"us-west-2/{'source' if name in 'AB' else 'old'}.{name}" for name in "ABCD"},
    )
    templates = [committed(tmp_path, content) for content in (source, old, takes)]
    west.put("dev-us-west-2-old", "CREATE_COMPLETE", old)
    selected = order.in_order([templates[0], templates[2]])
    where = site(DEV, templates, lambda region: east if region == EAST else west)
    outcomes = environment.deploy(
        where,
        selected,
        options=Options(),
        tools=tools(FakeClock(on_tick=[west.tick, east.tick])),
        build=no_build,
    )
    assert [type(outcome) for outcome in outcomes] == [Deployed, Deployed]
    assert east.requests[0].parameters == {"A": "1", "B": "2", "C": "3", "D": "4"}


def test_production_is_asked_once_before_anything_is_executed(tmp_path: Path) -> None:
    templates = production(tmp_path, {"a": (), "b": (), "c": ("a",)})
    cloud, person, out = FakeCloud(), Person(), console()
    executed: list[int] = []

    def ask(question: str, word: str) -> bool:
        executed.append(cloud.calls.count("execute_change_set"))
        return person.ask(f"{question} {word}", word)

    given = replace(tools(cloud.clock), ask=ask)
    outcomes = deploy(cloud, templates, where=PROD, given=given, out=out)
    assert all(isinstance(outcome, Deployed) for outcome in outcomes.values())
    # Both that can be known at first are one question; what waits for one of them is asked for later.
    assert person.questions == [
        "all 2 of these? dev",
        "execute these changes on dev-us-west-2-c? dev-us-west-2-c",
    ]
    # b need not be done by then: c waits for a alone.
    assert executed in ([0, 1], [0, 2])
    assert "us-west-2/a: execute these changes on dev-us-west-2-a?" in printed(out)


def test_what_changes_nothing_lets_its_dependants_into_the_first_question(tmp_path: Path) -> None:
    templates = production(tmp_path, {"a": (), "b": (), "c": ("a",)})
    cloud, person = FakeCloud(), Person()
    deploy(cloud, [templates[0]], where=PROD)
    outcomes = deploy(cloud, templates, where=PROD, person=person)
    assert isinstance(outcomes["a"], NoChange)
    assert len(person.questions) == 1


def test_the_question_is_for_all_stacks_although_few_may_run_at_once(tmp_path: Path) -> None:
    templates = production(tmp_path, dict.fromkeys("abcde", ()))
    cloud, person = FakeCloud(), Person()
    outcomes = deploy(cloud, templates, where=PROD, person=person, at_once=2)
    assert all(isinstance(outcome, Deployed) for outcome in outcomes.values())
    assert person.questions == ["all 5 of these?"]


def test_a_no_answers_for_all_and_leaves_nothing_behind(tmp_path: Path) -> None:
    templates = production(tmp_path, {"a": (), "b": (), "c": ("a",)})
    cloud, person = FakeCloud(), Person(says_yes=False)
    outcomes = deploy(cloud, templates, where=PROD, person=person)
    assert [type(outcomes[name]) for name in "abc"] == [Stopped, Stopped, Skipped]
    assert len(person.questions) == 1
    assert cloud.sets == {}
    assert all(stack.status == "DELETE_COMPLETE" for stack in cloud.stacks)


def test_nobody_to_ask_is_told_for_every_stack(tmp_path: Path) -> None:
    def nobody(question: str, _word: str) -> bool:
        raise RefusedError(question, "--yes")

    cloud = FakeCloud()
    templates = production(tmp_path, {"a": (), "b": ()})
    outcomes = deploy(cloud, templates, where=PROD, given=replace(tools(cloud.clock), ask=nobody))
    assert all(isinstance(outcome, Stopped) for outcome in outcomes.values())
    assert "execute_change_set" not in cloud.calls


def test_a_yes_beforehand_lets_no_stack_wait_for_another(tmp_path: Path) -> None:
    templates = production(tmp_path, {"a": (), "b": ()})
    cloud, person = FakeCloud(), Person()
    given = replace(tools(cloud.clock, person), answered=True)
    deploy(cloud, templates, where=PROD, given=given, at_once=1)
    assert len(person.questions) == 2, "each stack had its answer at once"


@pytest.mark.parametrize("ticks", [4, 40])
def test_calls_of_a_stack_are_counted_and_bounded(tmp_path: Path, ticks: int) -> None:
    """Fixed calls a stack, and one a look at its change set or its events."""
    cloud = TimedCloud(latency_s=0, tick_s=0.01)
    names = [f"s{number}" for number in range(5)]
    for _ in names:
        cloud.script(*lasting(ticks))
    began = time.monotonic()
    deploy(cloud, stacks(tmp_path, dict.fromkeys(names, ())), given=real_time(interval=0.02))
    looks = (time.monotonic() - began) / 0.02
    made = dict(cloud.made)
    assert made.pop("identity") == 1
    assert made.pop("events") + made.pop("change_set") <= len(names) * (looks + 3)
    assert sum(made.values()) <= len(names) * 9, made


def test_uploads_go_side_by_side_in_order_and_the_first_error_is_told() -> None:
    running, most = 0, 0
    lock = threading.Lock()

    def do(number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        if number < 0:
            raise DeployError(f"no {number}")
        return number * 2

    assert artifacts.side_by_side(do, range(10)) == [number * 2 for number in range(10)]
    assert most == artifacts.AT_ONCE
    assert artifacts.side_by_side(do, []) == []
    with pytest.raises(DeployError, match="no -1"):
        artifacts.side_by_side(do, [1, -1, 2, -3])
