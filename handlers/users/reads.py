"""The operations that only read."""

from typing import Any

from handlers.common.api import Call, Operations
from handlers.common.conditions import REVALIDATE, is_held, not_modified, shown
from handlers.common.http import Response, json_response
from handlers.common.jsontext import encode
from handlers.common.problems import FieldError, Problem, not_found
from handlers.common.tokens import PageTokens
from handlers.users.model import from_row
from handlers.users.store import UserStore


class UserReads:
    """What each reading operation does with a call that fits the contract."""

    def __init__(self, store: UserStore, tokens: PageTokens) -> None:
        self._store = store
        self._tokens = tokens

    @property
    def operations(self) -> Operations:
        """The functions by operation id."""
        return {"getUser": self.get, "listUsers": self.page}

    def get(self, call: Call) -> Response:
        """Show a user, or tell that the caller's copy is current."""
        user = self._store.get(call.parameters["id"])
        if user is None:
            raise not_found()
        if is_held(call.parameters, user.version):
            return not_modified(user.version)
        return shown(user.to_json(), version=user.version)

    def page(self, call: Call) -> Response:
        """List users, or find the one with an address."""
        if "email" in call.parameters:
            return self._found(call)
        token, scope = call.parameters.get("next_token"), encode(["users", call.caller])
        position = self._tokens.read(token, scope=scope) if token else None
        page = self._store.page(limit=call.parameters["limit"], position=position)
        body: dict[str, Any] = {"users": [from_row(row).to_json() for row in page.rows]}
        if page.position is not None:
            body["next_token"] = self._tokens.write(page.position, scope=scope)
        return json_response(200, body, headers=REVALIDATE)

    def _found(self, call: Call) -> Response:
        if "next_token" in call.parameters:
            mistake = FieldError(parameter="next_token", detail="does not go with email")
            raise Problem(400, "invalid-parameter", "A parameter or header is not valid.", errors=[mistake])
        user = self._store.find(call.parameters["email"])
        users = [] if user is None else [user.to_json()]
        return json_response(200, {"users": users}, headers=REVALIDATE)
