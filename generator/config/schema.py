"""JSON Schema of an environment file, for editors. ``python -m generator.config.schema`` rewrites the file.

It says what JSON Schema can say. That one number may not be below another is left to ``gen``.
"""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from generator.config.load import ENVIRONMENTS
from generator.config.model import Environment

SCHEMA = ENVIRONMENTS / "schema.json"

# What ``rules.py`` asks of production, as far as a schema can say it.
_PRODUCTION = {
    "if": {"properties": {"production": {"const": True}}, "required": ["production"]},
    "then": {
        "properties": {
            "allowed_origins": {"items": {"pattern": "^https://"}},
            "notification_email": {"type": "string"},
            "retain_data": {"const": True},
        },
        "required": ["notification_email"],
    },
}


def environment_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of an environment file. The environment's name is the file's and no key."""
    (root,), definitions = msgspec.json.schema_components([Environment], ref_template="#/$defs/{name}")
    environment = definitions.pop(root["$ref"].rpartition("/")[2])
    del environment["properties"]["name"]
    environment["required"].remove("name")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": definitions,
        **environment,
        **_PRODUCTION,
        "title": "Environment of gen",
        "description": "An environment of gen. Its name is the file's name.",
    }


def schema_text() -> str:
    """What the committed file holds."""
    return json.dumps(environment_schema(), indent=2, sort_keys=True, ensure_ascii=True) + "\n"


def write_schema(file: Path = SCHEMA) -> None:
    """Replace ``file`` with the schema; readers see the old file or the new one."""
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".schema-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(schema_text())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


if __name__ == "__main__":
    write_schema()
