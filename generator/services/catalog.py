"""Catalog: products that every caller of the tenant reads through an encrypted cache."""

from __future__ import annotations

from generator.components.contract import read_contract
from generator.components.foundation import foundation
from generator.components.monitoring import Monitor
from generator.components.rest_api import rest_api
from generator.components.secret import generated_secret
from generator.components.table import Index
from generator.components.topic import alarm_topic
from generator.components.watch import cached_api_part, failures_part, function_part, table_part, watch
from generator.components.web_acl import web_acl
from generator.config import ApiSettings, CacheSettings, Target, Throttle
from generator.paths import HANDLERS
from generator.stack import Stack

SERVICE = "catalog"
CATEGORY_INDEX = Index("CategoryIndex", key="category", sort="sku")
# All products have one value of `listing`: a list of everything without a scan.
LISTING_INDEX = Index("ListingIndex", key="listing", sort="sku")
# Derived from the SDK's budget: a page may read both versions of the token key, 6 s each, and makes one query
# of 7 s; a write makes two calls of 7 s (handlers/common/clients.py). API Gateway waits for 29 s.
API = ApiSettings(
    memory_mb=512, timeout_s=28, read=Throttle(rate=50, burst=100), write=Throttle(rate=10, burst=20)
)
CACHE = CacheSettings(ttl_s=60, size_gb="0.5")
MAX_BODY_BYTES = 65536


def build(target: Target) -> Stack | None:
    """In the primary region: table, API with its cache, monitoring."""
    if not target.primary:
        return None
    environment = target.environment
    stack = Stack(target, SERVICE, description="Catalog: products on DynamoDB behind an encrypted cache")
    scope = stack.scope
    sizes, cache = target.api(SERVICE, API), target.cache(SERVICE, CACHE)

    base = stack.add(foundation(scope))
    key = base.key
    alarms = stack.add(
        alarm_topic(scope, "Alarms", email=environment.notification_email or "", encryption=key)
    )
    products = stack.add(base.table("ProductsTable", indexes=(CATEGORY_INDEX, LISTING_INDEX)))
    token_key = stack.add(
        generated_secret(scope, "TokenKey", field="key", purpose="Signs pagination tokens", encryption=key)
    )
    backend = stack.add(
        base.function(
            "Api",
            handler="handlers.catalog.api.handler",
            purpose="Answers the catalog API",
            sizes=sizes,
            environment={
                "ALLOWED_ORIGINS": ",".join(environment.allowed_origins),
                "CATEGORY_INDEX": CATEGORY_INDEX.name,
                "LISTING_INDEX": LISTING_INDEX.name,
                "MAX_BODY_BYTES": str(MAX_BODY_BYTES),
                "TABLE_NAME": products.physical_name,
                "TOKEN_SECRET_NAME": token_key.name,
            },
            grants=(
                *products.allow("Use", "DeleteItem", "GetItem", "PutItem"),
                *products.query(CATEGORY_INDEX.name),
                *products.query(LISTING_INDEX.name),
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
            read=sizes.read,
            write=sizes.write,
            encryption=key,
            cache=cache,
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
                cached_api_part(monitor, "API", api),
                function_part(monitor, "API function", backend),
                table_part(monitor, "Products table", products),
            ),
            behind=(failures_part(monitor, "Dead letters", base.dead_letters),),
        )
    )
    stack.roll_back_on(*watched.rollback)
    for name, value, description in (
        ("AccessLogGroupName", api.access_log_group, "A line for each request"),
        ("ApiFunctionName", backend.name, "Function behind the API"),
        ("CacheTtlSeconds", str(cache.ttl_s), "Seconds after which readers see a write at the latest"),
        ("EnvironmentSuffix", environment.suffix or "none", "Suffix of physical names"),
        ("ExecutionLogGroupName", api.execution_log_group, "How API Gateway answered each request"),
        ("FunctionLogGroupName", backend.log_group, "What the function logs"),
        ("KeyId", key.id, "Id of the key"),
        ("TableArn", products.arn, "ARN of the products table"),
        ("TableName", products.name, "Products table"),
    ):
        stack.output(name, value, description)
    return stack
