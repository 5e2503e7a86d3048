"""A call ends in time, whatever comes over the line and however slowly, and leaves no thread behind."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from generator.deploy import bounded
from generator.deploy.aws import AwsCloud, Patience
from generator.deploy.cloud import Endpoint, UnreachableError
from generator.local import process

BODY = (
    b"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:root</Arn><Account>1</Account>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
)
HEAD = b"HTTP/1.1 200 OK\r\nx-amzn-requestid: r\r\nContent-Length: %d\r\n\r\n" % len(BODY)
DRIP_S = 0.1
LIMIT_S = 0.5
Serve = Callable[[socket.socket], None]


@contextmanager
def serving(serve: Serve) -> Iterator[str]:
    """A server that does with each connection what ``serve`` says, in a thread for each."""
    listening = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []
    open_now: list[socket.socket] = []

    def one(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            serve(connection)

    def run() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                open_now.append(connection)
                thread = threading.Thread(target=one, args=(connection,))
                thread.start()
                threads.append(thread)

    accepting = threading.Thread(target=run)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for connection in open_now:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in (accepting, *threads):
            thread.join(5)


def dripping(data: bytes) -> Serve:
    """Reads a request, then sends ``data`` a byte at a time: no read takes long."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(DRIP_S)

    return serve


def dripping_body(connection: socket.socket) -> None:
    """The headers at once, the body a byte at a time."""
    connection.recv(65536)
    connection.sendall(HEAD)
    for byte in BODY:
        connection.sendall(bytes([byte]))
        time.sleep(DRIP_S)


def reading_slowly(connection: socket.socket) -> None:
    """Takes what is sent, a little at a time."""
    while connection.recv(1024):
        time.sleep(DRIP_S)


@contextmanager
def cloud(serve: Serve, *, attempts: int = 1, call_s: float = 90) -> Iterator[AwsCloud]:
    with serving(serve) as url:
        patience = Patience(attempts=attempts, connect_s=2, read_s=LIMIT_S, call_s=call_s)
        aws = AwsCloud("us-west-2", Endpoint(url, "key", "secret"), patience)
        yield aws
        aws.close()


@pytest.mark.parametrize(
    "serve",
    [dripping(HEAD + BODY), dripping_body, dripping(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)],
    ids=["headers", "body", "endless 100"],
)
def test_an_answer_that_trickles_in_ends_in_time(serve: Serve) -> None:
    with cloud(serve) as aws:
        before, began = threading.active_count(), time.monotonic()
        with pytest.raises(UnreachableError, match=r"no answer from .* \(sts:GetCallerIdentity: .*time"):
            aws.identity()
        assert time.monotonic() - began < LIMIT_S + 0.5
        assert threading.active_count() <= before + 1  # the server's, for the connection


def test_a_word_before_the_body_that_trickles_in_ends_in_time() -> None:
    """S3 is asked whether it wants a large body, and answers that byte by byte."""
    body = b"x" * 2_000_000
    sha = b64encode(hashlib.sha256(body).digest()).decode()
    with cloud(dripping(HEAD)) as aws:
        began = time.monotonic()
        with pytest.raises(UnreachableError, match="no answer from"):
            aws.upload(bucket="b", key="k", owner="111122223333", body=body, sha256=sha)
        assert time.monotonic() - began < LIMIT_S + 2


def test_a_server_that_hardly_reads_ends_in_time() -> None:
    body = b"x" * 20_000_000
    sha = b64encode(hashlib.sha256(body).digest()).decode()
    with cloud(reading_slowly) as aws:
        began = time.monotonic()
        with pytest.raises(UnreachableError, match="no answer from"):
            aws.upload(bucket="b", key="k", owner="111122223333", body=body, sha256=sha)
        # What the kernel has taken counts as sent.
        assert time.monotonic() - began < LIMIT_S + 1 + 8_000_000 / bounded.BLOCK


def test_no_try_begins_when_the_time_of_the_call_is_up() -> None:
    tries = 0

    def serve(connection: socket.socket) -> None:
        nonlocal tries
        tries += 1
        dripping_body(connection)

    with cloud(serve, attempts=8, call_s=1.6) as aws:
        began = time.monotonic()
        with pytest.raises(UnreachableError, match=r"sts:GetCallerIdentity: no answer within 1.6 s"):
            aws.identity()
        assert time.monotonic() - began < 1.6 + LIMIT_S + 4  # a pause between tries
    assert 1 < tries < 8


def test_an_answer_that_is_slow_but_in_time_is_read_on_a_connection_that_is_used_again() -> None:
    def serve(connection: socket.socket) -> None:
        while connection.recv(65536):
            time.sleep(0.3)
            connection.sendall(HEAD + BODY)

    with cloud(serve) as aws:
        for _ in range(3):
            assert aws.identity().account == "1"


def test_what_is_sent_gives_more_time() -> None:
    deadline = bounded.Deadline(0.01)
    deadline.extend(bounded.BLOCK)
    time.sleep(0.02)
    assert 0.9 < deadline.left() < 1
    deadline.until = 0
    with pytest.raises(TimeoutError):
        deadline.left()


def test_the_question_whether_an_engine_answers_ends_in_time() -> None:
    began = time.monotonic()
    with serving(dripping(HEAD + BODY)) as url:
        assert process.identity(int(url.rpartition(":")[2])) is None
        assert time.monotonic() - began < process.ANSWER_WITHIN_S + 1
