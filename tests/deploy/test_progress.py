"""How far a stack is, as one line; what is below and above it on a terminal; nested stacks and history."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.console import Console
from generator.deploy import front, history, progress
from generator.deploy.cloud import Event, StackMovedError, UnreachableError
from generator.deploy.progress import Board, Row
from generator.deploy.tail import Tail
from generator.errors import DeployError

from .fakes import FakeCloud
from .records import KINDS, SCHEMA
from .support import TOPIC, body, committed, console, printed
from .test_environment import DEV
from .timed import deploy, stacks

STACK = "AWS::CloudFormation::Stack"
ROOT = "arn:aws:cloudformation:us-west-2:1:stack/root/1"
CHILD = "arn:aws:cloudformation:us-west-2:1:stack/root-Child/2"
NUMBERS = itertools.count()


def event(status: str, name: str = "", *, of: str = ROOT, physical: str = "", time: str = "") -> Event:
    """An event of a resource, or of the stack ``of`` itself where no ``name`` is given."""
    return Event(
        id=f"e{next(NUMBERS)}",
        logical_id=name or of.split("/")[1],
        type="AWS::SNS::Topic" if name and not physical.startswith("arn:") else STACK,
        status=status,
        stack_id=of,
        physical_id=physical or (f"p-{name}" if name else of),
        time=time or "2026-01-01T00:00:00+00:00",
    )


def after(events: Iterable[Event], row: Row | None = None) -> Row:
    found = row or Row("us-west-2/items", expected=4)
    for number, one in enumerate(events):
        found = progress.after(found, one, float(number))
    return found


def test_resources_are_counted_once_and_the_current_one_is_named() -> None:
    begun = [event("CREATE_IN_PROGRESS"), event("CREATE_IN_PROGRESS", "A"), event("CREATE_IN_PROGRESS", "A")]
    row = after(begun)
    assert (len(row.done), row.total, row.current, row.began) == (0, 4, "A", 0.0)
    row = after([event("CREATE_COMPLETE", "A"), event("CREATE_COMPLETE", "A")], row)
    assert (len(row.done), row.total, row.current) == (1, 4, "")


def test_nested_resources_count_and_their_stack_counts_as_one() -> None:
    row = after(
        [
            event("CREATE_IN_PROGRESS"),
            event("CREATE_IN_PROGRESS", "Child", physical=CHILD),
            event("CREATE_IN_PROGRESS", of=CHILD),
            event("CREATE_IN_PROGRESS", "A", of=CHILD),
            event("CREATE_COMPLETE", "A", of=CHILD),
            event("CREATE_COMPLETE", of=CHILD),
            event("CREATE_COMPLETE", "Child", physical=CHILD),
        ],
        Row("k", expected=1),
    )
    assert (len(row.done), row.total, row.state) == (2, 2, "CREATE_IN_PROGRESS")


def test_a_rollback_counts_down_what_was_touched() -> None:
    row = after(
        [
            event("CREATE_IN_PROGRESS"),
            event("CREATE_COMPLETE", "A"),
            event("CREATE_FAILED", "B"),
            event("ROLLBACK_IN_PROGRESS"),
            event("DELETE_COMPLETE", "A"),
        ]
    )
    assert (len(row.done), row.total, row.state, row.usual) == (1, 2, "ROLLBACK_IN_PROGRESS", None)


ROWS = st.builds(
    Row,
    stack=st.just("us-west-2/items"),
    state=st.sampled_from(["preparing", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"]),
    expected=st.integers(0, 500),
    current=st.sampled_from(["", "A" * 255]),
    began=st.none() | st.floats(0, 1e5),
    usual=st.none() | st.floats(0, 1e5),
)


@given(row=ROWS, width=st.integers(1, 200), ascii_only=st.booleans())
def test_a_line_never_exceeds_its_width(row: Row, width: int, ascii_only: bool) -> None:
    text = progress.line(row, 2e5, width, 20, ascii_only=ascii_only)
    assert len(text) <= width
    assert text.isascii() or not ascii_only
    assert "\n" not in text


def test_a_wide_line_has_it_all() -> None:
    begun = after(
        [event("UPDATE_IN_PROGRESS"), event("UPDATE_COMPLETE", "A"), event("UPDATE_IN_PROGRESS", "B")]
    )
    row = Row(**{**vars(begun), "usual": 125.0})
    assert progress.line(row, 65.0, 100, 0, ascii_only=True) == (
        "us-west-2/items  #####...............  1/4  1:05 of ~2:05  UPDATE_IN_PROGRESS  B"
    )
    assert progress.line(row, 65.0, 50, 0, ascii_only=True) == (
        "us-west-2/items  1/4  1:05 of ~2:05  UPDATE_IN_PRO"
    )


def timed(*pairs: tuple[str, int]) -> list[Event]:
    return [event(status, time=f"2026-01-01T00:{at // 60:02}:{at % 60:02}+00:00") for status, at in pairs]


def test_the_estimate_is_the_median_of_what_succeeded_before() -> None:
    events = timed(
        ("CREATE_IN_PROGRESS", 0),
        ("CREATE_COMPLETE", 100),
        ("UPDATE_IN_PROGRESS", 200),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", 208),
        ("UPDATE_COMPLETE", 210),
        ("UPDATE_IN_PROGRESS", 300),
        ("UPDATE_ROLLBACK_IN_PROGRESS", 301),
        ("UPDATE_ROLLBACK_COMPLETE", 400),
        ("UPDATE_IN_PROGRESS", 500),
        ("UPDATE_COMPLETE", 530),
        ("UPDATE_IN_PROGRESS", 600),
    )
    assert history.durations(events, "UPDATE_IN_PROGRESS") == (10.0, 30.0)
    assert history.usual(events, "UPDATE_IN_PROGRESS") == 20.0
    assert history.usual(events, "CREATE_IN_PROGRESS") == 100.0
    assert history.usual(events, "DELETE_IN_PROGRESS") is None


class Scripted(FakeCloud):
    """Events of several stacks, which come when they are put there."""

    def __init__(self, **stacks: list[Event]) -> None:
        super().__init__()
        self.of = {ROOT: stacks["root"], CHILD: stacks["child"]}
        self.asked: list[str] = []
        self.refuses: dict[str, DeployError] = {}

    def events(self, stack: str, *, after: str | None) -> tuple[Event, ...]:
        self.asked.append(stack)
        if stack in self.refuses:
            raise self.refuses[stack]
        events = self.of[stack]
        known = [number for number, one in enumerate(events) if one.id == after]
        return tuple(events[known[0] + 1 :] if known else events)


def test_events_of_nested_stacks_come_in_order_once_and_only_of_this_operation() -> None:
    old = event("CREATE_COMPLETE", of=CHILD, time="2025-01-01T00:00:00+00:00")
    inner = [old, event("UPDATE_IN_PROGRESS", of=CHILD), event("UPDATE_FAILED", "A", of=CHILD)]
    first = event("UPDATE_IN_PROGRESS")
    outer = [first, event("UPDATE_IN_PROGRESS", "Child", physical=CHILD)]
    cloud = Scripted(root=outer, child=inner)
    tail = Tail(cloud, ROOT, None)
    assert set(tail.read()) == {*inner[1:], *outer}
    late = "2026-01-01T00:00:01+00:00"
    inner.append(event("UPDATE_ROLLBACK_COMPLETE", of=CHILD, time=late))
    outer.append(event("UPDATE_FAILED", "Child", physical=CHILD, time=late))
    assert tail.read() == (inner[-1], outer[-1]), "the nested stack's own end comes first"
    cloud.asked.clear()
    assert tail.read() == ()
    assert cloud.asked == [ROOT], "a nested stack that is done costs no more calls"


def test_nothing_is_lost_when_a_nested_stack_cannot_be_read() -> None:
    outer = [event("UPDATE_IN_PROGRESS"), event("UPDATE_IN_PROGRESS", "Child", physical=CHILD)]
    cloud = Scripted(root=outer, child=[event("UPDATE_IN_PROGRESS", of=CHILD)])
    tail = Tail(cloud, ROOT, None)
    cloud.refuses[CHILD] = UnreachableError("no answer")
    with pytest.raises(UnreachableError):
        tail.read()
    cloud.refuses.clear()
    assert len(tail.read()) == 3
    cloud.refuses[CHILD] = StackMovedError("the nested stack is gone")
    assert tail.read() == ()
    cloud.refuses[ROOT] = StackMovedError("the stack is gone")
    with pytest.raises(StackMovedError):
        tail.read()


def test_several_stacks_prefix_their_lines_and_one_does_not(tmp_path: Path) -> None:
    out = console()
    deploy(FakeCloud(), stacks(tmp_path / "two", {"a": (), "b": ()}), out=out)
    events = [line for line in printed(out).splitlines() if "CREATE_COMPLETE  " in line]
    assert events
    assert all(line.startswith(("us-west-2/a  ", "us-west-2/b  ")) for line in events)
    assert len(events) == len(set(events)) == 4
    out = console()
    deploy(FakeCloud(), stacks(tmp_path / "one", {"a": ()}), out=out)
    assert "\n  00:00:00  CREATE_COMPLETE" in printed(out)
    assert "us-west-2/a  deployed" not in printed(out).rpartition("deployed")[2]


def test_quiet_leaves_results_and_errors(tmp_path: Path) -> None:
    out = console()
    quiet = Console(out.results, out.words, quiet=True)
    deploy(FakeCloud(), [committed(tmp_path, body({"T": TOPIC}))], out=quiet)
    assert out.words.getvalue() == ""  # type: ignore[attr-defined]
    assert "deployed (CREATE_COMPLETE)" in out.results.getvalue()  # type: ignore[attr-defined]


def test_the_history_is_read_only_where_somebody_sees_the_estimate(tmp_path: Path) -> None:
    cloud = FakeCloud()
    deploy(cloud, [committed(tmp_path, body({"T": TOPIC}))])
    assert "recent" not in cloud.calls
    board = Board(["us-west-2/items"], lambda: 0.0)
    watched = front.Watched(board, "us-west-2/items", cloud, live=True)
    cloud.stacks[0].events[-1:] = timed(("CREATE_IN_PROGRESS", 0), ("CREATE_COMPLETE", 90))
    cloud.stacks[0].id = ROOT
    watched.event(event("CREATE_IN_PROGRESS"))
    assert board.row("us-west-2/items").usual == 90.0
    assert DEV.name == "dev"


def test_the_documentation_lists_every_record_and_every_key() -> None:
    text = (Path(__file__).parents[2] / "docs" / "deploying.md").read_text(encoding="utf-8")
    section = text.partition("## JSON lines\n")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE))
    for kind in KINDS:
        keys = set(SCHEMA["$defs"][kind]["properties"]) - {"type"}
        told = set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)|: the .*", "", rows[kind])))
        assert told == keys, kind
    kinds = set(re.findall(r"`(\w+)`", re.search(r"\(([^)]*)\)", rows["outcome"])[1]))  # type: ignore[index]
    assert kinds == set(SCHEMA["$defs"]["kind"]["enum"])
