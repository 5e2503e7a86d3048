"""One committed template: its bytes, what it says, and what CloudFormation must be told along with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from generator.deploy.cloud import INLINE_LIMIT
from generator.deploy.failure import NESTED
from generator.errors import DeployError, GenError

# "Understand CloudFormation quotas" in the CloudFormation User Guide.
TEMPLATE_LIMIT = 1_000_000  # bytes of a template in S3
COUNT_LIMITS = {"Resources": 500, "Parameters": 200, "Outputs": 200}

RENDER = "run: gen render --env {environment}{folders}, and commit what it writes"

StackKey = Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]+/[a-z][a-z0-9-]*$")]
OutputKey = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+/[a-z][a-z0-9-]*\.[A-Za-z0-9]+$")]

# IAM types that need an acknowledgement, and the property that gives each a name of its own:
# CreateChangeSet, "Capabilities" (AWS CloudFormation API Reference). PolicyName of an inline policy is
# required and names no entity, so a policy never counts as named.
IAM_NAMES = {
    "AWS::IAM::AccessKey": None,
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": None,
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::UserToGroupAddition": None,
}


class Artifact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="pascal"):
    """A handler whose zip a parameter names; ``sha256_parameter`` takes base64 of the zip's digest."""

    handler: str
    sha256_parameter: str


class Gen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="pascal", kw_only=True):
    """``Metadata.Gen``: all that a deployment must know and that is no property of a resource.

    Unknown keys are refused: an older ``gen`` would leave out what a newer one promised.
    """

    service: str
    environment: str
    region: str
    stack_name: str
    production: bool
    tags: dict[str, str]
    after: tuple[StackKey, ...] = ()
    inputs: dict[str, OutputKey] = {}
    artifacts: dict[str, Artifact] = {}
    protect_last: dict[str, str] = {}
    rollback_alarms: Annotated[tuple[str, ...], msgspec.Meta(max_length=5)] = ()
    monitoring_minutes: Annotated[int, msgspec.Meta(ge=0, le=180)] = 0


@dataclass(frozen=True)
class Template:
    """A committed template. ``content`` is the file's bytes, ``body`` what they say."""

    path: Path
    content: bytes
    body: Mapping[str, Any]
    gen: Gen

    @property
    def key(self) -> str:
        """``<region>/<stack>``, as other templates name it."""
        return f"{self.gen.region}/{self.gen.service}"

    @property
    def sha256(self) -> str:
        """Hex digest of the committed bytes."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """Logical id → resource."""
        found: Mapping[str, Mapping[str, Any]] = self.body["Resources"]
        return found

    @property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """Parameter name → declaration."""
        found: Mapping[str, Mapping[str, Any]] = self.body.get("Parameters", {})
        return found

    @property
    def dependencies(self) -> tuple[str, ...]:
        """Keys of the stacks that must stand first, sorted."""
        inputs = {source.partition(".")[0] for source in self.gen.inputs.values()}
        return tuple(sorted(inputs.union(self.gen.after)))

    def change_set_name(self, attempt: int) -> str:
        """Name of a change set of these bytes. Two deployments never share one: each takes the next."""
        return f"gen-{self.sha256[:12]}-{attempt}"


def read(path: Path, folders: str = "") -> Template:
    """The template committed at ``<out>/<environment>/<region>/<stack>.json``.

    ``folders`` are the options of `gen` that lead to the files of this run, for the command that is advised.
    Raises DeployError where the file is missing, is no template of ours, does not belong where it stands, or
    is larger than CloudFormation takes.
    """
    environment = path.parent.parent.name
    render = RENDER.format(environment=environment, folders=folders)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DeployError(f"{path}: there is no such template", render) from None
    except OSError as error:
        raise DeployError(f"{path} cannot be read: {error.strerror}", render) from error
    template = parse(path, content, render)
    gen = template.gen
    says = (gen.environment, gen.region, gen.service)
    stands = (environment, path.parent.name, path.stem)
    if says != stands:
        raise DeployError(
            f"{path}: its Metadata.Gen is for {'/'.join(says)}, but it stands in {'/'.join(stands)}",
            f"templates are not copied between environments; {render}",
        )
    return template


def parse(path: Path, content: bytes, render: str) -> Template:
    """``content`` as a Template; ``path`` and ``render`` (what to run) are for DeployError's messages."""
    try:
        body = json.loads(content.decode("utf-8"), object_pairs_hook=unique_keys)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise DeployError(f"{path} is not JSON: {error}", render) from error
    problem = shape_problem(body)
    if problem:
        raise DeployError(f"{path} is not a CloudFormation template: {problem}", render)
    metadata = body.get("Metadata")
    if not isinstance(metadata, dict) or "Gen" not in metadata:
        raise DeployError(f"{path} has no Metadata.Gen, so it was not rendered by gen", render)
    try:
        gen = msgspec.convert(metadata["Gen"], Gen)
    except msgspec.ValidationError as error:
        raise DeployError(f"{path}: Metadata.Gen is wrong: {error}", render) from error
    template = Template(path=path, content=content, body=body, gen=gen)
    check_references(template, render)
    check_limits(template)
    return template


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a key that stands twice is an error: a reader sees one, CloudFormation the other."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(
            f"key {next(key for key in keys if keys.count(key) > 1)!r} stands twice in one object"
        )
    return found


def shape_problem(body: object) -> str:
    """What keeps ``body`` from being a template; empty where nothing does."""
    if not isinstance(body, dict):
        return "it is not an object"
    resources = body.get("Resources")
    if not isinstance(resources, dict) or not resources:
        return "it has no Resources"
    for logical_id, resource in resources.items():
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            return f"resource {logical_id} has no Type"
        if not isinstance(resource.get("Properties", {}), dict):
            return f"Properties of {logical_id} are not an object"
    for section in ("Parameters", "Outputs"):
        entries = body.get(section, {})
        if not isinstance(entries, dict) or not all(isinstance(entry, dict) for entry in entries.values()):
            return f"{section} is not an object of objects"
    return ""


def check_references(template: Template, render: str) -> None:
    """DeployError where Metadata.Gen names a parameter, resource or property that the template lacks."""
    gen = template.gen
    named = [*gen.inputs, *gen.artifacts, *(artifact.sha256_parameter for artifact in gen.artifacts.values())]
    unknown = [f"parameter {name}" for name in named if name not in template.parameters]
    for logical_id, name in gen.protect_last.items():
        if name not in template.resources.get(logical_id, {}).get("Properties", {}):
            unknown.append(f"property {logical_id}.{name}")
    unknown += [f"alarm {name}" for name in gen.rollback_alarms if name not in template.resources]
    if unknown:
        raise DeployError(
            f"{template.path}: Metadata.Gen names what the template lacks: {', '.join(unknown)}", render
        )


def check_limits(template: Template) -> None:
    """DeployError where CloudFormation would refuse the template for its size."""
    if len(template.content) > TEMPLATE_LIMIT:
        raise DeployError(
            f"{template.path} has {len(template.content):,} bytes; CloudFormation takes {TEMPLATE_LIMIT:,}",
            "split the service into several stacks",
        )
    for section, limit in COUNT_LIMITS.items():
        count = len(template.body.get(section, {}))
        if count > limit:
            raise DeployError(
                f"{template.path} has {count} {section}; CloudFormation takes {limit}",
                "split the service into several stacks",
            )


def read_all(out: Path, environment: str, regions: Iterable[str], folders: str = "") -> tuple[Template, ...]:
    """Every committed template of an environment's ``regions``, sorted by path; ``folders`` as for ``read``.

    All files are read before anything is said, so DeployError lists every problem of every file.
    """
    paths = [path for region in regions for path in sorted((out / environment / region).glob("*.json"))]
    if not paths:
        raise DeployError(
            f"{out / environment} holds no template of {', '.join(regions)}",
            RENDER.format(environment=environment, folders=folders),
        )
    found: list[Template] = []
    problems: list[GenError] = []
    for path in paths:
        try:
            found.append(read(path, folders))
        except DeployError as error:
            problems.append(error)
    if problems:
        raise DeployError("\n".join(problem.message for problem in problems), problems[0].fix)
    return tuple(found)


def capabilities(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The capabilities that ``body`` needs acknowledged, and no more."""
    needed = []
    iam = [resource for resource in body["Resources"].values() if resource["Type"] in IAM_NAMES]
    # It has to cover what is in nested stacks, whose templates are elsewhere; the plan shows that.
    nested = any(resource["Type"] == NESTED for resource in body["Resources"].values())
    if nested or any(IAM_NAMES[resource["Type"]] in resource.get("Properties", {}) for resource in iam):
        needed.append("CAPABILITY_NAMED_IAM")
    elif iam:
        needed.append("CAPABILITY_IAM")
    if body.get("Transform") or any("Fn::Transform" in node for node in objects(body)):
        needed.append("CAPABILITY_AUTO_EXPAND")
    return tuple(needed)


def objects(node: object) -> Iterator[Mapping[str, Any]]:
    """Every JSON object in ``node``, itself included."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from objects(value)


def without_protection(body: Mapping[str, Any], protect_last: Mapping[str, str]) -> dict[str, Any]:
    """``body`` with each protecting property of ``protect_last`` off: what a CREATE sends.

    Deletion protection would make the rollback of a failed creation fail. The update that follows sends the
    committed bytes, and the deployment is not done before that.
    """
    resources = dict(body["Resources"])
    for logical_id, name in protect_last.items():
        resource = resources[logical_id]
        properties = resource.get("Properties", {})
        if name in properties:
            resources[logical_id] = {**resource, "Properties": {**properties, name: False}}
    return {**body, "Resources": resources}


def compact(body: Mapping[str, Any]) -> bytes:
    """A changed template as bytes, without spaces."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def fits_inline(content: bytes) -> bool:
    """Whether CloudFormation takes the template in the request; a larger one goes through S3."""
    return len(content) <= INLINE_LIMIT
