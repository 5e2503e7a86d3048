"""The zips of the users functions hold all that they need, as test_alone.py has it for items."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from generator import local
from generator.local.process import any_free_port
from tests.handlers import users_support
from tests.handlers.users_support import UsersAws

from .test_alone import REGION, folder, request, result, run, unpack

__all__ = ["folder"]

READ, WRITE = "handlers.users.read.handler", "handlers.users.write.handler"
USER = {"email": "ann@example.com", "name": "Ann"}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of both functions, whose AWS is an engine with table, settings and secret."""
    with local.running(tmp_path_factory.mktemp("alone") / "local", port=any_free_port()) as engine:
        login = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION}
        clients = {
            name: boto3.client(service, endpoint_url=engine.endpoint_url, **login)
            for name, service in (
                ("dynamodb", "dynamodb"),
                ("parameters", "ssm"),
                ("secrets", "secretsmanager"),
            )
        }
        users_support.create(UsersAws(**clients))
        yield {
            **users_support.ENVIRONMENT,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_ENDPOINT_URL": engine.endpoint_url,
            "AWS_LAMBDA_FUNCTION_NAME": "function",
            "AWS_REGION": REGION,
            "AWS_SECRET_ACCESS_KEY": "test",
            "POWERTOOLS_METRICS_NAMESPACE": "gen/dev",
            "POWERTOOLS_SERVICE_NAME": "users",
        }


def test_the_writer_creates_and_the_reader_lists_from_their_zips_alone(
    folder: Path, environment: dict[str, str]
) -> None:
    task = unpack(WRITE, folder)
    creations = [request("POST", "/users", USER, **{"Idempotency-Key": key}) for key in ("one", "two")]
    done = run(WRITE, task, environment, creations)
    created, taken = result(done, task)
    assert (created["statusCode"], taken["statusCode"]) == (201, 409), done.stderr

    task = unpack(READ, folder.with_name("read"))
    page = request("GET", "/users") | {"queryStringParameters": {"limit": "1"}}
    done = run(READ, task, environment, [page, request("GET", "/health")])
    listed, health = result(done, task)
    assert (listed["statusCode"], health["statusCode"]) == (200, 200), done.stderr
    assert json.loads(listed["body"])["users"] == [json.loads(created["body"])]
    assert USER["email"] not in done.stderr
