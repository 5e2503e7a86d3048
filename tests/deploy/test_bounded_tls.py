"""The time limit over TLS, and through a proxy that makes a tunnel: as calls go to an account."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from generator.deploy.aws import AwsCloud, Patience
from generator.deploy.cloud import Endpoint, UnreachableError

from .test_bounded import BODY, HEAD, LIMIT_S, Serve, dripping, dripping_body, serving

CONTINUED = b"HTTP/1.1 200 Connection established\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 by itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def over_tls(certificate: Path, serve: Serve) -> Serve:
    """``serve`` behind TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def secured(connection: socket.socket) -> None:
        with suppress(ssl.SSLError), context.wrap_socket(connection, server_side=True) as tls:
            serve(tls)

    return secured


def whole(connection: socket.socket) -> None:
    """Answers as often as it is asked."""
    while connection.recv(65536):
        connection.sendall(HEAD + BODY)


def tunnel(answer: Serve) -> Serve:
    """A proxy: reads what is asked of it, then does as ``answer``."""

    def serve(connection: socket.socket) -> None:
        request = connection.recv(65536)
        assert request.startswith(b"CONNECT 127.0.0.1:")
        answer(connection)

    return serve


def joined(port: int) -> Serve:
    """Makes the tunnel to ``port``."""

    def serve(connection: socket.socket) -> None:
        connection.sendall(CONTINUED + b"\r\n")
        with socket.create_connection(("127.0.0.1", port)) as other:
            back = threading.Thread(target=pumped, args=(other, connection))
            back.start()
            pumped(connection, other)
            back.join(5)

    return serve


def pumped(source: socket.socket, target: socket.socket) -> None:
    """What comes from ``source`` goes to ``target``."""
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@pytest.fixture
def trusting(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], AwsCloud]:
    """Makes clients that trust the certificate."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    def cloud(url: str) -> AwsCloud:
        endpoint = Endpoint(url.replace("http://", "https://"))
        return AwsCloud("us-west-2", endpoint, Patience(attempts=1, connect_s=2, read_s=LIMIT_S))

    return cloud


def test_calls_over_tls_are_answered(certificate: Path, trusting: Callable[[str], AwsCloud]) -> None:
    with serving(over_tls(certificate, whole)) as url:
        aws = trusting(url)
        for _ in range(3):
            assert aws.identity().account == "1"
        aws.close()


@pytest.mark.parametrize("serve", [dripping(HEAD + BODY), dripping_body], ids=["headers", "body"])
def test_an_answer_that_trickles_in_over_tls_ends_in_time(
    certificate: Path, trusting: Callable[[str], AwsCloud], serve: Serve
) -> None:
    with serving(over_tls(certificate, serve)) as url:
        aws, began = trusting(url), time.monotonic()
        with pytest.raises(UnreachableError, match="no answer from"):
            aws.identity()
        assert time.monotonic() - began < LIMIT_S + 1
        aws.close()


def test_calls_through_a_tunnel_are_answered(
    certificate: Path, trusting: Callable[[str], AwsCloud], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(over_tls(certificate, whole)) as url:
        port = int(url.rpartition(":")[2])
        with serving(tunnel(joined(port))) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy)
            aws = trusting(url)
            for _ in range(2):
                assert aws.identity().account == "1"
            aws.close()


def test_a_proxy_whose_word_trickles_in_ends_in_time(
    trusting: Callable[[str], AwsCloud], monkeypatch: pytest.MonkeyPatch
) -> None:
    def word(connection: socket.socket) -> None:
        for byte in CONTINUED + b"X-Slow: 1\r\n" * 100:
            connection.sendall(bytes([byte]))
            time.sleep(0.1)

    with serving(tunnel(word)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        aws, began = trusting("http://127.0.0.1:1"), time.monotonic()
        with pytest.raises(UnreachableError, match="no answer from"):
            aws.identity()
        assert time.monotonic() - began < LIMIT_S + 1
        aws.close()


def test_a_name_that_nobody_knows_is_no_answer(trusting: Callable[[str], AwsCloud]) -> None:
    aws = trusting("http://no-such-host.invalid:80")
    with pytest.raises(UnreachableError, match=r"no answer from https://no-such-host\.invalid"):
        aws.identity()
    aws.close()
