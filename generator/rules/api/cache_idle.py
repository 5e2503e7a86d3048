"""E9416: a cache without methods, or methods without a cache."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.api._stages import rest_stages


class CacheIdle(Rule):
    """The cluster and the methods' settings belong together."""

    id = "E9416"
    shortdesc = "Cache cluster without cached methods, or the reverse"
    description = (
        "A cluster that no method uses costs money for nothing; CachingEnabled without a cluster does"
        " nothing."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html"
    tags = ("resources", "apigateway", "cache")
    items = ("S2.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for stage in rest_stages(document):
            cluster = stage.node.one("CacheClusterEnabled")
            known = cluster.known and stage.certain()
            switches = [one.one("CachingEnabled") for one in stage.settings()]
            if not known or any(not one.known for one in switches):
                continue
            cached = [one for one in switches if truth(one.value) is True]
            if truth(cluster.value) is True and not cached:
                yield cluster.problem(
                    "set CachingEnabled to true in MethodSettings, or leave the cluster out"
                )
            elif truth(cluster.value) is not True and cached:
                yield cached[0].problem(
                    "set the stage's CacheClusterEnabled to true: without it nothing is cached"
                )
