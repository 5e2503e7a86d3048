"""Processes that crash, hang, hunger for memory or are interrupted."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.errors import GenError
from generator.lint import check
from generator.lint.cache import Cache
from generator.lint.intake import Job
from generator.lint.workers import judge_all
from tests.lint.support import BAD, GOOD, RULE, rule, written
from tests.support import ROOT, clean_environment


def jobs(tmp_path: Path, number: int) -> list[Job]:
    files = [written(tmp_path / "in", f"{one}.json", {f"B{one}": BAD}) for one in range(number)]
    return [Job(file=file, content=file.read_bytes(), region="us-east-1") for file in files]


def test_a_rule_that_crashes_is_a_finding_that_names_it(tmp_path: Path, cache: Cache) -> None:
    rules = rule(tmp_path / "rules", "W9998", "raise ZeroDivisionError('ours')")
    (found,) = check([written(tmp_path, "t.json", {"G": GOOD})], cache=cache, rules=rules).findings
    assert (found.rule, found.level) == ("E0002", "error")
    assert "W9998" in found.message
    assert "ours" in found.message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("syntax", "def"),
        ("import", "import nothing_of_this_name"),
        ("twice", RULE.format(id="E3002", body="return []")),
    ],
)
def test_rules_that_cannot_be_loaded_are_told_with_their_folder(name: str, text: str, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / f"{name}.py").write_text(text)
    file = written(tmp_path, "t.json", {"G": GOOD})
    with pytest.raises(GenError, match="cannot be loaded"):
        check([file], cache=Cache(None), rules=rules)


def test_a_template_that_takes_too_long_is_a_finding_and_is_not_kept(tmp_path: Path, cache: Cache) -> None:
    rules = rule(
        tmp_path / "rules", "W9998", "\n        while 'B0' in cfn.get_resources(): pass\n        return []"
    )
    told = judge_all(jobs(tmp_path, 3), lambda _: None, rules=rules, seconds=1)
    assert [one.rule for verdict in told for one in verdict.findings] == ["E0002", "E3002", "E3002"]
    assert "more than 1 seconds" in told[0].findings[0].message
    assert [verdict.lasting for verdict in told] == [False, True, True]


def test_a_template_that_ends_its_process_is_a_finding_and_the_others_are_judged(tmp_path: Path) -> None:
    body = "import os; 'B1' in cfn.get_resources() and os.kill(os.getpid(), 11); return []"
    seen: list[int] = []
    told = judge_all(jobs(tmp_path, 5), seen.append, rules=rule(tmp_path / "rules", "W9998", body))
    found = [one.rule for verdict in told for one in verdict.findings]
    assert found == ["E3002", "E0002", "E3002", "E3002", "E3002"]
    assert sorted(seen) == [1, 2, 3, 4, 5]


def test_templates_that_all_end_their_processes_come_to_an_end(tmp_path: Path) -> None:
    rules = rule(tmp_path / "rules", "W9998", "\n        import os\n        os._exit(3)")
    told = judge_all(jobs(tmp_path, 5), lambda _: None, rules=rules)
    assert [one.rule for verdict in told for one in verdict.findings] == ["E0002"] * 5


def test_memory_has_a_bound(tmp_path: Path) -> None:
    rules = rule(tmp_path / "rules", "W9998", "return [bytearray(1 << 40)]")
    (told,) = judge_all(jobs(tmp_path, 1), lambda _: None, rules=rules)
    assert {one.rule for one in told.findings} == {"E0002", "E3002"}


def test_no_templates_start_no_process() -> None:
    assert judge_all([], lambda _: None) == []


def runs(pid: str) -> bool:
    """Whether a process is there and is no zombie: not every container has somebody who waits for those."""
    try:
        return Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except FileNotFoundError:
        return False


def test_an_interrupted_run_leaves_no_process_behind(tmp_path: Path) -> None:
    mark = tmp_path / "pids"
    body = f"import os, time; open({str(mark)!r}, 'a').write(f'{{os.getpid()}} '); time.sleep(99)"
    rules = rule(tmp_path / "rules", "W9998", body)
    for one in range(3):
        written(tmp_path / "in", f"{one}.json", {f"G{one}": GOOD})
    script = (
        "import sys; from pathlib import Path\n"
        "from generator.lint import check; from generator.lint.cache import Cache\n"
        "check(sorted(Path(sys.argv[1]).iterdir()), cache=Cache(None), rules=Path(sys.argv[2]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "in"), str(rules)],
        cwd=ROOT,
        env={**clean_environment(), "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    while not mark.exists() or not mark.read_text().endswith(" "):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    time.sleep(0.2)
    assert [pid for pid in mark.read_text().split() if runs(pid)] == []
