"""W9013: a parameter for a secret that everybody can read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.template._secrets import KEY, PASSWORD

PLACE_OF = re.compile(
    r"\barns?\b|\bnames? of\b|\bid of\b|\b(?:secret|key|token) (?:name|id)\b", re.IGNORECASE
)


class ParameterEcho(Rule):
    """NoEcho hides the value in the console and in answers of the API."""

    id = "W9013"
    shortdesc = "Parameter for a secret without NoEcho"
    description = "The value is shown in clear to whoever may describe the stack."
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
    )
    tags = ("parameters", "secrets", "security")
    items = ("S1.8",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for name, parameter in document.section("Parameters"):
            text = " ".join(
                str(parameter.raw(one).value) for one in ("Description", "AllowedPattern", "Default")
            )
            plain = parameter.raw("Type").value in ("String", "CommaDelimitedList")
            place = parameter.wrong("NoEcho", unless=lambda value: truth(value) is True)
            if plain and place and (PASSWORD.search(name) or KEY.search(name)) and not PLACE_OF.search(text):
                yield place.problem("set NoEcho to true, or better: take the secret's ARN as parameter")
