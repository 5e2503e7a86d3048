"""Physical names, logical ids and paths: pure functions of an environment's words.

A physical name is ``<environment>-<region>-<service><suffix>`` with an optional ``-<component>``, a literal
string and never ``Fn::Sub``: CloudFormation adopts surviving resources by static names only. A name that
breaks a service's limit is an error; cutting it would let two long names meet.
"""

from __future__ import annotations

import re
from pathlib import Path

from generator.errors import RenderError

# Longest physical name by kind, from each service's API reference ("Constraints" of the create call).
LIMITS = {
    "alarm": 255,
    "alias": 256,
    "api": 128,
    "bucket": 63,
    "dashboard": 255,
    "event bus": 256,
    "function": 64,
    "log group": 512,
    "parameter": 1011,
    "queue": 80,
    "role": 64,
    "rule": 64,
    "secret": 512,
    "stack": 128,
    "table": 255,
    "topic": 256,
    "web acl": 128,
}
LOWER_CASE = {"bucket"}
ALLOWED = re.compile(r"[A-Za-z0-9-]+")
LOGICAL_ID = re.compile(r"[A-Z][A-Za-z0-9]{0,254}")


def stack_name(environment: str, region: str, service: str, suffix: str) -> str:
    """Name of a CloudFormation stack, and the prefix of every physical name in it."""
    return checked("stack", f"{environment}-{region}-{service}{suffix}")


def physical(kind: str, prefix: str, component: str) -> str:
    """``<prefix>-<component in kebab-case>``, checked against the limit of ``kind`` (a key of LIMITS)."""
    return checked(kind, f"{prefix}-{kebab(component)}")


def checked(kind: str, name: str) -> str:
    """``name`` itself; RenderError when ``kind`` does not allow it."""
    limit = LIMITS[kind]
    if len(name) > limit:
        raise RenderError(
            f"{kind} name '{name}' has {len(name)} characters; {limit} are allowed",
            "shorten the suffix or the environment's name in generator/environments, or the service's name",
        )
    if not ALLOWED.fullmatch(name):
        raise RenderError(
            f"{kind} name '{name}' has characters other than letters, digits and '-'",
            "use letters, digits and '-' in environment, service and suffix",
        )
    if kind in LOWER_CASE and name != name.lower():
        raise RenderError(
            f"{kind} name '{name}' has capital letters, which a {kind} may not have",
            "use lower case in environment, service and suffix",
        )
    return name


def kebab(logical_id: str) -> str:
    """``ItemsTable`` → ``items-table``; a run of capitals stays one word (``ApiDLQ`` → ``api-dlq``)."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", logical_id).lower()


def logical_id(value: str) -> str:
    """``value`` itself; RenderError when CloudFormation would not take it as a logical id."""
    if not LOGICAL_ID.fullmatch(value):
        raise RenderError(
            f"logical id '{value}' is not PascalCase letters and digits (at most 255)",
            "write the logical id as a PascalCase literal, for example 'ItemsTable'",
        )
    return value


def template_path(out: Path, environment: str, region: str, stack: str) -> Path:
    """Where the template of one stack is committed."""
    return out / environment / region / f"{stack}.json"
