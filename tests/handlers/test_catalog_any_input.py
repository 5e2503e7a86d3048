"""Whatever comes in, a documented answer goes out."""

from __future__ import annotations

import base64
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.handlers.catalog_support import CONTRACT, SAID, CatalogWorld, checked
from tests.handlers.test_items_any_input import JSON

BOUNDED = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
OPERATIONS = [(path, method.upper()) for path, item in CONTRACT["paths"].items() for method in item]
SKUS = st.sampled_from(["ANY", "ANY-2", "ABSENT"])
LIKELY = st.fixed_dictionaries(
    {},
    optional={
        "sku": SKUS | JSON,
        "name": st.just("a") | JSON,
        "description": JSON,
        "category": st.just("any") | JSON,
        "price": st.just(SAID["price"]) | st.dictionaries(st.sampled_from(["amount", "currency"]), JSON),
        "available": st.booleans() | JSON,
    },
)
BODIES = st.binary(max_size=200) | (JSON | LIKELY).map(lambda value: json.dumps(value).encode())
HEADER_NAMES = ("Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Origin", "Content-Encoding")
HEADERS = st.dictionaries(
    st.sampled_from(HEADER_NAMES) | st.text(max_size=10),
    st.sampled_from(["application/json", "*", '"1"', "https://example.com", "key", "W/,"])
    | st.text(max_size=30),
    max_size=6,
)
QUERY = st.dictionaries(
    st.sampled_from(["category", "limit", "next_token"]) | st.text(max_size=8),
    st.text(max_size=20),
    max_size=4,
)
REQUEST = st.fixed_dictionaries(
    {
        "operation": st.sampled_from(OPERATIONS),
        "body": BODIES,
        "headers": HEADERS,
        "query": QUERY,
        "repeated": st.lists(st.text(max_size=10), max_size=2),
        "is_base64": st.booleans(),
        "sku": SKUS | st.text(max_size=70),
    }
)


@given(request=REQUEST)
@BOUNDED
def test_any_request_gets_a_documented_answer(catalog: CatalogWorld, request: dict[str, Any]) -> None:
    (path, method), body, is_base64 = request["operation"], request["body"], request["is_base64"]
    sound = {"Content-Type": "application/json", "Idempotency-Key": "any", "If-Match": "*"}
    headers = sound | request["headers"]
    text = base64.b64encode(body).decode() if is_base64 else body.decode("utf-8", errors="replace")
    event = catalog.event(method, path, sku=request["sku"], headers=headers, query=request["query"])
    for values in (event["multiValueQueryStringParameters"] or {}).values():
        values.extend(request["repeated"])
    event |= {"body": text, "isBase64Encoded": is_base64}
    assert checked(event, catalog.api.answer(event, request_id="r")).status < 500


@given(patch=LIKELY)
@BOUNDED
def test_any_patch_of_a_product_gets_a_documented_answer(
    catalog: CatalogWorld, patch: dict[str, Any]
) -> None:
    made = catalog.made(description="to be changed")
    answer = catalog.change("PATCH", made.body["sku"], patch, if_match='"1"')
    assert answer.status in {200, 400, 422}
    assert catalog.get(made.body["sku"]).text == (answer.text if answer.status == 200 else made.text)


@given(
    event=st.dictionaries(
        st.sampled_from(
            [
                "headers",
                "requestContext",
                "body",
                "httpMethod",
                "resource",
                "pathParameters",
                "queryStringParameters",
                "multiValueHeaders",
                "multiValueQueryStringParameters",
            ]
        ),
        JSON,
    ),
    route=st.none() | st.sampled_from(OPERATIONS),
)
@BOUNDED
def test_an_event_of_any_shape_is_answered(
    catalog: CatalogWorld, event: dict[str, Any], route: tuple[str, str] | None
) -> None:
    if route:
        event |= {"resource": route[0], "httpMethod": route[1]}
    assert 200 <= catalog.api.answer(event, request_id="r")["statusCode"] < 500
