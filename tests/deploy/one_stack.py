"""One stack that a person names, over a fake region: for `gen rollback` and `gen cancel`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from generator.config import Environment
from generator.deploy import on_request
from generator.deploy.outcome import Outcome, Stopped

from .fakes import FakeCloud, FakeStack
from .support import REGION, TOPIC, Person, body, committed, console, printed, site, tools
from .test_states import COURSES

NAME = "dev-us-west-2-items"
DEV = Environment(
    name="dev",
    production=False,
    regions=("us-west-2", "us-east-1"),
    owner="team",
    cost_center="CC-1",
    allowed_origins=(),
    account="111122223333",
)


class Place:
    """The stack items of an environment over one fake region."""

    def __init__(self, folder: Path, *, production: bool = False) -> None:
        self.cloud = FakeCloud()
        self.console = console()
        self.person = Person()
        one = committed(folder, body({"Topic": TOPIC}, Production=production))
        where = msgspec.structs.replace(DEV, production=production)
        self.site = site(where, [one], lambda _region: self.cloud, out=self.console)
        self.stack: FakeStack

    def put(self, status: str) -> FakeStack:
        self.stack = self.cloud.put(NAME, status, body({"First": TOPIC, "Second": TOPIC}))
        self.stack.running = list(COURSES.get(status, ()))
        return self.stack

    def wanted(self) -> on_request.Wanted:
        return on_request.Wanted("items", [REGION], 60)

    def rollback(self, *skip: str, continuing: bool = False) -> Outcome:
        return on_request.rollback(
            self.site,
            self.wanted(),
            tools=tools(self.cloud.clock, self.person),
            continuing=continuing,
            skip=skip,
        )

    def cancel(self) -> Outcome:
        return on_request.cancel(self.site, self.wanted(), tools=tools(self.cloud.clock, self.person))

    @property
    def words(self) -> str:
        return printed(self.console)


def error_of(outcome: Outcome) -> Any:
    assert isinstance(outcome, Stopped), outcome
    return outcome.error
