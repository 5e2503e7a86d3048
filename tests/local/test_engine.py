"""The engine starts once, is found again, is never taken for another process, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.errors import DeployError, UsageError
from generator.local import current, down, follow, logs, running, up
from generator.local.process import HOST, USUAL_PORT, any_free_port, born, born_by_ps, identity

from .conftest import ROOT, Place, group, is_gone, listening, until


def python(code: str, *arguments: object, program: str = sys.executable) -> subprocess.Popen[str]:
    """Another `gen`: its own process, with our package."""
    return subprocess.Popen(
        [program, "-c", textwrap.dedent(code), *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


UP = """
    import sys
    from pathlib import Path
    from generator.local import up
    print(up(Path(sys.argv[1])).pid)
"""

RUN = """
    import sys, time
    from pathlib import Path
    from generator.local import running
    with running(Path(sys.argv[1]), port=int(sys.argv[2])) as engine:
        print(engine.pid, flush=True)
        time.sleep(60)
"""


def test_up_starts_an_engine_that_answers_and_down_ends_it(place: Place) -> None:
    engine = up(place.folder, port=place.port)
    assert engine.endpoint_url == f"http://127.0.0.1:{place.port}"
    assert current(place.folder) == engine
    assert down(place.folder) == engine
    assert is_gone(engine.pid)
    assert current(place.folder) is None
    assert down(place.folder) is None


def test_a_second_up_attaches_to_the_first(place: Place) -> None:
    said: list[str] = []
    first = up(place.folder, port=place.port)
    assert up(place.folder, say=said.append) == first
    assert said == [f"the embedded AWS runs already: {first.endpoint_url} (pid {first.pid})"]


def test_two_ups_at_once_start_one_engine(place: Place) -> None:
    both = [python(UP, place.folder) for _ in range(2)]
    pids = {process.communicate(timeout=60)[0] for process in both}
    found = current(place.folder)
    assert found is not None
    assert pids == {f"{found.pid}\n"}


def test_the_engine_of_up_outlives_the_command_and_ends_with_its_folder(place: Place) -> None:
    pid = int(python(UP, place.folder).communicate(timeout=60)[0])
    assert not until(lambda: is_gone(pid), seconds=1)
    (place.folder / "state.json").unlink()
    assert until(lambda: is_gone(pid))


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_engine_of_run_ends_with_the_command_however_that_ends(
    place: Place, sign: signal.Signals
) -> None:
    command = python(RUN, place.folder, place.port)
    assert command.stdout is not None
    pid = int(command.stdout.readline())
    assert identity(place.port)
    command.send_signal(sign)
    command.communicate(timeout=20)
    assert until(lambda: is_gone(pid))
    assert not group(pid)


def test_run_refuses_to_share_an_engine(place: Place) -> None:
    up(place.folder, port=place.port)
    with pytest.raises(UsageError, match="runs already"), running(place.folder):
        pytest.fail("it ran")
    assert current(place.folder)


def test_a_block_that_fails_ends_its_engine(place: Place) -> None:
    with pytest.raises(KeyError), running(place.folder, port=place.port) as engine:
        raise KeyError
    assert is_gone(engine.pid)
    assert not (place.folder / "state.json").exists()


def test_a_process_that_got_the_recorded_id_is_never_killed(place: Place) -> None:
    engine = up(place.folder, port=place.port)
    record = json.loads((place.folder / "state.json").read_text())
    down(place.folder)
    bystander = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        (place.folder / "state.json").write_text(json.dumps(record | {"pid": bystander.pid}))
        assert current(place.folder) is None
        assert down(place.folder) is None
        (place.folder / "state.json").write_text(json.dumps(record | {"pid": bystander.pid}))
        said: list[str] = []
        # A port of its own: somebody else may have taken the first one meanwhile.
        again = up(place.folder, port=any_free_port(), say=said.append)
        assert again.pid not in {bystander.pid, engine.pid}
        assert said == ["the engine of the last time is gone without 'gen local down'; starting a new one"]
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_another_server_on_the_recorded_port_is_not_taken_for_the_engine(place: Place) -> None:
    engine = up(place.folder, port=place.port)
    record = json.loads((place.folder / "state.json").read_text())
    other = place.folder.parent / "other"
    try:
        with running(other) as second:
            (place.folder / "state.json").write_text(json.dumps(record | {"port": second.port}))
            assert current(place.folder) is None
            with pytest.raises(
                DeployError, match=f"pid {engine.pid}\\) runs but does not answer on 127.0.0.1:"
            ):
                up(place.folder)
    finally:
        down(place.folder)
    assert is_gone(engine.pid)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": "x", "born": "", "port": 1, "identity": ""}'])
def test_a_state_file_that_nobody_can_read_is_replaced(place: Place, text: str) -> None:
    place.folder.mkdir()
    (place.folder / "state.json").write_text(text)
    assert current(place.folder) is None
    assert down(place.folder) is None


def test_a_folder_that_cannot_be_written_is_named(place: Place) -> None:
    place.folder.write_text("a file, not a folder")
    with pytest.raises(DeployError, match="local cannot hold the files of the embedded AWS: File exists"):
        up(place.folder)
    place.folder.unlink()


def test_a_taken_port_is_refused_and_the_usual_one_is_only_a_preference(place: Place) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, place.port))
        taken.listen()
        with pytest.raises(UsageError, match=f"port {place.port} of 127.0.0.1 is taken"):
            up(place.folder, port=place.port)
    with socket.socket() as usual:
        usual.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            usual.bind((HOST, USUAL_PORT))
            usual.listen()
        except OSError:
            pass  # somebody else has it already, which does as well
        said: list[str] = []
        engine = up(place.folder, say=said.append)
    assert engine.port != USUAL_PORT
    assert said == [f"port {USUAL_PORT} is taken; using {engine.port}"]


def test_a_running_engine_does_not_move_to_another_port(place: Place) -> None:
    up(place.folder, port=place.port)
    with pytest.raises(UsageError, match=f"on port {place.port}, not on "):
        up(place.folder, port=any_free_port())


def test_a_missing_engine_is_named_with_the_command_that_installs_it(place: Place, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    done = python(
        """
        import sys
        from pathlib import Path
        from generator.errors import DeployError
        from generator.local import up
        try:
            up(Path(sys.argv[1]))
        except DeployError as error:
            print(error.message, error.fix, sep="|")
        """,
        place.folder,
        program=str(tmp_path / "venv" / "bin" / "python"),
    ).communicate(timeout=60)[0]
    assert done == (
        f"the embedded AWS (ministack) is not installed in {tmp_path}/venv"
        "|install it with: pip install -e '.[local]'\n"
    )


def test_an_engine_that_fails_to_start_shows_the_end_of_its_log(place: Place, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    broken = next((tmp_path / "venv" / "lib").glob("python*")) / "site-packages" / "ministack"
    broken.mkdir()
    (broken / "__init__.py").write_text("")
    (broken / "__main__.py").write_text("raise RuntimeError('no luck today')\n")
    done = python(
        """
        import sys
        from pathlib import Path
        from generator.errors import DeployError
        from generator.local import up
        try:
            up(Path(sys.argv[1]), port=int(sys.argv[2]))
        except DeployError as error:
            print(error.message)
        """,
        place.folder,
        place.port,
        program=str(tmp_path / "venv" / "bin" / "python"),
    ).communicate(timeout=60)[0]
    assert done.startswith(f"the embedded AWS did not start on 127.0.0.1:{place.port}; the end of its log:\n")
    assert done.endswith("  RuntimeError: no luck today\n")
    assert not (place.folder / "state.json").exists()


def test_only_one_port_of_127_0_0_1_listens(place: Place) -> None:
    engine = up(place.folder, port=place.port)
    assert listening(group(engine.pid)) == {f"tcp 0100007F:{place.port:04X}"}


def test_nothing_of_the_users_environment_reaches_the_engine(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "AWS_PROFILE",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_ENDPOINT_URL",
        "DB_PASSWORD",
    ):
        monkeypatch.setenv(name, "of-the-user")
    engine = up(place.folder, port=place.port)
    seen = Path(f"/proc/{engine.pid}/environ").read_bytes().decode()
    assert "of-the-user" not in seen
    variables = dict(entry.partition("=")[::2] for entry in seen.split("\0") if entry)
    assert not [name for name in variables if name.startswith("AWS_")]
    for name in ("HOME", "TMPDIR", "STATE_DIR", "S3_DATA_DIR"):
        assert Path(variables[name]).is_relative_to(place.folder)


def test_files_are_written_in_the_folder_only(place: Place, tmp_path: Path) -> None:
    home = tmp_path / "users home"
    home.mkdir()
    command = python(
        f"import os; os.environ.update(HOME={str(home)!r}, TMPDIR={str(home)!r})\n{textwrap.dedent(UP)}",
        place.folder,
    )
    assert command.wait(timeout=60) == 0, command.communicate()
    command.communicate()
    assert not list(home.iterdir())
    assert [path.suffix for path in (place.folder / "tmp").iterdir()] == [".pid"]
    assert {path.name for path in tmp_path.iterdir()} == {"users home", "local"}
    assert place.folder.stat().st_mode & 0o077 == 0


def test_logs_are_those_of_the_last_start_and_follow_ends_with_the_engine(place: Place) -> None:
    assert list(logs(place.folder)) == []
    assert list(follow(place.folder)) == []
    up(place.folder, port=place.port)
    first = next(line for line in follow(place.folder) if "services available on port" in line)
    assert str(place.port) in first
    lines = follow(place.folder)
    assert next(lines)
    down(place.folder)
    assert "services available" in "\n".join(lines)
    assert list(logs(place.folder))


@pytest.mark.parametrize("told", [born, born_by_ps])
def test_a_zombie_is_no_process_and_a_start_is_always_told_in_the_same_words(
    told: Callable[[int], str | None],
) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    assert until(lambda: told(child.pid) is None)
    child.wait()
    assert told(child.pid) is None
    assert told(os.getpid())
    assert told(os.getpid()) == told(os.getpid())


def test_a_log_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("a file, not a folder", encoding="utf-8")
    folder = tmp_path / "build" / "local"
    for read in (logs, follow):
        with pytest.raises(DeployError, match=r"engine\.log cannot be read: Not a directory"):
            list(read(folder))
    assert list(logs(tmp_path / "none")) == list(follow(tmp_path / "none")) == []
