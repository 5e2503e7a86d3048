"""The operations of the contract."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from handlers.common.clock import Clock
from handlers.common.contract import require_valid, unprocessable
from handlers.common.etags import ETags, parse_etags
from handlers.common.http import Response
from handlers.common.jsontext import encode
from handlers.common.problems import FieldError, Problem, not_found
from handlers.common.schema import Schema
from handlers.common.tokens import PageTokens
from handlers.items.idempotency import new_record, request_hash
from handlers.items.model import Item, broken_rules, merge, new_item, next_version
from handlers.items.store import ItemStore

_JSON = {"Content-Type": "application/json"}
_REVALIDATE = {"Cache-Control": "private, no-cache"}
Parameters = Mapping[str, Any]


class ItemService:
    """What each operation does, for a known caller, with parameters and body that fit the contract."""

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

    def create(self, body: dict[str, Any], parameters: Parameters, *, caller: str, path: str) -> Response:
        """Create an item, or repeat the answer of the request that did."""
        now, key = self._clock(), parameters["Idempotency-Key"]
        errors = broken_rules(body, now=now)
        if errors:
            # A time to live that was in the future at first may be over when the request is repeated.
            earlier = self._store.earlier(principal=caller, key=key)
            if earlier is None or earlier.request_hash != request_hash(body):
                raise unprocessable(errors)
            return earlier.response
        item = new_item(body, item_id=self._new_id(), owner=caller, now=now)
        shown = _shown(item, status=201)
        response = Response(
            status=201,
            headers={**shown.headers, "Location": f"{path.rstrip('/')}/{item.id}"},
            body=shown.body,
        )
        record = new_record(body, response, principal=caller, key=key, now=now)
        earlier = self._store.create(item, record)
        if earlier is None:
            return response
        if earlier.request_hash != record.request_hash:
            raise Problem(422, "idempotency-key-reused", "The Idempotency-Key was used with another body.")
        return earlier.response

    def page(self, parameters: Parameters, *, caller: str) -> Response:
        """List the caller's items."""
        status, token = parameters.get("status"), parameters.get("next_token")
        scope = encode(["items", caller, status or ""])
        position = self._tokens.read(token, scope=scope) if token else None
        page = self._store.page(owner=caller, status=status, limit=parameters["limit"], position=position)
        body: dict[str, Any] = {"items": [item.to_json() for item in page.items]}
        if page.position is not None:
            body["next_token"] = self._tokens.write(page.position, scope=scope)
        return Response(status=200, headers=_JSON | _REVALIDATE, body=encode(body))

    def get(self, parameters: Parameters, *, caller: str) -> Response:
        """Show an item, or tell that the caller's copy is current."""
        held = _etags(parameters, "If-None-Match")
        item = self._find(parameters["id"], caller=caller)
        if held and held.match_weakly(str(item.version)):
            return Response(status=304, headers={"ETag": item.etag, **_REVALIDATE})
        return _shown(item, status=200)

    def replace(self, body: dict[str, Any], parameters: Parameters, *, caller: str) -> Response:
        """Replace an item."""
        expected, now = _required_etags(parameters), self._clock()
        _require_rules(body, now=now)
        item = self._find_expected(parameters["id"], expected, caller=caller)
        return self._write(next_version(item, body, now=now), expected, read_version=item.version)

    def patch(self, body: dict[str, Any], parameters: Parameters, *, caller: str) -> Response:
        """Merge a patch into an item."""
        expected, now = _required_etags(parameters), self._clock()
        item = self._find_expected(parameters["id"], expected, caller=caller)
        merged = merge(item.input(), body)
        require_valid(self._input_schema, merged)
        _require_rules(merged, now=now)
        return self._write(next_version(item, merged, now=now), expected, read_version=item.version)

    def delete(self, parameters: Parameters, *, caller: str) -> Response:
        """Delete an item."""
        expected = _required_etags(parameters)
        item = self._find_expected(parameters["id"], expected, caller=caller)
        if not self._store.delete(item.id, read_version=item.version):
            raise _overtaken(expected)
        return Response(status=204)

    def health(self) -> Response:
        """Tell that the table can be read; raises whatever the read raises."""
        self._store.ping()
        return Response(
            status=200, headers={**_JSON, "Cache-Control": "no-store"}, body=encode({"status": "ok"})
        )

    def _find(self, item_id: str, *, caller: str) -> Item:
        item = self._store.get(item_id, owner=caller)
        if item is None:
            raise not_found()
        return item

    def _find_expected(self, item_id: str, expected: ETags, *, caller: str) -> Item:
        item = self._find(item_id, caller=caller)
        if not expected.match_strongly(str(item.version)):
            raise _stale()
        return item

    def _write(self, item: Item, expected: ETags, *, read_version: int) -> Response:
        if not self._store.replace(item, read_version=read_version):
            raise _overtaken(expected)
        return _shown(item, status=200)


def _shown(item: Item, *, status: int) -> Response:
    return Response(
        status=status, headers={**_JSON, **_REVALIDATE, "ETag": item.etag}, body=encode(item.to_json())
    )


def _require_rules(said: Mapping[str, Any], *, now: datetime) -> None:
    errors = broken_rules(said, now=now)
    if errors:
        raise unprocessable(errors)


def _etags(parameters: Parameters, name: str) -> ETags | None:
    if name not in parameters:
        return None
    try:
        return parse_etags(parameters[name])
    except ValueError as error:
        mistake = FieldError(parameter=name, detail=str(error))
        raise Problem(
            400, "invalid-parameter", "A parameter or header is not valid.", errors=[mistake]
        ) from None


def _required_etags(parameters: Parameters) -> ETags:
    etags = _etags(parameters, "If-Match")
    if etags is None:
        raise Problem(
            428, "precondition-required", "Send If-Match with the ETag of the version to be changed."
        )
    return etags


def _stale() -> Problem:
    return Problem(412, "stale-version", "The item has another version. Read it again, then decide.")


def _overtaken(expected: ETags) -> Problem:
    """Another write came between read and write. Who said `*` named no version that could be stale."""
    if expected.anything:
        return Problem(409, "conflict", "The write collided with another one. Send it again.")
    return _stale()
