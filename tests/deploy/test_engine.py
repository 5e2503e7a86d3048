"""A whole life of a stack against the embedded AWS, through the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import cli
from generator import local
from generator.deploy import local_swaps, template
from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import Endpoint

from .support import body, committed

pytestmark = pytest.mark.e2e

NAME = "dev-us-west-2-items"
BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "life-of-a-stack"}}
TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "TableName": NAME,
        "BillingMode": "PAY_PER_REQUEST",
        "DeletionProtectionEnabled": True,
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "SSESpecification": {"SSEEnabled": True},
    },
    "DeletionPolicy": "Retain",
}
COMPOSITE = {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmRule": "FALSE"}}
# CloudFormation does not make secure strings: what fails, fails only when it is executed.
BROKEN = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "SecureString", "Value": "x"}}
SOUND = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": {"Ref": "Word"}}}
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

    def commit(self, resources: dict[str, Any]) -> None:
        committed(
            self.folder / "out",
            body(
                resources,
                ProtectLast={"Table": "DeletionProtectionEnabled"} if "Table" in resources else {},
                Parameters={"Word": {"Type": "String", "Default": "hello"}},
                Outputs={"Word": {"Value": {"Ref": "Word"}}},
            ),
        )

    def gen(self, *arguments: str) -> tuple[int, str]:
        """Exit code, and all that was printed."""
        common = ["--config", str(self.folder), "--out", str(self.folder / "out")]
        made_here = ("--no-render-check", "--no-lint") if arguments[0] == "deploy" else ()
        with pytest.raises(SystemExit) as caught:
            cli.main([*common, *arguments, *made_here, "--endpoint-url", self.url])
        captured = self.capture.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, captured.out + captured.err


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Engine]:
    with local.running(tmp_path_factory.mktemp("engine")) as engine:
        yield engine


@pytest.fixture
def shell(
    engine: local.Engine,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Shell:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_CONFIG_FILE", str(tmp_path / "none")),
    ):
        monkeypatch.setenv(name, value)
    (tmp_path / "dev.yml").write_text(ENVIRONMENT, encoding="utf-8")
    return Shell(tmp_path, engine.endpoint_url, capsys)


@pytest.fixture
def aws(engine: local.Engine) -> Iterator[AwsCloud]:
    cloud = AwsCloud("us-west-2", Endpoint(engine.endpoint_url, "test", "test"))
    yield cloud
    cloud.close()


def test_the_life_of_a_stack(shell: Shell, aws: AwsCloud) -> None:
    shell.commit({"Table": TABLE, "Bucket": BUCKET, "Composite": COMPOSITE})
    code, words = shell.gen("deploy", "--plan")
    assert (code, aws.stack(NAME)) == (0, None)
    assert "+ Table  AWS::DynamoDB::Table" in words

    # Created with protection off, and protected when it is done.
    code, words = shell.gen("deploy")
    assert code == 0, words
    assert "creating with Table.DeletionProtectionEnabled off" in words
    assert "AWS::CloudWatch::CompositeAlarm; nothing stands for it: Composite" in words
    assert "applied through the services, as CloudFormation here drops it: DynamoDB::Table SSE" in words
    assert "DynamoDB::Table: SSESpecification kept, nothing is encrypted" in words
    assert "deployed (UPDATE_COMPLETE)" in words
    assert "Word = hello" in words
    sent = aws.template(NAME)["Resources"]
    assert sent["Table"] == TABLE
    assert sent["Composite"]["Type"] == "AWS::CloudFormation::WaitConditionHandle"

    code, words = shell.gen("deploy")
    assert (code, "no change" in words) == (0, True)
    code, words = shell.gen("status", "--json")
    assert json.loads(words.splitlines()[0])["equal"] is True

    # An update that fails goes back, says why, and the next one goes through.
    shell.commit({"Table": TABLE, "Bucket": BUCKET, "Broken": BROKEN})
    code, words = shell.gen("deploy")
    assert code == 5, words
    assert "failed, and rolled back (UPDATE_ROLLBACK_COMPLETE)" in words
    assert "cause: Broken (AWS::SSM::Parameter): " in words
    assert f"--region us-west-2 --stack items --endpoint-url {shell.url}" in words
    code, words = shell.gen("status")
    assert "DIFFERS FROM the committed template" in words
    shell.commit({"Table": TABLE, "Bucket": BUCKET, "Broken": SOUND})
    code, words = shell.gen("deploy", "--parameter", "Word=new")
    assert (code, "Word = new" in words) == (0, True), words

    # Data is not lost without its name.
    shell.commit({"Bucket": BUCKET, "Broken": SOUND})
    code, words = shell.gen("deploy")
    assert code == 4, words
    assert "--allow-replace Table" in words
    code, words = shell.gen("deploy", "--allow-replace", "Table")
    assert code == 0, words

    # A full bucket stays, an empty one goes.
    aws.upload(
        bucket="life-of-a-stack",
        key="k",
        owner="000000000000",
        body=b"x",
        sha256="LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=",
    )
    code, words = shell.gen("delete")
    assert (code, "not empty" in words) == (4, True), words
    aws.s3.delete_object(Bucket="life-of-a-stack", Key="k")
    code, words = shell.gen("delete")
    assert (code, aws.stack(NAME)) == (0, None), words


def test_a_failed_creation_is_cleared_up_by_the_next_deploy(shell: Shell, aws: AwsCloud) -> None:
    shell.commit({"Broken": BROKEN})
    code, words = shell.gen("deploy")
    assert code == 5, words
    assert "cause: Broken (AWS::SSM::Parameter): " in words
    stack = aws.stack(NAME)
    assert stack is not None
    assert stack.status == "ROLLBACK_COMPLETE"
    shell.commit({"Broken": SOUND})
    code, words = shell.gen("deploy")
    assert code == 0, words
    assert "its creation failed before and was rolled back" in words
    assert shell.gen("delete")[0] == 0


def refused_types(aws: AwsCloud, types: set[str]) -> set[str]:
    """Which of these resource types the embedded AWS refuses."""
    content = {"Resources": {f"R{number}": {"Type": kind} for number, kind in enumerate(sorted(types))}}
    try:
        aws.cloudformation.validate_template(TemplateBody=json.dumps(content))
    except aws.cloudformation.exceptions.ClientError as error:
        listed = str(error).partition("Unrecognized resource types: [")[2].partition("]")[0]
        return set(listed.split(", "))
    return set()


def test_the_table_of_swaps_is_exactly_what_the_engine_refuses(aws: AwsCloud) -> None:
    swapped = {*local_swaps.REFUSED, "AWS::KMS::ReplicaKey"}
    assert refused_types(aws, swapped) == swapped


def test_every_committed_template_can_be_made_on_the_engine_after_its_swaps(aws: AwsCloud) -> None:
    committed_ones = sorted((Path(cli.__file__).parent / "templates_out").glob("*/*/*.json"))
    assert committed_ones
    bodies = [local_swaps.swapped(template.read(path).body)[0] for path in committed_ones]
    types = {resource["Type"] for content in bodies for resource in content["Resources"].values()}
    assert refused_types(aws, types) == set()


def test_mistakes_on_the_command_line_are_exit_2(shell: Shell) -> None:
    shell.commit({"Broken": SOUND})
    for arguments in (
        ("deploy", "--stack", "itmes"),
        ("deploy", "--region", "us-east-1"),
        ("deploy", "--env", "prod"),
        ("deploy", "--parameter", "Word"),
        ("deploy", "--parameter", "Unknown=1"),
        ("deploy", "--local"),
        ("bootstrap", "--region", "us-west-2"),
    ):
        code, words = shell.gen(*arguments)
        assert (code, "Traceback" in words) == (2, False), words


def test_an_endpoint_where_nobody_listens_is_told(shell: Shell) -> None:
    shell.commit({"Broken": SOUND})
    shell.url = "ftp://somewhere"
    assert shell.gen("status")[0] == 2
