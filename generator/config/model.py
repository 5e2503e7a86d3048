"""What an environment file can say, and what services read of it.

The types carry every limit of a single value, so loading, the editor's JSON Schema and the table in
``docs/environments.md`` say the same. What two keys must agree on stands in ``rules.py``.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from generator import names
from generator.config.regions import Region
from generator.config.sizes import ApiSettings, CacheSettings, SizeKey, WorkerSettings

# CloudWatch Logs API Reference, PutRetentionPolicy, "retentionInDays".
RetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]

_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_TAG_VALUE = "^[A-Za-z0-9_.:/=+@-]([A-Za-z0-9 _.:/=+@-]{0,126}[A-Za-z0-9_.:/=+@-])?$"

Origin = Annotated[
    str,
    Meta(
        pattern=rf"^https?://{_LABEL}(\.{_LABEL})*(:[1-9][0-9]{{0,4}})?$",
        max_length=267,
        extra={
            "allowed": "an exact origin, scheme://host or scheme://host:port, in lower case and without a "
            "path, for example https://example.com"
        },
    ),
]
DomainName = Annotated[
    str,
    Meta(
        pattern=rf"^({_LABEL}\.)+[a-z]([a-z0-9-]{{0,61}}[a-z0-9])$",
        max_length=253,
        extra={"allowed": "a domain name in lower case, for example example.com"},
    ),
]
TagValue = Annotated[
    str,
    Meta(
        pattern=_TAG_VALUE,
        extra={"allowed": "1 to 128 letters, digits, inner spaces or _ . : / = + @ -"},
    ),
]
# EventBridge API Reference, "PutEventsRequestEntry", Source. Those that begin with "aws." are AWS's own.
EventSource = Annotated[
    str,
    Meta(
        pattern=r"^(?!aws\.)[A-Za-z0-9_./-]{1,256}$",
        extra={
            "allowed": "1 to 256 letters, digits or . _ / -, not beginning with 'aws.', for example "
            "com.example.carriers"
        },
    ),
]
# A whole number stays one, so that templates say 5 and not 5.0.
Percent = Annotated[int, Meta(gt=0, le=100)] | Annotated[float, Meta(gt=0, le=100)]
# At 93 % and below 14.4 times the failures allowed are all requests and more: that alarm could not ring.
# Above 99.99 % a month has less than four minutes to fail in, in which nobody can be called and help.
Availability = Annotated[int, Meta(gt=95, le=99)] | Annotated[float, Meta(gt=95, le=99.99)]


class Alarms(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Thresholds of the alarms. A period is a minute."""

    error_rate_percent: Annotated[Percent, Meta(description="Failed executions, in percent of all.")] = 5
    minimum_requests: Annotated[
        int,
        Meta(ge=1, le=1000000, description="Executions in a period below which a percentage says nothing."),
    ] = 20
    low_traffic_errors: Annotated[
        int,
        Meta(
            ge=1,
            le=1000000,
            description="Failed executions in 15 minutes of little traffic, or above that rate; failed "
            "requests in an hour, or six, that an SLO alarm asks for.",
        ),
    ] = 5
    api_5xx_percent: Annotated[Percent, Meta(description="5xx answers of an API, in percent of all.")] = 2
    # API Gateway's and Lambda's service level agreements are 99.95 % each: both together give 99.9 %.
    slo_percent: Annotated[
        Availability,
        Meta(
            description="Requests that an API is to answer without 5xx, in percent of all: its objective "
            "(SLO). To fail many times more often pages.",
        ),
    ] = 99.9
    p99_latency_ms: Annotated[
        int, Meta(ge=1, le=29000, description="99th percentile of an API's latency in milliseconds.")
    ] = 3000
    duration_percent_of_timeout: Annotated[
        int,
        Meta(
            ge=1,
            le=100,
            description="95th percentile of the executions' time, in percent of the function's timeout.",
        ),
    ] = 80
    # A DynamoDB stream forgets its records after 24 hours.
    iterator_age_s: Annotated[
        int, Meta(ge=1, le=86400, description="Age in seconds of the oldest stream record not yet processed.")
    ] = 60
    # SQS keeps messages for 14 days at most.
    queue_age_s: Annotated[
        int,
        Meta(ge=1, le=1209600, description="Age in seconds of the oldest message that waits in a queue."),
    ] = 300
    # CloudWatch User Guide, "Using Amazon CloudWatch alarms": a day at most for periods below an hour.
    periods: Annotated[int, Meta(ge=1, le=1440, description="Periods that an alarm looks back on.")] = 5
    datapoints: Annotated[
        int, Meta(ge=1, le=1440, description="Bad periods among them that raise it; not above 'periods'.")
    ] = 3


class Domain(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A domain of our own, in a Route 53 hosted zone that exists."""

    name: Annotated[DomainName, Meta(description="Domain under which the APIs are found.")]
    hosted_zone_id: Annotated[
        str,
        Meta(
            pattern="^Z[A-Z0-9]{1,31}$",
            description="Id of its public hosted zone.",
            extra={"allowed": "a Route 53 hosted zone id, for example Z0123456789ABCDEFGHIJ"},
        ),
    ]


class Environment(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One environment file. ``name`` is the file's stem and no key of the file."""

    name: Annotated[
        str,
        Meta(
            pattern="^[a-z][a-z0-9]{1,9}$",
            description="Name of the environment.",
            extra={"allowed": "2 to 10 lower-case letters and digits, a letter first"},
        ),
    ]
    production: Annotated[
        bool,
        Meta(
            description="People depend on it: gen asks before a change, data is retained, origins are https "
            "only, and alarms have an address."
        ),
    ]
    regions: Annotated[
        tuple[Region, ...],
        Meta(
            min_length=1,
            description="Regions with a copy of every stack. The first is the primary one.",
            extra_json_schema={"uniqueItems": True},
        ),
    ]
    owner: Annotated[TagValue, Meta(description="Team that answers for it; the tag Owner.")]
    cost_center: Annotated[TagValue, Meta(description="Who pays; the tag CostCenter.")]
    allowed_origins: Annotated[
        tuple[Origin, ...],
        Meta(
            max_length=20,
            description="Web origins whose pages may call the APIs (CORS). [] is none; http:// only outside "
            "production.",
            extra_json_schema={"uniqueItems": True},
        ),
    ]
    account: Annotated[
        Annotated[str, Meta(pattern="^[0-9]{12}$", extra={"allowed": "12 digits in quotes"})] | None,
        Meta(
            description="AWS account that a deploy must find itself in. It never goes into a template. "
            "A deploy to production needs it."
        ),
    ] = None
    suffix: Annotated[
        str,
        Meta(
            pattern="^(-?[a-z0-9])*$",
            max_length=20,
            description="Appended to the service in every physical name, to have a second set side by side.",
            extra={"allowed": "up to 20 lower-case letters, digits and single '-', for example \"-blue\""},
        ),
    ] = ""
    notification_email: Annotated[
        Annotated[
            str,
            Meta(
                pattern=r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
                r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$",
                max_length=254,
                extra={"allowed": "an e-mail address, for example ops@example.com"},
            ),
        ]
        | None,
        Meta(description="Where alarms are sent. Production needs it."),
    ] = None
    domain: Annotated[
        Domain | None, Meta(description="A domain of our own, for systems with DNS names. items has none.")
    ] = None
    log_retention_days: Annotated[
        RetentionDays, Meta(description="Days that CloudWatch Logs keeps each log group's events.")
    ] = 14
    # CloudFormation API Reference, RollbackConfiguration, "MonitoringTimeInMinutes".
    monitoring_minutes: Annotated[
        int,
        Meta(ge=0, le=180, description="Minutes after an update in which an alarm rolls it back; 0 is none."),
    ] = 10
    api_gateway_account: Annotated[
        Literal["managed", "unmanaged"],
        Meta(
            description="Who owns the region's one API Gateway account setting (its role for logs): this "
            "environment, or someone else in the same account."
        ),
    ] = "managed"
    retain_data: Annotated[
        bool,
        Meta(
            description="Tables, queues, keys, secrets, buckets and logs outlive their stack. "
            "Production needs true."
        ),
    ] = True
    waf: Annotated[bool, Meta(description="A web ACL in front of each API.")] = False
    apis: Annotated[
        Mapping[SizeKey, ApiSettings],
        Meta(
            description="Functions behind an API, by service. A service that is left out has its own default."
        ),
    ] = field(default_factory=dict)
    caches: Annotated[
        Mapping[SizeKey, CacheSettings],
        Meta(
            description="Caches of the APIs that have one (catalog), by service. One that is left out has "
            "its service's default."
        ),
    ] = field(default_factory=dict)
    event_sources: Annotated[
        Mapping[SizeKey, Annotated[tuple[EventSource, ...], Meta(min_length=1, max_length=20)]],
        Meta(
            description="Sources whose events a service takes (shipments), by service. One that is left out "
            "has its own default.",
            extra={"allowed": "for each service a list of sources, for example [com.example.carriers]"},
        ),
    ] = field(default_factory=dict)
    workers: Annotated[
        Mapping[SizeKey, WorkerSettings],
        Meta(
            description="Functions that events start, by '<service>-<function>'. One that is left out has "
            "its service's default."
        ),
    ] = field(default_factory=dict)
    alarms: Annotated[Alarms, Meta(description="Thresholds of the alarms.")] = field(default_factory=Alarms)


class Target(Struct, frozen=True, kw_only=True):
    """An environment in one of its regions: all that a service's ``build`` is told."""

    environment: Environment
    region: str

    @property
    def primary(self) -> bool:
        """Whether this is the environment's first region, the home of what exists once."""
        return self.region == self.environment.regions[0]

    def name(self, service: str) -> str:
        """Stack name of ``service`` and prefix of its physical names; RenderError when it is too long."""
        return names.stack_name(self.environment.name, self.region, service, self.environment.suffix)

    def api(self, service: str, default: ApiSettings) -> ApiSettings:
        """Settings of the function behind the API of ``service``: the environment's, else ``default``."""
        return self.environment.apis.get(service, default)

    def cache(self, service: str, default: CacheSettings) -> CacheSettings:
        """Settings of the cache of the API of ``service``: the environment's, else ``default``."""
        return self.environment.caches.get(service, default)

    def event_sources(self, service: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Sources whose events ``service`` takes: the environment's, else ``default``."""
        return self.environment.event_sources.get(service, default)

    def worker(self, key: str, default: WorkerSettings) -> WorkerSettings:
        """Settings of an event's function, ``<service>-<function>``: the environment's, else ``default``."""
        return self.environment.workers.get(key, default)

    def tags(self, service: str) -> dict[str, str]:
        """Tags of the stack of ``service`` and, where a type takes tags, of everything in it."""
        return {
            "CostCenter": self.environment.cost_center,
            "Environment": self.environment.name,
            "ManagedBy": "gen",
            "Name": self.name(service),
            "Owner": self.environment.owner,
            "Service": service,
        }
