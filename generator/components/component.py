"""What every component brings to its stack."""

from __future__ import annotations

from msgspec import Struct
from troposphere import AWSObject, Parameter

from generator.components.grant import Value


class Artifact(Struct, frozen=True):
    """Code that a deployment puts into a bucket: its handler string, and the parameters it fills.

    ``key_parameter`` takes the S3 key of the zip, ``sha256_parameter`` its SHA-256 in base64, as in Lambda.
    """

    handler: str
    key_parameter: str
    sha256_parameter: str


class Component(Struct, frozen=True, kw_only=True):
    """Resources, and what they need at the top of the template.

    ``outputs`` are those that every stack with such a component has: name, value, description.
    """

    resources: tuple[AWSObject, ...]
    parameters: tuple[Parameter, ...] = ()
    conditions: tuple[tuple[str, Value], ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    outputs: tuple[tuple[str, Value, str], ...] = ()
