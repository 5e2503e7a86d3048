"""Page tokens: opaque to the caller, signed by us, good for one caller, one filter and one hour."""

import base64
import hmac
import json
from collections.abc import Mapping

from handlers.common.clock import Clock, epoch
from handlers.common.problems import FieldError, Problem
from handlers.common.secret import SecretKey

LIFETIME_S = 3600


class PageTokens:
    """Writes and reads page tokens."""

    def __init__(self, key: SecretKey, *, clock: Clock) -> None:
        self._key = key
        self._clock = clock

    def write(self, position: Mapping[str, str], *, scope: str) -> str:
        """Return a token for the position of a page.

        scope: whatever must be the same when the token comes back, as one text.
        """
        claims = {"position": dict(position), "expires": epoch(self._clock()) + LIFETIME_S}
        payload = (
            base64.urlsafe_b64encode(json.dumps(claims, separators=(",", ":")).encode()).decode().rstrip("=")
        )
        return f"{payload}.{_signature(self._key.current(), payload, scope)}"

    def read(self, token: str, *, scope: str) -> dict[str, str]:
        """Return the position in a token.

        Raises:
            Problem: 400; the same for a false, foreign and expired token, and one for another filter.
        """
        payload, _, signature = token.partition(".")
        if not any(_fits(key, payload, scope, signature) for key in self._key.accepted()):
            raise _invalid()
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        if claims["expires"] <= epoch(self._clock()):
            raise _invalid()
        position: dict[str, str] = claims["position"]
        return position


def _invalid() -> Problem:
    error = FieldError(parameter="next_token", detail="is not a token for this list, or has expired")
    return Problem(400, "invalid-page-token", "Start again without next_token.", errors=[error])


def _fits(key: bytes, payload: str, scope: str, signature: str) -> bool:
    return hmac.compare_digest(_signature(key, payload, scope).encode(), signature.encode())


def _signature(key: bytes, payload: str, scope: str) -> str:
    # The scope is signed and not sent: the token tells nothing about the caller.
    message = json.dumps(["page-token-1", payload, scope]).encode()
    return base64.urlsafe_b64encode(hmac.digest(key, message, "sha256")).decode().rstrip("=")
