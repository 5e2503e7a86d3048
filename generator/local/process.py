"""Processes seen from outside: when one started, what answers on a port, which ports are free."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
from pathlib import Path

from generator.deploy.bounded import Bounded

HOST = "127.0.0.1"
USUAL_PORT = 4566
ANSWER_WITHIN_S = 5.0


def born(pid: int) -> str | None:
    """When process ``pid`` started, in the system's own words; None when there is none, or only a zombie.

    A process id is given out again after a while, the pair of id and start is not. The words are good for
    comparing only. Source: proc_pid_stat(5), fields 3 (state) and 22 (start, in ticks since boot).
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        return None if Path("/proc/self/stat").exists() else born_by_ps(pid)
    return None if fields[0] in "ZX" else f"{boot} {fields[19]}"


def born_by_ps(pid: int) -> str | None:
    """What ``born`` says where there is no /proc (macOS)."""
    shown = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False, timeout=10
    )
    status, _, started = shown.stdout.strip().partition(" ")
    return started.strip() if started and not status.startswith("Z") else None


class Probe(Bounded):
    """A connection whose whole answer comes in time: who knows what listens there."""

    limit_s = ANSWER_WITHIN_S


def identity(port: int, host: str = HOST) -> str | None:
    """The identity that the engine on ``port`` was started with; None when something else or nothing answers.

    The engine repeats the setting MINISTACK_EDITION in its health answer, which is how it gets a name.
    """
    connection = Probe(host, port, timeout=ANSWER_WITHIN_S)
    try:
        connection.request("GET", "/_ministack/health")
        response = connection.getresponse()
        if response.status != http.HTTPStatus.OK:
            return None
        health = json.loads(response.read(1_000_000))
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    edition = health.get("edition") if isinstance(health, dict) else None
    return edition if isinstance(edition, str) else None


def is_free(port: int) -> bool:
    """Whether a server could listen on ``port`` of 127.0.0.1 now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if probe.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Connections of an engine that just ended linger in TIME_WAIT and are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    """A port that is free now; the caller must be ready for losing it to somebody else."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
