"""The strings that an expression can have, as far as the source text tells.

Always more rather than fewer: scopes, conditions and keys of tables are not looked at, so a name has every
value that anything in its module gives it. What cannot be told is said so, by a Text that is not whole.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.package.shelf import Shelf
from generator.package.syntax import Module, called, last_name

READERS = frozenset({"copy", "get", "items", "keys", "pop", "values"})
WRITERS = frozenset({"add", "append", "extend", "insert", "setdefault", "update"})
BUILDERS = frozenset(
    {
        *("MappingProxyType", "dict", "enumerate", "frozenset", "iter", "list", "reversed", "set", "sorted"),
        *("str", "tuple", "zip"),
    }
)
DEPTH = 30
COMBINATIONS = 10_000

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, order=True)
class Text:
    """A string, or when it is not ``whole``, the beginning of one."""

    value: str
    whole: bool


Texts = frozenset[Text]
Seen = frozenset[tuple[str, str]]
ANYTHING: Texts = frozenset({Text("", whole=False)})
NOTHING: Texts = frozenset()


@dataclass(frozen=True)
class Values:
    """Reads expressions of the modules of ``shelf``; ``own`` are the modules that use them from outside."""

    shelf: Shelf
    own: tuple[Module, ...]

    def of(self, node: ast.AST, module: Module, seen: Seen = frozenset()) -> Texts:
        """Every string that ``node`` of ``module`` can be or, for a container, can hold."""
        if len(seen) > DEPTH:
            return ANYTHING
        match node:
            case ast.Constant(value=value):
                return frozenset({Text(value, whole=True)}) if isinstance(value, str) else NOTHING
            case ast.Name() | ast.Attribute():
                return self._reference(node, module, seen)
            case ast.Call():
                return self._call(node, module, seen)
            case ast.JoinedStr() | ast.BinOp():
                return self._joined(node, module, seen)
        inner = _elements(node)
        return ANYTHING if inner is None else self._all(inner, module, seen)

    def _all(self, nodes: Iterable[ast.AST | None], module: Module, seen: Seen) -> Texts:
        return NOTHING.union(*(self.of(node, module, seen) for node in nodes if node is not None))

    def _joined(self, node: ast.JoinedStr | ast.BinOp, module: Module, seen: Seen) -> Texts:
        if isinstance(node, ast.JoinedStr):
            parts: list[ast.expr] = node.values
        elif isinstance(node.op, ast.Add):
            parts = [node.left, node.right]
        else:
            return ANYTHING
        found = frozenset({Text("", whole=True)})
        for part in parts:
            plain = isinstance(part, ast.FormattedValue) and part.conversion == -1 and not part.format_spec
            inner = part.value if isinstance(part, ast.FormattedValue) and plain else part
            found = _concatenated(found, self.of(inner, module, seen) or ANYTHING)
        return found

    def _call(self, node: ast.Call, module: Module, seen: Seen) -> Texts:
        words = frozenset(Text(word.arg or "", whole=bool(word.arg)) for word in node.keywords)
        given = [*node.args, *(word.value for word in node.keywords)]
        if isinstance(node.func, ast.Attribute) and node.func.attr in READERS:
            return self._all([node.func.value, *given[1:]], module, seen)
        if last_name(node.func) in BUILDERS:
            return self._all(given, module, seen) | words
        return ANYTHING

    def _reference(self, node: ast.Name | ast.Attribute, module: Module, seen: Seen) -> Texts:
        if isinstance(node, ast.Name):
            known = {"__name__": module.name, "__package__": module.package}
            if node.id in known:
                return frozenset({Text(known[node.id], whole=True)})
            return self.name(node.id, module, seen)
        if last_name(node.value) == "__spec__" and node.attr in ("name", "parent"):
            return frozenset({Text(module.name if node.attr == "name" else module.package, whole=True)})
        if last_name(node.value) == "self" and node.attr == "__name__":
            return self._name_of_module_class(node, module, seen)
        where = self._module(node.value, module)
        return self._in(where, node.attr, seen) if where else ANYTHING

    def _module(self, node: ast.expr, module: Module) -> str:
        """The full name of the module that an expression is, '' when it is none of the shelf's."""
        if isinstance(node, ast.Attribute):
            inner = self._module(node.value, module)
            return f"{inner}.{node.attr}" if inner else ""
        bound = module.bound_imports.get(node.id, set()) if isinstance(node, ast.Name) else set()
        if len(bound) != 1:
            return ""
        ((name, attribute),) = bound
        return f"{name}.{attribute}" if attribute else name

    def _in(self, name: str, attribute: str, seen: Seen) -> Texts:
        found = self.shelf.module(name) if name in self.shelf.files else None
        return self.name(attribute, found, seen) if isinstance(found, Module) else ANYTHING

    def name(self, name: str, module: Module, seen: Seen = frozenset()) -> Texts:
        """The union of all that is bound to ``name`` anywhere in ``module``."""
        key = (module.name, name)
        if key in seen:
            return ANYTHING
        seen |= {key}
        found = [self._bound(node, name, module, seen) for node, _ in module.nodes]
        found += [self._in(where, what, seen) for where, what in module.bound_imports.get(name, ())]
        bound = [texts for texts in found if texts is not None]
        return NOTHING.union(*bound) if bound else ANYTHING

    def _bound(self, node: ast.AST, name: str, module: Module, seen: Seen) -> Texts | None:
        """What ``node`` binds to ``name``; None when it binds nothing to it."""
        assignment = _assignment(node)
        if assignment:
            return self._assigned(*assignment, name, module, seen)
        if isinstance(node, Function | ast.Lambda):
            return self._defined(node, name, module, seen)
        if isinstance(node, ast.AugAssign | ast.Call):
            return self._changed(node, name, module, seen)
        return ANYTHING if name in _other_names(node) else None

    def _changed(self, node: ast.AugAssign | ast.Call, name: str, module: Module, seen: Seen) -> Texts | None:
        """What ``x += …`` and ``x.append(…)`` add to a container."""
        if isinstance(node, ast.AugAssign):
            longer = isinstance(node.value, ast.List | ast.Tuple | ast.Set | ast.Dict)
            mine = isinstance(node.target, ast.Name) and node.target.id == name
            return (self.of(node.value, module, seen) if longer else ANYTHING) if mine else None
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if called(node) not in WRITERS or not isinstance(owner, ast.Name) or owner.id != name:
            return None
        return self._all([*node.args, *(word.value for word in node.keywords)], module, seen)

    def _assigned(
        self, targets: list[ast.expr], value: ast.expr, name: str, module: Module, seen: Seen
    ) -> Texts | None:
        for target in targets:
            if isinstance(target, ast.Subscript) and last_name(target.value) == name:
                return self._all([target.slice, value], module, seen)
            if any(isinstance(part, ast.Name) and part.id == name for part in _targets(target)):
                return self.of(value, module, seen)
        return None

    def _defined(self, node: Function | ast.Lambda, name: str, module: Module, seen: Seen) -> Texts | None:
        if not isinstance(node, ast.Lambda) and node.name == name:
            return ANYTHING
        every = [*node.args.posonlyargs, *node.args.args]
        if name in (argument.arg for argument in (*every, *node.args.kwonlyargs)):
            return ANYTHING if isinstance(node, ast.Lambda) else self._parameter(node, name, module, seen)
        rest = [argument.arg for argument in (node.args.vararg, node.args.kwarg) if argument]
        return ANYTHING if name in rest else None

    def _parameter(self, function: Function, name: str, module: Module, seen: Seen) -> Texts:
        """What the calls of a function or class of ``module`` give for a parameter, wherever they stand."""
        public, bound = _public_name(function, module.tree)
        if not public or function.decorator_list or public == "__getattr__":
            return ANYTHING
        places = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        place = places.index(name) - bound if name in places else -1
        defaults = [*function.args.defaults, *function.args.kw_defaults]
        found = self._all(defaults, module, seen)
        for user in (*self.shelf.mentioning(public, module), *self.own):
            if not isinstance(user, Module):
                return ANYTHING
            for given in _arguments(user, public, name, place):
                found |= ANYTHING if given is None else self.of(given, user, seen)
        return found

    def _name_of_module_class(self, node: ast.Attribute, module: Module, seen: Seen) -> Texts:
        """``self.__name__`` in a class of lazy modules: what its ``__init__`` hands to ``ModuleType``'s."""
        for outer in module.tree.body:
            if isinstance(outer, ast.ClassDef) and any(inner is node for inner in ast.walk(outer)):
                if "ModuleType" not in map(last_name, outer.bases):
                    return ANYTHING
                calls = [call for call in ast.walk(outer) if isinstance(call, ast.Call) and call.args]
                names = [call.args[0] for call in calls if called(call) == "__init__"]
                return self._all(names, module, seen) if names else ANYTHING
        return ANYTHING


def _assignment(node: ast.AST) -> tuple[list[ast.expr], ast.expr] | None:
    """The targets and the value of whatever assigns; of a loop, what it goes over."""
    match node:
        case ast.Assign(targets=targets, value=value):
            return targets, value
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
            | ast.For(target=target, iter=value)
            | ast.AsyncFor(target=target, iter=value)
            | ast.comprehension(target=target, iter=value)
        ):
            return [target], value
    return None


def _elements(node: ast.AST) -> list[ast.expr | None] | None:
    """The expressions whose values ``node`` can take or hold; None when it is something else."""
    found: list[ast.expr | None] | None = None
    match node:
        case ast.List(elts=inner) | ast.Tuple(elts=inner) | ast.Set(elts=inner) | ast.BoolOp(values=inner):
            found = [*inner]
        case ast.Dict(keys=keys, values=values):
            found = [*keys, *values]
        case ast.IfExp(body=one, orelse=other) | ast.DictComp(key=one, value=other):
            found = [one, other]
        case ast.ListComp(elt=one) | ast.SetComp(elt=one) | ast.GeneratorExp(elt=one):
            found = [one]
        case ast.Starred(value=one) | ast.NamedExpr(value=one):
            found = [one]
        case ast.Subscript(value=one, slice=index) if not isinstance(index, ast.Slice):
            found = [one]
    return found


def _concatenated(left: Texts, right: Texts) -> Texts:
    if len(left) * len(right) > COMBINATIONS:
        return ANYTHING
    return frozenset(
        Text(one.value + two.value, two.whole) if one.whole else one for one in left for two in right
    )


def _targets(target: ast.expr) -> Iterator[ast.AST]:
    """``target`` itself and, in a tuple or list of targets, each of them."""
    if isinstance(target, ast.Tuple | ast.List | ast.Starred):
        yield from ast.walk(target)
    yield target


def _other_names(node: ast.AST) -> set[str]:
    """What a node binds whose values are not looked at."""
    match node:
        case ast.ClassDef(name=name):
            return {name}
        case ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name):
            return {name}
        case ast.MatchStar(name=str() as name) | ast.MatchMapping(rest=str() as name):
            return {name}
        case ast.withitem(optional_vars=ast.expr() as target):
            return {last_name(inner) for inner in ast.walk(target)}
    return set()


def _public_name(function: Function, tree: ast.Module) -> tuple[str, int]:
    """By which name others call it, and how many parameters that fills (``self`` of ``__init__``)."""
    for node in tree.body:
        if node is function:
            return function.name, 0
        if isinstance(node, ast.ClassDef) and function in node.body and function.name == "__init__":
            return node.name, 1
    return "", 0


def _arguments(user: Module, function: str, name: str, place: int) -> Iterator[ast.expr | None]:
    """What each call in ``user`` gives for a parameter; None where that cannot be told."""
    calls = [node for node, _ in user.nodes if isinstance(node, ast.Call) and called(node) == function]
    functions = {id(call.func) for call in calls}
    for node, _ in user.nodes:
        if isinstance(node, ast.Name | ast.Attribute) and last_name(node) == function:
            if id(node) not in functions:
                yield None
        elif isinstance(node, ast.alias) and node.name == function and node.asname not in (None, function):
            yield None
    for call in calls:
        if any(isinstance(one, ast.Starred) for one in call.args) or any(
            not word.arg for word in call.keywords
        ):
            yield None
        elif 0 <= place < len(call.args):
            yield call.args[place]
        else:
            yield from (word.value for word in call.keywords if word.arg == name)
