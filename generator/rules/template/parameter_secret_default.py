"""E9014: a hidden parameter whose default everybody can read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.template._secrets import NO_SECRET, PASSWORD

LABEL = re.compile(r"user(?:name)?$|login$|email$|arn$|name$", re.IGNORECASE)


class ParameterSecretDefault(Rule):
    """A default is text in the template."""

    id = "E9014"
    shortdesc = "NoEcho parameter with a default"
    description = (
        "NoEcho hides what is given, not what the template says: the default is a secret in the repository."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
    )
    tags = ("parameters", "secrets", "security")
    items = ("S1.8",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for name, parameter in document.section("Parameters"):
            default = parameter.raw("Default")
            hidden = truth(parameter.raw("NoEcho").value) is True
            secret = hidden or (parameter.raw("Type").value == "String" and PASSWORD.search(name))
            text = default.value if isinstance(default.value, str) else ""
            if secret and text.strip() and not NO_SECRET.match(text) and not LABEL.search(name):
                yield default.problem("leave Default out")
