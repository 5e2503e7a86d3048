"""Each call of a deployment with the four nastiest faults, on the embedded AWS. ``make faults`` runs all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from generator.deploy.aws import AwsCloud

from ..support import gen
from . import faults, matrix
from .life import Life
from .matrix import Cell, Result
from .proxy import Rule, proxied
from .tables import CALLS, TROUBLES
from .worker import ENDS, Worker

pytestmark = pytest.mark.e2e

CELLS = matrix.few()
# Only the embedded AWS is asked these, for what its CloudFormation leaves out.
SERVICES = ("cloudformation", "monitoring", "s3", "sts")
ENVIRONMENT = """\
production: true
regions: [us-west-2]
owner: team
cost_center: CC-1
allowed_origins: []
notification_email: ops@example.com
"""
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def results(
    request: pytest.FixtureRequest, cloud: AwsCloud, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Cell, Result]:
    """All the cells that were selected, run side by side: each waits more than it works."""
    chosen = [getattr(item, "callspec", None) for item in request.session.items]
    wanted = {spec.params.get("cell") for spec in chosen if spec is not None}
    return matrix.run([cell for cell in CELLS if cell in wanted], tmp_path_factory.mktemp("matrix"), cloud)


@pytest.fixture
def worker(cloud: AwsCloud, tmp_path: Path) -> Worker:
    return Worker(tmp_path, cloud)


@pytest.fixture
def life(worker: Worker) -> Life:
    return worker.life


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_a_fault_ends_in_words_or_in_success_and_the_next_run_finishes(
    cell: Cell, results: Mapping[Cell, Result]
) -> None:
    assert results[cell].problems == ()


@pytest.mark.parametrize("scenario", CALLS)
def test_every_call_of_a_clean_run_has_a_row(worker: Worker, scenario: str) -> None:
    ran, found = worker.clean(scenario)
    assert ran.code in ENDS.get(scenario, {0}), ran.words
    ours = {name: count for name, count in found.items() if name.partition(":")[0] in SERVICES}
    assert sorted(ours) == sorted(CALLS[scenario]), "add or remove rows in CALLS, then: make faults"
    for name, count in CALLS[scenario].items():
        assert ours[name] >= count, name


def test_the_table_in_the_documentation_has_every_row_and_column() -> None:
    text = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    tables = {}
    for part in text.split("\n## ")[1:]:
        title, _, rest = part.partition("\n")
        lines = [line.strip("| ").split(" | ") for line in rest.splitlines() if line.startswith("|")]
        tables[title] = lines
    for scenario, calls in CALLS.items():
        head, _, *rows = tables[scenario]
        assert head[2:] == list(TROUBLES)
        assert {row[0].strip("`"): int(row[1]) for row in rows} == dict(calls)
        for call, _, *codes in rows:
            for trouble, code in zip(TROUBLES, codes, strict=True):
                applies = not TROUBLES[trouble].only or call.strip("`") in TROUBLES[trouble].only
                assert (code != "-") is applies, (scenario, call, trouble)


def test_credentials_that_expire_during_a_wait_detach_and_the_stack_goes_on(life: Life) -> None:
    """From the look at the events on, every call is refused."""
    expired = faults.refused(403, "ExpiredToken", "The token has expired.")
    rules = [Rule("cloudformation:DescribeStackEvents", expired, nth) for nth in range(2, 100)]
    with proxied(life.cloud.endpoint.url, *rules) as through:
        ran = life.deploy(through.url)
    assert ran.code == 7, ran.words
    assert "the AWS credentials have expired" in ran.words
    assert "goes on in CloudFormation" in ran.words
    assert "gen deploy --attach --env dev --region us-west-2" in ran.words
    assert "gen deploy" in ran.words
    again = life.deploy()
    assert again.code == 0, again.words
    stack = life.cloud.stack(life.stack)
    assert stack is not None
    assert stack.status == "UPDATE_COMPLETE"


def test_a_network_that_is_gone_is_waited_out_during_a_wait(life: Life) -> None:
    rules = [Rule("cloudformation:DescribeStackEvents", faults.cut_before, nth) for nth in range(2, 12)]
    with proxied(life.cloud.endpoint.url, *rules) as through:
        ran = life.deploy(through.url)
    assert ran.code == 0, ran.words
    assert through.faulted == ["cloudformation:DescribeStackEvents"] * 10


def test_a_network_that_stays_away_ends_at_the_deadline(life: Life) -> None:
    rules = [Rule("cloudformation:DescribeStackEvents", faults.cut_before, nth) for nth in range(2, 1000)]
    with proxied(life.cloud.endpoint.url, *rules) as through:
        ran = life.deploy(through.url, minutes=0.02)
    assert ran.code == 7, ran.words
    assert "time to wait is up" in ran.words
    assert ran.seconds < 10
    assert life.deploy().code == 0


def test_throttling_is_retried_and_then_needs_no_word(life: Life) -> None:
    throttled = faults.refused(400, "Throttling", "Rate exceeded")
    with proxied(life.cloud.endpoint.url, Rule("cloudformation:CreateChangeSet", throttled)) as through:
        ran = life.patient(2).deploy(through.url)
    assert ran.code == 0, ran.words
    assert "throttl" not in ran.words


def test_a_change_set_whose_fate_is_unknown_is_named_with_the_way_to_delete_it(life: Life) -> None:
    """Neither the answer nor the look at what became of it comes through."""
    rules = (
        Rule("cloudformation:CreateChangeSet", faults.cut_after),
        Rule("cloudformation:DescribeChangeSet", faults.cut_before),
    )
    with proxied(life.cloud.endpoint.url, *rules) as through:
        ran = life.deploy(through.url)
    assert ran.code == 2, ran.words
    assert f"of {life.stack} may be there, and a new stack in REVIEW_IN_PROGRESS, which is not" in ran.words
    again = life.deploy()
    assert again.code == 0, again.words


def test_an_execution_whose_fate_is_unknown_is_exit_7_and_the_next_run_follows_it(life: Life) -> None:
    rules = (
        Rule("cloudformation:ExecuteChangeSet", faults.cut_after),
        Rule("cloudformation:DescribeChangeSet", faults.cut_before, 2),
    )
    with proxied(life.cloud.endpoint.url, *rules) as through:
        ran = life.deploy(through.url)
    assert ran.code == 7, ran.words
    assert re.search(
        "change set gen-[0-9a-f]{12}-1 may be executing, or wait .*, which is not known", ran.words
    )
    assert "gen deploy --attach" in ran.words
    again = life.deploy()
    assert again.code == 0, again.words


def test_what_cannot_be_cleaned_up_is_named(life: Life) -> None:
    """A plan that may not delete its change set nor look at the stack again."""
    denied = faults.refused(403, "AccessDenied", "You may not.")
    rules = [Rule("cloudformation:DeleteChangeSet", denied, None)]
    rules += [Rule("cloudformation:DeleteStack", denied, None)]
    with proxied(life.cloud.endpoint.url, *rules) as through:
        ran = life.deploy(through.url, plan_only=True)
    assert ran.code == 0, ran.words
    assert "left behind: change set gen-" in ran.words
    assert "aws cloudformation delete-change-set --change-set-name arn:" in ran.words
    assert "in REVIEW_IN_PROGRESS" in ran.words
    assert "aws cloudformation delete-stack --stack-name arn:" in ran.words
    assert life.deploy().code == 0


@pytest.mark.parametrize(
    ("call", "trouble", "code"),
    [
        ("cloudformation:CreateChangeSet", "denied", 2),
        ("cloudformation:CreateChangeSet", "cut after", 0),
        ("cloudformation:DescribeStackEvents", "cut after", 0),
        ("sts:GetCallerIdentity", "login page", 0),  # a look is made again
    ],
)
def test_the_command_itself_ends_so_too(
    life: Life, monkeypatch: pytest.MonkeyPatch, call: str, trouble: str, code: int
) -> None:
    """With its own patience, which outlasts what happens only once."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    (life.folder / "dev.yml").write_text(ENVIRONMENT, encoding="utf-8")
    life.commit_small()
    with proxied(life.cloud.endpoint.url, Rule(call, TROUBLES[trouble].fault)) as through:
        options = ("--endpoint-url", through.url, "--no-render-check", "--no-lint", "--yes")
        ran = gen("deploy", "--config", life.folder, "--out", life.folder, *options)
    assert ran.code == code, ran.words
    assert through.faulted
    assert code == 0 or re.search(TROUBLES[trouble].says, ran.words)
    assert "Traceback" not in ran.words
