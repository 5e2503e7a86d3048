"""Stacks, their events and their resources over boto3's client: the part of ``aws.AwsCloud`` that looks.

Every answer that tells which stack it is about is held to the stack that was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from generator.deploy import answers, api_errors, arns
from generator.deploy.aws_repeating import Repeating
from generator.deploy.cloud import Alarm, Event, Resource, Stack, Validation


class StackCalls(Repeating):
    """See Cloud. ``place`` is where every stack must be."""

    cloudwatch: Any
    place: arns.Place

    def stack(self, name: str) -> Stack | None:
        """See Cloud."""

        def read() -> Stack | None:
            try:
                answer = self.cloudformation.describe_stacks(StackName=name)
            except self.cloudformation.exceptions.ClientError as error:
                if "does not exist" in api_errors.told(error.response, "Message"):
                    return None
                raise
            found = answers.stack(answer["Stacks"][0])
            arns.check(found.id, kind="stack", asked=name, place=self.place)
            return found

        found: Stack | None = self.repeating("cloudformation:DescribeStacks", name, read)
        return found

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

        def read() -> Mapping[str, Any]:
            body = self.cloudformation.get_template(StackName=stack, TemplateStage="Original")["TemplateBody"]
            return body if isinstance(body, dict) else {}

        found: Mapping[str, Any] = self.repeating("cloudformation:GetTemplate", stack, read)
        return found

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
        return self._pages("describe_stack_events", "StackEvents", named, stack, self._event_of(stack))

    def _event_of(self, stack: str) -> Callable[[Any], Event]:
        """Reads an event, which must be of that stack."""

        def read(entry: Any) -> Event:
            event = answers.event(entry)
            arns.check(event.stack_id, kind="stack", asked=stack, place=self.place)
            return event

        return read

    def recent(self, stack: str) -> tuple[Event, ...]:
        """See Cloud."""
        event_of = self._event_of(stack)

        def read() -> tuple[Event, ...]:
            page = self.cloudformation.describe_stack_events(StackName=stack)
            return tuple(event_of(entry) for entry in reversed(page["StackEvents"]))

        found: tuple[Event, ...] = self.repeating("cloudformation:DescribeStackEvents", stack, read)
        return found

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

        def read() -> tuple[Alarm, ...]:
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

        found: tuple[Alarm, ...] = self.repeating("cloudwatch:DescribeAlarms", ", ".join(names), read)
        return found
