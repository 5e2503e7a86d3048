from __future__ import annotations

from tests.handlers.items_support import Failing, Interrupted, ItemsWorld, client_error


def test_a_repeated_post_gets_the_first_answer_and_creates_nothing(items: ItemsWorld) -> None:
    first = items.post({"name": "a", "attributes": {"x": 1, "y": 2}}, key="once")
    again = items.post('{"attributes": {"y": 2.0, "x": 1}, "name": "a"}', key="once")
    assert again == first
    assert len(items.list().body["items"]) == 1


def test_the_first_answer_is_kept_though_the_item_has_changed(items: ItemsWorld) -> None:
    first = items.post({"name": "a"}, key="kept")
    items.change("DELETE", first.body["id"], if_match="*")
    assert items.post({"name": "a"}, key="kept") == first


def test_the_first_answer_is_kept_though_the_item_has_expired(items: ItemsWorld) -> None:
    body = {"name": "a", "ttl": int(items.clock.now.timestamp()) + 60}
    first = items.post(body, key="short-lived")
    items.clock.forward(minutes=2)
    assert items.post(body, key="short-lived") == first
    assert items.post({**body, "name": "b"}, key="short-lived").status == 422
    items.clock.forward(hours=24)
    assert items.post(body, key="short-lived").status == 422


def test_the_same_key_with_another_body_is_422(items: ItemsWorld) -> None:
    items.post({"name": "a"}, key="other-body")
    answer = items.post({"name": "b"}, key="other-body")
    assert answer.status == 422
    assert answer.body["type"] == "urn:problem:idempotency-key-reused"


def test_keys_of_different_callers_do_not_meet(items: ItemsWorld) -> None:
    first = items.post({"name": "a"}, key="shared")
    second = items.post(
        {"name": "b"}, key="shared", caller="arn:aws:iam::123456789012:user/b" + items.caller[-6:]
    )
    assert second.status == 201
    assert first.body["id"] != second.body["id"]


def test_a_key_is_free_again_after_a_day(items: ItemsWorld) -> None:
    first = items.post({"name": "a"}, key="daily")
    items.clock.forward(hours=25)
    second = items.post({"name": "b"}, key="daily")
    assert second.status == 201
    assert first.body["id"] != second.body["id"]


def test_two_requests_with_one_key_at_one_time_create_one_item(items: ItemsWorld) -> None:
    winner = []
    racing = Interrupted(
        items.aws.dynamodb,
        "transact_write_items",
        lambda: winner.append(items.post({"name": "a"}, key="race")),
    )
    loser = items.post({"name": "a"}, key="race", api=items.api_with(dynamodb=racing))
    assert loser == winner[0]
    assert len(items.list().body["items"]) == 1


def test_a_request_whose_forerunner_is_still_under_way_is_409(items: ItemsWorld) -> None:
    conflict = client_error("TransactionCanceledException", reasons=("None", "TransactionConflict"))
    api = items.api_with(dynamodb=Failing(items.aws.dynamodb, transact_write_items=conflict))
    assert items.post({"name": "a"}, api=api).status == 409


def test_a_record_that_vanishes_before_it_is_read_is_409(items: ItemsWorld) -> None:
    refused = client_error("TransactionCanceledException", reasons=("None", "ConditionalCheckFailed"))
    api = items.api_with(dynamodb=Failing(items.aws.dynamodb, transact_write_items=refused))
    assert items.post({"name": "a"}, api=api).status == 409


def test_a_refused_item_leaves_no_record_behind(items: ItemsWorld) -> None:
    assert items.post({"name": ""}, key="refused").status == 422
    assert items.post({"name": "a"}, key="refused").status == 201
