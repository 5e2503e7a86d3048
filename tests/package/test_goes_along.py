"""What goes along with the modules of a library: data files, licences, metadata."""

from __future__ import annotations

import zipfile

import pytest

from generator.errors import PackageError
from generator.package import Artifact, build

from .conftest import Project

HANDLER = "handlers.items.api.handler"
FUNCTION = "def handler(event, context):\n    return {}\n"
THING, OTHER, TOOL = "thing-1.0.dist-info", "other-1.0.dist-info", "tool-1.0.dist-info"
METADATA = "import importlib.metadata as m\n"
POINTS = "[thing.plugins]\none = other.plugin:make\n[console_scripts]\nrun = other.script:main\n"


def packed(project: Project, text: str) -> set[str]:
    """What is in the zip of a handler with ``text`` above its function."""
    project.write({"handlers/items/api.py": f"{text}\n{FUNCTION}"})
    project.keep_wheels()
    artifact: Artifact = build([HANDLER], source=project.root, out=project.out)[HANDLER]
    assert artifact.notes == ()
    with zipfile.ZipFile(artifact.path) as archive:
        return set(archive.namelist()) - {"handlers/items/api.py"}


def test_data_in_the_folders_of_reached_modules_and_below_them_goes_along(project: Project) -> None:
    wanted = {
        "thing/__init__.py": "import thing.a.b",
        "thing/root.pem": "",
        "thing/schemas/deep/one.json": "",
        "thing/zones/__init__.py": "# no code\n",
        "thing/zones/eu/__init__.py": "",
        "thing/zones/eu/Berlin": "",
        "thing/a/b.py": "",
        "thing/a/LICENSE": "",
        "thing/a/notes.md": "",
    }
    left = {
        "thing/py.typed": "",
        "thing/stubs.pyi": "",
        "thing/empty/__init__.py": "",
        "thing/far/__init__.py": "x = 1",
        "thing/far/big.js": "",
        "thing/far/below/big.css": "",
    }
    project.library("thing", wanted | left)
    assert packed(project, "import thing") == {*wanted, f"{THING}/METADATA"}


def test_licences_and_metadata_go_along_and_records_do_not(project: Project) -> None:
    licences = {
        f"{THING}/{name}"
        for name in ("licenses/LICENSE", "licenses/vendor/x.txt", "LICENSE.md", "COPYING", "NOTICE")
    }
    rest = {f"{THING}/entry_points.txt": POINTS, f"{THING}/top_level.txt": "thing"}
    project.library("thing", {"thing.py": "", **dict.fromkeys(licences, ""), **rest})
    assert packed(project, "import thing") == {"thing.py", f"{THING}/METADATA", *licences}


@pytest.mark.parametrize(
    "text",
    [
        f"{METADATA}m.version('thing')",
        "from importlib import metadata\nmetadata.distribution('Thing')",
        "from importlib.metadata import version as v\nNAME = 'thing'\nv(NAME)",
        "def f():\n    import importlib.metadata\n    importlib.metadata.requires(distribution_name='thing')",
    ],
)
def test_a_handler_may_read_the_version_of_a_library_that_it_does_not_import(
    project: Project, text: str
) -> None:
    project.library("thing", {"thing.py": ""})
    project.library("other", {"other.py": ""})
    assert packed(project, text) == {f"{THING}/METADATA"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{METADATA}m.version(__name__)", {THING}),
        (f"{METADATA}m.version('other')", {THING, OTHER}),
        (f"{METADATA}m.version(input())", {THING, OTHER, TOOL}),
        ("version('other')", {THING}),
    ],
)
def test_a_library_may_read_the_version_of_another(project: Project, text: str, found: set[str]) -> None:
    project.library("thing", {"thing.py": text})
    project.library("other", {"other.py": ""})
    project.library("tool", {"tool.py": ""})
    assert packed(project, "import thing") == {"thing.py", *(f"{one}/METADATA" for one in found)}


def test_a_library_that_reads_entry_points_gets_them_and_the_modules_that_they_name(project: Project) -> None:
    project.library("thing", {"thing.py": f"{METADATA}m.entry_points(group='thing.plugins')"})
    project.library(
        "other", {"other/plugin.py": "", "other/script.py": "", f"{OTHER}/entry_points.txt": POINTS}
    )
    project.library("tool", {"tool.py": "", f"{TOOL}/entry_points.txt": "not = a section\n"})
    found = packed(project, "import thing")
    assert {"thing.py", "other/plugin.py", f"{OTHER}/entry_points.txt", f"{OTHER}/RECORD"} <= found
    assert not {"other/script.py", "tool.py"} & found


def test_a_library_whose_requirement_is_not_locked_is_refused(project: Project) -> None:
    project.library("thing", {"thing.py": ""}, requires=("missing",))
    with pytest.raises(PackageError, match="thing needs missing, which the lock lacks"):
        packed(project, "import thing")
