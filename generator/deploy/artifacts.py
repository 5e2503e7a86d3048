"""Handlers' zips: which of them the bucket lacks, and what the template's parameters are told."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol, TypeVar

from generator.deploy.cloud import Cloud
from generator.deploy.template import Template

Item = TypeVar("Item")
Done = TypeVar("Done")

AT_ONCE = 4
BUCKET_PARAMETER = "ArtifactBucket"


class Built(Protocol):
    """A handler's zip, as ``generator.package`` builds it."""

    @property
    def key(self) -> str:
        """Object key, which holds the content's digest."""

    @property
    def path(self) -> Path:
        """The zip on this machine."""

    @property
    def code_sha256(self) -> str:
        """base64 of the zip's SHA-256."""


# Handler strings → their zips, by handler. Building takes a while, so it happens only for what is deployed.
Build = Callable[[list[str]], Mapping[str, Built]]


def handlers(template: Template) -> list[str]:
    """The handlers that the template's functions run, sorted."""
    return sorted({artifact.handler for artifact in template.gen.artifacts.values()})


def parameters(template: Template, built: Mapping[str, Built]) -> dict[str, str]:
    """Object keys and digests, by the parameters that take them."""
    found: dict[str, str] = {}
    for name, artifact in template.gen.artifacts.items():
        package = built[artifact.handler]
        found[name] = package.key
        found[artifact.sha256_parameter] = package.code_sha256
    return found


def upload_missing(cloud: Cloud, *, bucket: str, owner: str, built: Iterable[Built]) -> tuple[str, ...]:
    """Upload, several at a time, what the bucket does not hold; the keys that were uploaded."""
    packages = sorted({package.key: package for package in built}.items())

    def upload(item: tuple[str, Built]) -> str:
        key, package = item
        if cloud.uploaded(bucket=bucket, key=key, owner=owner, sha256=package.code_sha256):
            return ""
        cloud.upload(
            bucket=bucket, key=key, owner=owner, body=package.path.read_bytes(), sha256=package.code_sha256
        )
        return key

    return tuple(key for key in side_by_side(upload, packages) if key)


def side_by_side(do: Callable[[Item], Done], items: Sequence[Item]) -> list[Done]:
    """``do`` for each item, AT_ONCE at a time; the results in order, or the first error.

    A pool of concurrent.futures would not do: Python waits for its threads when it ends, and who has
    pressed Ctrl-C twice does not wait for an upload.
    """
    todo = deque((item, Future[Done]()) for item in items)
    results = [result for _, result in todo]

    def work() -> None:
        while True:
            try:
                item, result = todo.popleft()
            except IndexError:
                return
            try:
                result.set_result(do(item))
            except BaseException as error:
                result.set_exception(error)

    for _ in range(min(AT_ONCE, len(items))):
        threading.Thread(target=work, daemon=True).start()
    return [result.result() for result in results]
