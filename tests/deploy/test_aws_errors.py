"""What botocore's errors become, and which answers are not of AWS."""

from __future__ import annotations

import re

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, NoCredentialsError

from generator.deploy import api_errors
from generator.deploy.aws import AwsCloud, ForeignAnswerError, from_aws
from generator.deploy.cloud import (
    Endpoint,
    ExpiredError,
    UnreachableError,
)
from generator.errors import DeployError


@pytest.mark.parametrize(
    ("code", "message", "status", "kind", "words"),
    [
        ("ExpiredToken", "", 403, ExpiredError, "expired"),
        ("InvalidClientTokenId", "bad", 403, DeployError, "does not accept the credentials"),
        ("RequestTimeTooSkewed", "", 403, DeployError, "the clock of this machine is wrong"),
        ("SignatureDoesNotMatch", "Signature expired: x", 403, DeployError, "the clock of this machine"),
        ("SignatureDoesNotMatch", "", 403, DeployError, "does not accept the credentials"),
        ("Throttling", "Rate exceeded", 400, UnreachableError, "throttles cloudformation:X"),
        ("InternalFailure", "", 500, UnreachableError, "AWS failed"),
        ("LimitExceededException", "too many", 400, DeployError, "quota"),
        ("ValidationError", "Template format error", 400, DeployError, "Template format error"),
        ("InsufficientCapabilitiesException", "Requires", 400, DeployError, "Requires"),
        ("AccessDenied", "", 403, DeployError, "cloudformation:X on the-resource"),
    ],
)
def test_every_error_says_what_to_do(
    code: str, message: str, status: int, kind: type[DeployError], words: str
) -> None:
    error = api_errors.translated(
        code=code, message=message, status=status, action="cloudformation:X", resource="the-resource"
    )
    assert type(error) is kind
    assert words in error.message
    assert error.fix


def test_access_denied_names_what_aws_names() -> None:
    message = (
        "User: arn:aws:sts::1:assumed-role/dev/me is not authorized to perform: "
        "cloudformation:CreateChangeSet on resource: arn:aws:cloudformation:us-west-2:1:stack/x/*"
    )
    error = api_errors.denied(message=message, action="cloudformation:X", resource="x")
    assert '"Action": "cloudformation:CreateChangeSet"' in error.fix
    assert '"Resource": "arn:aws:cloudformation:us-west-2:1:stack/x/*"' in error.fix


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (EndpointConnectionError(endpoint_url="https://x"), UnreachableError),
        (ConnectTimeoutError(endpoint_url="https://x"), UnreachableError),
        (NoCredentialsError(), DeployError),
    ],
)
def test_a_lost_network_and_missing_credentials_are_told_apart(
    aws: AwsCloud, raised: Exception, kind: type[DeployError]
) -> None:
    with pytest.raises(DeployError) as caught, aws.calling("cloudformation:DescribeStacks", "x"):
        raise raised
    assert type(caught.value) is kind
    assert caught.value.fix


@pytest.mark.parametrize(
    ("status", "headers", "body", "foreign"),
    [
        (200, {}, b"<html>Sign in</html>", True),
        (200, {"X-Amzn-RequestId": "r"}, b"", False),
        (404, {"x-amz-request-id": "r"}, b"", False),
        (400, {}, b"<ErrorResponse><RequestId>r</RequestId></ErrorResponse>", False),
        (400, {}, b'{"__type": "Throttling"}', False),
        (403, {}, b"<html>Blocked</html>", True),
        (502, {}, b"<html>Bad Gateway</html>", False),
    ],
)
def test_an_answer_without_a_request_id_is_not_from_aws(
    status: int, headers: dict[str, str], body: bytes, foreign: bool
) -> None:
    answer = {"status_code": status, "headers": headers, "body": body}
    if foreign:
        with pytest.raises(ForeignAnswerError, match=f"HTTP {status} without a request id"):
            from_aws(response_dict=answer)
    else:
        from_aws(response_dict=answer)


def test_what_is_no_answer_of_aws_is_waited_out_like_no_answer(aws: AwsCloud) -> None:
    says = pytest.raises(UnreachableError, match="is not an answer of AWS")
    with says as caught, aws.calling("cloudformation:DescribeStacks", "x"):
        raise ForeignAnswerError("HTTP 200 without a request id")
    assert "login page" in caught.value.fix


def test_a_profile_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    with pytest.raises(DeployError, match="no-such-profile"):
        AwsCloud("us-west-2", Endpoint())


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500, 503])
@pytest.mark.parametrize(
    "code", ["ValidationError", "InvalidToken", "OperationInProgressException", "LimitExceededException"]
)
def test_what_aws_does_not_tell_leaves_no_empty_place(code: str, status: int) -> None:
    error = api_errors.translated(code=code, message="", status=status, action="a:B", resource="r")
    assert not re.search(r": *[:)]|: *$|\(\)", error.message), error.message
