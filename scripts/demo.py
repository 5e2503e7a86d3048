"""The whole way on one machine: render, deploy to the embedded AWS, call the API, read the audit trail.

``make demo`` runs it. It needs no account, and leaves nothing running. It has an engine of its own, so that
one that `gen local up` started is left alone. The first run fetches the wheels that go into the packages of
handlers; later ones need no network.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from generator.deploy.aws import AwsCloud
from generator.deploy.site import embedded
from scripts.signed_http import Api, Response

ROOT = Path(__file__).resolve().parent.parent
GEN = [sys.executable, str(ROOT / "cli.py")]
REGION = "us-west-2"
ORIGIN = "https://example.com"
AUDITED = 4
PATIENCE_S = 60


def main() -> None:
    """Every step says what it runs and what came of it; a step that fails ends the run with 1."""
    gen("render", "--env", "prod")
    with tempfile.TemporaryDirectory(prefix="gen-demo-") as state, embedded_aws(state) as found:
        api = Api(url=str(found["api"]["url"]), region=REGION)
        item = call_the_api(api)
        show_the_audit_trail(str(found["engine"]["endpoint_url"]), found["outputs"], item)


def gen(*arguments: str, **environment: str) -> None:
    """Run a command of gen, shown as typed."""
    print(f"\n$ gen {' '.join(arguments)}", flush=True)
    subprocess.run([*GEN, *arguments], cwd=ROOT, env={**os.environ, **environment}, check=True)


@contextmanager
def embedded_aws(state: str) -> Iterator[dict[str, Any]]:
    """An engine with its files in ``state`` and dev deployed to it: records of engine, API and outputs."""
    print(f"\n$ gen local up --env dev --region {REGION}", flush=True)
    command = [*GEN, "local", "up", "--env", "dev", "--region", REGION, "--json", "--quiet"]
    try:
        environment = {**os.environ, "GEN_LOCAL_STATE": state}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr)
        yield found_in([json.loads(line) for line in done.stdout.splitlines()])
    finally:
        gen("local", "down", GEN_LOCAL_STATE=state)


def found_in(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Engine, API and outputs of the items stack, told as they are found."""
    engine = next(one for one in records if one["type"] == "engine")
    api = next(one for one in records if one["type"] == "api" and one["stack"].endswith("/items"))
    stacks = [one for one in records if one["type"] == "outcome"]
    for one in stacks:
        print(f"{one['stack']:<24} {one['outcome']}")
    outputs = next(one["outputs"] for one in stacks if one["stack"].endswith("/items"))
    print(f"engine {engine['endpoint_url']}\nAPI    {api['url']}")
    gaps = sorted({one["resource_type"].removeprefix("AWS::") for one in records if one["type"] == "gap"})
    print(f"not simulated in full, see docs/local.md: {', '.join(gaps)}")
    return {"engine": engine, "api": api, "outputs": outputs}


def call_the_api(api: Api) -> str:
    """Create, read, list, update with a stale ETag and the current one, delete, preflight: the item's id."""
    print("\nThe API, called over HTTP with signed requests:")
    lamp = {"name": "Lamp", "attributes": {"watts": 8}}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    created = step(api, 201, "POST", "/items", lamp, key)
    again = step(api, 201, "POST", "/items", lamp, key, "the same key: the same item")
    path = f"/items/{created.json['id']}"
    assert again.json == created.json
    step(api, 200, "GET", path)
    step(api, 304, "GET", path, None, {"If-None-Match": created.headers["etag"]}, "not modified")
    step(api, 200, "GET", "/items?status=ACTIVE&limit=10")
    changed = step(api, 200, "PATCH", path, {"status": "INACTIVE"}, {"If-Match": created.headers["etag"]})
    stale = {"If-Match": created.headers["etag"]}
    step(api, 412, "PUT", path, {"name": "Lost update"}, stale, "a stale ETag loses nothing")
    step(api, 428, "DELETE", path, None, {}, "no ETag at all")
    current = step(api, 200, "PUT", path, {"name": "Desk lamp"}, {"If-Match": changed.headers["etag"]})
    other = {"Idempotency-Key": str(uuid.uuid4())}
    step(api, 422, "POST", "/items", {"name": 7}, other, "each wrong member is named")
    step(api, 204, "DELETE", path, None, {"If-Match": current.headers["etag"]})
    step(api, 404, "GET", path)
    preflight = {"Origin": ORIGIN, "Access-Control-Request-Method": "PUT"}
    open_api = Api(url=api.url, region=api.region, credentials=None)
    allowed = step(open_api, 204, "OPTIONS", path, None, preflight, f"from {ORIGIN}")
    foreign = {**preflight, "Origin": "https://evil.example"}
    refused = step(open_api, 204, "OPTIONS", path, None, foreign, "from elsewhere: no header, no access")
    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-origin" not in refused.headers
    step(open_api, 403, "GET", path, None, {}, "unsigned")
    return str(created.json["id"])


def step(  # noqa: PLR0917 - a line of a table each
    api: Api,
    expected: int,
    method: str,
    path: str,
    body: object = None,
    headers: Mapping[str, str] | None = None,
    remark: str = "",
) -> Response:
    """One request and its answer on a line; another status than ``expected`` ends the demo."""
    answer = api.call(method, path, body, headers=headers)
    shown = path if len(path) < 30 else path[:15] + "…"
    etag = f"  ETag {answer.headers['etag']}" if "etag" in answer.headers else ""
    print(f"  {method:<7} {shown:<32} {answer.status}{etag}{f'  ({remark})' if remark else ''}")
    if answer.status != expected:
        sys.exit(f"expected {expected}, got {answer.status}: {answer.content.decode()}")
    return answer


def show_the_audit_trail(endpoint: str, outputs: Mapping[str, str], item: str) -> None:
    """What the stream processor wrote: a row for each change, and the owner's counters."""
    aws = AwsCloud(REGION, embedded(endpoint))
    table = outputs["AuditTableName"]

    def rows(key: str) -> list[dict[str, Any]]:
        query = {
            "TableName": table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": key}},
            "ConsistentRead": True,
        }
        items: list[dict[str, Any]] = aws.call("dynamodb", "query", query)["Items"]
        return items

    print(f"\nThe audit trail in {table}, written by the stream processor:")
    trail = wait_for(lambda: rows(f"ITEM#{item}"))
    for row in trail:
        fields = ", ".join(sorted(row.get("changes", {}).get("M", {})))
        print(f"  {row['kind']['S']:<9} version {row['version']['N']}  {fields}")
    owner = trail[0]["owner"]["S"]
    counters = {
        name: int(value["N"])
        for row in rows(f"STATS#{owner}")
        for name, value in sorted(row.items())
        if "N" in value
    }
    print(f"  counters of {owner}: {counters}")
    aws.close()


def wait_for(look: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Look until every change of the item has its row; a stream is read within seconds."""
    deadline = time.monotonic() + PATIENCE_S
    while len(found := look()) < AUDITED:
        if time.monotonic() > deadline:
            sys.exit(f"only {len(found)} of {AUDITED} changes are in the audit trail after {PATIENCE_S} s")
        time.sleep(0.2)
    return found


if __name__ == "__main__":
    main()
