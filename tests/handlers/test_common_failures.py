"""What a log may say about an exception."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from handlers.common.failures import MAX_FRAMES, traits
from tests.handlers.items_support import AwsClients, client_error

SECRET = "zaphod@privacy.example"


def refused_by_botocore(aws: AwsClients) -> None:
    aws.dynamodb.get_item(TableName="items", Key={"pk": SECRET}, Limit=SECRET)


def refused_by_dynamodb(aws: AwsClients) -> None:
    aws.dynamodb.query(TableName="items", KeyConditionExpression=SECRET)


def not_there(_: AwsClients) -> None:
    members: dict[str, Any] = {}
    members[SECRET]


def nested(aws: AwsClients) -> None:
    def deeper(levels: int) -> None:
        if not levels:
            refused_by_botocore(aws)
        deeper(levels - 1)

    deeper(MAX_FRAMES * 2)


def caused_by_another(aws: AwsClients) -> None:
    try:
        refused_by_botocore(aws)
    except Exception as error:
        raise RuntimeError(f"could not read {SECRET}") from error


@pytest.mark.parametrize(
    "fail", [refused_by_botocore, refused_by_dynamodb, not_there, nested, caused_by_another]
)
def test_nothing_that_an_exception_quotes_is_told(
    aws: AwsClients, fail: Callable[[AwsClients], None]
) -> None:
    with pytest.raises(Exception) as failed:
        fail(aws)
    told = traits(failed.value)
    assert SECRET not in json.dumps(told)
    assert told["error"] == type(failed.value).__name__
    assert 0 < len(told["where"]) <= MAX_FRAMES
    if fail is not refused_by_dynamodb:
        assert SECRET in str(failed.value), "it does quote what was sent"


def test_an_error_of_aws_is_told_by_operation_codes_and_request_id() -> None:
    error = client_error("TransactionCanceledException", reasons=("None", "ThrottlingError"))
    error.response["ResponseMetadata"]["RequestId"] = "aws-1"
    told = traits(error)
    assert (told["aws_operation"], told["aws_codes"]) == ("Operation", ["ThrottlingError"])
    assert told["aws_request_id"] == "aws-1"
    assert told["where"] == [], "it was never raised"
