"""As much of CloudWatch's metric math and alarm evaluation as the alarms here use.

Source: CloudWatch user guide, "Using math expressions with CloudWatch metrics" and "Configuring how
CloudWatch alarms treat missing data". None is a period without a datapoint: arithmetic with it gives none.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Series = Sequence[float | None]

ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
BREACHES: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
}


def evaluated(expression: str, series: Mapping[str, Series]) -> list[float | None]:
    """The expression for each period of ``series``, all of one length."""
    tree = ast.parse(expression, mode="eval").body
    length = len(next(iter(series.values())))
    return [_value(tree, {name: one[period] for name, one in series.items()}) for period in range(length)]


def _value(node: ast.expr, metrics: Mapping[str, float | None]) -> float | None:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return metrics[name]
        case ast.BinOp(left=left, op=sign, right=right):
            return _both(ARITHMETIC[type(sign)], _value(left, metrics), _value(right, metrics))
        case ast.Compare(left=left, ops=[sign], comparators=[right]):
            return _both(COMPARISONS[type(sign)], _value(left, metrics), _value(right, metrics))
        case ast.Call(func=ast.Name(id="FILL"), args=[metric, filler]):
            value = _value(metric, metrics)
            return _value(filler, metrics) if value is None else value
        case ast.Call(func=ast.Name(id="IF"), args=[condition, then, otherwise]):
            chosen = _value(condition, metrics)
            return None if chosen is None else _value(then if chosen else otherwise, metrics)
    raise AssertionError(f"unknown metric math: {ast.unparse(node)}")


def _both(function: Callable[[float, float], float], left: float | None, right: float | None) -> float | None:
    """A division by zero has no datapoint either."""
    if left is None or right is None or (function is operator.truediv and right == 0):
        return None
    return function(left, right)


def rings(alarm: Mapping[str, Any], series: Mapping[str, Series]) -> bool:
    """Whether an alarm's last periods raise it. The inputs that are not given have no data."""
    (result,) = (one for one in alarm["Metrics"] if one["ReturnData"])
    length = alarm["EvaluationPeriods"]
    inputs = [one["Id"] for one in alarm["Metrics"] if not one["ReturnData"]]
    unknown = set(series) - set(inputs)
    assert not unknown, f"{unknown} are no inputs of {alarm['AlarmName']}"
    filled = {name: list(series.get(name, [None] * length))[-length:] for name in inputs}
    values = evaluated(result["Expression"], filled)
    breaches, needed = BREACHES[alarm["ComparisonOperator"]], int(alarm["DatapointsToAlarm"])
    assert alarm["TreatMissingData"] == "notBreaching"
    bad = [value for value in values if value is not None and breaches(value, alarm["Threshold"])]
    return len(bad) >= needed
