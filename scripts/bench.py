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


def measure(command: Sequence[str]) -> Run:
    """Run a command to its end and account for it."""
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


def compare(
    name: str, command: Sequence[str], base: Sequence[str], runs: int, goal: float
) -> dict[str, object]:
    """Medians of both, taken in turn, and the median of the pairwise ratios of cpu and wall."""
    measure(command), measure(base)
    pairs = [(measure(command), measure(base)) for _ in range(runs)]
    median: Callable[[list[float]], float] = statistics.median
    return {
        "what": name,
        "cpu_s": round(median([one.cpu for one, _ in pairs]), 3),
        "base_cpu_s": round(median([other.cpu for _, other in pairs]), 3),
        "cpu_ratio": round(median([one.cpu / other.cpu for one, other in pairs]), 2),
        "wall_s": round(median([one.wall for one, _ in pairs]), 3),
        "wall_ratio": round(median([one.wall / other.wall for one, other in pairs]), 2),
        "goal": goal,
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


def main() -> None:
    """Print a line for each comparison; ``--json`` prints one object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    templates = sorted((ROOT / "templates_out" / "prod").glob("*/*.json"))
    with tempfile.TemporaryDirectory() as folder:
        floor = (sys.executable, str(floor_script(templates, Path(folder))))
        render = (*GEN, "--out", folder, "render", "--env", "prod", "--no-lint")
        lint = (str(Path(sys.executable).with_name("cfn-lint")), "-c", "I", "--", *map(str, templates))
        comparisons = (
            ("gen --help / python -c pass", (*GEN, "--help"), (sys.executable, "-c", "pass"), 5.0),
            ("gen render --env prod --no-lint / bare troposphere script", render, floor, 1.5),
            ("gen lint templates_out/prod / cfn-lint", (*GEN, "lint", "templates_out/prod"), lint, 0.6),
        )
        os.sync()
        for name, command, base, goal in comparisons:
            result = compare(name, command, base, options.runs if goal != 0.6 else 3, goal)
            print(json.dumps(result) if options.json else line(result))


def line(result: dict[str, object]) -> str:
    """One comparison as text."""
    return (
        f"{result['what']}: cpu {result['cpu_s']} / {result['base_cpu_s']} s = {result['cpu_ratio']}, "
        f"wall {result['wall_s']} s, ratio {result['wall_ratio']} (goal {result['goal']})"
    )


if __name__ == "__main__":
    main()
