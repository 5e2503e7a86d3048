"""cfn-lint in processes of its own, each on a processor, with bounds on time and memory.

The first one imports cfn-lint and its rules once and forks the others, which share that memory.
All take templates from a queue, the largest first. The caller stays small: it neither imports cfn-lint nor
waits for a large process to be taken apart.
"""

from __future__ import annotations

import faulthandler
import gc
import logging
import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, NamedTuple

from generator.errors import GenError
from generator.lint.catalogue import RULES
from generator.lint.finding import Verdict, alone
from generator.lint.intake import Job

# Far above what a template of the largest size allowed takes here: some 10 seconds and 400 MiB.
SECONDS = 60
BYTES = 3 << 30
# From here on it is worth a twentieth of a second to look for cycles.
TIDY = 180 << 20

CRASHED = "cfn-lint is ended by this template; is it nested too deeply, or does it need too much memory?"

Told = Callable[[int], None]


class OutOfTimeError(BaseException):
    """Time is up. No Exception, so that no library takes it for one of its own."""


def judge_all(
    jobs: Sequence[Job], done: Told, *, rules: Path = RULES, seconds: float = SECONDS
) -> list[Verdict]:
    """A verdict for each job, in their order; ``done`` is called with the number of those that are finished.

    A template that ends its process, by too many levels for a parser in C say, has that as its finding.
    GenError where cfn-lint cannot be run at all.
    """
    if sys.platform != "linux":
        return _one_by_one(jobs, done, rules)
    verdicts: dict[int, Verdict] = {}
    while left := [index for index in range(len(jobs)) if index not in verdicts]:
        before = len(verdicts)
        for index, verdict in _verdicts([jobs[index] for index in left], rules, seconds):
            verdicts[left[index]] = verdict
            done(len(verdicts))
        if len(verdicts) == before:
            raise GenError(
                f"cfn-lint ended before it had checked {len(left)} templates",
                "it was killed, or lacks memory",
            )
    return [verdicts[index] for index in range(len(jobs))]


def _verdicts(jobs: Sequence[Job], rules: Path, seconds: float) -> Iterator[tuple[int, Verdict]]:
    """Verdicts as they come; some are missing where every process came to an early end."""
    fork = multiprocessing.get_context("fork")
    pipes = [fork.Pipe(duplex=False) for _ in range(min(len(jobs), len(os.sched_getaffinity(0))))]
    ours, theirs = [one for one, _ in pipes], [other for _, other in pipes]
    process = fork.Process(target=_first, args=(jobs, rules, seconds, theirs, ours), name="gen-lint")
    process.start()
    with suppress(OSError):
        os.setpgid(process.pid or 0, process.pid or 0)
    for connection in theirs:
        connection.close()
    try:
        yield from _answers(ours)
    except BaseException:
        # Its group has the other processes too.
        with suppress(ProcessLookupError):
            os.killpg(process.pid or 0, signal.SIGKILL)
        raise
    finally:
        process.join()
        process.close()


def _answers(connections: list[Connection]) -> Iterator[tuple[int, Verdict]]:
    """What the processes say: which template each takes, then its verdict."""
    taken: dict[Connection, int] = {}
    while connections:
        ready = set(wait(connections))
        for connection in [one for one in connections if one in ready]:
            try:
                told = connection.recv()
            except EOFError:
                connections.remove(connection)
                if connection in taken:
                    yield taken[connection], alone("E0002", CRASHED, lasting=False)
                continue
            if isinstance(told, GenError):
                raise told
            index, verdict = told
            if verdict is None:
                taken[connection] = index
            else:
                del taken[connection]
                yield index, verdict


def _one_by_one(jobs: Sequence[Job], done: Told, folder: Path) -> list[Verdict]:
    """Where processes cannot be forked safely."""
    from generator.lint import judge

    rules = judge.load_rules(folder)
    verdicts = []
    for job in jobs:
        verdicts.append(judge.judge(job, rules))
        done(len(verdicts))
    return verdicts


def _first(
    jobs: Sequence[Job], folder: Path, seconds: float, answers: list[Connection], others: list[Connection]
) -> None:
    """Load cfn-lint, fork the other processes, and work beside them."""
    with suppress(OSError):
        os.setpgid(0, 0)
    for connection in others:
        connection.close()
    _be_quiet()
    # Millions of objects and few cycles: collecting costs a quarter of cfn-lint's time.
    gc.disable()
    try:
        from generator.lint import judge

        rules = judge.load_rules(folder)
    except GenError as problem:
        answers[0].send(problem)
        return
    except ImportError as problem:
        answers[0].send(GenError(f"cfn-lint cannot be loaded: {problem}", "install gen's dependencies"))
        return
    gc.freeze()
    fork = multiprocessing.get_context("fork")
    largest_first = sorted(range(len(jobs)), key=lambda index: (-len(jobs[index].content), index))
    queue = _Queue(largest_first, fork.Value("i", 0))
    work = _Work(queue, jobs, rules, seconds)
    more = [fork.Process(target=work.beside, args=(one, answers)) for one in answers[1:]]
    for process in more:
        process.start()
    for connection in answers[1:]:
        connection.close()
    work.until_done(answers[0])
    answers[0].close()
    for process in more:
        process.join()


class _Queue(NamedTuple):
    """Who is free takes the next: ``taken`` counts, for all processes, what is gone from ``order``."""

    order: list[int]
    taken: Any

    def __call__(self) -> int | None:
        with self.taken.get_lock():
            number = self.taken.value
            self.taken.value += 1
        return self.order[number] if number < len(self.order) else None


class _Work(NamedTuple):
    """What one process does. It inherits all by the fork: rules are loaded modules and cannot be sent."""

    queue: _Queue
    jobs: Sequence[Job]
    rules: Any
    seconds: float

    def beside(self, own: Connection, answers: list[Connection]) -> None:
        """In a forked process: the others' pipes must end with the others."""
        for connection in answers:
            if connection is not own:
                connection.close()
        self.until_done(own)

    def until_done(self, answers: Connection) -> None:
        """Judge what nobody has taken, and say first what is taken."""
        while (index := self.queue()) is not None:
            answers.send((index, None))
            answers.send((index, _bounded(self.jobs[index], self.rules, self.seconds)))
            if _resident() > TIDY:
                gc.collect()


def _bounded(job: Job, rules: Any, seconds: float) -> Verdict:
    """The verdict, or that there is none in the time there is."""
    from generator.lint import judge

    try:
        with _limits(seconds):
            return judge.judge(job, rules)
    except OutOfTimeError:
        return alone(
            "E0002", f"cfn-lint takes more than {seconds:g} seconds for this template", lasting=False
        )


@contextmanager
def _limits(seconds: float) -> Iterator[None]:
    import resource

    def stop(_number: int, _frame: object) -> None:
        raise OutOfTimeError

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(
        resource.RLIMIT_AS, (BYTES if hard == resource.RLIM_INFINITY else min(BYTES, hard), hard)
    )
    before = signal.signal(signal.SIGALRM, stop)
    # Again each second: an exception may be lost in a destructor.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _resident() -> int:
    """Bytes of memory that this process has now ("proc_pid_statm(5)")."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGESIZE")


def _be_quiet() -> None:
    """What a library logs or warns of is about itself; findings are all that there is to say."""
    logging.getLogger("cfnlint").addHandler(logging.NullHandler())
    logging.getLogger("cfnlint").propagate = False
    warnings.simplefilter("ignore")
    # A crash is told as a finding, not as the stack of our process.
    faulthandler.disable()
    # Ctrl-C is for the caller, who ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
