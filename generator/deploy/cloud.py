"""What a deployment asks of AWS in one region: frozen values, and a protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from generator.deploy.cloud_drift import DriftCloud
from generator.deploy.cloud_recovery import RecoveryCloud
from generator.errors import DeployError

ChangeSetType = Literal["CREATE", "UPDATE"]

INLINE_LIMIT = 51_200  # bytes of TemplateBody, "Understand CloudFormation quotas"


class StackMovedError(DeployError):
    """The stack or its change set is no longer in the state that was read: read it and decide again."""


class UnreachableError(DeployError):
    """AWS did not answer. A wait goes on until its deadline."""


class ForeignError(UnreachableError):
    """Somebody else answered in AWS's place: a login page, a proxy."""


class UnreadableError(UnreachableError):
    """What answered is AWS or looks like it, but it is not the answer to what was asked.

    It may be cut, or about another stack, account or region. A wait bears a few of them in a row.
    """


class LostError(UnreachableError):
    """AWS did not answer, and whether it has done what was asked of it could not be found out."""


class ExpiredError(DeployError):
    """The credentials have expired. What CloudFormation has begun goes on without us."""


@dataclass(frozen=True)
class Endpoint:
    """Where calls go, and as whom. Empty strings mean AWS, and botocore's own search for credentials.

    ``embedded``: it has answered as the embedded AWS, so it is nobody's account. Whatever else is on this
    machine, a tunnel or a signing proxy, may lead to one.
    """

    url: str = ""
    access_key: str = ""
    secret_key: str = ""
    embedded: bool = False


@dataclass(frozen=True)
class Identity:
    """Who calls: GetCallerIdentity."""

    account: str
    arn: str


@dataclass(frozen=True)
class Stack:
    """A stack as DescribeStacks tells it. ``id`` is its ARN; a name can be used again, an ARN cannot.

    ``changed`` is when it was last created, updated or deleted, ISO 8601; empty where AWS does not say.
    """

    id: str
    name: str
    status: str
    reason: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    termination_protection: bool = False
    changed: str = ""

    @property
    def account(self) -> str:
        """The account that it is in, from its ARN."""
        return self.id.split(":")[4]


@dataclass(frozen=True)
class Detail:
    """Why a resource changes: one property (or Tags, Metadata …), before and after."""

    attribute: str
    name: str = ""
    before: str | None = None
    after: str | None = None
    cause: str = ""


@dataclass(frozen=True)
class Change:
    """One resource in a change set, in DescribeChangeSet's own words.

    ``replacement`` is ``True``, ``False``, ``Conditional`` or empty. A nested stack has the ARN of its own
    ``change_set``, where CloudFormation made one; what changes in it is ``Nested/Resource``.
    """

    action: str
    logical_id: str
    type: str
    physical_id: str = ""
    replacement: str = ""
    policy_action: str = ""
    details: tuple[Detail, ...] = ()
    change_set: str = ""


@dataclass(frozen=True)
class ChangeSet:
    """A change set with all pages of its changes. ``created`` is ISO 8601; empty where nobody has said."""

    id: str
    name: str
    stack_id: str
    status: str
    execution_status: str
    reason: str = ""
    changes: tuple[Change, ...] = ()
    created: str = ""


@dataclass(frozen=True)
class Alarm:
    """An alarm that exists. ``type`` is AWS::CloudWatch::Alarm or AWS::CloudWatch::CompositeAlarm."""

    name: str
    arn: str
    type: str


@dataclass(frozen=True)
class ChangeSetRequest:
    """What CreateChangeSet is sent. Either ``body`` or ``url`` carries the template.

    ``alarms`` are the rollback triggers. For UPDATE they are always sent, also when there are none:
    CloudFormation would otherwise go on using the triggers of an earlier update.
    ``adopt`` is ImportExistingResources, ``revert_drift`` is DeploymentMode REVERT_DRIFT (updates only),
    ``nested`` is IncludeNestedStacks.
    """

    stack: str
    name: str
    type: ChangeSetType
    body: str = ""
    url: str = ""
    parameters: Mapping[str, str | None] = field(default_factory=dict)  # None keeps the previous value
    capabilities: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    alarms: tuple[Alarm, ...] = ()
    monitoring_minutes: int = 0
    adopt: bool = False
    revert_drift: bool = False
    nested: bool = False


@dataclass(frozen=True)
class Event:
    """A stack event. ``time`` is ISO 8601 as AWS gave it.

    ``operation`` names the operation it belongs to, where AWS says so. An event that a hook made has its
    name, ``hook_status`` and ``hook_mode`` (FAIL or WARN).
    """

    id: str
    logical_id: str
    type: str
    status: str
    stack_id: str
    physical_id: str = ""
    reason: str = ""
    time: str = ""
    operation: str = ""
    hook: str = ""
    hook_status: str = ""
    hook_mode: str = ""

    @property
    def of_stack(self) -> bool:
        """Whether it tells of the stack itself and not of a resource in it."""
        return self.physical_id == self.stack_id


@dataclass(frozen=True)
class Validation:
    """A finding of CloudFormation's validation, or of a hook, before deployment: DescribeEvents."""

    logical_id: str
    name: str
    reason: str
    path: str = ""
    operation: str = ""
    time: str = ""


@dataclass(frozen=True)
class Resource:
    """A resource of a stack: ListStackResources."""

    logical_id: str
    type: str
    status: str
    physical_id: str = ""
    reason: str = ""


class Cloud(DriftCloud, RecoveryCloud, Protocol):
    """One account and region.

    Every method raises DeployError, with a fix, for what AWS refuses; StackMovedError, UnreachableError and
    ExpiredError where a wait can go on or a decision be taken again. Stacks and change sets are named by ARN
    where one is known.
    """

    region: str
    endpoint: Endpoint

    def identity(self) -> Identity:
        """Who we are."""

    def stack(self, name: str) -> Stack | None:
        """The stack, or None where no stack of that name exists."""

    def deleted_stacks(self, name: str) -> tuple[Stack, ...]:
        """Deleted stacks of that name, the last one first; AWS remembers them for 90 days."""

    def resources(self, stack: str) -> tuple[Resource, ...]:
        """All resources of a stack."""

    def template(self, stack: str) -> Mapping[str, Any]:
        """The template that the stack's last operation was given, before transforms, parsed."""

    def create_change_set(self, request: ChangeSetRequest) -> ChangeSet | None:
        """The new change set, not yet computed; None where one of that name exists."""

    def change_set(self, identifier: str) -> ChangeSet | None:
        """The change set with all its changes, or None where it is gone."""

    def change_sets(self, stack: str) -> tuple[ChangeSet, ...]:
        """Every change set of a stack, without changes."""

    def execute_change_set(self, identifier: str, *, token: str) -> None:
        """Start it. Resources that a failed creation made are deleted even where their policy is Retain."""

    def delete_change_set(self, identifier: str) -> None:
        """Delete it; one that is gone already is fine."""

    def events(self, stack: str, *, after: str | None) -> tuple[Event, ...]:
        """Events newer than the one with id ``after`` (None: all), oldest first."""

    def last_event(self, stack: str) -> str | None:
        """Id of the newest event, None where there is none."""

    def recent(self, stack: str) -> tuple[Event, ...]:
        """The newest page of events (up to 100), oldest first."""

    def validations(self, *, stack: str = "", change_set: str = "") -> tuple[Validation, ...]:
        """Failed validations of a stack's operations or of a change set."""

    def alarms(self, names: tuple[str, ...]) -> tuple[Alarm, ...]:
        """Those of the alarms that exist, composite ones too."""

    def uploaded(self, *, bucket: str, key: str, owner: str, sha256: str) -> bool:
        """Whether the object is there. DeployError where it is there with another content.

        ``owner`` is the account that must own the bucket, ``sha256`` base64 of the content's digest.
        """

    def upload(self, *, bucket: str, key: str, owner: str, body: bytes, sha256: str) -> None:
        """Put an object with the bucket's own encryption; one that exists is never overwritten."""

    def object_url(self, *, bucket: str, key: str) -> str:
        """The https URL of an object, for TemplateURL."""

    def is_empty(self, bucket: str) -> bool:
        """Whether a bucket holds no object, version or delete marker. True where there is no bucket."""

    def empty(self, bucket: str, *, owner: str) -> None:
        """Delete every object, version and delete marker of the bucket, which account ``owner`` must own."""

    def call(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """Any operation of the embedded AWS, by boto3's names. RuntimeError where the endpoint is another."""
