"""Items: a CRUD API over a table, and a stream processor that keeps an audit trail."""

from __future__ import annotations

from generator.components.contract import read_contract
from generator.components.event_source import table_stream
from generator.components.foundation import foundation
from generator.components.monitoring import Monitor
from generator.components.queue import failure_queue
from generator.components.rest_api import rest_api
from generator.components.secret import generated_secret
from generator.components.table import Index
from generator.components.topic import alarm_topic
from generator.components.watch import api_part, failures_part, function_part, stream_part, table_part, watch
from generator.components.web_acl import web_acl
from generator.config import ApiSettings, Target, Throttle, WorkerSettings
from generator.paths import HANDLERS
from generator.stack import Stack

SERVICE = "items"
OWNER_INDEX = Index("OwnerIndex", key="owner", sort="created_at")
# A write makes two calls to the table, of 7 s at worst; a list one, and two of 6 s for keys: see
# handlers/common/clients.py. API Gateway waits for 29 s.
API = ApiSettings(
    memory_mb=512, timeout_s=28, read=Throttle(rate=50, burst=100), write=Throttle(rate=10, burst=20)
)
STREAM = WorkerSettings(memory_mb=256, timeout_s=60)
MAX_BODY_BYTES = 65536


def build(target: Target) -> Stack | None:
    """In the primary region: table, API, stream processor with its audit table, monitoring."""
    if not target.primary:
        return None
    environment = target.environment
    stack = Stack(target, SERVICE, description="Items: CRUD API on DynamoDB with an audit trail")
    scope = stack.scope
    sizes = target.api(SERVICE, API)

    base = stack.add(foundation(scope))
    key = base.key
    alarms = stack.add(
        alarm_topic(scope, "Alarms", email=environment.notification_email or "", encryption=key)
    )
    stream_failures = stack.add(failure_queue(scope, "StreamFailures", encryption=key))
    items = stack.add(base.table("ItemsTable", indexes=(OWNER_INDEX,), stream="NEW_AND_OLD_IMAGES"))
    audit = stack.add(base.table("AuditTable"))
    token_key = stack.add(
        generated_secret(scope, "TokenKey", field="key", purpose="Signs pagination tokens", encryption=key)
    )

    backend = stack.add(
        base.function(
            "Api",
            handler="handlers.items.api.handler",
            purpose="Answers the items API",
            sizes=sizes,
            environment={
                "ALLOWED_ORIGINS": ",".join(environment.allowed_origins),
                "MAX_BODY_BYTES": str(MAX_BODY_BYTES),
                "OWNER_INDEX": OWNER_INDEX.name,
                "TABLE_NAME": items.physical_name,
                "TOKEN_SECRET_NAME": token_key.name,
            },
            grants=(
                *items.allow("Use", "DeleteItem", "GetItem", "PutItem"),
                *items.query(OWNER_INDEX.name),
                *token_key.read(),
            ),
        )
    )
    auditor = stack.add(
        base.function(
            "Stream",
            handler="handlers.items.stream.handler",
            purpose="Keeps the audit trail and the counters of items",
            sizes=target.worker(f"{SERVICE}-stream", STREAM),
            environment={"AUDIT_TABLE_NAME": audit.physical_name},
            grants=(
                *audit.allow("Write", "PutItem", "UpdateItem"),
                *items.read_stream(),
                *stream_failures.send(),
            ),
        )
    )
    stack.add(
        table_stream(
            scope,
            "StreamMapping",
            table=items,
            consumer=auditor,
            failures=stream_failures,
            only={"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "ITEM#"}]}}}},
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
            read=sizes.read,
            write=sizes.write,
            encryption=key,
        )
    )
    if environment.waf:
        stack.add(web_acl(scope, "WebAcl", api=api, requests_per_second=sizes.read.rate, encryption=key))

    monitor = Monitor(scope, alarms, environment.alarms)
    watched = stack.add(
        watch(
            monitor,
            region=target.region,
            noticed=(
                api_part(monitor, "API", api),
                function_part(monitor, "API function", backend),
                table_part(monitor, "Items table", items),
            ),
            behind=(
                function_part(monitor, "Stream processor", auditor),
                stream_part(monitor, "Stream", auditor, stream_failures),
                table_part(monitor, "Audit table", audit),
                failures_part(monitor, "Dead letters", base.dead_letters),
            ),
        )
    )
    stack.roll_back_on(*watched.rollback)
    for name, value, description in (
        ("ApiFunctionName", backend.name, "Function behind the API"),
        ("AuditTableArn", audit.arn, "ARN of the audit table"),
        ("AuditTableName", audit.name, "Table of audit rows and counters"),
        ("EnvironmentSuffix", environment.suffix or "none", "Suffix of physical names"),
        ("StreamFailuresUrl", stream_failures.url, "Queue of positions in the stream that were given up"),
        ("StreamFunctionName", auditor.name, "Stream processor"),
        ("TableArn", items.arn, "ARN of the items table"),
        ("TableName", items.name, "Items table"),
        ("TableStreamArn", items.stream_arn, "Stream of the items table"),
    ):
        stack.output(name, value, description)
    return stack
