"""What a single reference takes of a resource."""

from __future__ import annotations

from generator.rules._document import Document, Node
from generator.rules._values import function_of


def attribute(document: Document, written: Node) -> tuple[str, str]:
    """Type of the resource and the attribute of it that stand here alone, ``Ref`` for a reference.

    Two empty texts where something else stands here.
    """
    match function_of(written.value):
        case ("Ref", str() as name):
            form = "Ref"
        case ("Fn::GetAtt", [str() as name, str() as form]):
            pass
        case ("Fn::GetAtt", str() as dotted):
            name, _, form = dotted.partition(".")
        case ("Fn::Sub", str() as text) if text.startswith("${") and text.find("}") == len(text) - 1:
            name, _, form = text[2:-1].partition(".")
            form = form or "Ref"
        case _:
            return "", ""
    resource = document.all_resources.get(name)
    return (resource.type if resource else ""), form
