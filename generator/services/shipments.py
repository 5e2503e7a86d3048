"""Shipments: events of carriers become a history and a latest state of each shipment; an API shows them."""

from __future__ import annotations

from generator.components.contract import read_contract
from generator.components.event_intake import event_intake
from generator.components.event_source import queue_messages
from generator.components.foundation import foundation
from generator.components.key import EVENT_BRIDGE
from generator.components.monitoring import Monitor
from generator.components.rest_api import rest_api
from generator.components.secret import generated_secret
from generator.components.table import Index
from generator.components.topic import alarm_topic
from generator.components.watch import api_part, failures_part, function_part, intake_parts, table_part, watch
from generator.components.web_acl import web_acl
from generator.config import ApiSettings, Target, Throttle, WorkerSettings
from generator.paths import HANDLERS
from generator.stack import Stack

SERVICE = "shipments"
STATUS_INDEX = Index("StatusIndex", key="status", sort="timestamp")
DAY_INDEX = Index("DayIndex", key="day", sort="rejected_at")
API = ApiSettings(
    memory_mb=512, timeout_s=28, read=Throttle(rate=50, burst=100), write=Throttle(rate=10, burst=20)
)
PROCESSOR = WorkerSettings(memory_mb=256, timeout_s=60)
OUTCOMES = ("Processed", "Duplicates", "Rejected")


def build(target: Target) -> Stack | None:
    """In the primary region: events, processor, two tables, topic, query API, monitoring."""
    if not target.primary:
        return None
    environment = target.environment
    stack = Stack(target, SERVICE, description="Shipments: events of carriers, recorded and queried")
    scope = stack.scope
    api_sizes, sizes = target.api(SERVICE, API), target.worker(f"{SERVICE}-processor", PROCESSOR)

    base = stack.add(foundation(scope, publishers=(EVENT_BRIDGE,)))
    key = base.key
    topic = stack.add(
        alarm_topic(scope, "Alerts", email=environment.notification_email or "", encryption=key)
    )
    events = stack.add(
        event_intake(
            scope,
            "Event",
            sources=target.event_sources(SERVICE, ("com.example.carriers",)),
            consumer_timeout_s=sizes.timeout_s,
            encryption=key,
        )
    )
    shipments = stack.add(
        base.table("ShipmentsTable", key="shipment_id", sort="timestamp", indexes=(STATUS_INDEX,))
    )
    rejections = stack.add(base.table("RejectionsTable", indexes=(DAY_INDEX,)))
    token_key = stack.add(
        generated_secret(scope, "TokenKey", field="key", purpose="Signs pagination tokens", encryption=key)
    )

    processor = stack.add(
        base.function(
            "Processor",
            handler="handlers.shipments.processor.handler",
            purpose="Records events of carriers",
            sizes=sizes,
            environment={
                "MAX_RECEIVES": str(events.queue.receives),
                "REJECTIONS_TABLE_NAME": rejections.physical_name,
                "TABLE_NAME": shipments.physical_name,
                "TOPIC_ARN": topic.arn,
            },
            grants=(
                *events.queue.consume(),
                *shipments.allow("Write", "PutItem", "UpdateItem"),
                *rejections.allow("Write", "PutItem", "UpdateItem"),
                *topic.publish(),
            ),
        )
    )
    stack.add(
        queue_messages(
            scope, "Mapping", queue=events.queue, consumer=processor, at_once=sizes.reserved_concurrency or 10
        )
    )
    backend = stack.add(
        base.function(
            "Api",
            handler="handlers.shipments.api.handler",
            purpose="Answers the shipments API",
            sizes=api_sizes,
            environment={
                "ALLOWED_ORIGINS": ",".join(environment.allowed_origins),
                "STATUS_INDEX": STATUS_INDEX.name,
                "TABLE_NAME": shipments.physical_name,
                "TOKEN_SECRET_NAME": token_key.name,
            },
            grants=(
                *shipments.allow("Read", "GetItem", "Query"),
                *shipments.query(STATUS_INDEX.name),
                *token_key.read(),
            ),
        )
    )
    api = stack.add(
        rest_api(
            scope,
            "RestApi",
            contract=read_contract(HANDLERS / SERVICE / "openapi.json"),
            reader=backend,
            writer=backend,
            origins=environment.allowed_origins,
            read=api_sizes.read,
            write=api_sizes.write,
            encryption=key,
        )
    )
    if environment.waf:
        stack.add(web_acl(scope, "WebAcl", api=api, requests_per_second=api_sizes.read.rate, encryption=key))

    monitor = Monitor(scope, topic, environment.alarms)
    watched = stack.add(
        watch(
            monitor,
            region=target.region,
            noticed=(
                api_part(monitor, "API", api),
                function_part(monitor, "API function", backend),
                table_part(monitor, "Shipments table", shipments),
            ),
            behind=(
                *intake_parts(monitor, events, processor, counts=OUTCOMES),
                table_part(monitor, "Rejections table", rejections),
                failures_part(monitor, "Dead letters", base.dead_letters),
            ),
        )
    )
    stack.roll_back_on(*watched.rollback)
    for name, value, description in (
        ("ApiFunctionName", backend.name, "Function behind the API"),
        ("EnvironmentSuffix", environment.suffix or "none", "Suffix of physical names"),
        ("ProcessorFunctionName", processor.name, "Function that records events"),
        ("RejectionsTableName", rejections.name, "Table of what could never be recorded"),
        ("TableArn", shipments.arn, "ARN of the shipments table"),
        ("TableName", shipments.name, "Shipments table"),
    ):
        stack.output(name, value, description)
    return stack
