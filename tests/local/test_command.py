"""`gen local` in a copy of the checkout, so that no engine of the person who runs the tests is touched."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.local import current, down, running
from generator.local.process import any_free_port

from .conftest import ROOT, is_gone, until

pytestmark = pytest.mark.e2e


def gen(checkout: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "cli.py", *words],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(checkout: Path, *words: str) -> tuple[int, str, str]:
    process = gen(checkout, *words)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    copy = tmp_path_factory.mktemp("checkout")
    for name in ("generator", "handlers", "requirements", "templates_out"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("cli.py", "setup.cfg"):
        shutil.copy(ROOT / name, copy / name)
    if (ROOT / "build" / "wheels").is_dir():
        shutil.copytree(ROOT / "build" / "wheels", copy / "build" / "wheels")
    yield copy
    down(copy / "build" / "local")


def test_run_prints_requests_that_work_and_what_is_not_simulated_and_stops_at_ctrl_c(checkout: Path) -> None:
    command = gen(checkout, "local", "run", "--port", str(any_free_port()), "--region", "us-west-2")
    assert command.stdout is not None
    requests = []
    for line in command.stdout:
        if line.startswith("  curl "):
            requests.append(line.strip())
        if "--aws-sigv4" in line:
            break
    engine = current(checkout / "build" / "local")
    assert engine is not None
    statuses = [
        subprocess.run(
            [*shlex.split(request), "-s", "-o", os.devnull, "-w", "%{http_code}"],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout
        for request in requests
    ]
    assert statuses == ["200", "200"]
    command.send_signal(signal.SIGINT)
    _, words = command.communicate(timeout=30)
    assert command.returncode == 0, words
    assert "not simulated here, unlike in an account:\n" in words
    assert "  DynamoDB::Table: " in words
    assert words.endswith("stopped\n")
    assert until(lambda: is_gone(engine.pid))


def test_up_status_logs_and_down_speak_of_one_engine(checkout: Path) -> None:
    assert finished(checkout, "local", "status")[1] == "not running; start it with: gen local up\n"
    port = str(any_free_port())
    code, out, words = finished(checkout, "local", "up", "--json", "--port", port)
    assert code == 0, words
    records = [json.loads(line) for line in out.splitlines()]
    first = records[0]
    assert (first["type"], first["port"]) == ("engine", int(port))
    assert {"api", "gap"} <= {record["type"] for record in records}
    apis = [record for record in records if record["type"] == "api"]
    assert len(apis) > 1
    assert all(api["url"].startswith(f"http://127.0.0.1:{port}/restapis/") for api in apis)
    assert json.loads(finished(checkout, "local", "status", "--json")[1]) == first
    assert "services available on port" in finished(checkout, "local", "logs")[1]
    assert finished(checkout, "local", "down")[:2] == (
        0,
        f"stopped {first['endpoint_url']} (pid {first['pid']})\n",
    )
    assert finished(checkout, "local", "down")[:2] == (0, "it was not running\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("up", "--port", "80"), "--port 80 is not allowed"),
        (("up", "--env", "nowhere"), "nowhere"),
        (("up", "--region", "eu-west-9"), "eu-west-9"),
    ],
)
def test_wrong_usage_starts_nothing_that_stays(checkout: Path, words: tuple[str, ...], message: str) -> None:
    code, _, said = finished(checkout, "local", *words)
    assert code == 2
    assert message in said
    assert "Traceback" not in said
    assert current(checkout / "build" / "local") is None


def test_an_environment_is_deleted_with_its_packages_when_a_person_agrees(checkout: Path) -> None:
    port = str(any_free_port())
    assert finished(checkout, "local", "up", "--port", port)[0] == 0
    code, out, words = finished(checkout, "delete", "--env", "dev", "--local")
    assert (code, "us-west-2/items  deleted" in out) == (4, True), words
    assert "a person has to agree first: empty dev-us-west-2-bootstrap-artifacts-" in out
    code, out, words = finished(checkout, "delete", "--env", "dev", "--local", "--yes")
    assert (code, "us-west-2/bootstrap  deleted" in out) == (0, True), words
    assert finished(checkout, "local", "down")[0] == 0


def test_another_folder_is_another_engine(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(tmp_path / "other", port=any_free_port()) as engine:
        assert "not running" in finished(checkout, "local", "status")[1]
        monkeypatch.setenv("GEN_LOCAL_STATE", str(tmp_path / "other"))
        assert engine.endpoint_url in finished(checkout, "local", "status")[1]
