"""What `gen render` does with files: written in one step, removed when nobody makes them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest

from generator.config import load_environments
from generator.discovery import service_modules
from generator.errors import ConfigError, RenderError, UsageError
from generator.files import Change, State, compare, unified_diff
from generator.render import (
    Selection,
    canonical,
    render,
)
from tests.support import gen

ENVIRONMENTS = load_environments()
DEV = ENVIRONMENTS["dev"]
SERVICES = ["bootstrap", "catalog", "items", "shipments", "users"]
# Bootstrap is in both regions.
TEMPLATES_OF_DEV = len(SERVICES) + 1
WITHOUT_LINT = ("render", "--env", "dev", "--no-lint")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with the templates of dev."""
    folder = tmp_path / "out"
    assert gen(*WITHOUT_LINT, "--out", folder).code == 0
    return folder


def bytes_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_second_run_writes_nothing(out: Path) -> None:
    times = {path: path.stat().st_mtime_ns for path in bytes_in(out)}
    run = gen(*WITHOUT_LINT, "--out", out)
    assert run.code == 0
    assert [line.split()[0] for line in run.out.splitlines()] == ["unchanged"] * len(times)
    assert {path: path.stat().st_mtime_ns for path in bytes_in(out)} == times


def test_templates_can_be_read_by_everyone(out: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in bytes_in(out)} == {0o644}


def test_check_writes_nothing_and_shows_a_unified_diff(out: Path) -> None:
    file = out / "dev" / "us-west-2" / "items.json"
    stale = file.read_bytes().replace(b'"BatchSize": 100', b'"BatchSize": 10')
    file.write_bytes(stale)
    run = gen(*WITHOUT_LINT, "--out", out, "--check")
    assert run.code == 3
    assert file.read_bytes() == stale
    lines = run.out.splitlines()
    assert lines[0].startswith("--- a/")
    assert lines[1].startswith("+++ b/")
    assert lines[2].startswith("@@ ")
    changed = [line for line in lines if line[0] in "+-" and not line.startswith(("---", "+++"))]
    assert changed == ['-        "BatchSize": 10,', '+        "BatchSize": 100,']
    assert f"1 of {TEMPLATES_OF_DEV} templates are stale" in run.err
    assert "run the same command without --check" in run.err


def test_check_of_fresh_templates_exits_0(out: Path) -> None:
    assert gen(*WITHOUT_LINT, "--out", out, "--check").code == 0


def test_check_names_what_is_missing_and_what_is_superfluous(out: Path) -> None:
    shutil.move(out / "dev" / "us-west-2" / "items.json", out / "dev" / "us-west-2" / "old.json")
    before = bytes_in(out)
    run = gen(*WITHOUT_LINT, "--out", out, "--check", "--json")
    assert run.code == 3
    assert bytes_in(out) == before
    records = [json.loads(line) for line in run.out.splitlines()]
    *states, ended = records
    assert [record["state"] for record in states] == ["stale", "stale"]
    assert (ended["type"], ended["code"]) == ("error", 3)
    assert "missing: " in run.err
    assert "superfluous: " in run.err
    assert "(no service makes it)" in run.err


def test_check_of_an_empty_folder_creates_nothing(tmp_path: Path) -> None:
    run = gen(*WITHOUT_LINT, "--out", tmp_path / "new", "--check")
    assert run.code == 3
    assert run.out.count("missing: ") == TEMPLATES_OF_DEV
    assert not (tmp_path / "new").exists()


def test_a_template_that_no_service_makes_any_more_is_removed_and_reported(out: Path) -> None:
    stale = out / "dev" / "us-west-2" / "orders.json"
    given_up = out / "dev" / "eu-west-1" / "items.json"
    given_up.parent.mkdir()
    for file in (stale, given_up):
        file.write_text("{}")
    run = gen(*WITHOUT_LINT, "--out", out)
    assert run.code == 0
    assert not stale.exists()
    assert not given_up.parent.exists(), "a region that was given up leaves no folder"
    removed = [line for line in run.out.splitlines() if line.startswith("removed")]
    assert [Path(line.split()[1]).name for line in removed] == ["items.json", "orders.json"]


@pytest.mark.parametrize(
    "narrowing",
    [
        ("--stack", "items"),
        ("--region", "us-east-1"),
        ("--region", "us-west-2", "--stack", "bootstrap"),
    ],
    ids=str,
)
def test_a_narrowed_run_removes_nothing_that_it_does_not_judge(narrowing: tuple[str, ...], out: Path) -> None:
    stale = out / "dev" / "us-west-2" / "orders.json"
    stale.write_text("{}")
    run = gen(*WITHOUT_LINT, "--out", out, *narrowing)
    assert run.code == 0
    assert stale.exists()
    assert "removed" not in run.out


def test_a_whole_region_is_judged_when_it_is_named(out: Path) -> None:
    here, elsewhere = (out / "dev" / region / "orders.json" for region in ("us-west-2", "us-east-1"))
    for file in (here, elsewhere):
        file.write_text("{}")
    run = gen(*WITHOUT_LINT, "--out", out, "--region", "us-west-2")
    assert run.code == 0
    assert (here.exists(), elsewhere.exists()) == (False, True)


def test_other_environments_and_other_files_are_left_alone(out: Path) -> None:
    others = [out / "prod" / "us-west-2" / "orders.json", out / "dev" / "us-west-2" / "README.md"]
    others[0].parent.mkdir(parents=True)
    for file in others:
        file.write_text("mine")
    assert gen(*WITHOUT_LINT, "--out", out).code == 0
    assert [file.read_text() for file in others] == ["mine", "mine"]


def test_only_what_was_selected_is_written(tmp_path: Path) -> None:
    words = ("--out", tmp_path, "--region", "us-west-2", "--stack", "items")
    run = gen(*WITHOUT_LINT, *words)
    assert run.code == 0
    assert [path.relative_to(tmp_path).as_posix() for path in bytes_in(tmp_path)] == [
        "dev/us-west-2/items.json"
    ]


@pytest.mark.parametrize(
    ("words", "complaint", "fix"),
    [
        (("--env", "pord"), "environment 'pord' does not exist; known: dev, prod, staging", "'prod'"),
        (
            ("--env", "dev", "--region", "us-west-3"),
            "environment 'dev' has no region 'us-west-3'",
            "'us-west-2'",
        ),
        (
            ("--env", "dev", "--stack", "item"),
            f"stack 'item' does not exist; known: {', '.join(SERVICES)}",
            "'items'",
        ),
        (("--env", "dev", "--stack", "zzz"), "stack 'zzz' does not exist", "generator/services/<name>.py"),
        (
            ("--env", "dev", "--stack", "items", "--region", "us-east-1"),
            "stack 'items' does not exist in us-east-1; known: bootstrap",
            "choose one of these",
        ),
    ],
)
def test_what_does_not_exist_is_refused_with_the_known_and_the_nearest(
    words: tuple[str, ...], complaint: str, fix: str, tmp_path: Path
) -> None:
    run = gen("render", *words, "--out", tmp_path)
    assert run.code == 2
    assert complaint in run.err
    assert fix in run.err.split("fix:")[1]
    assert not bytes_in(tmp_path)


def test_a_region_that_one_environment_lacks_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    run = gen("render", "--all-envs", "--region", "eu-north-1", "--out", tmp_path)
    assert run.code == 2
    assert not bytes_in(tmp_path)


def test_sizes_of_functions_that_do_not_exist_are_refused() -> None:
    api, worker = DEV.apis["items"], DEV.workers["items-stream"]
    environment = msgspec.structs.replace(
        DEV,
        apis={"itmes": api},
        caches={"items": DEV.caches["catalog"]},
        event_sources={"shipment": ("com.example.carriers",)},
        workers={"items-steam": worker, "items-stream": worker},
    )
    with pytest.raises(ConfigError) as caught:
        render(Selection(environments=(environment,)), Path("out"))
    assert caught.value.message.splitlines() == [
        f"environment 'dev': apis.itmes: no such function; known: {', '.join(sorted(DEV.apis))}",
        "environment 'dev': caches.items: no such cache; known: catalog",
        "environment 'dev': event_sources.shipment: no such event rule; known: shipments",
        f"environment 'dev': workers.items-steam: no such function; known: {', '.join(sorted(DEV.workers))}",
    ]
    assert "remove it" in caught.value.fix


def test_the_function_behind_an_api_is_no_worker() -> None:
    """Its size stands under apis; under workers it would have no effect."""
    environment = msgspec.structs.replace(DEV, workers={"items-api": DEV.workers["items-stream"]})
    with pytest.raises(ConfigError, match=r"workers\.items-api: no such function; known: items-stream"):
        render(Selection(environments=(environment,)), Path("out"))


def test_the_size_of_a_writer_is_refused_where_one_function_answers_all() -> None:
    """It would have no effect."""
    settings = msgspec.structs.replace(DEV.apis["items"], writer=DEV.apis["users"].writer)
    environment = msgspec.structs.replace(DEV, apis={**DEV.apis, "items": settings})
    with pytest.raises(ConfigError, match=r"apis\.items\.writer: no such function.*known: users"):
        render(Selection(environments=(environment,)), Path("out"))


def test_a_name_that_is_too_long_is_refused() -> None:
    environment = msgspec.structs.replace(
        DEV, suffix="-" + "x" * 19, name="d" * 10, regions=("ap-southeast-2",)
    )
    with pytest.raises(RenderError, match=r"bucket name .* characters; 63 are allowed"):
        render(Selection(environments=(environment,)), Path("out"))


def test_an_unknown_region_is_refused_by_render_too() -> None:
    with pytest.raises(UsageError, match="has no region 'eu-west-1'"):
        render(Selection(environments=(DEV,), regions=("eu-west-1",)), Path("out"))


def test_templates_come_in_the_order_of_environment_region_and_stack() -> None:
    rendered = render(Selection(environments=tuple(ENVIRONMENTS.values())), Path("out"))
    places = [(one.environment, one.region, one.stack) for one in rendered]
    assert places[:TEMPLATES_OF_DEV] == [
        *(("dev", "us-west-2", service) for service in SERVICES),
        ("dev", "us-east-1", "bootstrap"),
    ]
    assert list(compare(rendered, Selection(environments=()), Path("out")))


def test_services_are_found_and_helpers_are_not() -> None:
    assert service_modules() == [f"generator.services.{service}" for service in SERVICES]


def test_canonical_json_is_sorted_indented_and_ends_in_one_newline() -> None:
    value = {"b": [1, {"d": 2.5, "c": "ä"}], "a": {}, "e": []}
    expected = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert canonical(value) == expected.encode()


@pytest.mark.parametrize(
    ("before", "lines"),
    [
        (b"a\nb\n", ["-b", "+c"]),
        (b"a\nc", ["-c", "\\ No newline at end of file", "+c"]),
        (b"a\nb", ["-b", "\\ No newline at end of file", "+c"]),
        (b"a\n\xff\n", ["-\ufffd", "+c"]),
    ],
    ids=range(4),
)
def test_a_diff_shows_what_differs(before: bytes, lines: list[str]) -> None:
    change = Change(path=Path("x"), state=State.WRITTEN, before=before, after=b"a\nc\n")
    shown = unified_diff(change, "x").splitlines()
    assert shown == ["--- a/x", "+++ b/x", "@@ -1,2 +1,2 @@", " a", *lines]


def test_what_was_written_is_linted(tmp_path: Path) -> None:
    run = gen("render", "--env", "dev", "--region", "us-east-1", "--out", tmp_path)
    assert run.code == 0
    assert "cfn-lint: 1 templates, no findings" in run.err


def test_gen_env_chooses_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEN_ENV", "staging")
    run = gen("render", "--no-lint", "--out", tmp_path)
    assert run.code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["staging"]
