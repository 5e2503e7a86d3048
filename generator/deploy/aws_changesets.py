"""Change sets over boto3's client: the part of ``aws.AwsCloud`` for them.

An answer can be lost after CloudFormation has acted, and botocore's own repetition of the call can meet the
effect of the first. So a change set carries its request's token, and what became of a call is looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

from generator.deploy import answers, api_errors
from generator.deploy.cloud import (
    Change,
    ChangeSet,
    ChangeSetRequest,
    LostError,
    StackMovedError,
    UnreachableError,
)


class ChangeSetCalls:
    """See Cloud. ``calling`` turns botocore's errors into ours, ``_pages`` follows NextToken.

    ``_looking`` makes a LostError of what goes wrong while the fate of a lost call is looked up.
    """

    cloudformation: Any
    calling: Callable[[str, str], AbstractContextManager[None]]
    _pages: Callable[[str, str, Mapping[str, Any], str, Callable[[Any], Any]], Iterator[Any]]
    _looking: Callable[[UnreachableError, str], AbstractContextManager[None]]

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
                return ChangeSet(
                    answer["Id"], request.name, answer["StackId"], "CREATE_PENDING", "UNAVAILABLE"
                )
        except UnreachableError as lost:
            what = f"change set {request.name} of {request.stack}"
            with self._looking(lost, f"{what} may be there"):
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
        try:
            with self.calling("cloudformation:DescribeChangeSet", request.name):
                page = self.cloudformation.describe_change_set(
                    StackName=request.stack, ChangeSetName=request.name
                )
                made = page.get("Description") == answers.description(request)
                return answers.change_set(page, ()) if made else None
        except StackMovedError:
            return None

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
        named = {"StackName": stack}
        return tuple(self._pages("list_change_sets", "Summaries", named, stack, answers.summary))

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
            with self._looking(lost, "the change set may be executing"):
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
