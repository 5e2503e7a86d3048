"""What a stack stands on: one key for everything in it, and a queue for what its functions cannot take."""

from __future__ import annotations

from collections.abc import Mapping

from generator.components.component import Component
from generator.components.function import Function, Sizes, function
from generator.components.grant import Grant, Value
from generator.components.key import Key, customer_key
from generator.components.queue import Queue, failure_queue
from generator.components.scope import Scope
from generator.components.table import Index, Table, table


class Foundation(Component, frozen=True, kw_only=True):
    """A key and a queue of dead letters, and the things that stand on them."""

    scope: Scope
    key: Key
    dead_letters: Queue

    def table(
        self,
        logical_id: str,
        *,
        key: str = "pk",
        sort: str = "sk",
        indexes: tuple[Index, ...] = (),
        stream: str | None = None,
    ) -> Table:
        """A table encrypted with the stack's key; see ``table``."""
        return table(
            self.scope, logical_id, encryption=self.key, key=key, sort=sort, indexes=indexes, stream=stream
        )

    def function(
        self,
        logical_id: str,
        *,
        handler: str,
        purpose: str,
        sizes: Sizes,
        environment: Mapping[str, Value],
        grants: tuple[Grant, ...],
    ) -> Function:
        """A function with this key, these dead letters and the settings of all; see ``function``."""
        return function(
            self.scope,
            logical_id,
            handler=handler,
            purpose=purpose,
            sizes=sizes,
            environment={**settings_of(self.scope), **environment},
            grants=grants,
            encryption=self.key,
            dead_letters=self.dead_letters,
        )


def settings_of(scope: Scope) -> dict[str, Value]:
    """The environment variables of every function: whose logs and metrics these are."""
    tags = dict(scope.tags)
    return {
        "ENVIRONMENT": tags["Environment"],
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "POWERTOOLS_METRICS_NAMESPACE": f"gen/{tags['Environment']}",
        "POWERTOOLS_SERVICE_NAME": tags["Service"],
    }


def foundation(scope: Scope, *, publishers: tuple[str, ...] = ()) -> Foundation:
    """DataKey, which the stack's log groups and alarms may use too, and the queue DeadLetters.

    ``publishers`` are services beside CloudWatch that send to the stack's topics and queues.
    """
    key = customer_key(
        scope,
        "DataKey",
        log_groups=scope.log_groups,
        publishers=("cloudwatch.amazonaws.com", *publishers),
    )
    dead_letters = failure_queue(scope, "DeadLetters", encryption=key)
    return Foundation(
        scope=scope,
        key=key,
        dead_letters=dead_letters,
        resources=(*key.resources, *dead_letters.resources),
        outputs=(
            ("DeadLettersUrl", dead_letters.url, "Queue of events that a function could not take"),
            ("KeyAlias", key.alias_name, "Alias of the key"),
            ("KeyArn", key.arn, "Key that encrypts everything in this stack"),
        ),
    )
