"""What can go wrong with a call, and which calls there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from generator.deploy.aws import Patience

from . import faults, strange
from .life import ONCE
from .proxy import Fault

TWICE = replace(ONCE, attempts=2)
HASTY = replace(ONCE, read_s=1)
NO_ANSWER = r"no answer from|is not known"
NOT_AWS = r"not an answer of AWS|cannot be read|no answer from"


@dataclass(frozen=True)
class Trouble:
    """What goes wrong, in words; the fault; what the output must say where it ends the run.

    ``only`` are the calls that it applies to, where that is not all of them.
    """

    what: str
    fault: Fault
    says: str
    patience: Patience = ONCE
    only: tuple[str, ...] = ()


TROUBLES: Mapping[str, Trouble] = {
    "throttled": Trouble(
        "AWS throttles the call",
        faults.refused(400, "Throttling", "Rate exceeded"),
        "throttles",
    ),
    "500": Trouble(
        "AWS fails",
        faults.refused(500, "InternalFailure", "We failed."),
        "AWS failed",
    ),
    "502": Trouble(
        "a load balancer answers, with a page",
        faults.page(502, b"<html><body>Bad Gateway</body></html>"),
        "AWS failed",
    ),
    "503": Trouble(
        "AWS is too busy",
        faults.refused(503, "ServiceUnavailable", "Busy."),
        "AWS failed|throttles",
    ),
    "expired": Trouble(
        "the credentials have expired",
        faults.refused(400, "ExpiredToken", "The token has expired."),
        "expired",
    ),
    "denied": Trouble(
        "the caller may not make the call",
        faults.refused(403, "AccessDenied", "You may not."),
        '"Effect": "Allow", "Action": ',
    ),
    "cut before": Trouble(
        "the connection is cut before the request arrives",
        faults.cut_before,
        NO_ANSWER,
    ),
    "cut after": Trouble(
        "AWS acts, and the connection is cut before its answer comes back",
        faults.cut_after,
        NO_ANSWER,
    ),
    "cut after, retried": Trouble(
        "the same, and botocore repeats the call",
        faults.cut_after,
        NO_ANSWER,
        TWICE,
    ),
    "too slow": Trouble(
        "AWS acts, and answers too late",
        faults.slow(1.3),
        NO_ANSWER,
        HASTY,
    ),
    "slow": Trouble(
        "the answer is slow, but in time",
        faults.slow(0.3),
        "nothing, for it must not end the run",
    ),
    "trickle": Trouble(
        "AWS acts, and its answer comes a byte at a time, too late in all",
        strange.dripping,
        NO_ANSWER,
        HASTY,
    ),
    "truncated": Trouble(
        "AWS acts, and half of its answer comes back",
        faults.truncated,
        NOT_AWS,
    ),
    "login page": Trouble(
        "somebody else answers with 200 and a page",
        faults.page(200, b"<html><body>Sign in</body></html>"),
        NOT_AWS,
    ),
    "no XML": Trouble(
        "somebody else answers with 200 and bytes that mean nothing",
        faults.page(200, b"\x00garbage"),
        f"{NOT_AWS}|AWS failed",  # botocore takes it for a server error where S3 must answer in XML
    ),
    "elsewhere": Trouble(
        "the answer is about another region",
        faults.rewritten(rb":us-west-2:", b":eu-west-1:"),
        "it is about region eu-west-1",
        only=(
            "cloudformation:CreateChangeSet",
            "cloudformation:DescribeChangeSet",
            "cloudformation:DescribeStackEvents",
            "cloudformation:DescribeStacks",
        ),
    ),
    "clock": Trouble(
        "the clock of this machine is wrong",
        faults.refused(403, "RequestTimeTooSkewed", "The difference is too large."),
        "clock of this machine|access denied",  # a HEAD is refused without words
    ),
    "unknown status": Trouble(
        "the stack is in a status that this version does not know",
        faults.rewritten(rb"<StackStatus>[A-Z_]+<", b"<StackStatus>FROBNICATED<"),
        "FROBNICATED",
        only=("cloudformation:DescribeStacks",),
    ),
}
NASTIER = ("expired", "login page")
NASTIEST = ("throttled", "expired", "cut after", "login page")

# What a run calls, and how often at least, as a clean run records it. Waiting asks more often.
CALLS: Mapping[str, Mapping[str, int]] = {
    "create": {
        "sts:GetCallerIdentity": 1,
        "s3:HeadObject": 1,
        "s3:PutObject": 1,
        "cloudformation:DescribeStacks": 8,
        "cloudformation:CreateChangeSet": 3,
        "cloudformation:ListChangeSets": 3,
        "cloudformation:DescribeChangeSet": 3,
        "cloudformation:DescribeStackEvents": 4,
        "cloudformation:ExecuteChangeSet": 2,
        "cloudformation:ListStackResources": 1,
        "cloudformation:GetTemplate": 2,
        "cloudformation:UpdateTerminationProtection": 1,
        "cloudformation:GetStackPolicy": 2,
        "cloudformation:SetStackPolicy": 1,
    },
    "update": {
        "sts:GetCallerIdentity": 1,
        "s3:HeadObject": 1,
        "s3:PutObject": 1,
        "cloudformation:DescribeStacks": 4,
        "cloudformation:ListStackResources": 2,
        "monitoring:DescribeAlarms": 1,
        "cloudformation:CreateChangeSet": 1,
        "cloudformation:DescribeChangeSet": 1,
        "cloudformation:DescribeStackEvents": 2,
        "cloudformation:ExecuteChangeSet": 1,
        "cloudformation:ListChangeSets": 1,
        "cloudformation:GetTemplate": 1,
        "cloudformation:GetStackPolicy": 1,
    },
    "no change": {
        "sts:GetCallerIdentity": 1,
        "s3:HeadObject": 1,
        "cloudformation:DescribeStacks": 4,
        "cloudformation:ListStackResources": 2,
        "monitoring:DescribeAlarms": 1,
        "cloudformation:CreateChangeSet": 2,
        "cloudformation:ListChangeSets": 2,
        "cloudformation:DescribeChangeSet": 2,
        "cloudformation:DeleteChangeSet": 1,
        "cloudformation:GetStackPolicy": 1,
    },
    "failed update": {
        "sts:GetCallerIdentity": 1,
        "s3:HeadObject": 1,
        "s3:PutObject": 1,
        "cloudformation:DescribeStacks": 4,
        "cloudformation:ListStackResources": 1,
        "monitoring:DescribeAlarms": 1,
        "cloudformation:CreateChangeSet": 1,
        "cloudformation:DescribeChangeSet": 1,
        "cloudformation:DescribeStackEvents": 2,
        "cloudformation:ExecuteChangeSet": 1,
        "cloudformation:ListChangeSets": 1,
        "cloudformation:DescribeEvents": 1,
        "cloudformation:GetStackPolicy": 1,
    },
    "plan": {
        "sts:GetCallerIdentity": 1,
        "cloudformation:DescribeStacks": 3,
        "cloudformation:CreateChangeSet": 1,
        "cloudformation:DescribeChangeSet": 1,
        "cloudformation:DeleteChangeSet": 1,
        "cloudformation:ListChangeSets": 1,
        "cloudformation:DeleteStack": 1,
    },
    "delete": {
        "sts:GetCallerIdentity": 1,
        "cloudformation:DescribeStacks": 2,
        "cloudformation:GetTemplate": 2,
        "cloudformation:ListStackResources": 4,
        "s3:ListObjectVersions": 1,
        "cloudformation:UpdateTerminationProtection": 1,
        "cloudformation:DescribeStackEvents": 2,
        "cloudformation:DeleteStack": 1,
    },
    "rollback": {
        "sts:GetCallerIdentity": 1,
        "cloudformation:DescribeStacks": 2,
        "cloudformation:DescribeStackEvents": 2,
        "cloudformation:RollbackStack": 1,
    },
    "cancel": {
        "sts:GetCallerIdentity": 1,
        "cloudformation:DescribeStacks": 2,
        "cloudformation:DescribeStackEvents": 2,
        "cloudformation:CancelUpdateStack": 1,
    },
    "drift": {
        "sts:GetCallerIdentity": 1,
        "cloudformation:DescribeStacks": 1,
        "cloudformation:DetectStackDrift": 1,
        "cloudformation:DescribeStackDriftDetectionStatus": 1,
        "cloudformation:DescribeStackResourceDrifts": 1,
        "cloudformation:ListStackResources": 1,
    },
    "diagnose": {
        "sts:GetCallerIdentity": 1,
        "cloudformation:DescribeStacks": 1,
        "cloudformation:DescribeStackEvents": 1,
        "cloudformation:DescribeEvents": 1,
        "cloudformation:ListStackResources": 1,
    },
    "status": {
        "sts:GetCallerIdentity": 1,
        "cloudformation:DescribeStacks": 1,
        "cloudformation:GetTemplate": 1,
        "cloudformation:GetStackPolicy": 1,
        "cloudformation:ListStackResources": 1,
        "cloudformation:ListChangeSets": 1,
    },
}
# The permission that a call needs, where IAM has another name for it than the API.
PERMISSIONS = {
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "monitoring:DescribeAlarms": "cloudwatch:DescribeAlarms",
}
