"""W9443: a model or a required parameter that the method's validator does not look at."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem, Resource
from generator.rules._links import meant
from generator.rules._rule import Rule
from generator.rules._values import truth


class ValidatorPartial(Rule):
    """A validator checks bodies, parameters, or both."""

    id = "W9443"
    shortdesc = "Model or required parameter that the method's validator ignores"
    description = (
        "The method says what it takes, its validator looks elsewhere, and everything comes through."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-validation-set-up.html"
    tags = ("resources", "apigateway", "validation")
    items = ("S0.5",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Methods whose validator the template makes; one that checks nothing is another rule's."""
        for method in document.resources("AWS::ApiGateway::Method"):
            place = method.properties.raw("RequestValidatorId")
            validator = None if place.absent else meant(place, "AWS::ApiGateway::RequestValidator")
            if validator is None:
                continue
            body, parameters = (_off(validator, one) for one in ("Body", "Parameters"))
            if body and not parameters and method.properties.members("RequestModels"):
                yield place.problem(
                    f"set ValidateRequestBody of {validator.id} to true: the method has RequestModels"
                )
            if parameters and not body and (required := _required(method)):
                yield place.problem(
                    f"set ValidateRequestParameters of {validator.id} to true: {required} is required"
                )


def _off(validator: Resource, part: str) -> bool:
    place = validator.properties.wrong(f"ValidateRequest{part}", unless=lambda value: truth(value) is True)
    return place is not None


def _required(method: Resource) -> str:
    """The first required header or query parameter; a path has its parameters anyhow."""
    for name, node in method.properties.members("RequestParameters"):
        checked = name.startswith(("method.request.header.", "method.request.querystring."))
        if checked and truth(node.one().value) is True:
            return name
    return ""
