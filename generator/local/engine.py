"""Starts, finds and stops the embedded AWS.

Everything it writes stays in one folder: state.json (which engine runs), engine.log, and the engine's home,
temporary files and data. The user's environment does not reach it, and it listens on 127.0.0.1 only.
Nothing outlives ``down``: see guard.py for how the engine ends itself.
"""

from __future__ import annotations

import importlib.util
import io
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from generator.errors import DeployError, UsageError
from generator.local import guard
from generator.local.process import HOST, USUAL_PORT, any_free_port, born, identity, is_free
from generator.local.state import Record, is_alive, locked, read, state_file, write

ENGINE = "ministack"
START_WITHIN_S = 30.0
STOP_WITHIN_S = 5.0
LOOK_EVERY_S = 0.05
TRIES = 3

Say = Callable[[str], None]


@dataclass(frozen=True)
class Engine:
    """A running embedded AWS. Its credentials are ``test``/``test``, for every region."""

    endpoint_url: str
    port: int
    pid: int
    log: Path


def quiet(_words: str) -> None:
    """A ``say`` that says nothing."""


def up(folder: Path, *, port: int | None = None, say: Say = quiet) -> Engine:
    """Start the engine, or attach to the one that runs already, and leave it running.

    ``folder`` takes all its files. Without ``port`` it listens on 4566, or on a free port when 4566 is taken.
    Raises UsageError when ``port`` is taken or the running engine has another one, DeployError when ministack
    is not installed or does not start.
    """
    with locked(folder):
        if engine := _attach(folder, port):
            say(f"the embedded AWS runs already: {engine.endpoint_url} (pid {engine.pid})")
            return engine
        engine, lifeline = _start(folder, port, say)
        with os.fdopen(lifeline, "wb", buffering=0) as pipe:
            pipe.write(guard.DETACHED)
        return engine


@contextmanager
def running(folder: Path, *, port: int | None = None, say: Say = quiet) -> Iterator[Engine]:
    """An engine for the length of a ``with`` block: it ends with the block, or with this process.

    Raises UsageError when one runs in ``folder`` already, and as ``up`` does.
    """
    with locked(folder):
        if engine := _attach(folder, None):
            raise UsageError(
                f"the embedded AWS runs already: {engine.endpoint_url} (pid {engine.pid})",
                "stop it with 'gen local down', or use it as it is",
            )
        engine, lifeline = _start(folder, port, say)
    try:
        yield engine
    finally:
        os.close(lifeline)
        down(folder)


def down(folder: Path) -> Engine | None:
    """Stop the engine of ``folder`` with all its Lambda workers. Returns it, or None when none ran."""
    if not folder.is_dir():
        return None
    with locked(folder):
        record = read(folder)
        state_file(folder).unlink(missing_ok=True)
        if record is None or not is_alive(record):
            return None
        # The process group has the engine's id: it leads its session.
        with suppress(ProcessLookupError):
            os.killpg(record.pid, signal.SIGKILL)
        _wait_for_end(record)
        shutil.rmtree(folder / "tmp", ignore_errors=True)
        return _engine(folder, record)


def current(folder: Path) -> Engine | None:
    """The engine of ``folder``, when it is alive and answers; None otherwise, whatever state.json says."""
    record = read(folder)
    if record is None or not is_alive(record) or identity(record.port) != record.identity:
        return None
    return _engine(folder, record)


def logs(folder: Path) -> Iterator[str]:
    """The lines that the engine of ``folder`` has logged since it was last started, none if it never was."""
    with _opened(folder) as log:
        yield from (line.rstrip("\n") for line in log)


def follow(folder: Path) -> Iterator[str]:
    """Like ``logs``, and then each line as it comes, until the engine ends."""
    with _opened(folder) as log:
        part = ""
        while True:
            record = read(folder)
            alive = record is not None and is_alive(record)
            while line := log.readline():
                part += line
                if part.endswith("\n"):
                    yield part.rstrip("\n")
                    part = ""
            if not alive:
                if part:
                    yield part
                return
            time.sleep(LOOK_EVERY_S * 4)


def _log(folder: Path) -> Path:
    return folder / "engine.log"


def _opened(folder: Path) -> TextIO:
    """The log, an empty one where there is none; DeployError where it cannot be read."""
    try:
        return _log(folder).open(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return io.StringIO()
    except OSError as error:
        raise DeployError(
            f"{_log(folder)} cannot be read: {error.strerror}", "see to its folder, then run the same command"
        ) from error


def _engine(folder: Path, record: Record) -> Engine:
    return Engine(
        endpoint_url=f"http://{HOST}:{record.port}", port=record.port, pid=record.pid, log=_log(folder)
    )


def _attach(folder: Path, port: int | None) -> Engine | None:
    """The engine that runs already, if it fits; an error if it does not."""
    record = read(folder)
    if record is None or not is_alive(record):
        return None
    engine = current(folder)
    if engine is None:
        raise DeployError(
            f"the embedded AWS (pid {record.pid}) runs but does not answer on {HOST}:{record.port}",
            f"stop it with 'gen local down', then start it again; its log is {_log(folder)}",
        )
    if port is not None and port != engine.port:
        raise UsageError(
            f"the embedded AWS runs already, on port {engine.port}, not on {port}",
            "leave --port out to use it, or stop it first with 'gen local down'",
        )
    return engine


def _start(folder: Path, port: int | None, say: Say) -> tuple[Engine, int]:
    """Start an engine and wait until it answers. Also returns the lifeline: close it and the engine ends."""
    if importlib.util.find_spec(ENGINE) is None:
        raise DeployError(
            f"the embedded AWS ({ENGINE}) is not installed in {sys.prefix}",
            "install it with: pip install -e '.[local]'",
        )
    if state_file(folder).exists():
        say("the engine of the last time is gone without 'gen local down'; starting a new one")
        state_file(folder).unlink()
    for _ in range(TRIES):
        chosen = _choose(port, say)
        record, lifeline = _spawn(folder, chosen)
        try:
            started = _answers(record)
        except BaseException:
            os.close(lifeline)
            raise
        if started:
            return _engine(folder, record), lifeline
        os.close(lifeline)
        _wait_for_end(record)
        state_file(folder).unlink(missing_ok=True)
        if port is not None or is_free(chosen):
            break  # it was not somebody else who took the port between our look and the engine's
    tail = "\n".join(f"  {line}" for line in list(logs(folder))[-20:])
    raise DeployError(
        f"the embedded AWS did not start on {HOST}:{chosen}; the end of its log:\n{tail}",
        f"the whole log is {_log(folder)}",
    )


def _choose(port: int | None, say: Say) -> int:
    if port is None:
        if is_free(USUAL_PORT):
            return USUAL_PORT
        other = any_free_port()
        say(f"port {USUAL_PORT} is taken; using {other}")
        return other
    if not is_free(port):
        raise UsageError(
            f"port {port} of {HOST} is taken, or not allowed to you",
            "choose another --port (1024-65535), or leave it out to get a free one",
        )
    return port


def _spawn(folder: Path, port: int) -> tuple[Record, int]:
    """Start the guard, which becomes the engine. Returns its record and our end of the lifeline."""
    shutil.rmtree(folder / "tmp", ignore_errors=True)
    for name in ("home", "tmp", "data"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    name = f"gen-{secrets.token_hex(16)}"
    theirs, ours = os.pipe()
    try:
        with _log(folder).open("wb") as log:
            started = subprocess.run(
                [
                    sys.executable,
                    "-I",
                    "-B",
                    guard.__file__,
                    str(theirs),
                    str(state_file(folder).resolve()),
                    name,
                ],
                env=_environment(folder.resolve(), port, name),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                pass_fds=(theirs,),
                check=True,
                timeout=START_WITHIN_S,
            )
        pid = int(started.stdout)
        record = Record(pid=pid, born=born(pid), port=port, identity=name)
        write(folder, record)
        os.write(ours, guard.RECORDED)
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    return record, ours


def _environment(folder: Path, port: int, name: str) -> dict[str, str]:
    """All that the engine and the functions it runs see: nothing of the user's but where programs are."""
    kept = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH") if key in os.environ}
    return kept | {
        "AUTH": "true",  # SigV4 and IAM are enforced, a function's own role included
        "BIND_HOST": HOST,
        "DOCKER_HOST": f"unix://{folder}/no-docker.sock",  # else it tidies up containers that are not ours
        "GATEWAY_PORT": str(port),
        "HOME": str(folder / "home"),
        "IOT_MTLS_ENABLED": "0",  # a second listener, on 8883
        "LANG": "C.UTF-8",
        "MINISTACK_EDITION": name,
        "PERSIST_STATE": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "S3_DATA_DIR": str(folder / "data" / "s3"),
        "S3_PERSIST": "0",
        "SFTP_ENABLED": "0",  # a third one, on 2222 and more
        "STATE_DIR": str(folder / "data"),
        "TMPDIR": str(folder / "tmp"),
        "TZ": "UTC",
    }


def _answers(record: Record) -> bool:
    """Wait until the engine answers under its own name; False when it ended, or time is up."""
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline and is_alive(record):
        if identity(record.port) == record.identity:
            return True
        time.sleep(LOOK_EVERY_S)
    return False


def _wait_for_end(record: Record) -> None:
    deadline = time.monotonic() + STOP_WITHIN_S
    while time.monotonic() < deadline and is_alive(record):
        time.sleep(LOOK_EVERY_S)
