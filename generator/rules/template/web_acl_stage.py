"""W9027: a web ACL that may be attached before its stage is made."""

from __future__ import annotations

import json
from collections.abc import Iterator

from generator.rules._document import Document, Problem, references
from generator.rules._rule import Rule


class WebAclStage(Rule):
    """The ARN is made of names, so CloudFormation sees no dependency."""

    id = "W9027"
    shortdesc = "Web ACL association that does not wait for its stage"
    description = "The association fails when the stage does not exist yet, and the deployment rolls back."
    source_url = "https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html"
    tags = ("resources", "wafv2", "apigateway", "dependencies")
    items = ("S2.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for association in document.resources("AWS::WAFv2::WebACLAssociation"):
            place = association.properties.raw("ResourceArn")
            apis = {one for one in references(place.value) if one in document.all_resources}
            for stage in document.resources("AWS::ApiGateway::Stage"):
                same = apis & references(stage.properties.raw("RestApiId").value)
                by_name = same and "/stages/" in json.dumps(place.value, default=str)
                if by_name and stage.id not in document.reaches(association.id):
                    yield association.raw("DependsOn").problem(
                        f"add DependsOn: {stage.id} to {association.id}"
                    )
