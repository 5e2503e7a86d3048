"""`gen package` packs what the committed templates name."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from generator.commands.options import Session
from generator.commands.package import tell
from generator.console import Console
from generator.package import build

from .conftest import ROOT, Project


def gen(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "cli.py", "package", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.usefixtures("library_wheels")
def test_every_function_of_the_templates_is_packed_and_told_to_scripts() -> None:
    done = gen("--json", "--env", "prod")
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    named = {
        artifact["Handler"]
        for path in (ROOT / "templates_out" / "prod").rglob("*.json")
        for artifact in json.loads(path.read_text(encoding="utf-8"))["Metadata"]["Gen"]
        .get("Artifacts", {})
        .values()
    }
    assert {record["handler"] for record in records} == named
    assert all((ROOT / record["path"]).stat().st_size == record["size"] for record in records)
    assert [record["handler"] for record in records] == sorted(named)


@pytest.mark.usefixtures("library_wheels")
def test_people_see_key_and_digest_and_with_v_the_largest_parts() -> None:
    plain, verbose = gen(), gen("-v")
    assert plain.returncode == 0, plain.stderr
    assert "  key     handlers/items-api/" in plain.stdout
    assert "  sha256  " in plain.stdout
    assert "aws_lambda_powertools/logging" not in plain.stdout
    assert "aws_lambda_powertools/logging" in verbose.stdout
    assert "aws_lambda_powertools/event_handler" not in verbose.stdout


@pytest.mark.parametrize(
    ("words", "message"), [(("--env", "nowhere"), "nowhere"), (("--out", "no_such_folder"), "no_such_folder")]
)
def test_an_unknown_environment_or_folder_is_wrong_usage(words: tuple[str, ...], message: str) -> None:
    done = gen(*words)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_with_v_people_see_which_line_of_a_library_computes_an_import(project: Project) -> None:
    project.library("thing", {"thing/__init__.py": "x = 1\n__import__(f'{__name__}.{x}')", "thing/b.py": ""})
    project.write({"handlers/items/api.py": "import thing\ndef handler(event, context): ..."})
    handler = "handlers.items.api.handler"
    artifact = build([handler], source=project.root, out=project.out)[handler]
    for verbose in (False, True):
        words = io.StringIO()
        console = Console(results=words, words=words)
        here = Session(config=ROOT, out=ROOT, root=project.root, console=console, verbose=verbose)
        tell(here, artifact)
        assert ("thing/__init__.py:2: an import with a computed name" in words.getvalue()) == verbose
