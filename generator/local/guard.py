"""The process of the embedded AWS. Run by its path under ``python -I -B``; nothing imports it.

It leads a session of its own, so that the engine and every Lambda worker it starts are one process group
that can be ended at once, and it ends that group by itself

* when the command that started it dies before it let go: the other end of a pipe, the lifeline, closes
  however that command ended, ``kill -9`` included;
* when the state file is gone or names another engine: ``gen local down``, or somebody deleted the folder.

Arguments: the lifeline's file descriptor, the state file, the identity that the state file gives to this
engine. The first line on stdout is the process id; everything later goes to stderr, which is the log.
"""

from __future__ import annotations

import os
import runpy
import select
import signal
import sys
import threading
import traceback
from pathlib import Path

LOOK_EVERY_S = 0.5
RECORDED = b"r"  # the state file is written: from now on it must stay
DETACHED = b"d"  # the command is done with us: its end is no longer ours


def end() -> None:
    """End the whole process group: there is no state worth a slower way."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.killpg(os.getpid(), signal.SIGKILL)


def named(state: Path, identity: str) -> bool:
    """Whether the state file still speaks of this engine."""
    try:
        return identity in state.read_text(encoding="utf-8")
    except OSError:
        return False


def watch(lifeline: int, state: Path, identity: str) -> None:
    """Wait for one of the reasons to end."""
    recorded, attached = False, True
    while True:
        heard, _, _ = select.select([lifeline] if attached else [], [], [], LOOK_EVERY_S)
        if heard:
            said = os.read(lifeline, 1)
            if not said:
                break
            recorded = True
            attached = said != DETACHED
        if recorded and not named(state, identity):
            break
    end()


def main() -> None:
    """Detach from the terminal, then serve until the watch ends us."""
    lifeline, state, identity = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    child = os.fork()
    if child:
        os.write(1, f"{child}\n".encode())
        os._exit(0)
    os.setsid()
    os.dup2(2, 1)
    threading.Thread(target=watch, args=(lifeline, state, identity), daemon=True).start()
    sys.argv = ["ministack"]
    try:
        runpy.run_module("ministack", run_name="__main__")
    except BaseException:
        traceback.print_exc()
    finally:
        end()


if __name__ == "__main__":
    main()
