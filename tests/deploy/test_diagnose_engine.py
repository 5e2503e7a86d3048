"""`gen diagnose`, `gen status` and `gen drift` against the embedded AWS, through the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import cli
from generator import local
from generator.deploy import diagnose
from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import Endpoint

from .support import body, committed

pytestmark = pytest.mark.e2e

NAME = "dev-us-west-2-items"
TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "TableName": NAME,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    },
    "DeletionPolicy": "Retain",
}
QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": NAME, "VisibilityTimeout": 30}}
ALARM = {
    "Type": "AWS::CloudWatch::Alarm",
    "Properties": {
        "Namespace": "n",
        "MetricName": "m",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanThreshold",
    },
}
# CloudFormation does not make secure strings: what fails, fails only when it is executed.
BROKEN = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "SecureString", "Value": "x"}}
ENVIRONMENT = """\
production: false
regions: [us-west-2]
owner: team
cost_center: CC-1
allowed_origins: []
"""


@dataclass
class Shell:
    """Runs `gen` in this process."""

    folder: Path
    url: str
    capture: pytest.CaptureFixture[str]

    def commit(self, **resources: Any) -> None:
        committed(self.folder / "out", body(resources))

    def deploy(self) -> tuple[int, str]:
        return self.gen("deploy", "--no-render-check", "--no-lint")

    def gen(self, *arguments: str) -> tuple[int, str]:
        """Exit code, and what was printed on both streams."""
        common = ["--config", str(self.folder), "--out", str(self.folder / "out"), "--no-color"]
        with pytest.raises(SystemExit) as caught:
            cli.main([*common, *arguments, "--endpoint-url", self.url])
        captured = self.capture.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, captured.out + captured.err


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Engine]:
    with local.running(tmp_path_factory.mktemp("engine")) as engine:
        yield engine


@pytest.fixture
def aws(engine: local.Engine) -> Iterator[AwsCloud]:
    cloud = AwsCloud("us-west-2", Endpoint(engine.endpoint_url, "test", "test"))
    yield cloud
    cloud.close()


@pytest.fixture
def shell(
    engine: local.Engine,
    aws: AwsCloud,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Shell]:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_CONFIG_FILE", str(tmp_path / "none")),
    ):
        monkeypatch.setenv(name, value)
    (tmp_path / "dev.yml").write_text(ENVIRONMENT, encoding="utf-8")
    shell = Shell(tmp_path, engine.endpoint_url, capsys)
    yield shell
    if aws.stack(NAME):
        code, words = shell.gen("delete")
        assert code == 0, words


def words_after(text: str, start: str) -> str:
    """The rest of the line that begins with ``start``."""
    return next(
        line.strip().removeprefix(start) for line in text.splitlines() if line.strip().startswith(start)
    )


def test_a_failed_deploy_and_its_diagnosis_show_one_screen_with_the_line_of_the_service(shell: Shell) -> None:
    shell.commit(DeadLetters=QUEUE)
    assert shell.deploy()[0] == 0
    shell.commit(DeadLetters=QUEUE, ItemsTable=BROKEN)
    code, deployed = shell.deploy()
    assert code == 5, deployed
    code, diagnosed = shell.gen("diagnose", "items")
    assert code == 0, diagnosed
    for text in (deployed, diagnosed):
        assert "cause: ItemsTable (AWS::SSM::Parameter): " in text
        assert "SecureString" in words_after(text, "cause:")
        file, line = words_after(text, "source: ").partition(",")[0].split(":")
        source = (Path(cli.__file__).parent / file).read_text(encoding="utf-8").splitlines()
        assert "items = stack.add(" in source[int(line) - 1]
        assert "left: nothing outside the stack" in text
        assert f"--region us-west-2 --stack items --endpoint-url {shell.url}" in words_after(text, "next: ")
    assert len(diagnosed.splitlines()) == 5

    # A service that makes no such resource, and a healthy stack.
    shell.commit(DeadLetters=QUEUE, OfNobody=BROKEN)
    assert "  source: unknown" in shell.deploy()[1]
    shell.commit(DeadLetters=QUEUE)
    assert shell.deploy()[0] == 0
    code, text = shell.gen("diagnose", NAME, "--json")
    told = json.loads(text.splitlines()[0])
    assert (code, told["verdict"], told["status"]) == (0, "failed", "UPDATE_ROLLBACK_COMPLETE")
    assert (told["cause"]["logical_id"], told["cause"]["source"]) == ("OfNobody", None)
    shell.commit(DeadLetters={**QUEUE, "Properties": {"QueueName": NAME, "VisibilityTimeout": 31}})
    assert shell.deploy()[0] == 0
    assert shell.gen("diagnose", NAME)[1] == f"us-west-2/items  {NAME}  UPDATE_COMPLETE: nothing failed\n"


def test_stacks_that_are_not_there(shell: Shell, aws: AwsCloud) -> None:
    shell.commit(Table=TABLE)
    code, words = shell.gen("diagnose", "items")
    assert (code, "never deployed" in words) == (0, aws.deleted_stacks(NAME) == ())
    code, words = shell.gen("diagnose", "itmes")
    assert (code, "did you mean 'items'?" in words, "Traceback" in words) == (2, True, False)

    assert shell.deploy()[0] == 0
    stack = aws.stack(NAME)
    assert stack is not None
    assert shell.gen("delete")[0] == 0
    # The engine does not tell when it deleted a stack, except by its last event.
    deleted = diagnose.readable(aws.events(stack.id, after=None)[-1].time)
    for wanted in ("items", stack.id):
        code, words = shell.gen("diagnose", wanted)
        assert (code, f"{NAME}  deleted at {deleted}" in words) == (0, True), words
        assert f"left: Table ({NAME}): kept, and in no stack any more" in words
    code, words = shell.gen("drift")
    assert (code, "not checked: it is not deployed" in words) == (2, True)


def test_drift_is_found_listed_and_its_own_exit_code(shell: Shell, aws: AwsCloud) -> None:
    shell.commit(Queue=QUEUE, Alarm=ALARM)
    assert shell.deploy()[0] == 0
    code, words = shell.gen("drift")
    assert code == 0, words
    assert "us-west-2/items  no drift (1 resource checked)" in words
    assert "CloudFormation cannot check AWS::CloudWatch::Alarm: Alarm" in words

    import boto3

    sqs = boto3.client(
        "sqs",
        region_name="us-west-2",
        endpoint_url=shell.url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    url = sqs.get_queue_url(QueueName=NAME)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "99"})
    code, words = shell.gen("drift", "--stack", "items")
    assert code == 3, words
    assert "DRIFTED: 1 of 1 resource checked" in words
    assert "  VisibilityTimeout: expected 30, is 99" in words
    assert "--revert-drift" in words

    code, words = shell.gen("status", "--drift")
    assert code == 0, words
    heading, line = words.splitlines()[:2]
    assert "DRIFT" in heading
    assert "drifted" in line
    sqs.delete_queue(QueueUrl=url)
    code, words = shell.gen("drift", "--json")
    told = json.loads(words.splitlines()[0])
    assert (code, told["verdict"], told["resources"][0]["status"]) == (3, "drifted", "DELETED")
    assert "DELETED Queue  AWS::SQS::Queue" in words
    sqs.close()


def test_a_change_set_that_waits_and_the_data_of_a_stack_are_in_its_status(
    shell: Shell, aws: AwsCloud
) -> None:
    shell.commit(Table=TABLE, Queue=QUEUE)
    assert shell.deploy()[0] == 0
    changed = {**QUEUE, "Properties": {"QueueName": NAME, "VisibilityTimeout": 31}}
    aws.cloudformation.create_change_set(
        StackName=NAME,
        ChangeSetName="by-hand",
        ChangeSetType="UPDATE",
        TemplateBody=json.dumps({"Resources": {"Table": TABLE, "Queue": changed}}),
    )
    computed = aws.cloudformation.get_waiter("change_set_create_complete")
    computed.wait(StackName=NAME, ChangeSetName="by-hand", WaiterConfig={"Delay": 0.1})
    code, words = shell.gen("status")
    assert code == 0, words
    heading, line, *below = words.splitlines()
    assert heading.split()[:4] == ["STACK", "STATUS", "TEMPLATE", "TERMINATION"]
    assert line.split()[:7] == ["us-west-2/items", "CREATE_COMPLETE", "equal", "open", "none", "0", "of"]
    assert "  change set waiting: by-hand" in below
    told = json.loads(shell.gen("status", "--json")[1].splitlines()[0])
    # With --json the table goes to stderr, and stdout has one object a stack.
    assert told["change_sets"] == ["by-hand"]
    assert [(one["logical_id"], one["deletion_policy"]) for one in told["data"]] == [
        ("Queue", "Delete"),
        ("Table", "Retain"),
    ]
    assert told["changed"].startswith("20")
