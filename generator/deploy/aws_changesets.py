"""Change sets over boto3's client: the part of ``aws.AwsCloud`` for them.

An answer can be lost after CloudFormation has acted, and botocore's own repetition of the call can meet the
effect of the first. So a change set carries its request's token, and what became of a call is looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from generator.deploy import answers, api_errors, arns
from generator.deploy.aws_repeating import Repeating
from generator.deploy.cloud import (
    ChangeSet,
    ChangeSetRequest,
    LostError,
    StackMovedError,
    UnreachableError,
)


class GoneError(Exception):
    """There is no such change set."""


class ChangeSetCalls(Repeating):
    """See Cloud. Answers are held to what was asked for, in ``place``."""

    place: arns.Place

    def create_change_set(self, request: ChangeSetRequest) -> ChangeSet | None:
        """See Cloud."""
        arguments = answers.create_arguments(request)
        try:
            with self.calling("cloudformation:CreateChangeSet", request.stack):
                try:
                    answer = self.cloudformation.create_change_set(**arguments)
                except self.cloudformation.exceptions.AlreadyExistsException as error:
                    # The embedded AWS has the same code for a stack that exists; that one is for the loop.
                    if not api_errors.told(error.response, "Message").startswith("ChangeSet"):
                        raise
                    return self._made_by(request)
                made = ChangeSet(
                    answer["Id"], request.name, answer["StackId"], "CREATE_PENDING", "UNAVAILABLE"
                )
                self._check(made, set_asked=request.name, stack_asked=request.stack)
                return made
        except UnreachableError as lost:
            what = f"change set {request.name} of {request.stack}"
            shell = ", and a new stack in REVIEW_IN_PROGRESS" if request.type == "CREATE" else ""
            with self._looking(lost, f"{what} may be there{shell}"):
                found = self._made_by(request)
            if found is None:
                # It may still come: a call that we gave up is not a call that AWS gave up.
                late = (
                    f"{lost.message}; {what} is not there, or not yet (a new stack is in REVIEW_IN_PROGRESS)"
                )
                raise LostError(late, lost.fix) from lost
            return found

    def _made_by(self, request: ChangeSetRequest) -> ChangeSet | None:
        """The change set that this very request made, told by its token; None where there is none."""

        def read() -> ChangeSet | None:
            named = {"StackName": request.stack, "ChangeSetName": request.name}
            page = self.cloudformation.describe_change_set(**named)
            found = answers.change_set(page, ())
            self._check(found, set_asked=request.name, stack_asked=request.stack)
            return found if page.get("Description") == answers.description(request) else None

        try:
            made: ChangeSet | None = self.repeating("cloudformation:DescribeChangeSet", request.name, read)
        except StackMovedError:
            return None
        return made

    def _check(self, found: ChangeSet, *, set_asked: str, stack_asked: str) -> None:
        """StrangerError unless it is the change set that was asked for, of the stack that was."""
        arns.check(found.id, kind="changeSet", asked=set_asked, place=self.place)
        arns.check(found.stack_id, kind="stack", asked=stack_asked, place=self.place)

    def change_set(self, identifier: str) -> ChangeSet | None:
        """See Cloud. Every page repeats the head; changes are spread over the pages."""
        sent = {"ChangeSetName": identifier, "IncludePropertyValues": True}

        def read(token: Mapping[str, str]) -> tuple[list[ChangeSet], str]:
            try:
                page = self.cloudformation.describe_change_set(**sent, **token)
            except self.cloudformation.exceptions.ChangeSetNotFoundException:
                raise GoneError from None
            told = [entry["ResourceChange"] for entry in page.get("Changes", []) if "ResourceChange" in entry]
            found = answers.change_set(page, tuple(map(answers.change, told)))
            self._check(found, set_asked=identifier, stack_asked="")
            return [found], page.get("NextToken") or ""

        try:
            parts = list(self._turned("cloudformation:DescribeChangeSet", identifier, read))
        except GoneError:
            return None
        return replace(parts[-1], changes=tuple(change for part in parts for change in part.changes))

    def change_sets(self, stack: str) -> tuple[ChangeSet, ...]:
        """See Cloud."""
        named = {"StackName": stack}

        def read(entry: Any) -> ChangeSet:
            found = answers.summary(entry)
            # The embedded AWS takes a name for every shell that had it, so not even an ARN is compared.
            self._check(found, set_asked="", stack_asked="")
            return found

        return tuple(self._pages("list_change_sets", "Summaries", named, stack, read))

    def execute_change_set(self, identifier: str, *, token: str) -> None:
        """See Cloud. DisableRollback is never sent: it excludes OnStackFailure, which was."""
        try:
            with self.calling("cloudformation:ExecuteChangeSet", identifier):
                self.cloudformation.execute_change_set(
                    ChangeSetName=identifier, ClientRequestToken=token, RetainExceptOnCreate=True
                )
        except StackMovedError:
            # Perhaps it is our own first try, whose answer never came, that has moved the stack.
            if not self._executing(identifier):
                raise
        except UnreachableError as lost:
            name = identifier.split("/")[1] if "/" in identifier else identifier
            perhaps = f"change set {name} may be executing, or wait (on a new stack in REVIEW_IN_PROGRESS)"
            with self._looking(lost, perhaps):
                begun = self._executing(identifier)
            if not begun:
                raise

    def _executing(self, identifier: str) -> bool:
        """Whether the execution of a change set has begun. Only we know of it, so it was us."""
        found = self.change_set(identifier)
        return found is not None and found.execution_status.startswith("EXECUTE_")

    def delete_change_set(self, identifier: str) -> None:
        """See Cloud."""
        try:
            with self.calling("cloudformation:DeleteChangeSet", identifier):
                try:
                    self.cloudformation.delete_change_set(ChangeSetName=identifier)
                except self.cloudformation.exceptions.ChangeSetNotFoundException:
                    return
        except UnreachableError as lost:
            with self._looking(lost, "the change set may be there"):
                gone = self.change_set(identifier) is None
            if not gone:
                raise
