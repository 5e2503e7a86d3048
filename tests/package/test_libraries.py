"""Which modules of made-up wheels go into a zip, for each way to write an import."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping

import pytest

from generator.errors import PackageError
from generator.package import Artifact, build

from .conftest import Project

HANDLER = "handlers.items.api.handler"
FUNCTION = "def handler(event, context):\n    return {}\n"
IMPORTLIB = "import importlib\n"


def packed(project: Project, text: str) -> Artifact:
    """The zip of a handler with ``text`` above its function."""
    project.write({"handlers/items/api.py": f"{text}\n{FUNCTION}"})
    project.keep_wheels()
    return build([HANDLER], source=project.root, out=project.out)[HANDLER]


def library_files(artifact: Artifact) -> set[str]:
    with zipfile.ZipFile(artifact.path) as archive:
        names = archive.namelist()
    return {name for name in names if not name.startswith("handlers/") and ".dist-info/" not in name}


def of_thing(project: Project, files: Mapping[str, str], text: str = "import thing") -> set[str]:
    """Which of ``files`` of the made-up library go in, without ``thing/`` and ``.py``, and without a note."""
    project.library("thing", {f"thing/{name}.py": content for name, content in files.items()})
    artifact = packed(project, text)
    assert artifact.notes == ()
    return {name.removeprefix("thing/").removesuffix(".py") for name in library_files(artifact)}


@pytest.mark.parametrize(
    "text",
    [
        "import thing.a.b",
        "import thing.a.b as c",
        "from thing.a import b",
        "from thing.a.b import value",
        "def f():\n    if f:\n        from thing.a import b",
        "class C:\n    import thing.a.b",
        "try:\n    import thing.a.b\nexcept ImportError:\n    pass",
        "import importlib\nimportlib.import_module('thing.a.b')",
    ],
)
def test_a_module_and_the_packages_around_it_go_in_and_no_other(project: Project, text: str) -> None:
    files = {
        "__init__": "",
        "a/__init__": "import thing.near",
        "a/b": "value = 1",
        "a/c": "",
        "near": "",
        "far": "",
    }
    assert of_thing(project, files, text) == {"__init__", "a/__init__", "a/b", "near"}


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("from . import b", "b"),
        ("from .b import f", "b"),
        ("from ..c import f", "../c"),
        ("from .. import c", "../c"),
        ("def f():\n    from .b import g", "b"),
        ("if TYPE_CHECKING:\n    from . import b", None),
        ("if not TYPE_CHECKING:\n    from . import b", "b"),
        ("if typing.TYPE_CHECKING:\n    from .. import c\nelse:\n    from . import b", "b"),
        ("from .....beyond import b", None),
        ("__all__ = ['b', 'other']", None),
    ],
)
def test_relative_imports_and_those_for_type_checkers(
    project: Project, text: str, reached: str | None
) -> None:
    files = {"__init__": "", "a/__init__": text, "a/b": "", "c": "", "a/d": ""}
    found = of_thing(project, files, "import thing.a")
    expected = {"a/b" if reached == "b" else "c"} if reached else set()
    assert found == {"__init__", "a/__init__", *expected}


@pytest.mark.parametrize(
    ("init", "reached"),
    [("__all__ = ['b']", {"b"}), ("x = 1", set()), ("_n = ('b', 'c')\n__all__ = ['x', *_n]", {"b", "c"})],
)
def test_a_star_import_takes_what_all_names(project: Project, init: str, reached: set[str]) -> None:
    files = {"__init__": init, "b": "", "c": "", "d": ""}
    assert of_thing(project, files, "from thing import *") == {"__init__", *reached}


TABLE = "_T = {'Foo': 'b', 'Bar': 'c'}\ndef __getattr__(name):\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{TABLE}    return getattr(importlib.import_module(f'.{{_T[name]}}', __name__), name)",
        f"{TABLE}    return getattr(importlib.import_module('.' + _T[name], __package__), name)",
        f"{TABLE}    return getattr(importlib.import_module(f'{{__name__}}.{{_T[name]}}'), name)",
        f"{TABLE}    at = _T.get(name)\n    return importlib.import_module(__spec__.parent + '.' + at)",
        "_T = {'Foo': ('b', 'x'), 'Bar': ('c', 'y')}\ndef __getattr__(name):\n"
        "    at, what = _T[name]\n    return getattr(importlib.import_module(f'.{at}', __name__), what)",
        "_M = {'b': ['Foo'], 'c': ['Bar']}\n_T = {n: m for m, ns in _M.items() for n in ns}\n"
        "def __getattr__(name):\n    return importlib.import_module(f'.{_T[name]}', __name__)",
        "def __getattr__(name):\n    if name == 'Foo':\n        from . import b\n    from .c import x",
        "_T = {}\n_T['Foo'] = 'b'\n_T.update(Bar='c')\nfor n in _T.values():\n    __import__(f'thing.{n}')",
        "for n in sorted(['b', 'c']):\n    __import__('thing', fromlist=[n])",
        "def load(name):\n    return importlib.import_module('.' + name, 'thing')\nload('b')\nload(name='c')",
        "from importlib import import_module as load\nload('thing.b' if __debug__ else 'thing.c')",
        "class Lazy(types.ModuleType):\n    def __init__(self, name, more=None):\n"
        "        super().__init__(name)\n    def go(self):\n"
        "        importlib.import_module(self.__name__)\nLazy('thing.b')\nLazy(name='thing.c')",
    ],
)
def test_names_that_the_text_tells_are_followed_one_by_one(project: Project, text: str) -> None:
    files = {"__init__": IMPORTLIB + text, "b": "", "c": "", "d": "", "e/__init__": ""}
    assert of_thing(project, files) == {"__init__", "b", "c"}


def test_a_constant_of_another_module_and_a_call_from_another_module_are_found(project: Project) -> None:
    files = {
        "__init__": "from thing import user",
        "lazy": f"{IMPORTLIB}def load(name):\n    return importlib.import_module(name)",
        "names": "B = 'thing.b'\nC = 'thing.' + 'c'",
        "user": "from thing import names\nfrom thing.lazy import load\nfrom thing.names import C\n"
        "load(names.B), load(C)",
        "b": "",
        "c": "",
        "d": "",
    }
    assert of_thing(project, files) == set(files) - {"d"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("def __getattr__(name):\n    return importlib.import_module(f'.{name}', __name__)", 3),
        ("def __getattr__(name):\n    return importlib.import_module(__name__ + '.' + name)", 3),
        ("import pkgutil\nfor one in pkgutil.iter_modules(__path__):\n    print(one)", 3),
        ("import helper\n__getattr__, __dir__ = helper.attach(__name__, ['b'])", 3),
        ("from helper import __getattr__", 2),
        ("import helper\ndef __getattr__(name):\n    return helper.load(__name__, name)", 3),
        ("__import__('thing.a', fromlist=[name])", 2),
    ],
)
def test_where_only_the_package_is_known_all_below_it_goes_in_and_a_note_says_so(
    project: Project, text: str, line: int
) -> None:
    project.library("helper", {"helper.py": ""})
    files = {
        "thing/a/__init__.py": IMPORTLIB + text,
        "thing/a/b.py": "",
        "thing/a/c/d.py": "from thing import e",
    }
    project.library("thing", files | {"thing/__init__.py": "", "thing/e.py": "", "thing/f.py": ""})
    artifact = packed(project, "import thing.a")
    assert library_files(artifact) - {"helper.py"} == {*files, "thing/__init__.py", "thing/e.py"}
    assert artifact.notes == (
        f"thing/a/__init__.py:{line}: an import with a computed name, so all modules thing.a.* go in",
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("importlib.import_module(input())", 2),
        ("def load(name):\n    return importlib.import_module(name)\nprint(load)", 3),
        ("@cache\ndef load(name):\n    return importlib.import_module(name)\nload('thing.b')", 4),
        ("def load(*names):\n    return [__import__(name) for name in names]\nload('thing.b')", 3),
        ("name = 'thing'\nname += '.b'\nimportlib.import_module(name)", 4),
        ("list(map(importlib.import_module, ['thing.b']))", 2),
        ("importlib.import_module('.b', where())", 2),
        ("import importlib.util\nimportlib.util.spec_from_file_location('b', 'b.py')", 3),
        ("class Lazy:\n    def go(self):\n        importlib.import_module(self.__name__)", 4),
    ],
)
def test_where_nothing_is_known_the_distribution_goes_in_with_what_it_requires(
    project: Project, text: str, line: int
) -> None:
    everything = {
        "thing/__init__.py": "",
        "thing/a.py": IMPORTLIB + text,
        "thing/b.py": "",
        "thing/c/d.txt": "d",
    }
    project.library("thing", {**everything, "extra.py": ""}, requires=("needed",))
    project.library("needed", {"needed/__init__.py": "", "needed/part.py": ""}, requires=("boto3",))
    project.library("other", {"other.py": ""})
    artifact = packed(project, "import thing.a")
    assert library_files(artifact) == {*everything, "extra.py", "needed/__init__.py", "needed/part.py"}
    assert artifact.notes == (
        f"thing/a.py:{line}: an import with a computed name, so all of thing goes in, with what it requires",
    )


def test_a_call_from_a_handler_with_a_computed_name_counts_too(project: Project) -> None:
    load = f"{IMPORTLIB}def load(name):\n    return importlib.import_module(name)\n"
    project.library("thing", {"thing/__init__.py": load, "thing/b.py": "", "thing/c.py": ""})
    assert library_files(packed(project, "import thing\nthing.load('thing.b')")) == {
        "thing/__init__.py",
        "thing/b.py",
    }
    everything = packed(project, "import thing, os\nthing.load(os.environ['X'])")
    assert library_files(everything) == {"thing/__init__.py", "thing/b.py", "thing/c.py"}
    assert len(everything.notes) == 1


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import absent\nexcept ImportError:\n    absent = None",
        "from contextlib import suppress\nwith suppress(ImportError):\n    import absent",
        "def f():\n    import absent",
        "def f():\n    from thing import needs_absent",
        "def f():\n    from thing.deep.needs_absent import x",
        "import sys\nif sys.version_info < (3, 11):\n    import absent",
    ],
)
def test_what_is_not_locked_is_left_out_where_a_library_can_do_without(project: Project, text: str) -> None:
    files = {
        "__init__": text,
        "needs_absent": "import thing.more\nimport absent",
        "deep/__init__": "from thing.deep import needs_absent",
        "deep/needs_absent": "import absent.part",
        "more": "",
    }
    assert of_thing(project, files) == {"__init__"}


def test_an_import_that_is_sure_to_fail_is_refused_with_the_library_s_file_and_line(project: Project) -> None:
    files = {
        "thing/__init__.py": "",
        "thing/a.py": "import os\nfrom thing import b",
        "thing/b.py": "\nimport absent",
    }
    project.library("thing", files)
    with pytest.raises(PackageError, match=r"^thing/b\.py:2: 'absent' is neither in handlers/") as refused:
        packed(project, "def f():\n    from thing.a import x")
    assert "make lock" in refused.value.fix
    with pytest.raises(PackageError, match=r"^handlers/items/api\.py:2: 'absent' is neither in handlers/"):
        packed(project, "try:\n    import absent\nexcept ImportError:\n    absent = None")


def test_a_library_that_cannot_be_read_is_refused_or_where_it_is_optional_goes_in_whole(
    project: Project,
) -> None:
    files = {"thing/__init__.py": "", "thing/a.py": "def f():\n    from thing import old", "thing/b.py": ""}
    project.library("thing", {**files, "thing/old.py": "x = 1\nprint 'x'"})
    with pytest.raises(PackageError, match=r"thing/old\.py:2: the Python that packs cannot read it"):
        packed(project, "import thing.old")
    artifact = packed(project, "import thing.a")
    assert library_files(artifact) == {*files, "thing/old.py"}
    assert artifact.notes[0].startswith("thing/old.py:2: not Python that can be read here, so all of thing")
