"""Files that cannot be read, or cannot be understood, are named with what is wrong in them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.config import load_environments
from generator.errors import ConfigError

from .conftest import GOOD, Problems


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", ":1: the file is empty; allowed: keys and values"),
        (b" \n\n", ":1: the file is empty; allowed: keys and values"),
        (b"# nothing\n", ":1: the file is empty; allowed: keys and values"),
        (b"---\n~\n", ":2: the file is empty; allowed: keys and values"),
        (b"- a\n- b\n", ":1: the file is a list; allowed: keys and values"),
        (b"\nhello\n", ":2: the file is the single value 'hello'; allowed: keys and values"),
        (b"a: 1\nb: \xff\n", ":2: the file is not UTF-8 (byte 0xff); allowed: UTF-8 text"),
        ("a: 1\n".encode("utf-16"), ":1: the file has a NUL byte; allowed: UTF-8 text"),
        (b"a: 1\n\nb: \0\n", ":3: the file has a NUL byte; allowed: UTF-8 text"),
        (b"a: 1\nb: \x07\n", ":2: the file has the control character U+0007; allowed: UTF-8 text"),
        (b"#" * 65537, ": the file is larger than 64 KiB; allowed: 65536 bytes"),
        (b"a: [1, 2\n", ":2: not valid YAML ("),
        (b"a: 1\n\tb: 2\n", ":2: not valid YAML ("),
        (b"a: 1\n b: 2\n", ":2: not valid YAML ("),
        (b"a: " + b"[" * 60000, ":1: values are nested deeper than 8 levels"),
        (b"a: " + b"{a: " * 10000, ":1: values are nested deeper than 8 levels"),
        (b"- " * 30000, ":1: values are nested deeper than 8 levels"),
        (b"[a]: 1\n", ":1: a key is no plain word; allowed: keys without anchor, alias, tag or list"),
        (
            b"a: 1\n!!str b: 1\n",
            ":2: a key is no plain word; allowed: keys without anchor, alias, tag or list",
        ),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused(
    content: bytes, complaint: str, problems: Problems
) -> None:
    (line,) = problems(qa__yml=content)
    assert line.startswith(f"environments/qa.yml{complaint}")


@pytest.mark.parametrize(
    ("more", "complaints"),
    [
        ("waf: true\nwaf: false", [":7: waf: the key is given twice (first in line 6)"]),
        (
            "alarms:\n  periods: 9\n  periods: 8\n",
            [":8: alarms.periods: the key is given twice (first in line 7)"],
        ),
        (
            "waf: 3\nwaf: true",
            [
                ":6: waf: 3 is wrong (a number); allowed: true or false",
                ":7: waf: the key is given twice (first in line 6)",
            ],
        ),
        ("waf: !!bool true", [":6: waf: 'tag:yaml.org,2002:bool' is a tag; allowed: values without a tag"]),
        (
            "suffix: !!python/object/apply:os.getcwd []",
            [
                ":6: suffix: 'tag:yaml.org,2002:python/object/apply:os.getcwd' is a tag; "
                "allowed: values without a tag"
            ],
        ),
        (
            "waf: &on true\nretain_data: *on",
            [
                ":6: waf: '&on' is an anchor; allowed: the value itself",
                ":7: retain_data: '*on' is an alias; allowed: the value itself",
            ],
        ),
        ("---\nwaf: true", [":6: a second document starts here; allowed: one in a file"]),
        (
            'suffix: "a\\nb"',
            [":6: suffix: 'a\\nb' has a line break or a control character"],
        ),
        ('"a\\nb": 1', [":6: 'a\\nb': the key has a line break or a control character"]),
    ],
)
def test_yaml_that_hides_what_it_says_is_refused(
    more: str, complaints: list[str], problems: Problems
) -> None:
    assert problems(more) == [f"environments/qa.yml{complaint}" for complaint in complaints]


def test_a_billion_laughs_are_refused_without_being_expanded(problems: Problems) -> None:
    laughs = "a0: &a0 [ha]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 30))
    found = problems(laughs)
    assert "environments/qa.yml:7: a1[0]: '*a0' is an alias; allowed: the value itself" in found


def test_a_byte_order_mark_is_read_over(problems: Problems) -> None:
    assert problems(qa__yml=b"\xef\xbb\xbf" + GOOD.encode()) == []


def test_windows_line_ends_are_read(problems: Problems) -> None:
    assert problems(qa__yml=GOOD.replace("\n", "\r\n")) == []


@pytest.mark.parametrize("stem", ["QA", "q", "1qa", "qa-2", "abcdefghijk", "q a", "été"])
def test_a_file_whose_name_cannot_name_an_environment_is_refused(stem: str, problems: Problems) -> None:
    assert problems(**{f"{stem}__yml": GOOD}) == [
        f"environments/{stem}.yml: the file's name '{stem}' is wrong; "
        "allowed: 2 to 10 lower-case letters and digits, a letter first"
    ]


def test_the_name_and_the_values_of_a_file_are_complained_about_together(problems: Problems) -> None:
    assert len(problems(QA__yml=GOOD + "waf: 3\n")) == 2


def test_a_name_with_a_line_break_keeps_the_message_on_one_line(problems: Problems) -> None:
    (line,) = problems(**{"q\na__yml": GOOD})
    assert line.startswith("environments/q\\na.yml: the file's name 'q\\na' is wrong")


def test_a_name_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/q\xff.yml")).write_text(GOOD)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    with pytest.raises(ConfigError, match="the file's name") as refused:
        load_environments(tmp_path)
    assert refused.value.message.isascii()


def test_two_files_for_one_environment_are_refused(problems: Problems) -> None:
    assert problems(qa__yml=GOOD, qa__yaml=GOOD) == [
        "environments/qa.yml: environment 'qa' is in qa.yaml too; allowed: one file for each"
    ]


def test_files_that_are_no_environment_are_left_alone(problems: Problems) -> None:
    others: dict[str, str | bytes] = dict.fromkeys(
        (".#qa__yml", "schema__json", "notes__md", "qa__yml~"), "["
    )
    assert problems(**others, qa__yml=GOOD) == []


def directory_named_like_a_file(directory: Path) -> None:
    (directory / "qa.yml").mkdir()


def pipe(directory: Path) -> None:
    os.mkfifo(directory / "qa.yml")


def loop(directory: Path) -> None:
    (directory / "qa.yml").symlink_to(directory / "other")
    (directory / "other").symlink_to(directory / "qa.yml")


def dangling(directory: Path) -> None:
    (directory / "qa.yml").symlink_to("nowhere")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (directory_named_like_a_file, "not a regular file"),
        (pipe, "not a regular file"),
        (loop, "Too many levels of symbolic links"),
        (dangling, "No such file or directory"),
    ],
)
def test_what_cannot_be_read_is_named_beside_the_mistakes_of_the_others(
    make: Callable[[Path], None], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make(tmp_path)
    (tmp_path / "zz.yml").write_text(GOOD + "waf: 3\n")
    with pytest.raises(ConfigError) as refused:
        load_environments(tmp_path)
    assert refused.value.message.split("\n") == [
        f"qa.yml: the file cannot be read ({reason})",
        "zz.yml:6: waf: 3 is wrong (a number); allowed: true or false",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_named(problems: Problems, tmp_path: Path) -> None:
    problems(qa__yml=GOOD)
    (tmp_path / "environments" / "qa.yml").chmod(0)
    assert problems(zz__yml=GOOD) == ["environments/qa.yml: the file cannot be read (Permission denied)"]


def test_a_missing_directory_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as refused:
        load_environments(tmp_path / "nowhere")
    assert refused.value.message == "nowhere: the directory cannot be read (No such file or directory)"
    assert refused.value.fix


def test_a_file_in_place_of_the_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "environments").write_text("")
    with pytest.raises(ConfigError, match=r"the directory cannot be read \(Not a directory\)"):
        load_environments(tmp_path / "environments")


def test_a_directory_without_environments_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no environment file; allowed: one or more <name>"):
        load_environments(tmp_path)


def test_a_place_outside_the_current_directory_is_shown_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "qa.yml").write_text("[]")
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(ConfigError) as refused:
        load_environments(tmp_path)
    assert refused.value.message.startswith(f"{tmp_path}/qa.yml:1: ")


def test_a_place_in_the_current_directory_is_shown_without_the_way_to_it(
    problems: Problems, tmp_path: Path
) -> None:
    assert str(tmp_path) not in "\n".join(
        problems(
            "waf: 3",
        )
    )
