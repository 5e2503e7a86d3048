"""Permissions as values, and the IAM documents made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from awacs.aws import Action, Allow, Condition, Deny, PolicyDocument, Principal, Statement, StringEquals
from awacs.aws import Bool as BoolCondition
from msgspec import Struct
from troposphere import AccountId, encode_to_dict

# An ARN or a part of one: a literal, or a troposphere function such as GetAtt.
Value = Any


class Grant(Struct, frozen=True):
    """One Allow statement: exact actions (``service:Action``) on exact resources (ARNs).

    ``condition`` is an awacs Condition. A component offers grants; a function is given them.
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[Value, ...]
    condition: Condition | None = None

    def statement(self) -> Statement:
        """The grant as an IAM statement, actions in alphabetical order."""
        return Statement(
            Sid=self.sid,
            Effect=Allow,
            Action=actions(*self.actions),
            Resource=list(self.resources),
            **({"Condition": self.condition} if self.condition else {}),
        )


def actions(*named: str) -> list[Action]:
    """awacs actions of ``service:Action`` words, sorted so that the order of calls does not show."""
    return [Action(*name.split(":", 1)) for name in sorted(named)]


def distinct(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Each grant once, by name; two different grants of one name are a mistake in a service."""
    found: dict[str, Grant] = {}
    for grant in grants:
        known = found.setdefault(grant.sid, grant)
        if known is not grant and encode_to_dict(known.statement()) != encode_to_dict(grant.statement()):
            raise ValueError(f"two different grants are named {grant.sid}")
    return tuple(found[sid] for sid in sorted(found))


def document(statements: Sequence[Statement]) -> PolicyDocument:
    """A policy document of the current language version."""
    return PolicyDocument(Version="2012-10-17", Statement=list(statements))


def trust(service: str) -> PolicyDocument:
    """Lets one AWS service assume a role, for this account's resources only.

    Source: IAM user guide, "The confused deputy problem".
    """
    return document(
        [
            Statement(
                Effect=Allow,
                Principal=Principal("Service", service),
                Action=actions("sts:AssumeRole"),
                Condition=this_account(),
            )
        ]
    )


def this_account() -> Condition:
    """The calling service acts for a resource of this account."""
    return Condition(StringEquals("aws:SourceAccount", AccountId))


def deny_plain_http(resources: Sequence[Value], *denied: str) -> Statement:
    """Refuses requests without TLS, whoever asks."""
    return Statement(
        Sid="DenyPlainHttp",
        Effect=Deny,
        Principal=Principal("*"),
        Action=actions(*denied),
        Resource=list(resources),
        Condition=Condition(BoolCondition("aws:SecureTransport", "false")),
    )
