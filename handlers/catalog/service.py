"""The operations of the contract. What reads answer depends on the product and the parameters, on nobody."""

from typing import Any

from handlers.catalog.model import Product, from_row, new_product, next_version
from handlers.catalog.store import ProductStore
from handlers.common.api import Call, Operations
from handlers.common.clock import Clock
from handlers.common.conditions import REVALIDATE, created, expected, overtaken, require_expected, shown
from handlers.common.contract import require_valid
from handlers.common.etags import ETags
from handlers.common.http import Response, json_response
from handlers.common.idempotency import new_record
from handlers.common.jsontext import encode
from handlers.common.merge_patch import merge
from handlers.common.problems import not_found
from handlers.common.schema import Schema
from handlers.common.tokens import PageTokens


class CatalogService:
    """What each operation does with a call that fits the contract."""

    def __init__(
        self, store: ProductStore, tokens: PageTokens, *, input_schema: Schema, clock: Clock
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._input_schema = input_schema
        self._clock = clock

    @property
    def operations(self) -> Operations:
        """The functions by operation id."""
        return {
            "createProduct": self.create,
            "deleteProduct": self.delete,
            "getProduct": self.get,
            "listProducts": self.page,
            "patchProduct": self.patch,
            "replaceProduct": self.replace,
        }

    def create(self, call: Call) -> Response:
        """Create a product, or repeat the answer of the request that did."""
        now, key = self._clock(), call.parameters["Idempotency-Key"]
        product = new_product(call.body, now=now)
        response = created(product.to_json(), version=product.version, path=call.path, name="sku")
        record = new_record(call.body, response, principal=call.caller, key=key, now=now)
        earlier = self._store.create(product, record)
        return response if earlier is None else earlier.answer_to(call.body)

    def page(self, call: Call) -> Response:
        """List products. The token is bound to no caller: the page it stands on is cached for all."""
        category, token = call.parameters.get("category"), call.parameters.get("next_token")
        scope = encode(["products", category or ""])
        position = self._tokens.read(token, scope=scope) if token else None
        page = self._store.page(category=category, limit=call.parameters["limit"], position=position)
        body: dict[str, Any] = {"products": [from_row(row).to_json() for row in page.rows]}
        if page.position is not None:
            body["next_token"] = self._tokens.write(page.position, scope=scope)
        return json_response(200, body, headers=REVALIDATE)

    def get(self, call: Call) -> Response:
        """Show a product. Never 304: from the gateway's cache it would reach callers who hold no copy."""
        product = self._find(call)
        return shown(product.to_json(), version=product.version)

    def replace(self, call: Call) -> Response:
        """Replace a product."""
        etags, now = expected(call.parameters), self._clock()
        product = self._find_expected(call, etags)
        return self._write(next_version(product, call.body, now=now), etags, read_version=product.version)

    def patch(self, call: Call) -> Response:
        """Merge a patch into a product."""
        etags, now = expected(call.parameters), self._clock()
        product = self._find_expected(call, etags)
        merged = merge(product.input(), call.body)
        require_valid(self._input_schema, merged)
        return self._write(next_version(product, merged, now=now), etags, read_version=product.version)

    def delete(self, call: Call) -> Response:
        """Delete a product."""
        etags = expected(call.parameters)
        product = self._find_expected(call, etags)
        if not self._store.delete(product.sku, read_version=product.version):
            raise overtaken(etags)
        return Response(status=204)

    def _find(self, call: Call) -> Product:
        product = self._store.get(call.parameters["sku"])
        if product is None:
            raise not_found()
        return product

    def _find_expected(self, call: Call, etags: ETags) -> Product:
        product = self._find(call)
        require_expected(etags, product.version)
        return product

    def _write(self, product: Product, etags: ETags, *, read_version: int) -> Response:
        if not self._store.replace(product, read_version=read_version):
            raise overtaken(etags)
        return shown(product.to_json(), version=product.version)
