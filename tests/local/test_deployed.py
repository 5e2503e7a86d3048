"""A stack on the engine: the printed request works, and IAM is enforced for callers and functions alike."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import boto3
import pytest

from generator.local import Api, Engine, Read, apis, down, reads, up

from .conftest import Place, group, is_gone, listening, until

REGION = "us-west-2"
THINGS = Read("/things", signed=True)
TEMPLATE = Path(__file__).with_name("stack.json").read_text(encoding="utf-8")


def client(service: str, engine: Engine) -> Any:
    return boto3.client(
        service,
        endpoint_url=engine.endpoint_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def deploy(engine: Engine) -> Api:
    cloudformation = client("cloudformation", engine)
    cloudformation.create_stack(
        StackName="things", TemplateBody=TEMPLATE, Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="things", WaiterConfig={"Delay": 1, "MaxAttempts": 20}
    )
    stack = cloudformation.describe_stacks(StackName="things")["Stacks"][0]
    (api,) = apis(engine, {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]})
    return api


@pytest.fixture(scope="module")
def api(engine: Engine) -> Api:
    return deploy(engine)


def call(command: str, user: str = "test:test") -> tuple[int, Any]:
    """Run a printed curl command; the status and the JSON that came."""
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    words = [user if word == "test:test" else word for word in shlex.split(command)]
    done = subprocess.run(
        [*words, "-s", "-w", "\n%{http_code}"], capture_output=True, text=True, check=True, timeout=20
    )
    body, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(body)


def test_the_printed_request_is_signed_and_answered(api: Api) -> None:
    assert api.request(THINGS).startswith(
        'curl --aws-sigv4 "aws:amz:us-west-2:execute-api" --user test:test http'
    )
    status, body = call(api.request(THINGS))
    assert status == 200
    assert body["caller"] == "arn:aws:iam::000000000000:root"


def test_a_query_and_escapes_in_the_path_do_not_break_the_signature(api: Api) -> None:
    assert call(f"{api.request(THINGS)}?b=2'&'a=x%2Fy")[0] == 200


def test_an_unsigned_request_is_refused(api: Api) -> None:
    assert call(f"curl {api.url}/things") == (403, {"message": "Missing Authentication Token"})


def test_a_function_may_do_what_its_role_allows_and_no_more(api: Api) -> None:
    assert call(api.request(THINGS))[1]["scan"] == "AccessDeniedException"


def test_a_users_key_is_checked_and_needs_a_policy(api: Api, engine: Engine) -> None:
    iam = client("iam", engine)
    iam.create_user(UserName="caller")
    key = iam.create_access_key(UserName="caller")["AccessKey"]
    right, wrong = (f"{key['AccessKeyId']}:{secret}" for secret in (key["SecretAccessKey"], "wrong"))
    assert call(api.request(THINGS), wrong)[0] == 403
    assert call(api.request(THINGS), right)[0] == 403
    allow = {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": f"arn:aws:execute-api:{REGION}:*:*/live/GET/things",
    }
    iam.put_user_policy(
        UserName="caller",
        PolicyName="call",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]}),
    )
    status, body = call(api.request(THINGS), right)
    assert (status, body.get("caller")) == (200, "arn:aws:iam::000000000000:user/caller")
    assert call(api.request(THINGS), wrong)[0] == 403


def test_urls_are_read_from_outputs_whatever_their_names(engine: Engine) -> None:
    outputs = {
        "A": "https://abc123.execute-api.us-east-1.amazonaws.com/live",
        "B": "https://abc123.execute-api.us-east-1.amazonaws.com/live/health",
        "C": "https://def.execute-api.cn-north-1.amazonaws.com.cn/v1/",
        "D": "https://example.com/live",
        "E": "arn:aws:execute-api:us-west-2:000000000000:abc123",
    }
    assert apis(engine, outputs) == (
        Api(f"{engine.endpoint_url}/restapis/abc123/live/_user_request_", "us-east-1"),
        Api(f"{engine.endpoint_url}/restapis/def/v1/_user_request_", "cn-north-1"),
    )


def test_workers_of_functions_listen_nowhere_and_end_with_the_engine(place: Place) -> None:
    engine = up(place.folder, port=place.port)
    assert call(deploy(engine).request(THINGS))[0] == 200
    family = group(engine.pid)
    assert len(family) > 1
    assert listening(family) == {f"tcp 0100007F:{place.port:04X}"}
    assert all(place.folder.as_posix() in Path(f"/proc/{pid}/cmdline").read_text() for pid in family)
    down(place.folder)
    assert until(lambda: all(is_gone(pid) for pid in family))


def test_reads_are_the_gets_without_parameters_open_ones_first() -> None:
    body = json.loads(TEMPLATE)
    resources = body["Resources"]
    resources["One"] = {
        "Type": "AWS::ApiGateway::Resource",
        "Properties": {"ParentId": {"Ref": "Things"}, "PathPart": "{id}"},
    }
    for name, parent, verb, kind in (
        ("GetOne", {"Ref": "One"}, "GET", "AWS_IAM"),
        ("Post", {"Ref": "Things"}, "POST", "NONE"),
        ("Custom", {"Ref": "Things"}, "GET", "COGNITO_USER_POOLS"),
        ("Root", {"Fn::GetAtt": ["Api", "RootResourceId"]}, "GET", "NONE"),
    ):
        resources[name] = {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {"ResourceId": parent, "HttpMethod": verb, "AuthorizationType": kind},
        }
    assert reads(body) == (Read("/", signed=False), THINGS)
