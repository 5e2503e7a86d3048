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
from generator.deploy import delete, environment
from generator.deploy import site as sites
from generator.deploy.aws import AwsCloud, Patience
from generator.deploy.environment import Site
from generator.deploy.job import Options, Tools
from generator.deploy.outcome import Outcome, worst
from generator.deploy.template import read_all
from generator.deploy.watch import SystemClock
from generator.errors import GenError

from ..deploy.support import body, committed

REGION = "us-west-2"
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
    """One stack, alone under its name, and its files in ``folder``."""

    folder: Path
    service: str
    cloud: AwsCloud  # straight to the engine
    patience: Patience = ONCE

    @property
    def stack(self) -> str:
        """Its name in CloudFormation."""
        return f"dev-{REGION}-{self.service}"

    def commit(self, version: int, *, broken: bool = False) -> None:
        """Write the template: ``version`` is in its resources and in its code."""
        (self.folder / "code").write_bytes(f"{self.service} {version}".encode())
        committed(self.folder, template(self.service, version, broken=broken))

    def commit_small(self) -> None:
        """Write a template without code, for the command itself."""
        topic = {"Topic": {"Type": "AWS::SNS::Topic"}}
        committed(self.folder, body(topic, self.service, Production=True))

    def build(self, handlers: list[str]) -> Mapping[str, Zip]:
        """The zip of the one handler."""
        path = self.folder / "code"
        digest = sha256(path.read_bytes())
        made = Zip(f"code/{digest.hexdigest()}.zip", path, b64encode(digest.digest()).decode())
        return dict.fromkeys(handlers, made)

    def patient(self, attempts: int) -> Life:
        """The same stack, with calls that are tried so often."""
        return replace(self, patience=replace(self.patience, attempts=attempts))

    def deploy(self, url: str = "", *, minutes: float = WAIT_S / 60, **options: Any) -> Ran:
        """``gen deploy``, with the person's consent, by way of ``url``."""
        chosen = Options(given={"ArtifactBucket": BUCKET}, timeout_minutes=minutes, **options)

        def step(here: Site) -> tuple[Outcome, ...]:
            return environment.deploy(here, here.templates, options=chosen, tools=tools(), build=self.build)

        return self.run(url, step)

    def delete(self, url: str = "") -> Ran:
        """``gen delete``, with the person's consent, by way of ``url``."""

        def step(here: Site) -> tuple[Outcome, ...]:
            wish = delete.Wish(named=frozenset({self.service}), timeout_minutes=WAIT_S / 60)
            return delete.delete(here, here.templates, tools=tools(), wish=wish)

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


def template(service: str, version: int, *, broken: bool) -> dict[str, Any]:
    """A production stack with code, data that is protected last, an alarm that rolls back, and a bucket."""
    resources: dict[str, Any] = {
        "Code": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {
                "Type": "String",
                "Name": f"/{service}/code",
                "Value": {"Fn::Join": [" ", [{"Ref": "CodeKey"}, {"Ref": "CodeSha256"}]]},
            },
        },
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": f"dev-{REGION}-{service}",
                "BillingMode": "PAY_PER_REQUEST",
                "DeletionProtectionEnabled": version > 0,
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            },
        },
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30 + version}},
        "Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Delete"},
        "Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmName": f"dev-{REGION}-{service}-errors",
                "Namespace": "Faults",
                "MetricName": "Errors",
                "Statistic": "Sum",
                "Period": 60,
                "EvaluationPeriods": 1,
                "Threshold": 1,
                "ComparisonOperator": "GreaterThanThreshold",
            },
        },
    }
    if broken:
        # CloudFormation makes no secure strings: this fails only when it is executed.
        resources["Broken"] = {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Type": "SecureString", "Value": "x"},
        }
    return body(
        resources,
        service,
        Production=True,
        Parameters={name: {"Type": "String"} for name in ("ArtifactBucket", "CodeKey", "CodeSha256")},
        Artifacts={"CodeKey": {"Handler": "handlers.any", "Sha256Parameter": "CodeSha256"}},
        ProtectLast={"Table": "DeletionProtectionEnabled"} if version > 0 else {},
        RollbackAlarms=["Alarm"],
        MonitoringMinutes=0,
    )
