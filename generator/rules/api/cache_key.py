"""E9418: a cache that gives one caller's answer to another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem, Resource
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.api._stages import is_on, methods_of, path_of, rest_stages


class CacheKey(Rule):
    """What is not in the key does not count."""

    id = "E9418"
    shortdesc = "Cached method whose cache key lacks a parameter"
    description = (
        "API Gateway answers requests that differ in this parameter alone with the same cached response."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html"
    tags = ("resources", "apigateway", "cache")
    items = ("S2.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for stage in rest_stages(document):
            if stage.api is None or truth(stage.node.one("CacheClusterEnabled").value) is not True:
                continue
            switched = {
                (str(one.one("ResourcePath").value), one.one("HttpMethod").value == "*"): is_on(
                    one, "CachingEnabled"
                )
                for one in stage.settings()
                if one.one("HttpMethod").value in ("*", "GET")
            }
            for method in methods_of(document, stage.api):
                path = path_of(method)
                usual = switched.get(("/*", True), False)
                cached = switched.get((str(path), False), usual)
                if method.properties.one("HttpMethod").value == "GET" and cached and path is not None:
                    yield from _missing(method, path)


def _missing(method: Resource, path: str) -> Iterator[Problem]:
    declared = [name for name, _ in method.properties.members("RequestParameters")]
    wanted = {name.removeprefix("method.request.") for name in declared if ".header." not in name}
    wanted |= {f"path.{name.rstrip('+')}" for name in re.findall(r"\{([^}]+)\}", path)}
    keys = method.properties.each("Integration", "CacheKeyParameters")
    if any(not isinstance(one.value, str) for one in keys):
        return
    present = {one.value.partition(".request.")[2] for one in keys}
    for name in sorted(wanted - present):
        place = method.properties.raw("Integration", "CacheKeyParameters")
        yield place.problem(f"add method.request.{name} to CacheKeyParameters, and to RequestParameters")
