"""What a network, a cache, a proxy or a tired server can make of an answer. ``faults`` has more."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from . import faults
from .proxy import Answer, Call, Fault, Forward, Reset

AWS = (("x-amzn-requestid", "r"), ("x-amz-request-id", "r"), ("Content-Type", "text/xml"))
ENTRY = re.compile(rb"<member>(?:(?!<member>).)*?</member>", re.S)
SLOW_S = 1.3  # more than the patience of a run in the fuzz


@dataclass(frozen=True)
class Strange:
    """A fault, drawn with its details, and what the output must say where it ends a run."""

    name: str
    fault: Fault
    says: str


def answered(status: int, body: bytes = b"", *headers: tuple[str, str]) -> Fault:
    """An answer with AWS's request id that the engine did not give."""

    def fault(_call: Call, _forward: Forward) -> Answer:
        return Answer(status, (*AWS, *headers), body)

    return fault


def empty(_call: Call, forward: Forward) -> Answer:
    """The engine acts; the body of its answer is lost on the way."""
    return replace(forward(), body=b"")


def as_json(_call: Call, forward: Forward) -> Answer:
    """The engine's answer, which says that it is JSON."""
    answer = forward()
    headers = [(name, value) for name, value in answer.headers if name.lower() != "content-type"]
    return replace(answer, headers=(*headers, ("Content-Type", "application/json")))


def gzip_garbage(_call: Call, forward: Forward) -> Answer:
    """The engine acts; its answer says that it is compressed, and is not."""
    answer = forward()
    return replace(
        answer, headers=(*answer.headers, ("Content-Encoding", "gzip")), body=b"\x1f\x8b\x08" + answer.body
    )


def cut_in_order(_call: Call, forward: Forward) -> Answer:
    """The engine acts; half of its answer comes, and looks whole."""
    answer = forward()
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def twice_over(_call: Call, forward: Forward) -> Answer:
    """The engine's answer, and once more the same bytes."""
    answer = forward()
    return replace(answer, body=answer.body * 2)


def asked_twice(_call: Call, forward: Forward) -> Answer:
    """The request reaches the engine twice; the second answer comes back."""
    forward()
    return forward()


def of_another_call(call: Call, forward: Forward) -> Answer:
    """The engine acts; what comes back is the last answer to another call."""
    own = forward()
    others = [answer for name, answer in call.before.items() if name != call.name]
    return others[-1] if others else own


def stale(call: Call, forward: Forward) -> Answer:
    """The last answer to such a call once more; the engine is not asked, or acts unheard."""
    fresh = forward()
    return call.before.get(call.name, fresh)


def out_of_order(_call: Call, forward: Forward) -> Answer:
    """The engine's answer, with what it lists turned round."""
    answer = forward()
    entries = ENTRY.findall(answer.body)[::-1]
    turned = iter(entries)
    return replace(answer, body=ENTRY.sub(lambda _found: next(turned), answer.body))


def reset_before(_call: Call, _forward: Forward) -> Reset:
    """The connection is reset before the request is taken."""
    return Reset()


def reset_after(_call: Call, forward: Forward) -> Reset:
    """The engine acts, and the connection is reset."""
    forward()
    return Reset()


def gone(call: Call, _forward: Forward) -> None:
    """The connection is cut, and nobody takes another one from here on."""
    call.leave()


def dripping(_call: Call, forward: Forward) -> Answer:
    """The engine acts; its answer trickles in."""
    return replace(forward(), drip_s=0.05)


def slow_first_byte(_call: Call, forward: Forward) -> Answer:
    """The engine acts; its answer begins too late."""
    answer = forward()
    time.sleep(SLOW_S)
    return answer


def elsewhere(old: bytes, new: bytes) -> Fault:
    """The engine's answer, about another account, region or stack."""
    return faults.rewritten(old, new)


NO_ANSWER = r"no answer from|is not known|not there, or not yet"
NOT_AWS = rf"not an answer of AWS|{NO_ANSWER}"
ANY_STATUS = rf"{NOT_AWS}|AWS failed|throttles|refused|HTTP \d\d\d|access denied|expired"
SKEWED = "does not accept the credentials|clock"

Draw = Callable[[random.Random], Strange]


def plain(name: str, fault: Fault, says: str) -> Draw:
    """A fault without details."""
    return lambda _random: Strange(name, fault, says)


def any_status(chance: random.Random) -> Strange:
    """Any HTTP status, with or without a sign of AWS, with or without a body."""
    status = chance.choice([*range(100, 600)])
    body = chance.choice([b"", b"<html>x</html>", b"<ErrorResponse/>", b"{}", b"\x00\xff"])
    if chance.random() < 0.5:
        return Strange(f"HTTP {status}", answered(status, body), ANY_STATUS)
    return Strange(f"HTTP {status} of a stranger", faults.page(status, body), ANY_STATUS)


def redirect(chance: random.Random) -> Strange:
    """Sent somewhere else."""
    status = chance.choice([301, 302, 303, 307, 308])
    where = chance.choice(["http://127.0.0.1:1/", "https://login.invalid/", "/"])
    region = ("x-amz-bucket-region", "eu-west-1")
    return Strange(
        f"HTTP {status} to {where}", answered(status, b"", ("Location", where), region), ANY_STATUS
    )


def throttled(chance: random.Random) -> Strange:
    """429, with a wish to be left alone for a long time."""
    after = ("Retry-After", chance.choice(["0", "120", "Wed, 21 Oct 2099 07:28:00 GMT", "soon"]))
    return Strange("HTTP 429", answered(429, b"", after), "throttles")


def refusal(code: str, says: str) -> Draw:
    """A refusal in AWS's own words, whose message may be missing."""

    def draw(chance: random.Random) -> Strange:
        status, message = chance.choice([400, 403]), chance.choice(["", "Signature expired."])
        return Strange(code, faults.refused(status, code, message), says)

    return draw


DRAWS: Mapping[str, Draw] = {
    "any status": any_status,
    "redirect": redirect,
    "throttled": throttled,
    "empty": plain("empty", empty, NOT_AWS),
    "login page": plain("login page", faults.page(200, b"<html>Sign in</html>"), f"{NOT_AWS}|AWS failed"),
    "as JSON": plain("as JSON", as_json, NOT_AWS),
    "gzip": plain("gzip", gzip_garbage, f"{NOT_AWS}|AWS failed"),
    "truncated": plain("truncated", faults.truncated, NOT_AWS),
    "cut in order": plain("cut in order", cut_in_order, f"{NOT_AWS}|AWS failed"),
    "twice over": plain("twice over", twice_over, f"{NOT_AWS}|AWS failed"),
    "asked twice": plain("asked twice", asked_twice, "."),
    "of another call": plain("of another call", of_another_call, f"{NOT_AWS}|AWS failed|AWS refused"),
    "stale": plain("stale", stale, "."),
    "out of order": plain("out of order", out_of_order, "."),
    "reset before": plain("reset before", reset_before, NO_ANSWER),
    "reset after": plain("reset after", reset_after, NO_ANSWER),
    "gone": plain("gone", gone, NO_ANSWER),
    "dripping": plain("dripping", dripping, NO_ANSWER),
    "slow": plain("slow", slow_first_byte, NO_ANSWER),
    "other region": plain("other region", elsewhere(rb":us-west-2:", b":eu-west-1:"), NOT_AWS),
    "other account": plain("other account", elsewhere(rb":000000000000:", b":999999999999:"), NOT_AWS),
    "clock": refusal("RequestTimeTooSkewed", SKEWED),
    "signature": refusal("SignatureDoesNotMatch", SKEWED),
    "expired": refusal("ExpiredToken", "expired|access denied"),  # a HEAD is refused without words
    "denied": refusal("AccessDenied", "access denied"),
    "server error": plain("server error", faults.refused(500, "InternalFailure", ""), "AWS failed"),
}
