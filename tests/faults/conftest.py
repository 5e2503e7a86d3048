"""One engine for all tests of faults: each works on stacks of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from generator import local
from generator.deploy.aws import AwsCloud
from generator.local.process import any_free_port

from . import matrix


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Engine]:
    with local.running(tmp_path_factory.mktemp("engine") / "local", port=any_free_port()) as started:
        yield started


@pytest.fixture(scope="session")
def cloud(engine: local.Engine) -> Iterator[AwsCloud]:
    with matrix.prepared(engine.endpoint_url) as cloud:
        yield cloud
