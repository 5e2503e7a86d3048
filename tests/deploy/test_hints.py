"""Commands in messages go where the run went: one for the embedded AWS never acts on an account."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.deploy import changesets, hints
from generator.deploy import site as sites
from generator.deploy.cloud import Endpoint
from generator.deploy.plan import STOPS
from generator.errors import DeployError
from tests.support import ROOT

from .fakes import FakeCloud
from .support import QUEUE, body, committed, console, job, printed

URL = "http://127.0.0.1:4567"


def test_a_command_for_an_account_has_its_region() -> None:
    assert hints.aws_cli(FakeCloud(), "list-change-sets --stack-name x") == (
        "aws cloudformation list-change-sets --stack-name x --region us-west-2"
    )


def test_a_command_for_another_endpoint_goes_there_with_the_callers_credentials() -> None:
    cloud = FakeCloud()
    cloud.endpoint = Endpoint(URL)
    assert hints.aws_cli(cloud, "x") == f"aws cloudformation x --region us-west-2 --endpoint-url {URL}"


def test_a_command_for_the_embedded_aws_goes_there_as_its_root() -> None:
    cloud = FakeCloud()
    cloud.endpoint = sites.embedded(URL)
    assert hints.aws_cli(cloud, "x") == (
        "AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test "
        f"aws cloudformation x --region us-west-2 --endpoint-url {URL}"
    )


def test_what_cannot_be_cleaned_up_is_named_with_the_endpoint(tmp_path: Path) -> None:
    cloud, said = FakeCloud(), console()
    cloud.endpoint = sites.embedded(URL)
    one = job(cloud, committed(tmp_path, body({"Queue": QUEUE})), out=said)
    wanted = changesets.request(one, "CREATE", one.content, previous={}, alarms=(), minutes=0)
    found = changesets.create(one, wanted)
    cloud.fail("delete_change_set", DeployError("denied"))
    cloud.fail("delete_stack", DeployError("denied"))
    changesets.discard(one, found)
    commands = re.findall(r"aws cloudformation [^\n]*", printed(said))
    assert len(commands) == 2
    assert all(command.endswith(f" --endpoint-url {URL}") for command in commands)


def test_too_many_change_sets_are_listed_at_the_endpoint(tmp_path: Path) -> None:
    cloud = FakeCloud()
    cloud.endpoint = sites.embedded(URL)
    one = job(cloud, committed(tmp_path, body({"Queue": QUEUE})))
    wanted = changesets.request(one, "CREATE", one.content, previous={}, alarms=(), minutes=0)
    for _ in range(changesets.ATTEMPTS):
        changesets.create(one, wanted)
    with pytest.raises(DeployError) as caught:
        changesets.create(one, wanted)
    assert caught.value.fix.endswith(f" --endpoint-url {URL}")


def test_no_other_place_names_a_command_of_the_aws_cli_that_acts_on_a_stack() -> None:
    for path in sorted((ROOT / "generator").rglob("*.py")):
        if path.name != "hints.py":
            assert "aws cloudformation" not in path.read_text(encoding="utf-8"), path


def test_every_state_that_a_person_has_to_clear_names_a_command_of_ours() -> None:
    for status, step in STOPS.items():
        assert "gen " in step.fix, status
        assert "{where}" in step.fix, status
