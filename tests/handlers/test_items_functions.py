"""The functions as Lambda starts them: settings from the environment, clients of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.handlers.items_support import AUDIT_TABLE, ENVIRONMENT, AwsClients, ItemsWorld

ROOT = Path(__file__).parents[2]
START = """
import json, sys
from types import SimpleNamespace
from {module} import handler
context = SimpleNamespace(
    function_name="f", memory_limit_in_mb=256, invoked_function_arn="arn", aws_request_id="lambda-1"
)
for event in json.load(sys.stdin):
    print("ANSWER " + json.dumps(handler(event, context)))
"""


def measured() -> dict[str, str]:
    """What coverage.py leaves in the environment, so that the process is measured where this one is."""
    return {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}


def run(module: str, events: list[dict[str, Any]], engine: str) -> tuple[list[Any], list[dict[str, Any]]]:
    """Return the answers, and the lines of the log as JSON."""
    environment = ENVIRONMENT | {
        "AUDIT_TABLE_NAME": AUDIT_TABLE,
        "ENVIRONMENT": "dev",
        "POWERTOOLS_SERVICE_NAME": "items",
        "POWERTOOLS_METRICS_NAMESPACE": "Items",
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_REGION": "us-west-2",
        "AWS_ENDPOINT_URL": engine,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        **measured(),
    }
    program = [sys.executable, "-c", START.format(module=module)]
    done = subprocess.run(
        program,
        input=json.dumps(events),
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    answers = [json.loads(line.removeprefix("ANSWER ")) for line in lines if line.startswith("ANSWER ")]
    return answers, [json.loads(line) for line in lines if not line.startswith("ANSWER ")]


def test_the_api_function_answers_and_counts(items: ItemsWorld, engine: str, aws: AwsClients) -> None:
    headers = {"Idempotency-Key": f"function-{items.caller[-5:]}"}
    made = items.event("POST", "/items", body={"name": "a"}, headers=headers)
    ((created, refused), log) = run(
        "handlers.items.api", [made, items.event("GET", "/items/{id}", item_id="x")], engine
    )
    assert created["statusCode"] == 201
    assert json.loads(created["body"])["owner"] == items.caller
    assert refused["statusCode"] == 400
    metrics = [line for line in log if "Requests" in line]
    assert [line["ClientErrors"] for line in metrics] == [[0.0], [1.0]]
    assert {(line["service"], line["environment"]) for line in metrics} == {("items", "dev")}
    assert [line for line in log if "ColdStart" in line]


def test_the_log_of_a_failure_has_the_correlation_id_and_the_answer_does_not_have_the_cause(
    items: ItemsWorld, engine: str
) -> None:
    event = items.event("GET", "/items/{id}", item_id="00000000-0000-4000-8000-000000000000")
    ((answer,), log) = run("handlers.items.api", [event], "http://127.0.0.1:9")
    assert answer["statusCode"] == 503
    assert "127.0.0.1" not in answer["body"]
    (line,) = [line for line in log if line.get("message") == "request failed"]
    assert (line["level"], line["correlation_id"], line["status"]) == ("WARNING", "request-1", 503)


def test_the_stream_function_writes_the_audit_trail(engine: str, aws: AwsClients) -> None:
    image = {"owner": {"S": "fn"}, "status": {"S": "ACTIVE"}, "version": {"N": "1"}}
    keys = {"pk": {"S": "ITEM#function"}, "sk": {"S": "META"}}
    record = {"eventName": "INSERT", "dynamodb": {"Keys": keys, "SequenceNumber": "7", "NewImage": image}}
    ((answer,), log) = run("handlers.items.stream", [{"Records": [record]}], engine)
    assert answer == {"batchItemFailures": []}
    row = aws.dynamodb.get_item(TableName=AUDIT_TABLE, Key={"pk": keys["pk"], "sk": {"S": "7".zfill(40)}})
    assert row["Item"]["kind"]["S"] == "CREATED"
    (metrics,) = [line for line in log if "Processed" in line]
    assert (metrics["Processed"], metrics["Duplicates"], metrics["Rejected"]) == ([1.0], [0.0], [0.0])


@pytest.mark.parametrize(
    ("module", "unused"),
    [
        (
            "handlers.items.api",
            ("boto3", "pydantic", "aws_lambda_powertools.event_handler", "handlers.items.audit"),
        ),
        (
            "handlers.items.stream",
            ("boto3", "fastjsonschema", "handlers.common.http", "handlers.items.service"),
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
