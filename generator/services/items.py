"""Items: a CRUD API over a table, and a stream processor that keeps an audit trail."""

from __future__ import annotations

from generator.components.alarm import unhealthy
from generator.components.api_stage import STAGE
from generator.components.contract import read_contract
from generator.components.dashboard import dashboard
from generator.components.event_source import table_stream
from generator.components.foundation import foundation
from generator.components.function import Function
from generator.components.monitoring import Monitor
from generator.components.queue import Queue, failure_queue
from generator.components.rest_api import RestApi, rest_api
from generator.components.secret import generated_secret
from generator.components.table import Index, Table
from generator.components.topic import Topic, alarm_topic
from generator.components.watch import api_graphs, function_graphs, queue_graphs, stream_graphs, table_graphs
from generator.components.web_acl import web_acl
from generator.config import ApiSettings, Target, Throttle, WorkerSettings
from generator.paths import HANDLERS
from generator.stack import Stack

SERVICE = "items"
OWNER_INDEX = Index("OwnerIndex", key="owner", sort="created_at")
# A write makes two AWS calls, each of which may take three attempts of 4 s; API Gateway waits for 29 s.
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
    settings = {
        "ENVIRONMENT": environment.name,
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "POWERTOOLS_METRICS_NAMESPACE": f"gen/{environment.name}",
        "POWERTOOLS_SERVICE_NAME": SERVICE,
    }
    sizes = target.api(SERVICE, API)

    base = stack.add(foundation(scope))
    key, dead_letters = base.key, base.dead_letters
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
                **settings,
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
            environment={**settings, "AUDIT_TABLE_NAME": audit.physical_name},
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
            backend=backend,
            origins=environment.allowed_origins,
            read=sizes.read,
            write=sizes.write,
            encryption=key,
        )
    )
    if environment.waf:
        stack.add(web_acl(scope, "WebAcl", api=api, requests_per_second=sizes.read.rate, encryption=key))

    watch(
        stack,
        alarms,
        api=api,
        backend=backend,
        auditor=auditor,
        tables=(items, audit),
        queues=(dead_letters, stream_failures),
    )
    for name, value, description in (
        ("AlarmTopicArn", alarms.arn, "Topic that every alarm tells"),
        ("ApiFunctionName", backend.name, "Function behind the API"),
        ("ApiId", api.id, "Id of the REST API"),
        ("ApiStage", STAGE, "Stage of the REST API"),
        ("ApiUrl", api.url, "URL of the API"),
        ("AuditTableArn", audit.arn, "ARN of the audit table"),
        ("AuditTableName", audit.name, "Table of audit rows and counters"),
        ("DeadLettersUrl", dead_letters.url, "Queue of events that a function could not take"),
        ("EnvironmentSuffix", environment.suffix or "none", "Suffix of physical names"),
        ("KeyAlias", key.alias_name, "Alias of the key"),
        ("KeyArn", key.arn, "Key that encrypts everything in this stack"),
        ("StreamFailuresUrl", stream_failures.url, "Queue of positions in the stream that were given up"),
        ("StreamFunctionName", auditor.name, "Stream processor"),
        ("TableArn", items.arn, "ARN of the items table"),
        ("TableName", items.name, "Items table"),
        ("TableStreamArn", items.stream_arn, "Stream of the items table"),
    ):
        stack.output(name, value, description)
    return stack


def watch(
    stack: Stack,
    alarms: Topic,
    *,
    api: RestApi,
    backend: Function,
    auditor: Function,
    tables: tuple[Table, Table],
    queues: tuple[Queue, Queue],
) -> None:
    """Alarms for everything, one that sums up what callers notice, and a dashboard."""
    target, scope = stack.target, stack.scope
    (items, audit), (dead_letters, stream_failures) = tables, queues
    monitor = Monitor(scope, alarms, target.environment.alarms)
    noticed = (*monitor.api(api), *monitor.function(backend), *monitor.table(items))
    behind = (*monitor.function(auditor), *monitor.stream(auditor), *monitor.table(audit))
    for one in (*noticed, *behind, monitor.failures(dead_letters), monitor.failures(stream_failures)):
        stack.add(one)
    stack.add(
        unhealthy(
            scope,
            "UnhealthyAlarm",
            meaning=f"{stack.name} does not serve its callers; see the dashboard {stack.name}-dashboard",
            any_of=noticed,
            topic=alarms,
        )
    )
    stack.roll_back_on("ApiErrorRateAlarm", "RestApiServerErrorsAlarm", "StreamErrorRateAlarm")
    rows = (
        ("API", api_graphs(api)),
        ("API function", function_graphs(backend)),
        ("Items table", table_graphs(items)),
        ("Stream processor", function_graphs(auditor)),
        ("Stream", stream_graphs(auditor, stream_failures)),
        ("Dead letters", queue_graphs(dead_letters)),
    )
    stack.add(dashboard(scope, "Dashboard", region=target.region, rows=rows))
