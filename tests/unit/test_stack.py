from __future__ import annotations

from typing import Any

import pytest
from troposphere import Output, Parameter, Ref, sns, sqs

from generator.components.component import Artifact, Component
from generator.config import ApiSettings, Target, WorkerSettings, load_environments
from generator.errors import RenderError
from generator.stack import Stack, protections

TARGET = Target(environment=load_environments()["dev"], region="us-west-2")


def a_stack() -> Stack:
    return Stack(TARGET, "notes", description="Notes")


def a_queue(logical_id: str, **properties: Any) -> Component:
    return Component(resources=(sqs.Queue(logical_id, **properties),))


def an_alarm(logical_id: str) -> Component:
    from troposphere.cloudwatch import CompositeAlarm

    return Component(resources=(CompositeAlarm(logical_id, AlarmRule="FALSE"),))


def test_two_resources_of_one_logical_id_are_refused() -> None:
    stack = a_stack()
    stack.add(a_queue("Jobs"))
    with pytest.raises(RenderError, match="stack notes: two resources have the logical id 'Jobs'") as caught:
        stack.add(Component(resources=(sns.Topic("Jobs"),)))
    assert caught.value.fix == "give one of them another id in generator/services/notes.py"


def test_a_resource_that_no_service_added_has_no_source() -> None:
    stack = a_stack()
    stack.add(a_queue("Jobs"))
    assert stack.sources() == {}


def test_a_logical_id_that_cloudformation_would_refuse_is_refused() -> None:
    with pytest.raises(RenderError, match="logical id 'jobs' is not PascalCase"):
        a_stack().add(a_queue("jobs"))


def test_a_parameter_may_be_declared_twice_if_alike() -> None:
    stack = a_stack()
    for logical_id in ("A", "B"):
        stack.add(Component(resources=(sqs.Queue(logical_id),), parameters=(Parameter("P", Type="String"),)))
    assert stack.template()["Parameters"] == {"P": {"Type": "String"}}


def test_two_parameters_of_one_name_that_differ_are_refused() -> None:
    stack = a_stack()
    stack.add(Component(resources=(), parameters=(Parameter("P", Type="String"),)))
    with pytest.raises(RenderError, match="stack notes: parameter 'P' is declared twice and differently"):
        stack.add(Component(resources=(), parameters=(Parameter("P", Type="Number"),)))


def test_two_conditions_of_one_name_that_differ_are_refused() -> None:
    stack = a_stack()
    same = {"Fn::Equals": ["a", "b"]}
    stack.add(Component(resources=(), conditions=(("C", same),)))
    stack.add(Component(resources=(), conditions=(("C", dict(same)),)))
    with pytest.raises(RenderError, match="stack notes: condition 'C' is declared twice and differently"):
        stack.add(Component(resources=(), conditions=(("C", {"Fn::Equals": ["a", "c"]}),)))


def test_an_output_is_given_once_and_in_pascal_case() -> None:
    stack = a_stack()
    stack.output("QueueUrl", "https://example.com", "Queue")
    with pytest.raises(RenderError, match="stack notes: output 'QueueUrl' is given twice"):
        stack.output("QueueUrl", "https://example.com", "Queue")
    with pytest.raises(RenderError, match="logical id 'queue-url'"):
        stack.output("queue-url", "https://example.com", "Queue")
    assert isinstance(Output("A", Value="x"), Output)
    assert stack.template()["Outputs"] == {
        "QueueUrl": {"Description": "Queue", "Value": "https://example.com"}
    }


def test_inputs_and_order_name_region_and_stack() -> None:
    stack = a_stack()
    stack.after("zone", region="us-east-1")
    stack.input("Bucket", "bootstrap", "ArtifactBucketName")
    stack.input("Peer", "core", "KeyArn", region="eu-west-1")
    metadata = stack.template()["Metadata"]["Gen"]
    assert metadata["After"] == ["eu-west-1/core", "us-east-1/zone", "us-west-2/bootstrap"]
    assert metadata["Inputs"] == {
        "Bucket": "us-west-2/bootstrap.ArtifactBucketName",
        "Peer": "eu-west-1/core.KeyArn",
    }


def test_an_artifact_asks_for_the_bucket_of_its_region() -> None:
    stack = a_stack()
    artifact = Artifact("handlers.notes.api.handler", "ApiCodeKey", "ApiCodeSha256")
    stack.add(Component(resources=(), artifacts=(artifact,)))
    metadata = stack.template()["Metadata"]["Gen"]
    assert metadata["Inputs"] == {"ArtifactBucket": "us-west-2/bootstrap.ArtifactBucketName"}
    assert metadata["Artifacts"] == {
        "ApiCodeKey": {"Handler": "handlers.notes.api.handler", "Sha256Parameter": "ApiCodeSha256"}
    }


def test_five_alarms_may_roll_an_update_back_and_six_may_not() -> None:
    stack = a_stack()
    alarms = [f"Alarm{number}" for number in range(6)]
    for alarm in alarms:
        stack.add(an_alarm(alarm))
    stack.roll_back_on(*alarms[:3])
    stack.roll_back_on(*alarms[3:5])
    assert stack.template()["Metadata"]["Gen"]["RollbackAlarms"] == alarms[:5]
    with pytest.raises(RenderError, match="stack notes: 6 rollback alarms; CloudFormation takes 5") as caught:
        stack.roll_back_on(alarms[5])
    assert caught.value.fix == "join some of them in a composite alarm"


def test_an_alarm_that_is_named_twice_counts_once() -> None:
    stack = a_stack()
    stack.add(an_alarm("Alarm"))
    for _ in range(6):
        stack.roll_back_on("Alarm")
    assert stack.template()["Metadata"]["Gen"]["RollbackAlarms"] == ["Alarm"]


@pytest.mark.parametrize("named", ["Missing", "Jobs"])
def test_only_alarms_of_the_stack_may_roll_an_update_back(named: str) -> None:
    stack = a_stack()
    stack.add(a_queue("Jobs"))
    stack.add(an_alarm("Alarm"))
    with pytest.raises(RenderError, match=f"stack notes: no alarm has the logical id '{named}'") as caught:
        stack.roll_back_on("Alarm", named)
    assert caught.value.fix == "alarms of this stack: Alarm"


def test_protection_is_found_where_it_is_on() -> None:
    from troposphere.dynamodb import Table
    from troposphere.rds import DBInstance

    resources = {
        "On": Table("On", DeletionProtectionEnabled=True),
        "Off": Table("Off", DeletionProtectionEnabled=False),
        "Database": DBInstance("Database", DeletionProtection=True),
        "Queue": sqs.Queue("Queue"),
    }
    assert protections(resources) == {"On": "DeletionProtectionEnabled", "Database": "DeletionProtection"}


def test_a_stack_name_that_is_too_long_or_odd_is_refused() -> None:
    with pytest.raises(RenderError, match=r"stack name 'dev-us-west-2-n{200}' has 214 characters"):
        Stack(TARGET, "n" * 200, description="Notes")
    with pytest.raises(RenderError, match="has characters other than letters"):
        Stack(TARGET, "../notes", description="Notes")


def test_sizes_are_the_environments_else_the_services() -> None:
    default = WorkerSettings(memory_mb=128, timeout_s=1)
    assert TARGET.worker("unknown", default) is default
    assert TARGET.worker("items-stream", default) == TARGET.environment.workers["items-stream"]
    api = TARGET.environment.apis["items"]
    other = ApiSettings(memory_mb=256, timeout_s=1, read=api.read, write=api.write)
    assert TARGET.api("items", other) == api
    assert TARGET.api("notes", other) is other


def test_a_reference_stays_a_reference() -> None:
    stack = a_stack()
    stack.add(a_queue("Jobs"))
    stack.output("JobsUrl", Ref("Jobs"), "Queue")
    assert stack.template()["Outputs"]["JobsUrl"]["Value"] == {"Ref": "Jobs"}
