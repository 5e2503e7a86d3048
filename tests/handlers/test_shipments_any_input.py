"""Whatever a message holds, and in whatever order messages come."""

from __future__ import annotations

import base64
import itertools
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.handlers import contract_support
from tests.handlers.items_support import AwsClients
from tests.handlers.shipments_support import CONTRACT, ShipmentsWorld, message, wrapped

BOUNDED = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
_numbers = itertools.count(1)
STATUSES: list[str] = CONTRACT["components"]["schemas"]["Status"]["enum"]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
TIMES = st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()) | st.from_regex(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,14})?(Z|[+-][0-9]{2}:[0-9]{2})",
    fullmatch=True,
)
MEMBERS = {
    "event_id": st.from_regex(r"[A-Za-z0-9._:-]{1,12}", fullmatch=True),
    "shipment_id": st.from_regex(r"[A-Za-z0-9._:-]{1,12}", fullmatch=True),
    "status": st.sampled_from(STATUSES),
    "occurred_at": TIMES,
    "carrier": st.text(st.characters(), min_size=1, max_size=20),
    "location": st.text(st.characters(), min_size=1, max_size=20),
}
NEARLY = st.fixed_dictionaries({name: sound | JSON for name, sound in MEMBERS.items()})
LIKELY = st.fixed_dictionaries({}, optional={**MEMBERS, "more": JSON})
DETAILS = (NEARLY | LIKELY | JSON).map(wrapped)
BODIES = (
    st.binary(max_size=200).map(lambda content: content.decode("latin-1"))
    | st.text(st.characters(exclude_categories=()), max_size=100)
    | JSON.map(json.dumps)
    | DETAILS
)


@BOUNDED
@given(body=BODIES, count=st.integers(0, 9).map(str) | st.text(max_size=5))
def test_any_message_is_recorded_or_kept_as_a_rejection(
    shipments_aws: AwsClients, body: str, count: str
) -> None:
    """S4.3."""
    world = ShipmentsWorld(shipments_aws)
    one = message(body, receives=count)
    assert world.send(one) == []
    outcomes = {name: world.counted[name] for name in ("Processed", "Duplicates", "Rejected")}
    assert sum(outcomes.values()) == 1
    for alert in world.topic.alerts:
        if alert["alert"] == "event rejected":
            assert world.rejection(alert["rejection_id"])["reason"]["S"]
    if outcomes["Processed"]:
        detail = json.loads(body)["detail"]
        states = {row["event_id"]["S"] for row in world.rows(detail["shipment_id"])}
        assert detail["event_id"] in states


MOMENTS = st.integers(0, 4).map(lambda minute: f"2026-01-31T12:0{minute}:00Z")
HISTORY = st.lists(
    st.fixed_dictionaries({"status": st.sampled_from([*STATUSES, "LOST"]), "occurred_at": MOMENTS}),
    min_size=1,
    max_size=7,
)


@BOUNDED
@given(history=HISTORY, data=st.data())
def test_any_order_and_any_repetition_of_events_ends_in_the_same_state(
    shipments_aws: AwsClients, history: list[dict[str, Any]], data: st.DataObject
) -> None:
    """S4.3, S4.5: duplicates, late events and events of one instant."""
    ends = []
    for _ in range(2):
        world = ShipmentsWorld(shipments_aws)
        events = [world.event(**one, event_id=f"e{number}") for number, one in enumerate(history)]
        repeated = data.draw(st.lists(st.sampled_from(events), max_size=4))
        order = data.draw(st.permutations([*events, *repeated]))
        sizes = data.draw(st.integers(1, 10))
        for start in range(0, len(order), sizes):
            batch = [message(wrapped(event)) for event in order[start : start + sizes]]
            assert world.send(*batch) == []
        ends.append((_ended(world), sorted(world.topic.titles)))
        assert world.counted["Processed"] == len(world.history())
        exceptions = [one for one in history if one["status"] in ("EXCEPTION", "LOST")]
        assert len(world.topic.alerts) == len(exceptions)
    (first, told), (second, told_again) = ends
    assert first == second
    assert len(told) == len(told_again)
    sound = [one for one in history if one["status"] != "LOST"]
    assert len(first) == len(sound) + bool(sound)


def _ended(world: ShipmentsWorld) -> list[dict[str, Any]]:
    passing = {"recorded_at", "alerted_at", "shipment_id"}
    return [{name: value for name, value in row.items() if name not in passing} for row in world.rows()]


OPERATIONS = [(path, method.upper()) for path, item in CONTRACT["paths"].items() for method in item]
QUERY = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(STATUSES) | st.text(max_size=12),
        "view": st.sampled_from(["reached", "current"]) | st.text(max_size=8),
        "from": TIMES | st.text(max_size=30),
        "to": TIMES | st.text(max_size=30),
        "limit": st.integers(-1, 120).map(str) | st.text(max_size=4),
        "next_token": st.text(max_size=60),
    },
)
REQUEST = st.fixed_dictionaries(
    {
        "operation": st.sampled_from(OPERATIONS),
        "query": QUERY,
        "id": MEMBERS["shipment_id"] | st.text(st.characters(exclude_categories=()), max_size=80),
        "headers": st.dictionaries(st.sampled_from(["Origin", "Content-Type", "X"]), st.text(max_size=20)),
        "body": st.none() | st.binary(max_size=50).map(lambda body: base64.b64encode(body).decode()),
        "caller": st.none() | st.text(max_size=20),
    }
)


@BOUNDED
@given(request=REQUEST)
def test_any_request_gets_an_answer_of_the_contract(
    shipments_aws: AwsClients, request: dict[str, Any]
) -> None:
    world = ShipmentsWorld(shipments_aws)
    path, method = request["operation"]
    event = contract_support.proxy_event(
        method,
        path,
        path_parameters={"id": request["id"]} if "{id}" in path else {},
        body=request["body"],
        headers=request["headers"],
        query=request["query"],
        caller=request["caller"],
    )
    answer = world.api().answer(event | {"isBase64Encoded": True}, request_id="lambda-1")
    assert contract_support.checked(CONTRACT, event, answer).status < 500
