"""A template as rules read it: resources, outcomes of values, and who refers to whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, TypeVar

from generator.rules._outcomes import Outcomes
from generator.rules._values import ABSENT, UNKNOWN, function_of

Path = tuple[str | int, ...]
Found = TypeVar("Found")
PLACE = re.compile(r"\$\{([^!}][^}]*)\}")
# The property by which a literal name elsewhere in the template can mean this resource.
NAME_PROPERTIES = {
    "AWS::ApiGateway::RestApi": "Name",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::CompositeAlarm": "AlarmName",
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::EventBus": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}


class Problem:
    """A finding before it has a rule: where, and what to write instead."""

    __slots__ = ("message", "path")

    def __init__(self, path: Path, message: str) -> None:
        self.path = path
        self.message = message


class Node:
    """A place in a template and one value that it may have.

    ``value`` is a literal, a dict, a list, ABSENT or UNKNOWN; text may have HOLEs. ``path`` is the place of
    the value, or of its nearest ancestor that exists where it is ABSENT.
    """

    __slots__ = ("document", "path", "value")

    def __init__(self, document: Document, path: Path, value: Any) -> None:
        self.document = document
        self.path = path
        self.value = value

    def __repr__(self) -> str:
        return f"Node({'/'.join(map(str, self.path))}: {self.value!r})"

    @property
    def absent(self) -> bool:
        """There is no such property, for certain."""
        return self.value is ABSENT

    @property
    def known(self) -> bool:
        """The value is certain; ABSENT is certain too."""
        return self.value is not UNKNOWN

    def outcomes(self, *steps: str | int) -> list[Node]:
        """Every value that may stand at ``steps`` below this one; an unknown one among them is UNKNOWN.

        Functions on the way and at the end are resolved: the branches of an Fn::If are two outcomes, a
        parameter's AllowedValues are its outcomes, and one without them is UNKNOWN.
        """
        nodes = self.document.resolved(self)
        for step in steps:
            nodes = [below for node in nodes for below in node._step(step)]
        return nodes

    def one(self, *steps: str | int) -> Node:
        """The value at ``steps`` if only one is possible, else UNKNOWN."""
        found = self.outcomes(*steps)
        if len(found) == 1:
            return found[0]
        return Node(self.document, found[0].path if found else self.path, UNKNOWN)

    def raw(self, *steps: str | int) -> Node:
        """The value as it is written, with functions unresolved; ABSENT where there is none."""
        node = self
        for step in steps:
            value = node.value
            inside = (isinstance(value, dict) and step in value) or (
                isinstance(value, list) and isinstance(step, int) and -1 < step < len(value)
            )
            if not inside:
                return Node(self.document, node.path, ABSENT)
            node = Node(self.document, (*node.path, step), value[step])
        return node

    def each(self, *steps: str | int) -> list[Node]:
        """The elements of the list at ``steps``, resolved; none where it is absent or unknown.

        A single value where CloudFormation takes a list of one counts as that list.
        """
        elements: list[Node] = []
        for node in self.outcomes(*steps):
            if isinstance(node.value, list):
                for place in range(len(node.value)):
                    elements += [one for one in node.raw(place).outcomes() if not one.absent]
            elif node.value not in (ABSENT, UNKNOWN):
                elements.append(node)
        return elements

    def members(self, *steps: str | int) -> list[tuple[str, Node]]:
        """Name and value, as written, of each member of the map at ``steps``."""
        return [
            (str(name), node.raw(name))
            for node in self.outcomes(*steps)
            if isinstance(node.value, dict)
            for name in node.value
        ]

    def wrong(self, *steps: str | int, unless: Callable[[Any], bool]) -> Node | None:
        """The place to blame where every possible value is known and none passes ``unless``; else None.

        ``unless`` is asked about ABSENT too.
        """
        found = self.outcomes(*steps)
        if not found or any(not node.known or unless(node.value) for node in found):
            return None
        return found[0]

    def some(self, *steps: str | int, that: Callable[[Any], bool]) -> list[Node]:
        """The possible values that pass ``that``; UNKNOWN is never asked, ABSENT is."""
        return [node for node in self.outcomes(*steps) if node.known and that(node.value)]

    def problem(self, message: str) -> Problem:
        """A finding at this place."""
        return Problem(self.path, message)

    def _step(self, step: str | int) -> list[Node]:
        if self.value in (ABSENT, UNKNOWN):
            return [self]
        below = self.raw(step)
        return [below] if below.absent else self.document.resolved(below)


class Resource(Node):
    """A resource; steps start at its attributes, ``properties`` at its Properties."""

    __slots__ = ("id", "type")

    def __init__(self, document: Document, logical_id: str, value: dict[str, Any]) -> None:
        super().__init__(document, ("Resources", logical_id), value)
        self.id = logical_id
        self.type: str = value["Type"]

    @property
    def properties(self) -> Node:
        """The Properties, an empty map at the resource itself where there are none."""
        node = self.raw("Properties")
        if node.absent:
            return Node(self.document, self.path, {})
        special = function_of(node.value) is not None or not isinstance(node.value, dict)
        return Node(self.document, node.path, UNKNOWN) if special else node


class Document:
    """One template. Malformed parts are left out: cfn-lint's own rules speak of them."""

    def __init__(self, template: Any) -> None:
        self.template: dict[str, Any] = template if isinstance(template, dict) else {}
        self._outcomes = Outcomes(self.template)
        self._read: dict[Callable[[Document], Any], Any] = {}

    def once(self, read: Callable[[Document], Found]) -> Found:
        """What ``read`` makes of this template; asked once, however many rules want it."""
        if read not in self._read:
            self._read[read] = read(self)
        found: Found = self._read[read]
        return found

    @property
    def root(self) -> Node:
        """The whole template."""
        return Node(self, (), self.template)

    @cached_property
    def gen(self) -> dict[str, Any]:
        """What ``gen`` wrote into Metadata; empty for a template that it did not render."""
        found = self.root.raw("Metadata", "Gen").value
        return found if isinstance(found, dict) else {}

    @cached_property
    def all_resources(self) -> dict[str, Resource]:
        """Resource by logical id, in the template's order."""
        found = self.template.get("Resources")
        members = found.items() if isinstance(found, dict) else ()
        return {
            name: Resource(self, name, value)
            for name, value in members
            if isinstance(name, str) and isinstance(value, dict) and isinstance(value.get("Type"), str)
        }

    def resources(self, *types: str) -> Iterator[Resource]:
        """Resources of these types (``AWS::S3::Bucket``); all of them where none is named."""
        for resource in self.all_resources.values():
            if not types or resource.type in types:
                yield resource

    def resolved(self, node: Node) -> list[Node]:
        """The outcomes of what stands at ``node``."""
        return [Node(self, path, value) for path, value in self._outcomes.of(node.value, node.path)]

    def section(self, name: str) -> list[tuple[str, Node]]:
        """Members of Parameters, Outputs, Conditions, Mappings, Rules …"""
        return self.root.raw(name).members() if name in self.template else []

    def named(self, value: Any, *types: str) -> Resource | None:
        """The resource that ``value`` means: by Ref, GetAtt, Sub, its literal name, or an ARN with it."""
        names = sorted(references(value) & self.all_resources.keys())
        resources = [self.all_resources[name] for name in names]
        wanted = [one for one in resources if not types or one.type in types]
        if wanted:
            return wanted[0]
        outcomes = self._outcomes.of(value, ())
        texts = [found for _, found in outcomes if isinstance(found, str)]
        return self._by_name(texts[0], types) if len(texts) == len(outcomes) == 1 else None

    def edges(self, logical_id: str) -> frozenset[str]:
        """Logical ids that this resource refers to or depends on, itself left out."""
        return self._edges.get(logical_id, frozenset())

    def reaches(self, logical_id: str) -> frozenset[str]:
        """Logical ids that must exist before this resource, over any number of edges."""
        seen: set[str] = set()
        ahead = [logical_id]
        while ahead:
            new = self.edges(ahead.pop()) - seen
            seen |= new
            ahead += new
        return frozenset(seen - {logical_id})

    @cached_property
    def _edges(self) -> dict[str, frozenset[str]]:
        edges = {}
        for name, resource in self.all_resources.items():
            depends = resource.value.get("DependsOn", ())
            listed = [depends] if isinstance(depends, str) else depends if isinstance(depends, list) else []
            explicit = {one for one in listed if isinstance(one, str)}
            found = (explicit | references(resource.value.get("Properties"))) & self.all_resources.keys()
            edges[name] = frozenset(found - {name})
        return edges

    def _by_name(self, text: str, types: Iterable[str]) -> Resource | None:
        for resource in self.resources(*types):
            if resource.type in NAME_PROPERTIES:
                name = resource.properties.one(NAME_PROPERTIES[resource.type]).value
                if (
                    isinstance(name, str)
                    and name
                    and (text == name or text.endswith((f":{name}", f"/{name}")))
                ):
                    return resource
        return None


def references(value: Any, depth: int = 0) -> set[str]:
    """Names in every Ref, Fn::GetAtt and Fn::Sub inside ``value``: of resources, parameters, pseudo ones."""
    if depth > 60:
        return set()
    found: set[str] = set()
    match function_of(value):
        case ("Ref", str() as name):
            return {name}
        case ("Fn::GetAtt", str() as dotted):
            return {dotted.partition(".")[0]}
        case ("Fn::GetAtt", [str() as name, *_]):
            return {name}
        case ("Fn::Sub", str() as text):
            return {place.partition(".")[0].strip() for place in PLACE.findall(text)}
        case ("Fn::Sub", [str() as text, dict() as given, *_]):
            places = {place.strip() for place in PLACE.findall(text)}
            found = {place.partition(".")[0] for place in places - given.keys()}
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        found |= references(child, depth + 1)
    return found
