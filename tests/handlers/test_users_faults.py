"""The fault matrix: every AWS call of every operation meets every fault, and nothing is lost or doubled.

After the fault the caller does what callers do: sends the same request again, to a new container.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.handlers.contract_support import Answer
from tests.handlers.users_faults import (
    ALWAYS_FAILED,
    ALWAYS_THROTTLED,
    ANSWER_LOST,
    DENIED,
    DIED_AFTER,
    FAULTS,
    NEVER_REACHABLE,
    ContainerDiedError,
    Fault,
    Wire,
)
from tests.handlers.users_support import UsersAws, UsersWorld, address, unique

GET, QUERY, WRITE = "dynamodb.GetItem", "dynamodb.Query", "dynamodb.TransactWriteItems"
SETTINGS, SECRET = "ssm.GetParameter", "secretsmanager.GetSecretValue"
LASTING = {ALWAYS_THROTTLED: 429, ALWAYS_FAILED: 503, NEVER_REACHABLE: 503, DENIED: 500}


@dataclass(frozen=True)
class Request:
    """One request of a caller, which is the same each time it is sent, and a user that exists before."""

    method: str
    user: dict[str, Any]
    body: dict[str, Any] | None
    headers: dict[str, str]
    query: dict[str, str] | None = None

    def send(self, users: UsersWorld) -> Answer:
        user_id = None if self.method == "POST" or self.query else self.user["id"]
        return users.send(
            users.event(self.method, user_id=user_id, body=self.body, headers=self.headers, query=self.query)
        )


def creating(users: UsersWorld) -> Request:
    body = {"email": address("new"), "name": "New"}
    return Request("POST", {}, body, {"Idempotency-Key": unique("key")})


def replacing(users: UsersWorld) -> Request:
    return Request("PUT", users.post().body, {"email": address("new"), "name": "New"}, {"If-Match": '"1"'})


def patching(users: UsersWorld) -> Request:
    return Request("PATCH", users.post().body, {"name": "New"}, {"If-Match": '"1"'})


def deleting(users: UsersWorld) -> Request:
    return Request("DELETE", users.post().body, None, {"If-Match": '"1"'})


def reading(users: UsersWorld) -> Request:
    return Request("GET", users.post().body, None, {})


def finding(users: UsersWorld) -> Request:
    user = users.post().body
    return Request("GET", user, None, {}, {"email": user["email"]})


def listing(users: UsersWorld) -> Request:
    users.post()
    return Request("GET", users.post().body, None, {}, {"limit": "1"})


Make = Callable[[UsersWorld], Request]
CALLS: dict[Make, tuple[str, ...]] = {
    creating: (SETTINGS, WRITE),
    replacing: (SETTINGS, GET, WRITE),
    patching: (SETTINGS, GET, WRITE),
    deleting: (SETTINGS, GET, WRITE),
    reading: (SETTINGS, GET),
    finding: (SETTINGS, GET),
    listing: (SETTINGS, QUERY, SECRET),
}
MATRIX = [
    pytest.param(make, call, fault, id=f"{make.__name__}-{call}-{fault}")
    for make, calls in CALLS.items()
    for call in calls
    for fault in FAULTS
]
WRITES = [make for make in CALLS if WRITE in CALLS[make]]


@pytest.fixture(scope="module")
def clients(engine: str, users_aws: UsersAws) -> Wire:
    """One for all tests: clients take longer to make than a test to run."""
    return Wire(engine)


@pytest.fixture
def wire(clients: Wire) -> Wire:
    clients.heal()
    clients.calls.clear()
    return clients


def container(wire: Wire, users: UsersWorld) -> UsersWorld:
    """A new container of both functions, for the same caller at the same time."""
    fresh = UsersWorld(wire.aws, clock=users.clock)
    fresh.caller = users.caller
    return fresh


def people(rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:
    """The profiles that a request was about, by all addresses that it names."""
    emails = {one["email"] for one in (request.user, request.body or {}) if "email" in one}
    return [row for row in rows if row["sk"]["S"] == "PROFILE" and row["email"]["S"] in emails]


@pytest.mark.parametrize(("make", "call", "fault"), MATRIX)
def test_a_fault_ends_with_a_documented_status_and_nothing_is_lost_or_doubled(
    users: UsersWorld, wire: Wire, make: Make, call: str, fault: Fault
) -> None:
    """Documented: `send` holds each answer against the contract."""
    request = make(users)
    wire.strike(call, fault)
    try:
        struck = request.send(container(wire, users))
    except ContainerDiedError:
        struck = None
    if struck is not None and fault in LASTING:
        assert struck.status == LASTING[fault]
    elif struck is not None and not fault.always:
        assert struck.status < 300, "one fault is not enough to be noticed"
    wire.heal()
    again = request.send(container(wire, users))
    done = struck is not None and struck.status < 300
    if request.method == "POST":
        assert again.status == 201
        assert struck is None or not done or struck.text == again.text, "the first answer again"
    elif request.method in {"PUT", "PATCH", "DELETE"}:
        # Whoever does not know whether the first one was done learns it from the version.
        assert again.status in ({412, 404} if done else {200, 204, 412, 404})
    else:
        assert again.status == 200
    settled(users, request)


def settled(users: UsersWorld, request: Request) -> None:
    """The table holds the request's effect exactly once, and each address has its one guard."""
    rows = users.rows()
    (profile,) = people(rows, request)
    user_id, version = profile["id"]["S"], int(profile["version"]["N"])
    deleted = request.method == "DELETE"
    assert profile["status"]["S"] == ("DELETED" if deleted else "ACTIVE")
    assert version == {"POST": 1, "GET": 1}.get(request.method, 2)
    guards = [row for row in rows if row.get("user_id") == {"S": user_id}]
    assert len(guards) == (0 if deleted else 1)
    if request.body:
        assert {name: profile[name]["S"] for name in request.body} == request.body
    if not deleted:
        assert [user["id"] for user in users.found(profile["email"]["S"])] == [user_id]


@pytest.mark.parametrize("make", WRITES)
def test_a_write_whose_answer_is_lost_is_recognised_when_botocore_sends_it_again(
    users: UsersWorld, wire: Wire, make: Make
) -> None:
    """Without a ClientRequestToken the second one would meet the first one's version: 412 for one's own."""
    request = make(users)
    wire.strike(WRITE, ANSWER_LOST)
    answer = request.send(container(wire, users))
    assert answer.status in {200, 201, 204}
    assert wire.calls[WRITE] == 2
    settled(users, request)


def test_a_container_that_dies_after_a_create_leaves_its_answer_for_the_next_one(
    users: UsersWorld, wire: Wire
) -> None:
    request = creating(users)
    wire.strike(WRITE, DIED_AFTER)
    with pytest.raises(ContainerDiedError):
        request.send(container(wire, users))
    (profile,) = people(users.rows(), request)
    again = request.send(container(wire, users))
    assert (again.status, again.body["id"]) == (201, profile["id"]["S"])


def test_a_container_asks_for_settings_and_keys_once(users: UsersWorld, wire: Wire) -> None:
    here = container(wire, users)
    for _ in range(3):
        assert listing(here).send(here).status == 200
    assert (wire.calls[SETTINGS], wire.calls[SECRET]) == (2, 2), "each function its settings; both keys"


@pytest.mark.parametrize("fault", LASTING)
def test_health_is_503_whatever_the_reason(users: UsersWorld, wire: Wire, fault: Fault) -> None:
    wire.strike(GET, fault)
    here = container(wire, users)
    answer = here.send(here.event("GET", "/health", caller=None))
    assert (answer.status, answer.body["type"]) == (503, "urn:problem:unhealthy")
