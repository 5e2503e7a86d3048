"""Whatever a file holds, it gives environments or a ConfigError of whole lines."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.config import Environment, load_environments
from generator.config.diagnose import diagnose
from generator.config.document import parse
from generator.errors import ConfigError

from .conftest import GOOD

LINE = re.compile(r"(.*/)?qa\.yml(:[1-9][0-9]*)?: .+")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["us-west-2", "us-east-1", "https://example.com", "http://a.example", "*", "managed", "-blue"]
    )
)
KEYS = st.text(max_size=8) | st.sampled_from(
    [*Environment.__struct_fields__, "items", "read", "rate", "burst"]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def load(content: bytes) -> dict[str, Environment] | None:
    """The environments, or None for a ConfigError; anything else escapes."""
    with TemporaryDirectory() as directory:
        (Path(directory) / "qa.yml").write_bytes(content)
        try:
            return load_environments(Path(directory))
        except ConfigError as error:
            lines = error.message.split("\n")
            assert lines
            assert all(LINE.fullmatch(line) and line.isprintable() for line in lines)
            return None


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_any_bytes_give_environments_or_a_config_error(content: bytes) -> None:
    load(content)


@given(st.text(max_size=400))
@settings(deadline=None)
def test_any_text_gives_environments_or_a_config_error(text: str) -> None:
    load(text.encode("utf-8", "surrogatepass"))


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%,? \n\t0.e~<", max_size=120))
@settings(deadline=None)
def test_any_punctuation_gives_environments_or_a_config_error(text: str) -> None:
    load(text.encode())


@given(st.dictionaries(KEYS, VALUES, max_size=8))
@settings(max_examples=300, deadline=None)
def test_any_values_give_environments_or_a_config_error(values: dict[str, Any]) -> None:
    load(yaml.safe_dump(values, allow_unicode=True).encode("utf-8", "surrogatepass"))


@given(st.sampled_from(Environment.__struct_fields__), VALUES)
@settings(max_examples=300, deadline=None)
def test_one_wrong_key_beside_right_ones_is_found_on_its_own(key: str, value: Any) -> None:
    values = {**yaml.safe_load(GOOD), key: value}
    content = yaml.safe_dump(values, allow_unicode=True).encode("utf-8", "surrogatepass")
    loaded = load(content)
    found = diagnose("qa", parse(content))
    assert (loaded is None) == bool(found), "the fast way and the thorough way disagree"


@given(st.integers(0, len(GOOD)), st.text(max_size=3))
@settings(max_examples=300, deadline=None)
def test_a_slip_of_the_hand_in_a_good_file_gives_environments_or_a_config_error(
    place: int, slip: str
) -> None:
    load((GOOD[:place] + slip + GOOD[place + len(slip) :]).encode("utf-8", "surrogatepass"))
