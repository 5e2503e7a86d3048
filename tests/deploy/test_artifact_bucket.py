"""The artifact bucket is full after every deployment: `gen delete` empties it with consent, and no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from generator import local
from generator.deploy import delete
from generator.deploy import site as sites
from generator.deploy.aws import AwsCloud
from generator.deploy.holdings import ARTIFACT_BUCKET
from generator.deploy.outcome import Deleted, Outcome, Stopped
from generator.errors import DeployError, RefusedError
from tests.support import TEMPLATES

from .fakes import FakeCloud
from .one_stack import DEV
from .support import Person, body, committed, console, printed, site, tools

NAME = "dev-us-west-2-bootstrap"
BUCKET = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Delete"}


class Bootstrap:
    """The stack that has the artifact bucket, which is full."""

    def __init__(self, folder: Path, *, production: bool = False, **more: Any) -> None:
        self.cloud, self.person, self.console = FakeCloud(), Person(), console()
        content = body(
            {"Artifacts": BUCKET, **more},
            "bootstrap",
            Production=production,
            Outputs={"ArtifactBucketName": {"Value": "physical-Artifacts"}},
        )
        where = msgspec.structs.replace(DEV, production=production)
        self.site = site(where, [committed(folder, content)], lambda _region: self.cloud, out=self.console)
        self.cloud.put(NAME, "CREATE_COMPLETE", content)
        self.cloud.full_buckets = {"physical-Artifacts"}

    def delete(self, **wish: Any) -> Outcome:
        (outcome,) = delete.delete(
            self.site,
            self.site.templates,
            tools=tools(self.cloud.clock, self.person),
            wish=delete.Wish(**wish),
        )
        return outcome

    def refused(self, **wish: Any) -> RefusedError:
        outcome = self.delete(**wish)
        assert isinstance(outcome, Stopped), outcome
        assert isinstance(outcome.error, RefusedError)
        assert "physical-Artifacts" in self.cloud.full_buckets
        assert self.cloud.get(NAME).status == "CREATE_COMPLETE"
        return outcome.error


def test_every_committed_bootstrap_gives_the_name_of_its_bucket_in_the_output() -> None:
    paths = sorted(TEMPLATES.glob("*/*/bootstrap.json"))
    assert paths
    for path in paths:
        content = json.loads(path.read_text(encoding="utf-8"))
        bucket = content["Outputs"][ARTIFACT_BUCKET]["Value"]["Ref"]
        assert content["Resources"][bucket]["Type"] == "AWS::S3::Bucket"


def test_it_is_emptied_with_consent(tmp_path: Path) -> None:
    place = Bootstrap(tmp_path)
    assert place.delete() == Deleted("us-west-2/bootstrap")
    assert place.person.questions == [
        f"empty physical-Artifacts (every version of all packages in it), and delete {NAME}?"
    ]
    assert "EMPTIES Artifacts (physical-Artifacts)" in printed(place.console)
    assert place.cloud.full_buckets == set()


def test_without_consent_it_stays_full(tmp_path: Path) -> None:
    place = Bootstrap(tmp_path)
    place.person.says_yes = False
    assert place.refused().fix.endswith("--stack bootstrap --yes")


def test_production_needs_the_option_too(tmp_path: Path) -> None:
    place = Bootstrap(tmp_path, production=True)
    assert place.refused().fix.endswith("--stack bootstrap --empty-artifacts")
    assert place.person.questions == []
    place.person.says_yes = False
    place.refused(empty_artifacts=True)
    place.person.says_yes = True
    assert place.delete(empty_artifacts=True) == Deleted("us-west-2/bootstrap")


def test_an_empty_one_needs_no_question(tmp_path: Path) -> None:
    place = Bootstrap(tmp_path)
    place.cloud.full_buckets = set()
    assert place.delete() == Deleted("us-west-2/bootstrap")
    assert place.person.questions == []


def test_another_full_bucket_is_nobodys_to_empty(tmp_path: Path) -> None:
    place = Bootstrap(tmp_path, Other=BUCKET)
    place.cloud.full_buckets |= {"physical-Other"}
    error = place.refused(empty_artifacts=True)
    assert "bucket physical-Other (Other of" in error.message
    assert "--recursive" not in error.fix


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsCloud]:
    with local.running(tmp_path_factory.mktemp("engine")) as engine:
        cloud = AwsCloud("us-west-2", sites.embedded(engine.endpoint_url))
        yield cloud
        cloud.close()


@pytest.mark.e2e
def test_every_version_and_marker_goes_also_of_more_than_a_page(aws: AwsCloud) -> None:
    aws.s3.create_bucket(Bucket="full", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    aws.s3.put_bucket_versioning(Bucket="full", VersioningConfiguration={"Status": "Enabled"})
    for number in range(1005):
        aws.s3.put_object(Bucket="full", Key=f"k{number % 600}", Body=b"x")
    aws.s3.delete_object(Bucket="full", Key="k1")
    aws.empty("full", owner="000000000000")
    assert aws.is_empty("full")
    aws.empty("full", owner="000000000000")
    aws.empty("none", owner="000000000000")


def test_an_object_that_cannot_be_deleted_is_told(aws: AwsCloud) -> None:
    from botocore.stub import Stubber

    with Stubber(aws.s3) as s3:
        versions = {"Versions": [{"Key": "k", "VersionId": "1"}]}
        s3.add_response("list_object_versions", versions)
        refused = {"Key": "k", "VersionId": "1", "Code": "AccessDenied", "Message": "locked"}
        s3.add_response("delete_objects", {"Errors": [refused]})
        with pytest.raises(DeployError, match=r"s3://b/k.*AccessDenied.*locked"):
            aws.empty("b", owner="1")
