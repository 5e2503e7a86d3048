"""A few random courses of faults; ``make faults`` runs many. A seed that failed once belongs in SEEDS."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from generator.deploy.aws import AwsCloud

from . import fuzz
from .fuzz import drawn

# The first ones found something when they were new.
SEEDS = (4, 12, 31, 52, 66, *range(1000, 1015))


@pytest.fixture(scope="session")
def results(
    request: pytest.FixtureRequest, cloud: AwsCloud, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[int, tuple[str, ...]]:
    """All the seeds that were selected, side by side: each waits more than it works."""
    chosen = [getattr(item, "callspec", None) for item in request.session.items]
    wanted = {spec.params["seed"] for spec in chosen if spec is not None and "seed" in spec.params}
    return fuzz.run(sorted(wanted), tmp_path_factory.mktemp("fuzz"), cloud)


@pytest.mark.e2e
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_comes_a_run_ends_in_words_and_the_next_one_finishes(
    seed: int, results: Mapping[int, tuple[str, ...]]
) -> None:
    assert results[seed] == (), str(drawn(seed))


def test_a_seed_means_the_same_everywhere() -> None:
    for seed in range(50):
        assert str(drawn(seed)) == str(drawn(seed))


def test_every_strange_thing_is_drawn_by_and_by() -> None:
    names = [strange.name for seed in range(2000) for _, strange in drawn(seed).faults]
    assert len({name for name in names if name.startswith("HTTP ")}) > 100
    for name in (
        "empty",
        "gzip",
        "stale",
        "of another call",
        "gone",
        "dripping",
        "other account",
        "HTTP 429",
    ):
        assert names.count(name) > 20
