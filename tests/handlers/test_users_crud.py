"""Users, one by one: what each operation does and what stays in the table."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from handlers.common.clock import epoch
from handlers.users.model import new_user
from tests.handlers.items_support import Failing, Interrupted, client_error
from tests.handlers.users_support import NOBODY, TABLE, UsersAws, UsersWorld, address, unique


def guard_of(users: UsersWorld, email: str) -> str | None:
    """Id of the user whom the guard of an address names."""
    digest = hashlib.sha256(email.lower().encode()).hexdigest()
    key = {"pk": {"S": f"EMAIL#{digest}"}, "sk": {"S": "GUARD"}}
    row = users.aws.dynamodb.get_item(TableName=TABLE, Key=key, ConsistentRead=True).get("Item")
    return str(row["user_id"]["S"]) if row else None


def row_of(users: UsersWorld, user_id: str) -> dict[str, dict[str, str]]:
    key = {"pk": {"S": f"USER#{user_id}"}, "sk": {"S": "PROFILE"}}
    row: dict[str, dict[str, str]] = users.aws.dynamodb.get_item(TableName=TABLE, Key=key)["Item"]
    return row


def test_a_user_is_created_with_a_guard_for_the_address(users: UsersWorld) -> None:
    email = address("Ann.Example")
    made = users.post({"email": email, "name": "Ann", "phone": "+4930123456", "locale": "en-GB"})
    assert made.status == 201
    assert made.headers["ETag"] == '"1"'
    assert made.headers["Location"] == f"/live/users/{made.body['id']}"
    assert made.body["email"] == email, "as it was written"
    assert users.get(made.body["id"]).text == made.text
    assert guard_of(users, email) == made.body["id"]


def test_an_address_belongs_to_one_user_however_it_is_capitalised(users: UsersWorld) -> None:
    email = address()
    assert users.post({"email": email, "name": "Ann"}).status == 201
    twice = users.post({"email": email.upper().replace("EXAMPLE.COM", "Example.com"), "name": "Bob"})
    assert (twice.status, twice.body["type"]) == (409, "urn:problem:email-taken")
    assert email not in twice.text
    assert len(users.found(email)) == 1


def test_a_user_is_found_by_the_address_at_once(users: UsersWorld) -> None:
    email = address()
    made = users.post({"email": email, "name": "Ann"})
    assert users.found(email.upper()) == [made.body]
    assert users.found(address("nobody")) == []
    assert users.send(users.event("GET", query={"email": email, "next_token": "a.b"})).status == 400


def test_an_address_that_moves_between_the_two_reads_finds_nobody(users_aws: UsersAws) -> None:
    users, email = UsersWorld(users_aws), address()
    made = users.post({"email": email, "name": "Ann"})

    class Second:
        """A client whose second read comes after a change of the address."""

        reads = 0

        def get_item(self, **arguments: object) -> object:
            self.reads += 1
            if self.reads == 2:
                body = {"email": address("moved"), "name": "Ann"}
                assert users.change("PUT", made.body["id"], body, if_match="*").status == 200
            return users_aws.dynamodb.get_item(**arguments)

    racing = UsersWorld(UsersAws(Second(), users_aws.parameters, users_aws.secrets))
    assert racing.found(email) == []


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_new_address_frees_the_old_one(users: UsersWorld, method: str) -> None:
    before, after = address("before"), address("after")
    made = users.post({"email": before, "name": "Ann", "phone": "+4930123456"})
    changed = users.change(method, made.body["id"], {"email": after, "name": "Ann"}, if_match='"1"')
    assert (changed.status, changed.body["email"], changed.body["version"]) == (200, after, 2)
    assert ("phone" in changed.body) == (method == "PATCH")
    assert (guard_of(users, before), guard_of(users, after)) == (None, made.body["id"])
    assert users.post({"email": before, "name": "Bob"}).status == 201


def test_another_capitalisation_of_the_own_address_is_no_conflict(users: UsersWorld) -> None:
    email = address()
    made = users.post({"email": email, "name": "Ann"})
    changed = users.change("PATCH", made.body["id"], {"email": email.upper()}, if_match='"1"')
    assert (changed.status, changed.body["email"]) == (200, email.upper())
    assert guard_of(users, email) == made.body["id"]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_the_address_of_another_user_is_refused_and_nothing_changes(users: UsersWorld, method: str) -> None:
    taken, mine = address(), address()
    users.post({"email": taken, "name": "Ann"})
    made = users.post({"email": mine, "name": "Bob"})
    refused = users.change(method, made.body["id"], {"email": taken, "name": "Bob"}, if_match='"1"')
    assert (refused.status, refused.body["type"]) == (409, "urn:problem:email-taken")
    assert users.get(made.body["id"]).text == made.text
    assert guard_of(users, mine) == made.body["id"]


def test_a_deleted_user_is_absent_kept_for_thirty_days_and_frees_the_address(users: UsersWorld) -> None:
    email = address()
    made = users.post({"email": email, "name": "Ann"})
    gone = users.change("DELETE", made.body["id"], if_match='"1"')
    assert (gone.status, gone.text) == (204, "")
    assert users.get(made.body["id"]).status == 404
    assert users.found(email) == []
    assert made.body["id"] not in [user["id"] for user in users.page(limit="100").body["users"]]
    row = row_of(users, made.body["id"])
    assert (row["status"]["S"], row["version"]["N"]) == ("DELETED", "2")
    assert int(row["ttl"]["N"]) == epoch(users.clock.now + timedelta(days=30))
    assert guard_of(users, email) is None
    for method in ("PUT", "PATCH", "DELETE"):
        body = None if method == "DELETE" else {"email": email, "name": "Ann"}
        assert users.change(method, made.body["id"], body, if_match="*").status == 404
    assert users.post({"email": email, "name": "Ann again"}).status == 201


def test_a_patch_removes_with_null_and_keeps_the_rest(users: UsersWorld) -> None:
    made = users.post({"email": address(), "name": "Ann", "phone": "+4930123456", "locale": "de"})
    changed = users.change("PATCH", made.body["id"], {"phone": None, "name": "Ann B"}, if_match="*")
    assert changed.status == 200
    assert {**changed.body, "version": 1, "updated_at": ""} == {
        **{name: value for name, value in made.body.items() if name != "phone"},
        "name": "Ann B",
        "updated_at": "",
    }
    for patch in ({"email": None}, {"name": None}, {"name": ""}, {"age": 7}, {}):
        assert users.change("PATCH", made.body["id"], patch, if_match="*").status == 422


def test_a_copy_that_is_current_is_not_sent_again(users: UsersWorld) -> None:
    made = users.post()
    held = users.get(made.body["id"], headers={"If-None-Match": 'W/"1"'})
    assert (held.status, held.headers["ETag"]) == (304, '"1"')
    assert users.get(made.body["id"], headers={"If-None-Match": '"7"'}).status == 200
    assert users.get(made.body["id"], headers={"If-None-Match": "7"}).status == 400


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_write_without_if_match_is_428_and_with_a_stale_one_412(users: UsersWorld, method: str) -> None:
    made = users.post()
    body = None if method == "DELETE" else {"email": made.body["email"], "name": "Bob"}
    assert users.change(method, made.body["id"], body, if_match=None).status == 428
    assert users.change(method, made.body["id"], body, if_match='"2"').status == 412
    assert users.change(method, made.body["id"], body, if_match='W/"1"').status == 412
    assert users.change(method, made.body["id"], body, if_match="1").status == 400
    assert users.change(method, NOBODY, body, if_match="*").status == 404
    assert users.get(made.body["id"]).text == made.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(("if_match", "status"), [('"1"', 412), ("*", 409)])
def test_no_update_is_lost_when_two_writers_meet(
    users_aws: UsersAws, method: str, if_match: str, status: int
) -> None:
    users = UsersWorld(users_aws)
    made = users.post()
    first = {"email": address("first"), "name": "first"}

    def the_other_writer() -> None:
        assert users.change("PUT", made.body["id"], first, if_match='"1"').status == 200

    dynamodb = Interrupted(users_aws.dynamodb, "transact_write_items", the_other_writer)
    racing = UsersWorld(UsersAws(dynamodb, users_aws.parameters, users_aws.secrets))
    body = None if method == "DELETE" else {"email": made.body["email"], "name": "second"}
    assert racing.change(method, made.body["id"], body, if_match=if_match).status == status
    assert users.get(made.body["id"]).body["name"] == "first"


def test_the_same_key_and_body_give_the_first_answer_again(users: UsersWorld) -> None:
    key, said = unique("key"), {"email": address(), "name": "Ann"}
    made = users.post(said, key=key)
    again = users.post(dict(reversed(said.items())), key=key)
    assert (again.status, again.text, again.headers) == (201, made.text, made.headers)
    assert users.post({**said, "name": "Bob"}, key=key).status == 422
    users.clock.forward(hours=25)
    assert users.post(said, key=key).status == 409, "the key is forgotten, the address is not"


def test_the_key_of_another_caller_is_another_key(users: UsersWorld) -> None:
    key, said = unique("key"), {"email": address(), "name": "Ann"}
    assert users.post(said, key=key).status == 201
    assert users.post(said, key=key, caller="arn:aws:iam::1:user/other").status == 409


def test_a_user_written_by_a_later_release_can_be_read(users: UsersWorld) -> None:
    made = users.post()
    users.aws.dynamodb.update_item(
        TableName=TABLE,
        Key={"pk": {"S": f"USER#{made.body['id']}"}, "sk": {"S": "PROFILE"}},
        UpdateExpression="SET later = :x",
        ExpressionAttributeValues={":x": {"S": "new"}},
    )
    assert users.get(made.body["id"]).text == made.text


def test_pages_follow_one_another_newest_first_without_gap_or_repetition(users: UsersWorld) -> None:
    made = []
    for _ in range(5):
        made.append(users.post().body["id"])
        users.clock.forward(seconds=1)
    seen: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = users.page(limit="2", **token).body
        seen += [user["id"] for user in page["users"]]
        if "next_token" not in page:
            break
        token = {"next_token": page["next_token"]}
    assert len(seen) == len(set(seen))
    assert [one for one in seen if one in made] == made[::-1]


def test_a_page_token_is_good_for_one_caller_and_one_hour(users: UsersWorld) -> None:
    users.post()
    users.post()
    token = users.page(limit="1").body["next_token"]
    assert users.page(next_token=token).status == 200
    foreign = users.event("GET", query={"next_token": token}, caller="arn:aws:iam::1:user/other")
    assert users.send(foreign).status == 400
    users.clock.forward(minutes=61)
    assert users.page(next_token=token).status == 400


@pytest.mark.parametrize(
    "reasons",
    [
        ("TransactionConflict", "None", "None"),
        ("None", "TransactionConflict", "None"),
        ("None", "None", "ConditionalCheckFailed"),
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_write_that_meets_another_one_is_409_and_may_be_sent_again(
    users_aws: UsersAws, method: str, reasons: tuple[str, ...]
) -> None:
    """The last: the guard of the old address is not this user's any more."""
    users = UsersWorld(users_aws)
    made = users.post()
    refused = client_error("TransactionCanceledException", reasons=reasons)
    dynamodb = Failing(users_aws.dynamodb, transact_write_items=refused)
    colliding = UsersWorld(UsersAws(dynamodb, users_aws.parameters, users_aws.secrets))
    body = {"email": address("new"), "name": "Bob"} if method == "PUT" else None
    answer = colliding.change(method, made.body["id"], body, if_match='"1"')
    assert (answer.status, answer.body["type"]) == (409, "urn:problem:conflict")
    assert users.change(method, made.body["id"], body, if_match='"1"').status in {200, 204}


def test_a_user_shows_nothing_personal_when_it_is_printed(users: UsersWorld) -> None:
    """S1.8: as far as a log or an exception might get."""
    user = new_user({"email": "ann@example.com", "name": "Ann"}, user_id="1", now=users.clock())
    assert repr(user) == str(user) == "User(id='1', version=1)"
