"""The environments that ship, and what services read of an environment."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from generator.config import (
    ENVIRONMENTS,
    ApiSettings,
    CacheSettings,
    Environment,
    Target,
    Throttle,
    WorkerSettings,
    load_environments,
    select,
    targets,
)
from generator.config.rules import COMPONENT_ROOM, SERVICE_ROOM
from generator.errors import RenderError, UsageError
from generator.names import physical

DEFAULT = ApiSettings(
    memory_mb=512, timeout_s=5, read=Throttle(rate=1, burst=2), write=Throttle(rate=1, burst=2)
)
OWN = ApiSettings(memory_mb=256, timeout_s=9, read=Throttle(rate=3, burst=4), write=Throttle(rate=3, burst=4))
WORKER = WorkerSettings(memory_mb=128, timeout_s=30)
QA = Environment(
    name="qa",
    production=False,
    regions=("us-west-2", "us-east-1"),
    owner="platform-team",
    cost_center="CC-1",
    allowed_origins=(),
    suffix="-blue",
    apis={"items": OWN},
)
TARGET = Target(environment=QA, region="us-east-1")


def test_the_environments_load_in_the_order_of_their_names() -> None:
    assert list(load_environments()) == ["dev", "prod", "staging"]


def test_every_environment_has_both_regions_with_the_same_primary_one() -> None:
    assert {environment.regions for environment in load_environments().values()} == {
        ("us-west-2", "us-east-1")
    }


def test_only_prod_is_production_and_has_a_firewall() -> None:
    environments = load_environments()
    assert [name for name, environment in environments.items() if environment.production] == ["prod"]
    assert [name for name, environment in environments.items() if environment.waf] == ["prod"]


def test_every_function_has_executions_of_its_own_in_every_environment() -> None:
    for environment in load_environments().values():
        reserved = [one.reserved_concurrency for one in environment.apis.values()]
        reserved += [one.reserved_concurrency for one in environment.workers.values()]
        assert None not in reserved


def test_outside_production_no_throttle_lets_more_through_at_once_than_the_function_takes() -> None:
    """What the function cannot take is answered with 5xx, what the throttle stops with 429."""
    for name, environment in load_environments().items():
        if environment.production:
            continue
        for one in environment.apis.values():
            writer = one.writer or one
            assert (one.reserved_concurrency or 0) >= one.read.burst, name
            assert (writer.reserved_concurrency or 0) >= one.write.burst, name


def test_the_catalogs_cache_is_sized_in_every_environment() -> None:
    """S2.4."""
    for environment in load_environments().values():
        assert set(environment.caches) == {"catalog"}
        assert 30 <= environment.caches["catalog"].ttl_s <= 3600
    settings = CacheSettings()
    assert (settings.ttl_s, settings.size_gb) == (60, "0.5")
    assert TARGET.cache("catalog", settings) == settings


def test_only_dev_may_lose_data_and_takes_origins_without_tls() -> None:
    environments = load_environments()
    assert [name for name, e in environments.items() if not e.retain_data] == ["dev"]
    assert [name for name, e in environments.items() if "http://localhost:3000" in e.allowed_origins] == [
        "dev"
    ]


def test_no_environment_that_ships_names_an_account() -> None:
    assert {environment.account for environment in load_environments().values()} == {None}


def test_the_same_text_is_found_for_a_relative_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ENVIRONMENTS.parent)
    assert load_environments(Path("environments")) == load_environments()


def test_a_setting_of_the_environment_wins_over_the_services_default() -> None:
    assert TARGET.api("items", DEFAULT) == OWN


def test_a_service_that_the_environment_does_not_name_has_its_own_default() -> None:
    assert TARGET.api("orders", DEFAULT) == DEFAULT
    assert TARGET.worker("items-stream", WORKER) == WORKER


def test_a_target_names_its_stacks() -> None:
    assert TARGET.name("items") == "qa-us-east-1-items-blue"


def test_a_name_that_no_service_can_take_is_an_error() -> None:
    with pytest.raises(RenderError, match="stack name"):
        TARGET.name("x" * 120)


def test_a_target_has_the_tags_of_its_stacks() -> None:
    assert TARGET.tags("items") == {
        "CostCenter": "CC-1",
        "Environment": "qa",
        "ManagedBy": "gen",
        "Name": "qa-us-east-1-items-blue",
        "Owner": "platform-team",
        "Service": "items",
    }
    assert list(TARGET.tags("items")) == sorted(TARGET.tags("items"))


def test_the_first_region_is_the_primary_one() -> None:
    assert [target.primary for target in targets(QA)] == [True, False]


def test_nothing_of_an_environment_can_be_assigned() -> None:
    with pytest.raises(AttributeError):
        QA.waf = True  # type: ignore[misc]
    with pytest.raises(AttributeError):
        TARGET.region = "us-west-2"  # type: ignore[misc]


def test_the_longest_names_that_the_suffix_rule_leaves_room_for_fit_a_bucket() -> None:
    longest = msgspec.structs.replace(
        QA, name="rehearsal1", regions=("ap-southeast-2",), suffix="-" + "x" * 7
    )
    prefix = Target(environment=longest, region="ap-southeast-2").name("s" * SERVICE_ROOM)
    assert len(physical("bucket", prefix, "C" + "c" * (COMPONENT_ROOM - 1))) == 63


def test_targets_come_in_the_order_of_the_file_whatever_order_they_are_asked_in() -> None:
    assert [target.region for target in targets(QA, ["us-east-1", "us-west-2", "us-east-1"])] == [
        "us-west-2",
        "us-east-1",
    ]
    assert [target.region for target in targets(QA, ["us-east-1"])] == ["us-east-1"]


def test_an_unknown_region_is_refused_with_the_known_and_the_nearest() -> None:
    with pytest.raises(UsageError) as refused:
        targets(QA, ["us-wst-2"])
    assert refused.value.message == ("environment 'qa' has no region 'us-wst-2'; known: us-west-2, us-east-1")
    assert refused.value.fix == "did you mean 'us-west-2'?"


def test_a_region_that_resembles_none_is_refused_with_a_way_out() -> None:
    with pytest.raises(UsageError) as refused:
        targets(QA, ["x"])
    assert refused.value.fix == "choose one of these, or add it to qa.yml"


def test_an_environment_is_selected_by_its_name() -> None:
    assert select({"qa": QA}, "qa") is QA


def test_an_unknown_environment_is_refused_with_the_known_and_the_nearest() -> None:
    with pytest.raises(UsageError) as refused:
        select(load_environments(), "prd")
    assert refused.value.message == "environment 'prd' does not exist; known: dev, prod, staging"
    assert refused.value.fix == "did you mean 'prod'?"
