"""Nested stacks on the embedded AWS, which makes no change sets of them: said, explained, and led out of."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .stage import Stage

pytestmark = pytest.mark.e2e

GOOD = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "x"}}
# CloudFormation does not make secure strings: what fails, fails only when it is executed.
BROKEN = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "SecureString", "Value": "x"}}


def nested(stage: Stage, version: str, **resources: Any) -> dict[str, Any]:
    """A parent whose nested stack has these resources."""
    bucket = f"{stage.name}-templates"
    if version == "1":
        stage.cloud.call("s3", "create_bucket", {"Bucket": bucket, "CreateBucketConfiguration": REGION})
    body = json.dumps({"Resources": resources}).encode()
    stage.cloud.call("s3", "put_object", {"Bucket": bucket, "Key": f"{version}.json", "Body": body})
    url = f"{stage.url}/{bucket}/{version}.json"
    return {"Child": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}


REGION = {"LocationConstraint": "us-west-2"}


def test_a_failure_in_a_nested_stack_is_told_as_its_own_and_its_change_as_not_told(stage: Stage) -> None:
    stage.commit(nested(stage, "1", Good=GOOD))
    run = stage.gen("deploy")
    assert (run.code, stage.status()) == (0, "CREATE_COMPLETE"), run.words

    stage.commit(nested(stage, "2", Good=GOOD, Bad=BROKEN))
    run = stage.gen("deploy")
    assert run.code == 5, run.words
    assert "what changes in nested stacks is not told: Child" in run.words
    for told in (run, stage.gen("diagnose", "items")):
        assert "cause: Child.Bad (AWS::SSM::Parameter): " in told.words
        assert "SecureString" in told.words

    stage.commit(nested(stage, "3", Good=GOOD, More=GOOD))
    run = stage.gen("deploy")
    assert (run.code, stage.status()) == (0, "UPDATE_COMPLETE"), run.words
    run = stage.gen("delete")
    assert (run.code, stage.status()) == (0, None), run.words


def test_a_new_nested_stack_that_fails_is_rolled_back_with_its_parent(stage: Stage) -> None:
    stage.commit(nested(stage, "1", Bad=BROKEN))
    run = stage.gen("deploy")
    assert (run.code, stage.status()) == (5, "ROLLBACK_COMPLETE"), run.words
    # The engine does not say which stack it was. Its reason is the one of the resource in it.
    assert "cause: Child (AWS::CloudFormation::Stack): AWS::SSM::Parameter Type 'SecureString'" in run.words
    stage.commit(nested(stage, "2", Good=GOOD))
    run = stage.gen("deploy")
    assert (run.code, stage.status()) == (0, "CREATE_COMPLETE"), run.words
