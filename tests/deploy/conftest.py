"""One embedded AWS for all tests here that need one, a stage of its own for each, and stubs of clients."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.stub import Stubber

from generator import local
from generator.deploy import site as sites
from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import Endpoint

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


@pytest.fixture(scope="module")
def aws() -> Iterator[AwsCloud]:
    """Clients that are never let out."""
    cloud = AwsCloud("us-west-2", Endpoint("", "key", "secret"))
    yield cloud
    cloud.close()


@pytest.fixture
def cloudformation(aws: AwsCloud) -> Iterator[Stubber]:
    """Answers of CloudFormation; every call and answer is held to botocore's model."""
    with Stubber(aws.cloudformation) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def s3(aws: AwsCloud) -> Iterator[Stubber]:
    """Answers of S3."""
    with Stubber(aws.s3) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()
