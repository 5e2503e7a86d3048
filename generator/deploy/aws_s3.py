"""The S3 calls of ``aws.AwsCloud``: packages and large templates in the artifact bucket."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from generator.deploy import api_errors
from generator.deploy.aws_repeating import Repeating
from generator.deploy.cloud import Endpoint, UnreadableError
from generator.errors import DeployError


class S3Calls(Repeating):
    """What AwsCloud asks of S3."""

    region: str
    endpoint: Endpoint
    s3: Any

    def uploaded(self, *, bucket: str, key: str, owner: str, sha256: str) -> bool:
        """See Cloud.

        An object that was put without a checksum is trusted by its name, which holds the digest.
        """

        def read() -> str | None:
            try:
                answer = self.s3.head_object(
                    Bucket=bucket, Key=key, ExpectedBucketOwner=owner, ChecksumMode="ENABLED"
                )
            except self.s3.exceptions.ClientError as error:
                if api_errors.told(error.response, "Code") in {"404", "NoSuchKey"}:
                    return None
                raise
            found: str = answer.get("ChecksumSHA256", sha256)
            return found

        found = self.repeating("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}", read)
        if found is None:
            return False
        if found != sha256:
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
        return not self._versions(bucket, MaxKeys=1)

    def _versions(self, bucket: str, **more: Any) -> list[dict[str, str]]:
        """A page of object versions and delete markers, as DeleteObjects names them."""

        def read() -> list[dict[str, str]]:
            try:
                page = self.s3.list_object_versions(Bucket=bucket, **more)
            except self.s3.exceptions.NoSuchBucket:
                return []
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            return [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]

        found: list[dict[str, str]] = self.repeating("s3:ListBucketVersions", f"arn:aws:s3:::{bucket}", read)
        return found

    def empty(self, bucket: str, *, owner: str) -> None:
        """See Cloud. A page of a list is as much as one call deletes: 1,000 objects."""
        arn = f"arn:aws:s3:::{bucket}"
        before: list[dict[str, str]] = []
        while objects := self._versions(bucket, ExpectedBucketOwner=owner):
            if objects == before:
                told = self._unreadable("s3:ListBucketVersions", "it lists what was deleted")
                raise UnreadableError(*told)
            before = objects
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
