"""Deletion, rollback and protection in a fake CloudFormation, which refuses what AWS refuses."""

from __future__ import annotations

from generator.deploy.cloud import StackMovedError
from generator.deploy.cloud_recovery import DeletionMode
from generator.deploy.plan import settled
from generator.errors import DeployError

from .fake_stacks import FakeStacks, Tick


class FakeRecovery(FakeStacks):
    """See RecoveryCloud."""

    def delete_stack(
        self, stack: str, *, token: str, retain: tuple[str, ...] = (), mode: DeletionMode = "STANDARD"
    ) -> None:
        self.called("delete_stack")
        found = self.get(stack)
        if (retain or mode != "STANDARD") and found.status != "DELETE_FAILED":
            raise DeployError(f"Stack [{found.id}] is not in DELETE_FAILED state")
        if set(retain) - set(found.resources):
            raise DeployError(f"Resource(s) {retain} do not exist in stack [{found.id}]")
        if found.protected:
            raise DeployError(f"Stack [{found.id}] cannot be deleted while TerminationProtection is enabled")
        if not settled(found.status) and found.status != "CREATE_IN_PROGRESS":
            raise StackMovedError(f"Stack [{found.id}] is in {found.status} state")
        self.use(token)
        found.after = None
        if found.status == "REVIEW_IN_PROGRESS":
            found.status = "DELETE_COMPLETE"
            return
        behind = set(retain)
        if mode == "FORCE_DELETE_STACK":
            behind |= {name for name, status in found.resources.items() if status == "DELETE_FAILED"}
        names = tuple(
            (name, "DELETE_SKIPPED" if name in behind else "DELETE_COMPLETE", "")
            for name, status in found.resources.items()
            if status != "DELETE_COMPLETE"
        )
        self.run(found, ("DELETE_IN_PROGRESS", ()), ("", names), ("DELETE_COMPLETE", ()))

    def rollback_stack(self, stack: str, *, token: str) -> None:
        self.called("rollback_stack")
        found = self.get(stack)
        if found.status not in {"CREATE_FAILED", "UPDATE_FAILED"}:
            raise StackMovedError("RollbackStack cannot be called from current stack status")
        self.use(token)
        verb = "UPDATE_ROLLBACK" if found.status == "UPDATE_FAILED" else "ROLLBACK"
        self.run(found, (f"{verb}_IN_PROGRESS", ()), (f"{verb}_COMPLETE", ()))

    def continue_rollback(self, stack: str, *, skip: tuple[str, ...], token: str) -> None:
        self.called("continue_rollback")
        found = self.get(stack)
        if found.status != "UPDATE_ROLLBACK_FAILED":
            raise StackMovedError("ContinueUpdateRollback cannot be called from current stack status")
        if set(skip) - found.stuck:
            raise DeployError(f"Resource(s) {skip} cannot be skipped")
        self.use(token)
        found.stuck -= set(skip)
        skipped = tuple((name, "UPDATE_COMPLETE", "Resource rollback skipped by user") for name in skip)
        course: list[Tick] = [("UPDATE_ROLLBACK_IN_PROGRESS", ()), ("", skipped)]
        if found.stuck:
            failed = tuple((name, "UPDATE_FAILED", "still in the way") for name in sorted(found.stuck))
            course += [("", failed), ("UPDATE_ROLLBACK_FAILED", ())]
        else:
            course += [("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", ()), ("UPDATE_ROLLBACK_COMPLETE", ())]
        self.run(found, *course)

    def cancel_update(self, stack: str, *, token: str) -> None:
        self.called("cancel_update")
        found = self.get(stack)
        if found.status != "UPDATE_IN_PROGRESS":
            raise StackMovedError("CancelUpdateStack cannot be called from current stack status")
        self.use(token)
        self.run(found, ("UPDATE_ROLLBACK_IN_PROGRESS", ()), ("UPDATE_ROLLBACK_COMPLETE", ()))

    def unprotect(self, stack: str) -> None:
        self.called("unprotect")
        self.get(stack).protected = False

    def protect(self, stack: str) -> None:
        self.called("protect")
        self.get(stack).protected = True

    def stack_policy(self, stack: str) -> str:
        self.called("stack_policy")
        return self.get(stack).policy

    def set_stack_policy(self, stack: str, policy: str) -> None:
        self.called("set_stack_policy")
        self.get(stack).policy = policy
