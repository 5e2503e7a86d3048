"""What the tests over botocore's stubs share: ARNs, a moment, a request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from generator.deploy.cloud import ChangeSetRequest

STACK = "arn:aws:cloudformation:us-west-2:111122223333:stack/dev-us-west-2-items/1"

SET = "arn:aws:cloudformation:us-west-2:111122223333:changeSet/gen-abc-1/2"

TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def request(**changes: Any) -> ChangeSetRequest:
    values: dict[str, Any] = {
        "stack": "dev-us-west-2-items",
        "name": "gen-abc-1",
        "type": "CREATE",
        "body": "{}",
        "parameters": {"A": "1", "B": None},
        "capabilities": ("CAPABILITY_IAM",),
        "tags": {"b": "2", "a": "1"},
        "token": "t",
        **changes,
    }
    return ChangeSetRequest(**values)
