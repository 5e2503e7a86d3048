"""Reading a committed template: what it says, and every way in which it can be wrong."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from generator.deploy import order, template
from generator.errors import DeployError

from .support import TABLE, TOPIC, body, committed

ROLE = {"Type": "AWS::IAM::Role", "Properties": {}}
POLICY = {"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "required"}}
NAMED = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"ManagedPolicyName": {"Ref": "Name"}}}


def refused(path: Path) -> DeployError:
    with pytest.raises(DeployError) as caught:
        template.read(path)
    assert caught.value.fix
    assert path.name in caught.value.message
    return caught.value


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "dev" / "us-west-2" / "items.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_template_is_read_with_its_bytes_and_its_metadata(tmp_path: Path) -> None:
    one = committed(
        tmp_path,
        body(
            {"Table": TABLE, "Alarm": TOPIC},
            After=["us-west-2/bootstrap"],
            Inputs={"Bucket": "us-east-1/core.BucketName"},
            Artifacts={"Key": {"Handler": "handlers.items.api.handler", "Sha256Parameter": "Sha"}},
            ProtectLast={"Table": "DeletionProtectionEnabled"},
            RollbackAlarms=["Alarm"],
            MonitoringMinutes=10,
            Parameters={name: {"Type": "String"} for name in ("Bucket", "Key", "Sha")},
        ),
    )
    assert one.key == "us-west-2/items"
    assert one.sha256 == hashlib.sha256(one.path.read_bytes()).hexdigest()
    assert one.dependencies == ("us-east-1/core", "us-west-2/bootstrap")
    assert one.gen.artifacts["Key"].handler == "handlers.items.api.handler"
    assert one.change_set_name(3) == f"gen-{one.sha256[:12]}-3"


def test_a_missing_template_names_the_command_that_makes_it(tmp_path: Path) -> None:
    assert "gen render --env dev" in refused(tmp_path / "dev" / "us-west-2" / "items.json").fix


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"Resources": {}, "Resources": {}}', "'Resources' stands twice"),
        ("[]", "not an object"),
        ("{}", "no Resources"),
        ('{"Resources": {}}', "no Resources"),
        ('{"Resources": {"A": {}}}', "A has no Type"),
        ('{"Resources": {"A": 1}}', "A has no Type"),
        ('{"Resources": {"A": {"Type": "T", "Properties": []}}}', "Properties of A"),
        ('{"Resources": {"A": {"Type": "T"}}, "Parameters": []}', "Parameters"),
        ('{"Resources": {"A": {"Type": "T"}}, "Outputs": {"O": 1}}', "Outputs"),
        ('{"Resources": {"A": {"Type": "T"}}}', "no Metadata.Gen"),
        ('{"Resources": {"A": {"Type": "T"}}, "Metadata": []}', "no Metadata.Gen"),
        ('{"Resources": {"A": {"Type": "T"}}, "Metadata": {"Gen": 1}}', "Metadata.Gen is wrong"),
    ],
)
def test_what_is_no_template_is_refused(tmp_path: Path, content: str | bytes, complaint: str) -> None:
    assert complaint in refused(written(tmp_path, content)).message


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"Production": "yes"}, "Production"),
        ({"After": ["bootstrap"]}, "After"),
        ({"Inputs": {"Bucket": "us-west-2/bootstrap"}}, "Inputs"),
        ({"RollbackAlarms": ["A"] * 6}, "RollbackAlarms"),
        ({"MonitoringMinutes": 181}, "MonitoringMinutes"),
        ({"Surprise": 1}, "Surprise"),
        ({"Artifacts": {"Key": {"Handler": "h"}}}, "Sha256Parameter"),
        ({"Inputs": {"Bucket": "us-west-2/bootstrap.Name"}}, "parameter Bucket"),
        ({"ProtectLast": {"Topic": "DeletionProtection"}}, "property Topic.DeletionProtection"),
        ({"ProtectLast": {"Gone": "DeletionProtection"}}, "property Gone.DeletionProtection"),
        ({"RollbackAlarms": ["Gone"]}, "alarm Gone"),
    ],
)
def test_metadata_that_is_wrong_is_refused(tmp_path: Path, changes: dict[str, Any], complaint: str) -> None:
    path = written(tmp_path, json.dumps(body({"Topic": TOPIC}, **changes)))
    assert complaint in refused(path).message


@pytest.mark.parametrize("changes", [{"Environment": "prod"}, {"Region": "us-east-1"}, {"Service": "orders"}])
def test_a_template_that_was_moved_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = written(tmp_path, json.dumps(body({"Topic": TOPIC}, **changes)))
    assert "but it stands in dev/us-west-2/items" in refused(path).message


def test_limits_of_cloudformation_are_checked_before_any_call(tmp_path: Path) -> None:
    many = {f"Topic{number}": TOPIC for number in range(501)}
    assert "501 Resources" in refused(written(tmp_path, json.dumps(body(many)))).message
    outputs = {f"Output{number}": {"Value": "v"} for number in range(201)}
    assert (
        "201 Outputs" in refused(written(tmp_path, json.dumps(body({"T": TOPIC}, Outputs=outputs)))).message
    )
    large = body({"Topic": {**TOPIC, "Metadata": "x" * 1_000_000}})
    assert "bytes" in refused(written(tmp_path, json.dumps(large))).message


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    committed(tmp_path, body({"Topic": TOPIC}))
    for name in ("a", "b"):
        (tmp_path / "dev" / "us-west-2" / f"{name}.json").write_text("{", encoding="utf-8")
    with pytest.raises(DeployError) as caught:
        template.read_all(tmp_path, "dev", ["us-west-2"])
    assert "a.json" in caught.value.message
    assert "b.json" in caught.value.message


def test_an_environment_without_templates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match="holds no template of us-west-2, us-east-1"):
        template.read_all(tmp_path, "dev", ["us-west-2", "us-east-1"])


@pytest.mark.parametrize(
    ("resources", "extra", "expected"),
    [
        ({"Topic": TOPIC}, {}, ()),
        ({"Role": ROLE, "Policy": POLICY}, {}, ("CAPABILITY_IAM",)),
        ({"Role": ROLE, "Named": NAMED}, {}, ("CAPABILITY_NAMED_IAM",)),
        ({"Topic": TOPIC}, {"Transform": "AWS::LanguageExtensions"}, ("CAPABILITY_AUTO_EXPAND",)),
        (
            {"Topic": {"Type": "T", "Properties": {"Fn::Transform": {"Name": "Macro"}}}, "Role": ROLE},
            {},
            ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"),
        ),
    ],
)
def test_capabilities_are_what_the_template_needs(
    resources: dict[str, Any], extra: dict[str, Any], expected: tuple[str, ...]
) -> None:
    assert template.capabilities(body(resources, **extra)) == expected


def test_only_the_declared_protection_is_switched_off() -> None:
    whole = body({"Table": TABLE, "Other": TABLE})
    before = json.dumps(whole)
    changed = template.without_protection(whole, {"Table": "DeletionProtectionEnabled"})
    assert json.dumps(whole) == before
    assert changed["Resources"]["Table"]["Properties"]["DeletionProtectionEnabled"] is False
    changed["Resources"]["Table"]["Properties"]["DeletionProtectionEnabled"] = True
    assert changed == whole


def test_stacks_come_after_those_they_depend_on_over_regions(tmp_path: Path) -> None:
    bucket = {"Parameters": {"Bucket": {"Type": "String"}}}
    app = body(
        {"T": TOPIC},
        service="app",
        After=["us-east-1/core"],
        **bucket,
        Inputs={"Bucket": "us-west-2/data.Name"},
    )
    data = body({"T": TOPIC}, service="data", After=["us-west-2/core"])
    core = body({"T": TOPIC}, service="core")
    far = body({"T": TOPIC}, service="core", Region="us-east-1", After=["us-west-2/core"])
    templates = [committed(tmp_path, one) for one in (app, data, far, core)]
    keys = [one.key for one in order.in_order(templates)]
    assert sorted(keys[1:3]) == ["us-east-1/core", "us-west-2/data"]
    assert (keys[0], keys[3]) == ("us-west-2/core", "us-west-2/app")
    assert [one.key for one in order.in_order(templates[:1])] == ["us-west-2/app"]


def test_a_cycle_is_refused_and_shown(tmp_path: Path) -> None:
    needs = {"a": "b", "b": "c", "c": "a"}
    templates = [
        committed(tmp_path, body({"T": TOPIC}, service=name, After=[f"us-west-2/{other}"]))
        for name, other in needs.items()
    ]
    with pytest.raises(DeployError) as caught:
        order.in_order(templates)
    shown = caught.value.message.partition("cycle: ")[2].split(" → ")
    assert shown[0] == shown[-1]
    assert [needs[key[-1]] for key in shown[:-1]] == [key[-1] for key in shown[1:]]
