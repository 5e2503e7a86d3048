"""``Cloud`` over boto3. The only file of gen that imports it, and it holds no decisions.

Timeouts are explicit, the region too; botocore's adaptive mode retries throttling and server errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
from botocore import exceptions
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from generator.deploy import answers, api_errors
from generator.deploy.aws_s3 import S3Calls
from generator.deploy.cloud import (
    Alarm,
    Change,
    ChangeSet,
    ChangeSetRequest,
    Endpoint,
    Event,
    Identity,
    Resource,
    Stack,
    Validation,
)
from generator.errors import DeployError

RETRIES = {"mode": "adaptive", "total_max_attempts": 8}
CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 30


class AwsCloud(S3Calls):
    """One account and region of AWS, or of the embedded AWS behind an endpoint."""

    def __init__(self, region: str, endpoint: Endpoint) -> None:
        """Clients for ``region``; no call is made yet. DeployError where AWS_PROFILE names no profile."""
        self.region = region
        self.endpoint = endpoint
        config = Config(
            region_name=region,
            retries=RETRIES,
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=READ_TIMEOUT_S,
            s3={"addressing_style": "path"} if endpoint.url else None,
        )
        try:
            session = boto3.session.Session(
                aws_access_key_id=endpoint.access_key or None,
                aws_secret_access_key=endpoint.secret_key or None,
                region_name=region,
            )
        except exceptions.ProfileNotFound as error:
            raise DeployError(str(error), "set AWS_PROFILE to a profile of ~/.aws/config") from error
        arguments = {"config": config, "endpoint_url": endpoint.url or None}
        self.cloudformation = session.client("cloudformation", **arguments)
        self.sts = session.client("sts", **arguments)
        self.s3 = session.client("s3", **arguments)
        self.cloudwatch = session.client("cloudwatch", **arguments)

    def close(self) -> None:
        """Close the connections."""
        for client in (self.cloudformation, self.sts, self.s3, self.cloudwatch):
            client.close()

    @contextmanager
    def calling(self, action: str, resource: str) -> Iterator[None]:
        """Turn botocore's errors into ours, for a call of ``action`` on ``resource``."""
        try:
            yield
        except ClientError as error:
            raise self._refused(error, action, resource) from error
        except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
            endpoint = self.endpoint.url or f"AWS in {self.region}"
            raise api_errors.unreachable(action=action, endpoint=endpoint, reason=str(error)) from error
        except BotoCoreError as error:
            # No credentials at all, half of them, a single sign-on session that ended, a wrong CA bundle.
            raise DeployError(f"{action}: {error}", api_errors.NEW_CREDENTIALS) from error

    @staticmethod
    def _refused(error: ClientError, action: str, resource: str) -> DeployError:
        told = error.response.get("Error", {})
        return api_errors.translated(
            code=told.get("Code", ""),
            message=told.get("Message", ""),
            status=error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0),
            action=action,
            resource=resource,
        )

    def _pages(self, operation: str, key: str, arguments: Mapping[str, Any], resource: str) -> Iterator[Any]:
        """Entries under ``key`` of every page of a CloudFormation list, following NextToken."""
        token: dict[str, str] = {}
        action = "cloudformation:" + "".join(word.capitalize() for word in operation.split("_"))
        while True:
            with self.calling(action, resource):
                page = getattr(self.cloudformation, operation)(**arguments, **token)
            yield from page.get(key, [])
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
                if "does not exist" in error.response["Error"].get("Message", ""):
                    return None
                raise
        return answers.stack(answer["Stacks"][0])

    def resources(self, stack: str) -> tuple[Resource, ...]:
        """See Cloud."""
        entries = self._pages("list_stack_resources", "StackResourceSummaries", {"StackName": stack}, stack)
        return tuple(answers.resource(entry) for entry in entries)

    def template(self, stack: str) -> Mapping[str, Any]:
        """See Cloud. botocore parses a JSON template; ours are never anything else."""
        with self.calling("cloudformation:GetTemplate", stack):
            answer = self.cloudformation.get_template(StackName=stack, TemplateStage="Original")
        body = answer["TemplateBody"]
        return body if isinstance(body, dict) else {}

    def create_change_set(self, request: ChangeSetRequest) -> ChangeSet | None:
        """See Cloud."""
        with self.calling("cloudformation:CreateChangeSet", request.stack):
            try:
                answer = self.cloudformation.create_change_set(**answers.create_arguments(request))
            except ClientError as error:
                told = error.response["Error"]
                # The embedded AWS has the same code for a stack that exists; that one is for the loop.
                if told.get("Code") == "AlreadyExistsException" and told.get("Message", "").startswith(
                    "ChangeSet"
                ):
                    return None
                raise
        return ChangeSet(answer["Id"], request.name, answer["StackId"], "CREATE_PENDING", "UNAVAILABLE")

    def change_set(self, identifier: str) -> ChangeSet | None:
        """See Cloud. Every page repeats the head; changes are spread over the pages."""
        arguments = {"ChangeSetName": identifier, "IncludePropertyValues": True}
        changes: list[Change] = []
        while True:
            with self.calling("cloudformation:DescribeChangeSet", identifier):
                try:
                    page = self.cloudformation.describe_change_set(**arguments)
                except self.cloudformation.exceptions.ChangeSetNotFoundException:
                    return None
            changes += [
                answers.change(entry["ResourceChange"])
                for entry in page.get("Changes", [])
                if "ResourceChange" in entry
            ]
            if not page.get("NextToken"):
                return answers.change_set(page, tuple(changes))
            arguments["NextToken"] = page["NextToken"]

    def change_sets(self, stack: str) -> tuple[ChangeSet, ...]:
        """See Cloud."""
        entries = self._pages("list_change_sets", "Summaries", {"StackName": stack}, stack)
        return tuple(answers.change_set(entry, ()) for entry in entries)

    def execute_change_set(self, identifier: str, *, token: str) -> None:
        """See Cloud. DisableRollback is never sent: it excludes OnStackFailure, which was."""
        with self.calling("cloudformation:ExecuteChangeSet", identifier):
            self.cloudformation.execute_change_set(
                ChangeSetName=identifier, ClientRequestToken=token, RetainExceptOnCreate=True
            )

    def delete_change_set(self, identifier: str) -> None:
        """See Cloud."""
        with self.calling("cloudformation:DeleteChangeSet", identifier):
            try:
                self.cloudformation.delete_change_set(ChangeSetName=identifier)
            except self.cloudformation.exceptions.ChangeSetNotFoundException:
                return

    def events(self, stack: str, *, after: str | None) -> tuple[Event, ...]:
        """See Cloud. AWS lists the newest first, so paging stops at the event that is known."""
        new: list[Event] = []
        for entry in self._pages("describe_stack_events", "StackEvents", {"StackName": stack}, stack):
            if entry["EventId"] == after:
                break
            new.append(answers.event(entry))
        return tuple(reversed(new))

    def last_event(self, stack: str) -> str | None:
        """See Cloud."""
        for entry in self._pages("describe_stack_events", "StackEvents", {"StackName": stack}, stack):
            identifier: str = entry["EventId"]
            return identifier
        return None

    def validations(self, *, stack: str = "", change_set: str = "") -> tuple[Validation, ...]:
        """See Cloud."""
        named = {"StackName": stack} if stack else {"ChangeSetName": change_set}
        arguments = {**named, "Filters": {"FailedEvents": True}}
        entries = self._pages("describe_events", "OperationEvents", arguments, stack or change_set)
        return tuple(
            answers.validation(entry) for entry in entries if entry.get("EventType") == "VALIDATION_ERROR"
        )

    def delete_stack(self, stack: str, *, token: str) -> None:
        """See Cloud."""
        with self.calling("cloudformation:DeleteStack", stack):
            self.cloudformation.delete_stack(StackName=stack, ClientRequestToken=token)

    def rollback_stack(self, stack: str, *, token: str) -> None:
        """See Cloud."""
        with self.calling("cloudformation:RollbackStack", stack):
            self.cloudformation.rollback_stack(
                StackName=stack, ClientRequestToken=token, RetainExceptOnCreate=True
            )

    def protect(self, stack: str) -> None:
        """See Cloud."""
        with self.calling("cloudformation:UpdateTerminationProtection", stack):
            self.cloudformation.update_termination_protection(
                StackName=stack, EnableTerminationProtection=True
            )

    def stack_policy(self, stack: str) -> str:
        """See Cloud."""
        with self.calling("cloudformation:GetStackPolicy", stack):
            policy: str = self.cloudformation.get_stack_policy(StackName=stack).get("StackPolicyBody", "")
        return policy

    def set_stack_policy(self, stack: str, policy: str) -> None:
        """See Cloud."""
        with self.calling("cloudformation:SetStackPolicy", stack):
            self.cloudformation.set_stack_policy(StackName=stack, StackPolicyBody=policy)

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
