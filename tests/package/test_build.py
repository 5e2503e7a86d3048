"""Zips hold what a function imports, and are the same bytes everywhere."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from generator.errors import PackageError
from generator.package import build, parts

from .conftest import ROOT, Project

HANDLER = "handlers.items.api.handler"
MODULE = "handlers/items/api.py"
FUNCTION = "def handler(event, context):\n    return {}\n"
COMPUTED = "import importlib, b\nfor n in b.t:\n    importlib.import_module(n)\n"


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_a_zip_holds_the_closure_its_data_and_its_libraries_and_nothing_else(project: Project) -> None:
    project.library(
        "thing", {"thing/__init__.py": "import needed", "thing/data.txt": "d"}, requires=("needed",)
    )
    project.library("needed", {"needed.py": ""}, requires=("boto3",))
    project.library("unused", {"unused.py": ""})
    project.write(
        {
            MODULE: f"import boto3, botocore.config, thing.sub\nfrom handlers.items import model\n{FUNCTION}",
            "handlers/items/model.py": "",
            "handlers/items/other.py": "",
            "handlers/items/openapi.json": "{}",
            "handlers/items/schemas/item.json": "{}",
            "handlers/items/README.md": "text",
            "handlers/items/.hidden": "",
            "handlers/items/api.py~": "",
            "handlers/items/tests/sample.json": "{}",
            "handlers/items/__pycache__/api.cpython-314.pyc": "",
            "handlers/orders/openapi.json": "{}",
        }
    )
    artifact = build([HANDLER], source=project.root, out=project.out)[HANDLER]
    assert names(artifact.path) == [
        "handlers/items/api.py",
        "handlers/items/model.py",
        "handlers/items/openapi.json",
        "handlers/items/schemas/item.json",
        "needed-1.0.dist-info/METADATA",
        "needed.py",
        "thing-1.0.dist-info/METADATA",
        "thing/__init__.py",
        "thing/data.txt",
    ]


def test_an_artifact_tells_key_size_and_digests_of_its_zip(project: Project) -> None:
    project.write({MODULE: FUNCTION})
    artifact = build([HANDLER, HANDLER], source=project.root, out=project.out)[HANDLER]
    content = artifact.path.read_bytes()
    assert artifact.sha256 == hashlib.sha256(content).hexdigest()
    assert artifact.code_sha256 == base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert artifact.size == len(content)
    assert artifact.key == f"handlers/items-api/{artifact.sha256[:32]}.zip"
    assert artifact.path == project.out / artifact.key


def test_entries_have_fixed_order_date_mode_and_no_compression(project: Project) -> None:
    project.write(
        {
            MODULE: f"from handlers.items import z, a\n{FUNCTION}",
            "handlers/items/z.py": "",
            "handlers/items/a.py": "",
        }
    )
    (project.root / MODULE).chmod(0o755)
    artifact = build([HANDLER], source=project.root, out=project.out)[HANDLER]
    with zipfile.ZipFile(artifact.path) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {
        (entry.date_time, entry.external_attr >> 16, entry.create_system, entry.compress_type, entry.extra)
        for entry in entries
    } == {((1980, 1, 1, 0, 0, 0), 0o100644, 3, zipfile.ZIP_STORED, b"")}


def test_builds_in_another_folder_zone_locale_and_order_give_the_same_bytes(
    project: Project, tmp_path: Path
) -> None:
    texts = {
        "thing.py": "import one, two, a, b",
        "b.py": "t = 'x', 'y'",
        "a.py": COMPUTED,
        "x.py": "",
        "y.py": "",
    }
    project.library("thing", texts, requires=("one", "two"))
    project.library("two", {"two.py": "import importlib\nimportlib.import_module(name)", "more.py": ""})
    project.library("one", {"one.py": ""})
    project.write({MODULE: f"import thing\nfrom handlers.items import é, b\n{FUNCTION}"})
    project.write(
        {
            "handlers/items/é.py": "",
            "handlers/items/b.py": "import json, hmac, one\n",
            "handlers/items/ö.json": "1",
        }
    )
    code = (
        "import sys; from pathlib import Path; from generator.package import build\n"
        "root = Path(sys.argv[1])\n"
        f"print(build([{HANDLER!r}], source=root, out=root / 'build')[{HANDLER!r}].sha256)"
    )
    settings = [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": "1"},
    ]
    digests = []
    for number, setting in enumerate(settings):
        copy = tmp_path / f"copy {number}"
        files = sorted(path for path in project.root.rglob("*") if path.is_file())
        for path in files if number else reversed(files):
            target = copy / path.relative_to(project.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
            target.chmod(0o600 if number else 0o777)
            os.utime(target, (1_000_000_000 * (number + 1),) * 2)
        done = subprocess.run(
            [sys.executable, "-c", code, str(copy)],
            env={**os.environ, "PYTHONPATH": str(ROOT), **setting},
            cwd=copy,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        digests.append(done.stdout.split()[-1])
    assert digests[0] == digests[1]


def test_an_unchanged_zip_is_left_alone_and_a_damaged_one_is_written_anew(project: Project) -> None:
    project.write({MODULE: FUNCTION})
    path = build([HANDLER], source=project.root, out=project.out)[HANDLER].path
    os.utime(path, (1, 1))
    build([HANDLER], source=project.root, out=project.out)
    assert path.stat().st_mtime == 1
    whole = path.read_bytes()
    path.write_bytes(whole[:50])
    build([HANDLER], source=project.root, out=project.out)
    assert path.read_bytes() == whole


def test_a_change_of_code_replaces_the_zip_of_that_function_only(project: Project) -> None:
    other = "handlers.items.stream.handler"
    project.write({MODULE: FUNCTION, "handlers/items/stream.py": FUNCTION})
    first = build([HANDLER, other], source=project.root, out=project.out)
    project.write({MODULE: FUNCTION + "\n"})
    second = build([HANDLER, other], source=project.root, out=project.out)
    assert second[other] == first[other]
    assert second[HANDLER].key != first[HANDLER].key
    assert sorted(
        path.relative_to(project.out).as_posix() for path in (project.out / "handlers").rglob("*.*")
    ) == sorted(artifact.key for artifact in second.values())


def test_functions_of_one_module_have_keys_of_their_own(project: Project) -> None:
    project.write({MODULE: f"{FUNCTION}\nretry = handler\n", "handlers/items_api.py": FUNCTION})
    handlers = [HANDLER, "handlers.items.api.retry", "handlers.items_api.handler"]
    built = build(handlers, source=project.root, out=project.out)
    assert [artifact.key.split("/")[1] for artifact in built.values()] == [
        "items-api",
        "items-api.retry",
        "items_api",
    ]
    assert all(artifact.path.is_file() for artifact in built.values())


@pytest.mark.parametrize(
    "handler",
    [
        "",
        "handler",
        "handlers.handler",
        "items.api.handler",
        "handlers.items.api/handler",
        "handlers..x.y",
        "handlers.items.api.handler\n",
    ],
)
def test_a_malformed_handler_is_refused(project: Project, handler: str) -> None:
    with pytest.raises(PackageError, match=r"is not handlers\.<module>\.<function>"):
        build([handler], source=project.root, out=project.out)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "handler 'handlers.items.api.handler': there is no module handlers.items.api in "),
        (
            "def other(): ...\n",
            "handler 'handlers.items.api.handler': handlers/items/api.py has no function 'handler'",
        ),
        (
            "class X:\n    def handler(self): ...\n",
            "handler 'handlers.items.api.handler': handlers/items/api.py has no",
        ),
        ("x = 1\nasync def handler(event, context): ...\n", "handlers/items/api.py:2: handler is async"),
        ("x = 1\ndef handler(\n", "handlers/items/api.py:2: syntax error"),
        (
            f"import json\nimport nowhere.at.all\n{FUNCTION}",
            "handlers/items/api.py:2: 'nowhere' is neither in handlers/",
        ),
        (f"import generator.names\n{FUNCTION}", "handlers/items/api.py:1: 'generator' is neither"),
        (f"import cgi\n{FUNCTION}", "handlers/items/api.py:1: 'cgi' is neither"),
    ],
)
def test_a_handler_that_cannot_run_is_refused_and_nothing_is_written(
    project: Project, text: str | None, message: str
) -> None:
    project.library("thing", {"thing.py": ""})
    project.write({MODULE: text} if text is not None else {})
    with pytest.raises(PackageError) as refused:
        build([HANDLER], source=project.root, out=project.out)
    assert refused.value.message.startswith(message)
    assert refused.value.fix
    assert not (project.out / "handlers").exists()


@pytest.mark.parametrize(
    "text", ["handler: object = print\n", "from handlers.items.model import run as handler\n"]
)
def test_a_handler_may_be_a_name_that_is_bound_to_a_function(project: Project, text: str) -> None:
    project.write({MODULE: text, "handlers/items/model.py": "def run(event, context): ...\n"})
    assert build([HANDLER], source=project.root, out=project.out)[HANDLER].size


def test_two_libraries_with_one_file_in_common_must_agree_on_it(project: Project) -> None:
    project.library("one", {"shared/__init__.py": "", "shared/one.py": "1"})
    project.library("two", {"shared/__init__.py": "", "shared/two.py": "2"})
    project.write({MODULE: f"import shared.one\nimport shared.two\n{FUNCTION}"})
    found = names(build([HANDLER], source=project.root, out=project.out)[HANDLER].path)
    assert {"shared/one.py", "shared/two.py"} <= set(found)
    project.library("three", {"shared/__init__.py": "else"})
    with pytest.raises(PackageError, match=r"shared/__init__\.py comes twice with different content"):
        build([HANDLER], source=project.root, out=project.out)


def test_a_library_cannot_bring_a_file_of_ours(project: Project) -> None:
    project.library("thing", {"thing.py": "import handlers.items.api", "handlers/items/api.py": ""})
    project.write({MODULE: f"import thing\n{FUNCTION}"})
    with pytest.raises(PackageError, match=r"handlers/items/api\.py is ours, and a library"):
        build([HANDLER], source=project.root, out=project.out)


def test_more_than_lambda_unzips_is_refused(project: Project) -> None:
    project.write({MODULE: FUNCTION})
    with (project.root / "handlers/items/big.bin").open("wb") as file:
        file.truncate(250 * 1024 * 1024)
    with pytest.raises(PackageError, match=r"262,144,\d\d\d bytes unzipped; Lambda takes 262,144,000"):
        build([HANDLER], source=project.root, out=project.out)


def test_a_folder_that_cannot_be_written_is_named(project: Project) -> None:
    project.write({MODULE: FUNCTION, "build": "a file, not a folder"})
    with pytest.raises(PackageError, match="build/handlers/items-api: Not a directory"):
        build([HANDLER], source=project.root, out=project.out)


def test_parts_add_up_to_what_is_in_the_zip_largest_first(project: Project) -> None:
    project.write({MODULE: f"from handlers.common import x\n{FUNCTION}", "handlers/common/x.py": "#" * 1000})
    artifact = build([HANDLER], source=project.root, out=project.out)[HANDLER]
    assert [(part.name, part.size) for part in parts(artifact)] == [
        ("handlers/common", 1000),
        ("handlers/items", len(f"from handlers.common import x\n{FUNCTION}")),
    ]


def test_nothing_is_needed_from_the_lock_when_no_library_is_imported(project: Project) -> None:
    project.write({MODULE: f"import json, boto3\n{FUNCTION}"})
    assert build([HANDLER], source=project.root, out=project.out)[HANDLER].size
    assert not (project.out / "wheels").exists()
