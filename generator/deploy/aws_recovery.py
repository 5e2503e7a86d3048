"""Protection, deletion and rollback over boto3's client: the part of ``aws.AwsCloud`` for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from generator.deploy.aws_repeating import Repeating
from generator.deploy.cloud import UnreachableError
from generator.deploy.cloud_recovery import DeletionMode

if TYPE_CHECKING:
    from generator.deploy.cloud import Stack

# Statuses that show that an operation has begun, for when the answer to its call is lost.
DELETING = frozenset({"DELETE_COMPLETE", "DELETE_IN_PROGRESS"})
ROLLING_BACK = frozenset(
    {
        "ROLLBACK_COMPLETE",
        "ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
    }
)


class RecoveryCalls(Repeating):
    """See RecoveryCloud."""

    stack: Callable[[str], Stack | None]

    @contextmanager
    def _starting(self, action: str, stack: str, statuses: frozenset[str]) -> Iterator[None]:
        """Call ``action``; where its answer is lost, one of ``statuses`` shows that it has begun."""
        try:
            with self.calling(f"cloudformation:{action}", stack):
                yield
        except UnreachableError as lost:
            with self._looking(lost, "it may have begun"):
                now = self.stack(stack)
            if now is not None and now.status not in statuses:
                raise

    def delete_stack(
        self, stack: str, *, token: str, retain: tuple[str, ...] = (), mode: DeletionMode = "STANDARD"
    ) -> None:
        """See RecoveryCloud. What is not asked for is not sent: AWS refuses it outside DELETE_FAILED."""
        asked: dict[str, Any] = {"RetainResources": list(retain)} if retain else {}
        if mode != "STANDARD":
            asked["DeletionMode"] = mode
        with self._starting("DeleteStack", stack, DELETING):
            self.cloudformation.delete_stack(StackName=stack, ClientRequestToken=token, **asked)

    def rollback_stack(self, stack: str, *, token: str) -> None:
        """See RecoveryCloud. What the failed operation made is deleted even where its policy is Retain."""
        with self._starting("RollbackStack", stack, ROLLING_BACK):
            self.cloudformation.rollback_stack(
                StackName=stack, ClientRequestToken=token, RetainExceptOnCreate=True
            )

    def continue_rollback(self, stack: str, *, skip: tuple[str, ...], token: str) -> None:
        """See RecoveryCloud."""
        asked = {"ResourcesToSkip": list(skip)} if skip else {}
        with self._starting("ContinueUpdateRollback", stack, ROLLING_BACK):
            self.cloudformation.continue_update_rollback(StackName=stack, ClientRequestToken=token, **asked)

    def cancel_update(self, stack: str, *, token: str) -> None:
        """See RecoveryCloud."""
        with self._starting("CancelUpdateStack", stack, ROLLING_BACK):
            self.cloudformation.cancel_update_stack(StackName=stack, ClientRequestToken=token)

    def protect(self, stack: str) -> None:
        """See RecoveryCloud."""
        self._set_protection(stack, EnableTerminationProtection=True)

    def unprotect(self, stack: str) -> None:
        """See RecoveryCloud."""
        self._set_protection(stack, EnableTerminationProtection=False)

    def _set_protection(self, stack: str, **wanted: bool) -> None:
        """Set termination protection as ``wanted``."""
        send = partial(self.cloudformation.update_termination_protection, StackName=stack, **wanted)
        self.repeating("cloudformation:UpdateTerminationProtection", stack, send)

    def stack_policy(self, stack: str) -> str:
        """See RecoveryCloud."""
        send = partial(self.cloudformation.get_stack_policy, StackName=stack)
        policy: str = self.repeating("cloudformation:GetStackPolicy", stack, send).get("StackPolicyBody", "")
        return policy

    def set_stack_policy(self, stack: str, policy: str) -> None:
        """See RecoveryCloud."""
        send = partial(self.cloudformation.set_stack_policy, StackName=stack, StackPolicyBody=policy)
        self.repeating("cloudformation:SetStackPolicy", stack, send)
