"""The committed schema and the reference page say what the model says."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from generator.config import ENVIRONMENTS
from generator.config.reference import reference
from generator.config.schema import SCHEMA, schema_text, write_schema

from .conftest import GOOD, Problems, problems_of

ROOT = ENVIRONMENTS.parent.parent
PAGE = ROOT / "docs" / "environments.md"
FILES = sorted(ENVIRONMENTS.glob("*.yml"))


def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_committed_schema_is_what_the_model_gives() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "run: python -m generator.config.schema"


def test_the_schema_is_written_whole_and_readable_for_all(tmp_path: Path) -> None:
    write_schema(tmp_path / "schema.json")
    assert (tmp_path / "schema.json").read_text() == schema_text()
    assert stat.S_IMODE((tmp_path / "schema.json").stat().st_mode) == 0o644
    assert [file.name for file in tmp_path.iterdir()] == ["schema.json"]


def test_a_schema_that_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "schema.json").mkdir()
    with pytest.raises(IsADirectoryError):
        write_schema(tmp_path / "schema.json")
    assert [file.name for file in tmp_path.iterdir()] == ["schema.json"]


@pytest.mark.parametrize("module", ["schema", "reference"])
def test_the_program_that_a_failing_test_names_runs(module: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "generator", tmp_path / "generator", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "generator" / "environments" / "schema.json").unlink()
    done = subprocess.run(
        [sys.executable, "-m", f"generator.config.{module}"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    written = tmp_path / "generator" / "environments" / "schema.json"
    assert (written.read_text() if module == "schema" else done.stdout) == {
        "schema": schema_text(),
        "reference": reference(),
    }[module]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_environment_file_satisfies_the_schema_and_names_it(file: Path) -> None:
    text = file.read_text()
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    validator().validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "change",
    [
        {"account": 123456789012},
        {"alarms": {"error_rate_percent": 0}},
        {"allowed_origins": ["*"]},
        {"allowed_origins": ["https://example.com/"]},
        {"allowed_origins": ["https://a.example", "https://a.example"]},
        {"apis": {"Items": {}}},
        {"apis": {"items": {"memory_mb": 512}}},
        {"caches": {"catalog": {"ttl_s": 29}}},
        {"event_sources": {"shipments": ["aws.s3"]}},
        {"event_sources": {"shipments": []}},
        {"event_sources": {"shipments": "com.example"}},
        {"alarms": {"queue_age_s": 0}},
        {"alarms": {"slo_percent": 95}},
        {"alarms": {"slo_percent": 99.999}},
        {"caches": {"catalog": {"ttl_s": 3601}}},
        {"caches": {"catalog": {"size_gb": "1"}}},
        {"caches": {"catalog": {"size_gb": 0.5}}},
        {"domain": {"name": "example.com"}},
        {"log_retention_days": 15},
        {"monitoring_minutes": 181},
        {"name": "qa"},
        {"notification_email": "ops"},
        {"owner": ""},
        {"production": "yes"},
        {"production": True},
        {"production": True, "notification_email": "ops@example.com", "retain_data": False},
        {
            "production": True,
            "notification_email": "ops@example.com",
            "allowed_origins": ["http://a.example"],
        },
        {"regions": []},
        {"regions": ["mars-1"]},
        {"regions": ["us-west-2", "us-west-2"]},
        {"suffix": "_"},
        {"unknown": 1},
        {"workers": {"items-stream": {"memory_mb": 64, "timeout_s": 1}}},
    ],
    ids=str,
)
def test_the_schema_and_the_loader_refuse_the_same(change: dict[str, Any], problems: Problems) -> None:
    values = {**yaml.safe_load(GOOD), **change}
    assert list(validator().iter_errors(values))
    assert problems(qa__yml=yaml.safe_dump(values))


def test_the_page_has_every_key_as_the_model_has_it() -> None:
    table = re.search(r"<!-- made by: .* -->\n(.*?)<!-- end -->", PAGE.read_text(), re.DOTALL)
    assert table is not None
    assert table[1] == reference(), "run: python -m generator.config.reference"


def test_the_example_of_the_page_is_what_the_program_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = PAGE.read_text()
    file = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    printed = re.search(r"```text\n(.*?)\n```", page, re.DOTALL)
    assert file is not None
    assert printed is not None
    monkeypatch.chdir(tmp_path)
    found = problems_of(tmp_path / "generator" / "environments", {"qa.yml": file[1]})
    assert found == printed[1].split("\n")
