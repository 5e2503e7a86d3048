"""Several stacks of an environment: the account, the order, the values, deleting and status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from generator.config import Environment
from generator.deploy import delete, environment, parameters, status
from generator.deploy.environment import Site
from generator.deploy.job import Options
from generator.deploy.outcome import (
    Deleted,
    Deployed,
    NeedsPerson,
    NoChange,
    Outcome,
    Planned,
    Skipped,
    Stopped,
)
from generator.deploy.template import Template
from generator.errors import DeployError, RefusedError, StillRunningError, UsageError

from .fakes import FakeClock, FakeCloud
from .support import QUEUE, TOPIC, Person, body, committed, site, tools

DEV = Environment(
    name="dev",
    production=False,
    regions=("us-west-2", "us-east-1"),
    owner="team",
    cost_center="CC-1",
    allowed_origins=(),
)
BOOTSTRAP = body(
    {"Artifacts": TOPIC}, service="bootstrap", Outputs={"ArtifactBucketName": {"Value": "artifacts"}}
)
ITEMS = body(
    {"Queue": QUEUE},
    Parameters={
        "ArtifactBucket": {"Type": "String"},
        "CodeKey": {"Type": "String"},
        "CodeSha": {"Type": "String"},
        "Email": {"Type": "String", "Default": ""},
    },
    Inputs={"ArtifactBucket": "us-west-2/bootstrap.ArtifactBucketName"},
    Artifacts={"CodeKey": {"Handler": "handlers.items.api.handler", "Sha256Parameter": "CodeSha"}},
)
FAILS = (("CREATE_IN_PROGRESS", ()), ("", (("Artifacts", "CREATE_FAILED", "no"),)), ("ROLLBACK_COMPLETE", ()))


@dataclass(frozen=True)
class Zip:
    key: str
    path: Path
    code_sha256: str


@dataclass
class Place:
    """An environment over one fake region."""

    cloud: FakeCloud
    site: Site
    folder: Path

    def build(self, handlers: list[str]) -> Mapping[str, Zip]:
        assert handlers == ["handlers.items.api.handler"]
        path = self.folder / "code.zip"
        path.write_bytes(b"zip")
        return {handlers[0]: Zip("code/abc.zip", path, "c2hh")}

    def deploy(self, *stacks: str, **options: Any) -> list[Outcome]:
        selected = environment.select(self.site.templates, ["us-west-2"], stacks)
        outcomes = environment.deploy(
            self.site,
            selected,
            options=Options(**{"at_once": 1, **options}),
            tools=tools(self.cloud.clock),
            build=self.build,
        )
        return list(outcomes)

    def delete(self, *stacks: str, person: Person | None = None, **wish: Any) -> list[Outcome]:
        selected = environment.select(self.site.templates, ["us-west-2"], stacks)
        wanted = delete.Wish(named=frozenset(stacks), **wish)
        return list(delete.delete(self.site, selected, tools=tools(self.cloud.clock, person), wish=wanted))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return placed(tmp_path, DEV, BOOTSTRAP, ITEMS)


def placed(folder: Path, where: Environment, *contents: Mapping[str, Any], local: bool = False) -> Place:
    cloud = FakeCloud(FakeClock())
    templates: list[Template] = [committed(folder, content) for content in contents]
    return Place(cloud, site(where, templates, lambda _region: cloud, local=local), folder)


def test_stacks_are_deployed_in_order_with_values_from_one_to_the_next(place: Place) -> None:
    first, second = place.deploy()
    assert isinstance(first, Deployed)
    assert second == Deployed("us-west-2/items", "CREATE_COMPLETE", {})
    assert place.cloud.requests[1].parameters == {
        "ArtifactBucket": "artifacts",
        "CodeKey": "code/abc.zip",
        "CodeSha": "c2hh",
    }
    assert place.cloud.objects == {("artifacts", "code/abc.zip"): b"zip"}


def test_an_unchanged_handler_is_not_uploaded_again(place: Place) -> None:
    place.deploy()
    assert place.deploy() == [
        NoChange("us-west-2/bootstrap", {"ArtifactBucketName": "artifacts"}),
        NoChange("us-west-2/items", {}),
    ]
    assert place.cloud.calls.count("upload") == 1


def test_a_failure_stops_what_depends_on_it_and_only_that(tmp_path: Path) -> None:
    place = placed(
        tmp_path,
        DEV,
        BOOTSTRAP,
        ITEMS,
        body({"Topic": TOPIC}, service="other", After=["us-west-2/items"]),
        body({"Topic": TOPIC}, service="alone"),
    )
    # What most others wait for comes first.
    place.cloud.script(*FAILS)
    outcomes = {outcome.stack: outcome for outcome in place.deploy()}
    assert isinstance(outcomes["us-west-2/alone"], Deployed)
    assert outcomes["us-west-2/items"] == Skipped("us-west-2/items", "it depends on us-west-2/bootstrap")
    assert outcomes["us-west-2/other"] == Skipped("us-west-2/other", "it depends on us-west-2/items")


def test_a_detached_run_ends_as_a_whole(tmp_path: Path) -> None:
    alone = body({"Topic": TOPIC}, service="alone")
    place = placed(tmp_path, DEV, alone, body({"Topic": TOPIC}, service="other"))
    place.cloud.fail("events", KeyboardInterrupt())
    first, second = place.deploy()
    assert isinstance(first, Stopped)
    assert isinstance(first.error, StillRunningError)
    assert second == Skipped(second.stack, "we stopped waiting before its turn")


def test_a_region_without_stacks_is_told(place: Place) -> None:
    with pytest.raises(UsageError, match="no stack in us-east-1"):
        environment.select(place.site.templates, ["us-east-1"], ())


def test_a_stack_without_its_bootstrap_names_the_command_for_it(place: Place) -> None:
    (outcome,) = place.deploy("items")
    assert isinstance(outcome, Stopped)
    assert outcome.error.fix == "run first: gen bootstrap --env dev --region us-west-2"


def test_a_plan_of_a_new_environment_shows_what_it_can_and_uploads_nothing(place: Place) -> None:
    first, second = place.deploy(plan_only=True)
    assert isinstance(first, Planned)
    assert isinstance(second, Skipped)
    assert "upload" not in place.cloud.calls
    assert all(stack.status == "DELETE_COMPLETE" for stack in place.cloud.stacks)


def test_an_unknown_stack_is_named_with_the_known_ones(place: Place) -> None:
    with pytest.raises(UsageError) as caught:
        place.deploy("itmes")
    assert "bootstrap, items" in caught.value.message


def test_parameters_from_the_person_win_and_unknown_ones_are_refused(place: Place) -> None:
    place.deploy(given={"Email": "me@example.com"})
    assert place.cloud.requests[1].parameters["Email"] == "me@example.com"
    with pytest.raises(UsageError, match="has a parameter Emial"):
        place.deploy(given={"Emial": "me@example.com"})


def test_a_default_wins_over_what_an_earlier_deployment_was_given(place: Place) -> None:
    place.deploy(given={"Email": "me@example.com"})
    place.deploy()
    assert "Email" not in place.cloud.requests[-1].parameters


@pytest.mark.parametrize("word", ["Email", "=x", ""])
def test_a_parameter_without_a_value_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="NAME=VALUE"):
        parameters.parse([word])


def test_parameters_may_hold_an_equals_sign_but_stand_once() -> None:
    assert parameters.parse(["A=b=c", "B="]) == {"A": "b=c", "B": ""}
    with pytest.raises(UsageError, match="twice"):
        parameters.parse(["A=1", "A=2"])


def test_a_value_without_a_source_keeps_its_previous_one_or_is_asked_for(tmp_path: Path) -> None:
    one = committed(tmp_path, body({"T": TOPIC}, Parameters={"Name": {"Type": "String"}}))
    assert parameters.values(one, given={}, found={}, previous={"Name": "x"}) == {"Name": None}
    with pytest.raises(DeployError) as caught:
        parameters.values(one, given={}, found={}, previous={})
    assert "--parameter Name=VALUE" in caught.value.fix


def test_another_account_is_refused_before_anything_happens(tmp_path: Path) -> None:
    place = placed(tmp_path, msgspec.structs.replace(DEV, account="999999999999"), BOOTSTRAP)
    with pytest.raises(DeployError, match="belongs to account 999999999999"):
        place.deploy()
    assert place.cloud.calls == ["identity"]


def test_production_needs_its_account_in_the_file_but_not_on_the_embedded_aws(tmp_path: Path) -> None:
    production = msgspec.structs.replace(DEV, production=True)
    content = body({"Topic": TOPIC}, Production=True)
    with pytest.raises(DeployError, match="names no account"):
        placed(tmp_path, production, content).deploy()
    assert isinstance(placed(tmp_path, production, content, local=True).deploy()[0], Deployed)


@pytest.mark.parametrize("changes", [{"production": True}, {"suffix": "-blue"}])
def test_a_template_older_than_its_environment_file_is_refused(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    place = placed(tmp_path, msgspec.structs.replace(DEV, **changes), BOOTSTRAP)
    with pytest.raises(DeployError, match="was rendered before"):
        place.deploy()
    assert place.cloud.calls == []


def test_stacks_are_deleted_from_the_last_to_the_first(place: Place) -> None:
    place.deploy()
    assert place.delete() == [Deleted("us-west-2/items"), Deleted("us-west-2/bootstrap")]
    assert place.delete() == [
        Skipped("us-west-2/items", "there is no such stack"),
        Skipped("us-west-2/bootstrap", "there is no such stack"),
    ]


def test_a_stack_that_another_one_needs_is_not_deleted(place: Place) -> None:
    place.deploy()
    with pytest.raises(RefusedError) as caught:
        place.delete("bootstrap")
    assert "--stack items" in caught.value.fix


def test_retained_resources_are_told_and_a_failed_deletion_keeps_what_it_needs(place: Place) -> None:
    place.deploy()
    place.cloud.script(
        ("DELETE_IN_PROGRESS", ()), ("", (("Queue", "DELETE_FAILED", "it is in use"),)), ("DELETE_FAILED", ())
    )
    failed, skipped = place.delete()
    assert isinstance(failed, NeedsPerson)
    assert failed.cause is not None
    assert failed.cause.reason == "it is in use"
    assert skipped == Skipped("us-west-2/bootstrap", "us-west-2/items still needs it")
    place.cloud.script(("DELETE_IN_PROGRESS", ()), ("DELETE_COMPLETE", (("Queue", "DELETE_SKIPPED", ""),)))
    assert place.delete("items") == [Deleted("us-west-2/items", ("Queue (physical-Queue)",))]


def test_a_full_bucket_is_not_emptied_in_silence(tmp_path: Path) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {}}
    place = placed(tmp_path, DEV, body({"Bucket": bucket, "Kept": {**bucket, "DeletionPolicy": "Retain"}}))
    place.deploy()
    place.cloud.full_buckets = {"physical-Bucket", "physical-Kept"}
    (outcome,) = place.delete()
    assert isinstance(outcome, Stopped)
    assert "physical-Bucket" in outcome.error.message
    place.cloud.full_buckets = {"physical-Kept"}
    assert isinstance(place.delete()[0], Deleted)


def test_status_compares_what_is_deployed_with_what_is_committed(place: Place) -> None:
    assert [state.status for state in status.states(place.site, place.site.templates)] == [None, None]
    place.deploy()
    first, second = status.states(place.site, place.site.templates)
    assert (first.equal, first.outputs) == (True, {"ArtifactBucketName": "artifacts"})
    assert second.in_words == "CREATE_COMPLETE, equals the committed template"
    changed = committed(place.folder, {**ITEMS, "Resources": {"Queue": QUEUE, "Topic": TOPIC}})
    after = replace(place.site, templates=(changed,))
    assert "DIFFERS FROM" in status.states(after, after.templates)[0].in_words


EXPIRING = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {"TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True}},
}


def test_what_the_embedded_aws_drops_is_sent_to_its_services_after_every_deployment(tmp_path: Path) -> None:
    place = placed(tmp_path, DEV, body({"Table": EXPIRING}), local=True)
    assert [type(outcome) for outcome in place.deploy() + place.deploy()] == [Deployed, NoChange]
    assert [(service, operation) for service, operation, _ in place.cloud.sent] == [
        ("dynamodb", "update_time_to_live")
    ] * 2


def test_nothing_but_the_change_set_goes_to_an_account_or_for_a_plan(tmp_path: Path) -> None:
    account = placed(tmp_path, DEV, body({"Table": EXPIRING}))
    account.deploy()
    planned = placed(tmp_path, DEV, body({"Table": EXPIRING}), local=True)
    planned.deploy(plan_only=True)
    assert account.cloud.sent == planned.cloud.sent == []
