"""The artifact bucket over botocore's own service model."""

from __future__ import annotations

import pytest
from botocore.stub import Stubber

from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import (
    Endpoint,
)
from generator.errors import DeployError

WHERE = {"bucket": "b", "key": "code/k.zip", "owner": "111122223333"}


HEAD = {"Bucket": "b", "Key": "code/k.zip", "ExpectedBucketOwner": "111122223333", "ChecksumMode": "ENABLED"}


def test_an_object_is_there_when_its_checksum_says_so(aws: AwsCloud, s3: Stubber) -> None:
    s3.add_response("head_object", {"ChecksumSHA256": "sum"}, HEAD)
    assert aws.uploaded(**WHERE, sha256="sum")
    s3.add_response("head_object", {}, HEAD)
    assert aws.uploaded(**WHERE, sha256="sum")
    s3.add_client_error("head_object", "404", http_status_code=404)
    assert not aws.uploaded(**WHERE, sha256="sum")
    s3.add_response("head_object", {"ChecksumSHA256": "other"}, HEAD)
    with pytest.raises(DeployError, match="other content"):
        aws.uploaded(**WHERE, sha256="sum")
    s3.add_client_error("head_object", "403", http_status_code=403)
    with pytest.raises(DeployError) as caught:
        aws.uploaded(**WHERE, sha256="sum")
    assert '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/code/k.zip"' in caught.value.fix


def test_an_upload_names_owner_and_checksum_and_never_overwrites(aws: AwsCloud, s3: Stubber) -> None:
    sent = {
        "Bucket": "b",
        "Key": "code/k.zip",
        "Body": b"zip",
        "ChecksumAlgorithm": "SHA256",
        "ChecksumSHA256": "sum",
        "ExpectedBucketOwner": "111122223333",
        "IfNoneMatch": "*",
    }
    s3.add_response("put_object", {}, sent)
    aws.upload(**WHERE, body=b"zip", sha256="sum")
    s3.add_client_error("put_object", "PreconditionFailed", http_status_code=412)
    aws.upload(**WHERE, body=b"zip", sha256="sum")


def test_a_bucket_with_only_delete_markers_is_not_empty(aws: AwsCloud, s3: Stubber) -> None:
    sent = {"Bucket": "b", "MaxKeys": 1}
    s3.add_response("list_object_versions", {}, sent)
    assert aws.is_empty("b")
    s3.add_response("list_object_versions", {"DeleteMarkers": [{"Key": "k", "VersionId": "v"}]}, sent)
    assert not aws.is_empty("b")
    s3.add_client_error("list_object_versions", "NoSuchBucket")
    assert aws.is_empty("b")


def test_templates_have_a_url_in_the_region_or_at_the_endpoint(aws: AwsCloud) -> None:
    assert (
        aws.object_url(bucket="b", key="templates/x.json")
        == "https://b.s3.us-west-2.amazonaws.com/templates/x.json"
    )
    local = AwsCloud("us-west-2", Endpoint("http://127.0.0.1:4566", "test", "test"))
    assert local.object_url(bucket="b", key="t/x y") == "http://127.0.0.1:4566/b/t/x%20y"
    local.close()
