"""Random courses of faults, drawn from a seed: a run ends in words, and a second one finishes the work."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from generator.deploy.aws import AwsCloud, Patience

from .life import Ran
from .proxy import Rule
from .strange import DRAWS, NO_ANSWER, Strange
from .tables import CALLS
from .worker import ENDS, Trial, Worker

WORKERS = 4
WAIT_S = 3.0
FOR_EVER = 1000


@dataclass(frozen=True)
class Case:
    """What one seed means: a command, and what befalls its calls."""

    seed: int
    scenario: str
    faults: tuple[tuple[Rule, Strange], ...]
    patience: Patience

    def __str__(self) -> str:
        befalls = ", ".join(
            f"{strange.name} at {rule.call or 'any call'} {rule.nth}"
            + (f" and {rule.times - 1} more" if rule.times > 1 else "")
            for rule, strange in self.faults
        )
        return f"seed {self.seed}: {self.scenario} ({self.patience.attempts} tries): {befalls}"


def drawn(seed: int) -> Case:
    """The case of a seed, the same on every machine."""
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    scenario = chance.choice(sorted(CALLS))
    calls = CALLS[scenario]
    faults = []
    for _ in range(chance.choice([1, 1, 2, 3])):
        strange = DRAWS[chance.choice(sorted(DRAWS))](chance)
        call = chance.choice([*sorted(calls), ""])
        nth = chance.randint(1, calls[call] if call else sum(calls.values()))
        times = chance.choice([1, 1, 1, 2, 3, FOR_EVER])
        faults.append((Rule(call, strange.fault, nth, times), strange))
    patience = Patience(attempts=chance.choice([1, 1, 2]), connect_s=1, read_s=1, call_s=2)
    return Case(seed, scenario, tuple(faults), patience)


def tried(case: Case, worker: Worker) -> tuple[str, ...]:
    """What is wrong with the runs of a case."""
    rules = [rule for rule, _ in case.faults]
    trial = worker.trial(case.scenario, rules, case.patience, WAIT_S)
    return (*trial.problems, *untold(case, trial))


def untold(case: Case, trial: Trial) -> Iterator[str]:
    """What is wrong with the words of a run that a fault has ended."""
    first: Ran = trial.first
    if first.code in {0, *ENDS.get(case.scenario, set())}:
        return
    befell = [strange for rule, strange in case.faults if rule in trial.through.befallen]
    # On a busy machine the engine itself may answer too late.
    if not any(re.search(says, first.words) for says in (NO_ANSWER, *(strange.says for strange in befell))):
        names = ", ".join(strange.name for strange in befell)
        yield f"exit {first.code} without a word about any of: {names}\n{first.words}"


def run(seeds: Iterable[int], folder: Path, cloud: AwsCloud) -> dict[int, tuple[str, ...]]:
    """Try the cases of ``seeds``, several at a time; what is wrong with each."""
    waiting: SimpleQueue[int] = SimpleQueue()
    for seed in seeds:
        waiting.put(seed)
    results: dict[int, tuple[str, ...]] = {}

    def work(number: int) -> None:
        place = folder / f"fuzz-{number}"
        place.mkdir()
        worker = Worker(place, cloud)
        while True:
            try:
                seed = waiting.get_nowait()
            except Empty:
                return
            results[seed] = tried(drawn(seed), worker)

    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(work, number) for number in range(WORKERS)]:
            done.result()
    return results
