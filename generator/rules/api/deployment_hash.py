"""E9437: a deployment that stays the same when the API changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule


class DeploymentHash(Rule):
    """A deployment is a snapshot, and CloudFormation makes a new one for a new logical id alone."""

    id = "E9437"
    shortdesc = "Deployment whose logical id does not carry the contract's hash"
    description = (
        "Changed methods are not served until a new deployment exists, and that needs a new logical id."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html"
    tags = ("resources", "apigateway", "convention")
    items = ("S2.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for deployment in document.resources("AWS::ApiGateway::Deployment") if document.gen else ():
            if not re.search(r"[0-9a-f]{8,}$", deployment.id):
                yield deployment.problem("let the logical id end in the hash of the API's contract")
