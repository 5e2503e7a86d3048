"""An HTTP proxy on 127.0.0.1 between boto3 and the embedded AWS, which goes wrong where it is told to.

The engine checks signatures, and the Host header is signed. So a request is passed on with the headers it
came with, Host too: the engine takes that for its host, and does not care on which port it was reached.
"""

from __future__ import annotations

import re
import socket
import socketserver
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

HOST = "127.0.0.1"
ENGINE_TIMEOUT_S = 30
# Headers of one connection, not of the message; and Expect, which the proxy has answered itself.
OF_THE_CONNECTION = {"connection", "expect", "keep-alive", "transfer-encoding"}
SERVICE = re.compile(r"Credential=[^/]+/\d+/[^/]+/(?P<service>[a-z0-9-]+)/aws4_request")
S3_ACTIONS = {
    ("HEAD", True, ""): "HeadObject",
    ("GET", True, ""): "GetObject",
    ("PUT", True, ""): "PutObject",
    ("GET", False, "versions"): "ListObjectVersions",
}


@dataclass(frozen=True)
class Call:
    """One request. ``name`` is ``cloudformation:CreateChangeSet``.

    ``before`` are the engine's last answers so far, by the names of their calls. ``leave`` ends the proxy's
    listening: nobody can connect any more.
    """

    name: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    before: Mapping[str, Answer] = field(default_factory=dict)
    leave: Callable[[], None] = lambda: None

    @property
    def service(self) -> str:
        """``cloudformation``, ``s3``, ``sts``, ``monitoring`` …"""
        return self.name.partition(":")[0]


@dataclass(frozen=True)
class Answer:
    """What goes back. ``length`` is the Content-Length that is promised, where it is not the body's.

    ``drip_s``: the body goes a byte at a time, with so many seconds between two.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    length: int | None = None
    drip_s: float = 0


@dataclass(frozen=True)
class Reset:
    """The connection is reset, not closed in order."""


Forward = Callable[[], Answer]
# What happens to a call: an answer of any kind, or None where the connection is cut, or how it is cut.
Fault = Callable[[Call, Forward], "Answer | Reset | None"]


@dataclass(frozen=True)
class Rule:
    """``fault`` befalls ``times`` calls named ``call`` from the ``nth`` on, or every one where that is None.

    Where ``call`` is empty, calls of all names count. ``lies``: what it makes AWS say is not so.
    """

    call: str
    fault: Fault
    nth: int | None = 1
    times: int = 1
    lies: bool = False

    def fits(self, name: str, number: int, number_of_all: int) -> bool:
        """Whether it befalls the call that is the so-and-so-manieth of its name, and of all."""
        if self.call not in {"", name}:
            return False
        count = number if self.call else number_of_all
        return self.nth is None or self.nth <= count < self.nth + self.times


@dataclass
class Proxy:
    """A running proxy. ``calls`` are the names of all calls so far, ``faulted`` those that a rule befell."""

    url: str
    engine: str
    rules: tuple[Rule, ...]
    calls: list[str] = field(default_factory=list)
    faulted: list[str] = field(default_factory=list)
    befallen: list[Rule] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def rule(self, name: str) -> Rule | None:
        """Count a call, and find what befalls it."""
        with self.lock:
            self.calls.append(name)
            number = Counter(self.calls)[name]
            for rule in self.rules:
                if rule.fits(name, number, len(self.calls)):
                    self.faulted.append(name)
                    self.befallen.append(rule)
                    return rule
        return None

    def handle(self, call: Call) -> Answer | Reset | None:
        """The answer to a call, or how the connection is cut."""
        rule = self.rule(call.name)

        def forward() -> Answer:
            answer = forwarded(call, self.engine)
            self.answers[call.name] = answer
            return answer

        return rule.fault(replace(call, before=dict(self.answers)), forward) if rule else forward()


def forwarded(call: Call, engine: str) -> Answer:
    """The engine's answer to ``call``, which is sent as it came."""
    parts = urlsplit(engine)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=ENGINE_TIMEOUT_S)
    try:
        connection.putrequest(call.method, call.target, skip_host=True, skip_accept_encoding=True)
        for name, value in call.headers:
            if name.lower() not in OF_THE_CONNECTION:
                connection.putheader(name, value)
        connection.endheaders(call.body)
        response = connection.getresponse()
        return Answer(response.status, tuple(response.getheaders()), response.read())
    finally:
        connection.close()


def named(method: str, target: str, headers: dict[str, str], body: bytes) -> str:
    """``service:Action`` of a signed request, by the protocol of its service."""
    found = SERVICE.search(headers.get("authorization", ""))
    service = found["service"] if found else "unsigned"
    path, _, query = target.partition("?")
    if service == "s3":
        _bucket, _, key = path.lstrip("/").partition("/")
        sub = next((name for name in query.split("&") if "=" not in name), "")
        wanted = "versions" if "versions" in parse_qs(query, keep_blank_values=True) else sub
        return f"s3:{S3_ACTIONS.get((method, bool(key), wanted), method)}"
    target_header = headers.get("x-amz-target", "")
    if target_header or "/operation/" in path:
        return f"{service}:{(target_header or path).replace('/', '.').rpartition('.')[2]}"
    action = parse_qs(body.decode("utf-8", "replace")).get("Action", ["unknown"])[0]
    return f"{service}:{action}"


class Handler(BaseHTTPRequestHandler):
    """One connection from boto3."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def handle_expect_100(self) -> bool:
        """Tell the client at once to send its body: botocore waits a second for that word."""
        self.send_response_only(100)
        self.end_headers()
        self.wfile.flush()
        return True

    def pass_on(self) -> None:
        """Read a request, and answer it or cut the connection."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(
            named(self.command, self.path, headers, body),
            self.command,
            self.path,
            tuple(self.headers.items()),
            body,
            leave=self.server.stop_listening,
        )
        answer = self.server.proxy.handle(call)
        if isinstance(answer, Answer):
            self.send(answer)
        elif answer is None:
            self.cut()
        else:
            self.reset()

    def reset(self) -> None:
        """End the connection with a reset: what is not read yet is lost."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def cut(self) -> None:
        """End the connection without a word."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def send(self, answer: Answer) -> None:
        """Write an answer; one that is shorter than it promises ends the connection."""
        promised = len(answer.body) if answer.length is None else answer.length
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            # The length of what a HEAD would give is no length of this body.
            if name.lower() not in OF_THE_CONNECTION and (
                name.lower() != "content-length" or self.command == "HEAD"
            ):
                self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(promised))
        self.end_headers()
        if self.command != "HEAD":
            self.write(answer)
        if promised != len(answer.body):
            self.wfile.flush()
            self.cut()

    def write(self, answer: Answer) -> None:
        """Write the body, as fast as it goes."""
        size = 1 if answer.drip_s else len(answer.body) or 1
        for start in range(0, len(answer.body), size):
            self.wfile.write(answer.body[start : start + size])
            self.wfile.flush()  # Else nobody would notice that the client has gone.
            time.sleep(answer.drip_s)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = pass_on  # noqa: N815 - the base class's names


class Server(socketserver.ThreadingTCPServer):
    """Listens on a free port of 127.0.0.1, a thread for each connection."""

    allow_reuse_address = True
    proxy: Proxy

    def __init__(self) -> None:
        super().__init__((HOST, 0), Handler)
        self.open: set[socket.socket] = set()

    def process_request(self, request: object, client_address: object) -> None:
        """Remember the connection, so that the end of the proxy is its end too."""
        assert isinstance(request, socket.socket)
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: object) -> None:
        """Forget a connection that has ended."""
        assert isinstance(request, socket.socket)
        self.open.discard(request)
        super().shutdown_request(request)

    def stop_listening(self) -> None:
        """Let nobody connect any more. Connections that are open stay so."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
            self.socket.close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no error of ours."""


@contextmanager
def proxied(engine: str, *rules: Rule) -> Iterator[Proxy]:
    """A proxy before the engine at that URL, for the length of a ``with`` block."""
    server = Server()
    server.proxy = Proxy(f"http://{HOST}:{server.server_address[1]}", engine, rules)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.proxy
    finally:
        server.shutdown()
        for connection in list(server.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        server.server_close()
        thread.join()
