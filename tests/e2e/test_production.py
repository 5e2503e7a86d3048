"""Production on an embedded AWS of its own: created in two steps, protected, unchanged the next time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator import local
from generator.local.process import any_free_port
from tests.e2e.conftest import REGION, ROOT, gen

pytestmark = pytest.mark.e2e


def test_production_is_created_protected_and_stays_as_it_is(tmp_path: Path) -> None:
    with local.running(tmp_path / "local", port=any_free_port()) as engine:
        where = ("--env", "prod", "--region", REGION, "--endpoint-url", engine.endpoint_url)

        def outcomes(*words: str) -> dict[str, str]:
            done = gen("deploy", *where, "--json", *words)
            assert done.returncode == 0, done.stderr
            records = [json.loads(line) for line in done.stdout.splitlines()]
            return {one["stack"]: one["outcome"] for one in records if one["type"] == "outcome"}

        refused = gen("deploy", *where)
        assert refused.returncode == 4, "production asks, and nobody is there to answer"
        assert set(outcomes("--yes").values()) == {"Deployed"}
        found = statuses(where)
        committed = (ROOT / "templates_out" / "prod" / REGION).glob("*.json")
        assert set(found) == {f"{REGION}/{file.stem}" for file in committed}
        for name, stack in found.items():
            assert stack["status"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, name
            assert stack["equal"], "the last thing sent is what is committed"
            assert stack["protected"]
            assert stack["policy"] == "ours"
        assert set(outcomes("--yes").values()) == {"NoChange"}


def statuses(where: tuple[str, ...]) -> dict[str, Any]:
    done = gen("status", *where, "--json")
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return {one["stack"]: one for one in records if one["type"] == "status"}
