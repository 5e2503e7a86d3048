"""What a deployment tells people and scripts: the plan, the events, how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from generator.console import Console
from generator.deploy import failure, review
from generator.deploy.cloud import Change, Detail, Event
from generator.deploy.outcome import (
    Deleted,
    Deployed,
    NeedsPerson,
    NoChange,
    Outcome,
    Planned,
    Restored,
    RolledBack,
    Skipped,
    Stopped,
)

SIGNS = {"Add": "+", "Remove": "-", "Modify": "~", "Import": "<", "Dynamic": "?", "SyncWithActual": "="}
FOLD_ABOVE = 12
VALUE_WIDTH = 60


class Progress(Protocol):
    """Who watches how far one stack is."""

    def event(self, event: Event) -> None:
        """An event was told."""

    def expect(self, resources: int) -> None:
        """A change set touches so many resources."""

    def making(self, change_set: str) -> None:
        """A change set of that name is asked for; with an empty name, it is gone again."""

    def begins(self) -> None:
        """An operation is asked for, or followed."""


class Silence:
    """Nobody watches."""

    def event(self, event: Event) -> None:
        """See Progress."""

    def expect(self, resources: int) -> None:
        """See Progress."""

    def making(self, change_set: str) -> None:
        """See Progress."""

    def begins(self) -> None:
        """See Progress."""


SILENT = Silence()


@dataclass(frozen=True)
class Report:
    """Where the words about one stack go; ``stack`` is ``<region>/<name>``.

    ``prefix`` begins each line, so that several stacks side by side can be told apart. ``progress`` hears of
    what happens, for the lines at the bottom of a terminal.
    """

    console: Console
    stack: str
    prefix: str = "  "
    progress: Progress = SILENT

    def heading(self, text: str) -> None:
        """A stack begins."""
        self.console.line(self.console.paint("bold", f"{self.stack}  {text}"))

    def note(self, text: str) -> None:
        """What was decided, and why."""
        with self.console.screen.turn():
            self.console.note(f"{self.prefix}{text}")
            self.console.record({"type": "note", "stack": self.stack, "text": text})

    def event(self, event: Event) -> None:
        """An event of the running operation. People hear how things ended, scripts also that they began.

        Where a line of the stack is at the bottom of the terminal, only failures are told above it.
        """
        self.progress.event(event)
        reason = f"  {event.reason}" if event.reason else ""
        text = (
            f"{self.prefix}{event.time[11:19]}  {event.status:<20} {event.logical_id}  {event.type}{reason}"
        )
        failed = event.status.endswith("_FAILED") or "ROLLBACK" in event.status
        with self.console.screen.turn():
            if failed or self.console.verbose or (self._tells(event) and not self.console.screen.live):
                self.console.note(self.console.paint("red", text) if failed else text)
            self.console.record({"type": "event", "stack": self.stack, **record_of_event(event)})

    @staticmethod
    def _tells(event: Event) -> bool:
        return event.of_stack or bool(event.reason) or not event.status.endswith("_IN_PROGRESS")

    def changes(self, changes: Sequence[Change]) -> None:
        """A change set: what threatens data first, then what is replaced or removed, the rest folded."""
        self.progress.expect(len(changes))
        weighty = [change for change in review.by_weight(changes) if review.loses(change)]
        rest = [change for change in review.by_weight(changes) if not review.loses(change)]
        with self.console.screen.turn():
            for change in weighty:
                style = "red" if change.type in review.STATEFUL else "yellow"
                self.console.line(self.prefix + self.console.paint(style, line_of(change)))
                self._details(change)
            if len(rest) > FOLD_ABOVE and not self.console.verbose:
                for text in folded(rest):
                    self.console.line(self.prefix + text)
            else:
                for change in rest:
                    self.console.line(self.prefix + line_of(change))
                    self._details(change)
            for change in review.by_weight(changes):
                self.console.record({"type": "change", "stack": self.stack, **record_of(change)})

    def _details(self, change: Change) -> None:
        for detail in change.details if change.action == "Modify" else ():
            self.console.line(f"{self.prefix}    {text_of(detail)}")

    def outcome(self, outcome: Outcome) -> None:
        """How it ended."""
        style, headline = summary(outcome)
        with self.console.screen.turn():
            self.console.line(self.console.paint(style, f"{self.stack}  {headline}"))
            for text in explanation(outcome):
                self.console.line(f"  {text}")
            self.console.record({"type": "outcome", "stack": self.stack, **fields(outcome)})


def summarise(console: Console, outcomes: Sequence[Outcome]) -> None:
    """One line a stack, in the order of deployment, whatever order they ended in."""
    with console.screen.turn():
        console.line()
        for outcome in outcomes:
            style, headline = summary(outcome)
            console.line(console.paint(style, f"{outcome.stack}  {headline}"))
        stacks = [{"stack": outcome.stack, "outcome": type(outcome).__name__} for outcome in outcomes]
        console.record({"type": "summary", "stacks": stacks})


def record_of_event(event: Event) -> dict[str, object]:
    """An event for scripts."""
    return {
        "time": event.time,
        "status": event.status,
        "logical_id": event.logical_id,
        "physical_id": event.physical_id,
        "resource_type": event.type,
        "reason": event.reason,
        "stack_id": event.stack_id,
    }


def line_of(change: Change) -> str:
    """One change in one line."""
    fate = ""
    if change.action == "Remove":
        fate = "  REMOVED" + (", kept outside the stack" if change.policy_action == "Retain" else "")
    elif review.replaces(change):
        fate = "  MAY BE REPLACED" if change.replacement == "Conditional" else "  REPLACED"
    elif review.loses(change):
        fate = f"  MAY BE LOST ({change.action})"
    data = ", holds data" if fate and change.type in review.STATEFUL else ""
    return f"{SIGNS.get(change.action, '?')} {change.logical_id}  {change.type}{fate}{data}"


def text_of(detail: Detail) -> str:
    """What changes in a resource, with values where CloudFormation tells them."""
    name = detail.name or detail.attribute
    cause = f"  (from {detail.cause})" if detail.cause else ""
    if detail.before is None and detail.after is None:
        return f"{name}{cause}"
    return f"{name}: {short(detail.before)} → {short(detail.after)}{cause}"


def short(value: str | None) -> str:
    """A value that fits a line."""
    if value is None:
        return "(none)"
    return value if len(value) <= VALUE_WIDTH else value[: VALUE_WIDTH - 1] + "…"


def folded(changes: Iterable[Change]) -> list[str]:
    """Many harmless changes, counted by action and type."""
    counts = Counter((change.action, change.type) for change in changes)
    return [
        f"{SIGNS.get(action, '?')} {count} {kind}"
        for (action, kind), count in sorted(
            counts.items(), key=lambda item: (item[0][0] != "Modify", item[0])
        )
    ]


def record_of(change: Change) -> dict[str, object]:
    """A change for scripts."""
    return {
        "action": change.action,
        "logical_id": change.logical_id,
        "resource_type": change.type,
        "replacement": change.replacement,
        "policy_action": change.policy_action,
        "stateful": change.type in review.STATEFUL,
        "properties": sorted({detail.name or detail.attribute for detail in change.details}),
    }


def summary(outcome: Outcome) -> tuple[str, str]:
    """Style and headline of an outcome."""
    match outcome:
        case Deployed():
            found = "green", f"deployed ({outcome.status})"
        case NoChange():
            found = "green", "no change"
        case Planned():
            found = "cyan", f"planned: {len(outcome.changes)} changes, nothing executed"
        case Deleted():
            found = "green", "deleted"
        case Restored():
            found = "green", f"rolled back ({outcome.status})"
        case RolledBack():
            found = "red", f"failed, and rolled back ({outcome.status})"
        case NeedsPerson():
            found = "red", f"needs a person ({outcome.status}): {outcome.why}"
        case Skipped():
            found = "yellow", f"skipped: {outcome.why}"
        case Stopped():
            found = "red", f"stopped: {outcome.error.message}"
    return found


def explanation(outcome: Outcome) -> list[str]:
    """The lines below the headline: outputs, or cause, what is left, and the next command."""
    match outcome:
        case Deployed(outputs=outputs) | NoChange(outputs=outputs):
            return [f"{name} = {value}" for name, value in sorted(outputs.items())]
        case Deleted():
            return [f"kept, and in no stack any more: {name}" for name in outcome.retained]
        case Restored():
            return [f"left as it is, not rolled back: {name}" for name in outcome.skipped]
        case RolledBack() | NeedsPerson():
            lines = failure.cause_lines(outcome.cause)
            lines += [f"left: {name}" for name in outcome.left] or ["left: nothing outside the stack"]
            return [*lines, f"next: {outcome.fix}"]
        case Stopped():
            return [f"next: {outcome.error.fix}"] if outcome.error.fix else []
        case _:
            return []


def fields(outcome: Outcome) -> dict[str, object]:
    """An outcome for scripts."""
    found: dict[str, object] = {"outcome": type(outcome).__name__}
    match outcome:
        case Deployed():
            found |= {"status": outcome.status, "outputs": dict(outcome.outputs)}
        case NoChange():
            found |= {"outputs": dict(outcome.outputs)}
        case Planned():
            found |= {"changes": len(outcome.changes)}
        case Deleted():
            found |= {"retained": list(outcome.retained)}
        case Restored():
            found |= {"status": outcome.status, "skipped": list(outcome.skipped)}
        case RolledBack() | NeedsPerson():
            found |= {"status": outcome.status, "left": list(outcome.left), "fix": outcome.fix}
            found |= {"cause": failure.record(outcome.cause)} if outcome.cause else {}
        case Skipped():
            found |= {"why": outcome.why}
        case Stopped():
            found |= {"why": outcome.error.message, "fix": outcome.error.fix}
    return found
