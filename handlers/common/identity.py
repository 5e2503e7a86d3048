"""Who calls."""

import re
from collections.abc import Mapping
from typing import Any

_ASSUMED_ROLE = re.compile(r"(arn:[^:]+:sts::[0-9]{12}:assumed-role/[^/]+)/.+")


def principal(context: Mapping[str, Any]) -> str | None:
    """Return the caller's identity from a request context, or None if it has none.

    In this order: the subject of a Cognito user pool token, the identity of a Cognito identity pool,
    the ARN of an IAM caller. The session name of an assumed role is left out, so that a service keeps
    its items when its session changes; everybody who may assume the role is then the same caller.
    """
    authorizer, identity = context.get("authorizer"), context.get("identity")
    claims = authorizer.get("claims") if isinstance(authorizer, Mapping) else None
    subject = claims.get("sub") if isinstance(claims, Mapping) else None
    if isinstance(subject, str) and subject:
        return subject
    if not isinstance(identity, Mapping):
        return None
    for name in ("cognitoIdentityId", "userArn"):
        value = identity.get(name)
        if isinstance(value, str) and value:
            role = _ASSUMED_ROLE.fullmatch(value)
            return role[1] if role else value
    return None
