"""Resolve the lock files: one version of everything, for every supported Python, with hashes.

``make lock`` runs it. requirements/dev.txt is what a checkout installs, run.txt what a deployment host needs,
handlers.txt what goes into the zips of Lambda functions.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMON = ("--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links", "--quiet")
LOCKS = {
    "dev.txt": ("setup.cfg", "--extra", "local", "--extra", "dev", "--universal"),
    "run.txt": ("setup.cfg", "--universal", "--constraint", "requirements/dev.txt"),
    "handlers.txt": (
        "requirements/handlers.in",
        "--python-version=3.14",
        "--python-platform=aarch64-manylinux_2_28",
    ),
}


def main() -> None:
    """Write each lock file, keeping the versions that still fit unless ``--upgrade`` is given."""
    uv = Path(sys.executable).with_name("uv")
    # An index or a wheel folder of one machine must not decide what everyone installs.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    for name, arguments in LOCKS.items():
        target = f"requirements/{name}"
        command = [str(uv), "pip", "compile", *arguments, *COMMON, *sys.argv[1:], "--output-file", target]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        print(f"resolved {target}")


if __name__ == "__main__":
    main()
