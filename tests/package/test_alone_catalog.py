"""The zip of the catalog function holds all that it needs, as test_alone.py has it for items."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from generator import local
from generator.local.process import any_free_port
from tests.handlers import catalog_support

from .test_alone import REGION, folder, request, result, run, unpack

__all__ = ["folder"]

API = "handlers.catalog.api.handler"
PRODUCT = {"sku": "LAMP-1", **catalog_support.SAID}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of the function, whose AWS is an engine with table and secret."""
    with local.running(tmp_path_factory.mktemp("alone") / "local", port=any_free_port()) as engine:
        login = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION}
        where = {"endpoint_url": engine.endpoint_url, **login}
        catalog_support.create_table(boto3.client("dynamodb", **where))
        boto3.client("secretsmanager", **where).create_secret(
            Name=catalog_support.SECRET, SecretString=json.dumps({"key": "k" * 64})
        )
        yield {
            **catalog_support.ENVIRONMENT,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_ENDPOINT_URL": engine.endpoint_url,
            "AWS_LAMBDA_FUNCTION_NAME": "function",
            "AWS_REGION": REGION,
            "AWS_SECRET_ACCESS_KEY": "test",
            "POWERTOOLS_METRICS_NAMESPACE": "gen/dev",
            "POWERTOOLS_SERVICE_NAME": "catalog",
        }


def test_the_api_creates_and_lists_from_its_zip_alone(folder: Path, environment: dict[str, str]) -> None:
    task = unpack(API, folder)
    first_page = request("GET", "/products") | {"queryStringParameters": {"limit": "1"}}
    events = [
        request("POST", "/products", PRODUCT, **{"Idempotency-Key": "one"}),
        request("POST", "/products", {**PRODUCT, "sku": "LAMP-2"}, **{"Idempotency-Key": "two"}),
        first_page,
        request("GET", "/health"),
    ]
    done = run(API, task, environment, events)
    answers = result(done, task)
    assert [answer["statusCode"] for answer in answers] == [201, 201, 200, 200], done.stderr
    page = json.loads(answers[2]["body"])
    assert page["products"] == [json.loads(answers[0]["body"])]
    assert page["next_token"], "signed with the key of the secret"
