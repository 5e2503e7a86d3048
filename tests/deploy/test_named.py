"""Names that a person gives: what is known is listed, and the fix says which to choose."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.deploy import environment, hints, parameters
from generator.errors import UsageError

from .fakes import FakeCloud
from .support import QUEUE, TABLE, body, committed, job, site
from .test_environment import DEV


def test_the_nearest_known_name_is_meant_else_one_of_them() -> None:
    assert hints.choose("itmes", ["bootstrap", "items"]) == "did you mean 'items'?"
    assert hints.choose("zzz", ["bootstrap", "items"]) == "choose one of these"
    assert hints.choose("zzz", []) == "leave it out"


def test_a_stack_and_a_parameter_that_do_not_exist(tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Queue": QUEUE}, Parameters={"Word": {"Type": "String"}}))
    with pytest.raises(UsageError) as caught:
        environment.select([one], ["us-west-2"], ["itmes"])
    assert caught.value.message == "there is no stack 'itmes' in us-west-2; known: items"
    assert caught.value.fix == "did you mean 'items'?"
    with pytest.raises(UsageError) as caught:
        parameters.check_known({"Wrod": "x"}, [one])
    assert caught.value.message == "no selected stack has a parameter Wrod; known: Word"
    assert caught.value.fix == "did you mean 'Word'?"


def replaceable(folder: Path, cloud: FakeCloud, *names: str) -> None:
    one = committed(folder, body({"Queue": QUEUE, "ItemsTable": TABLE}))
    environment.check_replaceable(site(DEV, [one], lambda _region: cloud), [one], names)


def test_a_resource_to_replace_that_no_stack_has_is_refused(tmp_path: Path) -> None:
    cloud = FakeCloud()
    replaceable(tmp_path, cloud, "ItemsTable", "Queue")
    assert cloud.calls == []
    with pytest.raises(UsageError) as caught:
        replaceable(tmp_path, cloud, "ItemTable")
    assert caught.value.message == (
        "--allow-replace ItemTable: no selected stack has such a resource, and none had; those with data: "
        "ItemsTable, Queue"
    )
    assert caught.value.fix == "did you mean 'ItemsTable'?"


def test_a_resource_that_only_the_deployed_stack_has_can_be_named_also_again(tmp_path: Path) -> None:
    cloud = FakeCloud()
    before = committed(tmp_path / "before", body({"Queue": QUEUE, "Old": TABLE}))
    cloud.put("dev-us-west-2-items", "CREATE_COMPLETE", before.body)
    replaceable(tmp_path, cloud, "Old")
    stack = cloud.get("dev-us-west-2-items")
    del stack.resources["Old"]
    cloud.say(stack, "Old", "DELETE_COMPLETE", "")
    replaceable(tmp_path, cloud, "Old")
    with pytest.raises(UsageError, match=r"those with data: ItemsTable, Queue$"):
        replaceable(tmp_path, cloud, "Odl")


def test_the_check_is_part_of_a_deployment(tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Queue": QUEUE}))
    cloud = FakeCloud()
    wanted = job(cloud, one, allow_replace=frozenset({"Nope"}))
    with pytest.raises(UsageError, match="--allow-replace Nope"):
        environment.deploy(
            site(DEV, [one], lambda _region: cloud),
            [one],
            options=wanted.options,
            tools=wanted.tools,
            build=lambda _handlers: {},
        )
    assert "create_change_set" not in cloud.calls
