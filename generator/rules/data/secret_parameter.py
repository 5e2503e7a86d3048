"""W9229: a plain parameter with a secret's name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem, references
from generator.rules._rule import Rule
from generator.rules.template._secrets import hidden_parameters

WORDS = r"passw(?:or)?d|secret|api[_-]?key|(?:access|auth)[_-]?token|private[_-]?key|credentials?"
SECRET = re.compile(rf"(?:{WORDS})$", re.IGNORECASE)


class SecretParameter(Rule):
    """Secrets are not plain parameters."""

    id = "W9229"
    shortdesc = "Parameter Store parameter that looks like a secret, in plain text"
    description = (
        "Type String is shown to everybody who may read parameters or the template; CloudFormation cannot"
        " make a SecureString."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html"
    tags = ("resources", "ssm", "secrets")
    items = ("S3.5", "S1.8")

    def check(self, document: Document) -> Iterator[Problem]:
        """Names that end in a word for a secret, or have one as the last part.

        Names of and paths to secrets are none.
        """
        for parameter in document.resources("AWS::SSM::Parameter"):
            name, value = parameter.properties.one("Name"), parameter.properties.one("Value")
            hidden = references(parameter.properties.raw("Value").value) & hidden_parameters(document)
            if hidden:
                yield parameter.properties.raw("Value").problem(
                    f"keep {min(hidden)} in AWS::SecretsManager::Secret: NoEcho does not hide this parameter"
                )
            elif isinstance(name.value, str) and SECRET.search(name.value) and not _refers(value):
                yield name.problem(
                    "keep this value in AWS::SecretsManager::Secret, or put a SecureString "
                    "outside of the template"
                )


def _refers(value: Node) -> bool:
    """Whether the value is an ARN, a name of something else, or made by another resource."""
    if isinstance(value.value, str):
        return value.value.startswith(("arn:", "alias/", "/", "{{resolve:"))
    return False
