"""Many writers at once, each in a container of its own: no update is lost, no address is given twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.handlers.users_support import UsersAws, UsersWorld, address, unique

WRITERS = 6


@pytest.fixture
def writers(users_aws: UsersAws) -> list[UsersWorld]:
    return [UsersWorld(users_aws) for _ in range(WRITERS)]


def test_a_counter_that_all_raise_at_once_counts_every_success(writers: list[UsersWorld]) -> None:
    """Each reads, adds one and writes with the ETag that it read."""
    first = writers[0]
    made = first.post({"email": address(), "name": "0"})

    def raise_it(users: UsersWorld) -> int:
        done = 0
        for _ in range(10):
            seen = users.get(made.body["id"])
            body = {"email": made.body["email"], "name": str(int(seen.body["name"]) + 1)}
            answer = users.change("PUT", made.body["id"], body, if_match=seen.headers["ETag"])
            assert answer.status in {200, 409, 412}
            done += answer.status == 200
        return done

    with ThreadPoolExecutor(WRITERS) as pool:
        done = sum(pool.map(raise_it, writers))
    last = first.get(made.body["id"]).body
    assert done >= 10
    assert (last["name"], last["version"]) == (str(done), done + 1)


def test_of_all_who_want_an_address_at_once_one_gets_it(writers: list[UsersWorld]) -> None:
    email = address()

    def ask(users: UsersWorld) -> int:
        return users.post({"email": email, "name": "Ann"}).status

    with ThreadPoolExecutor(WRITERS) as pool:
        statuses = Counter(pool.map(ask, writers))
    assert statuses == {201: 1, 409: WRITERS - 1}
    assert len(writers[0].found(email)) == 1


def test_users_who_swap_addresses_never_share_one(writers: list[UsersWorld]) -> None:
    wanted = address("wanted")
    ids = [users.post().body["id"] for users in writers]

    def take(users: UsersWorld, user_id: str) -> int:
        return users.change("PATCH", user_id, {"email": wanted}, if_match="*").status

    with ThreadPoolExecutor(WRITERS) as pool:
        statuses = Counter(pool.map(take, writers, ids))
    assert statuses == {200: 1, 409: WRITERS - 1}
    owners = [user_id for user_id in ids if writers[0].get(user_id).body["email"] == wanted]
    assert [user["id"] for user in writers[0].found(wanted)] == owners
    assert len(owners) == 1


def test_a_create_that_is_sent_many_times_at_once_is_done_once(users_aws: UsersAws) -> None:
    users = UsersWorld(users_aws)
    key, said = unique("key"), {"email": address(), "name": "Ann"}
    with ThreadPoolExecutor(WRITERS) as pool:
        answers = list(pool.map(lambda _: users.post(said, key=key), range(WRITERS)))
    made = {answer.body["id"] for answer in answers if answer.status == 201}
    assert len(made) == 1
    assert {answer.status for answer in answers} <= {201, 409}
    assert [user["id"] for user in users.found(said["email"])] == list(made)
