"""A committed template that is not what its service renders is refused before anything is asked of AWS."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import cli
from generator.config import load_environments
from generator.render import Selection, render

from .support import TOPIC, body, committed

REGION = "us-west-2"
ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "generator" / "environments"
STALE, REFUSED_BY_AWS = 3, 2


class Aws:
    """A server that refuses every call, and counts them."""

    def __init__(self) -> None:
        self.calls = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                server.calls += 1
                content = b"<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"
                self.send_response(403)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_words: object) -> None:
                """Nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    server = Aws()
    thread = threading.Thread(target=server.http.serve_forever)
    thread.start()
    yield server
    server.http.shutdown()
    thread.join()
    server.http.server_close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """What the services render for dev, as if it were committed."""
    dev = load_environments(CONFIG)["dev"]
    for one in render(Selection((dev,), (REGION,)), tmp_path):
        one.path.parent.mkdir(parents=True, exist_ok=True)
        one.path.write_bytes(one.content)
    return tmp_path


def gen(out: Path, aws: Aws, *words: str) -> int:
    with pytest.raises(SystemExit) as caught:
        cli.main(["--out", str(out), *words, "--region", REGION, "--endpoint-url", aws.url])
    assert isinstance(caught.value.code, int)
    return caught.value.code


def edited(out: Path) -> None:
    """The committed items template with another description."""
    path = out / "dev" / REGION / "items.json"
    content = json.loads(path.read_bytes())
    path.write_text(json.dumps({**content, "Description": "edited"}), encoding="utf-8")


@pytest.mark.parametrize("words", [(), ("--plan",), ("--stack", "items")])
def test_a_stale_template_is_refused_before_any_call(
    out: Path, aws: Aws, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    edited(out)
    assert gen(out, aws, "deploy", *words) == STALE
    assert aws.calls == 0
    told = capsys.readouterr().err
    assert "items.json" in told
    assert "bootstrap.json" not in told
    assert "run: gen render --env dev --out " in told
    assert "--no-render-check" in told


def test_bytes_count_and_not_only_what_they_mean(out: Path, aws: Aws) -> None:
    path = out / "dev" / REGION / "items.json"
    path.write_bytes(path.read_bytes() + b"\n")
    assert gen(out, aws, "deploy") == STALE
    assert aws.calls == 0


def test_what_is_fresh_goes_on_to_aws(out: Path, aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    assert gen(out, aws, "deploy") == REFUSED_BY_AWS
    assert aws.calls > 0
    assert "GetCallerIdentity" in capsys.readouterr().err


def test_a_stale_template_that_is_not_selected_does_not_matter(out: Path, aws: Aws) -> None:
    edited(out)
    gen(out, aws, "deploy", "--stack", "bootstrap")
    assert aws.calls > 0


def test_without_the_check_a_template_is_deployed_as_it_is(out: Path, aws: Aws) -> None:
    edited(out)
    gen(out, aws, "deploy", "--no-render-check")
    assert aws.calls > 0


def test_a_template_that_no_service_makes_is_named_and_not_compared(
    out: Path, aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    committed(out, body({"Topic": TOPIC}, service="elsewhere"))
    gen(out, aws, "deploy", "--no-lint")
    assert aws.calls > 0
    told = capsys.readouterr().err
    assert "not compared with a fresh render, as no service makes them: us-west-2/elsewhere" in told


def test_bootstrap_and_the_embedded_aws_refuse_a_stale_template_as_well(
    out: Path, aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    path = out / "dev" / REGION / "bootstrap.json"
    path.write_bytes(path.read_bytes() + b"\n")
    assert gen(out, aws, "bootstrap") == STALE
    assert aws.calls == 0
    with pytest.raises(SystemExit) as caught:
        cli.main(["--out", str(out), "local", "up"])
    assert caught.value.code == STALE
    assert "embedded AWS" not in capsys.readouterr().out
