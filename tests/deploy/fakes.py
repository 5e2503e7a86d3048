"""A CloudFormation with scripted timelines, which refuses what AWS refuses, and all else that is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from threading import RLock
from typing import Any, TypeVar

from generator.deploy.cloud import Alarm, Endpoint, Identity

from .fake_changesets import UPDATABLE, FakeChangeSets
from .fake_recovery import FakeRecovery
from .fake_stacks import FakeClock, FakeStack, Tick

__all__ = ["UPDATABLE", "FakeClock", "FakeCloud", "FakeStack", "Tick"]
Kind = TypeVar("Kind", bound=type)


def one_at_a_time(cls: Kind) -> Kind:
    """A class whose public methods take turns, since the threads of a run share a region's cloud."""

    def taking_turns(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(self: Any, *arguments: Any, **named: Any) -> Any:
            self.travel(method.__name__)
            with self.lock:
                return method(self, *arguments, **named)

        return call

    methods = {name: method for base in reversed(cls.__mro__[:-1]) for name, method in vars(base).items()}
    for name, method in methods.items():
        if callable(method) and not name.startswith("_") and name != "travel":
            setattr(cls, name, taking_turns(method))
    return cls


@one_at_a_time
class FakeCloud(FakeChangeSets, FakeRecovery):
    """One region. ``script`` says how the next operations go; without one they succeed."""

    region = "us-west-2"
    endpoint = Endpoint()

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.lock = RLock()
        super().__init__(clock)
        self.full_buckets: set[str] = set()
        self.sent: list[tuple[str, str, Mapping[str, Any]]] = []
        self.account = "111122223333"

    def identity(self) -> Identity:
        self.called("identity")
        return Identity(self.account, f"arn:aws:iam::{self.account}:user/someone")

    def alarms(self, names: tuple[str, ...]) -> tuple[Alarm, ...]:
        self.called("alarms")
        return tuple(
            Alarm(name, self.existing_alarms[name], "AWS::CloudWatch::Alarm")
            for name in names
            if name in self.existing_alarms
        )

    def uploaded(self, *, bucket: str, key: str, owner: str, sha256: str) -> bool:
        self.called("uploaded")
        assert owner == self.account
        return (bucket, key) in self.objects

    def upload(self, *, bucket: str, key: str, owner: str, body: bytes, sha256: str) -> None:
        self.called("upload")
        assert (bucket, key) not in self.objects, "a content-addressed object is never overwritten"
        self.objects[bucket, key] = body

    def object_url(self, *, bucket: str, key: str) -> str:
        return f"s3://{bucket}/{key}"

    def call(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        self.called("call")
        self.sent.append((service, operation, parameters))
        return {"items": []} if operation == "get_request_validators" else {"id": "made"}

    def is_empty(self, bucket: str) -> bool:
        self.called("is_empty")
        return bucket not in self.full_buckets

    def empty(self, bucket: str, *, owner: str) -> None:
        self.called("empty")
        assert owner
        self.full_buckets.discard(bucket)
