"""The operations of the contract."""

from typing import Any

from handlers.common.api import Call, Operations
from handlers.common.clock import parse_timestamp, timestamp
from handlers.common.conditions import REVALIDATE
from handlers.common.http import Response, json_response
from handlers.common.jsontext import encode
from handlers.common.problems import FieldError, Problem, not_found
from handlers.common.table import Page
from handlers.common.tokens import PageTokens
from handlers.shipments.views import Period, ShipmentViews, state_in


class ShipmentService:
    """What each operation does with a call that fits the contract."""

    def __init__(self, views: ShipmentViews, tokens: PageTokens) -> None:
        self._views = views
        self._tokens = tokens

    @property
    def operations(self) -> Operations:
        """The functions by operation id."""
        return {"getShipment": self.get, "listShipments": self.page}

    def page(self, call: Call) -> Response:
        """List the shipments of a status."""
        wanted = call.parameters
        period = Period(start=_moment(call, "from"), end=_moment(call, "to"))
        scope = encode(["shipments", call.caller, wanted["status"], wanted["view"], period.start, period.end])
        position, limit = self._position(call, scope), wanted["limit"]
        if wanted["view"] == "reached":
            page = self._views.reached(wanted["status"], period, limit=limit, position=position)
        elif period == Period():
            page = self._views.current(wanted["status"], limit=limit, position=position)
        else:
            raise _invalid("view", "current has no from and to: it is about this moment")
        return self._answer({"shipments": [state_in(row) for row in page.rows]}, page, scope)

    def get(self, call: Call) -> Response:
        """Show a shipment."""
        shipment_id = call.parameters["id"]
        scope = encode(["shipment", call.caller, shipment_id])
        position = self._position(call, scope)
        latest = self._views.latest(shipment_id)
        if latest is None:
            raise not_found()
        page = self._views.history(shipment_id, limit=call.parameters["limit"], position=position)
        history = [state_in(row) for row in page.rows]
        return self._answer({"shipment": state_in(latest), "history": history}, page, scope)

    def _position(self, call: Call, scope: str) -> dict[str, str] | None:
        token = call.parameters.get("next_token")
        return self._tokens.read(token, scope=scope) if token else None

    def _answer(self, body: dict[str, Any], page: Page, scope: str) -> Response:
        if page.position is not None:
            body = {**body, "next_token": self._tokens.write(page.position, scope=scope)}
        return json_response(200, body, headers=REVALIDATE)


def _moment(call: Call, name: str) -> str | None:
    if name not in call.parameters:
        return None
    try:
        return timestamp(parse_timestamp(call.parameters[name]))
    except ValueError as error:
        raise _invalid(name, str(error)) from None


def _invalid(name: str, detail: str) -> Problem:
    error = FieldError(parameter=name, detail=detail)
    return Problem(400, "invalid-parameter", "A parameter or header is not valid.", errors=[error])
