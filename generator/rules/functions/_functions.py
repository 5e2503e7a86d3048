"""Functions, their aliases, and who calls them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from generator.rules._document import Document, Node, Resource
from generator.rules._values import ABSENT, HOLE, number

FUNCTION = "AWS::Lambda::Function"
ALIAS = "AWS::Lambda::Alias"
VERSION = "AWS::Lambda::Version"
ANY = "*"
DEFAULT_MEMORY, DEFAULT_TIMEOUT = 128, 3
# Functions that a framework adds for its own purposes, and that an author cannot change.
FRAMEWORK = re.compile(
    r"Custom::|CustomResourceProvider|LogRetention|framework-?(?:onEvent|onTimeout|isComplete)"
    r"|BucketNotificationsHandler|AWS679f53fac002430cb0da5b7982bd2287|AWSCDK"
)
QUALIFIED = re.compile(rf"(?:^|[/:]){HOLE}:(?P<name>[^/]+)(?:/invocations)?$")


class Target(NamedTuple):
    """What a caller calls: a function of the template and, where it names one, an alias or version.

    ``qualifier`` is that alias's logical id, or its name where only text says it; "" for the function itself,
    and ANY where only a deployment or a request knows it.
    """

    function: Resource
    qualifier: str


class Caller(NamedTuple):
    """Somebody of the template who calls a function: where it says so, as whom, and in which way."""

    place: Node
    principal: str
    target: Target


def functions(document: Document) -> Iterator[Resource]:
    """Functions whose author can change them."""
    for function in document.resources(FUNCTION):
        path = function.raw("Metadata", "aws:cdk:path").value
        if not (FRAMEWORK.search(function.id) or (isinstance(path, str) and FRAMEWORK.search(path))):
            yield function


def target(document: Document, value: Any) -> Target | None:
    """The function that ``value`` means: by Ref, ARN, name, or the URI of an integration."""
    qualified = document.named(value, ALIAS, VERSION)
    written = qualified.properties.raw("FunctionName").value if qualified else value
    function = document.named(written, FUNCTION)
    if function is None:
        return None
    return Target(function, qualified.id if qualified else _spelt_qualifier(document, value))


def _spelt_qualifier(document: Document, value: Any) -> str:
    found = Node(document, (), value).one().value
    match = QUALIFIED.search(found) if isinstance(found, str) else None
    if match is None:
        return ""
    if not re.fullmatch(r"[A-Za-z0-9_$-]+", match["name"]):
        return ANY
    for alias in document.resources(ALIAS):
        if alias.properties.one("Name").value == match["name"]:
            return alias.id
    return match["name"]


def setting(function: Resource, name: str, default: float) -> float | None:
    """A number of the function, ``default`` where it is absent; None where it is not certain."""
    found = function.properties.one(name).value
    return default if found is ABSENT else number(found)


def asynchronous(document: Document) -> Iterator[Caller]:
    """Those who leave an event with a function and do not wait for its answer."""
    for place, principal in _asynchronous_places(document):
        found = target(document, place.value)
        if found:
            yield Caller(place, principal, found)


def _asynchronous_places(document: Document) -> Iterator[tuple[Node, str]]:
    for bucket in document.resources("AWS::S3::Bucket"):
        for one in bucket.properties.each("NotificationConfiguration", "LambdaConfigurations"):
            yield one.raw("Function"), "s3.amazonaws.com"
    for subscription in document.resources("AWS::SNS::Subscription"):
        if subscription.properties.one("Protocol").value == "lambda":
            yield subscription.properties.raw("Endpoint"), "sns.amazonaws.com"
    for topic in document.resources("AWS::SNS::Topic"):
        for one in topic.properties.each("Subscription"):
            if one.one("Protocol").value == "lambda":
                yield one.raw("Endpoint"), "sns.amazonaws.com"
    for rule in document.resources("AWS::Events::Rule"):
        for one in rule.properties.each("Targets"):
            yield one.raw("Arn"), "events.amazonaws.com"
    for schedule in document.resources("AWS::Scheduler::Schedule"):
        yield schedule.properties.raw("Target", "Arn"), ""
    for log_filter in document.resources("AWS::Logs::SubscriptionFilter"):
        yield log_filter.properties.raw("DestinationArn"), "logs.amazonaws.com"
