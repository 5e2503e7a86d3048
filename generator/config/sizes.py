"""Sizes of functions and caches, and throttles of APIs, as an environment file states them."""

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

SizeKey = Annotated[
    str,
    Meta(
        pattern="^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        max_length=40,
        extra={"allowed": "lower-case words joined by '-', for example items or items-stream"},
    ),
]
# API Gateway API Reference, "CreateStage", cacheClusterSize.
CacheSize = Literal["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"]


class Throttle(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Token bucket of each method of one kind (API Gateway Developer Guide, "Throttle requests")."""

    # 5,000 is the largest bucket that an account's region has (Amazon API Gateway quotas).
    rate: Annotated[int, Meta(ge=1, le=5000, description="Requests a second that are let through for long.")]
    burst: Annotated[
        int, Meta(ge=1, le=5000, description="Requests let through at once; not below the rate.")
    ]


class FunctionSize(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Size of a second function behind an API. Stated in full."""

    memory_mb: Annotated[
        int,
        Meta(ge=256, le=10240, description="Memory of the function in MB; its share of CPU grows with it."),
    ]
    timeout_s: Annotated[int, Meta(ge=1, le=28, description="Seconds until Lambda stops the function.")]
    reserved_concurrency: Annotated[
        Annotated[int, Meta(ge=1, le=100000)] | None,
        Meta(description="Executions at once, taken from the account's quota; null shares that quota."),
    ] = None


class ApiSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Size of a function behind an API, and how many requests it is let have. Stated in full."""

    memory_mb: Annotated[
        int,
        Meta(ge=256, le=10240, description="Memory of the function in MB; its share of CPU grows with it."),
    ]
    # API Gateway gives up after 29 seconds, and the function must end before that.
    timeout_s: Annotated[int, Meta(ge=1, le=28, description="Seconds until Lambda stops the function.")]
    read: Annotated[Throttle, Meta(description="Throttle of each method that only reads.")]
    write: Annotated[Throttle, Meta(description="Throttle of each method that writes.")]
    reserved_concurrency: Annotated[
        Annotated[int, Meta(ge=1, le=100000)] | None,
        Meta(description="Executions at once, taken from the account's quota; null shares that quota."),
    ] = None
    writer: Annotated[
        FunctionSize | None,
        Meta(
            description="Size of the function that writes, of a service where that is another one (users); "
            "null gives both the same size."
        ),
    ] = None


class WorkerSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Size of a function that events start: a stream, a queue, a schedule. Stated in full."""

    memory_mb: Annotated[
        int,
        Meta(ge=128, le=10240, description="Memory of the function in MB; its share of CPU grows with it."),
    ]
    timeout_s: Annotated[int, Meta(ge=1, le=900, description="Seconds until Lambda stops the function.")]
    reserved_concurrency: Annotated[
        Annotated[int, Meta(ge=1, le=100000)] | None,
        Meta(description="Executions at once, taken from the account's quota; null shares that quota."),
    ] = None


class CacheSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Cache of an API's answers to reads."""

    # API Gateway Developer Guide, "Cache settings for REST APIs": 3600 is its largest. Below half a minute
    # a cache that is paid by the hour saves little.
    ttl_s: Annotated[
        int, Meta(ge=30, le=3600, description="Seconds after which a cached answer is read anew.")
    ] = 60
    size_gb: Annotated[
        CacheSize,
        Meta(
            description="Memory of the cache in GB. Another size empties it.",
            extra={"allowed": ", ".join(f'"{size}"' for size in get_args(CacheSize)) + " (with quotes)"},
        ),
    ] = "0.5"
