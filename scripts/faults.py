"""Every call of a deployment with everything that can go wrong: runs the matrix, and writes its table.

``make faults`` writes docs/faults.md, and fails where a cell does not hold what that page promises. It takes
a few minutes. ``make test`` runs the first time of each call with the four nastiest faults.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from generator import local  # noqa: E402 - the project is not installed where only its sources are
from generator.local.process import any_free_port  # noqa: E402
from tests.faults import matrix  # noqa: E402
from tests.faults.matrix import Cell, Result  # noqa: E402
from tests.faults.tables import CALLS, TROUBLES  # noqa: E402

PAGE = ROOT / "docs" / "faults.md"
HEAD = """\
# When AWS fails

What `gen` does when one of its calls to AWS goes wrong, tried out on the embedded AWS behind a proxy that
makes it go wrong. `make faults` runs every call below with every fault, each time that a run makes the call,
and writes this page. A fault here is as if all of botocore's tries had met it: normally there are eight, over
about half a minute.

In every cell it holds that

- the run ends, with a documented exit code, and with a message that names the call and what happened;
- no change set and no empty stack is left behind unless the output names it;
- a plain second run finishes the work, and nothing is there twice.

The figures are the exit codes of the first run. There are several where the times of a call end differently.

| exit code | meaning here |
|---|---|
| 0 | done all the same: the call was repeated, its effect was found, or it was not needed |
| 2 | stopped before anything was begun, or after it was done: the call was refused or had no answer |
| 6 | the stack is in a state that a person must look at |
| 7 | an operation has begun, and goes on without us |
| - | the fault does not apply to the call |

| fault | what happens |
|---|---|
"""


def page(results: Mapping[Cell, Result]) -> str:
    """The page: what the faults are, and a table for each command."""
    parts = [HEAD + "".join(f"| {name} | {trouble.what} |\n" for name, trouble in TROUBLES.items())]
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
    """Run the matrix, write the page, and say which cells do not hold."""
    wanted = matrix.cells(TROUBLES, first_only=False)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with (
            local.running(folder / "engine", port=any_free_port()) as engine,
            matrix.prepared(engine.endpoint_url) as cloud,
        ):
            results = matrix.run(wanted, folder, cloud)
    bad = {cell: result for cell, result in results.items() if result.problems}
    for cell, result in bad.items():
        print(f"{cell}:")
        for problem in result.problems:
            print("  " + problem.replace("\n", "\n  "))
    print(f"{len(results)} cells in {time.monotonic() - began:.0f} s, {len(bad)} do not hold")
    if not bad:
        written = PAGE.with_suffix(".tmp")
        written.write_text(page(results), encoding="utf-8")
        written.replace(PAGE)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
