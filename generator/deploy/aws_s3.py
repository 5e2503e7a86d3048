"""The S3 calls of ``aws.AwsCloud``: packages and large templates in the artifact bucket."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

from generator.deploy import api_errors
from generator.deploy.cloud import Endpoint
from generator.errors import DeployError


class S3Calls:
    """What AwsCloud asks of S3. ``calling`` turns botocore's errors into ours."""

    region: str
    endpoint: Endpoint
    s3: Any
    calling: Callable[[str, str], AbstractContextManager[None]]

    def uploaded(self, *, bucket: str, key: str, owner: str, sha256: str) -> bool:
        """See Cloud.

        An object that was put without a checksum is trusted by its name, which holds the digest.
        """
        with self.calling("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}"):
            try:
                answer = self.s3.head_object(
                    Bucket=bucket, Key=key, ExpectedBucketOwner=owner, ChecksumMode="ENABLED"
                )
            except self.s3.exceptions.ClientError as error:
                if api_errors.told(error.response, "Code") in {"404", "NoSuchKey"}:
                    return False
                raise
        if answer.get("ChecksumSHA256", sha256) != sha256:
            raise DeployError(
                f"s3://{bucket}/{key} is there with other content than its name says",
                "find out who wrote it; delete that object, then run the same command",
            )
        return True

    def upload(self, *, bucket: str, key: str, owner: str, body: bytes, sha256: str) -> None:
        """See Cloud.

        No encryption header is sent: with ``aws:kms`` and no key id, S3 would take the key aws/s3 in place of
        the bucket's default key (Amazon S3 API Reference, PutObject, "x-amz-server-side-encryption").
        """
        with self.calling("s3:PutObject", f"arn:aws:s3:::{bucket}/{key}"):
            try:
                self.s3.put_object(
                    Bucket=bucket,
                    Key=key,
                    Body=body,
                    ChecksumAlgorithm="SHA256",
                    ChecksumSHA256=sha256,
                    ExpectedBucketOwner=owner,
                    IfNoneMatch="*",
                )
            except self.s3.exceptions.ClientError as error:
                # Somebody else uploaded the same content between our look and our put.
                if api_errors.told(error.response, "Code") != "PreconditionFailed":
                    raise

    def object_url(self, *, bucket: str, key: str) -> str:
        """See Cloud."""
        if self.endpoint.url:
            return f"{self.endpoint.url}/{bucket}/{quote(key)}"
        return f"https://{bucket}.s3.{self.region}.amazonaws.com/{quote(key)}"

    def is_empty(self, bucket: str) -> bool:
        """See Cloud."""
        with self.calling("s3:ListBucketVersions", f"arn:aws:s3:::{bucket}"):
            try:
                answer = self.s3.list_object_versions(Bucket=bucket, MaxKeys=1)
            except self.s3.exceptions.NoSuchBucket:
                return True
        return not (answer.get("Versions") or answer.get("DeleteMarkers"))

    def empty(self, bucket: str, *, owner: str) -> None:
        """See Cloud. A page of a list is as much as one call deletes: 1,000 objects."""
        arn = f"arn:aws:s3:::{bucket}"
        while True:
            with self.calling("s3:ListBucketVersions", arn):
                try:
                    page = self.s3.list_object_versions(Bucket=bucket, ExpectedBucketOwner=owner)
                except self.s3.exceptions.NoSuchBucket:
                    return
                found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
            if not objects:
                return
            with self.calling("s3:DeleteObjectVersion", f"{arn}/*"):
                answer = self.s3.delete_objects(
                    Bucket=bucket, Delete={"Objects": objects, "Quiet": True}, ExpectedBucketOwner=owner
                )
                for error in answer.get("Errors", []):
                    why = f"{error['Code']}: {error['Message']}"
                    raise DeployError(
                        f"s3://{bucket}/{error['Key']} cannot be deleted: {why}",
                        "see to what protects it, then run the same command",
                    )
