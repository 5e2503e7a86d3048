"""What a rule finds in a template that a test writes as text."""

from __future__ import annotations

import json

from cfnlint.decode import decode_str

from tests.rules.support import problems


def found(rule: str, text: str) -> list[str]:
    """Places that the rule objects to; ``text`` is YAML, with CloudFormation's short forms, or JSON."""
    template, errors = decode_str(text)
    assert not errors, errors
    return problems(rule, json.loads(json.dumps(template)))
