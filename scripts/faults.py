"""Every call with everything that can go wrong, and random courses of faults; writes a page of tables.

``make faults`` writes docs/faults.md, and fails where a cell or a course does not hold what that page
promises. It takes many minutes. ``make test`` runs the first time of each call with the nastiest faults, and
a few courses.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from generator import local  # noqa: E402 - the project is not installed where only its sources are
from generator.local.process import any_free_port  # noqa: E402
from tests.faults import fuzz, matrix  # noqa: E402
from tests.faults.matrix import Cell, Result  # noqa: E402
from tests.faults.tables import CALLS, TROUBLES  # noqa: E402

Subject = TypeVar("Subject")
Found = TypeVar("Found")
PAGE = ROOT / "docs" / "faults.md"
COURSES = 400
HEAD = """\
# When AWS fails

What `gen` does when one of its calls to AWS goes wrong, tried out on the embedded AWS behind a proxy that
makes it go wrong. `make faults` runs every call below with every fault, each time that a run makes the call,
and writes this page. A fault here is as if all of botocore's tries had met it: normally there are eight, over
about half a minute, none of which takes longer than 30 seconds and none of which begins after 90.

It also draws {courses} random courses of up to three faults from seeds, over all the commands below: any HTTP
status, redirects, answers that are empty, cut, doubled, compressed garbage, out of order, out of date, of
another call, account or region, connections that are reset or refused, answers that trickle in, wrong clocks,
expired credentials; once, a few times, or from then on. The same must hold for each.

In every cell it holds that

- the run ends, with a documented exit code, and with a message that names the call and what happened;
- no change set and no empty stack is left behind unless the output names it;
- a plain second run finishes the work, and nothing is there twice.

The figures are the exit codes of the first run. There are several where the times of a call end differently.

| exit code | meaning here |
|---|---|
| 0 | done all the same: the call was repeated, its effect was found, or it was not needed |
| 2 | stopped before anything was begun, or after it was done: the call was refused or had no answer |
| 4 | the update was done before it could be cancelled |
| 5 | the update failed as it does without a fault, and was rolled back |
| 6 | the stack is in a state that a person must look at |
| 7 | an operation has begun, and goes on without us |
| - | the fault does not apply to the call |

| fault | what happens |
|---|---|
"""


def page(results: Mapping[Cell, Result]) -> str:
    """The page: what the faults are, and a table for each command."""
    parts = [
        HEAD.replace("{courses}", str(COURSES))
        + "".join(f"| {name} | {trouble.what} |\n" for name, trouble in TROUBLES.items())
    ]
    for scenario, calls in CALLS.items():
        lines = [
            f"\n## {scenario}\n",
            "| call | times | " + " | ".join(TROUBLES) + " |",
            "|---|---|" + "---|" * len(TROUBLES),
        ]
        for call, count in calls.items():
            codes = [codes_of(results, scenario, call, trouble) for trouble in TROUBLES]
            lines.append(f"| `{call}` | {count} | " + " | ".join(codes) + " |")
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)


def codes_of(results: Mapping[Cell, Result], scenario: str, call: str, trouble: str) -> str:
    """Exit codes of the first runs of some cells."""
    found = {
        result.first.code
        for cell, result in results.items()
        if (cell.scenario, cell.call, cell.trouble) == (scenario, call, trouble)
    }
    return ", ".join(map(str, sorted(found))) or "-"


def main() -> int:
    """Run all of it, write the page, and say what does not hold."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with (
            local.running(folder / "engine", port=any_free_port()) as engine,
            matrix.prepared(engine.endpoint_url) as cloud,
        ):
            results = once_more(matrix.cells(TROUBLES), folder, partial(matrix.run, cloud=cloud), faulty)
            print(f"{len(results)} cells in {time.monotonic() - began:.0f} s", flush=True)
            courses = once_more(range(COURSES), folder, partial(fuzz.run, cloud=cloud), len)
    problems: dict[object, Sequence[str]] = {cell: one.problems for cell, one in results.items()}
    problems |= {fuzz.drawn(seed): found for seed, found in courses.items()}
    problems = {subject: found for subject, found in problems.items() if found}
    for subject, found in problems.items():
        print(f"{subject}:")
        for problem in found:
            print("  " + problem.replace("\n", "\n  "))
    print(f"{len(courses)} courses, {time.monotonic() - began:.0f} s in all, {len(problems)} do not hold")
    if not problems:
        written = PAGE.with_suffix(".tmp")
        written.write_text(page(results), encoding="utf-8")
        written.replace(PAGE)
    return 1 if problems else 0


def faulty(result: Result) -> int:
    """How much is wrong with a cell."""
    return len(result.problems)


def once_more(
    wanted: Sequence[Subject],
    folder: Path,
    run: Callable[[Sequence[Subject], Path], dict[Subject, Found]],
    wrong: Callable[[Found], int],
) -> dict[Subject, Found]:
    """``run`` all that is ``wanted``, and alone, one after the other, what did not hold.

    On a busy machine the engine may answer so late that a run ends for that, and not for its fault.
    """
    results = run(wanted, scratch(folder))
    for subject in [subject for subject, found in results.items() if wrong(found)]:
        print(f"once more: {subject}", flush=True)
        results |= run([subject], scratch(folder))
    return results


def scratch(folder: Path) -> Path:
    """A new folder."""
    return Path(tempfile.mkdtemp(dir=folder))


if __name__ == "__main__":
    sys.exit(main())
