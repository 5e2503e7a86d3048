"""Keys and settings that a container keeps for a while, and tokens that outlive a rotation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from handlers.common.cached import Cached
from handlers.common.problems import Problem
from handlers.common.secret import SecretKey
from handlers.common.tokens import PageTokens
from tests.handlers.items_support import client_error


class Secrets:
    """Secrets Manager with one secret, counting how often it is read."""

    def __init__(self, *versions: str) -> None:
        self.versions = list(versions)
        self.reads = 0
        self.failure: Exception | None = None

    def rotate(self, text: str) -> None:
        self.versions.append(text)

    def get_secret_value(self, *, SecretId: str, VersionStage: str = "AWSCURRENT") -> dict[str, str]:  # noqa: N803
        self.reads += 1
        if self.failure:
            raise self.failure
        index = {"AWSCURRENT": -1, "AWSPREVIOUS": -2}[VersionStage]
        if -index > len(self.versions):
            raise client_error("ResourceNotFoundException")
        return {"SecretString": self.versions[index]}


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def secret(letter: str) -> str:
    return '{"key": "' + letter * 64 + '"}'


def tokens(secrets: Secrets, time: Time) -> PageTokens:
    """Page tokens as a container of its own makes them."""
    return PageTokens(
        SecretKey(secrets, "name", monotonic=time), clock=lambda: datetime(2026, 1, 31, tzinfo=UTC)
    )


def test_the_keys_are_kept_and_read_again_when_they_are_old() -> None:
    secrets, time = Secrets(secret("a")), Time()
    key = SecretKey(secrets, "name", monotonic=time)
    assert key.current() == key.current() == b"a" * 64
    assert secrets.reads == 2, "the current version, and that there is no previous one"
    time.now = 301
    assert key.current() == b"a" * 64
    assert secrets.reads == 4


def test_a_token_handed_out_before_a_rotation_is_good_after_it_in_every_container() -> None:
    """S1.8: the rotation of the token key breaks nothing."""
    secrets, time = Secrets(secret("a")), Time()
    old = tokens(secrets, time)
    token = old.write({"id": "1"}, scope="s")
    secrets.rotate(secret("b"))
    assert old.read(token, scope="s") == {"id": "1"}
    assert tokens(secrets, time).read(token, scope="s") == {"id": "1"}, "a container that starts afterwards"
    time.now = 301
    assert old.read(token, scope="s") == {"id": "1"}, "a container that has read the new key"


def test_a_token_made_with_the_new_key_is_good_in_a_container_that_still_holds_the_old_one() -> None:
    secrets, time = Secrets(secret("a")), Time()
    old = tokens(secrets, time)
    old.write({"id": "1"}, scope="s")
    secrets.rotate(secret("b"))
    time.now = 2
    token = tokens(secrets, time).write({"id": "2"}, scope="s")
    assert old.read(token, scope="s") == {"id": "2"}


def test_a_key_that_was_rotated_away_twice_is_refused() -> None:
    secrets, time = Secrets(secret("a")), Time()
    token = tokens(secrets, time).write({"id": "1"}, scope="s")
    secrets.rotate(secret("b"))
    secrets.rotate(secret("c"))
    with pytest.raises(Problem) as refused:
        tokens(secrets, time).read(token, scope="s")
    assert refused.value.status == 400


def test_false_tokens_do_not_make_the_secret_be_read_without_end() -> None:
    secrets, time = Secrets(secret("a")), Time()
    mine = tokens(secrets, time)
    for _ in range(20):
        time.now += 0.1
        with pytest.raises(Problem):
            mine.read("a.b", scope="s")
    assert secrets.reads <= 6


def test_a_key_that_cannot_be_read_again_serves_on_but_judges_no_unknown_token() -> None:
    secrets, time = Secrets(secret("a")), Time()
    mine = tokens(secrets, time)
    token = mine.write({"id": "1"}, scope="s")
    secrets.failure, time.now = client_error("ThrottlingException"), 301
    assert mine.read(token, scope="s") == {"id": "1"}
    with pytest.raises(type(secrets.failure)):
        mine.read("a.b", scope="s")
    reads = secrets.reads
    time.now += 29
    assert mine.read(token, scope="s") == {"id": "1"}
    assert secrets.reads == reads, "it waits before it tries again"


def test_a_previous_version_that_may_not_be_read_is_an_error() -> None:
    class Denied(Secrets):
        def get_secret_value(self, *, SecretId: str, VersionStage: str = "AWSCURRENT") -> dict[str, str]:  # noqa: N803
            if VersionStage == "AWSPREVIOUS":
                raise client_error("AccessDeniedException")
            return super().get_secret_value(SecretId=SecretId, VersionStage=VersionStage)

    with pytest.raises(Exception, match="AccessDenied"):
        SecretKey(Denied(secret("a")), "name").current()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"key": 1}', '{"key": "short"}', "null"])
def test_a_secret_of_another_shape_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ValueError, match="member 'key'"):
        SecretKey(Secrets(text), "name").current()


def test_a_cached_value_is_read_once_until_it_is_old() -> None:
    values, time = iter([1, 2, 3]), Time()
    cached = Cached(lambda: next(values), max_age_s=60, monotonic=time)
    assert [cached.value(), cached.value(), cached.newer_than(0)] == [1, 1, 1]
    time.now = 61
    assert [cached.value(), cached.value()] == [2, 2]
    time.now = 63
    assert cached.newer_than(1) == 3


def test_one_request_reads_once_however_long_that_takes() -> None:
    """S2.12: the timeouts of the functions are derived from one read of the key for each request."""
    time, reads = Time(), []

    def read() -> int:
        time.now += 10
        reads.append(time.now)
        if len(reads) > 1:
            raise client_error("InternalServerError", status=500)
        return 7

    cached = Cached(read, max_age_s=60, monotonic=time)
    assert (cached.value(), cached.newer_than(1), len(reads)) == (7, 7, 1)
    time.now += 61
    assert cached.value() == 7
    with pytest.raises(ClientError):
        cached.newer_than(1)
    assert len(reads) == 2, "the read that just failed is what newer_than tells"
    time.now += 2
    with pytest.raises(ClientError):
        cached.newer_than(1)
    assert len(reads) == 3


def test_a_first_value_that_cannot_be_read_is_an_error_and_the_next_attempt_comes_at_once() -> None:
    answers: list[Exception | int] = [client_error("ThrottlingException"), 5]

    def read() -> int:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    cached = Cached(read, max_age_s=60)
    with pytest.raises(Exception, match="Throttling"):
        cached.value()
    assert cached.value() == 5
