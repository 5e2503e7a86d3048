"""A folder with an environment, a template that fails on command, and `gen` as a process of its own."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.deploy import template
from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import Stack
from generator.deploy.plan import settled
from tests.support import ROOT, Run, clean_environment, gen_process

from .support import body, committed

ENVIRONMENT = """\
production: {production}
regions: [us-west-2]
owner: team
cost_center: CC-1
allowed_origins: []
notification_email: ops@example.com
"""
# Looks for an order in a file named after what CloudFormation asks: Create-Thing-1, Update-Thing-2 …
# An order is "fail", "sleep 5", or "hold": wait until the file is gone.
HANDLER = """\
import json, pathlib, time, urllib.request

def handler(event, _context):
    properties = event["ResourceProperties"]
    name = f"{event['RequestType']}-{event['LogicalResourceId']}-{properties['Value']}"
    order = pathlib.Path(properties["Folder"], name)
    said = order.read_text().split() if order.exists() else []
    pathlib.Path(properties["Folder"], "seen-" + name).touch()
    if said[:1] == ["sleep"]:
        time.sleep(float(said[1]))
    while said[:1] == ["hold"] and order.exists():
        time.sleep(0.02)
    answer = {
        "Status": "FAILED" if said == ["fail"] else "SUCCESS",
        "Reason": f"told to fail at {name}",
        "PhysicalResourceId": event["LogicalResourceId"] + "-physical",
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    request = urllib.request.Request(event["ResponseURL"], json.dumps(answer).encode(), method="PUT")
    urllib.request.urlopen(request).close()
"""
FUNCTION = {
    "Type": "AWS::Lambda::Function",
    "Properties": {
        "Code": {"ZipFile": HANDLER},
        "Handler": "index.handler",
        "Role": "arn:aws:iam::000000000000:role/any",
        "Runtime": "python3.12",
        "Timeout": 60,
    },
}
WITHIN_S = 20


@dataclass
class Stage:
    """One environment on the embedded AWS. Each has its own stack name, so that tests do not meet."""

    folder: Path
    url: str
    cloud: AwsCloud
    environment: str = "dev"

    @property
    def name(self) -> str:
        return f"{self.environment}-us-west-2-items"

    def write_environment(self) -> None:
        production = str(self.environment == "prod").lower()
        path = self.folder / f"{self.environment}.yml"
        path.write_text(ENVIRONMENT.format(production=production), encoding="utf-8")

    def commit(self, resources: Mapping[str, Any], **gen: Any) -> None:
        gen = {"Environment": self.environment, "Production": self.environment == "prod", **gen}
        committed(self.folder / "out", body(resources, **gen))

    def things(self, **values: str) -> dict[str, Any]:
        """The function, and custom resources with these values, one made after the other."""
        resources: dict[str, Any] = {"Function": FUNCTION}
        before: list[str] = []
        for name, value in values.items():
            resources[name] = {
                "Type": "Custom::Thing",
                "DependsOn": list(before),
                "Properties": {
                    "ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]},
                    "ServiceTimeout": "30",
                    "Folder": str(self.folder),
                    "Value": value,
                },
            }
            before = [name]
        return resources

    def order(self, what: str, order: str) -> None:
        """Tell the function what to do when it is asked ``what``, for example Update-Thing-2."""
        (self.folder / what).write_text(order, encoding="utf-8")

    def release(self, what: str) -> None:
        (self.folder / what).unlink()

    def seen(self, what: str) -> bool:
        """Whether CloudFormation has asked the function ``what``."""
        return (self.folder / f"seen-{what}").exists()

    def arguments(self, *arguments: str) -> list[str]:
        common = ["--config", str(self.folder), "--out", str(self.folder / "out")]
        check = ["--no-render-check", "--no-lint"] if arguments[0] == "deploy" else []
        place = ["--env", self.environment, "--endpoint-url", self.url]
        return [*common, *arguments, *check, *place]

    def gen(self, *arguments: str) -> Run:
        return gen_process(*self.arguments(*arguments), environment=CREDENTIALS)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """`gen` in the background; end it with ``kill`` or ``interrupt``."""
        return subprocess.Popen(
            [sys.executable, ROOT / "cli.py", *self.arguments(*arguments)],
            cwd=ROOT,
            env={**clean_environment(), **CREDENTIALS},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def stack(self) -> Stack | None:
        return self.cloud.stack(self.name)

    def status(self) -> str | None:
        stack = self.stack()
        return stack.status if stack else None

    def wait_for(self, what: Callable[[], bool]) -> None:
        until = time.monotonic() + WITHIN_S
        while not what():
            assert time.monotonic() < until, f"still {self.status()}"
            time.sleep(0.02)

    def settle(self) -> None:
        self.wait_for(lambda: settled(self.status() or ""))

    def change(self, resources: Mapping[str, Any], kind: Any, on_failure: str = "ROLLBACK") -> None:
        """Somebody else's change set, executed; with DO_NOTHING as one who switched rollback off."""
        content = body(resources, Environment=self.environment)
        name = f"somebody-{next(NUMBERS)}"
        self.cloud.cloudformation.create_change_set(
            StackName=self.name,
            ChangeSetName=name,
            ChangeSetType=kind,
            TemplateBody=template.compact(content).decode(),
            OnStackFailure=on_failure,
        )
        self.cloud.cloudformation.execute_change_set(StackName=self.name, ChangeSetName=name)


NUMBERS = itertools.count(1)
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def kill(process: subprocess.Popen[str]) -> None:
    """As ``kill -9``."""
    process.kill()
    process.communicate(timeout=WITHIN_S)


def interrupt(process: subprocess.Popen[str]) -> tuple[int, str]:
    """As Ctrl-C: exit code and words."""
    process.send_signal(signal.SIGINT)
    words, _ = process.communicate(timeout=WITHIN_S)
    return process.returncode, words
