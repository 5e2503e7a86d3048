"""Primary keys of the items table."""

from handlers.common.dynamodb import Typed

KEY_PREFIX = "ITEM#"
SORT_KEY = "META"


def key(item_id: str) -> Typed:
    """Return the primary key of an item."""
    return {"pk": {"S": KEY_PREFIX + item_id}, "sk": {"S": SORT_KEY}}
