"""The functions as Lambda starts them, and everything that they let out: nothing of it is personal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.handlers.test_items_functions import ROOT, START, measured
from tests.handlers.users_support import ENVIRONMENT, NOBODY, UsersAws, UsersWorld, unique

# What is sent here stands nowhere else, so that a search for it means something.
EMAIL, NAME, PHONE = "zaphod.secretive@privacy.example", "Zaphod Secretive", "+4915553535353"
SAID = {"email": EMAIL, "name": NAME, "phone": PHONE, "locale": "de-AT"}
PERSONAL = ("zaphod", "secretive", "privacy.example", "15553535353", "de-at")


def run(module: str, events: list[dict[str, Any]], url: str, **more: str) -> tuple[list[Any], str]:
    """The answers, and everything else that the process wrote."""
    environment = ENVIRONMENT | {
        "ENVIRONMENT": "dev",
        "POWERTOOLS_SERVICE_NAME": "users",
        "POWERTOOLS_METRICS_NAMESPACE": "gen/dev",
        "POWERTOOLS_LOG_LEVEL": "DEBUG",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_REGION": "us-west-2",
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        **measured(),
        **more,
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
    rest = [line for line in lines if not line.startswith("ANSWER ")]
    return answers, "\n".join(rest) + done.stderr


def every_request(users: UsersWorld, user_id: str) -> dict[str, list[dict[str, Any]]]:
    """Requests of both functions, sound ones and broken ones, all of them full of personal data."""
    headers = {"Idempotency-Key": unique("private"), "If-Match": "*", "X-Who": EMAIL}

    def event(method: str, **more: Any) -> dict[str, Any]:
        return users.event(method, headers=headers | more.pop("headers", {}), **more)

    return {
        "handlers.users.write": [
            event("POST", body=SAID),
            event("POST", body=SAID),
            event("POST", body=SAID, headers={"Idempotency-Key": unique("private")}),
            event("POST", body={**SAID, EMAIL: EMAIL, "phone": NAME}),
            event("POST", body=f'{{"email": "{EMAIL}", '),
            event("POST", body=SAID, headers={"Content-Type": EMAIL}),
            event("POST", body=EMAIL * 1000),
            event("PUT", user_id=user_id, body=SAID),
            event("PATCH", user_id=user_id, body={"email": EMAIL, "locale": "xx-" + NAME}),
            event("PATCH", user_id=EMAIL, body=SAID),
            event("DELETE", user_id=user_id),
            event("GET", user_id=user_id),
        ],
        "handlers.users.read": [
            event("GET", query={"email": EMAIL}),
            event("GET", query={"email": NAME, "limit": EMAIL, "next_token": PHONE}),
            event("GET", query={EMAIL: EMAIL, "next_token": f"{EMAIL.replace('@', '').replace('.', '')}.x"}),
            event("GET", user_id=user_id),
            event("GET", user_id=EMAIL),
            event("GET", user_id=NOBODY, headers={"If-None-Match": NAME}),
            event("POST", body=SAID),
        ],
    }


def assert_nothing_personal(text: str) -> None:
    for word in PERSONAL:
        assert word not in text.lower()


@pytest.mark.parametrize("module", ["handlers.users.write", "handlers.users.read"])
@pytest.mark.parametrize("world", ["sound", "unreachable", "no table", "no settings"])
def test_nothing_that_was_sent_is_in_logs_metrics_or_tracebacks(
    users: UsersWorld, engine: str, module: str, world: str
) -> None:
    """S1.8: at log level DEBUG, with AWS answering, failing, and refusing with texts of its own."""
    url = "http://127.0.0.1:9" if world == "unreachable" else engine
    more = {"no settings": {"SETTINGS_PARAMETER_NAME": EMAIL}, "no table": with_settings(users.aws, "absent")}
    user_id = users.post().body["id"]
    answers, written = run(module, every_request(users, user_id)[module], url, **more.get(world, {}))
    assert len(answers) == len(every_request(users, user_id)[module])
    assert "request failed" in written or world == "sound"
    assert_nothing_personal(written)
    for answer in answers:
        if answer["statusCode"] >= 400:
            values = json.dumps(
                [error.get("detail") for error in json.loads(answer["body"]).get("errors", [])]
            )
            assert_nothing_personal(values + json.loads(answer["body"])["detail"])


def with_settings(aws: UsersAws, table: str) -> dict[str, str]:
    name = f"users-settings-{table}"
    text = json.dumps({"deleted_retention_days": 30, "status_index": "StatusIndex", "table_name": table})
    aws.parameters.put_parameter(Name=name, Type="String", Value=text, Overwrite=True)
    return {"SETTINGS_PARAMETER_NAME": name}


def test_a_log_line_tells_cause_and_place(users: UsersWorld, engine: str) -> None:
    event = users.event("GET", user_id=NOBODY)
    (answer,), written = run("handlers.users.read", [event], engine, **with_settings(users.aws, "absent"))
    assert answer["statusCode"] == 500
    (line,) = [json.loads(one) for one in written.splitlines() if "request failed" in one]
    assert line["level"] == "ERROR"
    assert line["error"] == "ResourceNotFoundException"
    assert line["aws_operation"] == "GetItem"
    assert line["aws_codes"] == ["ResourceNotFoundException"]
    assert any("handlers/users/store.py" in place for place in line["where"])
    assert line["correlation_id"] == "request-1"


def test_both_functions_answer_and_count(users: UsersWorld, engine: str) -> None:
    headers = {"Idempotency-Key": unique("function")}
    made = users.event("POST", body={"email": f"{unique('f')}@example.com", "name": "F"}, headers=headers)
    (created,), log = run("handlers.users.write", [made], engine)
    assert created["statusCode"] == 201
    read = users.event("GET", user_id=json.loads(created["body"])["id"])
    (shown, refused), more = run("handlers.users.read", [read, users.event("GET", user_id="x")], engine)
    assert (shown["body"], refused["statusCode"]) == (created["body"], 400)
    metrics = [json.loads(line) for line in (log + "\n" + more).splitlines() if '"Requests"' in line]
    assert [line["ClientErrors"] for line in metrics] == [[0.0], [0.0], [1.0]]
    assert {(line["service"], line["environment"]) for line in metrics} == {("users", "dev")}


@pytest.mark.parametrize(
    ("module", "unused"),
    [
        ("handlers.users.read", ("boto3", "handlers.users.writes", "handlers.items")),
        (
            "handlers.users.write",
            ("boto3", "handlers.users.reads", "handlers.common.tokens", "handlers.items"),
        ),
    ],
)
def test_a_function_imports_only_what_it_uses(module: str, unused: tuple[str, ...]) -> None:
    """S1.1."""
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
