"""E9612: an alarm on a metric that is not published like this."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.monitoring._alarms import alarms, metrics
from generator.rules.monitoring._catalogue import NAMESPACES, near
from generator.rules.monitoring._meaning import ALSO_NEEDED, NEVER_HAS


class DimensionSet(Rule):
    """The dimensions are those of the metric."""

    id = "E9612"
    shortdesc = "Metric without a dimension that it is published with"
    description = (
        "CloudWatch adds nothing up: a metric exists with exactly the dimensions that the service "
        "publishes, and an alarm with others has no data."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html"
    tags = ("resources", "cloudwatch", "alarm", "dimension")
    items = ("S4.4", "S3.19")

    def check(self, document: Document) -> Iterator[Problem]:
        """Services and metrics whose dimensions are certain."""
        for alarm in alarms(document):
            for metric in metrics(alarm):
                known = NAMESPACES.get(metric.namespace)
                given = {str(name.value) for name, _ in metric.dimensions()}
                if known is None or not metric.names_known() or not metric.name:
                    continue
                place = metric.place.raw("Dimensions")
                missing = [one for one in ALSO_NEEDED.get(metric.full, ()) if one not in given]
                extra = [one for one in NEVER_HAS.get(metric.full, ()) if one in given]
                if missing:
                    yield place.problem(f"add {' and '.join(missing)}: {metric.name} is published with it")
                elif extra:
                    yield place.problem(f"remove {' and '.join(extra)}: {metric.name} is the whole account's")
                elif (
                    known.needed
                    and not given & set(known.needed)
                    and not any(near(one, known.dimensions) for one in given)
                ):
                    yield place.problem(
                        f"add {' or '.join(known.needed)}: {metric.namespace} publishes nothing without it"
                    )
