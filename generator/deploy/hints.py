"""What messages advise: commands of the AWS CLI where `gen` has none of its own, and names to choose."""

from __future__ import annotations

import shlex
from collections.abc import Collection

from generator.config.problems import nearest
from generator.deploy.cloud import Cloud


def aws_cli(cloud: Cloud, call: str) -> str:
    """``aws cloudformation <call>``, which goes to where ``cloud`` goes, as whom it goes there.

    What is meant for the embedded AWS must not act on the account that a shell has credentials for.
    """
    endpoint = cloud.endpoint
    command = f"aws cloudformation {call} --region {cloud.region}"
    if endpoint.url:
        command += f" --endpoint-url {shlex.quote(endpoint.url)}"
    if endpoint.access_key and endpoint.embedded:  # the embedded AWS's own, which everybody knows
        return (
            f"AWS_ACCESS_KEY_ID={endpoint.access_key} AWS_SECRET_ACCESS_KEY={endpoint.secret_key} {command}"
        )
    return command


def choose(name: str, known: Collection[str]) -> str:
    """What to do about a ``name`` that is not among ``known``, which the message lists."""
    if not known:
        return "leave it out"
    return nearest(name, sorted(known)) or "choose one of these"
