"""New events of a stack and of the stacks nested in it."""

from __future__ import annotations

from generator.deploy.cloud import Cloud, Event, StackMovedError

STACK = "AWS::CloudFormation::Stack"


class Tail:
    """Reads the events of a stack that are newer than ``after``, and those of its nested stacks, each once.

    A nested stack is read from the moment its parent names it until its parent says that it is done, so a
    stack without nested ones costs one call a look.
    """

    def __init__(self, cloud: Cloud, stack_id: str, after: str | None) -> None:
        self._cloud = cloud
        self._root = stack_id
        self._after: dict[str, str | None] = {stack_id: after}
        self._running: frozenset[str] = frozenset()
        self._since = ""
        self._told: set[tuple[str, str]] = set()

    def read(self) -> tuple[Event, ...]:
        """What is new, oldest first. Nothing is lost where a call fails: the next look reads it again."""
        after, running, since = dict(self._after), set(self._running), self._since
        found: list[Event] = []
        todo, looked = [self._root, *sorted(running)], set()
        while todo:
            stack = todo.pop(0)
            if stack in looked:
                continue
            looked.add(stack)
            events = self._events(stack, after.get(stack))
            if events:
                after[stack] = events[-1].id
                since = since or events[0].time
            # A nested stack has a history of its own: what came before this operation is not of it.
            fresh = [event for event in events if stack == self._root or event.time >= since]
            found += fresh
            for event in fresh:
                if event.type != STACK or event.of_stack or not event.physical_id.startswith("arn:"):
                    continue
                todo.append(event.physical_id)
                (running.add if event.status.endswith("_IN_PROGRESS") else running.discard)(event.physical_id)
        self._after, self._running, self._since = after, frozenset(running), since
        new = {(event.stack_id, event.id): event for event in found}
        fresh = [event for key, event in new.items() if key not in self._told]
        self._told |= new.keys()
        if len(looked) > 1:
            # What happens in a nested stack comes before what its parent makes of it.
            fresh.sort(key=lambda event: (event.time, event.stack_id == self._root))
        return tuple(fresh)

    def _events(self, stack: str, after: str | None) -> tuple[Event, ...]:
        try:
            return self._cloud.events(stack, after=after)
        except StackMovedError:
            if stack == self._root:
                raise
            return ()
