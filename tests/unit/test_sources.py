"""Which line of a service made a resource."""

from __future__ import annotations

from pathlib import Path

import msgspec

from generator import discovery, paths, render
from generator.config import Target, load_environments

DEV = load_environments()["dev"]


def test_every_resource_of_every_stack_has_the_line_that_added_it() -> None:
    for region in DEV.regions:
        for stack in discovery.build_all(Target(environment=DEV, region=region)):
            found = discovery.sources(DEV, region, stack.service)
            assert set(found) == set(stack.template()["Resources"])
            for source in found.values():
                file, _, line = source.partition(":")
                path = paths.PACKAGE.parent / file
                assert path.is_relative_to(paths.SERVICES)
                assert ".add(" in path.read_text(encoding="utf-8").splitlines()[int(line) - 1]


def test_lines_stand_in_no_template(tmp_path: Path) -> None:
    for one in render.render(render.Selection((DEV,)), tmp_path):
        assert b"generator/services" not in one.content


def test_a_service_that_does_not_render_and_a_stack_of_nobody_have_no_lines() -> None:
    too_long = msgspec.structs.replace(DEV, suffix="-" + "x" * 60)
    assert discovery.sources(too_long, "us-west-2", "items") == {}
    assert discovery.sources(DEV, "us-west-2", "nobodys") == {}
    assert discovery.sources(DEV, "eu-central-1", "items") == {}
