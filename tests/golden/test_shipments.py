"""The shipments stack: events, tables, permissions, alarms, parameters."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from generator.config import WorkerSettings
from tests.golden.committed import ENVIRONMENTS, Stack, changed, committed, listed, references, rendered
from tests.golden.metric_math import rings
from tests.golden.test_alarms import alarms, inputs, widgets, windows
from tests.golden.test_iam import permissions

REGION = "us-west-2"
every_environment = pytest.mark.parametrize("environment", ENVIRONMENTS)


def shipments(environment: str) -> Stack:
    return committed(environment, REGION, "shipments")


def granted(stack: Stack, role: str) -> dict[str, tuple[list[str], list[Any]]]:
    """Actions and resources of a role by Sid."""
    return {one["Sid"]: (listed(one["Action"]), listed(one["Resource"])) for one in permissions(stack, role)}


def arn(title: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [title, "Arn"]}


@every_environment
def test_the_tables_outlive_the_stack_where_the_environment_keeps_data(environment: str) -> None:
    """S4.1."""
    stack = shipments(environment)
    kept = ENVIRONMENTS[environment].retain_data
    for table in stack.of("DynamoDB::Table").values():
        policies = (table["DeletionPolicy"], table["UpdateReplacePolicy"])
        assert policies == (("RetainExceptOnCreate", "Retain") if kept else ("Delete", "Delete"))
        assert table["Properties"]["DeletionProtectionEnabled"] is kept
    assert ENVIRONMENTS["prod"].retain_data


@every_environment
def test_the_processor_may_put_and_update_publish_and_empty_its_queue(environment: str) -> None:
    """S4.2: exact ARNs; it reads no table."""
    stack = shipments(environment)
    may = granted(stack, "ProcessorRole")
    writes = ["dynamodb:PutItem", "dynamodb:UpdateItem"]
    assert may["WriteShipmentsTable"] == (writes, [arn("ShipmentsTable")])
    assert may["WriteRejectionsTable"] == (writes, [arn("RejectionsTable")])
    assert may["PublishToAlerts"] == (["sns:Publish"], [{"Ref": "Alerts"}])
    assert may["ConsumeEventQueue"] == (
        ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
        [arn("EventQueue")],
    )
    keys = {sid for sid in may if sid.startswith(("DecryptWith", "EncryptWith", "DecryptEnvironment"))}
    assert set(may) - keys == {
        "ConsumeEventQueue",
        "PublishToAlerts",
        "SendToDeadLetters",
        "WriteLogs",
        "WriteRejectionsTable",
        "WriteShipmentsTable",
        "WriteTraces",
    }
    for sid, (actions, resources) in may.items():
        assert not [action for action in actions if "*" in action], sid
        assert resources == ["*"] if sid == "WriteTraces" else "*" not in resources, sid


@every_environment
def test_the_api_may_read_and_query_and_nothing_else(environment: str) -> None:
    """S4.2, S4.5: no Scan, and no write."""
    may = granted(shipments(environment), "ApiRole")
    assert may["ReadShipmentsTable"] == (["dynamodb:GetItem", "dynamodb:Query"], [arn("ShipmentsTable")])
    assert may["QueryShipmentsTableStatusIndex"] == (
        ["dynamodb:Query"],
        [{"Fn::Sub": "${ShipmentsTable.Arn}/index/StatusIndex"}],
    )
    actions = {action for allowed, _ in may.values() for action in allowed if action.startswith("dynamodb:")}
    assert actions == {"dynamodb:GetItem", "dynamodb:Query"}


@every_environment
def test_a_message_is_tried_five_times_and_then_kept(environment: str) -> None:
    """S4.3: partial batch failures, and a last receive that the processor knows of."""
    stack = shipments(environment)
    queue = stack.properties("SQS::Queue")["EventQueue"]
    processor = stack.properties("Lambda::Function")["ProcessorFunction"]
    assert queue["RedrivePolicy"] == {"deadLetterTargetArn": arn("EventFailed"), "maxReceiveCount": 5}
    assert processor["Environment"]["Variables"]["MAX_RECEIVES"] == "5"
    assert processor["Environment"]["Variables"]["TOPIC_ARN"] == {"Ref": "Alerts"}
    assert queue["VisibilityTimeout"] >= 6 * processor["Timeout"]
    (mapping,) = stack.properties("Lambda::EventSourceMapping").values()
    assert mapping["EventSourceArn"] == arn("EventQueue")
    assert mapping["FunctionName"] == {"Ref": "ProcessorAlias"}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    reserved = processor.get("ReservedConcurrentExecutions")
    assert 2 <= mapping["ScalingConfig"]["MaximumConcurrency"] <= (reserved or 1000)


@every_environment
def test_the_rule_takes_the_configured_sources_retries_and_keeps_what_it_cannot_deliver(
    environment: str,
) -> None:
    stack = shipments(environment)
    (bus,) = stack.properties("Events::EventBus").values()
    (rule,) = stack.properties("Events::Rule").values()
    assert rule["EventPattern"] == {"source": list(ENVIRONMENTS[environment].event_sources["shipments"])}
    assert rule["EventBusName"] == {"Ref": "EventBus"}
    (target,) = rule["Targets"]
    assert target["Arn"] == arn("EventQueue")
    assert target["DeadLetterConfig"] == bus["DeadLetterConfig"] == {"Arn": arn("EventUndelivered")}
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}
    assert set(stack.resources["EventRule"]["DependsOn"]) == {"EventQueuePolicy", "EventUndeliveredPolicy"}


@every_environment
def test_only_the_rule_and_the_bus_of_this_stack_may_send_events(environment: str) -> None:
    """S4.2."""
    stack = shipments(environment)
    name = f"{stack.prefix}-event"
    own = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:"
    rule, bus = f"{own}rule/{name}-bus/{name}-rule", f"{own}event-bus/{name}-bus"
    for queue, senders in (("EventQueue", [rule]), ("EventUndelivered", [bus, rule])):
        statements = stack.properties("SQS::QueuePolicy")[f"{queue}Policy"]["PolicyDocument"]["Statement"]
        (allowed,) = (one for one in statements if one["Effect"] == "Allow")
        assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
        assert allowed["Action"] == ["sqs:SendMessage"]
        assert allowed["Resource"] == [arn(queue)]
        assert allowed["Condition"] == {
            "ArnEquals": {"aws:SourceArn": [{"Fn::Sub": sender} for sender in senders]},
            "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        }
    assert stack.properties("Events::EventBus")["EventBus"]["Name"] == f"{name}-bus"
    assert stack.properties("Events::Rule")["EventRule"]["Name"] == f"{name}-rule"


def test_two_environments_of_one_account_do_not_hear_each_other() -> None:
    """S4.6: the suffix is in the bus's name too."""
    names = {
        stack.properties("Events::EventBus")["EventBus"]["Name"]
        for stack in (
            shipments("dev"),
            shipments("staging"),
            rendered(changed("dev", suffix="-blue"), "shipments"),
        )
    }
    assert len(names) == 3


@every_environment
def test_each_part_has_its_alarms_and_each_alarm_tells_the_topic(environment: str) -> None:
    """S4.4."""
    stack = shipments(environment)
    everything = stack.properties("CloudWatch::Alarm", "CloudWatch::CompositeAlarm")
    for title in set(everything) - windows(stack):
        one = everything[title]
        assert one["AlarmActions"] == one["OKActions"] == [{"Ref": "Alerts"}], title
        assert one["ActionsEnabled"] is True, title
    assert {
        "DeadLettersAlarm",
        "EventFailedAlarm",
        "EventQueueAgeAlarm",
        "EventRuleFailedInvocationsAlarm",
        "EventUndeliveredAlarm",
        "ProcessorAlertFailuresAlarm",
        "ProcessorDurationAlarm",
        "ProcessorErrorRateAlarm",
        "ProcessorLowTrafficErrorsAlarm",
        "ProcessorMessageErrorRateAlarm",
        "ProcessorMessageLowTrafficErrorsAlarm",
        "ProcessorThrottlesAlarm",
        "RejectionsTableThrottlesAlarm",
        "ShipmentsTableStatusIndexThrottlesAlarm",
        "ShipmentsTableSystemErrorsAlarm",
        "ShipmentsTableThrottlesAlarm",
        "UnhealthyAlarm",
    } <= set(everything)


@every_environment
def test_an_update_that_fails_with_messages_is_rolled_back(environment: str) -> None:
    """S4.4: Lambda counts no errors where single messages are reported as failed."""
    stack = shipments(environment)
    assert "ProcessorMessageErrorRateAlarm" in stack.metadata["RollbackAlarms"]
    metrics = inputs(alarms(stack)["ProcessorMessageErrorRateAlarm"])
    assert {key: one["MetricName"] for key, one in metrics.items()} == {
        "calls": "Received",
        "errors": "Failed",
    }


@every_environment
def test_a_message_that_waits_too_long_rings(environment: str) -> None:
    """S4.4."""
    limits = ENVIRONMENTS[environment].alarms
    alarm = alarms(shipments(environment))["EventQueueAgeAlarm"]
    assert alarm["Threshold"] == limits.queue_age_s
    minutes = alarm["EvaluationPeriods"]
    assert rings(alarm, {"age": [limits.queue_age_s + 1.0] * minutes})
    assert not rings(alarm, {"age": [float(limits.queue_age_s)] * minutes})
    assert not rings(alarm, {"age": [None] * minutes})


@every_environment
def test_an_event_that_was_not_delivered_rings_at_once(environment: str) -> None:
    """S4.4."""
    alarm = alarms(shipments(environment))["EventRuleFailedInvocationsAlarm"]
    assert {one["MetricName"] for one in inputs(alarm).values()} == {
        "FailedInvocations",
        "InvocationsFailedToBeSentToDlq",
    }
    assert rings(alarm, {"failed": [1.0], "lost": [None]})
    assert rings(alarm, {"failed": [None], "lost": [1.0]})
    assert not rings(alarm, {"failed": [None], "lost": [None]})


@every_environment
def test_the_dashboard_shows_what_became_of_events(environment: str) -> None:
    """S4.4."""
    shown = {
        metric[1]
        for widget in widgets(shipments(environment))
        for metric in widget["properties"].get("metrics", [])
    }
    assert {
        "AlertFailures",
        "ApproximateAgeOfOldestMessage",
        "ApproximateNumberOfMessagesVisible",
        "Duplicates",
        "Errors",
        "Failed",
        "FailedInvocations",
        "Processed",
        "Rejected",
        "Throttles",
        "WriteThrottleEvents",
    } <= shown


@every_environment
def test_shipments_are_found_by_status_through_an_index(environment: str) -> None:
    """S4.5: both keys are strings, and the index has every attribute."""
    stack = shipments(environment)
    table = stack.properties("DynamoDB::Table")["ShipmentsTable"]
    assert keys(table) == [("shipment_id", "HASH"), ("timestamp", "RANGE")]
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "StatusIndex"
    assert keys(index) == [("status", "HASH"), ("timestamp", "RANGE")]
    assert index["Projection"] == {"ProjectionType": "ALL"}
    types = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
    assert types == {"shipment_id": "S", "status": "S", "timestamp": "S"}
    api = stack.properties("Lambda::Function")["ApiFunction"]["Environment"]["Variables"]
    assert api["STATUS_INDEX"] == "StatusIndex"


def keys(table: dict[str, Any]) -> list[tuple[str, str]]:
    return [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]]


@every_environment
def test_the_address_is_a_parameter_and_empty_means_no_subscription(environment: str) -> None:
    """S4.6."""
    stack = shipments(environment)
    parameter = stack.template["Parameters"]["NotificationEmail"]
    assert parameter["Default"] == (ENVIRONMENTS[environment].notification_email or "")
    assert parameter["AllowedPattern"].startswith("^$|^")
    (subscription,) = stack.of("SNS::Subscription").values()
    assert subscription["Condition"] == "HasNotificationEmail"
    assert "NotificationEmail" in set(references(stack.template["Conditions"]))


@every_environment
def test_memory_and_timeout_are_the_environments(environment: str) -> None:
    """S4.6."""
    size = ENVIRONMENTS[environment].workers["shipments-processor"]
    processor = shipments(environment).properties("Lambda::Function")["ProcessorFunction"]
    assert (processor["MemorySize"], processor["Timeout"]) == (size.memory_mb, size.timeout_s)
    other = WorkerSettings(memory_mb=1024, timeout_s=90, reserved_concurrency=1)
    stack = rendered(changed(environment, workers={"shipments-processor": other}), "shipments")
    processor = stack.properties("Lambda::Function")["ProcessorFunction"]
    assert (processor["MemorySize"], processor["Timeout"]) == (1024, 90)
    assert stack.properties("SQS::Queue")["EventQueue"]["VisibilityTimeout"] == 540
    (mapping,) = stack.properties("Lambda::EventSourceMapping").values()
    assert mapping["ScalingConfig"]["MaximumConcurrency"] == 2, "the least that a mapping takes"


@pytest.mark.parametrize(
    ("memory_mb", "timeout_s"), [(127, 60), (10_241, 60), (256, 0), (256, 901), ("256", 60), (256, 1.5)]
)
def test_memory_and_timeout_have_bounds(memory_mb: object, timeout_s: object) -> None:
    """S4.6."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"memory_mb": memory_mb, "timeout_s": timeout_s}, WorkerSettings)


@every_environment
def test_an_environment_may_name_other_sources(environment: str) -> None:
    """S4.6."""
    sources = ("org.example.b", "org.example.a")
    stack = rendered(changed(environment, event_sources={"shipments": sources}), "shipments")
    assert stack.properties("Events::Rule")["EventRule"]["EventPattern"] == {"source": sorted(sources)}


@every_environment
def test_the_stack_tells_all_that_senders_callers_and_operators_need(environment: str) -> None:
    """S4.6: the suffix among it."""
    outputs = shipments(environment).template["Outputs"]
    assert {
        "AlarmTopicArn",
        "ApiUrl",
        "DeadLettersUrl",
        "EnvironmentSuffix",
        "EventBusArn",
        "EventBusName",
        "FailedEventsUrl",
        "KeyArn",
        "QueueUrl",
        "RejectionsTableName",
        "TableArn",
        "TableName",
        "UndeliveredEventsUrl",
    } <= set(outputs)
    assert all(one["Description"] for one in outputs.values())
