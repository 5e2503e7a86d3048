"""The operations that write."""

from collections.abc import Callable

from handlers.common.api import Call, Operations
from handlers.common.clock import Clock
from handlers.common.conditions import created, expected, overtaken, require_expected, shown
from handlers.common.contract import require_valid
from handlers.common.etags import ETags
from handlers.common.http import Response
from handlers.common.idempotency import new_record
from handlers.common.merge_patch import merge
from handlers.common.problems import not_found
from handlers.common.schema import Schema
from handlers.users.model import User, deleted, new_user, next_version
from handlers.users.settings import ReadSettings
from handlers.users.store import UserStore


class UserWrites:
    """What each writing operation does with a call that fits the contract."""

    def __init__(
        self,
        store: UserStore,
        settings: ReadSettings,
        *,
        input_schema: Schema,
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._settings = settings
        self._input_schema = input_schema
        self._clock = clock
        self._new_id = new_id

    @property
    def operations(self) -> Operations:
        """The functions by operation id."""
        return {
            "createUser": self.create,
            "deleteUser": self.delete,
            "patchUser": self.patch,
            "replaceUser": self.replace,
        }

    def create(self, call: Call) -> Response:
        """Create a user, or repeat the answer of the request that did."""
        now, key = self._clock(), call.parameters["Idempotency-Key"]
        user = new_user(call.body, user_id=self._new_id(), now=now)
        response = created(user.to_json(), version=user.version, path=call.path)
        record = new_record(call.body, response, principal=call.caller, key=key, now=now)
        earlier = self._store.create(user, record)
        return response if earlier is None else earlier.answer_to(call.body)

    def replace(self, call: Call) -> Response:
        """Replace a user."""
        etags = expected(call.parameters)
        user = self._find_expected(call, etags)
        return self._write(next_version(user, call.body, now=self._clock()), etags, read=user)

    def patch(self, call: Call) -> Response:
        """Merge a patch into a user."""
        etags = expected(call.parameters)
        user = self._find_expected(call, etags)
        merged = merge(user.input(), call.body)
        require_valid(self._input_schema, merged)
        return self._write(next_version(user, merged, now=self._clock()), etags, read=user)

    def delete(self, call: Call) -> Response:
        """Delete a user softly: hidden at once, its address free at once, its row gone some days later."""
        etags = expected(call.parameters)
        user = self._find_expected(call, etags)
        keep_days = self._settings().deleted_retention_days
        if not self._store.delete(deleted(user, now=self._clock(), keep_days=keep_days), read=user):
            raise overtaken(etags)
        return Response(status=204)

    def _find_expected(self, call: Call, etags: ETags) -> User:
        user = self._store.get(call.parameters["id"])
        if user is None:
            raise not_found()
        require_expected(etags, user.version)
        return user

    def _write(self, user: User, etags: ETags, *, read: User) -> Response:
        if not self._store.replace(user, read=read):
            raise overtaken(etags)
        return shown(user.to_json(), version=user.version)
