"""The values that an expression of a template may have when it is deployed."""

from __future__ import annotations

from typing import Any

from generator.rules._values import ABSENT, HOLE, UNKNOWN, Special, function_of

Path = tuple[str | int, ...]
Outcome = tuple[Path, Any]
DEPTH = 40  # Deeper is a cycle or an attack, and its outcome nobody's to know.
MANY = 64  # More combinations than these are as good as unknown.


class Outcomes:
    """Resolves functions of one template, without a deployment's parameters."""

    def __init__(self, template: dict[str, Any]) -> None:
        self._template = template

    def of(self, value: Any, path: Path, depth: int = 0) -> list[Outcome]:
        """Every value that ``value`` may have, and the place to blame for it.

        Maps and lists that are no functions stay as they are written.
        """
        match function_of(value):
            case None:
                return [(path, value)]
            case "Ref", str() as name if depth <= DEPTH:
                return [(path, one) for one in self._ref(name)]
            case "Fn::If", [str() as condition, then, otherwise] if depth <= DEPTH:
                return self._branches(condition, (then, otherwise), (*path, "Fn::If"), depth)
            case "Fn::FindInMap", [table, first, second, *_] if depth <= DEPTH:
                return [(path, one) for one in self._find(table, first, second, depth + 1)]
            case str() as name, argument if depth <= DEPTH:
                return self._text(name, argument, path, depth)
        return [(path, UNKNOWN)]

    def _branches(self, condition: str, branches: tuple[Any, Any], path: Path, depth: int) -> list[Outcome]:
        decided = self._condition(condition, depth + 1)
        found: list[Outcome] = []
        for place, (branch, taken) in enumerate(zip(branches, (True, False), strict=True), start=1):
            if decided in (taken, None):
                found += self.of(branch, (*path, place), depth + 1)
        return found[:MANY]

    def _text(self, name: str, argument: Any, path: Path, depth: int) -> list[Outcome]:
        """Functions that make texts, or choose from a list that is written out."""
        match name, argument:
            case "Fn::Sub", str():
                return self._texts(self._sub(argument, {}), path, depth)
            case "Fn::Sub", [str() as text, dict() as given, *_]:
                return self._texts(self._sub(text, given), path, depth)
            case "Fn::Join", [str() as separator, list() as parts]:
                spread: list[Any] = [piece for part in parts for piece in (separator, part)][1:]
                return self._texts(spread, path, depth)
            case "Fn::Select", [index, list() as values]:
                place = self._single(index, depth)
                if isinstance(place, (int, str)) and str(place).isdecimal() and int(place) < len(values):
                    return self.of(values[int(place)], (*path, name, 1, int(place)), depth + 1)
        return [(path, UNKNOWN)]

    def _single(self, value: Any, depth: int) -> Any:
        found = self.of(value, (), depth + 1)
        return found[0][1] if len(found) == 1 else UNKNOWN

    def _section(self, name: str, member: str) -> dict[str, Any]:
        section = self._template.get(name)
        found = section.get(member) if isinstance(section, dict) else None
        return found if isinstance(found, dict) else {}

    def _ref(self, name: str) -> list[Any]:
        if name == "AWS::NoValue":
            return [ABSENT]
        allowed = self._section("Parameters", name).get("AllowedValues")
        if isinstance(allowed, list) and 0 < len(allowed) <= MANY:
            return [UNKNOWN if isinstance(one, (dict, list)) else one for one in allowed]
        return [UNKNOWN]

    def _find(self, table: Any, first: Any, second: Any, depth: int) -> list[Any]:
        name = self._single(table, depth)
        mapping = self._section("Mappings", name) if isinstance(name, str) else {}
        found: list[Any] = []
        for key in self._keys(mapping, first, depth):
            row = mapping.get(key)
            if not isinstance(row, dict):
                return [UNKNOWN]
            found += [row.get(inner, UNKNOWN) for inner in self._keys(row, second, depth)]
        return found[:MANY] or [UNKNOWN]

    def _keys(self, mapping: dict[str, Any], key: Any, depth: int) -> list[Any]:
        """The key that is named, or every key where only a deployment knows it."""
        found = [one for _, one in self.of(key, (), depth)]
        return found if all(isinstance(one, str) for one in found) else list(mapping)

    def _sub(self, text: str, given: dict[str, Any]) -> list[Any]:
        """The parts of a Fn::Sub, each a literal text or an expression."""
        parts: list[Any] = []
        rest = text
        while "${" in rest:
            literal, _, rest = rest.partition("${")
            place, closed, rest = rest.partition("}")
            if not closed:
                return [*parts, literal, "${" + place]
            parts.append(literal)
            name = place.strip()
            if name.startswith("!"):
                parts.append("${" + name[1:] + "}")
            elif name in given:
                parts.append(given[name])
            else:
                parts.append({"Ref": name} if "." not in name else {"Fn::GetAtt": name.split(".", 1)})
        return [*parts, rest]

    def _texts(self, parts: list[Any], path: Path, depth: int) -> list[Outcome]:
        """Every text that the parts may make together; a part that is not known is a HOLE."""
        texts = [""]
        for part in parts:
            pieces = {
                HOLE if isinstance(one, (dict, list, Special)) else _spelt(one)
                for _, one in self.of(part, (), depth + 1)
            }
            texts = [text + piece for text in texts for piece in sorted(pieces)][:MANY]
        return [(path, UNKNOWN if not text.strip(HOLE) and HOLE in text else text) for text in texts]

    def _condition(self, name: str, depth: int) -> bool | None:
        conditions = self._template.get("Conditions")
        found = conditions.get(name) if isinstance(conditions, dict) else None
        return self._decide(found, depth + 1)

    def _decide(self, value: Any, depth: int) -> bool | None:
        """What a condition comes to; None where a parameter decides."""
        if depth > DEPTH:
            return None
        match function_of(value):
            case "Condition", str() as name:
                return self._condition(name, depth)
            case "Fn::Equals", [left, right]:
                return self._equal(left, right, depth)
            case "Fn::Not", [inner]:
                decided = self._decide(inner, depth + 1)
                return None if decided is None else not decided
            case "Fn::And" | "Fn::Or" as name, list() as parts:
                found = [self._decide(part, depth + 1) for part in parts]
                decisive = name == "Fn::Or"
                return decisive if decisive in found else None if None in found else not decisive
        return None

    def _equal(self, left: Any, right: Any, depth: int) -> bool | None:
        lefts = [one for _, one in self.of(left, (), depth + 1)]
        rights = [one for _, one in self.of(right, (), depth + 1)]
        both = [*lefts, *rights]
        if any(isinstance(one, (Special, dict, list)) or HOLE in str(one) for one in both):
            return None
        if len(lefts) == len(rights) == 1:
            return _spelt(lefts[0]) == _spelt(rights[0])
        shared = {_spelt(one) for one in lefts} & {_spelt(one) for one in rights}
        return None if shared else False


def _spelt(value: Any) -> str:
    """A scalar as CloudFormation writes it into a text."""
    return str(value).lower() if isinstance(value, bool) else str(value)
