"""E9002: checks that are switched off for the whole template."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule

# Keys of cfn-lint's template metadata that take checks, regions or facts away ("Template Based Metadata").
SWITCHES = (
    "configure_rules",
    "ignore_bad_template",
    "ignore_checks",
    "mandatory_checks",
    "override_spec",
    "regions",
)


class TemplateSuppression(Rule):
    """A switch for the whole template also hides what is written tomorrow."""

    id = "E9002"
    shortdesc = "Checks switched off for the whole template"
    description = (
        "A check that is ignored for the whole template, or a region that is left out, hides every later "
        "mistake of that kind too; an exception belongs on the one resource that needs it."
    )
    source_url = "https://github.com/aws-cloudformation/cfn-lint#template-based-metadata"
    tags = ("template", "suppressions")

    def check(self, document: Document) -> Iterator[Problem]:
        """Each switch in the template's own Metadata."""
        for key in SWITCHES:
            switch = document.root.raw("Metadata", "cfn-lint", "config", key)
            if not switch.absent and switch.value not in ([], {}, False, None):
                yield switch.problem(
                    f"remove {key}: write ignore_checks with reasons into the resource's own Metadata instead"
                )
