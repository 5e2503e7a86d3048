"""What a change set would do to data."""

from __future__ import annotations

import pytest

from generator.deploy import review
from generator.deploy.cloud import Change, Detail


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
