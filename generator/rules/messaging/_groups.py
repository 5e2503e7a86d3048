"""Log groups of functions."""

from __future__ import annotations

from generator.rules._document import Document, Resource, references
from generator.rules._values import UNKNOWN

FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")


def has_log_group(document: Document, function: Resource) -> bool:
    """Whether the template says where a function logs, or may say so.

    Lambda's own name for the group, ``/aws/lambda/<function>``, counts, and so does CDK's LogRetention.
    """
    if any(not one.absent for one in function.properties.outcomes("LoggingConfig", "LogGroup")):
        return True
    if not document.root.raw("Globals", "Function", "LoggingConfig", "LogGroup").absent:
        return True
    name = function.properties.one("FunctionName").value
    for group in document.resources("AWS::Logs::LogGroup", "Custom::LogRetention"):
        for node in group.properties.outcomes("LogGroupName"):
            written = group.properties.raw("LogGroupName").value
            if function.id in references(written) or node.value is UNKNOWN:
                return True
            if isinstance(name, str) and node.value == f"/aws/lambda/{name}":
                return True
            same = references(written) & references(function.properties.raw("FunctionName").value)
            if same:
                return True
    return False
