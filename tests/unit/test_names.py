from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import names
from generator.config.regions import REGIONS
from generator.errors import RenderError

environments = st.from_regex(r"[a-z][a-z0-9]{1,9}", fullmatch=True)
services = st.from_regex(r"[a-z]{1,12}", fullmatch=True)
suffixes = st.from_regex(r"(-[A-Za-z0-9]{1,8})?", fullmatch=True)
components = st.from_regex(r"([A-Z][a-z0-9]{1,8}){1,4}", fullmatch=True)
kinds = st.sampled_from(sorted(names.LIMITS))


@given(
    environment=environments,
    region=st.sampled_from(REGIONS),
    service=services,
    suffix=suffixes,
    component=components,
    kind=kinds,
)
def test_a_physical_name_holds_all_of_its_words_or_is_refused(
    *, environment: str, region: str, service: str, suffix: str, component: str, kind: str
) -> None:
    """S1.4, S3.8: suffix included; too long is an error and never cut."""
    prefix = f"{environment}-{region}-{service}{suffix}"
    try:
        name = names.physical(kind, names.stack_name(environment, region, service, suffix), component)
    except RenderError as error:
        whole = f"{prefix}-{names.kebab(component)}"
        assert len(whole) > names.LIMITS[kind] or (kind in names.LOWER_CASE and whole != whole.lower())
        assert error.fix
    else:
        assert name == f"{prefix}-{names.kebab(component)}"
        assert len(name) <= names.LIMITS[kind]


@given(components, components)
def test_two_words_in_pascal_case_never_meet(one: str, other: str) -> None:
    assert (names.kebab(one) == names.kebab(other)) == (one == other)


@given(st.from_regex(r"[A-Z][A-Za-z0-9]{0,40}", fullmatch=True))
def test_kebab_keeps_every_character(logical_id: str) -> None:
    words = names.kebab(logical_id)
    assert words.replace("-", "") == logical_id.lower()
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", words)


@pytest.mark.parametrize(
    ("logical_id", "expected"),
    [
        ("ItemsTable", "items-table"),
        ("ApiDLQ", "api-dlq"),
        ("DLQAlarm", "dlq-alarm"),
        ("V2Api", "v2-api"),
        ("Api", "api"),
        ("S3", "s3"),
    ],
)
def test_kebab(logical_id: str, expected: str) -> None:
    assert names.kebab(logical_id) == expected


@pytest.mark.parametrize("kind", sorted(names.LIMITS))
def test_a_name_may_be_as_long_as_its_limit_and_no_longer(kind: str) -> None:
    limit = names.LIMITS[kind]
    assert names.checked(kind, "a" * limit) == "a" * limit
    with pytest.raises(
        RenderError, match=rf"^{kind} name 'a+' has {limit + 1} characters; {limit} are"
    ) as caught:
        names.checked(kind, "a" * (limit + 1))
    assert "shorten the suffix" in caught.value.fix


def test_a_bucket_may_have_no_capital_letters_and_a_table_may() -> None:
    assert names.checked("table", "dev-Blue") == "dev-Blue"
    with pytest.raises(RenderError, match=r"^bucket name 'dev-Blue' has capital letters"):
        names.checked("bucket", "dev-Blue")


@pytest.mark.parametrize("name", ["", "a b", "a/b", "a_b", "a.b", "ä", "a\n", "../a", "a${AWS::Region}"])
def test_other_characters_are_refused(name: str) -> None:
    with pytest.raises(RenderError, match="has characters other than letters, digits and '-'"):
        names.checked("table", name)


@pytest.mark.parametrize(
    "value", ["", "items", "Items-Table", "Items_Table", "1Table", "Ä", "A" * 256, "A\n"]
)
def test_a_logical_id_is_pascal_case(value: str) -> None:
    with pytest.raises(RenderError, match="is not PascalCase letters and digits"):
        names.logical_id(value)
    assert names.logical_id("A" * 255) == "A" * 255


def test_a_template_stands_under_environment_and_region() -> None:
    path = names.template_path(Path("out"), "dev", "us-west-2", "items")
    assert path.as_posix() == "out/dev/us-west-2/items.json"
