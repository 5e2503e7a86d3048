"""dev, deployed from the committed templates to an embedded AWS of its own by the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3
import pytest

from generator import local
from generator.local import Engine
from generator.local.process import any_free_port
from scripts.signed_http import Api, Response

ROOT = Path(__file__).resolve().parents[2]
REGION = "us-west-2"
T = TypeVar("T")


class PatientApi(Api):
    """Sends a request again while the throttle of its method refuses it: the tests share its bucket."""

    def call(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str] | None = None
    ) -> Response:
        answers: list[Response] = []

        def answered() -> bool:
            answers.append(super(PatientApi, self).call(method, path, body, headers=headers))
            return answers[-1].status != 429

        eventually(answered)
        return answers[-1]


@dataclass(frozen=True)
class Deployed:
    """The engine and the outputs of one stack on it."""

    engine: Engine
    outputs: Mapping[str, str]

    def client(self, service: str) -> Any:
        """A boto3 client of the engine's root user."""
        return boto3.client(
            service,
            endpoint_url=self.engine.endpoint_url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    @property
    def url(self) -> str:
        return f"{self.engine.endpoint_url}/restapis/{self.outputs['ApiId']}/v1/_user_request_"

    @property
    def api(self) -> Api:
        return PatientApi(url=self.url, region=REGION)

    @property
    def anyone(self) -> Api:
        """The API for a caller without credentials."""
        return Api(url=self.url, region=REGION, credentials=None)


def gen(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own."""
    names = {**os.environ, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", **environment}
    return subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        cwd=ROOT,
        env=names,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def deploy(engine: Engine, *more: str) -> list[dict[str, Any]]:
    """Deploy dev to the engine; the records that the command printed."""
    done = gen(
        "deploy", "--env", "dev", "--region", REGION, "--endpoint-url", engine.endpoint_url, "--json", *more
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with local.running(tmp_path_factory.mktemp("e2e") / "local", port=any_free_port()) as started:
        yield started


@pytest.fixture(scope="session")
def stacks(engine: Engine) -> dict[str, Deployed]:
    """Every stack of the region by its name."""
    outcomes = [one for one in deploy(engine) if one["type"] == "outcome"]
    assert {one["outcome"] for one in outcomes} == {"Deployed"}
    return {
        one["stack"].removeprefix(f"{REGION}/"): Deployed(engine=engine, outputs=one["outputs"])
        for one in outcomes
    }


@pytest.fixture(scope="session")
def deployed(stacks: dict[str, Deployed]) -> Deployed:
    return stacks["items"]


def eventually(look: Callable[[], T], *, seconds: float = 60) -> T:
    """The first true value of ``look``."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.2)
    return found
