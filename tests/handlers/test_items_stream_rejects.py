from __future__ import annotations

from typing import Any

import pytest

from tests.handlers.items_support import Failing, client_error
from tests.handlers.stream_support import FailsAt, Stream, sequence_of

REJECTS: list[tuple[str, dict[str, Any]]] = [
    ("eventName is not INSERT, MODIFY or REMOVE", {"eventName": "TRUNCATE"}),
    ("eventName is not INSERT, MODIFY or REMOVE", {"eventName": ["INSERT"]}),
    ("NewImage is missing", {"NewImage": None}),
    ("NewImage has no owner", {"NewImage": {"status": {"S": "ACTIVE"}, "version": {"N": "1"}}}),
    ("owner is not of type S", {"owner": {"N": "1"}}),
    ("owner is not text of 1 to 1024 bytes", {"owner": {"S": ""}}),
    ("owner is not text of 1 to 1024 bytes", {"owner": {"S": "o" * 1025}}),
    ("owner is not text of 1 to 1024 bytes", {"owner": {"S": "\ud800"}}),
    ("version is not a number", {"version": {"N": "one"}}),
    ("version is not a number", {"version": {"N": "1e999"}}),
    ("version is not of type N", {"version": {"N": 1}}),
    ("the status in NewImage is unknown", {"status": {"S": "LOST"}}),
    ("ttl is not of type N", {"ttl": {"S": "soon"}}),
    ("an attribute's name is not text of 1 to 1024 bytes", {"\ud800": {"S": "x"}}),
    ("an attribute is not of a type that a stream carries", {"name": {"B": b"x"}}),
]


@pytest.mark.parametrize(
    ("reason", "fault"), REJECTS, ids=lambda value: value if isinstance(value, str) else None
)
def test_a_record_that_can_never_succeed_is_kept_as_rejected(
    stream: Stream, reason: str, fault: dict[str, Any]
) -> None:
    record = stream.record("INSERT", new=stream.image(**{k: v for k, v in fault.items() if k[0] not in "eN"}))
    if "eventName" in fault:
        record |= fault
    if "NewImage" in fault:
        record["dynamodb"] |= fault
    after = stream.record("MODIFY", old=stream.image(), new=stream.image(status={"S": "ARCHIVED"}))
    before = rejections(stream)
    assert stream.send(record, after) == []
    rejected, audited = stream.rows()
    assert rejected["kind"]["S"] == "REJECTED"
    assert rejected["reason"]["S"] == reason
    assert audited["kind"]["S"] == "UPDATED"
    assert "ttl" in rejected
    assert (stream.counted["Rejected"], stream.counted["Processed"]) == (1, 1)
    assert stream.send(record) == []
    assert rejections(stream) == before + 1


def rejections(stream: Stream) -> int:
    return sum(int(row["total"]["N"]) for row in stream.rows("STATS"))


@pytest.mark.parametrize(
    "part",
    [None, {}, {"Keys": {}}, {"Keys": {"pk": {"N": "1"}}}, {"Keys": {"pk": {"S": "ITEM#" + "x" * 1025}}}],
)
def test_a_record_without_a_sound_key_is_kept_under_rejected(
    stream: Stream, part: dict[str, Any] | None
) -> None:
    record = {"eventID": f"no-key-{stream.number}", "eventName": "INSERT", "dynamodb": part}
    before = {row["sk"]["S"] for row in stream.rows("REJECTED")}
    assert stream.send(record) == []
    assert stream.send(record) == []
    (added,) = {row["sk"]["S"] for row in stream.rows("REJECTED")} - before
    assert added.startswith("RECORD#")


@pytest.mark.parametrize(
    "codes", [("ValidationException", ()), ("TransactionCanceledException", ("ValidationError", "None"))]
)
def test_a_row_that_dynamodb_refuses_is_rejected(stream: Stream, codes: tuple[str, tuple[str, ...]]) -> None:
    record = stream.record("INSERT", new=stream.image())
    refused = client_error(codes[0], reasons=codes[1])
    assert stream.send(record, client=FailsAt(stream.aws.dynamodb, nth=1, error=refused)) == []
    (row,) = stream.rows()
    assert (row["kind"]["S"], row["reason"]["S"]) == ("REJECTED", "DynamoDB refuses to store the change")
    assert stream.counters() == {}


def test_a_table_that_refuses_everything_fails_the_batch_and_loses_nothing(stream: Stream) -> None:
    client = Failing(stream.aws.dynamodb, transact_write_items=client_error("ValidationException"))
    record = stream.record("INSERT", new=stream.image())
    assert stream.send(record, client=client) == [sequence_of(record)]


def test_a_failure_without_a_sequence_number_sends_the_whole_batch_again(stream: Stream) -> None:
    client = Failing(stream.aws.dynamodb, transact_write_items=RuntimeError("down"))
    with pytest.raises(RuntimeError, match="down"):
        stream.send({"eventName": "INSERT"}, client=client)
    assert stream.counted["Failed"] == 0
