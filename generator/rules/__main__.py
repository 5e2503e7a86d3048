"""cfn-lint's own command with our rules: ``python -m generator.rules template.yaml``, for pre-commit and CI.

Every option of cfn-lint works. Rules that guard exceptions cannot be ignored.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cfnlint.runner.cli import main

# With '=' each takes one value, and what follows is still a template.
OURS = [f"--append-rules={Path(__file__).parent}", "--mandatory-checks=E9001", "--mandatory-checks=E9002"]

if __name__ == "__main__":
    sys.argv[1:1] = OURS
    main()
