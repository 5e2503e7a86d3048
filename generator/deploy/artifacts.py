"""Handlers' zips: which of them the bucket lacks, and what the template's parameters are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from generator.deploy.cloud import Cloud
from generator.deploy.template import Template

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

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return tuple(key for key in pool.map(upload, packages) if key)
