"""The functions as Lambda starts them: settings from the environment, clients of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.session import get_session

from tests.handlers.contract_support import proxy_event
from tests.handlers.shipments_support import (
    API_ENVIRONMENT,
    PROCESSOR_ENVIRONMENT,
    ShipmentsWorld,
    message,
    wrapped,
)
from tests.handlers.test_items_functions import measured

ROOT = Path(__file__).parents[2]
START = """
import json, sys
from types import SimpleNamespace
from {module} import handler
context = SimpleNamespace(
    function_name="f", memory_limit_in_mb=256, invoked_function_arn="arn", aws_request_id="lambda-1",
    get_remaining_time_in_millis=lambda: 60000,
)
for event in json.load(sys.stdin):
    print("ANSWER " + json.dumps(handler(event, context)))
"""


def run(
    module: str, events: list[dict[str, Any]], endpoint: str, **settings: str
) -> tuple[list[Any], list[dict[str, Any]]]:
    """Return the answers, and the lines of the log as JSON."""
    environment = {
        **API_ENVIRONMENT,
        **PROCESSOR_ENVIRONMENT,
        "POWERTOOLS_SERVICE_NAME": "shipments",
        "POWERTOOLS_METRICS_NAMESPACE": "gen/dev",
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_REGION": "us-west-2",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        **measured(),
        **settings,
    }
    done = subprocess.run(
        [sys.executable, "-c", START.format(module=module)],
        input=json.dumps(events),
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    answers = [json.loads(line.removeprefix("ANSWER ")) for line in lines if line.startswith("ANSWER ")]
    return answers, [json.loads(line) for line in lines if not line.startswith("ANSWER ")]


@pytest.fixture
def topic(engine: str) -> Iterator[str]:
    client = get_session().create_client(
        "sns",
        region_name="us-west-2",
        endpoint_url=engine,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    arn = client.create_topic(Name="alerts")["TopicArn"]
    yield arn
    client.delete_topic(TopicArn=arn)


def test_the_processor_function_records_rejects_and_counts(
    shipments: ShipmentsWorld, engine: str, topic: str
) -> None:
    """S4.4: counts of what was rejected and what came again."""
    event = shipments.event("EXCEPTION")
    batch = {"Records": [message(wrapped(one)) for one in (event, event, shipments.event("LOST"))]}
    ((answer,), log) = run("handlers.shipments.processor", [batch], engine, TOPIC_ARN=topic)
    assert answer == {"batchItemFailures": []}
    assert len(shipments.history()) == 1
    (metrics,) = [line for line in log if "Processed" in line]
    counts = {
        name: sum(metrics[name]) for name in ("Received", "Processed", "Duplicates", "Rejected", "Failed")
    }
    assert counts == {"Received": 3, "Processed": 1, "Duplicates": 1, "Rejected": 1, "Failed": 0}
    assert (metrics["service"], metrics["environment"]) == ("shipments", "dev")
    assert metrics["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "gen/dev"


def test_the_log_of_a_message_that_failed_says_which_and_why_and_not_what_was_in_it() -> None:
    batch = {"Records": [message('{"detail": {"location": "secret"}}', message_id="m-1", receives=2)]}
    ((answer,), log) = run("handlers.shipments.processor", [batch], "http://127.0.0.1:9")
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    (line,) = [line for line in log if line.get("message") == "message failed"]
    assert (line["level"], line["correlation_id"], line["receives"]) == ("ERROR", "m-1", 2)
    assert line["error"] == "EndpointConnectionError"
    assert "secret" not in json.dumps(log)


def test_the_api_function_answers_and_counts(shipments: ShipmentsWorld, engine: str) -> None:
    shipments.send(message(wrapped(shipments.event())))
    event = proxy_event(
        "GET", "/shipments/{id}", path_parameters={"id": shipments.shipment}, caller=shipments.caller
    )
    ((answer,), log) = run("handlers.shipments.api", [event], engine)
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["shipment"]["shipment_id"] == shipments.shipment
    assert [line for line in log if "Requests" in line]


@pytest.mark.parametrize(
    ("module", "unused"),
    [
        ("handlers.shipments.api", ("boto3", "pydantic", "handlers.shipments.alerts")),
        (
            "handlers.shipments.processor",
            ("boto3", "pydantic", "handlers.common.api", "handlers.common.tokens"),
        ),
    ],
)
def test_a_function_imports_only_what_it_uses(module: str, unused: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*sorted(set({unused!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout.split() == []
