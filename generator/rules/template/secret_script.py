"""E9019: a password written into a script."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.template._secrets import is_secret_literal, shape, texts

SCRIPTS: dict[str, tuple[str, ...]] = {
    "AWS::AutoScaling::LaunchConfiguration": ("UserData",),
    "AWS::CodeBuild::Project": ("Source", "BuildSpec"),
    "AWS::EC2::Instance": ("UserData",),
    "AWS::EC2::LaunchTemplate": ("LaunchTemplateData", "UserData"),
    "AWS::Lambda::Function": ("Code", "ZipFile"),
    "AWS::Serverless::Function": ("InlineCode",),
}
# NAME=value, name: "value", --password value; a value that is a variable or a call is none.
ASSIGNED = re.compile(
    r"""([A-Za-z_][\w-]*)['"]?(?:[ \t]*[=:][ \t]*|(?<=password)[ \t]+)"""
    r"""(?:"([^"\n$]{4,})"|'([^'\n$]{4,})'|([^\s'"$(\[{,;:.]{4,})(?=\s|$))""",
)


class SecretScript(Rule):
    """User data and code in a template are read by whoever describes the resource."""

    id = "E9019"
    shortdesc = "Password or key written into a script of the template"
    description = (
        "User data is readable on the machine and in the console, and code in the repository by everybody."
    )
    source_url = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html"
    tags = ("secrets", "security")
    items = ("S1.8",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for resource in document.resources(*SCRIPTS):
            for node in texts(resource.properties.raw(*SCRIPTS[resource.type])):
                for name, *values in ASSIGNED.findall(node.value):
                    if is_secret_literal(name, "".join(values)) and not shape(node.value):
                        yield node.problem(f"read {name} from Secrets Manager when the script runs")
                        break
