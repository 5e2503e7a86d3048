"""A private S3 bucket."""

from __future__ import annotations

from awacs.aws import Condition, Deny, Null, Principal, Statement, StringEquals, StringNotEqualsIfExists
from troposphere import GetAtt, Ref, Sub, s3

from generator import names
from generator.components.component import Component
from generator.components.excuse import NO_ACCESS_LOG, excused
from generator.components.grant import Value, actions, deny_plain_http, document
from generator.components.key import Key
from generator.components.scope import Scope

ACCOUNT_ID_DIGITS = 12


class Bucket(Component, frozen=True, kw_only=True):
    """A bucket and its policy."""

    logical_id: str

    @property
    def name(self) -> Value:
        """Name of the bucket."""
        return Ref(self.logical_id)


def bucket(scope: Scope, logical_id: str, *, encryption: Key, noncurrent_days: int) -> Bucket:
    """Versioned, encrypted with our key and no other, closed to the public, TLS only.

    Bucket names are unique in the world, so the account id is part of the name. Objects that were replaced
    go after ``noncurrent_days``.
    """
    name = scope.name("bucket", logical_id)
    names.checked("bucket", f"{name}-{ACCOUNT_ID_DIGITS * '0'}")
    resource = s3.Bucket(
        logical_id,
        BucketName=Sub(f"{name}-${{AWS::AccountId}}"),
        BucketEncryption=s3.BucketEncryption(
            ServerSideEncryptionConfiguration=[
                s3.ServerSideEncryptionRule(
                    BucketKeyEnabled=True,
                    ServerSideEncryptionByDefault=s3.ServerSideEncryptionByDefault(
                        KMSMasterKeyID=encryption.arn, SSEAlgorithm="aws:kms"
                    ),
                )
            ]
        ),
        LifecycleConfiguration=s3.LifecycleConfiguration(Rules=[_lifecycle(noncurrent_days)]),
        OwnershipControls=s3.OwnershipControls(
            Rules=[s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]
        ),
        PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        Tags=scope.tag_list(name),
        VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
        **excused(NO_ACCESS_LOG),
        **scope.data_policies,
    )
    policy = s3.BucketPolicy(
        f"{logical_id}Policy", Bucket=Ref(resource), PolicyDocument=_policy(logical_id, encryption)
    )
    return Bucket(logical_id=logical_id, resources=(resource, policy))


def _lifecycle(noncurrent_days: int) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(DaysAfterInitiation=7),
        Id="Tidy",
        NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=noncurrent_days),
        Status="Enabled",
    )


def _policy(logical_id: str, encryption: Key) -> Value:
    own, objects = GetAtt(logical_id, "Arn"), Sub(f"${{{logical_id}.Arn}}/*")
    other_keys = _deny_puts(
        "DenyOtherKeys",
        objects,
        StringNotEqualsIfExists("s3:x-amz-server-side-encryption-aws-kms-key-id", encryption.arn),
    )
    other_ways = _deny_puts(
        "DenyOtherEncryption", objects, StringNotEqualsIfExists("s3:x-amz-server-side-encryption", "aws:kms")
    )
    callers_keys = _deny_puts(
        "DenyCallersKeys", objects, Null("s3:x-amz-server-side-encryption-customer-algorithm", "false")
    )
    # "aws:kms" without a key takes the account's S3 key; without the header the bucket's own key is used.
    nameless_key = _deny_puts(
        "DenyNamelessKey",
        objects,
        StringEquals("s3:x-amz-server-side-encryption", "aws:kms"),
        Null("s3:x-amz-server-side-encryption-aws-kms-key-id", "true"),
    )
    return document(
        [callers_keys, nameless_key, other_ways, other_keys, deny_plain_http([own, objects], "s3:*")]
    )


def _deny_puts(sid: str, objects: Value, *conditions: Value) -> Statement:
    return Statement(
        Sid=sid,
        Effect=Deny,
        Principal=Principal("*"),
        Action=actions("s3:PutObject"),
        Resource=[objects],
        Condition=Condition(list(conditions)),
    )
