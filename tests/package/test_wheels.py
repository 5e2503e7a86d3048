"""Libraries come by hash from the lock, once, and what is kept is checked at each use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from generator.errors import PackageError
from generator.package.wheels import locked, wheels

from .conftest import ROOT, Project, no_words

HASH = "0" * 64


def test_a_lock_gives_names_versions_and_hashes_for_the_functions_platform(project: Project) -> None:
    project.write(
        {
            "requirements/handlers.txt": (
                "# made by uv\n"
                "--index-url https://example.com/simple\n"
                "Zope.Thing==2.0 \\\n"
                f"    --hash=sha256:{'b' * 64} \\\n"
                f"    --hash=sha256:{HASH}\n"
                "    # via something\n"
                f"aaa==1.0 ; python_version >= '3.14' and sys_platform == 'linux' --hash=sha256:{HASH}\n"
                f"colorama==0.4 ; sys_platform == 'win32' --hash=sha256:{HASH}\n"
                f"old==1 ; python_version < '3.12' --hash=sha256:{HASH}\n"
                f"boto3==1.43.0 --hash=sha256:{HASH}\n"
            )
        }
    )
    found = locked(project.lock)
    assert [(item.name, item.version, item.hashes) for item in found] == [
        ("aaa", "1.0", (HASH,)),
        ("zope-thing", "2.0", (HASH, "b" * 64)),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("thing==1.0", "thing has no exact version"),
        (f"thing>=1.0 --hash=sha256:{HASH}", "thing has no exact version"),
        (f"thing --hash=sha256:{HASH}", "thing has no exact version"),
        ("thing==1.0 --hash=sha256:123", "thing has no exact version"),
        (f"thing @ https://example.com/thing.whl --hash=sha256:{HASH}", "thing has no exact version"),
        (f"thing[extra]==1 --hash=sha256:{HASH}", "thing has no exact version"),
        ("!!", "not 'name==version --hash=…': !!"),
    ],
)
def test_a_lock_line_without_exact_version_and_hash_is_refused(
    project: Project, line: str, message: str
) -> None:
    project.write({"requirements/handlers.txt": f"# a comment\n{line}\n"})
    with pytest.raises(PackageError) as refused:
        locked(project.lock)
    assert refused.value.message == f"{project.lock}:2: {message}" + (
        " with sha256 hashes" if "exact" in message else ""
    )
    assert refused.value.fix == "make lock"


def test_a_missing_lock_is_named(project: Project) -> None:
    with pytest.raises(PackageError, match="the lock of the functions' libraries cannot be read"):
        locked(project.lock)


def test_a_wheel_is_fetched_once_and_later_runs_work_offline(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.library("thing", {"thing.py": "x = 1\n"})
    said: list[str] = []
    first = wheels(project.lock, project.out / "wheels", said.append)
    monkeypatch.setenv("PIP_FIND_LINKS", str(project.root))
    assert wheels(project.lock, project.out / "wheels", said.append) == first
    assert said == ["fetching for Python 3.14 on arm64: thing 1.0"]
    assert [path.name for path in (project.out / "wheels").iterdir()] == ["thing-1.0-py3-none-any.whl"]


def test_a_truncated_wheel_is_never_used_and_fetched_again(project: Project) -> None:
    project.library("thing", {"thing.py": "x = 1\n"})
    wheels(project.lock, project.out / "wheels", no_words)
    kept = project.out / "wheels" / "thing-1.0-py3-none-any.whl"
    whole = kept.read_bytes()
    kept.write_bytes(whole[:100])
    assert wheels(project.lock, project.out / "wheels", no_words)["thing"].files["thing.py"] == b"x = 1\n"
    assert kept.read_bytes() == whole


def test_a_wheel_with_another_hash_than_the_lock_is_refused(project: Project) -> None:
    project.library("thing", {"thing.py": "x = 1\n"})
    project.write({"requirements/handlers.txt": f"thing==1.0 --hash=sha256:{HASH}\n"})
    with pytest.raises(PackageError) as refused:
        wheels(project.lock, project.out / "wheels", no_words)
    assert "pip could not fetch the wheels" in refused.value.message
    assert HASH in refused.value.message
    assert not list((project.out / "wheels").iterdir())


def test_a_native_wheel_is_refused_by_name(project: Project) -> None:
    project.library("fast", {"fast.so": "", "fast.py": ""}, tag="cp314-cp314-manylinux_2_28_aarch64")
    with pytest.raises(PackageError, match=r"fast 1\.0 is a native wheel"):
        wheels(project.lock, project.out / "wheels", no_words)


def test_two_processes_that_fetch_at_once_both_get_whole_wheels(project: Project) -> None:
    project.library("thing", {"thing.py": "x = 1\n" * 10_000})
    code = (
        "import sys; from pathlib import Path; from generator.package.wheels import wheels\n"
        "print(len(wheels(Path(sys.argv[1]), Path(sys.argv[2]), print)['thing'].files['thing.py']))"
    )
    command = [sys.executable, "-c", code, str(project.lock), str(project.out / "wheels")]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate(timeout=60)[0].splitlines()[-1] for process in both] == ["60000", "60000"]


def test_what_a_wheel_installs_elsewhere_and_bytecode_are_left_out(project: Project) -> None:
    project.library(
        "thing",
        {
            "thing/__init__.py": "",
            "thing/__pycache__/x.cpython-314.pyc": "",
            "thing-1.0.data/purelib/thing/extra.py": "",
            "thing-1.0.data/scripts/run": "",
            "helper.py": "",
        },
        requires=(
            "needed>=1",
            "Other.Name; python_version >= '3.14'",
            "never; extra == 'x'",
            "windows; os_name == 'nt'",
        ),
    )
    wheel = wheels(project.lock, project.out / "wheels", no_words)["thing"]
    assert sorted(name for name in wheel.files if ".dist-info/" not in name) == [
        "helper.py",
        "thing/__init__.py",
        "thing/extra.py",
    ]
    assert wheel.top_level == {"thing", "helper"}
    assert wheel.requires == ("needed", "other-name")


def test_the_repository_lock_has_only_pure_wheels(library_wheels: Path) -> None:
    assert "aws-lambda-powertools" in wheels(ROOT / "requirements" / "handlers.txt", library_wheels, no_words)
