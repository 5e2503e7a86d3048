"""The zips of the shipments functions hold all that they need, as test_alone.py has it for items."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from generator import local
from generator.local.process import any_free_port
from tests.handlers import shipments_support
from tests.handlers.shipments_support import message, wrapped

from .test_alone import REGION, folder, request, result, run, unpack

__all__ = ["folder"]

PROCESSOR, API = "handlers.shipments.processor.handler", "handlers.shipments.api.handler"
EVENT = {
    "event_id": "evt-1",
    "shipment_id": "SHP-1",
    "status": "EXCEPTION",
    "occurred_at": "2026-01-31T12:00:00Z",
    "carrier": "ACME Parcels",
    "location": "Hamburg, DE",
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of both functions, whose AWS is an engine with tables, topic and secret."""
    with local.running(tmp_path_factory.mktemp("alone") / "local", port=any_free_port()) as engine:
        login = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION}
        where = {"endpoint_url": engine.endpoint_url, **login}
        shipments_support.create_tables(boto3.client("dynamodb", **where))
        secret = json.dumps({"key": "k" * 64})
        boto3.client("secretsmanager", **where).create_secret(
            Name=shipments_support.SECRET, SecretString=secret
        )
        topic = boto3.client("sns", **where).create_topic(Name="alerts")["TopicArn"]
        yield {
            **shipments_support.API_ENVIRONMENT,
            **shipments_support.PROCESSOR_ENVIRONMENT,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_ENDPOINT_URL": engine.endpoint_url,
            "AWS_LAMBDA_FUNCTION_NAME": "function",
            "AWS_REGION": REGION,
            "AWS_SECRET_ACCESS_KEY": "test",
            "POWERTOOLS_METRICS_NAMESPACE": "gen/dev",
            "POWERTOOLS_SERVICE_NAME": "shipments",
            "TOPIC_ARN": topic,
        }


def test_the_processor_records_and_the_api_shows_from_their_zips_alone(
    folder: Path,
    environment: dict[str, str],
) -> None:
    task = unpack(PROCESSOR, folder)
    batch = {"Records": [message(wrapped(EVENT)), message("{")]}
    done = run(PROCESSOR, task, environment, [batch])
    assert result(done, task) == [{"batchItemFailures": []}]
    metrics = next(json.loads(line) for line in done.stderr.splitlines() if '"Rejected"' in line)
    assert (sum(metrics["Processed"]), sum(metrics["Rejected"])) == (1, 1)
    assert "AlertFailures" not in metrics

    task = unpack(API, folder.with_name("api"))
    shown = request("GET", "/shipments/{id}") | {"pathParameters": {"id": "SHP-1"}}
    done = run(API, task, environment, [shown, request("GET", "/shipments")])
    answers = result(done, task)
    assert [answer["statusCode"] for answer in answers] == [200, 400], done.stderr
    assert json.loads(answers[0]["body"])["shipment"]["event_id"] == "evt-1"
