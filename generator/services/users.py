"""Users: profiles with one user for each e-mail address, behind an API whose reads and writes are apart."""

from __future__ import annotations

from generator.components.contract import read_contract
from generator.components.foundation import foundation
from generator.components.monitoring import Monitor
from generator.components.parameter import settings
from generator.components.rest_api import rest_api
from generator.components.secret import generated_secret
from generator.components.table import Index
from generator.components.topic import alarm_topic
from generator.components.watch import api_part, failures_part, function_part, table_part, watch
from generator.components.web_acl import web_acl
from generator.config import ApiSettings, FunctionSize, Target, Throttle
from generator.paths import HANDLERS
from generator.stack import Stack

SERVICE = "users"
# All active users have one index key. A key takes 1,000 writes a second (DynamoDB developer guide, "Best
# practices for designing partition keys"), many times what the API lets through.
STATUS_INDEX = Index("StatusIndex", key="status", sort="created_at")
# A read waits 25 s at worst: settings and both token keys 6 s each, a query 7 s. A write waits 27 s: settings
# and three calls to the table. See handlers/common/clients.py; API Gateway waits for 29 s.
API = ApiSettings(
    memory_mb=512,
    timeout_s=26,
    read=Throttle(rate=50, burst=100),
    write=Throttle(rate=10, burst=20),
    writer=FunctionSize(memory_mb=768, timeout_s=28),
)
DELETED_RETENTION_DAYS = 30
MAX_BODY_BYTES = 16384


def build(target: Target) -> Stack | None:
    """In the primary region: table, settings, token key, API with two functions, monitoring."""
    if not target.primary:
        return None
    environment = target.environment
    stack = Stack(target, SERVICE, description="Users: profiles on DynamoDB, unique by e-mail address")
    scope = stack.scope
    sizes = target.api(SERVICE, API)

    base = stack.add(foundation(scope))
    alarms = stack.add(
        alarm_topic(scope, "Alarms", email=environment.notification_email or "", encryption=base.key)
    )
    users = stack.add(base.table("UsersTable", indexes=(STATUS_INDEX,)))
    tunables = stack.add(
        settings(
            scope,
            "Settings",
            purpose="Where users are, and how long a deleted one is kept; read anew every minute",
            values={
                "deleted_retention_days": DELETED_RETENTION_DAYS,
                "status_index": STATUS_INDEX.name,
                "table_name": users.physical_name,
            },
        )
    )
    token_key = stack.add(
        generated_secret(
            scope, "TokenKey", field="key", purpose="Signs pagination tokens", encryption=base.key
        )
    )

    names = {
        "ALLOWED_ORIGINS": ",".join(environment.allowed_origins),
        "SETTINGS_PARAMETER_NAME": tunables.name,
    }
    reader = stack.add(
        base.function(
            "Read",
            handler="handlers.users.read.handler",
            purpose="Answers the reads of the users API",
            sizes=sizes,
            environment={**names, "TOKEN_SECRET_NAME": token_key.name},
            grants=(
                *users.allow("Read", "GetItem"),
                *users.query(STATUS_INDEX.name),
                *tunables.read(),
                *token_key.read(),
            ),
        )
    )
    writer = stack.add(
        base.function(
            "Write",
            handler="handlers.users.write.handler",
            purpose="Answers the writes of the users API",
            sizes=sizes.writer or sizes,
            environment={**names, "MAX_BODY_BYTES": str(MAX_BODY_BYTES)},
            grants=(*users.allow("Write", "DeleteItem", "GetItem", "PutItem"), *tunables.read()),
        )
    )
    api = stack.add(
        rest_api(
            scope,
            "RestApi",
            contract=read_contract(HANDLERS / SERVICE / "openapi.json"),
            reader=reader,
            writer=writer,
            origins=environment.allowed_origins,
            read=sizes.read,
            write=sizes.write,
            encryption=base.key,
        )
    )
    if environment.waf:
        stack.add(web_acl(scope, "WebAcl", api=api, requests_per_second=sizes.read.rate, encryption=base.key))

    monitor = Monitor(scope, alarms, environment.alarms)
    watched = stack.add(
        watch(
            monitor,
            region=target.region,
            noticed=(
                api_part(monitor, "API", api),
                function_part(monitor, "Reads", reader),
                function_part(monitor, "Writes", writer),
                table_part(monitor, "Users table", users),
            ),
            behind=(failures_part(monitor, "Dead letters", base.dead_letters),),
        )
    )
    stack.roll_back_on(*watched.rollback)
    for name, value, description in (
        ("EnvironmentSuffix", environment.suffix or "none", "Suffix of physical names"),
        ("ReadFunctionName", reader.name, "Function behind the API's reads"),
        ("SettingsParameterName", tunables.name, "Parameter with the settings of both functions"),
        ("TableArn", users.arn, "ARN of the users table"),
        ("TableName", users.name, "Users table"),
        ("TokenSecretName", token_key.name, "Secret that signs pagination tokens"),
        ("WriteFunctionName", writer.name, "Function behind the API's writes"),
    ):
        stack.output(name, value, description)
    return stack
