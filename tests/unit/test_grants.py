from __future__ import annotations

import pytest
from awacs.aws import Condition, StringEquals
from hypothesis import given
from hypothesis import strategies as st
from troposphere import encode_to_dict

from generator.components.grant import Grant, actions, deny_plain_http, distinct, trust
from generator.components.key import customer_key
from generator.components.scope import Scope
from generator.components.table import Index, table

SCOPE = Scope(prefix="dev-us-west-2-notes", tags=(), retain=False, log_retention_days=14)
KEY = customer_key(SCOPE, "DataKey")
NOTES = table(SCOPE, "NotesTable", encryption=KEY, indexes=(Index("ByOwner", key="owner", sort="at"),))


def grant(sid: str, resource: str = "arn") -> Grant:
    return Grant(sid=sid, actions=("sqs:SendMessage",), resources=(resource,))


@given(st.permutations(["A", "B", "C", "A"]))
def test_grants_are_there_once_in_alphabetical_order(sids: list[str]) -> None:
    assert [one.sid for one in distinct(grant(sid) for sid in sids)] == ["A", "B", "C"]


def test_two_grants_of_one_name_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="two different grants are named A"):
        distinct([grant("A"), grant("A", "other")])


def test_grants_that_differ_in_their_condition_differ() -> None:
    limited = Grant("A", ("sqs:SendMessage",), ("arn",), Condition(StringEquals("aws:SourceAccount", "1")))
    with pytest.raises(ValueError, match="two different grants"):
        distinct([grant("A"), limited])
    assert distinct([limited, limited]) == (limited,)


@given(st.permutations(["sqs:SendMessage", "dynamodb:GetItem", "dynamodb:BatchGetItem"]))
def test_actions_are_sorted(named: list[str]) -> None:
    assert encode_to_dict(actions(*named)) == ["dynamodb:BatchGetItem", "dynamodb:GetItem", "sqs:SendMessage"]


def test_a_statement_says_exactly_what_the_grant_says() -> None:
    assert encode_to_dict(grant("Send").statement()) == {
        "Action": ["sqs:SendMessage"],
        "Effect": "Allow",
        "Resource": ["arn"],
        "Sid": "Send",
    }


def test_trust_is_for_this_account_only() -> None:
    """S1.7."""
    (statement,) = encode_to_dict(trust("lambda.amazonaws.com"))["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_plain_http_is_denied_to_everyone() -> None:
    statement = encode_to_dict(deny_plain_http(["arn"], "sqs:*"))
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_table_grants_with_its_key_and_without_its_indexes() -> None:
    """S1.7."""
    use, key = NOTES.allow("Read", "GetItem")
    assert encode_to_dict(use.statement()) == {
        "Action": ["dynamodb:GetItem"],
        "Effect": "Allow",
        "Resource": [{"Fn::GetAtt": ["NotesTable", "Arn"]}],
        "Sid": "ReadNotesTable",
    }
    through = {"Fn::Sub": "dynamodb.${AWS::Region}.${AWS::URLSuffix}"}
    assert encode_to_dict(key.statement())["Condition"] == {"StringEquals": {"kms:ViaService": through}}


def test_a_query_names_one_index_that_exists() -> None:
    query, _ = NOTES.query("ByOwner")
    assert encode_to_dict(query.resources) == [{"Fn::Sub": "${NotesTable.Arn}/index/ByOwner"}]
    with pytest.raises(ValueError, match="NotesTable has no index ByStatus"):
        NOTES.query("ByStatus")
