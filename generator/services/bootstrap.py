"""What every other stack of a region needs: a bucket for code, and API Gateway's role for logs."""

from __future__ import annotations

from generator.components.api_account import api_account
from generator.components.bucket import bucket
from generator.components.key import customer_key
from generator.config import Target
from generator.stack import Stack

OLD_CODE_DAYS = 365


def build(target: Target) -> Stack:
    """Artifact bucket with its key; the API Gateway account setting unless someone else owns it."""
    stack = Stack(target, "bootstrap", description="Artifact bucket and API Gateway's role for logs")
    scope = stack.scope
    key = stack.add(customer_key(scope, "ArtifactKey"))
    artifacts = stack.add(bucket(scope, "Artifacts", encryption=key, noncurrent_days=OLD_CODE_DAYS))
    if target.environment.api_gateway_account == "managed":
        stack.add(api_account(scope, "ApiAccount"))
    stack.output("ArtifactBucketName", artifacts.name, "Bucket that holds the code of functions")
    stack.output("ArtifactKeyArn", key.arn, "Key that encrypts the bucket")
    return stack
