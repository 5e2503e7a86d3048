"""A mistake in a service is told with file and line, and nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import Run, copy_of_project, gen_process
from tests.unit.test_newcomer import SYSTEMS

HEAD = """\
from generator.components.component import Component
from generator.stack import Stack
from troposphere import sqs, s3


def build(target):
"""
MADE = '    stack = Stack(target, "notes", description="Notes")\n'

# What the service says → what the error says.
BROKEN = {
    "syntax": ("def build(target:\n", "generator/services/notes.py:1: SyntaxError: "),
    "indentation": ("def build(target):\nreturn 1\n", "generator/services/notes.py:2: IndentationError: "),
    "import": ("\nimport nothing_like_it\n", "generator/services/notes.py:2: ModuleNotFoundError: "),
    "name": (HEAD + "    return undefined\n", "generator/services/notes.py:7: NameError: "),
    "arguments": ("def build():\n    return None\n", "TypeError: build() takes 0 positional arguments"),
    "argument": (HEAD + '    return Stack(target, "notes", title="x")\n', "notes.py:7: TypeError: "),
    "no build": ("", "generator.services.notes: AttributeError: "),
    "result": ('def build(target):\n    return "x"\n', "build() of generator.services.notes returned str"),
    "property": (
        HEAD + MADE + '    stack.add(Component(resources=(sqs.Queue("Jobs", Size=1),)))\n    return stack\n',
        "generator/services/notes.py:8: AttributeError: ",
    ),
    "missing property": (
        HEAD + MADE + '    stack.add(Component(resources=(s3.BucketPolicy("Policy"),)))\n    return stack\n',
        "stack notes: ValueError: Resource Bucket required in type AWS::S3::BucketPolicy",
    ),
    "odd value": (
        HEAD + MADE + '    stack.output("Odd", object(), "Odd")\n    return stack\n',
        "TypeError",
    ),
    "no UTF-8": ('X = "\udcff"\n', "generator/services/notes.py:1: SyntaxError: "),
    "our error": (
        HEAD + MADE + '    stack.roll_back_on("Missing")\n    return stack\n',
        "stack notes: no alarm has the logical id 'Missing'",
    ),
    "grants": (
        "from generator.components.grant import Grant, distinct\n\n\ndef build(target):\n"
        '    return distinct([Grant("A", ("a:B",), ("x",)), Grant("A", ("a:B",), ("y",))])\n',
        "generator/services/notes.py:5: ValueError: two different grants are named A",
    ),
}


def run_gen(*arguments: str | Path, root: Path) -> Run:
    """Without byte code: it is told from its source by size and second, and these files change faster."""
    return gen_process(*arguments, root=root, environment={"PYTHONDONTWRITEBYTECODE": "1"})


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_project(tmp_path_factory.mktemp("project"))


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_service_is_told_with_file_and_line(kind: str, project: Path) -> None:
    source, complaint = BROKEN[kind]
    file = project / "generator" / "services" / "notes.py"
    file.write_text(source, encoding="utf-8", errors="surrogateescape")
    try:
        run = run_gen("render", "--env", "dev", root=project)
    finally:
        file.unlink()
    assert run.code == 2, run.words
    assert complaint in run.err
    assert run.err.startswith("error: ")
    assert "Traceback" not in run.words
    assert "fix: " in run.err
    assert not (project / "templates_out").exists()


def test_a_mistake_in_a_helper_is_told_with_the_helpers_line(project: Path) -> None:
    services = project / "generator" / "services"
    (services / "notes.py").write_text("from generator.services._sizes import SIZE\n")
    (services / "_sizes.py").write_text("\n\n\nSIZE = undefined\n")
    run = run_gen("render", "--env", "dev", root=project)
    (services / "_sizes.py").write_text("\nSIZE = (\n")
    syntax = run_gen("render", "--env", "dev", root=project)
    (services / "notes.py").unlink()
    (services / "_sizes.py").unlink()
    assert "generator/services/_sizes.py:4: NameError" in run.err
    assert "generator/services/_sizes.py:2: SyntaxError" in syntax.err


def test_two_services_of_one_name_are_refused(project: Path) -> None:
    file = project / "generator" / "services" / "notes.py"
    file.write_text(HEAD + '    return Stack(target, "items", description="Other items")\n')
    run = run_gen("render", "--env", "dev", root=project)
    file.unlink()
    assert run.code == 2
    assert "two services make a stack called 'items'; the second is generator.services.notes" in run.err
    assert not (project / "templates_out").exists()


def test_what_editors_leave_is_no_service(project: Path) -> None:
    services = project / "generator" / "services"
    left = [services / name for name in (".#notes.py", ".notes.py", "notes.py~", "notes.py.swp")]
    for file in left:
        file.write_text("this is no Python\n")
    run = run_gen("render", "--env", "dev", "--check", "--no-lint", root=project)
    for file in left:
        file.unlink()
    assert run.code == 3, run.err
    assert "missing: " in run.out


def test_a_service_of_several_stacks_is_a_folder(project: Path, tmp_path: Path) -> None:
    folder = project / "generator" / "services" / "notes"
    folder.mkdir()
    for name in ("data", "app"):
        (folder / f"{name}.py").write_text(
            HEAD
            + f'    stack = Stack(target, "notes-{name}", description="Notes")\n'
            + f'    stack.add(Component(resources=(sqs.Queue("{name.title()}"),)))\n'
            + "    return stack\n"
        )
    run = run_gen("render", "--env", "dev", "--no-lint", "--out", tmp_path, root=project)
    for file in folder.iterdir():
        file.unlink() if file.is_file() else None
    assert run.code == 0, run.err
    written = sorted(path.stem for path in (tmp_path / "dev" / "us-west-2").iterdir())
    assert written == sorted({*SYSTEMS, "notes-app", "notes-data"})


def test_findings_in_what_was_rendered_exit_3(project: Path, tmp_path: Path) -> None:
    file = project / "generator" / "services" / "notes.py"
    file.write_text(
        HEAD
        + MADE
        + '    stack.add(Component(resources=(sqs.Queue("Jobs", MessageRetentionPeriod=5),)))\n'
        + "    return stack\n"
    )
    words = ("--env", "dev", "--stack", "notes", "--region", "us-west-2", "--out", tmp_path, "--json")
    run = run_gen("render", *words, root=project)
    file.unlink()
    assert run.code == 3
    records = [json.loads(line) for line in run.out.splitlines()]
    assert records[0]["state"] == "written"
    assert "Resources/Jobs/Properties/MessageRetentionPeriod" in {one.get("path") for one in records[1:]}
    assert "an exception is written on the resource with its reason" in run.err


def test_an_unreadable_contract_is_told_by_name(project: Path) -> None:
    contract = project / "handlers" / "items" / "openapi.json"
    before = contract.read_bytes()
    contract.write_bytes(before[:-100])
    run = run_gen("render", "--env", "dev", root=project)
    contract.write_bytes(before)
    assert run.code == 2
    assert "items/openapi.json is not a contract that an API can be made of" in run.err
