from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from handlers.items.audit import Outcome
from tests.handlers.items_support import TABLE, AwsClients, client_error
from tests.handlers.stream_support import FailsAt, Stream, sequence_of


def test_a_created_item_is_audited_and_counted(stream: Stream) -> None:
    record = stream.record("INSERT", new=stream.image())
    assert stream.send(record) == []
    (row,) = stream.rows()
    assert row["sk"]["S"] == sequence_of(record).zfill(40)
    assert (row["kind"]["S"], row["owner"]["S"], row["version"]["N"]) == ("CREATED", stream.owner, "1")
    assert row["occurred_at"]["S"] == "2026-02-02T02:40:00.000000Z"
    assert int(row["ttl"]["N"]) == 1_769_860_800 + 400 * 24 * 3600
    assert row["changes"]["M"]["status"] == {"M": {"new": {"S": "ACTIVE"}}}
    assert stream.counters() == {"total": "1", "ACTIVE": "1"}
    assert stream.counted == {"Processed": 1, "Duplicates": 0, "Rejected": 0, "Ignored": 0, "Failed": 0}


def test_free_text_and_unknown_fields_are_hashed_and_known_fields_kept(stream: Stream) -> None:
    old = stream.image(later={"S": "unknown text"})
    new = stream.image(status={"S": "ARCHIVED"}, name={"S": "Other name"}, version={"N": "2"})
    stream.send(stream.record("MODIFY", old=old, new=new))
    (row,) = stream.rows()
    changes = row["changes"]["M"]
    assert set(changes) == {"status", "name", "version", "later"}
    assert changes["status"]["M"] == {"old": {"S": "ACTIVE"}, "new": {"S": "ARCHIVED"}}
    assert changes["name"]["M"]["old"] != changes["name"]["M"]["new"]
    assert set(changes["later"]["M"]) == {"old"}
    assert not [text for text in ("Secret", "Other name", "green", "unknown text") if text in json.dumps(row)]


def test_the_life_of_an_item_adds_up_to_nothing(stream: Stream) -> None:
    first, second = stream.image(), stream.image(status={"S": "INACTIVE"}, version={"N": "2"})
    stream.send(stream.record("INSERT", new=first), stream.record("MODIFY", old=first, new=second))
    assert stream.counters() == {"total": "1", "INACTIVE": "1"}
    stream.send(stream.record("REMOVE", old=second))
    assert stream.counters() == {}
    assert [row["kind"]["S"] for row in stream.rows()] == ["CREATED", "UPDATED", "DELETED"]


def test_a_change_that_moves_no_counter_touches_none(stream: Stream) -> None:
    stream.send(stream.record("MODIFY", old=stream.image(), new=stream.image(name={"S": "Other"})))
    assert stream.counters() == {}
    assert len(stream.rows()) == 1


def test_an_item_that_changes_hands_is_counted_at_both_owners(stream: Stream) -> None:
    heir = stream.owner + "-heir"
    stream.send(stream.record("MODIFY", old=stream.image(), new=stream.image(owner={"S": heir})))
    assert stream.counters() == {"total": "-1", "ACTIVE": "-1"}
    assert stream.counters(heir) == {"total": "1", "ACTIVE": "1"}


def test_an_item_removed_by_its_ttl_is_recorded_as_expired(stream: Stream) -> None:
    identity = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    stream.send(stream.record("REMOVE", old=stream.image(), userIdentity=identity))
    (row,) = stream.rows()
    assert row["kind"]["S"] == "EXPIRED"
    assert stream.counters() == {"total": "-1", "ACTIVE": "-1"}


def test_a_record_that_comes_again_changes_nothing(stream: Stream) -> None:
    records = [stream.record("INSERT", new=stream.image()), stream.record("REMOVE", old={})]
    for _ in range(3):
        assert stream.send(*records) == []
    assert len(stream.rows()) == 2
    assert stream.counters() == {"total": "1", "ACTIVE": "1"}
    assert stream.counted == {"Processed": 0, "Duplicates": 2, "Rejected": 0, "Ignored": 0, "Failed": 0}


def test_rows_of_an_item_sort_as_their_sequence_numbers(stream: Stream) -> None:
    records = [stream.record("MODIFY", old=stream.image(), new=stream.image()) for _ in range(3)]
    for record, sequence in zip(records, ("9", "10", "1" + "0" * 39), strict=True):
        record["dynamodb"]["SequenceNumber"] = sequence
    stream.send(*records)
    assert [row["sk"]["S"].lstrip("0") for row in stream.rows()] == ["9", "10", "1" + "0" * 39]


def test_rows_of_other_kinds_are_ignored(stream: Stream) -> None:
    record = stream.record("INSERT", new={})
    record["dynamodb"]["Keys"]["pk"]["S"] = "IDEM#a#b"
    assert stream.send(record) == []
    assert stream.rows("IDEM#a#b") == []
    assert stream.counted["Ignored"] == 1


@pytest.mark.parametrize(
    "error",
    [
        client_error("ProvisionedThroughputExceededException"),
        client_error("InternalServerError", status=500),
        client_error("AccessDeniedException"),
        client_error("ResourceNotFoundException"),
        ReadTimeoutError(endpoint_url="https://dynamodb"),  # type: ignore[no-untyped-call, unused-ignore]
        RuntimeError("a bug"),
    ],
    ids=str,
)
def test_the_batch_stops_at_the_first_record_that_fails(stream: Stream, error: Exception) -> None:
    images = [stream.image(version={"N": str(version)}) for version in range(1, 5)]
    records = [stream.record("INSERT", new=images[0])]
    records += [stream.record("MODIFY", old=images[at], new=images[at + 1]) for at in range(3)]
    client = FailsAt(stream.aws.dynamodb, nth=3, error=error)
    assert stream.send(*records, client=client) == [sequence_of(records[2])]
    assert client.calls == 3
    assert [row["version"]["N"] for row in stream.rows()] == ["1", "2"]
    assert stream.counted["Failed"] == 1
    assert stream.send(*records[2:]) == []
    assert [row["version"]["N"] for row in stream.rows()] == ["1", "2", "3", "4"]


def test_counters_that_two_shards_move_at_once_are_tried_again(stream: Stream) -> None:
    conflict = client_error("TransactionCanceledException", reasons=("None", "TransactionConflict"))
    record = stream.record("INSERT", new=stream.image())
    assert stream.send(record, client=FailsAt(stream.aws.dynamodb, nth=1, error=conflict, times=4)) == []
    assert stream.slept == [0.05, 0.1, 0.2, 0.4]
    assert stream.counters() == {"total": "1", "ACTIVE": "1"}


def test_a_conflict_that_lasts_fails_the_record(stream: Stream) -> None:
    conflict = client_error("TransactionCanceledException", reasons=("TransactionConflict", "None"))
    record = stream.record("INSERT", new=stream.image())
    assert stream.send(record, client=FailsAt(stream.aws.dynamodb, nth=1, error=conflict, times=9)) == [
        sequence_of(record)
    ]
    assert stream.rows() == []


@pytest.mark.parametrize("moment", [None, "yesterday", True, 1e300, float("nan")])
def test_a_record_without_a_sound_time_is_audited_without_it(stream: Stream, moment: Any) -> None:
    record = stream.record("INSERT", new=stream.image())
    record["dynamodb"]["ApproximateCreationDateTime"] = moment
    assert stream.trail().record(record) is Outcome.PROCESSED
    (row,) = stream.rows()
    assert "occurred_at" not in row


def test_the_records_that_a_real_stream_carries_are_understood(stream: Stream, aws: AwsClients) -> None:
    key = {"pk": {"S": stream.pk}, "sk": {"S": "META"}}
    aws.dynamodb.put_item(TableName=TABLE, Item=stream.image())
    aws.dynamodb.put_item(TableName=TABLE, Item=stream.image(status={"S": "INACTIVE"}, version={"N": "2"}))
    aws.dynamodb.delete_item(TableName=TABLE, Key=key)
    records = [record for record in _read_stream(aws) if record["dynamodb"]["Keys"] == key]
    assert stream.send(*records) == []
    assert [row["kind"]["S"] for row in stream.rows()] == ["CREATED", "UPDATED", "DELETED"]
    assert stream.counters() == {}


def _read_stream(aws: AwsClients) -> list[dict[str, Any]]:
    streams = aws.streams
    arn = aws.dynamodb.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator: str | None = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records: list[dict[str, Any]] = []
    while iterator:
        page = streams.get_records(ShardIterator=iterator, Limit=1000)
        if not page["Records"]:
            break
        records += page["Records"]
        iterator = page.get("NextShardIterator")
    return records
