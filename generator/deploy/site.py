"""Opens the way to an environment's account, or to the embedded AWS, for the length of a command."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from generator import local
from generator.config import Environment
from generator.console import Console
from generator.deploy import template
from generator.deploy.aws import PATIENCE, AwsCloud, Patience
from generator.deploy.cloud import Endpoint
from generator.deploy.environment import Site
from generator.errors import DeployError, UsageError

DUMMY = "test"  # Key and secret that the embedded AWS takes for its root.
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
HTTP_PORT = 80
HOSTNAME = re.compile(r"[A-Za-z0-9._:-]+")  # also an IPv6 address, without its brackets


def local_endpoint(state: Path) -> Endpoint:
    """The embedded AWS that runs with its files in ``state``; DeployError where none does."""
    engine = local.current(state)
    if engine is None:
        raise DeployError("the embedded AWS is not running", "start it: gen local up")
    return embedded(engine.endpoint_url)


def embedded(url: str) -> Endpoint:
    """The embedded AWS at ``url``, as its root."""
    return Endpoint(url, DUMMY, DUMMY, embedded=True)


def given_endpoint(url: str) -> Endpoint:
    """The endpoint at ``url``, with the caller's own credentials; it is asked whether it is the embedded AWS.

    UsageError for what is not scheme, host and port alone.
    """
    example = "write for example: http://127.0.0.1:4566"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"--endpoint-url {url!r} is not a URL: {error}", example) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or not HOSTNAME.fullmatch(parts.hostname):
        raise UsageError(f"--endpoint-url {url!r} is not a URL", example)
    if parts.username is not None:
        raise UsageError(f"--endpoint-url has a user name before {parts.hostname}", example)
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise UsageError(f"--endpoint-url {url!r} has more than a host and a port", example)
    asked = parts.scheme == "http" and parts.hostname in LOOPBACK
    answers = asked and local.identity(port or HTTP_PORT, parts.hostname) is not None
    return Endpoint(f"{parts.scheme}://{parts.netloc}", embedded=answers)


def options_of(endpoint: Endpoint) -> str:
    """The options that lead to ``endpoint`` again, with a space before each."""
    if endpoint.access_key:
        return " --local"
    return f" --endpoint-url {endpoint.url}" if endpoint.url else ""


@contextmanager
def opened(
    environment: Environment,
    *,
    out: Path,
    endpoint: Endpoint,
    console: Console,
    patience: Patience = PATIENCE,
    folders: str = "",
) -> Iterator[Site]:
    """A Site over the committed templates in ``out``. A region's clients are made when it is first used.

    ``folders`` are the options that lead to the files of this run, with a space before each.
    """
    templates = template.read_all(out, environment.name, environment.regions, folders)
    clouds: dict[str, AwsCloud] = {}
    lock = threading.Lock()

    def cloud(region: str) -> AwsCloud:
        with lock:  # Clients may be shared by threads; making them may not.
            if region not in clouds:
                clouds[region] = AwsCloud(region, endpoint, patience)
            return clouds[region]

    try:
        where = options_of(endpoint) + folders
        yield Site(environment, templates, cloud, console, endpoint.embedded, where, folders)
    finally:
        for one in clouds.values():
            one.close()
