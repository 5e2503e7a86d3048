"""A small stack with all that a deployment may call for, and the steps of its life, each over a proxy."""

from __future__ import annotations

import io
import itertools
import json
import time
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import cli
from generator.config import Environment
from generator.console import Console
from generator.deploy import delete, diagnose, drift, environment, on_request, status
from generator.deploy import site as sites
from generator.deploy.aws import AwsCloud, Patience
from generator.deploy.environment import Site
from generator.deploy.job import Options, Tools
from generator.deploy.outcome import Outcome, worst
from generator.deploy.plan import settled
from generator.deploy.template import read_all
from generator.deploy.watch import SystemClock
from generator.errors import GenError

from ..deploy.support import body, committed
from .templates import REGION, slow_template, template

BUCKET = "fault-artifacts"
POLL_S = 0.02
WAIT_S = 8.0
TRACEBACK = 1
# A fault is as if all tries had met it: what the tries are good for, tests of their own show.
ONCE = Patience(attempts=1, connect_s=2, read_s=10)
PRODUCTION = Environment(
    name="dev",
    production=True,
    regions=("us-west-2",),
    owner="team",
    cost_center="CC-1",
    allowed_origins=(),
)
TOKENS = itertools.count(1)
Step = Callable[[Site], tuple[Outcome, ...]]


@dataclass(frozen=True)
class Zip:
    """A package, as ``generator.package`` would build it."""

    key: str
    path: Path
    code_sha256: str


@dataclass(frozen=True)
class Ran:
    """How a run ended: exit code, all that it printed, the time it took."""

    code: int
    words: str
    seconds: float


@dataclass(frozen=True)
class Life:
    """One stack, alone under its name, and its files in ``folder``. A run waits ``wait_s`` for an end."""

    folder: Path
    service: str
    cloud: AwsCloud  # straight to the engine
    patience: Patience = ONCE
    wait_s: float = WAIT_S

    @property
    def stack(self) -> str:
        """Its name in CloudFormation."""
        return f"dev-{REGION}-{self.service}"

    @property
    def minutes(self) -> float:
        """How long a run waits, as its options say it."""
        return self.wait_s / 60

    def commit(self, version: int, *, broken: bool = False) -> None:
        """Write the template: ``version`` is in its resources and in its code."""
        (self.folder / "code").write_bytes(f"{self.service} {version}".encode())
        committed(self.folder, template(self.service, version, broken=broken))

    def commit_slow(self, version: int) -> None:
        """Write a template with a resource that can be told to take its time, and one after it."""
        committed(self.folder, slow_template(self.service, version, self.folder))

    def hold(self, version: int) -> Path:
        """The first resource does not reach ``version`` before this file is gone."""
        order = self.folder / f"Update-Slow-{version}"
        order.write_text("hold", encoding="utf-8")
        return order

    def update_by_hand(self, content: Mapping[str, Any], *, on_failure: str) -> None:
        """Somebody else's update, executed; with DO_NOTHING as one who switched rollback off."""
        aws = self.cloud.cloudformation
        names = {"StackName": self.stack, "ChangeSetName": f"by-hand-{next(TOKENS)}"}
        has = set(content.get("Parameters", {}))
        aws.create_change_set(
            **names,
            ChangeSetType="UPDATE",
            TemplateBody=json.dumps(content),
            Parameters=[{"ParameterKey": name, "UsePreviousValue": True} for name in sorted(has)],
            OnStackFailure=on_failure,
        )
        aws.execute_change_set(**names)

    def wait_for(self, what: Callable[[], bool]) -> None:
        """Until ``what`` holds; an AssertionError when it takes too long."""
        until = time.monotonic() + WAIT_S
        while not what():
            assert time.monotonic() < until, "it takes too long"
            time.sleep(POLL_S)

    def at_rest(self) -> bool:
        """Whether nothing runs in the stack."""
        stack = self.cloud.stack(self.stack)
        return stack is None or settled(stack.status)

    def commit_small(self, *topics: str) -> None:
        """Write a template without code, for the command itself."""
        resources = {name: {"Type": "AWS::SNS::Topic"} for name in topics or ("Topic",)}
        committed(self.folder, body(resources, self.service, Production=True))

    def build(self, handlers: list[str]) -> Mapping[str, Zip]:
        """The zip of the one handler."""
        path = self.folder / "code"
        digest = sha256(path.read_bytes())
        made = Zip(f"code/{digest.hexdigest()}.zip", path, b64encode(digest.digest()).decode())
        return dict.fromkeys(handlers, made)

    def patient(self, attempts: int) -> Life:
        """The same stack, with calls that are tried so often."""
        return replace(self, patience=replace(self.patience, attempts=attempts))

    def deploy(self, url: str = "", *, minutes: float = 0, **options: Any) -> Ran:
        """``gen deploy``, with the person's consent, by way of ``url``."""
        given = {name: BUCKET for name in self.committed().get("Parameters", {}) if name == "ArtifactBucket"}
        chosen = Options(given=given, timeout_minutes=minutes or self.minutes, **options)

        def step(here: Site) -> tuple[Outcome, ...]:
            return environment.deploy(here, here.templates, options=chosen, tools=tools(), build=self.build)

        return self.run(url, step)

    def delete(self, url: str = "") -> Ran:
        """``gen delete``, with the person's consent, by way of ``url``."""

        def step(here: Site) -> tuple[Outcome, ...]:
            wish = delete.Wish(named=frozenset({self.service}), timeout_minutes=self.minutes)
            return delete.delete(here, here.templates, tools=tools(), wish=wish)

        return self.run(url, step)

    def rollback(self, url: str = "") -> Ran:
        """``gen rollback``."""

        def step(here: Site) -> tuple[Outcome, ...]:
            wanted = on_request.Wanted(self.service, [REGION], self.minutes)
            return (on_request.rollback(here, wanted, tools=tools(), continuing=False, skip=()),)

        return self.run(url, step)

    def cancel(self, url: str = "") -> Ran:
        """``gen cancel``."""

        def step(here: Site) -> tuple[Outcome, ...]:
            wanted = on_request.Wanted(self.service, [REGION], self.minutes)
            return (on_request.cancel(here, wanted, tools=tools()),)

        return self.run(url, step)

    def drift(self, url: str = "") -> Ran:
        """``gen drift``."""

        def step(here: Site) -> tuple[Outcome, ...]:
            clock, minutes = SystemClock(), self.minutes
            found = drift.detect(here, here.templates, clock=clock, interval=POLL_S, timeout_minutes=minutes)
            for result in found:
                here.console.line(f"{result.stack}  {drift.in_words(result)}")
            if error := drift.worst(here, found):
                raise error
            return ()

        return self.run(url, step)

    def diagnose(self, url: str = "") -> Ran:
        """``gen diagnose``."""

        def step(here: Site) -> tuple[Outcome, ...]:
            (subject,) = diagnose.subjects(here, self.service, [REGION])
            environment.check_account(here, here.clouds(REGION))
            for line in diagnose.screen(diagnose.diagnose(here, subject)):
                here.console.line(line)
            return ()

        return self.run(url, step)

    def status(self, url: str = "") -> Ran:
        """``gen status``."""

        def step(here: Site) -> tuple[Outcome, ...]:
            for line in status.table(status.states(here, here.templates)):
                here.console.line(line)
            return ()

        return self.run(url, step)

    @contextmanager
    def site(self, url: str, console: Console) -> Iterator[Site]:
        """Clients of their own by way of ``url``: what they learn of throttling ends with the run.

        Without one, those that are there, for making clients takes longer than a run.
        """
        if url:
            endpoint = sites.embedded(url)
            with sites.opened(
                PRODUCTION, out=self.folder, endpoint=endpoint, console=console, patience=self.patience
            ) as site:
                yield site
        else:
            templates = read_all(self.folder, PRODUCTION.name, PRODUCTION.regions)
            yield Site(PRODUCTION, templates, lambda _region: self.cloud, console, True, " --local")

    def run(self, url: str, step: Step) -> Ran:
        """Run a command's body as ``cli.main`` does; what escapes is exit code 1, our bug."""
        said = io.StringIO()
        began = time.monotonic()
        try:
            with self.site(url, Console(said, said)) as here:
                error = worst(step(here))
        except GenError as raised:
            error = raised
        except Exception:
            return Ran(TRACEBACK, said.getvalue() + traceback.format_exc(), time.monotonic() - began)
        if error is not None:
            print(f"error: {error.message}\n  fix: {error.fix}", file=said)
        return Ran(cli.exit_code(error) if error else 0, said.getvalue(), time.monotonic() - began)

    def committed(self) -> Any:
        """The committed template."""
        path = self.folder / "dev" / REGION / f"{self.service}.json"
        return json.loads(path.read_text(encoding="utf-8"))


def tools() -> Tools:
    """A person who says yes, and a quick look at the clock."""
    return Tools(
        ask=lambda _question, _word: True,
        clock=SystemClock(),
        token=lambda: f"gen-fault-{next(TOKENS)}",
        interval=POLL_S,
        answered=True,
    )
