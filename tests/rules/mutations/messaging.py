"""Topics, queues, subscriptions, event rules and log groups."""

from __future__ import annotations

from typing import Any

from tests.rules.mutations.change import Change, Mutation, at, drop, edited, foreign, put, remove, replace

TOPIC = "AWS::SNS::Topic"
QUEUE = "AWS::SQS::Queue"
QUEUE_POLICY = "AWS::SQS::QueuePolicy"
TOPIC_POLICY = "AWS::SNS::TopicPolicy"
GROUP = "AWS::Logs::LogGroup"
RULE = "AWS::Events::Rule"


def _less(effect: str, **parts: str) -> Any:
    """Take the first statement with this effect out of a policy, or these parts out of the statement."""

    def edit(policy: Any) -> bool:
        statements = policy["Properties"]["PolicyDocument"]["Statement"]
        for statement in list(statements):
            named = "Service" in statement["Principal"] if isinstance(statement["Principal"], dict) else False
            if statement["Effect"] != effect or (effect == "Allow" and not named):
                continue
            if parts:
                return statement.pop(parts["drop"], None) is not None
            statements.remove(statement)
            return bool(statements)
        return False

    return edit


def _topic_of_alarms(key: Any) -> Change:
    """Where alarms publish: the key of the topic."""

    def change(template: dict[str, Any]) -> str | None:
        kinds = {one["Type"] for one in template["Resources"].values()}
        if "AWS::CloudWatch::Alarm" not in kinds:
            return None
        return put(key, TOPIC, "Properties", "KmsMasterKeyId")(template)

    return change


def _key_without_services(key: Any) -> bool:
    statements = key["Properties"]["KeyPolicy"]["Statement"]
    left = [one for one in statements if "cloudwatch" not in str(one["Principal"])]
    key["Properties"]["KeyPolicy"]["Statement"] = left
    return len(left) < len(statements)


def _policy_of(target: str) -> Change:
    """The policy of a queue that a topic delivers to, without its Allow."""

    def change(template: dict[str, Any]) -> str | None:
        policies = [
            one for one in template["Resources"] if template["Resources"][one]["Type"] == QUEUE_POLICY
        ]
        for name in policies:
            statements = template["Resources"][name]["Properties"]["PolicyDocument"]["Statement"]
            kept = [one for one in statements if target not in str(one["Principal"])]
            if len(kept) < len(statements):
                template["Resources"][name]["Properties"]["PolicyDocument"]["Statement"] = kept
                return str(name)
        return None

    return change


def _ours(change: Change) -> Change:
    return lambda template: change(template) if "Gen" in template.get("Metadata", {}) else None


def _function_without_group(template: dict[str, Any]) -> str | None:
    for name, resource in template["Resources"].items():
        group = resource.get("Properties", {}).get("LoggingConfig", {}).get("LogGroup", {})
        if resource["Type"] == "AWS::Lambda::Function" and "Ref" in group:
            del resource["Properties"]["LoggingConfig"]
            del template["Resources"][group["Ref"]]
            return str(name)
    return None


def _with(name: str, change: Change) -> Change:
    """Only where the template has a resource of this logical id."""
    return lambda template: change(template) if name in template["Resources"] else None


def _no_groups_at_all(template: dict[str, Any]) -> str | None:
    functions = [one for one in template["Resources"].values() if one["Type"] == "AWS::Lambda::Function"]
    if not functions or "Gen" in template.get("Metadata", {}):
        return None
    for function in functions:
        function["Properties"].pop("LoggingConfig", None)
    for name, resource in list(template["Resources"].items()):
        if resource["Type"] in (GROUP, "Custom::LogRetention"):
            del template["Resources"][name]
    return "Functions" if "Globals" not in template else None


def _mistyped(template: dict[str, Any]) -> str | None:
    group = template["Resources"].get("Logs", {}).get("Properties", {})
    if group.get("LogGroupName") != "/aws/lambda/sign-up":
        return None
    group["LogGroupName"] = "/aws/lambda/signup"
    return "Logs"


MUTATIONS = (
    Mutation("W9501", remove(TOPIC, "Properties", "KmsMasterKeyId")),
    Mutation("E9502", _topic_of_alarms("alias/aws/sns")),
    Mutation("E9502", at("alias/aws/sqs", "Work7E8F9A0B", "Properties", "KmsMasterKeyId")),
    Mutation("I9503", at("alias/aws/sns", "Ordered", "Properties", "KmsMasterKeyId")),
    Mutation("E9504", edited("AWS::KMS::Key", _key_without_services)),
    Mutation("W9505", put({"SqsManagedSseEnabled": "false"}, QUEUE, "Properties")),
    Mutation("I9506", remove(QUEUE, "Properties", "KmsMasterKeyId")),
    Mutation("W9507", edited(QUEUE_POLICY, _less("Deny"))),
    Mutation("W9508", edited(TOPIC_POLICY, _less("Deny"))),
    Mutation("W9509", edited(TOPIC_POLICY, _less("Allow", drop="Condition"))),
    Mutation("W9509", edited(QUEUE_POLICY, _less("Allow", drop="Condition"))),
    Mutation("E9510", _policy_of("sns.amazonaws.com")),
    Mutation("E9510", _policy_of("s3.amazonaws.com")),
    Mutation("E9510", edited(TOPIC_POLICY, _less("Allow"))),
    Mutation("W9511", remove(QUEUE, "Properties", "RedrivePolicy")),
    Mutation("W9512", replace(1, QUEUE, "Properties", "RedrivePolicy", "maxReceiveCount")),
    Mutation("W9513", at(86400, "Rejected", "Properties", "MessageRetentionPeriod")),
    Mutation("W9514", _with("Mapping", at(90, "Queue", "Properties", "VisibilityTimeout"))),
    Mutation("E9515", replace("orders.fifo", TOPIC, "Properties", "TopicName")),
    Mutation("E9515", at("customers", "Ordered", "Properties", "TopicName")),
    Mutation("E9515", drop("OrderedQueue", "Properties", "FifoQueue")),
    Mutation("E9518", at("http", "ForeignSubscription", "Properties", "Protocol")),
    Mutation("E9518", at({"Ref": "Queue"}, "Subscription", "Properties", "Endpoint")),
    Mutation("E9519", replace("2000", QUEUE, "Properties", "RedrivePolicy", "maxReceiveCount")),
    Mutation("E9516", drop("Ordered", "Properties", "FifoTopic")),
    Mutation("E9517", drop("PoolPermission")),
    Mutation("E9517", drop("RotationPermission")),
    Mutation("W9520", remove(GROUP, "Properties", "RetentionInDays")),
    Mutation("I9521", at(30, "TraceLogs", "Properties", "RetentionInDays")),
    Mutation("E9522", _ours(replace(30, GROUP, "Properties", "RetentionInDays"))),
    Mutation("I9523", remove(GROUP, "Properties", "KmsKeyId")),
    Mutation("W9525", _ours(_function_without_group)),
    Mutation("I9526", _no_groups_at_all),
    Mutation("W9528", _mistyped),
    Mutation("W9532", remove(RULE, "Properties", "Targets", 0, "DeadLetterConfig")),
    Mutation("E9533", replace("orders", RULE, "Properties", "EventPattern", "source")),
    Mutation("E9533", put({"detailType": ["x"]}, RULE, "Properties", "EventPattern")),
    Mutation("E9535", foreign(at("rate(1 day)", "OrderRule", "Properties", "ScheduleExpression"))),
    Mutation("E9536", drop("Uploads", "Properties", "NotificationConfiguration", "EventBridgeConfiguration")),
    Mutation("E9537", drop("ForeignSubscription", "Properties", "Region")),
)
