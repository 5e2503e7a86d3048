"""The proxy itself: it passes signed requests on, and each fault is what its name says."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import boto3
import pytest

from generator import local
from generator.deploy.aws import AwsCloud, Patience
from generator.deploy.cloud import Endpoint, ExpiredError, ForeignError, LostError, UnreachableError
from generator.errors import DeployError

from . import faults, strange
from .proxy import Fault, Proxy, Rule, proxied
from .templates import REGION

pytestmark = pytest.mark.e2e


def called(through: Proxy, *, attempts: int = 1, key: tuple[str, str] = ("test", "test")) -> AwsCloud:
    endpoint = Endpoint(through.url, *key)
    return AwsCloud(REGION, endpoint, Patience(attempts=attempts, connect_s=2, read_s=2))


@pytest.fixture
def clean(engine: local.Engine) -> Iterator[Proxy]:
    with proxied(engine.endpoint_url) as through:
        yield through


def test_it_listens_on_127_0_0_1_and_ends_with_its_block(engine: local.Engine) -> None:
    before = threading.active_count()
    with proxied(engine.endpoint_url) as through:
        aws = called(through)
        aws.identity()
        assert through.url.startswith("http://127.0.0.1:")
    with pytest.raises(UnreachableError):
        aws.identity()
    aws.close()
    assert threading.active_count() == before


def test_signatures_are_still_checked_by_the_engine(clean: Proxy) -> None:
    """The engine checks the signatures of users, not those of its root."""
    iam = boto3.client(
        "iam",
        endpoint_url=clean.engine,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    iam.create_user(UserName="someone")
    key = iam.create_access_key(UserName="someone")["AccessKey"]
    iam.close()
    good = called(clean, key=(key["AccessKeyId"], key["SecretAccessKey"]))
    assert good.identity().arn.endswith("user/someone")
    good.close()
    bad = called(clean, key=(key["AccessKeyId"], "wrong"))
    with pytest.raises(DeployError, match="does not accept the credentials"):
        bad.identity()
    bad.close()


def test_calls_are_named_by_service_and_action(clean: Proxy) -> None:
    aws = called(clean)
    aws.identity()
    assert aws.stack("none") is None
    assert aws.alarms(("none",)) == ()
    assert aws.is_empty("none")
    with pytest.raises(DeployError):
        aws.upload(bucket="none", key="a/b c", owner="1", body=b"x", sha256="")
    assert not aws.uploaded(bucket="none", key="a/b c", owner="1", sha256="")
    aws.close()
    assert clean.calls == [
        "sts:GetCallerIdentity",
        "cloudformation:DescribeStacks",
        "monitoring:DescribeAlarms",
        "s3:ListObjectVersions",
        "s3:PutObject",
        "s3:HeadObject",
    ]


@pytest.mark.parametrize(
    ("fault", "kind", "says"),
    [
        (
            faults.refused(400, "Throttling", "Rate exceeded"),
            UnreachableError,
            "throttles sts:GetCallerIdentity",
        ),
        (
            faults.refused(500, "InternalFailure", "x"),
            UnreachableError,
            "AWS failed in sts:GetCallerIdentity",
        ),
        (
            faults.page(502, b"<html>Bad Gateway</html>"),
            UnreachableError,
            "AWS failed in sts:GetCallerIdentity",
        ),
        (faults.refused(403, "ExpiredToken", "x"), ExpiredError, "expired"),
        (faults.refused(403, "AccessDenied", "x"), DeployError, "access denied: sts:GetCallerIdentity"),
        (faults.cut_before, UnreachableError, "no answer from http://127"),
        (faults.cut_after, UnreachableError, "no answer from http://127"),
        (faults.truncated, UnreachableError, "no answer from http://127"),
        (faults.slow(2.3), UnreachableError, "no answer from http://127"),
        (faults.page(200, b"<html>Sign in</html>"), ForeignError, "not an answer of AWS"),
        (faults.page(200, b"\x00"), ForeignError, "not an answer of AWS"),
        (faults.page(403, b"<html>Blocked</html>"), ForeignError, "not an answer of AWS"),
    ],
)
def test_each_fault_befalls_its_call_once_and_is_told_apart(
    engine: local.Engine, fault: Fault, kind: type[DeployError], says: str
) -> None:
    with proxied(engine.endpoint_url, Rule("sts:GetCallerIdentity", fault, nth=2)) as through:
        aws = called(through)
        aws.identity()
        with pytest.raises(DeployError) as caught:
            aws.identity()
        assert type(caught.value) is kind
        assert says in caught.value.message
        assert caught.value.fix
        assert aws.identity().account
        assert through.faulted == ["sts:GetCallerIdentity"]
        aws.close()


def test_what_can_pass_is_tried_again(engine: local.Engine) -> None:
    for fault in (faults.cut_before, faults.refused(503, "ServiceUnavailable", "x"), faults.truncated):
        with proxied(engine.endpoint_url, Rule("sts:GetCallerIdentity", fault)) as through:
            aws = called(through, attempts=2)
            assert aws.identity().account
            assert len(through.calls) == 2
            aws.close()


def test_a_lost_answer_that_cannot_be_looked_up_is_lost(engine: local.Engine) -> None:
    rules = (
        Rule("cloudformation:DeleteStack", faults.cut_before),
        Rule("cloudformation:DescribeStacks", faults.cut_before),
    )
    with proxied(engine.endpoint_url, *rules) as through:
        aws = called(through)
        with pytest.raises(LostError, match="it may have begun, which is not known"):
            aws.delete_stack("any", token="t")
        aws.close()


def test_an_answer_that_trickles_in_ends_with_its_client(engine: local.Engine) -> None:
    began = time.monotonic()
    with proxied(engine.endpoint_url, Rule("sts:GetCallerIdentity", strange.dripping)) as through:
        aws = called(through)
        with pytest.raises(UnreachableError, match="no answer from"):
            aws.identity()
        aws.close()
    assert time.monotonic() - began < 2 + 1.5
