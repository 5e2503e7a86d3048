"""Buckets and their replication."""

from __future__ import annotations

from tests.rules.mutations.change import Mutation, Template, put, remove, replace

BUCKET = "AWS::S3::Bucket"
RULE = ("Properties", "ReplicationConfiguration", "Rules", 0)


def _widen_replication(template: Template) -> str | None:
    for name, resource in template["Resources"].items():
        if resource["Type"] == BUCKET and "ReplicationConfiguration" in resource["Properties"]:
            role = template["Resources"]["ReplicationRole"]["Properties"]
            role["Policies"][0]["PolicyDocument"]["Statement"][0]["Action"] = "s3:*"
            return str(name)
    return None


def _without_versions(template: Template) -> str | None:
    for name, resource in template["Resources"].items():
        if resource["Type"] == BUCKET and "ReplicationConfiguration" in resource["Properties"]:
            del resource["Properties"]["VersioningConfiguration"]
            return str(name)
    return None


def _allow_plain_http(template: Template) -> str | None:
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::S3::BucketPolicy":
            document = resource["Properties"]["PolicyDocument"]
            document["Statement"] = [
                one for one in document["Statement"] if "SecureTransport" not in str(one.get("Condition"))
            ] or [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "111122223333"},
                    "Action": "s3:GetObject",
                    "Resource": "arn:aws:s3:::x/*",
                }
            ]
            return str(name)
    return None


MUTATIONS = (
    Mutation("E9701", remove(BUCKET, *RULE, "Destination", "EncryptionConfiguration")),
    Mutation("E9702", remove(BUCKET, *RULE, "SourceSelectionCriteria", "SseKmsEncryptedObjects")),
    Mutation(
        "E9702",
        replace("Disabled", BUCKET, *RULE, "SourceSelectionCriteria", "SseKmsEncryptedObjects", "Status"),
    ),
    Mutation("W9703", remove(BUCKET, *RULE, "Destination", "Metrics")),
    Mutation("W9704", _widen_replication),
    Mutation("E9705", _without_versions),
    Mutation("E9706", remove(BUCKET, *RULE, "DeleteMarkerReplication")),
    Mutation("W9707", remove(BUCKET, "Properties", "PublicAccessBlockConfiguration")),
    Mutation(
        "W9707",
        replace(False, BUCKET, "Properties", "PublicAccessBlockConfiguration", "RestrictPublicBuckets"),
    ),
    Mutation("W9708", remove(BUCKET, "Properties", "BucketEncryption")),
    Mutation("W9709", remove(BUCKET, "Properties", "VersioningConfiguration")),
    Mutation("W9710", _allow_plain_http),
    Mutation("E9711", put("PublicReadWrite", BUCKET, "Properties", "AccessControl")),
    Mutation(
        "I9712",
        remove(BUCKET, "Properties", "LifecycleConfiguration", "Rules", 0, "AbortIncompleteMultipartUpload"),
    ),
)
