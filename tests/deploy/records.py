"""What --json prints, held to docs/records.schema.json as it is written."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "records.schema.json").read_text(encoding="utf-8"))
KINDS = [reference["$ref"].rpartition("/")[2] for reference in SCHEMA["oneOf"]]
VALIDATORS = {
    kind: Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": SCHEMA["$defs"]}) for kind in KINDS
}


def checked(line: str) -> dict[str, Any]:
    """A line as a record. AssertionError or ValidationError where the schema has no such one."""
    record: dict[str, Any] = json.loads(line)
    assert record["type"] in VALIDATORS, f"no record of docs/records.schema.json: {line}"
    VALIDATORS[record["type"]].validate(record)
    return record


class CheckedStream(io.StringIO):
    """Takes whole lines, each of them a record."""

    def write(self, text: str) -> int:
        for line in text.splitlines():
            if line.strip():
                checked(line)
        return super().write(text)
