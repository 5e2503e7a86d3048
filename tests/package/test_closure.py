"""What a handler reaches: its modules of ``handlers``, and names from elsewhere."""

from __future__ import annotations

import pytest

from generator.errors import PackageError
from generator.package.closure import Closure, closure

from .conftest import Project


def outside(found: Closure) -> dict[str, str]:
    """Name → the first place that imports it."""
    return {item.name: item.place for item in reversed(found.outside)}


def test_imports_count_at_any_depth_and_in_any_form(project: Project) -> None:
    project.write(
        {
            "handlers/__init__.py": "",
            "handlers/items/__init__.py": "",
            "handlers/items/api.py": (
                "import json, os.path\n"
                "import handlers.common.clock\n"
                "from handlers.common import http\n"
                "from . import model\n"
                "from .store import Store\n"
                "from ..common.etags import etag\n"
                "def handler(event, context):\n"
                "    from handlers.items import lazy\n"
                "    import uuid\n"
            ),
            "handlers/items/model.py": "import decimal\n",
            "handlers/items/store.py": "from handlers.common.deep.inner import thing\n",
            "handlers/items/lazy.py": "",
            "handlers/items/unused.py": "import no_such_library\n",
            "handlers/common/__init__.py": "import logging\n",
            "handlers/common/clock.py": "",
            "handlers/common/etags.py": "",
            "handlers/common/http.py": "",
            "handlers/common/deep/__init__.py": "",
            "handlers/common/deep/inner.py": "thing = 1\n",
        }
    )
    found = closure("handlers.items.api", project.root)
    assert list(found.modules) == [
        "handlers",
        "handlers.common",
        "handlers.common.clock",
        "handlers.common.deep",
        "handlers.common.deep.inner",
        "handlers.common.etags",
        "handlers.common.http",
        "handlers.items",
        "handlers.items.api",
        "handlers.items.lazy",
        "handlers.items.model",
        "handlers.items.store",
    ]
    assert outside(found) == {
        "decimal": "handlers/items/model.py:1",
        "json": "handlers/items/api.py:1",
        "logging": "handlers/common/__init__.py:1",
        "os.path": "handlers/items/api.py:1",
        "uuid": "handlers/items/api.py:9",
    }


def test_imports_for_type_checkers_do_not_count(project: Project) -> None:
    project.write(
        {
            "handlers/a/f.py": (
                "import typing\n"
                "from typing import TYPE_CHECKING\n"
                "if TYPE_CHECKING:\n"
                "    import only_typed\n"
                "    if True:\n"
                "        import nested_typed\n"
                "else:\n"
                "    import json\n"
                "if typing.TYPE_CHECKING:\n"
                "    import also_typed\n"
                "if not TYPE_CHECKING:\n"
                "    import hmac\n"
                "else:\n"
                "    import third_typed\n"
                "if typing:\n"
                "    import zlib\n"
            )
        }
    )
    assert set(outside(closure("handlers.a.f", project.root))) == {"typing", "json", "hmac", "zlib"}


def test_packages_without_init_and_circular_imports_are_followed(project: Project) -> None:
    project.write(
        {"handlers/a/f.py": "from handlers.a import g\n", "handlers/a/g.py": "import handlers.a.f\n"}
    )
    assert list(closure("handlers.a.f", project.root).modules) == ["handlers.a.f", "handlers.a.g"]


def test_a_star_import_takes_every_module_of_the_package(project: Project) -> None:
    project.write(
        {
            "handlers/a/f.py": "from handlers.common import *\n",
            "handlers/common/__init__.py": "__all__ = ['x']\n",
            "handlers/common/x.py": "",
        }
    )
    assert "handlers.common.x" in closure("handlers.a.f", project.root).modules


def test_a_module_imported_by_a_literal_name_is_followed(project: Project) -> None:
    project.write(
        {
            "handlers/a/f.py": (
                "import importlib\ng = importlib.import_module('handlers.a.g')\n__import__('csv')\n"
            ),
            "handlers/a/g.py": "",
        }
    )
    found = closure("handlers.a.f", project.root)
    assert "handlers.a.g" in found.modules
    assert "csv" in outside(found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "import json\nfrom handlers.a import g, h\nimport handlers.nope\n",
            "handlers/a/f.py:3: there is no module handlers.nope",
        ),
        ("def f(:\n", "handlers/a/f.py:1: syntax error"),
        ("x = 1\n\n\nfrom ...beyond import y\n", "handlers/a/f.py:4: relative import beyond"),
        (
            "import importlib\nimportlib.import_module('handlers.' + x)\n",
            "handlers/a/f.py:2: an import with a computed name",
        ),
        (
            "import importlib\nimportlib.import_module('.g', __package__)\n",
            "handlers/a/f.py:2: an import with a computed name",
        ),
        ("x = 1\0", "handlers/a/f.py"),
    ],
)
def test_an_import_that_cannot_be_followed_is_named_by_file_and_line(
    project: Project, text: str, message: str
) -> None:
    project.write({"handlers/a/f.py": text, "handlers/a/g.py": "", "handlers/a/h.py": ""})
    with pytest.raises(PackageError) as refused:
        closure("handlers.a.f", project.root)
    assert refused.value.message.startswith(message)
    assert refused.value.fix
