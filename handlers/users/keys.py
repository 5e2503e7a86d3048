"""Primary keys of the users table."""

import hashlib

from handlers.common.dynamodb import Typed

KEY_PREFIX = "USER#"
PROFILE = "PROFILE"


def profile_key(user_id: str) -> Typed:
    """Return the primary key of a profile."""
    return {"pk": {"S": KEY_PREFIX + user_id}, "sk": {"S": PROFILE}}


def guard_key(email: str) -> Typed:
    """Return the primary key of the row that keeps an address unique, however it is capitalised.

    The contract lets no address through that is not ASCII, so that lower case is one form.
    """
    digest = hashlib.sha256(email.lower().encode()).hexdigest()
    return {"pk": {"S": f"EMAIL#{digest}"}, "sk": {"S": "GUARD"}}
