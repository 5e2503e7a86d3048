from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.common.clock import parse_timestamp, timestamp
from handlers.common.etags import ETags, parse_etags
from handlers.common.identity import principal
from handlers.common.jsontext import encode, is_storable, number, parse
from handlers.common.merge_patch import merge

ROLE = "arn:aws:sts::123456789012:assumed-role/Reporter"


@pytest.mark.parametrize(
    ("context", "caller"),
    [
        ({"authorizer": {"claims": {"sub": "s"}}, "identity": {"userArn": ROLE}}, "s"),
        ({"identity": {"cognitoIdentityId": "us-west-2:1", "userArn": ROLE + "/x"}}, "us-west-2:1"),
        ({"identity": {"userArn": ROLE + "/session-1"}}, ROLE),
        (
            {"identity": {"userArn": "arn:aws-cn:sts::123456789012:assumed-role/R/s@x"}},
            "arn:aws-cn:sts::123456789012:assumed-role/R",
        ),
        (
            {"identity": {"userArn": "arn:aws:iam::123456789012:user/path/ann"}},
            "arn:aws:iam::123456789012:user/path/ann",
        ),
        ({"identity": {"userArn": "arn:aws:iam::123456789012:root"}}, "arn:aws:iam::123456789012:root"),
        ({"identity": {"cognitoIdentityId": None, "userArn": ""}}, None),
        ({"authorizer": {"claims": {"sub": ""}}}, None),
        ({"authorizer": "x", "identity": "y"}, None),
        ({}, None),
    ],
)
def test_the_caller_is_the_first_identity_that_there_is(context: dict[str, Any], caller: str | None) -> None:
    assert principal(context) == caller


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        ("*", ETags(anything=True)),
        (' "1" ', ETags(strong=frozenset({"1"}))),
        ('"1","2" , W/"3"', ETags(strong=frozenset({"1", "2"}), weak=frozenset({"3"}))),
        (', "a,b",,', ETags(strong=frozenset({"a,b"}))),
        ('""', ETags(strong=frozenset({""}))),
    ],
)
def test_etags_are_read_as_rfc_9110_says(value: str, tags: ETags) -> None:
    assert parse_etags(value) == tags


@pytest.mark.parametrize("value", ["", "1", '"1', '1"', 'w/"1"', '"1" "2"', '*, "1"', '"a b"', '"a"x', "W/"])
def test_what_is_no_etag_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="quoted"):
        parse_etags(value)


@given(st.text(max_size=30))
def test_any_text_is_etags_or_refused(value: str) -> None:
    try:
        tags = parse_etags(value)
    except ValueError:
        return
    assert tags.anything or tags.strong or tags.weak


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))])))
def test_times_have_one_width_and_sort_as_text(moment: datetime) -> None:
    later = moment + timedelta(microseconds=1) if moment.year < 9999 else moment
    if 1 < moment.year < 9999:
        assert len(timestamp(moment)) == len("2026-01-31T12:00:00.000000Z")
        assert timestamp(moment) < timestamp(later)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None))
def test_a_number_that_can_be_stored_is_the_same_afterwards(value: Decimal) -> None:
    read = number(str(value))
    assert not is_storable(read) or Decimal(encode(read)) == value
    assert parse(encode(read)) == read


def test_json_is_written_in_one_order_without_loss() -> None:
    assert (
        encode({"b": [Decimal("1.5"), None, True], "a": {"\u00e4": "\n"}})
        == '{"a":{"\u00e4":"\\n"},"b":[1.5,null,true]}'
    )


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merging_does_what_the_table_of_rfc_7396_says(target: Any, patch: Any, result: Any) -> None:
    assert merge(target, patch) == result


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000000Z"),
        ("2026-01-31t12:00:00.5z", "2026-01-31T12:00:00.500000Z"),
        ("2026-01-31T12:00:00.1234567-01:30", "2026-01-31T13:30:00.123456Z"),
    ],
)
def test_a_moment_is_read_whatever_its_offset_and_precision(text: str, moment: str) -> None:
    assert timestamp(parse_timestamp(text)) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-01-31",
        "2026-01-31T12:00:00",
        "2026-01-31 12:00:00Z",
        "2026-01-31T12:00:00.Z",
        "2026-01-31T12:00:00Z\n",
        "٢٠٢٦-01-31T12:00:00Z",
    ],
)
def test_what_is_no_moment_with_an_offset_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date and time with an offset"):
        parse_timestamp(text)


@pytest.mark.parametrize(
    "text", ["2026-02-30T12:00:00Z", "0001-01-01T00:00:00+23:59", "2026-01-31T25:00:00Z"]
)
def test_a_moment_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        parse_timestamp(text)
