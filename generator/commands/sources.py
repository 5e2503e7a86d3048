"""Where in the services a resource comes from, for explanations of failures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.config import Environment
    from generator.deploy.template import Template


def sources(environment: Environment, one: Template) -> Mapping[str, str]:
    """The line of the service that makes each resource of a template, as the services are now."""
    from generator import discovery

    return discovery.sources(environment, one.gen.region, one.gen.service)
