"""Answers are kept, and no state of the folder that keeps them changes an answer or ends a run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from generator.lint import Finding, check
from generator.lint.cache import Cache, cache_folder
from generator.lint.finding import Verdict
from tests.lint.support import BAD, GOOD, rule, written
from tests.support import ROOT, TIMEOUT_S, Run, clean_environment, gen_process

KEY = "0" * 64
ANSWER = Verdict(findings=(Finding("", 1, 2, "E3002", "wrong", "Resources/A"),))


def verdict(number: int) -> Verdict:
    return Verdict(findings=(Finding("", number, 1, "E1", "m" * 900, ""),))


def kept(cache: Cache) -> list[Path]:
    assert cache.folder is not None
    return sorted(cache.folder.iterdir())


def counting(folder: Path, tmp_path: Path) -> Path:
    """A rule that leaves a mark each time it runs."""
    return rule(folder, "I9999", f'open({str(tmp_path / "runs")!r}, "a").write("x"); return []')


def runs(tmp_path: Path) -> int:
    marks = tmp_path / "runs"
    return len(marks.read_text()) if marks.exists() else 0


def test_a_template_is_judged_once_and_its_findings_are_kept(tmp_path: Path, cache: Cache) -> None:
    rules = counting(tmp_path / "rules", tmp_path)
    file = written(tmp_path, "t.json", {"B": BAD})
    first = check([file], cache=cache, rules=rules)
    assert [one.rule for one in first.findings] == ["E3002"]
    assert runs(tmp_path) == 1
    assert check([file], cache=cache, rules=rules) == first
    assert runs(tmp_path) == 1


def test_equal_templates_are_judged_once_and_told_under_both_names(tmp_path: Path, cache: Cache) -> None:
    rules = counting(tmp_path / "rules", tmp_path)
    files = [written(tmp_path, name, {"B": BAD}) for name in ("a.json", "b.json")]
    found = check(files, cache=cache, rules=rules).findings
    assert [one.file for one in found] == [file.as_posix() for file in files]
    assert runs(tmp_path) == 1


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    rules = counting(tmp_path / "rules", tmp_path)
    file = written(tmp_path, "t.json", {"B": GOOD})
    for _ in range(2):
        check([file], cache=Cache(None), rules=rules)
    assert runs(tmp_path) == 2


@pytest.mark.parametrize("damage", ["removed", "emptied", "cut", "flipped", "garbage", "folder", "another"])
def test_a_damaged_answer_is_no_answer_and_is_written_anew(damage: str, tmp_path: Path, cache: Cache) -> None:
    rules = counting(tmp_path / "rules", tmp_path)
    file = written(tmp_path, "t.json", {"B": BAD})
    before = check([file], cache=cache, rules=rules)
    (path,) = kept(cache)
    content = path.read_bytes()
    if damage == "removed":
        path.unlink()
    elif damage == "folder":
        path.unlink()
        path.mkdir()
    elif damage == "another":
        cache.put({KEY: Verdict()})
        path.write_bytes((path.parent / KEY).read_bytes())
    else:
        path.write_bytes(
            {"emptied": b"", "cut": content[:-9], "garbage": os.urandom(999)}.get(
                damage, content[:40] + bytes([content[40] ^ 1]) + content[41:]
            )
        )
    assert check([file], cache=cache, rules=rules) == before
    assert runs(tmp_path) == 2
    if damage != "folder":
        assert path.read_bytes() == content
        assert check([file], cache=cache, rules=rules) == before
        assert runs(tmp_path) == 2


def test_every_single_flipped_byte_is_noticed(cache: Cache) -> None:
    cache.put({KEY: ANSWER})
    (path,) = kept(cache)
    content = path.read_bytes()
    assert cache.get(KEY) == ANSWER
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x20]) + content[place + 1 :])
        assert cache.get(KEY) is None, place


def test_a_folder_that_cannot_be_made_or_written_changes_no_answer(tmp_path: Path) -> None:
    file = written(tmp_path, "t.json", {"B": BAD})
    expected = check([file], cache=Cache(None))
    (tmp_path / "file").write_text("no folder")
    for folder in (
        tmp_path / "file",
        tmp_path / "file" / "below",
        Path("/proc/nothing/here"),
        Path("/dev/null"),
    ):
        assert check([file], cache=Cache(folder)) == expected


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing is read-only for root, so root is nobody meanwhile."""
    root = os.geteuid() == 0
    folder.chmod(0o555)
    for path in folder.iterdir():
        path.chmod(0o444)
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


def test_a_read_only_folder_is_read() -> None:
    with TemporaryDirectory() as made:
        folder = Path(made) / "cache"
        Path(made).chmod(0o755)
        cache = Cache(folder)
        cache.put({KEY: ANSWER})
        with read_only(folder):
            assert cache.get(KEY) == ANSWER
            cache.put({"2" * 64: ANSWER})
            assert cache.get("2" * 64) is None
        assert kept(cache) == [folder / KEY]


def test_many_writers_at_once_leave_whole_answers(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    answers = {
        f"{number:064}": Verdict(findings=(Finding("", number, 1, "E1", "m" * 999, ""),))
        for number in range(40)
    }
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: Cache(folder).put(answers), range(8)))
    assert {name: Cache(folder).get(name) for name in answers} == answers
    assert {path.name for path in folder.iterdir()} == set(answers)


def test_two_processes_at_once_say_the_same(tmp_path: Path) -> None:
    for number in range(4):
        written(tmp_path / "in", f"{number}.json", {f"B{number}": BAD})
    environment = {"GEN_CACHE_DIR": str(tmp_path / "cache")}

    def run(_number: int) -> Run:
        return gen_process("lint", tmp_path / "in", "--json", environment=environment)

    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(run, range(2)))
    assert both[0] == both[1]
    assert both[0].out.count("E3002") == 4
    assert len(list((tmp_path / "cache" / "lint").iterdir())) == 4


def test_the_oldest_answers_go_when_there_are_too_many(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    cache = Cache(folder, entries=3)
    for number in range(5):
        cache.put({f"{number:064}": Verdict()})
        os.utime(folder / f"{number:064}", (number, number))
    cache.get(f"{2:064}")
    cache.put({KEY[1:] + "9": Verdict()})
    assert [path.name[-1] for path in kept(cache)] == ["2", "4", "9"], "one that was just used is kept"


def test_the_folder_has_a_size(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", size=10_000)
    for number in range(50):
        cache.put({f"{number:064}": verdict(number)})
    assert sum(path.stat().st_size for path in kept(cache)) <= 10_000
    assert cache.get(f"{49:064}") is not None


def test_where_answers_are_kept(tmp_path: Path) -> None:
    assert cache_folder({"GEN_CACHE_DIR": "/a", "XDG_CACHE_HOME": "/b"}) == Path("/a/lint")
    assert cache_folder({"XDG_CACHE_HOME": "/b"}) == Path("/b/gen/lint")
    assert cache_folder({}) == Path.home() / ".cache" / "gen" / "lint"
    assert cache_folder({"GEN_NO_CACHE": "1", "GEN_CACHE_DIR": "/a"}) is None


@pytest.mark.parametrize("off", ["option", "variable"])
def test_the_cache_can_be_switched_off(off: str, tmp_path: Path) -> None:
    file = written(tmp_path, "t.json", {"G": GOOD})
    folder = tmp_path / "cache"
    environment = {"GEN_CACHE_DIR": str(folder)} | ({"GEN_NO_CACHE": "1"} if off == "variable" else {})
    run = gen_process("lint", file, *(["--no-cache"] if off == "option" else []), environment=environment)
    assert run.code == 0
    assert not folder.exists()


def test_nothing_changed_means_that_cfn_lint_is_not_imported(tmp_path: Path) -> None:
    """Neither by linting nor by rendering; what each imports is seen in its own process."""
    script = (
        "import sys; import cli\n"
        "try: cli.main(sys.argv[1:])\n"
        "except SystemExit as stop: assert stop.code == 0, stop.code\n"
        "print([one for one in ('cfnlint', 'multiprocessing') if one in sys.modules], file=sys.stderr)"
    )
    # Coverage of subprocesses, where it is measured, imports things of its own.
    inherited = {key: value for key, value in clean_environment().items() if not key.startswith("COV")}
    environment = {**inherited, "GEN_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}

    def imported(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", script, "--out", str(tmp_path / "out"), *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=True,
        )
        return done.stderr.splitlines()[-1]

    imported("render", "--env", "dev", "--stack", "bootstrap")
    assert imported("render", "--env", "dev", "--stack", "bootstrap") == "[]"
    assert imported("lint") == "[]"
