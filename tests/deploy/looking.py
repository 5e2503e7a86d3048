"""One committed stack in a fake region, for the commands that only look. What they record fits the schema."""

from __future__ import annotations

import json
from pathlib import Path

from generator.config import Environment, load_environments
from generator.deploy import diagnose, drift, status
from generator.deploy.environment import Site

from .fakes import FakeCloud, FakeStack
from .records import checked
from .support import QUEUE, TABLE, TOPIC, body, committed, site

NAME = "dev-us-west-2-items"
ITEMS = body({"Table": TABLE, "Queue": QUEUE, "Topic": TOPIC}, Outputs={"Word": {"Value": "hello"}})
DEV = load_environments()["dev"]
AGAIN = "gen deploy --env dev --region us-west-2 --stack items"


class Place:
    """One committed stack, `items`, in a fake region."""

    def __init__(self, folder: Path, where: Environment = DEV, **metadata: object) -> None:
        content = {**ITEMS, "Metadata": {"Gen": {**ITEMS["Metadata"]["Gen"], **metadata}}}
        self.cloud = FakeCloud()
        self.one = committed(folder, content)
        self.site: Site = site(where, [self.one], lambda _region: self.cloud)

    def put(self, state: str, *events: tuple[str, str, str]) -> FakeStack:
        stack = self.cloud.put(NAME, "CREATE_COMPLETE", self.one.body)
        stack.status = state
        for logical_id, resource_status, reason in events:
            self.cloud.say(stack, logical_id, resource_status, reason)
        return stack

    def diagnose(self, wanted: str = "items") -> diagnose.Diagnosis:
        (subject,) = diagnose.subjects(self.site, wanted, ["us-west-2"])
        found = diagnose.diagnose(self.site, subject)
        checked(json.dumps(diagnose.record(found)))
        return found

    def status(self) -> status.State:
        (found,) = status.states(self.site, [self.one])
        checked(json.dumps(status.record(found)))
        return found

    def drift(self, **patience: float) -> drift.Result:
        wait = {"interval": 1, "timeout_minutes": 1, **patience}
        (result,) = drift.detect(self.site, [self.one], clock=self.cloud.clock, **wait)
        checked(json.dumps(drift.record(result)))
        return result
