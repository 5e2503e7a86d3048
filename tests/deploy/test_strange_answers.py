"""Answers that bear a request id and yet are not what the API promises, from a server over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from botocore.parsers import ResponseParserError

from generator.deploy import api_errors
from generator.deploy.aws import AwsCloud, Patience
from generator.deploy.cloud import ChangeSetRequest, Endpoint, UnreachableError
from generator.errors import DeployError

REQUEST = ChangeSetRequest(
    stack="s", name="c", type="CREATE", body="{}", parameters={}, capabilities=(), tags={}, token="t"
)


@dataclass
class Answer:
    """What the server answers to every request."""

    body: str = ""
    status: int = 200


@pytest.fixture
def answer() -> Answer:
    return Answer()


@pytest.fixture
def aws(answer: Answer) -> Iterator[AwsCloud]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def do_GET(self) -> None:
            self.send_response(answer.status)
            self.send_header("x-amzn-requestid", "r")
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body.encode())

        do_PUT = do_GET  # noqa: N815 -- the name is http.server's

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    endpoint = Endpoint(f"http://127.0.0.1:{server.server_port}", "key", "secret")
    cloud = AwsCloud("us-west-2", endpoint, Patience(attempts=1, connect_s=2, read_s=2))
    yield cloud
    cloud.close()
    server.shutdown()
    thread.join()
    server.server_close()


CALLS: dict[str, Callable[[AwsCloud], object]] = {
    "GetCallerIdentity": lambda aws: aws.identity(),
    "DescribeStacks": lambda aws: aws.stack("s"),
    "GetTemplate": lambda aws: aws.template("s"),
    "CreateChangeSet": lambda aws: aws.create_change_set(REQUEST),
    "DescribeChangeSet": lambda aws: aws.change_set("c"),
    "DetectStackDrift": lambda aws: aws.start_drift_detection("s"),
    "DescribeStackDriftDetectionStatus": lambda aws: aws.drift_detection("d"),
}
LISTS: dict[str, tuple[str, Callable[[AwsCloud], object]]] = {
    "ListStackResources": ("StackResourceSummaries", lambda aws: aws.resources("s")),
    "ListStacks": ("StackSummaries", lambda aws: aws.deleted_stacks("s")),
    "ListChangeSets": ("Summaries", lambda aws: aws.change_sets("s")),
    "DescribeStackEvents": ("StackEvents", lambda aws: aws.last_event("s")),
    "DescribeStackResourceDrifts": ("StackResourceDrifts", lambda aws: aws.drifts("s")),
}


@pytest.mark.parametrize("action", CALLS)
@pytest.mark.parametrize(
    "body",
    ["<Other/>", "<{0}Response/>", "<{0}Response><{0}Result/></{0}Response>"],
    ids=["foreign", "no result", "empty result"],
)
def test_an_answer_without_what_it_must_have_is_not_of_aws(
    aws: AwsCloud, answer: Answer, action: str, body: str
) -> None:
    answer.body = body.format(action)
    with pytest.raises(UnreachableError, match="is not an answer of AWS"):
        CALLS[action](aws)


@pytest.mark.parametrize("action", LISTS)
def test_a_list_whose_entries_lack_what_they_must_have_is_not_of_aws(
    aws: AwsCloud, answer: Answer, action: str
) -> None:
    key, call = LISTS[action]
    entries = f"<{key}><member><Unknown>x</Unknown></member></{key}>"
    answer.body = f"<{action}Response><{action}Result>{entries}</{action}Result></{action}Response>"
    with pytest.raises(UnreachableError, match=f"is not an answer of AWS .cloudformation:{action}: it lacks"):
        call(aws)


@pytest.mark.parametrize(
    "body",
    [
        "<Other/>",
        "<ErrorResponse/>",
        "<ErrorResponse><Error/></ErrorResponse>",
        "<ErrorResponse><Error><Code/><Message/></Error></ErrorResponse>",
        "<ErrorResponse><Error><Code><Html>x</Html></Code></Error></ErrorResponse>",
    ],
)
def test_a_refusal_without_a_code_is_not_of_aws(aws: AwsCloud, answer: Answer, body: str) -> None:
    answer.status, answer.body = 400, body
    for call in (aws.stack, aws.last_event):
        with pytest.raises(UnreachableError, match="is not an answer of AWS"):
            call("s")
    with pytest.raises(UnreachableError, match="is not an answer of AWS"):
        aws.create_change_set(REQUEST)


@pytest.mark.parametrize("body", ["<Other/>", "<Error/>"])
def test_a_refused_upload_without_a_code_is_not_of_aws(aws: AwsCloud, answer: Answer, body: str) -> None:
    answer.status, answer.body = 409, body
    with pytest.raises(UnreachableError, match="is not an answer of AWS"):
        aws.upload(bucket="b", key="k", owner="111122223333", body=b"x", sha256="eA==")


@pytest.mark.parametrize("code", ["", "AccessDenied", "ExpiredToken", "TooMany", "ValidationError"])
def test_http_429_is_throttling_whatever_the_code(aws: AwsCloud, answer: Answer, code: str) -> None:
    answer.status = 429
    answer.body = f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
    with pytest.raises(UnreachableError, match="AWS still throttles cloudformation:DescribeStacks"):
        aws.stack("s")


EVERY = [*CALLS.values(), *(call for _, call in LISTS.values())]


@pytest.mark.parametrize("body", ["", "<html>x</html>", "<ErrorResponse/>", "{}", "\x00"])
def test_any_http_status_is_an_error_of_ours_whatever_the_body(
    aws: AwsCloud, answer: Answer, body: str
) -> None:
    answer.body = body
    for status in range(101, 600):  # 100 is no answer yet: see test_bounded
        answer.status = status
        with pytest.raises(DeployError, match=r"not an answer of AWS|AWS failed|throttles|refused|access"):
            EVERY[status % len(EVERY)](aws)


@pytest.mark.parametrize("body", ["", "slow down"])
def test_a_bare_429_is_throttling_too(aws: AwsCloud, answer: Answer, body: str) -> None:
    answer.status, answer.body = 429, body
    with pytest.raises(UnreachableError, match="AWS still throttles cloudformation:DescribeStacks"):
        aws.stack("s")


def test_the_body_of_an_answer_is_never_told(aws: AwsCloud, answer: Answer) -> None:
    answer.body = "the-secret <html>" * 1000
    with pytest.raises(UnreachableError, match="is not an answer of AWS") as caught:
        aws.stack("s")
    assert isinstance(caught.value.__cause__, ResponseParserError)
    assert "the-secret" in str(caught.value.__cause__)
    assert "the-secret" not in caught.value.message
    with (
        pytest.raises(UnreachableError, match="a ValueError in reading it") as caught,
        aws.calling("a:B", "x"),
    ):
        raise ValueError("the-secret")
    assert "the-secret" not in caught.value.message


def test_the_reason_is_the_start_of_one_line() -> None:
    message, _ = api_errors.unreadable(action="a:B", endpoint="e", reason="x" * 151 + "\nthe body")
    assert message == f"what came from e is not an answer of AWS (a:B: {'x' * 150})"
    assert "(a:B: )" in api_errors.unreadable(action="a:B", endpoint="e", reason="")[0]
