"""E9413: a write that may come as often as a read."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.api._stages import WRITES, methods_of, of_all_methods, path_of, rest_stages


class WriteThrottling(Rule):
    """Writes cost more than reads, and are the ones an attacker wants."""

    id = "E9413"
    shortdesc = "Write without a limit tighter than that of reads"
    description = "Our APIs limit each method that writes more tightly than the stage's default."
    source_url = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html"
    )
    tags = ("resources", "apigateway", "throttling", "convention")
    items = ("S1.9",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for stage in rest_stages(document) if document.gen else ():
            if stage.api is None or not stage.certain():
                continue
            usual = next((_rate(one) for one in stage.settings() if of_all_methods(one)), None)
            own = {_target(one): one for one in stage.settings()}
            for method in methods_of(document, stage.api):
                verb, path = str(method.properties.one("HttpMethod").value), path_of(method)
                if verb not in WRITES or path is None or usual is None:
                    continue
                setting = own.get((path, verb))
                if setting is None:
                    yield stage.node.raw("MethodSettings").problem(
                        f"add a setting for {verb} {path} with a ThrottlingRateLimit below {usual:g}"
                    )
                elif (_rate(setting) or usual) >= usual:
                    place = setting.raw("ThrottlingRateLimit")
                    yield place.problem(f"set ThrottlingRateLimit below {usual:g}, the limit of reads")


def _target(setting: Node) -> tuple[str, str]:
    return str(setting.one("ResourcePath").value), str(setting.one("HttpMethod").value)


def _rate(setting: Node) -> float | None:
    return number(setting.one("ThrottlingRateLimit").value)
