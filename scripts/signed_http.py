"""Calls an API on the embedded AWS as an IAM caller: requests signed with SigV4."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

ROOT_USER = Credentials("test", "test")


@dataclass(frozen=True)
class Response:
    """Status, headers (names in lower case) and body."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The body as JSON values; None where it is empty."""
        return json.loads(self.content) if self.content else None


@dataclass(frozen=True)
class Api:
    """An API at ``url`` (no slash at its end), in ``region``; without credentials nothing is signed."""

    url: str
    region: str
    credentials: Credentials | None = ROOT_USER
    http: URLLib3Session = field(default_factory=lambda: URLLib3Session(timeout=30))

    def call(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Send one request. ``body`` is sent as it is when it is bytes, else as JSON."""
        sent = dict(headers or {})
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        if body is not None and not isinstance(body, bytes):
            sent.setdefault("Content-Type", "application/json")
        request = AWSRequest(method=method, url=self.url + path, data=data, headers=sent)
        if self.credentials:
            SigV4Auth(self.credentials, "execute-api", self.region).add_auth(request)
        answer = self.http.send(request.prepare())
        names = {name.lower(): value for name, value in answer.headers.items()}
        return Response(status=answer.status_code, headers=names, content=answer.content)
