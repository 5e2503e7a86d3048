"""W9015: a hidden parameter in a tag, name or description."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem, references
from generator.rules._rule import Rule
from generator.rules.template._names import NAMES
from generator.rules.template._secrets import hidden_parameters
from generator.rules.template._tags import tag_places


class HiddenShown(Rule):
    """These are read by whoever lists resources."""

    id = "W9015"
    shortdesc = "NoEcho parameter shown in a tag, name or description"
    description = "What the parameter hides can be read where the resource is listed."
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
    )
    tags = ("parameters", "secrets", "security")
    items = ("S1.8",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        hidden = hidden_parameters(document)
        for resource in document.resources():
            places = [*tag_places(resource), resource.properties.raw("Description")]
            places += [resource.properties.raw(NAMES[resource.type])] if resource.type in NAMES else []
            places += [resource.properties.raw("UserData")]
            for place in places:
                shown = sorted(references(place.value) & hidden)
                if shown:
                    yield place.problem(f"take {shown[0]} out: everybody who lists the resource can read it")
