"""Whatever bytes a file has: findings or none, in seconds, and never a traceback."""

from __future__ import annotations

import json
import os
import socket
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.errors import UsageError
from generator.lint import Finding
from generator.lint.catalogue import RULES
from generator.lint.finding import Verdict
from generator.lint.intake import Job
from tests.lint.support import uncached
from tests.support import TEMPLATES, gen

LAUGHS = b"a0: &a0 [x, x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (one, one, b",".join([b"*a%d" % (one - 1)] * 9)) for one in range(1, 12)
)
NO_TEMPLATES = {
    "malformed.json": b'{"Resources": {',
    "malformed.yaml": b"Resources:\n  A: [1\n",
    "empty.json": b"",
    "empty.yaml": b"\n",
    "latin.yaml": b"caf\xe9: \xff\n",
    "utf-16.json": '{"Resources": {}}'.encode("utf-16"),
    "deep.json": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "deeper.json": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep.yaml": b"[" * 5_000,
    "deeper.yaml": b"[" * 900_000,
    "steps.yaml": b"".join(b" " * one + b"a:\n" for one in range(1_200)),
    "list.json": b"[]",
    "text.json": b'"x"',
    "null.json": b"null",
    "number.json": b'{"Resources": 5}',
    "control.template": b"\x00\x01\x02",
    "nul.yaml": b"Resources:\n  A: \x00\n",
    "twice.json": b'{"Resources": {"A": {}, "A": {}}}',
    "cyclic.yaml": b"a: &a [*a]\nResources: *a\n",
    "cyclic-resource.yaml": b"Resources: &a\n  A: *a\n",
    "laughs.yaml": LAUGHS + b"Resources: *a11\n",
    "tag.yaml": b"Resources:\n  A: !Nope x\n",
    "python.yaml": b"Resources:\n  A: !!python/object/apply:os.system ['true']\n",
    "tab.yaml": b"Resources:\n\tA: 1\n",
    "two.yaml": b"---\nResources: {}\n---\nResources: {}\n",
    "keys.yaml": b"Resources:\n  ? {a: b}\n  : 1\n",
    "surrogate.json": b'{"Resources": {"\\ud800": {"Type": "AWS::SNS::\\udfff"}}}',
    "odd-metadata.yaml": b"Metadata: [1]\nResources: {A: {Type: x, Metadata: {cfn-lint: [1]}}}\n",
    "odd-ignores.yaml": b"Resources: {A: {Type: x, Metadata: {cfn-lint: {config: {ignore_checks: 5}}}}}\n",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Finding]]:
    """Findings by file; all of them are judged in one run."""
    folder = tmp_path_factory.mktemp("files")
    for name, content in NO_TEMPLATES.items():
        (folder / name).write_bytes(content)
    found = uncached(*sorted(folder.iterdir()))
    return {name: [one for one in found if Path(one.file) == folder / name] for name in NO_TEMPLATES}


@pytest.mark.parametrize("name", NO_TEMPLATES)
def test_a_file_that_is_no_template_is_a_finding(name: str, told: dict[str, list[Finding]]) -> None:
    findings = told[name]
    assert findings
    for finding in findings:
        assert finding.line >= 1
        assert finding.column >= 1
        assert finding.message
        assert "\n" not in str(finding)
        assert "{filename}" not in finding.message, "a message that was never filled in"
    assert "error" in {finding.level for finding in findings}


def test_where_a_file_stops_being_utf_8_is_told(tmp_path: Path) -> None:
    file = tmp_path / "t.yaml"
    file.write_bytes(b"Resources:\n  caf\xe9: 1\n")
    (finding,) = uncached(file)
    assert (finding.line, finding.column, finding.rule) == (2, 6, "E0000")


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    good = b'{"Resources": {"G": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}}'
    (tmp_path / "bom.json").write_bytes(b"\xef\xbb\xbf" + good)
    assert uncached(tmp_path / "bom.json") == []


def test_a_file_of_100_megabytes_is_told_and_not_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.json"
    with file.open("wb") as stream:
        stream.truncate(100_000_000)
    (finding,) = uncached(file)
    assert finding.rule == "E1002"
    assert "100000000 bytes" in finding.message
    assert "1000000" in finding.message


def test_the_largest_template_that_is_allowed_is_judged(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    body = json.dumps({"Resources": {}, "Description": ""})
    file.write_text(body + " " * (1_000_000 - len(body)))
    assert "E1002" not in {one.rule for one in uncached(file)}
    file.write_text(body + " " * (1_000_001 - len(body)))
    assert [one.rule for one in uncached(file)] == ["E1002"]


@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "broken link", "circle"])
def test_what_is_no_file_is_refused_at_once(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.symlink_to("t.json" if kind == "circle" else "nothing.json")
    with pytest.raises(UsageError):
        uncached(path)
    run = gen("lint", path)
    assert run.code == 2
    assert "fix:" in run.err


@cache
def loaded() -> Any:
    from generator.lint import judge

    return judge.load_rules(RULES)


def judged(content: bytes) -> Verdict:
    """In this process, which any exception would end."""
    from generator.lint import judge

    return judge.judge(Job(file=Path("/t.json"), content=content, region="us-east-1"), loaded())


FEW = int(os.environ.get("GEN_FUZZ", "15"))
SLOW = settings(deadline=None, max_examples=FEW, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(st.binary(max_size=400))
def test_any_bytes_give_a_verdict(content: bytes) -> None:
    assert judged(content).findings


@SLOW
@given(st.text(max_size=300))
def test_any_text_gives_a_verdict(text: str) -> None:
    assert judged(text.encode("utf-8", "surrogatepass")).findings


@cache
def bootstrap() -> bytes:
    return (TEMPLATES / "dev" / "us-west-2" / "bootstrap.json").read_bytes()


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, below in inner for found in places(below, (*path, key)))]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Ref", "Fn::Sub", "Fn::If", "Fn::GetAtt", "Type", "a"]), inner, max_size=2
        )
    ),
    max_leaves=6,
)


@SLOW
@given(st.data())
def test_any_mutated_template_gives_a_verdict(data: st.DataObject) -> None:
    template = json.loads(bootstrap())
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(template)[1:]))
        holder: Any = template
        for step in path[:-1]:
            holder = holder[step]
        if data.draw(st.booleans()):
            holder[path[-1]] = data.draw(JSON)
        else:
            del holder[path[-1]]
        if not template:
            break
    judged(json.dumps(template).encode())


@SLOW
@given(st.integers(0, 12_000), st.binary(max_size=4))
def test_a_template_with_some_bytes_overwritten_gives_a_verdict(place: int, noise: bytes) -> None:
    content = bootstrap()
    judged(content[:place] + noise + content[place + len(noise) :])
