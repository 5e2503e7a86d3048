"""Speed of the command line as ratios, each pair measured in turn in one sitting.

``make bench`` prints medians of whole processes: cpu seconds (the stable figure) and wall seconds. The floor
of rendering is a bare troposphere script that builds and dumps the same resources.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GEN = (sys.executable, str(ROOT / "cli.py"))


@dataclass(frozen=True)
class Run:
    """One process: seconds of cpu and of wall clock."""

    cpu: float
    wall: float


def measure(command: Sequence[str], prepare: Callable[[], object] = lambda: None) -> Run:
    """Run a command to its end and account for it; ``prepare`` is not counted."""
    prepare()
    # Bytecode is cached, as it is for a user from the second run on.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Run(cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall=wall)


@dataclass(frozen=True)
class Comparison:
    """Two commands, how often they are run in turn, and what the ratio of their ``unit`` may be at most."""

    what: str
    command: Sequence[str]
    base: Sequence[str]
    goal: float
    unit: str = "cpu"
    runs: int | None = None
    prepare: Callable[[], object] = lambda: None


def compare(one: Comparison, runs: int) -> dict[str, object]:
    """Medians of both, taken in turn, and the median of the pairwise ratios of cpu and wall."""
    measure(one.command), measure(one.base)
    pairs = [(measure(one.command, one.prepare), measure(one.base)) for _ in range(one.runs or runs)]
    median: Callable[[list[float]], float] = statistics.median
    return {
        "what": one.what,
        "cpu_s": round(median([run.cpu for run, _ in pairs]), 3),
        "base_cpu_s": round(median([base.cpu for _, base in pairs]), 3),
        "cpu_ratio": round(median([run.cpu / base.cpu for run, base in pairs]), 2),
        "wall_s": round(median([run.wall for run, _ in pairs]), 3),
        "wall_ratio": round(median([run.wall / base.wall for run, base in pairs]), 2),
        "goal": one.goal,
        "of": one.unit,
    }


def floor_script(templates: Sequence[Path], folder: Path) -> Path:
    """A script with nothing but troposphere: the resources of ``templates`` as code, built and dumped.

    It reads no environment, checks nothing and writes the same bytes, so it is what rendering cannot beat
    without leaving troposphere.
    """
    lines = ["import json", "import troposphere", "from troposphere import Template"]
    modules: set[str] = set()
    body: list[str] = []
    for number, path in enumerate(templates):
        template = json.loads(path.read_text(encoding="utf-8"))
        body.append("t = Template()")
        for title, one in sorted(template["Resources"].items()):
            module, cls = troposphere_class(one["Type"])
            modules.add(module)
            body.append(
                f"t.add_resource({module}.{cls}({title!r}, **{code(one.get('Properties', {}), module, cls)}))"
            )
        body.append(
            f"open({str(folder / f'{number}.json')!r}, 'w').write(t.to_json(indent=2, sort_keys=True))"
        )
    lines += [f"from troposphere import {module}" for module in sorted(modules)]
    script = folder / "floor.py"
    script.write_text("\n".join([*lines, *body]) + "\n", encoding="utf-8")
    return script


def troposphere_class(kind: str) -> tuple[str, str]:
    """``AWS::Lambda::Function`` → (``awslambda``, ``Function``), by looking through troposphere's modules."""
    _, service, _ = kind.split("::")
    module = {"Lambda": "awslambda"}.get(service, service.lower())
    loaded = importlib.import_module(f"troposphere.{module}")
    for name, value in sorted(vars(loaded).items()):
        if getattr(value, "resource_type", None) == kind:
            return module, name
    raise SystemExit(f"troposphere has no class for {kind}")


def code(value: object, module: str, cls: str) -> str:
    """Properties as a literal of nested troposphere classes, as a person would have written them."""
    props = getattr(importlib.import_module(f"troposphere.{module}"), cls).props
    assert isinstance(value, dict)
    items = [
        f"{key!r}: {literal(inner, props[key][0], module)}"
        for key, inner in sorted(value.items())
        if key in props
    ]
    return "{" + ", ".join(items) + "}"


def literal(value: object, expected: object, module: str) -> str:
    """One property: a function of CloudFormation, a nested class, a list of them, or a plain literal."""
    validator = getattr(expected, "__name__", "")
    if validator == "validate_statement":
        expected = importlib.import_module("troposphere.wafv2").Statement
    if isinstance(value, list):
        if validator in {"Tags", "validate_tags_or_list"}:
            return f"troposphere.Tags({ {tag['Key']: tag['Value'] for tag in value}!r})"
        if isinstance(expected, list):
            return "[" + ", ".join(literal(one, expected[0], module) for one in value) + "]"
    if isinstance(value, dict):
        return function_or_class(value, expected)
    # troposphere's validator does not know WAF_FILTERED; any other type costs the same.
    return repr("ACCESS_DENIED" if value == "WAF_FILTERED" else value)


def function_or_class(value: dict[str, object], expected: object) -> str:
    """A JSON object as code: Ref, GetAtt, Sub or Join, a property class, or the dictionary itself."""
    (name, argument), *more = value.items() or [("", None)]
    if not more and (name == "Ref" or name.startswith("Fn::")):
        arguments = argument if isinstance(argument, list) else [argument]
        return f"troposphere.{name.removeprefix('Fn::')}({', '.join(map(repr, arguments))})"
    if isinstance(expected, type) and getattr(expected, "props", None):
        owner = expected.__module__.rsplit(".", 1)[-1]
        return f"{owner}.{expected.__name__}(**{code(value, owner, expected.__name__)})"
    return repr(value)


def of_linting(folder: Path) -> list[Comparison]:
    """cfn-lint's own command against ours, cold, unchanged, and with one system's templates changed."""
    os.environ["GEN_CACHE_DIR"] = str(folder / "cache")
    templates = folder / "templates"
    shutil.copytree(ROOT / "templates_out", templates)
    files = sorted(templates.glob("*/*/*.json"))
    systems = sorted({file.stem for file in files})
    turns = iter(systems * 3)

    def change_one() -> None:
        """Each system in its turn; a line more is the same work for cfn-lint."""
        stem = next(turns)
        for file in files:
            if file.stem == stem:
                file.write_bytes(file.read_bytes() + b"\n")

    own = Path(sys.executable).with_name("cfn-lint")
    rules = f"--append-rules={ROOT / 'generator' / 'rules'}"
    lint, cold = (*GEN, "lint", str(templates)), (*GEN, "lint", "--no-cache", str(templates))
    render = (*GEN, "--out", str(folder / "out"), "render", "--env", "prod")
    return [
        Comparison(
            what=f"gen lint, cold, {len(files)} templates / cfn-lint with the same rules",
            command=cold,
            base=(str(own), rules, "-c", "I", "--regions=us-west-2", "--", *map(str, files)),
            goal=0.6,
            unit="wall",
            runs=3,
        ),
        Comparison(
            what="gen render --env prod, nothing changed / the same with --no-lint",
            command=render,
            base=(*render, "--no-lint"),
            goal=1.1,
        ),
        Comparison(
            what=f"gen lint, one system of {len(systems)} changed / cold",
            command=lint,
            base=cold,
            goal=0.35,
            unit="wall",
            runs=len(systems),
            prepare=change_one,
        ),
    ]


def main() -> None:
    """Print a line for each comparison; ``--json`` prints one object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--lint", action="store_true", help="linting alone")
    options = parser.parse_args()
    templates = sorted((ROOT / "templates_out" / "prod").glob("*/*.json"))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        comparisons = of_linting(folder)
        if not options.lint:
            floor = (sys.executable, str(floor_script(templates, folder)))
            render = (*GEN, "--out", made, "render", "--env", "prod", "--no-lint")
            comparisons = [
                Comparison(
                    "gen --help / python -c pass", (*GEN, "--help"), (sys.executable, "-c", "pass"), 5.0
                ),
                Comparison("gen render --env prod --no-lint / bare troposphere script", render, floor, 1.5),
                *comparisons,
            ]
        os.sync()
        for one in comparisons:
            result = compare(one, options.runs)
            print(json.dumps(result) if options.json else line(result), flush=True)


def line(result: dict[str, object]) -> str:
    """One comparison as text."""
    return (
        f"{result['what']}: cpu {result['cpu_s']} / {result['base_cpu_s']} s = {result['cpu_ratio']}, "
        f"wall {result['wall_s']} s, ratio {result['wall_ratio']} (goal {result['goal']} of {result['of']})"
    )


if __name__ == "__main__":
    main()
