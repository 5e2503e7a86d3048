"""Coming away from a deployment and back to it: signals, --attach, closed pipes, a real terminal."""

from __future__ import annotations

import errno
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path

import pytest

from generator import local
from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import Endpoint
from tests.support import ROOT, clean_environment

from .records import checked
from .stage import CREDENTIALS, Stage

pytestmark = pytest.mark.e2e

COLUMNS = 60
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Engine]:
    with local.running(tmp_path_factory.mktemp("engine")) as engine:
        yield engine


@pytest.fixture(scope="module")
def cloud(engine: local.Engine) -> Iterator[AwsCloud]:
    cloud = AwsCloud("us-west-2", Endpoint(engine.endpoint_url, "test", "test"))
    yield cloud
    cloud.close()


NAMES = (f"w{number}" for number in range(100, 1000))


@pytest.fixture
def stage(engine: local.Engine, cloud: AwsCloud, tmp_path: Path) -> Stage:
    found = Stage(tmp_path, engine.endpoint_url, cloud, next(NAMES))
    found.write_environment()
    return found


def held(stage: Stage) -> subprocess.Popen[str]:
    """A creation that goes on until it is released."""
    stage.commit(stage.things(Thing="1"))
    stage.order("Create-Thing-1", "hold")
    process = stage.start("deploy")
    stage.wait_for(lambda: stage.seen("Create-Thing-1"))
    time.sleep(0.3)  # So that it has looked at the events at least once.
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_detaches_and_attach_comes_back(stage: Stage, number: signal.Signals) -> None:
    process = held(stage)
    began = time.monotonic()
    process.send_signal(number)
    words, _ = process.communicate(timeout=20)
    assert process.returncode == 7, words
    assert time.monotonic() - began < 3
    place = f"--env {stage.environment} --region us-west-2"
    assert "goes on in CloudFormation" in words
    assert f"gen deploy --attach {place} --stack items --endpoint-url {stage.url}" in words
    assert f"gen cancel items {place} --endpoint-url {stage.url}" in words
    assert stage.status() == "CREATE_IN_PROGRESS"

    back = stage.start("deploy", "--attach")
    assert back.stdout is not None
    assert any("CREATE_IN_PROGRESS: following it" in line for line in back.stdout)
    stage.release("Create-Thing-1")
    words, _ = back.communicate(timeout=20)
    assert (back.returncode, stage.status()) == (0, "CREATE_COMPLETE"), words
    assert words.count("CREATE_COMPLETE      Thing  Custom::Thing") == 1
    # It is over, and says so again; nothing is started.
    changes = len(stage.cloud.events(stage.name, after=None))
    run = stage.gen("deploy", "--attach")
    assert (run.code, "nothing is running" in run.words) == (0, True)
    assert len(stage.cloud.events(stage.name, after=None)) == changes


def test_any_number_of_interrupts_ends_without_a_traceback(stage: Stage) -> None:
    process = held(stage)
    for _ in range(40):
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            time.sleep(0.005)
    words, _ = process.communicate(timeout=20)
    assert process.returncode == 7, words
    assert "Traceback" not in words
    assert "Exception" not in words
    stage.release("Create-Thing-1")
    assert stage.gen("deploy", "--attach").code == 0


def test_attach_tells_how_the_last_operation_ended(stage: Stage) -> None:
    stage.commit(stage.things(Thing="1"))
    run = stage.gen("deploy", "--attach")
    assert (run.code, "nothing was ever deployed" in run.words) == (0, True), run.words
    stage.order("Create-Thing-1", "fail")
    assert stage.gen("deploy").code == 5
    run = stage.gen("deploy", "--attach", "--json")
    assert run.code == 5, run.words
    records = [checked(line) for line in run.out.splitlines()]
    (outcome,) = [record for record in records if record["type"] == "outcome"]
    assert outcome["outcome"] == "RolledBack"
    assert "told to fail" in json.dumps(outcome["cause"])
    assert stage.status() == "ROLLBACK_COMPLETE", "nothing was started"
    run = stage.gen("deploy", "--attach", "--plan")
    assert run.code == 2


def test_a_reader_that_goes_away_ends_nothing(stage: Stage) -> None:
    stage.commit(stage.things(Thing="1"))
    for arguments in (["--json"], []):
        process = subprocess.Popen(
            [sys.executable, ROOT / "cli.py", *stage.arguments("deploy", *arguments)],
            cwd=ROOT,
            env={**clean_environment(), **CREDENTIALS},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        words = process.stderr.read()
        assert process.wait(timeout=30) == 0, words
        assert "Traceback" not in words
        assert "BrokenPipe" not in words
        process.stderr.close()
    assert stage.status() == "CREATE_COMPLETE"


def test_help_to_a_closed_pipe_is_silent() -> None:
    process = subprocess.Popen(
        [sys.executable, ROOT / "cli.py", "deploy", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=20) == 1, "as click ends it"


def test_an_encoding_that_has_no_arrows_gets_ascii(stage: Stage) -> None:
    stage.commit(stage.things(Thing="1"))
    process = subprocess.run(
        [sys.executable, ROOT / "cli.py", *stage.arguments("deploy")],
        cwd=ROOT,
        env={**clean_environment(), **CREDENTIALS, "PYTHONIOENCODING": "ascii:strict"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout.isascii()


class Terminal:
    """`gen` in a pseudo-terminal of 60 columns."""

    def __init__(self, stage: Stage, *arguments: str, **environment: str) -> None:
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            try:
                ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
                os.chdir(ROOT)
                command = [sys.executable, str(ROOT / "cli.py"), *stage.arguments(*arguments)]
                base = {**clean_environment(), **CREDENTIALS, "TERM": "xterm", **environment}
                base.pop("COLUMNS", None)
                os.execve(command[0], command, base)  # noqa: S606
            finally:
                os._exit(99)
        self.seen = b""

    def read(self, seconds: float) -> None:
        """Take in what comes within so many seconds, or until the other side ends."""
        until = time.monotonic() + seconds
        os.set_blocking(self.master, False)
        while time.monotonic() < until:
            try:
                piece = os.read(self.master, 65536)
            except BlockingIOError:
                time.sleep(0.02)
                continue
            except OSError as error:
                assert error.errno == errno.EIO
                return
            if not piece:
                return
            self.seen += piece

    def press(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def end(self) -> int:
        """The exit code."""
        self.read(30)
        _, status = os.waitpid(self.pid, 0)
        os.close(self.master)
        return os.waitstatus_to_exitcode(status)

    @property
    def text(self) -> str:
        return self.seen.decode()


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}, {"PYTHONIOENCODING": "ascii"}])
def test_a_terminal_has_a_line_that_moves_and_leaves_the_results(
    stage: Stage, environment: dict[str, str]
) -> None:
    stage.commit(stage.things(First="1", Second="1"))
    stage.order("Create-First-1", "sleep 1")
    terminal = Terminal(stage, "deploy", **environment)
    assert terminal.end() == 0, terminal.text
    text = terminal.text
    assert "\x1b[?25l" in text
    assert text.rfind("\x1b[?25h") > text.rfind("\x1b[?25l"), "the cursor is visible again"
    assert re.search(r"us-west-2/items  \d/\d  0:0\d", text), text
    lines = [CONTROL.sub("", line) for line in re.split(r"[\r\n]", text)]
    drawn = [line for line in lines if re.search(r"  \d/\d  0:0\d", line)]
    assert drawn
    assert max(map(len, drawn)) < COLUMNS
    assert "us-west-2/items  deployed (CREATE_COMPLETE)" in lines
    coloured = re.search(r"\x1b\[[0-9;]*3[0-7]m", text) is not None
    assert coloured is ("NO_COLOR" not in environment)
    if "PYTHONIOENCODING" in environment:
        assert text.isascii()


def test_ctrl_c_at_the_terminal_detaches_and_gives_it_back(stage: Stage) -> None:
    stage.commit(stage.things(Thing="1"))
    stage.order("Create-Thing-1", "hold")
    terminal = Terminal(stage, "deploy")
    stage.wait_for(lambda: stage.seen("Create-Thing-1"))
    terminal.read(0.5)
    terminal.press(b"\x03")
    terminal.press(b"\x03")
    code = terminal.end()
    stage.release("Create-Thing-1")
    assert code == 7, terminal.text
    assert "Traceback" not in terminal.text
    assert "goes on in CloudFormation" in terminal.text
    assert terminal.text.rfind("\x1b[?25h") > terminal.text.rfind("\x1b[?25l")


@pytest.mark.parametrize("keys", [b"\x03", b"\x04", b"no\r"])
def test_production_is_asked_at_the_terminal_and_can_be_left(
    engine: local.Engine, cloud: AwsCloud, tmp_path: Path, keys: bytes
) -> None:
    stage = Stage(tmp_path, engine.endpoint_url, cloud, "prod")
    stage.write_environment()
    stage.commit(stage.things(Thing="1"))
    terminal = Terminal(stage, "deploy")
    until = time.monotonic() + 20
    while b"to go on" not in terminal.seen and time.monotonic() < until:
        terminal.read(0.1)
    terminal.press(keys)
    assert terminal.end() == 4, terminal.text
    assert "Traceback" not in terminal.text
    assert stage.status() is None
