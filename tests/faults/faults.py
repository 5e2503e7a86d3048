"""What can befall a call on its way, as functions that the proxy runs in place of passing it on."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace

from .proxy import Answer, Call, Fault, Forward

REQUEST_ID = (("x-amzn-requestid", "r"),)


def cut_before(_call: Call, _forward: Forward) -> None:
    """The connection is cut before the request reaches the engine."""


def cut_after(_call: Call, forward: Forward) -> None:
    """The engine acts, and the connection is cut before its answer comes back."""
    forward()


def slow(seconds: float) -> Fault:
    """The answer takes ``seconds`` longer."""

    def fault(_call: Call, forward: Forward) -> Answer:
        time.sleep(seconds)
        return forward()

    return fault


def truncated(_call: Call, forward: Forward) -> Answer:
    """The engine acts, and half of its answer comes back."""
    answer = forward()
    half = answer.body[: len(answer.body) // 2]
    return replace(answer, body=half, length=len(answer.body) or 1)


def page(status: int, body: bytes) -> Fault:
    """Somebody else answers, without a sign of AWS: a login page, a load balancer, a broken proxy."""

    def fault(_call: Call, _forward: Forward) -> Answer:
        return Answer(status, (("Content-Type", "text/html"),), body)

    return fault


def rewritten(old: bytes, new: bytes) -> Fault:
    """The engine's answer, with every ``old`` made ``new``."""

    def fault(_call: Call, forward: Forward) -> Answer:
        answer = forward()
        return replace(answer, body=re.sub(old, new, answer.body))

    return fault


def refused(status: int, code: str, message: str) -> Fault:
    """An error of AWS, in the words of the service's protocol."""

    def fault(call: Call, _forward: Forward) -> Answer:
        return error(call.service, status, code, message)

    return fault


def error(service: str, status: int, code: str, message: str) -> Answer:
    """An AWS error: JSON for CloudWatch, XML for the others."""
    if service == "monitoring":
        return Answer(
            status,
            (*REQUEST_ID, ("Content-Type", "application/x-amz-json-1.0")),
            json.dumps({"__type": code, "message": message}).encode(),
        )
    inner = f"<Code>{code}</Code><Message>{message}</Message>"
    text = f"<Error>{inner}</Error>"
    if service != "s3":
        text = f"<ErrorResponse>{text}</ErrorResponse>"
    return Answer(status, (*REQUEST_ID, ("Content-Type", "text/xml")), text.encode())
