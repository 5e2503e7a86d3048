"""What the engine does not do is told for what the templates use, and for nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from generator.local import gaps, lines


def template(**resources: Mapping[str, object]) -> dict[str, object]:
    return {"Resources": resources}


def test_only_types_and_properties_in_the_templates_are_told() -> None:
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {"TableName": "x", "SSESpecification": {}, "PointInTimeRecoverySpecification": {}},
    }
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"KmsMasterKeyId": "k"}}
    found = gaps([template(A=table, B=queue), template(C=table)])
    assert lines(found) == (
        "DynamoDB::Table: PointInTimeRecoverySpecification kept without RecoveryPeriodInDays; "
        "SSESpecification kept, nothing is encrypted",
    )


def test_a_type_can_be_a_gap_as_a_whole() -> None:
    found = gaps([template(A={"Type": "AWS::WAFv2::WebACL"})])
    assert lines(found) == ("WAFv2::WebACL: filters nothing",)
