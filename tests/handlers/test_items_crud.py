from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.handlers.items_support import Interrupted, ItemsWorld

LAMP = {
    "name": "Desk lamp",
    "description": "With a long arm.",
    "attributes": {"colour": "green", "watts": 7.5},
}


def test_post_creates_an_item_and_says_where_it_is(items: ItemsWorld) -> None:
    made = items.post(LAMP)
    assert made.status == 201
    assert made.headers["Location"] == f"/live/items/{made.body['id']}"
    assert made.headers["ETag"] == '"1"'
    assert made.body["owner"] == items.caller
    assert made.body["status"] == "ACTIVE"
    assert made.body["version"] == 1
    assert made.body["created_at"] == made.body["updated_at"]
    assert items.get(made.body["id"]).text == made.text


def test_numbers_keep_every_digit(items: ItemsWorld) -> None:
    digits = "12345678901234567890123456789.123456789"
    attributes = '"b":1E+125,"c":1.10,"d":-1e-130,"e":-0.0,"f":100,"g":1e2'
    sent = f'{{"name":"n","attributes":{{"a":{digits},{attributes}}}}}'
    made = items.post(sent)
    assert made.status == 201
    shown = json.loads(items.get(made.body["id"]).text, parse_float=str, parse_int=str)["attributes"]
    assert shown == {"a": digits, "b": "1E+125", "c": "1.1", "d": "-1E-130", "e": "0", "f": "100", "g": "100"}
    assert items.get(made.body["id"]).text == made.text


def test_text_of_every_script_comes_back_as_it_was(items: ItemsWorld) -> None:
    made = items.post({"name": "Lämp 灯 \U0001f4a1", "attributes": {"on": True}})
    assert items.get(made.body["id"]).body["name"] == "Lämp 灯 \U0001f4a1"


def test_a_body_in_base64_is_decoded(items: ItemsWorld) -> None:
    event = items.event("POST", "/items", body="x", headers={"Idempotency-Key": f"b64-{items.caller[-4:]}"})
    event |= {"body": base64.b64encode('{"name":"Lämp"}'.encode()).decode(), "isBase64Encoded": True}
    assert items.send(event).body["name"] == "Lämp"


@pytest.mark.parametrize("tags", ['"1"', 'W/"1"', '"0", "1"', "*", '"0" , W/"1",'])
def test_get_answers_304_for_a_copy_that_is_current(items: ItemsWorld, tags: str) -> None:
    made = items.post(LAMP)
    answer = items.get(made.body["id"], headers={"If-None-Match": tags})
    assert answer.status == 304
    assert answer.headers["ETag"] == '"1"'


def test_get_answers_200_for_a_copy_that_is_stale(items: ItemsWorld) -> None:
    made = items.post(LAMP)
    assert items.get(made.body["id"], headers={"If-None-Match": '"2"'}).status == 200


def test_put_replaces_what_callers_write_and_nothing_else(items: ItemsWorld) -> None:
    made = items.post({**LAMP, "status": "ARCHIVED", "ttl": 2_000_000_000})
    put = items.change("PUT", made.body["id"], {"name": "Floor lamp"}, if_match='"1"')
    assert put.status == 200
    assert put.headers["ETag"] == '"2"'
    kept = {name: made.body[name] for name in ("id", "owner", "created_at")}
    assert put.body == {
        **kept,
        "name": "Floor lamp",
        "status": "ACTIVE",
        "attributes": {},
        "version": 2,
        "updated_at": put.body["updated_at"],
    }
    assert put.body["updated_at"] > made.body["updated_at"]
    assert items.get(made.body["id"]).text == put.text


@pytest.mark.parametrize("media_type", ["application/json", "application/merge-patch+json; charset=UTF-8"])
def test_patch_merges_as_rfc_7396_says(items: ItemsWorld, media_type: str) -> None:
    made = items.post({**LAMP, "ttl": 2_000_000_000})
    patch = {
        "description": None,
        "attributes": {"colour": None, "height": 2},
        "ttl": None,
        "status": "INACTIVE",
    }
    answer = items.change("PATCH", made.body["id"], patch, if_match="*", headers={"Content-Type": media_type})
    assert answer.status == 200
    assert answer.body["attributes"] == {"watts": 7.5, "height": 2}
    assert answer.body["status"] == "INACTIVE"
    assert answer.body["name"] == "Desk lamp"
    assert not {"description", "ttl"} & answer.body.keys()
    assert items.get(made.body["id"]).text == answer.text


def test_patch_with_null_returns_a_member_to_its_default(items: ItemsWorld) -> None:
    made = items.post({**LAMP, "status": "ARCHIVED"})
    answer = items.change("PATCH", made.body["id"], {"status": None, "attributes": None}, if_match='"1"')
    assert (answer.body["status"], answer.body["attributes"]) == ("ACTIVE", {})


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"name": None}, "/name"),
        ({"attributes": "text"}, "/attributes"),
        ({"attributes": {"a": {"b": 1}}}, "/attributes/a"),
        ({"ttl": 5}, "/ttl"),
        ({"colour": "green"}, "/colour"),
        ({}, ""),
    ],
)
def test_patch_whose_result_breaks_a_rule_is_422(
    items: ItemsWorld, patch: dict[str, Any], pointer: str
) -> None:
    made = items.post(LAMP)
    answer = items.change("PATCH", made.body["id"], patch, if_match='"1"')
    assert answer.status == 422
    assert [error["pointer"] for error in answer.body["errors"]] == [pointer]
    assert items.get(made.body["id"]).text == made.text


def test_delete_removes_the_item(items: ItemsWorld) -> None:
    made = items.post(LAMP)
    assert items.change("DELETE", made.body["id"], if_match='"1"').status == 204
    assert items.get(made.body["id"]).status == 404
    assert items.change("DELETE", made.body["id"], if_match='"1"').status == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("if_match", "status"),
    [(None, 428), ('"2"', 412), ('W/"1"', 412), ("1", 400), ('"1', 400), (",", 400), ('"1" "2"', 400)],
)
def test_a_write_needs_the_etag_of_the_version_that_it_changes(
    items: ItemsWorld, method: str, if_match: str | None, status: int
) -> None:
    made = items.post(LAMP)
    body = None if method == "DELETE" else {"name": "other"}
    assert items.change(method, made.body["id"], body, if_match=if_match).status == status
    assert items.get(made.body["id"]).text == made.text


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_absent_and_somebody_elses_are_the_same_404(items: ItemsWorld, method: str) -> None:
    theirs = items.post(LAMP, caller="arn:aws:iam::123456789012:user/somebody-else").body["id"]
    absent = "00000000-0000-4000-8000-000000000000"
    body = {"name": "mine"} if method in {"PUT", "PATCH"} else None
    answers = [items.change(method, item_id, body, if_match='"1"') for item_id in (theirs, absent)]
    assert answers[0].status == 404
    assert answers[0].text == answers[1].text


def test_an_expired_item_is_absent_before_dynamodb_deletes_it(items: ItemsWorld) -> None:
    made = items.post({**LAMP, "ttl": int(items.clock.now.timestamp()) + 60})
    assert items.get(made.body["id"]).status == 200
    items.clock.forward(seconds=61)
    assert items.get(made.body["id"]).status == 404
    assert items.list().body == {"items": []}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(("if_match", "status"), [('"1"', 412), ("*", 409)])
def test_no_update_is_lost_when_two_writers_meet(
    items: ItemsWorld, method: str, if_match: str, status: int
) -> None:
    made = items.post(LAMP)
    call = "transact_write_items"

    def the_other_writer() -> None:
        assert items.change("PUT", made.body["id"], {"name": "first"}, if_match='"1"').status == 200

    racing = items.api_with(dynamodb=Interrupted(items.aws.dynamodb, call, the_other_writer))
    body = None if method == "DELETE" else {"name": "second"}
    assert items.change(method, made.body["id"], body, if_match=if_match, api=racing).status == status
    assert items.get(made.body["id"]).body["name"] == "first"


def test_an_item_written_by_a_later_release_can_be_read(items: ItemsWorld) -> None:
    made = items.post(LAMP)
    items.aws.dynamodb.update_item(
        TableName="items",
        Key={"pk": {"S": f"ITEM#{made.body['id']}"}, "sk": {"S": "META"}},
        UpdateExpression="SET later = :x",
        ExpressionAttributeValues={":x": {"S": "new"}},
    )
    assert items.get(made.body["id"]).text == made.text


def test_health_reads_the_table(items: ItemsWorld) -> None:
    answer = items.send(items.event("GET", "/health", caller=None))
    assert (answer.status, answer.body) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"
