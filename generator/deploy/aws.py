"""``Cloud`` over boto3. The only file of gen that imports it, and it holds no decisions.

Timeouts are explicit, the region too; botocore's adaptive mode retries throttling and server errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

import boto3
import botocore.session
from botocore import exceptions
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from generator.deploy import answers, api_errors
from generator.deploy.aws_changesets import ChangeSetCalls
from generator.deploy.aws_drift import DriftCalls
from generator.deploy.aws_recovery import RecoveryCalls
from generator.deploy.aws_s3 import S3Calls
from generator.deploy.cloud import (
    Alarm,
    Endpoint,
    Event,
    Identity,
    LostError,
    Resource,
    Stack,
    UnreachableError,
    Validation,
)
from generator.errors import DeployError


@dataclass(frozen=True)
class Patience:
    """How often a call is tried in all, and how many seconds one try may take to connect and to answer.

    botocore's adaptive mode waits between tries, longer each time: eight take about half a minute.
    """

    attempts: int = 8
    connect_s: float = 5
    read_s: float = 30


PATIENCE = Patience()
T = TypeVar("T")
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


class ForeignAnswerError(Exception):
    """The answer bears no request id of AWS: it is a login page's or a proxy's."""


def from_aws(*, response_dict: Mapping[str, Any], **_event: object) -> None:
    """Raise ForeignAnswerError for an answer without a request id, which botocore would read as an empty one.

    An error may bear its id, or the JSON protocols' name of its kind, in the body. A server error is left to
    its retries: AWS's own load balancers give no id either.
    """
    status, body = response_dict["status_code"], response_dict["body"]
    marks = (b"RequestId", b"RequestID", b"__type") if status >= 300 else ()
    in_headers = REQUEST_IDS & {name.lower() for name in response_dict["headers"]}
    if status < 500 and not in_headers and not any(mark in body for mark in marks):
        raise ForeignAnswerError(f"HTTP {status} without a request id")


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


class AwsCloud(ChangeSetCalls, DriftCalls, RecoveryCalls, S3Calls):
    """One account and region of AWS, or of the embedded AWS behind an endpoint."""

    def __init__(self, region: str, endpoint: Endpoint, patience: Patience = PATIENCE) -> None:
        """Clients for ``region``; no call is made yet. DeployError where the caller's settings are wrong."""
        self.region = region
        self.endpoint = endpoint
        config = Config(
            region_name=region,
            retries={"mode": "adaptive", "total_max_attempts": patience.attempts},
            connect_timeout=patience.connect_s,
            read_timeout=patience.read_s,
            s3={"addressing_style": "path"} if endpoint.url else None,
            proxies={} if endpoint.embedded else None,  # none; with None, those of the environment
        )
        arguments = {"config": config, "endpoint_url": endpoint.url or None}
        self.others: dict[str, Any] = {}  # clients of services that only ``call`` needs
        self.making = Lock()  # a boto3 session makes clients for one thread at a time
        try:
            session = session_for(region, endpoint)
            self.client: Callable[[str], Any] = lambda service: session.client(service, **arguments)
            self.cloudformation = self.client("cloudformation")
            self.sts = self.client("sts")
            self.s3 = self.client("s3")
            self.cloudwatch = self.client("cloudwatch")
        except (BotoCoreError, ValueError) as error:  # ValueError: of a setting that is no number, or no URL
            raise DeployError(f"the settings for AWS cannot be used: {error}", api_errors.SETTINGS) from error
        for client in (self.cloudformation, self.sts, self.s3, self.cloudwatch):
            client.meta.events.register("before-parse", from_aws)

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
    def _looking(self, lost: UnreachableError, perhaps: str) -> Iterator[None]:
        """Look up what became of the ``lost`` call; LostError where that cannot be found out either."""
        try:
            yield
        except DeployError as error:
            raise LostError(
                f"{lost.message}; {perhaps}, which is not known ({error.message})", lost.fix
            ) from error

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
        except (ForeignAnswerError, ResponseParserError) as error:
            raise api_errors.unreadable(action=action, endpoint=self._where, reason=str(error)) from error
        except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
            raise api_errors.unreachable(action=action, endpoint=self._where, reason=str(error)) from error
        except NO_CREDENTIALS as error:
            raise DeployError(f"{action}: {error}", api_errors.NEW_CREDENTIALS) from error
        except exceptions.ParamValidationError as error:
            raise DeployError(f"{action}: {error}", api_errors.REFUSED) from error
        except BotoCoreError as error:
            raise DeployError(f"{action}: {error}", api_errors.SETTINGS) from error
        except MISREAD as error:
            reason = api_errors.misread(error)
            raise api_errors.unreadable(action=action, endpoint=self._where, reason=reason) from error

    def _refused(self, error: ClientError, action: str, resource: str) -> DeployError:
        code = api_errors.told(error.response, "Code")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if not code and status != api_errors.TOO_MANY_REQUESTS:
            reason = f"HTTP {status} without an error code"
            return api_errors.unreadable(action=action, endpoint=self._where, reason=reason)
        return api_errors.translated(
            code=code,
            message=api_errors.told(error.response, "Message"),
            status=status,
            action=action,
            resource=resource,
        )

    def _pages(
        self, operation: str, key: str, arguments: Mapping[str, Any], resource: str, read: Callable[[Any], T]
    ) -> Iterator[T]:
        """What ``read`` makes of the entries under ``key`` of every page of a CloudFormation list."""
        token: dict[str, str] = {}
        action = "cloudformation:" + "".join(word.capitalize() for word in operation.split("_"))
        while True:
            with self.calling(action, resource):
                page = getattr(self.cloudformation, operation)(**arguments, **token)
                found = [read(entry) for entry in page.get(key, [])]
            yield from found
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}

    def identity(self) -> Identity:
        """See Cloud."""
        with self.calling("sts:GetCallerIdentity", "*"):
            answer = self.sts.get_caller_identity()
            return Identity(account=answer["Account"], arn=answer["Arn"])

    def stack(self, name: str) -> Stack | None:
        """See Cloud."""
        with self.calling("cloudformation:DescribeStacks", name):
            try:
                answer = self.cloudformation.describe_stacks(StackName=name)
            except ClientError as error:
                if "does not exist" in api_errors.told(error.response, "Message"):
                    return None
                raise
            return answers.stack(answer["Stacks"][0])

    def deleted_stacks(self, name: str) -> tuple[Stack, ...]:
        """See Cloud."""
        filters = {"StackStatusFilter": ["DELETE_COMPLETE"]}
        stacks = self._pages("list_stacks", "StackSummaries", filters, "*", answers.stack)
        found = [stack for stack in stacks if stack.name == name]
        return tuple(sorted(found, key=lambda stack: stack.changed, reverse=True))

    def resources(self, stack: str) -> tuple[Resource, ...]:
        """See Cloud."""
        arguments = {"StackName": stack}
        return tuple(
            self._pages("list_stack_resources", "StackResourceSummaries", arguments, stack, answers.resource)
        )

    def template(self, stack: str) -> Mapping[str, Any]:
        """See Cloud. botocore parses a JSON template; ours are never anything else."""
        with self.calling("cloudformation:GetTemplate", stack):
            answer = self.cloudformation.get_template(StackName=stack, TemplateStage="Original")
            body = answer["TemplateBody"]
        return body if isinstance(body, dict) else {}

    def events(self, stack: str, *, after: str | None) -> tuple[Event, ...]:
        """See Cloud. AWS lists the newest first, so paging stops at the event that is known."""
        new: list[Event] = []
        for event in self._events(stack):
            if event.id == after:
                break
            new.append(event)
        return tuple(reversed(new))

    def last_event(self, stack: str) -> str | None:
        """See Cloud."""
        return next((event.id for event in self._events(stack)), None)

    def _events(self, stack: str) -> Iterator[Event]:
        """All events of a stack, the newest first."""
        named = {"StackName": stack}
        return self._pages("describe_stack_events", "StackEvents", named, stack, answers.event)

    def recent(self, stack: str) -> tuple[Event, ...]:
        """See Cloud."""
        with self.calling("cloudformation:DescribeStackEvents", stack):
            page = self.cloudformation.describe_stack_events(StackName=stack)
            return tuple(answers.event(entry) for entry in reversed(page["StackEvents"]))

    def validations(self, *, stack: str = "", change_set: str = "") -> tuple[Validation, ...]:
        """See Cloud."""
        named = {"StackName": stack} if stack else {"ChangeSetName": change_set}
        arguments = {**named, "Filters": {"FailedEvents": True}}
        found = self._pages(
            "describe_events", "OperationEvents", arguments, stack or change_set, answers.finding
        )
        return tuple(validation for validation in found if validation is not None)

    def alarms(self, names: tuple[str, ...]) -> tuple[Alarm, ...]:
        """See Cloud. Without AlarmTypes, CloudWatch leaves out composite alarms; five names are one page."""
        if not names:
            return ()
        with self.calling("cloudwatch:DescribeAlarms", ", ".join(names)):
            answer = self.cloudwatch.describe_alarms(
                AlarmNames=list(names), AlarmTypes=["MetricAlarm", "CompositeAlarm"]
            )
            return tuple(
                Alarm(name=alarm["AlarmName"], arn=alarm["AlarmArn"], type=kind)
                for list_name, kind in (
                    ("MetricAlarms", "AWS::CloudWatch::Alarm"),
                    ("CompositeAlarms", "AWS::CloudWatch::CompositeAlarm"),
                )
                for alarm in answer.get(list_name, [])
            )
