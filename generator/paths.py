"""Where things are, seen from this package."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
# Lambda code stands beside the package, in a checkout and when installed. It is read, never imported.
HANDLERS = PACKAGE.parent / "handlers"
SERVICES = PACKAGE / "services"
