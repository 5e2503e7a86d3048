from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.handlers.items_support import Failing, ItemsWorld, client_error


def pages(items: ItemsWorld, **query: str) -> Iterator[list[str]]:
    token: dict[str, str] = {}
    while True:
        answer = items.list(query=query | token)
        assert answer.status == 200
        yield [item["name"] for item in answer.body["items"]]
        if "next_token" not in answer.body:
            return
        token = {"next_token": answer.body["next_token"]}


def fill(items: ItemsWorld, count: int, *, statuses: tuple[str, ...] = ("ACTIVE",)) -> list[str]:
    for number in range(count):
        assert (
            items.post({"name": f"item-{number}", "status": statuses[number % len(statuses)]}).status == 201
        )
    return [f"item-{number}" for number in reversed(range(count))]


def test_the_list_of_a_new_caller_is_empty(items: ItemsWorld) -> None:
    assert items.list().body == {"items": []}


def test_every_item_is_on_one_page_newest_first(items: ItemsWorld) -> None:
    names = fill(items, 7)
    found = list(pages(items, limit="3"))
    assert [name for page in found for name in page] == names
    assert [len(page) for page in found][:2] == [3, 3]


@pytest.mark.parametrize("limit", ["1", "2", "5", "100"])
def test_a_status_filter_keeps_the_pages_full_and_loses_nothing(items: ItemsWorld, limit: str) -> None:
    names = fill(items, 9, statuses=("ACTIVE", "INACTIVE", "ARCHIVED"))
    found = list(pages(items, limit=limit, status="INACTIVE"))
    assert [name for page in found for name in page] == [name for name in names if int(name[5:]) % 3 == 1]
    assert all(len(page) == int(limit) for page in found[:-1])


class Counting:
    """A client that counts queries, and lets each of them look at two items only."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.queries = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def query(self, **arguments: Any) -> Any:
        self.queries += 1
        return self._client.query(**{**arguments, "Limit": 2})


def test_a_page_reads_on_for_a_filter_but_not_without_end(items: ItemsWorld) -> None:
    fill(items, 1, statuses=("ARCHIVED",))
    fill(items, 14)
    client = Counting(items.aws.dynamodb)
    api = items.api_with(dynamodb=client)
    first = items.send(items.event("GET", "/items", query={"status": "ARCHIVED"}), api=api)
    assert client.queries == 5
    assert first.body["items"] == []
    token = first.body["next_token"]
    second = items.send(
        items.event("GET", "/items", query={"status": "ARCHIVED", "next_token": token}), api=api
    )
    assert [item["status"] for item in second.body["items"]] == ["ARCHIVED"]


def test_the_limit_may_differ_from_page_to_page(items: ItemsWorld) -> None:
    names = fill(items, 5)
    first = items.list(query={"limit": "2"})
    rest = items.list(query={"limit": "100", "next_token": first.body["next_token"]})
    assert [item["name"] for item in first.body["items"] + rest.body["items"]] == names


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.0", "x", "", "\u0663", "9" * 5000])
def test_a_limit_out_of_bounds_is_400(items: ItemsWorld, limit: str) -> None:
    answer = items.list(query={"limit": limit})
    assert answer.status == 400
    assert {error["parameter"] for error in answer.body["errors"]} == {"limit"}


def test_every_parameter_that_is_wrong_is_named(items: ItemsWorld) -> None:
    answer = items.list(query={"limit": "0", "status": "active", "next_token": "a?b"})
    assert [error["parameter"] for error in answer.body["errors"]] == ["status", "limit", "next_token"]


def test_a_parameter_sent_twice_is_400(items: ItemsWorld) -> None:
    event = items.event("GET", "/items")
    event["multiValueQueryStringParameters"] = {"limit": ["1", "2"]}
    assert items.send(event).status == 400


def test_parameters_of_a_presigned_request_are_left_alone(items: ItemsWorld) -> None:
    assert items.list(query={"X-Amz-Signature": "abc"}).status == 200


def test_a_token_that_was_changed_is_400(items: ItemsWorld) -> None:
    fill(items, 3)
    token = items.list(query={"limit": "1"}).body["next_token"]
    payload, signature = token.split(".")
    forged = [f"{payload}x.{signature}", f"{payload}.{signature[:-2]}", f"{signature}.{payload}", "a.b"]
    for each in forged:
        answer = items.list(query={"next_token": each})
        assert answer.status == 400
        assert answer.body["type"] == "urn:problem:invalid-page-token"


def test_a_token_of_another_caller_or_filter_is_400(items: ItemsWorld) -> None:
    fill(items, 3)
    token = items.list(query={"limit": "1"}).body["next_token"]
    assert (
        items.list(query={"next_token": token}, caller="arn:aws:iam::123456789012:user/thief").status == 400
    )
    assert items.list(query={"next_token": token, "status": "ACTIVE"}).status == 400
    assert items.list(query={"next_token": token}).status == 200


def test_a_token_expires_after_an_hour(items: ItemsWorld) -> None:
    fill(items, 3)
    token = items.list(query={"limit": "1"}).body["next_token"]
    items.clock.forward(minutes=59)
    assert items.list(query={"next_token": token}).status == 200
    items.clock.forward(minutes=2)
    assert items.list(query={"next_token": token}).status == 400


@pytest.mark.parametrize(
    ("code", "status"),
    [("AccessDeniedException", 500), ("ThrottlingException", 429), ("InternalServiceError", 503)],
)
def test_a_secret_that_cannot_be_read_fails_as_a_table_does(
    items: ItemsWorld, code: str, status: int
) -> None:
    fill(items, 2)
    api = items.api_with(secrets=Failing(items.aws.secrets, get_secret_value=client_error(code)))
    assert items.send(items.event("GET", "/items", query={"limit": "1"}), api=api).status == status
    assert items.send(items.event("GET", "/items", query={"limit": "2"}), api=api).status in {200, status}
