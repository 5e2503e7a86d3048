"""What the gateway refuses by itself, without a call of the function behind it."""

from __future__ import annotations

import pytest

from scripts.signed_http import Response
from tests.e2e.conftest import Deployed, eventually

pytestmark = pytest.mark.e2e

KEY = {"Idempotency-Key": "e2e-gateway"}
GATEWAY = "x-amzn-errortype"  # only the gateway's own answers carry it


def post(deployed: Deployed, content: bytes, headers: dict[str, str]) -> Response:
    return deployed.api.call(
        "POST", "/items", content, headers={"Content-Type": "application/json", **headers}
    )


def requests_seen(deployed: Deployed) -> list[str]:
    """Request ids of every call that the API's function has logged."""
    logs = deployed.client("logs")
    found: list[str] = []
    group = f"/aws/lambda/{deployed.outputs['ApiFunctionName']}"
    for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group):
        messages = [event["message"] for event in page["events"]]
        found += [message.split()[2] for message in messages if message.startswith("START ")]
    return found


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b'{"name":', KEY),
        (b"name", KEY),
        (b'[{"name":"Lamp"}]', KEY),
        (b'"name"', KEY),
        (b"null", KEY),
        (b"", KEY),
        (b'{"name":"Lamp"}', {}),
    ],
    ids=["cut off", "no JSON", "an array", "a string", "null", "nothing", "no Idempotency-Key"],
)
def test_the_gateway_refuses_what_is_no_request_and_the_function_never_hears_of_it(
    deployed: Deployed, content: bytes, headers: dict[str, str]
) -> None:
    before = len(requests_seen(deployed))
    refused = post(deployed, content, headers)
    assert refused.status == 400, refused.content
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers[GATEWAY] == "BadRequestException"
    assert refused.headers["cache-control"] == "no-store"
    assert (refused.json["status"], refused.json["title"]) == (400, "Bad Request")
    # The log is in order: once it has a later request, an earlier one would be there too.
    assert post(deployed, b'{"name":7}', KEY).status == 422
    eventually(lambda: len(requests_seen(deployed)) > before)
    assert len(requests_seen(deployed)) == before + 1


def test_the_gateway_names_the_header_that_is_missing(deployed: Deployed) -> None:
    refused = post(deployed, b'{"name":"Lamp"}', {})
    assert refused.json["detail"] == "Missing required request parameters: [Idempotency-Key]"


def test_what_breaks_a_rule_of_the_contract_is_answered_by_the_function_member_by_member(
    deployed: Deployed,
) -> None:
    refused = post(deployed, b'{"name":7}', KEY)
    assert refused.status == 422
    assert GATEWAY not in refused.headers
    assert [error["pointer"] for error in refused.json["errors"]] == ["/name"]


def test_a_patch_is_checked_by_the_gateway_in_both_of_its_content_types(deployed: Deployed) -> None:
    for kind in ("application/json", "application/merge-patch+json"):
        refused = deployed.api.call(
            "PATCH", "/items/any", b"[]", headers={"Content-Type": kind, "If-Match": "*"}
        )
        assert refused.status == 400, refused.content
        assert refused.headers[GATEWAY] == "BadRequestException"
