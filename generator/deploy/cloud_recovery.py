"""What ``Cloud`` can do with a stack besides making and updating it: protect, delete, roll back, cancel."""

from __future__ import annotations

from typing import Literal, Protocol

DeletionMode = Literal["STANDARD", "FORCE_DELETE_STACK"]


class RecoveryCloud(Protocol):
    """The part of ``Cloud`` that protects stacks and brings them out of failed states."""

    def delete_stack(
        self, stack: str, *, token: str, retain: tuple[str, ...] = (), mode: DeletionMode = "STANDARD"
    ) -> None:
        """Start deleting.

        ``retain`` (logical ids that stay behind) and FORCE_DELETE_STACK (what still cannot be deleted stays
        behind) are only taken for a stack in DELETE_FAILED.
        """

    def rollback_stack(self, stack: str, *, token: str) -> None:
        """Start rolling back a stack in CREATE_FAILED or UPDATE_FAILED."""

    def continue_rollback(self, stack: str, *, skip: tuple[str, ...], token: str) -> None:
        """Go on with the rollback of a stack in UPDATE_ROLLBACK_FAILED, leaving ``skip`` as they are.

        A resource of a nested stack is ``<name of the nested stack>.<LogicalId>``.
        """

    def cancel_update(self, stack: str, *, token: str) -> None:
        """Stop the update of a stack in UPDATE_IN_PROGRESS, and roll it back."""

    def protect(self, stack: str) -> None:
        """Switch termination protection on."""

    def unprotect(self, stack: str) -> None:
        """Switch termination protection off."""

    def stack_policy(self, stack: str) -> str:
        """The stack policy's text; empty where there is none."""

    def set_stack_policy(self, stack: str, policy: str) -> None:
        """Replace the stack policy."""
