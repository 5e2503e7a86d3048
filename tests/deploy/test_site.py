"""Which endpoint is the embedded AWS, and with whose settings it is called."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from botocore import exceptions

from generator import local
from generator.config import Environment
from generator.deploy import site as sites
from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import Cloud, Endpoint, Identity
from generator.deploy.environment import Site, check_account
from generator.errors import DeployError, UsageError
from tests.support import gen_process

from ..faults.proxy import proxied
from .fakes import FakeCloud
from .support import QUEUE, REGION, body, committed, console

HEALTHY = b'{"edition": "light", "services": {"s3": "available"}}'
REFUSAL = b"<ErrorResponse><Error><Code>MissingAuthenticationToken</Code></Error></ErrorResponse>"
PRODUCTION = Environment(
    name="prod",
    production=True,
    regions=("us-west-2",),
    owner="team",
    cost_center="CC-1",
    allowed_origins=(),
)


@contextmanager
def answering(status: int, content: bytes) -> Iterator[str]:
    """A server on 127.0.0.1 that answers every GET with this; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield str(server.server_address[1])
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Engine]:
    with local.running(tmp_path_factory.mktemp("engine")) as engine:
        yield engine


def test_an_endpoint_that_gives_the_engines_health_answer_is_the_embedded_aws() -> None:
    with answering(200, HEALTHY) as port:
        for host in ("127.0.0.1", "localhost", "LOCALHOST"):
            assert sites.given_endpoint(f"http://{host}:{port}/").embedded, host


@pytest.mark.parametrize(
    ("status", "content"),
    [(403, REFUSAL), (403, HEALTHY), (200, b"{}"), (200, b"[]"), (200, b"<html>Sign in</html>"), (200, b"")],
)
def test_a_tunnel_on_this_machine_that_leads_elsewhere_is_not(status: int, content: bytes) -> None:
    with answering(status, content) as port:
        assert not sites.given_endpoint(f"http://127.0.0.1:{port}").embedded


def test_https_and_other_machines_are_never_asked_nor_taken_for_it() -> None:
    with answering(200, HEALTHY) as port:
        for url in (
            f"https://127.0.0.1:{port}",
            "http://10.255.255.1:4566",
            "http://127.0.0.1.example.com",
            "https://cloudformation.us-west-2.amazonaws.com",
        ):
            assert not sites.given_endpoint(url).embedded, url


def test_an_endpoint_where_nobody_listens_is_not(tmp_path: Path) -> None:
    assert not sites.given_endpoint(f"http://127.0.0.1:{local_port()}").embedded
    assert not Endpoint("http://127.0.0.1:4566", "test", "test").embedded


def local_port() -> int:
    from generator.local.process import any_free_port

    return any_free_port()


def opened(tmp_path: Path, url: str) -> Site:
    """A production environment that names no account, at ``url``."""
    committed(tmp_path, body({"Queue": QUEUE}, Environment="prod", Production=True))
    with sites.opened(
        PRODUCTION, out=tmp_path, endpoint=sites.given_endpoint(url), console=console()
    ) as site:
        return site


def test_production_keeps_every_check_at_an_endpoint_that_is_not_the_embedded_aws(tmp_path: Path) -> None:
    cloud: Cloud = FakeCloud()
    assert isinstance(cloud.identity(), Identity)
    with answering(403, REFUSAL) as port:
        site = opened(tmp_path, f"http://localhost:{port}")
    assert not site.local
    with pytest.raises(DeployError, match="names no account"):
        check_account(site, cloud)
    with answering(200, HEALTHY) as port:
        assert opened(tmp_path, f"http://localhost:{port}").local


@pytest.mark.e2e
def test_the_engine_is_known_through_a_proxy_too(engine: local.Engine) -> None:
    assert sites.given_endpoint(engine.endpoint_url).embedded
    with proxied(engine.endpoint_url) as through:
        assert sites.given_endpoint(through.url).embedded


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:4566",
        "ftp://x",
        "http://",
        "nonsense",
        "http://[::1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:port",
        "http://localhost:4566/foo",
        "http://localhost:4566/?x=1",
        "http://localhost:4566#x",
        "http://local host:4566",
    ],
)
def test_an_endpoint_that_is_no_plain_url_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="--endpoint-url"):
        sites.given_endpoint(url)


def test_credentials_in_an_endpoint_are_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        sites.given_endpoint("http://me:hunter2@localhost:4566")
    assert "hunter2" not in caught.value.message + caught.value.fix


def test_the_embedded_aws_has_to_run(tmp_path: Path) -> None:
    with pytest.raises(DeployError) as caught:
        sites.local_endpoint(tmp_path)
    assert caught.value.fix == "start it: gen local up"


@pytest.mark.e2e
@pytest.mark.parametrize(
    "settings",
    [
        {"AWS_PROFILE": "nope"},
        {"AWS_DEFAULT_PROFILE": "nope"},
        {"AWS_CONFIG_FILE": "/etc/passwd"},
        {"AWS_SHARED_CREDENTIALS_FILE": "/etc/passwd"},
        {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"},
        {"AWS_CA_BUNDLE": "/nowhere"},
        {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"},
        {"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_SESSION_TOKEN": "real"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_the_users_aws_settings_do_not_reach_the_embedded_aws(
    engine: local.Engine, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    cloud = AwsCloud(REGION, sites.embedded(engine.endpoint_url))
    assert cloud.identity().account == "000000000000"
    assert cloud.is_empty("none")
    assert "FunctionSummary" not in cloud.call("lambda", "list_functions", {})
    cloud.close()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"AWS_CONFIG_FILE": "/etc/passwd"}, "/etc/passwd"),
        ({"AWS_PROFILE": "no-such-profile"}, "no-such-profile"),
        ({"AWS_DEFAULTS_MODE": "never"}, "never"),
    ],
)
def test_settings_that_botocore_refuses_are_told_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], words: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(DeployError, match=words) as caught:
        AwsCloud(REGION, Endpoint("http://127.0.0.1:9"))
    assert "AWS_" in caught.value.fix


DEV = """\
production: false
regions: [us-west-2]
owner: team
cost_center: CC-1
allowed_origins: []
"""


@pytest.mark.e2e
def test_the_command_that_comes_next_leads_to_the_same_folders(engine: local.Engine, tmp_path: Path) -> None:
    folder = tmp_path / "my environments"
    folder.mkdir()
    (folder / "dev.yml").write_text(DEV, encoding="utf-8")
    committed(tmp_path / "out", body({"Queue": QUEUE}))
    folders = ["--config", str(folder), "--out", str(tmp_path / "out")]
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    place = ["--endpoint-url", engine.endpoint_url]
    run = gen_process(*folders, "rollback", "items", *place, environment=keys)
    assert run.code == 2, run.words
    words = shlex.split(run.words.partition("see what is there: gen ")[2].splitlines()[0])
    assert words[:3] == ["status", "--env", "dev"]
    again = gen_process(*words, environment=keys)
    assert again.code == 0, again.words
    assert "us-west-2/items" in again.out


@pytest.mark.e2e
def test_a_failure_is_told_once(engine: local.Engine, tmp_path: Path) -> None:
    (tmp_path / "dev.yml").write_text(DEV, encoding="utf-8")
    broken = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "SecureString", "Value": "x"}}
    committed(tmp_path / "out", body({"Broken": broken}))
    words = ["--config", str(tmp_path), "--out", str(tmp_path / "out"), "deploy"]
    words += ["--no-render-check", "--no-lint"]
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    run = gen_process(*words, "--endpoint-url", engine.endpoint_url, environment=keys)
    assert run.code == 5, run.words
    assert run.words.count("remove the cause, then: ") == 1
    assert "error: " not in run.err
    scripted = gen_process(*words, "--json", "--endpoint-url", engine.endpoint_url, environment=keys)
    assert scripted.code == 5
    assert scripted.err.count("next: ") == 1
    assert "error: " not in scripted.err


@pytest.mark.parametrize(
    ("raised", "signs_in"),
    [
        (exceptions.NoCredentialsError(), True),
        (exceptions.PartialCredentialsError(provider="env", cred_var="secret"), True),
        (exceptions.UnauthorizedSSOTokenError(), True),
        (exceptions.TokenRetrievalError(provider="sso", error_msg="expired"), True),
        (exceptions.ParamValidationError(report="Invalid bucket name"), False),
        (exceptions.InvalidRegionError(region_name="x y"), False),
        (exceptions.ConfigParseError(path="config"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_missing_credentials_say_sign_in(raised: Exception, signs_in: bool) -> None:
    cloud = AwsCloud(REGION, sites.embedded("http://127.0.0.1:9"))
    with pytest.raises(DeployError) as caught, cloud.calling("s3:PutObject", "x"):
        raise raised
    cloud.close()
    assert ("sign in again" in caught.value.fix) is signs_in
    assert caught.value.fix


def test_the_command_that_renders_what_is_missing_leads_to_the_same_folders(tmp_path: Path) -> None:
    (tmp_path / "dev.yml").write_text(DEV, encoding="utf-8")
    folders = ["--config", str(tmp_path), "--out", str(tmp_path / "out")]
    run = gen_process(*folders, "status", "--endpoint-url", "http://127.0.0.1:9")
    assert run.code == 2
    words = shlex.split(run.err.partition("run: gen ")[2].partition(", and")[0])
    assert words[:3] == ["render", "--env", "dev"]
    assert gen_process(*words, "--no-lint").code == 0
    assert list((tmp_path / "out").glob("dev/*/*.json"))
