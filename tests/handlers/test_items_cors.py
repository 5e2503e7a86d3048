from __future__ import annotations

import pytest

from tests.handlers.items_support import CONTRACT, ORIGIN, ItemsWorld

FOREIGN = [
    "https://example.com.evil.org",
    "https://EXAMPLE.com",
    "http://example.com",
    "https://example.com/",
    "https://a.example.com",
    "null",
    "*",
    "",
    f"{ORIGIN}, {ORIGIN}",
]


@pytest.mark.parametrize("path", CONTRACT["paths"])
@pytest.mark.parametrize("origin", [ORIGIN, "https://www.example.com"])
def test_a_preflight_of_an_allowed_origin_is_granted(items: ItemsWorld, path: str, origin: str) -> None:
    answer = items.send(items.event("OPTIONS", path, item_id="any", headers={"origin": origin}, caller=None))
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert answer.headers["Access-Control-Max-Age"] == "7200"
    allowed = set(answer.headers["Access-Control-Allow-Methods"].split(", "))
    assert allowed == {method.upper() for method in CONTRACT["paths"][path]} - {"OPTIONS"}
    assert {"Idempotency-Key", "If-Match", "Authorization"} <= set(
        answer.headers["Access-Control-Allow-Headers"].split(", ")
    )


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_preflight_of_a_foreign_origin_gets_no_permission(items: ItemsWorld, origin: str) -> None:
    answer = items.send(items.event("OPTIONS", "/items", headers={"Origin": origin}, caller=None))
    assert answer.status == 204
    assert answer.headers == {"Vary": "Origin"}


def test_an_answer_and_an_error_carry_the_allowed_origin(items: ItemsWorld) -> None:
    for query, status in (({"limit": "1"}, 200), ({"limit": "x"}, 400)):
        answer = items.list(query=query, headers={"Origin": ORIGIN})
        assert answer.status == status
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("origin", [*FOREIGN, None])
def test_an_answer_to_a_foreign_or_missing_origin_carries_none(items: ItemsWorld, origin: str | None) -> None:
    answer = items.list(headers={} if origin is None else {"Origin": origin})
    assert answer.status == 200
    assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert answer.headers["Vary"] == "Origin"


def test_an_origin_sent_twice_is_foreign(items: ItemsWorld) -> None:
    event = items.event("GET", "/items")
    event["multiValueHeaders"] = {"Origin": [ORIGIN], "origin": [ORIGIN]}
    assert "Access-Control-Allow-Origin" not in items.send(event).headers
