"""The resource policy of a cached API: no caller empties its cache."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from awacs.aws import Allow, Condition, Deny, Principal, Statement
from awacs.aws import Bool as BoolCondition
from troposphere import encode_to_dict

from generator.components.api_stage import STAGE
from generator.components.contract import Operation
from generator.components.grant import actions, document

# An API's own ARN cannot stand in its policy, which exists first. API Gateway completes this short form
# (API Gateway developer guide, "API Gateway resource policy examples").
API = "execute-api:"


def cache_policy(operations: Iterable[Operation]) -> dict[str, Any]:
    """Denies every caller to invalidate entries; operators flush the cache through API Gateway itself.

    With any resource policy an operation without authorization needs an Allow, so the open ones get it.
    For the others the callers' own IAM policies decide as before (API Gateway developer guide, "How API
    Gateway resource policies affect authorization workflow").
    """
    opened = {
        f"{API}/{STAGE}/{one.method}{re.sub(r'{[^}]+}', '*', one.path)}" for one in operations if one.open
    }
    policy = document(
        [
            Statement(
                Sid="DenyCacheInvalidation",
                Effect=Deny,
                Principal=Principal("*"),
                Action=actions("execute-api:InvalidateCache"),
                Resource=[f"{API}/*"],
            ),
            Statement(
                Sid="AllowOpenOperations",
                Effect=Allow,
                Principal=Principal("*"),
                Action=actions("execute-api:Invoke"),
                Resource=sorted(opened),
                # Always so at API Gateway. It is said because whoever reads an Allow for everybody asks.
                Condition=Condition(BoolCondition("aws:SecureTransport", "true")),
            ),
        ]
    )
    encoded: dict[str, Any] = encode_to_dict(policy)
    return encoded
