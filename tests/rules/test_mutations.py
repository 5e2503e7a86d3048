"""Good templates with one property broken: the rule that is named must notice."""

from __future__ import annotations

import importlib
import json
import pkgutil
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from cfnlint.decode import decode_str

from tests.rules import mutations
from tests.rules.mutations.change import Mutation
from tests.rules.support import CORPUS, TEMPLATES, our_rules, problems


def _all() -> list[Mutation]:
    names = [found.name for found in pkgutil.iter_modules(mutations.__path__) if found.name != "change"]
    modules = [importlib.import_module(f"{mutations.__name__}.{name}") for name in names]
    return [one for module in modules for one in module.MUTATIONS]


MUTATIONS = _all()


@cache
def _ours() -> list[dict[str, Any]]:
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(TEMPLATES.rglob("*.json"))]


@cache
def _corpus() -> list[dict[str, Any]]:
    """Good templates of resource types that our systems do not use."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(CORPUS.iterdir())]
    return [json.loads(json.dumps(decode_str(text)[0])) for text in texts]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=[f"{n}-{one.rule}" for n, one in enumerate(MUTATIONS)])
def test_a_mutant_is_killed_by_its_rule(mutation: Mutation) -> None:
    assert _killed(mutation, _ours()) or _killed(mutation, _corpus()), "the change applies to no template"


def _killed(mutation: Mutation, templates: list[dict[str, Any]]) -> int:
    """How many templates the change applied to, each of them caught."""
    applied = 0
    for template in templates:
        mutant = deepcopy(template)
        if mutation.change(mutant) is None:
            continue
        before, after = problems(mutation.rule, template), problems(mutation.rule, mutant)
        assert set(after) - set(before), f"{template.get('Description')}: not noticed"
        applied += 1
    return applied


def test_every_rule_has_a_mutation() -> None:
    assert set(our_rules()) == {one.rule for one in MUTATIONS}
