"""E9317: a wrapper that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.functions._functions import FUNCTION


class ExecWrapper(Rule):
    """The wrapper script comes with a layer."""

    id = "E9317"
    shortdesc = "Wrapper script that no layer brings"
    description = (
        "AWS_LAMBDA_EXEC_WRAPPER names a script under /opt, where only layers put files: without one the "
        "runtime does not start."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html"
    tags = ("resources", "lambda", "layers")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Zip functions whose Layers are absent or empty."""
        for function in document.resources(FUNCTION):
            wrapper = function.properties.one("Environment", "Variables", "AWS_LAMBDA_EXEC_WRAPPER")
            layers = function.properties.one("Layers").value
            image = function.properties.one("PackageType").value not in (ABSENT, "Zip")
            if (
                isinstance(wrapper.value, str)
                and wrapper.value.startswith("/opt/")
                and layers in (ABSENT, [])
                and not image
            ):
                yield wrapper.problem(
                    f"add the layer that brings {wrapper.value}, or remove AWS_LAMBDA_EXEC_WRAPPER"
                )
