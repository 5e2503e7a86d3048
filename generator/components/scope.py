"""What all components of one stack share: names, tags and how long data is kept."""

from __future__ import annotations

from msgspec import Struct
from troposphere import Tags

from generator import names


class Scope(Struct, frozen=True):
    """Names, tags and retention of one stack.

    ``prefix`` begins every physical name. ``tags`` go on every taggable resource, with its own Name added.
    ``retain`` keeps data when a resource leaves the template or the stack is deleted.
    """

    prefix: str
    tags: tuple[tuple[str, str], ...]
    retain: bool
    log_retention_days: int

    def name(self, kind: str, component: str) -> str:
        """Physical name of a component; ``kind`` is a key of names.LIMITS."""
        return names.physical(kind, self.prefix, component)

    def tag_list(self, name: str) -> Tags:
        """The tags as the list of Key and Value that most resource types take."""
        return Tags(self.tag_map(name))

    def tag_map(self, name: str) -> dict[str, str]:
        """The tags by key, as a few resource types take them."""
        return dict(sorted({**dict(self.tags), "Name": name}.items()))

    @property
    def data_policies(self) -> dict[str, str]:
        """Attributes of a resource that holds data.

        RetainExceptOnCreate keeps data on stack deletion, yet lets a create that failed clean up after
        itself (CloudFormation user guide, "DeletionPolicy attribute").
        """
        if self.retain:
            return {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
        return {"DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"}

    @property
    def log_groups(self) -> tuple[str, ...]:
        """Patterns of the log groups that this stack's functions, APIs and web ACLs write to.

        API Gateway names its execution log groups after an id that nothing knows before the API exists.
        """
        return (
            f"/aws/lambda/{self.prefix}-*",
            f"/aws/apigateway/{self.prefix}-*",
            "API-Gateway-Execution-Logs_*",
            f"aws-waf-logs-{self.prefix}-*",
        )
