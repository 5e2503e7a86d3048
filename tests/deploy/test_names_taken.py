"""What a deleted stack left keeps its name: the failure of the next creation says how to take it in again."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.deploy import run
from generator.deploy.cloud import Validation
from generator.deploy.failure import Cause, taken
from generator.deploy.outcome import Deployed, RolledBack

from .fakes import FakeCloud
from .support import TABLE, body, committed, job

KEPT = {**TABLE, "DeletionPolicy": "RetainExceptOnCreate"}
ADOPT = (
    "if it is what a deleted stack left, take it in: gen deploy --env dev --region us-west-2 --stack items "
    "--adopt; else give it another name (suffix in the environment's file, then render)"
)


@pytest.mark.parametrize(
    ("reason", "known"),
    [
        ("dev-items-table already exists", True),
        ("Resource of type 'AWS::DynamoDB::Table' with identifier 'x' already exists.", True),
        ("(Service: Sqs, Status Code: 400) (HandlerErrorCode: AlreadyExists)", True),
        ("A resource with this physical name exists", True),
        ("x already exists in stack arn:aws:cloudformation:us-west-2:1:stack/other/1", False),
        ("Access denied", False),
        ("Table x does not exist", False),
    ],
)
def test_a_name_that_is_taken_is_known_by_its_reason(reason: str, known: bool) -> None:
    if "physical name" in reason:
        cause = Cause("Table", "NAME_CONFLICT_VALIDATION", "VALIDATION_FAILED", reason)
    else:
        cause = Cause("Table", "AWS::DynamoDB::Table", "CREATE_FAILED", reason)
    assert taken(cause) is known
    other = Cause("Other", "AWS::SQS::Queue", "CREATE_FAILED", "Access denied", also=(cause,))
    assert taken(other) is known


def test_a_creation_that_fails_on_a_retained_resource_names_adopt_which_then_goes_through(
    tmp_path: Path,
) -> None:
    cloud = FakeCloud()
    one = committed(tmp_path, body({"Table": KEPT}))
    cloud.outside = {"Table"}
    outcome = run.deploy(job(cloud, one))
    assert isinstance(outcome, RolledBack)
    assert outcome.fix == ADOPT
    assert isinstance(run.deploy(job(cloud, one, adopt=True)), Deployed)


def test_a_change_set_that_validation_refuses_for_a_name_names_adopt_too(tmp_path: Path) -> None:
    cloud = FakeCloud()
    finding = Validation("Table", "NAME_CONFLICT_VALIDATION", "Resource with identifier x already exists")
    cloud.invalid = (finding,)
    outcome = run.deploy(job(cloud, committed(tmp_path, body({"Table": KEPT}))))
    assert isinstance(outcome, RolledBack)
    assert outcome.fix == ADOPT


def test_with_adopt_the_cause_has_to_go(tmp_path: Path) -> None:
    cloud = FakeCloud()
    cloud.invalid = (Validation("Table", "x", "Resource with identifier x already exists"),)
    outcome = run.deploy(job(cloud, committed(tmp_path, body({"Table": KEPT})), adopt=True))
    assert isinstance(outcome, RolledBack)
    assert "--adopt" not in outcome.fix.partition("then:")[0]
