"""The operations of the contract."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from handlers.common.api import Call, Operations
from handlers.common.clock import Clock
from handlers.common.conditions import (
    REVALIDATE,
    created,
    expected,
    is_held,
    not_modified,
    overtaken,
    require_expected,
    shown,
)
from handlers.common.contract import require_valid, unprocessable
from handlers.common.etags import ETags
from handlers.common.http import Response, json_response
from handlers.common.idempotency import new_record, request_hash
from handlers.common.jsontext import encode
from handlers.common.merge_patch import merge
from handlers.common.problems import not_found
from handlers.common.schema import Schema
from handlers.common.tokens import PageTokens
from handlers.items.model import Item, broken_rules, from_row, new_item, next_version
from handlers.items.store import ItemStore


class ItemService:
    """What each operation does with a call that fits the contract."""

    def __init__(
        self,
        store: ItemStore,
        tokens: PageTokens,
        *,
        input_schema: Schema,
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._input_schema = input_schema
        self._clock = clock
        self._new_id = new_id

    @property
    def operations(self) -> Operations:
        """The functions by operation id."""
        return {
            "createItem": self.create,
            "deleteItem": self.delete,
            "getItem": self.get,
            "listItems": self.page,
            "patchItem": self.patch,
            "replaceItem": self.replace,
        }

    def create(self, call: Call) -> Response:
        """Create an item, or repeat the answer of the request that did."""
        now, key = self._clock(), call.parameters["Idempotency-Key"]
        errors = broken_rules(call.body, now=now)
        if errors:
            # A time to live that was in the future at first may be over when the request is repeated.
            earlier = self._store.earlier(principal=call.caller, key=key)
            if earlier is None or earlier.request_hash != request_hash(call.body):
                raise unprocessable(errors)
            return earlier.response
        item = new_item(call.body, item_id=self._new_id(), owner=call.caller, now=now)
        response = created(item.to_json(), version=item.version, path=call.path)
        record = new_record(call.body, response, principal=call.caller, key=key, now=now)
        earlier = self._store.create(item, record)
        return response if earlier is None else earlier.answer_to(call.body)

    def page(self, call: Call) -> Response:
        """List the caller's items."""
        status, token = call.parameters.get("status"), call.parameters.get("next_token")
        scope = encode(["items", call.caller, status or ""])
        position = self._tokens.read(token, scope=scope) if token else None
        page = self._store.page(
            owner=call.caller, status=status, limit=call.parameters["limit"], position=position
        )
        body: dict[str, Any] = {"items": [from_row(row).to_json() for row in page.rows]}
        if page.position is not None:
            body["next_token"] = self._tokens.write(page.position, scope=scope)
        return json_response(200, body, headers=REVALIDATE)

    def get(self, call: Call) -> Response:
        """Show an item, or tell that the caller's copy is current."""
        item = self._find(call)
        if is_held(call.parameters, item.version):
            return not_modified(item.version)
        return shown(item.to_json(), version=item.version)

    def replace(self, call: Call) -> Response:
        """Replace an item."""
        etags, now = expected(call.parameters), self._clock()
        _require_rules(call.body, now=now)
        item = self._find_expected(call, etags)
        return self._write(next_version(item, call.body, now=now), etags, read_version=item.version)

    def patch(self, call: Call) -> Response:
        """Merge a patch into an item."""
        etags, now = expected(call.parameters), self._clock()
        item = self._find_expected(call, etags)
        merged = merge(item.input(), call.body)
        require_valid(self._input_schema, merged)
        _require_rules(merged, now=now)
        return self._write(next_version(item, merged, now=now), etags, read_version=item.version)

    def delete(self, call: Call) -> Response:
        """Delete an item."""
        etags = expected(call.parameters)
        item = self._find_expected(call, etags)
        if not self._store.delete(item.id, read_version=item.version):
            raise overtaken(etags)
        return Response(status=204)

    def _find(self, call: Call) -> Item:
        item = self._store.get(call.parameters["id"], owner=call.caller)
        if item is None:
            raise not_found()
        return item

    def _find_expected(self, call: Call, etags: ETags) -> Item:
        item = self._find(call)
        require_expected(etags, item.version)
        return item

    def _write(self, item: Item, etags: ETags, *, read_version: int) -> Response:
        if not self._store.replace(item, read_version=read_version):
            raise overtaken(etags)
        return shown(item.to_json(), version=item.version)


def _require_rules(said: Mapping[str, Any], *, now: datetime) -> None:
    errors = broken_rules(said, now=now)
    if errors:
        raise unprocessable(errors)
