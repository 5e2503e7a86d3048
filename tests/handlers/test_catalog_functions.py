"""The function as Lambda starts it: settings from the environment, clients of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.handlers.catalog_support import ENVIRONMENT, SAID, CatalogWorld, new_sku
from tests.handlers.test_items_functions import START, measured

ROOT = Path(__file__).parents[2]


def run(events: list[dict[str, Any]], engine: str) -> tuple[list[Any], list[dict[str, Any]]]:
    """Return the answers, and the lines of the log as JSON."""
    environment = ENVIRONMENT | {
        "ENVIRONMENT": "dev",
        "POWERTOOLS_SERVICE_NAME": "catalog",
        "POWERTOOLS_METRICS_NAMESPACE": "gen/dev",
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
    done = subprocess.run(
        [sys.executable, "-c", START.format(module="handlers.catalog.api")],
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


def test_the_function_answers_and_counts(catalog: CatalogWorld, engine: str) -> None:
    sku = new_sku()
    create = catalog.event(
        "POST", "/products", body={"sku": sku, **SAID}, headers={"Idempotency-Key": f"function-{sku}"}
    )
    events = [create, catalog.event("GET", "/products/{sku}", sku="x"), catalog.event("GET", "/products")]
    ((created, refused, listed), log) = run(events, engine)
    assert [one["statusCode"] for one in (created, refused, listed)] == [201, 400, 200]
    assert catalog.get(sku).text == created["body"]
    metrics = [line for line in log if "Requests" in line]
    assert [line["ClientErrors"] for line in metrics] == [[0.0], [1.0], [0.0]]
    assert {(line["service"], line["environment"]) for line in metrics} == {("catalog", "dev")}
    assert [line for line in log if "ColdStart" in line]


def test_the_log_of_a_failure_has_the_correlation_id_and_the_answer_does_not_have_the_cause(
    catalog: CatalogWorld,
) -> None:
    """S2.10."""
    ((answer,), log) = run([catalog.event("GET", "/products/{sku}", sku="A")], "http://127.0.0.1:9")
    assert answer["statusCode"] == 503
    assert "127.0.0.1" not in answer["body"]
    (line,) = [line for line in log if line.get("message") == "request failed"]
    assert (line["level"], line["correlation_id"], line["status"]) == ("WARNING", "request-1", 503)


def test_the_function_imports_only_what_it_uses() -> None:
    unused = ("boto3", "pydantic", "aws_lambda_powertools.event_handler", "handlers.items.service")
    code = f"import sys, handlers.catalog.api; print(*sorted(set({unused!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout.split() == []
