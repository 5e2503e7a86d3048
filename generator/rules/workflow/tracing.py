"""I9907: a state machine that is missing from traces."""

from __future__ import annotations

from typing import Any

from generator.rules._property import PropertyRule
from generator.rules._values import truth


class WorkflowTracing(PropertyRule):
    """X-Ray shows which state of which execution was slow."""

    id = "I9907"
    shortdesc = "State machine without tracing"
    description = "Traces end where the workflow begins: nobody sees which of its calls was slow."
    source_url = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html"
    tags = ("resources", "stepfunctions", "monitoring")
    items = ("S3.15",)
    types = ("AWS::StepFunctions::StateMachine",)
    steps = ("TracingConfiguration", "Enabled")
    advice = "set TracingConfiguration.Enabled to true"

    def right(self, value: Any) -> bool:
        """True."""
        return truth(value) is True
