"""What the stacks of one environment must agree on; every problem is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from generator import names
from generator.config import Environment

Templates = Mapping[str, Mapping[str, Any]]  # "<region>/<stack>" → template


def problems(environment: Environment, templates: Templates) -> Iterator[str]:
    """A sentence for each: sizes that no function has, and references that lead nowhere or in a circle."""
    yield from sizes(environment, templates)
    for key, template in sorted(templates.items()):
        yield from (
            f"environment '{environment.name}', {key}: {text}" for text in references(template, templates)
        )
    yield from (f"environment '{environment.name}': {text}" for text in circles(templates))


def sizes(environment: Environment, templates: Templates) -> Iterator[str]:
    """Sizes of an API, a worker or a cache, and sources of events, that no stack has: often a misspelling."""
    services = [(template["Metadata"]["Gen"]["Service"], template) for template in templates.values()]
    apis = {
        service
        for service, template in services
        if any(one["Type"] == "AWS::ApiGateway::RestApi" for one in template["Resources"].values())
    }
    workers = {
        f"{service}-{names.kebab(function)}"
        for service, template in services
        for function in started_by_events(template)
    }
    caches = {
        service
        for service, template in services
        if any(one.get("Properties", {}).get("CacheClusterEnabled") for one in template["Resources"].values())
    }
    rules = {
        service
        for service, template in services
        if any(one["Type"] == "AWS::Events::Rule" for one in template["Resources"].values())
    }
    for section, thing, given, known in (
        ("apis", "function", environment.apis, apis),
        ("caches", "cache", environment.caches, caches),
        ("event_sources", "event rule", environment.event_sources, rules),
        ("workers", "function", environment.workers, workers),
    ):
        for key in sorted(set(given) - known):
            yield (
                f"environment '{environment.name}': {section}.{key}: no such {thing}; known: "
                f"{', '.join(sorted(known)) or 'none'}"
            )
    writers = {service for service, template in services if len(behind_an_api(template)) > 1}
    for key in sorted(apis - writers):
        if key in environment.apis and environment.apis[key].writer:
            yield (
                f"environment '{environment.name}': apis.{key}.writer: no such function, as one answers "
                f"reads and writes; known: {', '.join(sorted(writers)) or 'none'}"
            )


def started_by_events(template: Mapping[str, Any]) -> set[str]:
    """Functions of a template by their id in the service, without those behind an API."""
    keys = template["Metadata"]["Gen"]["Artifacts"]
    return {key.removesuffix("CodeKey") for key in keys} - behind_an_api(template)


def behind_an_api(template: Mapping[str, Any]) -> set[str]:
    """Functions of a template that API Gateway may invoke, by their id in the service."""
    return {
        one["Properties"]["FunctionName"]["Ref"].removesuffix("Alias")
        for one in template["Resources"].values()
        if one["Type"] == "AWS::Lambda::Permission"
        and one["Properties"]["Principal"] == "apigateway.amazonaws.com"
    }


def references(template: Mapping[str, Any], templates: Templates) -> Iterator[str]:
    """What a template's metadata names and nobody has."""
    gen = template["Metadata"]["Gen"]
    if not template["Resources"]:
        yield "the stack has no resources, and CloudFormation takes none without"
    for other in gen["After"]:
        if other not in templates:
            yield f"it is to be deployed after {other}, which no service makes"
    for parameter, source in sorted(gen["Inputs"].items()):
        if parameter not in template.get("Parameters", {}):
            yield f"an output of {source} is to fill parameter '{parameter}', which is not declared"
        other, _, output = source.partition(".")
        if other in templates and output not in templates[other].get("Outputs", {}):
            known = ", ".join(sorted(templates[other].get("Outputs", {}))) or "none"
            yield f"parameter '{parameter}' is to be filled from {source}; outputs of {other}: {known}"


def circles(templates: Templates) -> Iterator[str]:
    """Stacks that wait for one another."""
    order = TopologicalSorter({key: one["Metadata"]["Gen"]["After"] for key, one in templates.items()})
    try:
        order.prepare()
    except CycleError as problem:
        yield f"these stacks wait for one another: {' ← '.join(problem.args[1])}"
