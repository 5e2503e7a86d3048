"""The real zips hold all that the functions need: they run where nothing else is installed but the SDK.

The embedded AWS runs functions where the same libraries are installed, so it would not miss a module.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3
import pytest

from generator import local
from generator.local.process import any_free_port
from generator.package import build

from .conftest import ROOT

REGION = "us-west-2"
API, STREAM = "handlers.items.api.handler", "handlers.items.stream.handler"
SITE = Path(boto3.__file__).parent.parent
PROGRAM = (Path(__file__).parent / "alone.py").read_text(encoding="utf-8")
# botocore's own needs. jmespath is not among them: the zips have to bring theirs.
SDK = {"botocore", "dateutil", "six", "urllib3"}


def repository_handlers() -> list[str]:
    """Every module of handlers/ that defines ``handler``, as a handler string."""
    return sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts) + ".handler"
        for path in (ROOT / "handlers").rglob("*.py")
        if re.search(r"^(def handler\(|handler\b.*=)", path.read_text(encoding="utf-8"), re.MULTILINE)
    )


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a function, whose AWS is an engine with the tables and the secret."""
    with local.running(tmp_path_factory.mktemp("alone") / "local", port=any_free_port()) as engine:
        login = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION}
        dynamodb = boto3.client("dynamodb", endpoint_url=engine.endpoint_url, **login)
        for table, index in (("items", ("owner", "created_at")), ("audit", ())):
            indexed = {"GlobalSecondaryIndexes": [index_of(*index)]} if index else {}
            dynamodb.create_table(
                TableName=table,
                KeySchema=keys("pk", "sk"),
                AttributeDefinitions=[
                    {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", *index)
                ],
                BillingMode="PAY_PER_REQUEST",
                **indexed,
            )
        secrets = boto3.client("secretsmanager", endpoint_url=engine.endpoint_url, **login)
        secrets.create_secret(Name="key", SecretString=json.dumps({"key": "k" * 64}))
        yield {
            "ALLOWED_ORIGINS": "https://example.com",
            "AUDIT_TABLE_NAME": "audit",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_ENDPOINT_URL": engine.endpoint_url,
            "AWS_LAMBDA_FUNCTION_NAME": "function",
            "AWS_REGION": REGION,
            "AWS_SECRET_ACCESS_KEY": "test",
            "MAX_BODY_BYTES": "65536",
            "OWNER_INDEX": "OwnerIndex",
            "POWERTOOLS_METRICS_NAMESPACE": "gen/dev",
            "POWERTOOLS_SERVICE_NAME": "items",
            "TABLE_NAME": "items",
            "TOKEN_SECRET_NAME": "key",
        }


def keys(*names: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=True)
    ]


def index_of(*names: str) -> dict[str, Any]:
    return {"IndexName": "OwnerIndex", "KeySchema": keys(*names), "Projection": {"ProjectionType": "ALL"}}


@pytest.fixture
def folder(tmp_path: Path, library_wheels: Path) -> Path:
    """An empty folder, beside one to build in."""
    shutil.copytree(library_wheels, tmp_path / "build" / "wheels")
    return tmp_path / "task"


def unpack(handler: str, folder: Path) -> Path:
    artifact = build([handler], source=ROOT, out=folder.parent / "build")[handler]
    assert artifact.notes == ()
    with zipfile.ZipFile(artifact.path) as archive:
        archive.extractall(folder)
    return folder


def run(
    handler: str, task: Path, environment: Mapping[str, str], events: Sequence[object]
) -> subprocess.CompletedProcess[str]:
    asked = {"task": str(task), "site": str(SITE), "handler": handler, "events": events}
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", PROGRAM],
        input=json.dumps(asked),
        env=dict(environment),
        cwd=task,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def result(done: subprocess.CompletedProcess[str], task: Path) -> list[Any]:
    """The answers of the handler, once it is sure that nothing but the SDK came from elsewhere."""
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told["elsewhere"]) <= SDK
    assert len(told["imported"]) == len(list(task.rglob("*.py"))) > 20
    answers: list[Any] = told["answers"]
    return answers


def request(method: str, resource: str, body: object = None, **headers: str) -> dict[str, Any]:
    """What API Gateway sends."""
    return {
        "resource": resource,
        "httpMethod": method,
        "headers": {"Content-Type": "application/json", **headers},
        "queryStringParameters": None,
        "pathParameters": None,
        "requestContext": {
            "requestId": "request",
            "path": f"/live{resource}",
            "identity": {"userArn": "arn:aws:iam::123456789012:user/somebody"},
        },
        "body": json.dumps(body) if body is not None else None,
        "isBase64Encoded": False,
    }


def test_the_api_answers_from_its_zip_alone(folder: Path, environment: dict[str, str]) -> None:
    task = unpack(API, folder)
    events = [
        request("POST", "/items", {"name": "Lamp", "attributes": {"n": 1.5}}, **{"Idempotency-Key": "key-1"}),
        request("POST", "/items", {"name": 7, "status": "?"}, **{"Idempotency-Key": "key-2"}),
        request("GET", "/items"),
        request("OPTIONS", "/items", Origin="https://example.com"),
        request("PUT", "/items"),
    ]
    done = run(API, task, environment, events)
    answers = result(done, task)
    assert [answer["statusCode"] for answer in answers] == [201, 422, 200, 204, 405], done.stderr
    assert [item["name"] for item in json.loads(answers[2]["body"])["items"]] == ["Lamp"]


def test_the_stream_function_writes_the_audit_trail_from_its_zip_alone(
    folder: Path, environment: dict[str, str]
) -> None:
    task = unpack(STREAM, folder)
    key = {"pk": {"S": "ITEM#1"}, "sk": {"S": "META"}}
    image = {
        **key,
        "owner": {"S": "somebody"},
        "status": {"S": "ACTIVE"},
        "version": {"N": "1"},
        "name": {"S": "Lamp"},
        "attributes": {"M": {}},
        "created_at": {"S": "2026-01-31T12:00:00.000000Z"},
        "updated_at": {"S": "2026-01-31T12:00:00.000000Z"},
    }
    records = [
        {
            "eventID": "e",
            "eventName": "INSERT",
            "dynamodb": {
                "Keys": key,
                "NewImage": new,
                "SequenceNumber": str(number),
                "ApproximateCreationDateTime": 1_770_000_000,
            },
        }
        for number, new in enumerate([image, key], 1)
    ]
    done = run(STREAM, task, environment, [{"Records": records}])
    assert result(done, task) == [{"batchItemFailures": []}]
    metrics = next(json.loads(line) for line in done.stderr.splitlines() if '"Rejected"' in line)
    assert (metrics["Processed"], metrics["Rejected"]) == ([1.0], [1.0])


@pytest.mark.parametrize(
    "missing",
    ["aws_lambda_powertools/logging/formatter.py", "fastjsonschema", "jmespath", "handlers/items/keys.py"],
)
def test_a_module_that_is_taken_out_is_missed(
    folder: Path, environment: dict[str, str], missing: str
) -> None:
    task = unpack(API, folder)
    path = task / missing
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    done = run(API, task, environment, [request("GET", "/items")])
    if (
        missing == "jmespath"
    ):  # botocore has one of its own; that is why ``result`` looks where modules are from
        assert "jmespath" in json.loads(done.stdout)["elsewhere"]
    else:
        assert "ModuleNotFoundError" in done.stderr
        assert done.returncode == 1


def test_every_handler_of_the_repository_is_tried() -> None:
    """In this file, or in that of its service beside it."""
    texts = [
        path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("test_alone*.py"))
    ]
    tried = "".join(texts)
    assert [handler for handler in repository_handlers() if f'"{handler}"' not in tried] == []
