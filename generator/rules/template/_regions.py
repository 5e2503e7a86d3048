"""Rules that hold a template to regions."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node
from generator.rules._values import function_of


def region_locks(document: Document) -> Iterator[tuple[Node, list[str]]]:
    """Place and regions of each assertion that AWS::Region is in a list, or is one region."""
    for _, rule in document.section("Rules"):
        if not rule.raw("RuleCondition").absent:
            continue
        for place, _ in enumerate(rule.raw("Assertions").value if _is_list(rule) else ()):
            node = rule.raw("Assertions", place, "Assert")
            match function_of(node.value):
                case ("Fn::Contains", [list() as regions, {"Ref": "AWS::Region"}]):
                    yield node, [str(one) for one in regions]
                case (
                    "Fn::Equals",
                    [{"Ref": "AWS::Region"}, str() as region] | [str() as region, {"Ref": "AWS::Region"}],
                ):
                    yield node, [region]


def _is_list(rule: Node) -> bool:
    return isinstance(rule.raw("Assertions").value, list)
