"""A CloudWatch dashboard, a row for each thing that is watched."""

from __future__ import annotations

import json
from collections.abc import Sequence

from msgspec import Struct
from troposphere import Join, cloudwatch

from generator.components.component import Component
from generator.components.scope import Scope

COLUMNS, HEIGHT = 24, 6


class Series(Struct, frozen=True):
    """One line of a graph: namespace, metric, dimensions by name, and a statistic."""

    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str = "Sum"


class Graph(Struct, frozen=True):
    """A graph of several series; ``unit`` labels its axis."""

    title: str
    series: tuple[Series, ...]
    unit: str = "Count"


class Dashboard(Component, frozen=True, kw_only=True):
    """A dashboard."""

    physical_name: str


def dashboard(
    scope: Scope, logical_id: str, *, region: str, rows: Sequence[tuple[str, Sequence[Graph]]]
) -> Dashboard:
    """Rows of a heading and graphs of equal width.

    The body is written a widget a line, so that a diff shows which one changed.
    """
    name = scope.name("dashboard", logical_id)
    widgets: list[str] = []
    for row, (heading, graphs) in enumerate(rows):
        top = row * (HEIGHT + 1)
        widgets.append(
            _line(
                {
                    "type": "text",
                    "x": 0,
                    "y": top,
                    "width": COLUMNS,
                    "height": 1,
                    "properties": {"markdown": f"## {heading}"},
                }
            )
        )
        width = COLUMNS // len(graphs)
        widgets.extend(
            _line(
                {
                    "type": "metric",
                    "x": column * width,
                    "y": top + 1,
                    "width": width,
                    "height": HEIGHT,
                    "properties": _properties(graph, region),
                }
            )
            for column, graph in enumerate(graphs)
        )
    body = Join("\n", ['{"widgets": [', *(f"{line}," for line in widgets[:-1]), widgets[-1], "]}"])
    resource = cloudwatch.Dashboard(
        logical_id, DashboardName=name, DashboardBody=body, Tags=scope.tag_list(name)
    )
    return Dashboard(physical_name=name, resources=(resource,))


def _properties(graph: Graph, region: str) -> dict[str, object]:
    return {
        "metrics": [
            [
                one.namespace,
                one.metric,
                *(part for pair in one.dimensions for part in pair),
                {"stat": one.statistic},
            ]
            for one in graph.series
        ],
        "period": 60,
        "region": region,
        "title": graph.title,
        "view": "timeSeries",
        "yAxis": {"left": {"label": graph.unit, "min": 0, "showUnits": False}},
    }


def _line(widget: dict[str, object]) -> str:
    return json.dumps(widget, sort_keys=True)
