"""Opens the way to an environment's account, or to the embedded AWS, for the length of a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from generator import local
from generator.config import Environment
from generator.console import Console
from generator.deploy import template
from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import Endpoint
from generator.deploy.environment import Site
from generator.errors import DeployError, UsageError

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DUMMY = "test"  # Key and secret that the embedded AWS takes for its root.


def local_endpoint(state: Path) -> Endpoint:
    """The embedded AWS that runs with its files in ``state``; DeployError where none does."""
    engine = local.current(state)
    if engine is None:
        raise DeployError("the embedded AWS is not running", "start it: gen local up")
    return Endpoint(engine.endpoint_url, DUMMY, DUMMY)


def given_endpoint(url: str) -> Endpoint:
    """The endpoint at ``url``, with the caller's own credentials. UsageError for what is no URL."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"--endpoint-url {url!r} is not a URL", "write for example: http://127.0.0.1:4566")
    return Endpoint(url.rstrip("/"))


def is_local(endpoint: Endpoint) -> bool:
    """Whether the endpoint is on this machine, and so the embedded AWS and nobody's account."""
    return urlsplit(endpoint.url).hostname in LOOPBACK


def options_of(endpoint: Endpoint) -> str:
    """The options that lead to ``endpoint`` again, with a space before each."""
    if endpoint.access_key:
        return " --local"
    return f" --endpoint-url {endpoint.url}" if endpoint.url else ""


@contextmanager
def opened(environment: Environment, *, out: Path, endpoint: Endpoint, console: Console) -> Iterator[Site]:
    """A Site over the committed templates in ``out``. A region's clients are made when it is first used."""
    templates = template.read_all(out, environment.name, environment.regions)
    clouds: dict[str, AwsCloud] = {}

    def cloud(region: str) -> AwsCloud:
        if region not in clouds:
            clouds[region] = AwsCloud(region, endpoint)
        return clouds[region]

    try:
        yield Site(environment, templates, cloud, console, is_local(endpoint), options_of(endpoint))
    finally:
        for one in clouds.values():
            one.close()
