"""The embedded AWS with the tables of the items service, and an API and an audit trail on them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.session import get_session

from tests.handlers import catalog_support, shipments_support, users_support
from tests.handlers.catalog_support import CatalogWorld
from tests.handlers.items_support import AUDIT_TABLE, OWNER_INDEX, SECRET, TABLE, AwsClients, ItemsWorld
from tests.handlers.shipments_support import ShipmentsWorld
from tests.handlers.stream_support import Stream
from tests.handlers.users_support import UsersAws, UsersWorld


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("engine")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "HOME": str(home),
        "TMPDIR": str(home),
        "PATH": os.environ["PATH"],
    }
    program = Path(sys.executable).with_name("ministack")
    with subprocess.Popen(
        [program], env=environment, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/_ministack/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def aws(engine: str) -> AwsClients:
    clients = AwsClients(
        dynamodb=_client("dynamodb", engine),
        secrets=_client("secretsmanager", engine),
        streams=_client("dynamodbstreams", engine),
    )
    _create_tables(clients.dynamodb)
    clients.secrets.create_secret(Name=SECRET, SecretString='{"key": "' + "k" * 64 + '"}')
    return clients


@pytest.fixture
def items(aws: AwsClients) -> ItemsWorld:
    return ItemsWorld(aws)


@pytest.fixture(scope="session")
def catalog_aws(aws: AwsClients) -> AwsClients:
    catalog_support.create_table(aws.dynamodb)
    aws.secrets.create_secret(Name=catalog_support.SECRET, SecretString='{"key": "' + "c" * 64 + '"}')
    return aws


@pytest.fixture
def catalog(catalog_aws: AwsClients) -> CatalogWorld:
    return CatalogWorld(catalog_aws)


@pytest.fixture(scope="session")
def users_aws(engine: str, aws: AwsClients) -> UsersAws:
    clients = UsersAws(dynamodb=aws.dynamodb, parameters=_client("ssm", engine), secrets=aws.secrets)
    users_support.create(clients)
    return clients


@pytest.fixture
def users(users_aws: UsersAws) -> UsersWorld:
    return UsersWorld(users_aws)


@pytest.fixture(scope="session")
def shipments_aws(aws: AwsClients) -> AwsClients:
    shipments_support.create_tables(aws.dynamodb)
    aws.secrets.create_secret(Name=shipments_support.SECRET, SecretString='{"key": "' + "s" * 64 + '"}')
    return aws


@pytest.fixture
def shipments(shipments_aws: AwsClients) -> ShipmentsWorld:
    return ShipmentsWorld(shipments_aws)


@pytest.fixture
def stream(aws: AwsClients) -> Stream:
    return Stream(aws)


def _client(service: str, url: str) -> Any:
    return get_session().create_client(
        service,
        region_name="us-west-2",
        endpoint_url=url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(connect_timeout=2, read_timeout=10),
    )


def _wait_for(url: str) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - a literal http URL
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def _create_tables(dynamodb: Any) -> None:
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    names = ("pk", "sk", "owner", "created_at")
    dynamodb.create_table(
        TableName=TABLE,
        KeySchema=keys,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": OWNER_INDEX,
                "KeySchema": [
                    {"AttributeName": "owner", "KeyType": "HASH"},
                    {"AttributeName": "created_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    dynamodb.create_table(
        TableName=AUDIT_TABLE,
        KeySchema=keys,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
