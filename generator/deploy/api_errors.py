"""What an error code of an AWS API means for a deployment, and what the person can do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from generator.deploy.cloud import ExpiredError, StackMovedError, UnreachableError
from generator.errors import DeployError

EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
# The answer to a HEAD has no body, so botocore has only the status. ExpiredToken is 400 ("Error Responses",
# Amazon S3 API Reference), and a HEAD that we send has nothing else wrong with it.
NO_REASON = "400"
INVALID = {
    "AuthFailure",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
# The machine's clock is more than a few minutes wrong: S3 has a code for it, others only say so.
SKEWED = {"RequestInTheFuture", "RequestTimeTooSkewed"}
CLOCK = re.compile(r"Signature (expired|not yet current)")
DENIED = {"403", "AccessDenied", "AccessDeniedException", "Forbidden", "UnauthorizedOperation"}
THROTTLED = {
    "RequestLimitExceeded",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
TOO_MANY_REQUESTS = 429  # whatever the code: a proxy or a gateway throttles too
# The stack or the change set was changed by somebody since it was read. botocore knows the first pair by
# both names: the error's code on the wire is the shorter one.
MOVED = {
    "ChangeSetNotFound",
    "ChangeSetNotFoundException",
    "InvalidChangeSetStatus",
    "InvalidChangeSetStatusException",
    "OperationInProgressException",
    "TokenAlreadyExistsException",
}
# "Stack:arn… is in UPDATE_IN_PROGRESS state and can not be updated.", "Stack [x] already exists and cannot be
# created again with the changeSet", "Stack [x] does not exist": it was made or deleted since it was read.
IN_ANOTHER_STATE = re.compile(
    r"is in \[?[A-Z_]+\]? (state|status)|cannot be called from current stack status"
    r"|^Stack \[[^]]*\] (already exists|does not exist)"
)
STATE_CODES = {"AlreadyExistsException", "ValidationError"}
NOT_AUTHORIZED = re.compile(r"not authorized to perform: (?P<action>\S+)(?: on resource: (?P<resource>\S+))?")
LONGEST_REASON = 150  # characters
LATER = "wait a minute, then run the same command"
AGAIN = "run the same command again"
REFUSED = "correct what AWS names, then run the same command"
SETTINGS = "correct the variables AWS_… and the files in ~/.aws that it speaks of, then run the same command"
SET_CLOCK = "set the clock (for example: timedatectl set-ntp true), then run the same command"
NEW_CREDENTIALS = "sign in again (for example: aws sso login), or set AWS_PROFILE, then run the same command"


def told(response: Mapping[str, Any], key: str) -> str:
    """``Code`` or ``Message`` of a refusal as botocore read it; empty where it has none that is a text."""
    error = response.get("Error", {})
    value = error.get(key) if isinstance(error, Mapping) else None
    return value if isinstance(value, str) else ""


def translated(*, code: str, message: str, status: int, action: str, resource: str) -> DeployError:
    """The error for a refused call of ``action`` (as IAM writes it, ``cloudformation:CreateChangeSet``)."""
    moved = code in MOVED or (code in STATE_CODES and IN_ANOTHER_STATE.search(message))
    error: DeployError
    if code in THROTTLED or status == TOO_MANY_REQUESTS:
        error = UnreachableError(throttled(action), LATER)
    elif code in EXPIRED:
        error = ExpiredError(f"the AWS credentials have expired ({action})", NEW_CREDENTIALS)
    elif code == NO_REASON:
        error = ExpiredError(
            f"AWS gave no reason for refusing {action} (HTTP 400), as when the credentials have expired",
            NEW_CREDENTIALS,
        )
    elif code in SKEWED or (code in INVALID and CLOCK.search(message)):
        error = DeployError(
            f"the clock of this machine is wrong ({joined(action, code, message)})", SET_CLOCK
        )
    elif code in INVALID:
        error = DeployError(
            f"AWS does not accept the credentials ({joined(action, code, message)})", NEW_CREDENTIALS
        )
    elif code in DENIED:
        error = denied(message=message, action=action, resource=resource)
    elif moved:
        error = StackMovedError(f"{resource} changed meanwhile ({joined(action, message)})", AGAIN)
    elif status >= 500:
        error = UnreachableError(f"AWS failed in {joined(action, code, message)}", LATER)
    elif code == "LimitExceededException":
        error = DeployError(
            f"a quota of the account is used up ({joined(action, message)})", "ask for more in Service Quotas"
        )
    else:
        error = DeployError(joined(f"AWS refused {action} for {resource}", code, message), REFUSED)
    return error


def throttled(action: str) -> str:
    """The message where AWS, or somebody before it, wants fewer calls."""
    return f"AWS still throttles {action} after several retries"


def joined(*parts: str) -> str:
    """Those of ``parts`` that AWS has told, with colons between them."""
    return ": ".join(filter(None, parts))


def denied(*, message: str, action: str, resource: str) -> DeployError:
    """Access denied, with the statement that would allow it; AWS's words name action and resource best."""
    told = NOT_AUTHORIZED.search(message)
    needed = told["action"] if told else action
    target = (told["resource"] if told else None) or resource
    return DeployError(
        f"access denied: {needed} on {target}" + (f" ({message})" if message else ""),
        f'the caller needs {{"Effect": "Allow", "Action": "{needed}", "Resource": "{target}"}}',
    )


def misread(error: Exception) -> str:
    """Why an answer could not be read. Of other errors than a KeyError, the text may quote the answer."""
    return f"it lacks {error}" if isinstance(error, KeyError) else f"a {type(error).__name__} in reading it"


def unreadable(*, action: str, endpoint: str, reason: str) -> tuple[str, str]:
    """Message and fix where something answered that is not an answer of AWS.

    Of ``reason`` only the start of the first line is told: botocore appends the body in the lines after it.
    """
    reason = "".join(reason.splitlines()[:1])[:LONGEST_REASON]
    return (
        f"what came from {endpoint} is not an answer of AWS ({action}: {reason})",
        "look for a login page or a proxy between here and AWS, or into the log of the engine if it is one; "
        "then run the same command",
    )


def unreachable(*, action: str, endpoint: str, reason: str) -> UnreachableError:
    """Nobody answered, or not in time."""
    return UnreachableError(
        f"no answer from {endpoint} ({action}: {reason})",
        "check the network and the endpoint, then run the same command",
    )
