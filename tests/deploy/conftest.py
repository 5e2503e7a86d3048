"""One embedded AWS for all tests here that need one, and a stage of its own for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator import local
from generator.deploy import site as sites
from generator.deploy.aws import AwsCloud

from .stage import Stage

ENVIRONMENTS = (f"t{number}" for number in range(100, 1000))


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Engine]:
    """An engine for the whole run."""
    with local.running(tmp_path_factory.mktemp("engine")) as engine:
        yield engine


@pytest.fixture(scope="session")
def embedded(engine: local.Engine) -> Iterator[AwsCloud]:
    """The engine's CloudFormation in us-west-2."""
    cloud = AwsCloud("us-west-2", sites.embedded(engine.endpoint_url))
    yield cloud
    cloud.close()


@pytest.fixture
def stage(engine: local.Engine, embedded: AwsCloud, tmp_path: Path) -> Stage:
    """A folder with an environment of its own name, so that stacks of different tests do not meet."""
    found = Stage(tmp_path, engine.endpoint_url, embedded, next(ENVIRONMENTS))
    found.write_environment()
    return found
