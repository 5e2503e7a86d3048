"""Every rule has a good and a bad example, and the bad one breaks that rule and no other."""

from __future__ import annotations

import re

import pytest

from generator.rules._rule import Rule
from tests.rules.support import examples, expected, findings, our_rules

RULES = our_rules()
SOURCES = ("https://docs.aws.amazon.com/", "https://github.com/aws-cloudformation/cfn-lint#")


@pytest.mark.parametrize("rule", RULES)
def test_a_bad_example_has_this_finding_at_this_place_and_no_other(rule: str) -> None:
    example = examples("bad")[rule]
    place, companions = expected(example)
    found = findings(example.read_text(encoding="utf-8"))
    assert place[0] == rule
    assert [one for one in found if one[0] not in companions] == [place]
    assert companions <= {one[0] for one in found}


@pytest.mark.parametrize("rule", RULES)
def test_a_good_example_has_no_finding(rule: str) -> None:
    assert findings(examples("good")[rule].read_text(encoding="utf-8")) == []


def test_no_example_is_left_of_a_rule_that_is_gone() -> None:
    assert set(examples("good")) == set(examples("bad")) == set(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_rule_says_what_why_and_from_where(rule: Rule) -> None:
    assert re.fullmatch(r"[EWI]9\d{3}", rule.id)
    assert 10 <= len(rule.shortdesc) <= 90
    assert len(rule.description) > len(rule.shortdesc)
    assert rule.source_url.startswith(SOURCES)
    assert rule.tags
    assert all(re.fullmatch(r"S[0-4]\.\d{1,2}", item) for item in rule.items)
