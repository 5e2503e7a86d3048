"""Rules read anything: whatever a template holds, a check does not raise and blames a place that exists."""

from __future__ import annotations

import json
import os
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from cfnlint.decode import decode_str
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.rules._document import Document
from tests.rules.support import CORPUS, TEMPLATES, examples, our_rules

# What people and generators put where something else belongs.
STRANGE: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, float("nan"), "", " ", "*", "true", "3", "${", "${}", "${!x}",
    "arn:", "{", "[]", "${Nobody.Arn}", "\ufffc", [], [None], [[]], {}, {"Ref": None}, {"Ref": "Nobody"},
    {"Ref": ["x"]}, {"Fn::GetAtt": []}, {"Fn::GetAtt": "x"}, {"Fn::GetAtt": ["x", {"Ref": "y"}]},
    {"Fn::If": []}, {"Fn::If": ["Nobody", 1, {"Ref": "AWS::NoValue"}]}, {"Fn::Sub": None},
    {"Fn::Sub": ["${a}", 1]}, {"Fn::Sub": ["${a}", {"a": {}}]}, {"Fn::Join": ["", {"Ref": "x"}]},
    {"Fn::Select": [9, ["a"]]}, {"Fn::FindInMap": ["a", "b", "c"]}, {"Fn::Transform": {}},
    {"Fn::GetAZs": ""}, {"a": {"b": {"c": []}}}, {1: 2},
]  # fmt: skip
VALUES: tuple[Any, ...] = ([], {}, [["x"]], None)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(STRANGE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@cache
def _templates() -> list[dict[str, Any]]:
    """Good and bad examples, the corpus, and what gen renders for production."""
    files = [*examples("good").values(), *examples("bad").values(), *sorted(CORPUS.iterdir())]
    files += sorted((TEMPLATES / "prod").rglob("*.json"))
    read = [decode_str(file.read_text(encoding="utf-8"))[0] for file in files]
    return [json.loads(json.dumps(one)) for one in read]


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a template."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, below in inside for place in _places(below, (*path, key)))]


@cache
def _places_of(number: int) -> list[tuple[Any, ...]]:
    return _places(_templates()[number])[1:]


def _broken(data: st.DataObject) -> Any:
    """A template with up to three places changed, removed or renamed."""
    number = data.draw(st.integers(0, len(_templates()) - 1))
    template = deepcopy(_templates()[number])
    for path in data.draw(st.lists(st.sampled_from(_places_of(number)), min_size=1, max_size=3)):
        if _exists(template, path):
            parent: Any = template
            for step in path[:-1]:
                parent = parent[step]
            _change(parent, path[-1], data)
    return template


def _change(parent: Any, step: Any, data: st.DataObject) -> None:
    match data.draw(st.integers(0, 3)):
        case 0:
            parent[step] = data.draw(JSON)
        case 1:
            parent[step] = data.draw(st.sampled_from(STRANGE))
        case 2 if isinstance(parent, dict):
            parent[data.draw(st.text(max_size=8))] = parent.pop(step, None)
        case _:
            parent[step] = [deepcopy(parent[step])]


def _exists(template: Any, path: tuple[Any, ...]) -> bool:
    for step in path:
        inside = isinstance(template, dict) and step in template
        inside |= isinstance(template, list) and isinstance(step, int) and 0 <= step < len(template)
        if not inside:
            return False
        template = template[step]
    return True


def _check_all(template: Any) -> None:
    document = Document(template)
    for rule in our_rules().values():
        for problem in rule.check(document):
            assert _exists(template, problem.path), f"{rule.id}: {problem.path} is nowhere"
            assert problem.message and "\n" not in problem.message, f"{rule.id}: {problem.message!r}"


@settings(
    max_examples=int(os.environ.get("GEN_FUZZ", "100")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_no_rule_raises_whatever_a_template_holds(data: st.DataObject) -> None:
    _check_all(_broken(data))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(JSON)
def test_no_rule_raises_on_what_is_no_template(value: Any) -> None:
    _check_all(value)
    _check_all({"Resources": value, "Metadata": {"Gen": value}})
    kinds = (
        "AWS::Lambda::Function",
        "AWS::CloudWatch::Alarm",
        "AWS::DynamoDB::GlobalTable",
        "AWS::IAM::Role",
    )
    _check_all({"Resources": {str(n): {"Type": kind, "Properties": value} for n, kind in enumerate(kinds)}})


@pytest.mark.parametrize("rule", our_rules())
def test_a_rule_does_not_raise_wherever_its_examples_hold_a_list_a_map_or_nothing(rule: str) -> None:
    for kind in ("good", "bad"):
        template = json.loads(json.dumps(decode_str(examples(kind)[rule].read_text(encoding="utf-8"))[0]))
        for path in _places(template)[1:]:
            for value in VALUES:
                mutant = deepcopy(template)
                parent: Any = mutant
                for step in path[:-1]:
                    parent = parent[step]
                parent[path[-1]] = value
                problems = list(our_rules()[rule].check(Document(mutant)))
                assert all(_exists(mutant, one.path) for one in problems), path


def test_rules_end_on_a_template_that_refers_to_itself() -> None:
    ring = {
        "Type": "AWS::Lambda::Function",
        "DependsOn": ["A"],
        "Properties": {"Role": {"Ref": "A"}, "FunctionName": {"Fn::Sub": "${A}${B}"}, "Code": {"Ref": "A"}},
    }
    conditions = {
        "X": {"Fn::Not": [{"Condition": "Y"}]},
        "Y": {"Fn::And": [{"Condition": "X"}, {"Condition": "Y"}]},
    }
    chosen = {"Fn::If": ["X", {"Fn::If": ["Y", ring, ring]}, ring]}
    resources = {
        "A": ring,
        "B": {
            "Type": "AWS::Lambda::Alias",
            "Properties": {"FunctionName": {"Ref": "B"}, "Name": {"Ref": "B"}},
        },
        "C": {"Type": "AWS::IAM::Role", "Properties": chosen},
    }
    _check_all({"Conditions": conditions, "Resources": resources})
