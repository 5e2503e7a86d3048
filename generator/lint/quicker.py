"""Work that cfn-lint does again for every value of a template, done once: same answers in less time.

Each function here gives what the one that it stands for gives; only the repetition is gone. They are written
for one version of cfn-lint and used with no other. A test compares all findings with those of cfn-lint's own
command.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from cfnlint.context import context
from cfnlint.jsonschema import _filter, validators
from cfnlint.jsonschema._utils import Unset
from cfnlint.schema.resolver import _resolver
from cfnlint.version import __version__

VERSION = "1.58.0"
# Far more than one run asks for.
KEPT = 4096


def quicken(rules: Any) -> None:
    """Use what is here in this process, where cfn-lint is the one that it is written for."""
    if __version__ != VERSION:
        return
    # The fields of a dataclass never change, and are asked for with every step into a template.
    fields = lru_cache(KEPT)(dataclasses.fields)
    for module in (context, _filter, validators):
        module.fields = fields
    names = tuple(one.name for one in dataclasses.fields(context.Context) if one.init)
    context.Context.evolve = lambda self, **changes: evolved(self, names, changes)
    validators.create = Classes(validators.create)
    # One function for each keyword, so that a search can be told by what it is for.
    _resolver._match_keyword = lru_cache(KEPT)(_resolver._match_keyword)
    _resolver._search_schema = Searches(_resolver._search_schema)
    # Rules are loaded as files, not as modules of the package.
    type(rules["E1101"]).cfnLint = check_keywords


def evolved(before: Any, names: Sequence[str], changes: dict[str, Any]) -> Any:
    """Stands for ``Context.evolve``: a copy with some members changed. It is frozen, and checks nothing."""
    known = before.__dict__
    if "ref_values" in changes:
        changes["ref_values"] = {**known["ref_values"], **changes["ref_values"]}
    after = object.__new__(type(before))
    after.__dict__.update({name: known[name] for name in names}, **changes)
    return after


class Classes:
    """Classes of validators by what they are made of: making a dataclass takes half a millisecond."""

    def __init__(self, create: Callable[..., Any]) -> None:
        self._create = create
        self._of = lru_cache(KEPT)(self._made)

    def __call__(self, validators: Any = None, function_filter: Any = None, fn_resolvers: Any = None) -> Any:
        """Stands for ``cfnlint.jsonschema.validators.create``."""
        if type(function_filter) is not _filter.FunctionFilter:
            return self._create(validators, function_filter, fn_resolvers)
        settings = tuple(
            (one.name, getattr(function_filter, one.name))
            for one in dataclasses.fields(function_filter)
            if one.init
        )
        return self._of(tuple((validators or {}).items()), tuple((fn_resolvers or {}).items()), settings)

    def _made(self, members: Any, resolvers: Any, settings: Any) -> Any:
        return self._create(dict(members), _filter.FunctionFilter(**dict(settings)), dict(resolvers))


class Searches:
    """What a schema has of a kind, subschemas with an id for example: it is asked for each reference anew."""

    def __init__(self, search: Callable[[Any, Any], Iterator[Any]]) -> None:
        self._search = search
        self._known: dict[tuple[int, Any], tuple[Any, list[Any]]] = {}

    def __call__(self, schema: Any, matcher: Any) -> Sequence[Any]:
        """Stands for ``cfnlint.schema.resolver._resolver._search_schema``."""
        known = self._known.get((id(schema), matcher))
        if known is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            # With the schema itself, so that its id stays its own.
            known = self._known[id(schema), matcher] = (schema, list(self._search(schema, matcher)))
        return known[1]


def check_keywords(self: Any, validator: Any, keywords: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """Stands for E1101's ``cfnLint``, which looks at every keyword of every rule for every value.

    The rules of a process stay the same once they are loaded.
    """
    inner = validator.evolve(function_filter=validator.function_filter.evolve(add_cfn_lint_keyword=False))
    rules = self.__dict__.get("rules_by_keyword")
    if rules is None:
        rules = self.rules_by_keyword = by_keyword(self.child_rules)
    for keyword in keywords:
        for rule in rules.get(keyword, ()):
            for error in rule.validate(inner, keyword, instance, schema):
                if error.rule is None and isinstance(error.validator, Unset):
                    error.rule = rule
                yield error


def by_keyword(rules: Any) -> dict[str, list[Any]]:
    """Rules by the keywords that they check, in their order."""
    found: dict[str, list[Any]] = {}
    for rule in rules.values():
        for keyword in rule.keywords if rule is not None and rule.id else ():
            found.setdefault(keyword, []).append(rule)
    return found
