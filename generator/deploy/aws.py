"""``Cloud`` over boto3. The only file of gen that imports it, and it holds no decisions.

Timeouts are explicit, the region too; botocore's adaptive mode retries throttling and server errors.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

import boto3
import botocore.session
from botocore import awsrequest, exceptions
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from generator.deploy import api_errors, arns, bounded
from generator.deploy.aws_changesets import ChangeSetCalls
from generator.deploy.aws_drift import DriftCalls
from generator.deploy.aws_recovery import RecoveryCalls
from generator.deploy.aws_s3 import S3Calls
from generator.deploy.aws_stacks import StackCalls
from generator.deploy.cloud import (
    Endpoint,
    ForeignError,
    Identity,
    UnreadableError,
)
from generator.errors import DeployError


@dataclass(frozen=True)
class Patience:
    """How often a call is tried in all, and how many seconds it may take.

    One try has ``connect_s`` to connect and ``read_s`` for its whole answer; after ``call_s`` none begins.
    botocore's adaptive mode waits between tries, longer each time: eight that fail at once take about half a
    minute.
    """

    attempts: int = 8
    connect_s: float = 5
    read_s: float = 30
    call_s: float = 90

    @property
    def looks(self) -> int:
        """How often a call that changes nothing is made whose answers mean nothing."""
        return min(self.attempts, 3)


PATIENCE = Patience()
# No credentials at all, half of them, a single sign-on session that ended.
NO_CREDENTIALS = (
    exceptions.CredentialRetrievalError,
    exceptions.NoAuthTokenError,
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.RefreshWithMFAUnsupportedError,
    exceptions.SSOError,
    exceptions.TokenRetrievalError,
)
MISREAD = (AttributeError, IndexError, KeyError, TypeError, ValueError)
REQUEST_IDS = {"x-amz-request-id", "x-amzn-requestid"}


class OverdueError(Exception):
    """The time for a call is up, and no try of it was answered."""


class TooManyError(Exception):
    """Somebody wants fewer calls, and says so with a status alone, which botocore cannot read."""


class ForeignAnswerError(Exception):
    """The answer bears no request id of AWS: it is a login page's or a proxy's."""


def from_aws(*, response_dict: Mapping[str, Any], **_event: object) -> None:
    """Raise ForeignAnswerError for an answer without a request id, which botocore would read as an empty one.

    And TooManyError for a bare 429.

    An error may bear its id, or the JSON protocols' name of its kind, in the body. A server error is left to
    its retries: AWS's own load balancers give no id either.
    """
    status, body = response_dict["status_code"], response_dict["body"]
    if status == api_errors.TOO_MANY_REQUESTS and body.lstrip()[:1] not in {b"<", b"{"}:
        raise TooManyError
    marks = (b"RequestId", b"RequestID", b"__type") if status >= 300 else ()
    in_headers = REQUEST_IDS & {name.lower() for name in response_dict["headers"]}
    if status < 500 and not in_headers and not any(mark in body for mark in marks):
        raise ForeignAnswerError(f"HTTP {status} without a request id")


def begin(*, params: Mapping[str, Any], **_event: object) -> None:
    """Note when the first try of a call begins."""
    params["context"]["gen_began"] = time.monotonic()


def still_time(seconds: float) -> Callable[..., None]:
    """Raises OverdueError before a try that would begin ``seconds`` after the first one or later."""

    def check(*, request: Any, **_event: object) -> None:
        if time.monotonic() - request.context["gen_began"] > seconds:
            raise OverdueError(f"no answer within {seconds:g} s")

    return check


def limited_pools(seconds: float) -> Mapping[str, type]:
    """Pools of connections whose exchanges end within ``seconds``, by the scheme of a URL."""

    limit = {"limit_s": seconds}
    http = type("Http", (bounded.Bounded, awsrequest.AWSHTTPConnection), limit)
    https = type("Https", (bounded.Bounded, awsrequest.AWSHTTPSConnection), limit)
    return {
        "http": type("HttpPool", (awsrequest.AWSHTTPConnectionPool,), {"ConnectionCls": http}),
        "https": type("HttpsPool", (awsrequest.AWSHTTPSConnectionPool,), {"ConnectionCls": https}),
    }


def session_for(region: str, endpoint: Endpoint) -> Any:
    """The session that makes the clients for ``endpoint``.

    Where that brings its own credentials, nothing else of the caller's settings holds: no variable AWS_…, no
    profile, no file.
    """
    core = None
    if endpoint.access_key:
        settings = botocore.session.Session.SESSION_VARIABLES.items()
        only_defaults = {name: (None, None, default, kind) for name, (_, _, default, kind) in settings}
        no_files = dict.fromkeys(("config_file", "credentials_file"), (None, None, None, None))
        core = botocore.session.Session(session_vars={**only_defaults, **no_files})
    return boto3.session.Session(
        aws_access_key_id=endpoint.access_key or None,
        aws_secret_access_key=endpoint.secret_key or None,
        region_name=region,
        botocore_session=core,
    )


class AwsCloud(ChangeSetCalls, DriftCalls, RecoveryCalls, S3Calls, StackCalls):
    """One account and region of AWS, or of the embedded AWS behind an endpoint."""

    def __init__(
        self,
        region: str,
        endpoint: Endpoint,
        patience: Patience = PATIENCE,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Clients for ``region``; no call is made yet. DeployError where the caller's settings are wrong."""
        self.region = region
        self.endpoint = endpoint
        self.patience = patience
        self.sleep = sleep
        self.place = arns.Place(region)
        config = Config(
            region_name=region,
            retries={"mode": "adaptive", "total_max_attempts": patience.attempts},
            connect_timeout=patience.connect_s,
            read_timeout=patience.read_s,
            s3={"addressing_style": "path"} if endpoint.url else None,
            proxies={} if endpoint.embedded else None,  # none; with None, those of the environment
        )
        self.arguments = {"config": config, "endpoint_url": endpoint.url or None}
        self.pools = limited_pools(patience.read_s)
        self.others: dict[str, Any] = {}  # clients of services that only ``call`` needs
        self.making = Lock()  # a boto3 session makes clients for one thread at a time
        try:
            self.session = session_for(region, endpoint)
            self.cloudformation = self.client("cloudformation")
            self.sts = self.client("sts")
            self.s3 = self.client("s3")
            self.cloudwatch = self.client("cloudwatch")
        except (BotoCoreError, ValueError) as error:  # ValueError: of a setting that is no number, or no URL
            raise DeployError(f"the settings for AWS cannot be used: {error}", api_errors.SETTINGS) from error
        for client in (self.cloudformation, self.sts, self.s3, self.cloudwatch):
            client.meta.events.register("before-parse", from_aws)

    def client(self, service: str) -> Any:
        """A client whose calls end in time.

        botocore has no setting for the time of a whole answer, and takes no other pools of connections.
        """
        client = self.session.client(service, **self.arguments)
        client._endpoint.http_session._pool_classes_by_scheme.update(self.pools)
        client.meta.events.register("before-call", begin)
        client.meta.events.register("before-send", still_time(self.patience.call_s))
        return client

    def close(self) -> None:
        """Close the connections."""
        for client in (self.cloudformation, self.sts, self.s3, self.cloudwatch, *self.others.values()):
            client.close()

    def call(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """See Cloud."""
        if not self.endpoint.embedded:
            raise RuntimeError(f"{service}.{operation} is for the embedded AWS alone")
        with self.making:
            if service not in self.others:
                self.others[service] = self.client(service)
        action = f"{service}:" + "".join(word.capitalize() for word in operation.split("_"))
        send = getattr(self.others[service], operation)
        with self.calling(action, ", ".join(str(value) for value in parameters.values())[:200]):
            answer: Mapping[str, Any] = send(**parameters)
        return answer

    @property
    def _where(self) -> str:
        """Who is called, in words."""
        return self.endpoint.url or f"AWS in {self.region}"

    @contextmanager
    def calling(self, action: str, resource: str) -> Iterator[None]:
        """Turn botocore's errors into ours, for a call of ``action`` on ``resource``.

        The answer is read in here too. One that lacks what it must have is no answer of AWS, whether it is
        botocore that fails on it or we.
        """
        try:
            yield
        except ClientError as error:
            raise self._refused(error, action, resource) from error
        except TooManyError as error:
            raise ForeignError(api_errors.throttled(action), api_errors.LATER) from error
        except ForeignAnswerError as error:
            raise ForeignError(*self._unreadable(action, str(error))) from error
        except (ResponseParserError, arns.StrangerError) as error:
            raise UnreadableError(*self._unreadable(action, str(error))) from error
        except (OverdueError, exceptions.ConnectionError, exceptions.HTTPClientError) as error:
            raise api_errors.unreachable(action=action, endpoint=self._where, reason=str(error)) from error
        except NO_CREDENTIALS as error:
            raise DeployError(f"{action}: {error}", api_errors.NEW_CREDENTIALS) from error
        except exceptions.ParamValidationError as error:
            raise DeployError(f"{action}: {error}", api_errors.REFUSED) from error
        except BotoCoreError as error:
            raise DeployError(f"{action}: {error}", api_errors.SETTINGS) from error
        except MISREAD as error:
            raise UnreadableError(*self._unreadable(action, api_errors.misread(error))) from error

    def _unreadable(self, action: str, reason: str) -> tuple[str, str]:
        """Message and fix for what is no answer to ``action``."""
        return api_errors.unreadable(action=action, endpoint=self._where, reason=reason)

    def _refused(self, error: ClientError, action: str, resource: str) -> DeployError:
        code = api_errors.told(error.response, "Code")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if not code and status != api_errors.TOO_MANY_REQUESTS:
            return UnreadableError(*self._unreadable(action, f"HTTP {status} without an error code"))
        return api_errors.translated(
            code=code,
            message=api_errors.told(error.response, "Message"),
            status=status,
            action=action,
            resource=resource,
        )

    def identity(self) -> Identity:
        """See Cloud. From here on, every answer must be about this account."""

        def read() -> Identity:
            answer = self.sts.get_caller_identity()
            return Identity(account=answer["Account"], arn=answer["Arn"])

        found: Identity = self.repeating("sts:GetCallerIdentity", "*", read)
        self.place = arns.Place(self.region, found.account)
        return found
