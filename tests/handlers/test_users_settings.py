"""Settings from Parameter Store: read by name, kept for a minute, judged before they are used."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handlers.users.settings import MAX_AGE_S, parse, settings_from
from tests.handlers.items_support import client_error
from tests.handlers.users_support import PARAMETER, SETTINGS, UsersAws, UsersWorld


class Parameters:
    """Parameter Store with one parameter, which may be out of reach."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.failure: Exception | None = None
        self.names: list[str] = []

    def get_parameter(self, *, Name: str) -> dict[str, Any]:  # noqa: N803
        self.names.append(Name)
        if self.failure:
            raise self.failure
        return {"Parameter": {"Value": self.text}}


def test_settings_are_read_by_name_once_a_minute_and_follow_the_parameter() -> None:
    """S1.8: the environment holds a name, and what it names may change without a deployment."""
    store, now = Parameters(json.dumps(SETTINGS)), [0.0]
    read = settings_from(store, "a-name", monotonic=lambda: now[0])
    assert read() == read() == parse(json.dumps(SETTINGS))
    assert store.names == ["a-name"]
    store.text = json.dumps({**SETTINGS, "deleted_retention_days": 7, "later": True})
    assert read().deleted_retention_days == 30
    now[0] = MAX_AGE_S + 1
    assert read().deleted_retention_days == 7


@pytest.mark.parametrize("text", [None, "not JSON"])
def test_a_warm_container_works_on_with_what_it_has(text: str | None) -> None:
    store, now = Parameters(json.dumps(SETTINGS)), [0.0]
    read = settings_from(store, "a-name", monotonic=lambda: now[0])
    first = read()
    store.text, store.failure = text or "", None if text else client_error("ThrottlingException")
    now[0] = MAX_AGE_S + 1
    assert read() == first


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        json.dumps({**SETTINGS, "table_name": 1}),
        json.dumps({**SETTINGS, "deleted_retention_days": 0}),
        json.dumps({**SETTINGS, "deleted_retention_days": True}),
        json.dumps({**SETTINGS, "deleted_retention_days": "30"}),
    ],
)
def test_settings_of_another_shape_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="deleted_retention_days"):
        parse(text)


def test_a_parameter_that_is_not_there_is_500_and_health_503(users_aws: UsersAws) -> None:
    users = UsersWorld(users_aws, SETTINGS_PARAMETER_NAME="absent")
    assert users.page().status == 500
    assert users.send(users.event("GET", "/health", caller=None)).status == 503


def test_the_days_that_a_deleted_user_is_kept_are_a_setting(users_aws: UsersAws) -> None:
    name = f"{PARAMETER}-short"
    text = json.dumps({**SETTINGS, "deleted_retention_days": 1})
    users_aws.parameters.put_parameter(Name=name, Type="String", Value=text, Overwrite=True)
    users = UsersWorld(users_aws, SETTINGS_PARAMETER_NAME=name)
    made = users.post()
    assert users.change("DELETE", made.body["id"], if_match="*").status == 204
    (row,) = [row for row in users.rows() if row.get("id") == {"S": made.body["id"]}]
    assert int(row["ttl"]["N"]) - int(users.clock.now.timestamp()) == 24 * 3600
