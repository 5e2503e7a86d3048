"""Why a resource is as it is although a template scanner objects: each exception is written on its resource.

A scanner's own notation is used, so that it stays silent without a list kept elsewhere, and the reason stands
where a reviewer reads it.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Excuse(Struct, frozen=True):
    """One reason, and the rules of scanners that it answers ("" where a scanner has none)."""

    reason: str
    checkov: str = ""
    cfn_nag: str = ""


OUTSIDE_VPC = Excuse(
    "calls AWS APIs only, over TLS and with its own role; a VPC would add a way out, not take one away",
    checkov="CKV_AWS_117",
    cfn_nag="W89",
)
SHARED_CONCURRENCY = Excuse(
    "this environment shares its account's concurrency; production reserves its own",
    checkov="CKV_AWS_115",
    cfn_nag="W92",
)
TRACES_HAVE_NO_ARN = Excuse("X-Ray has no resources that a policy could name", cfn_nag="W11")
NOT_CACHED = Excuse("answers differ by caller, and a cache would mix callers up", checkov="CKV_AWS_120")
OPEN_OPERATION = Excuse(
    "health checkers carry no credentials; nothing of a caller's is in the answer",
    checkov="CKV_AWS_59",
    cfn_nag="W59",
)
NO_ACCESS_LOG = Excuse(
    "holds code under the hash of its content, written by deployments alone; CloudTrail has who did",
    checkov="CKV_AWS_18",
    cfn_nag="W35",
)


def excused(*excuses: Excuse) -> dict[str, Any]:
    """The Metadata attribute that tells scanners of ``excuses``; nothing where there are none."""
    skip = [{"id": one.checkov, "comment": one.reason} for one in excuses if one.checkov]
    suppress = [{"id": one.cfn_nag, "reason": one.reason} for one in excuses if one.cfn_nag]
    metadata: dict[str, Any] = {}
    if skip:
        metadata["checkov"] = {"skip": skip}
    if suppress:
        metadata["cfn_nag"] = {"rules_to_suppress": suppress}
    return {"Metadata": metadata} if metadata else {}
