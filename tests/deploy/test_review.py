"""What a change set would do to data."""

from __future__ import annotations

import pytest

from generator.deploy import review
from generator.deploy.cloud import Change, Detail
from generator.deploy.report import Report

from .support import console, printed


def logs(replacement: str, *names: str, policy_action: str = "") -> Change:
    details = tuple(Detail("Properties", name) for name in names)
    kind = "AWS::Logs::LogGroup"
    return Change(
        "Modify", "Logs", kind, replacement=replacement, policy_action=policy_action, details=details
    )


@pytest.mark.parametrize("policy_action", ["", "ReplaceAndRetain"])
def test_switching_deletion_protection_alone_threatens_nothing(policy_action: str) -> None:
    change = logs("Conditional", "DeletionProtectionEnabled", policy_action=policy_action)
    assert review.unconsented([change], ()) == ()


@pytest.mark.parametrize(
    "change",
    [
        logs("True", "DeletionProtectionEnabled"),
        logs("Conditional", "DeletionProtectionEnabled", "LogGroupName"),
        logs("Conditional", "LogGroupName"),
        logs("Conditional"),
    ],
)
def test_every_other_perhaps_replacement_has_to_be_named(change: Change) -> None:
    assert review.unconsented([change], ()) == (change,)
    assert review.unconsented([change], {"Logs"}) == ()


@pytest.mark.parametrize("kind", ["AWS::CloudFormation::Stack", "AWS::DocDB::DBCluster"])
def test_what_holds_data_is_not_removed_unnamed(kind: str) -> None:
    change = Change("Remove", "Data", kind)
    assert review.unconsented([change], ()) == (change,)


@pytest.mark.parametrize(("replacement", "loses"), [("Conditional", False), ("False", False), ("True", True)])
def test_a_nested_stack_is_perhaps_replaced_only_in_what_is_in_it(replacement: str, loses: bool) -> None:
    change = Change("Modify", "Child", "AWS::CloudFormation::Stack", replacement=replacement)
    assert review.loses(change) is loses


@pytest.mark.parametrize(
    "change",
    [
        Change("Dynamic", "Data", "AWS::S3::Bucket"),
        Change("Frobnicate", "Data", "AWS::S3::Bucket"),
        Change("Modify", "Data", "AWS::S3::Bucket", replacement="Perhaps"),
    ],
)
def test_what_is_not_known_is_taken_for_the_worst_and_shown(change: Change) -> None:
    assert review.unconsented([change], ()) == (change,)
    assert review.unconsented([change], {"Data"}) == ()
    out = console(json_lines=True)
    Report(out, "us-west-2/items").changes([change])
    assert "holds data" in printed(out)
    assert f'"action": "{change.action}"' in printed(out)


@pytest.mark.parametrize("action", ["Add", "Import", "SyncWithActual"])
def test_what_only_comes_into_a_stack_threatens_nothing(action: str) -> None:
    assert review.unconsented([Change(action, "Data", "AWS::S3::Bucket")], ()) == ()
