"""Options that several commands share, and the values they become."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

import generator
from generator.errors import UsageError

if TYPE_CHECKING:
    from generator.console import Console

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class Session(NamedTuple):
    """What every command starts from: where things are, and where words go."""

    config: Path
    out: Path
    root: Path
    console: Console
    verbose: bool = False


def project_root() -> Path:
    """The checkout that this package is run from, so that `gen` works in any folder; else the current one."""
    checkout = Path(generator.__file__).resolve().parent.parent
    return checkout if (checkout / "setup.cfg").is_file() else Path.cwd()


class Folder(click.Path):
    """A path that is not empty: a shell variable that is not set would else mean the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; an empty one is refused."""
        if not os.fspath(value):
            self.fail("the path is empty", param, ctx)
        return super().convert(value, param, ctx)


def given(name: str) -> bool:
    """Whether an option of the running command stands on the command line."""
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.COMMANDLINE


def common_options() -> list[click.Parameter]:
    """The options that stand before or after the name of any command."""
    folder = Folder(path_type=Path)
    return [
        click.Option(["--config"], type=folder, help="Folder of environment files."),
        click.Option(["--out"], type=folder, help="Folder of committed templates."),
        click.Option(["--json"], is_flag=True, help="One JSON object a line on stdout; words on stderr."),
        click.Option(["-v", "--verbose"], is_flag=True, help="Say more."),
        click.Option(["-q", "--quiet"], is_flag=True, help="Results and errors only."),
        click.Option(["--no-color"], is_flag=True, help="No colour; so does NO_COLOR=1."),
    ]


def common_values(parameters: dict[str, Any]) -> dict[str, Any]:
    """Take the common options out of parsed ``parameters``; what was not given is left out."""
    names = ("config", "out", "json", "verbose", "quiet", "no_color")
    return {name: value for name in names if (value := parameters.pop(name, None))}


class Telling(click.Command):
    """A command whose usage errors name it, also those that click raises without their context."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; see the class."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise


class Group(Telling, click.Group):
    """A group of commands that suggests the nearest for one that does not exist."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of ``args``."""
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches

            near = get_close_matches(args[0], known, n=1)
            raise UsageError(
                f"command '{args[0]}' does not exist; known: {', '.join(known)}",
                f"did you mean '{near[0]}'?" if near else f"see '{ctx.command_path} --help'",
            )
        return super().resolve_command(ctx, args)


class Command(Telling):
    """A command of `gen`: takes the common options, and a last paragraph of examples as it was written."""

    def __init__(self, *args: Any, examples: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = [*self.params, *common_options()]
        self.examples = examples

    def invoke(self, ctx: click.Context) -> Any:
        """Make the session of this run, then run."""
        ctx.obj = make_session({**(ctx.obj or {}), **common_values(ctx.params)})
        return super().invoke(ctx)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples, a line each."""
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples.strip().splitlines():
                    formatter.write(f"  {line.strip()}\n")
        super().format_epilog(ctx, formatter)


def command(name: str, *, examples: str) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command of `gen`, with examples for its help (a line each)."""
    return click.command(name, cls=Command, examples=examples)


def make_session(common: dict[str, Any]) -> Session:
    """The session for these common options."""
    # Here, not above: help has no use for it, and its start-up counts.
    from generator.console import console

    root = project_root()
    return Session(
        config=common.get("config") or root / "generator" / "environments",
        out=common.get("out") or root / "templates_out",
        root=root,
        console=console(
            json_lines=bool(common.get("json")),
            quiet=bool(common.get("quiet")),
            no_color=bool(common.get("no_color")),
            verbose=bool(common.get("verbose")),
        ),
        verbose=bool(common.get("verbose")),
    )


def shown(path: Path) -> str:
    """A path as a person would type it here."""
    return Path(os.path.relpath(path)).as_posix()


def session() -> Session:
    """The session of the running command."""
    found: Session = click.get_current_context().obj
    return found


def environment_option(command: Decorated) -> Decorated:
    """``--env NAME``."""
    return click.option(
        "--env",
        "environment",
        envvar="GEN_ENV",
        default="dev",
        show_default=True,
        show_envvar=True,
        metavar="NAME",
        help="Environment: the name of a file in generator/environments.",
        shell_complete=complete_environment,
    )(command)


def all_environments_option(command: Decorated) -> Decorated:
    """``--all-envs``."""
    return click.option("--all-envs", is_flag=True, help="Every environment.")(command)


def region_option(command: Decorated) -> Decorated:
    """``--region NAME``, repeatable."""
    return click.option(
        "--region",
        "regions",
        multiple=True,
        metavar="REGION",
        help="Only this region of the environment; repeat for several.",
        shell_complete=complete_region,
    )(command)


def stack_option(command: Decorated) -> Decorated:
    """``--stack NAME``, repeatable."""
    return click.option(
        "--stack",
        "stacks",
        multiple=True,
        metavar="STACK",
        help="Only this stack, for example items; repeat for several.",
        shell_complete=complete_stack,
    )(command)


def complete_environment(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Names of the environment files, for tab completion."""
    folder = project_root() / "generator" / "environments"
    return sorted(path.stem for path in folder.glob("*.y*ml") if path.stem.startswith(incomplete))


def complete_region(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Regions that have committed templates."""
    folders = (project_root() / "templates_out").glob("*/*/")
    return sorted({path.name for path in folders if path.name.startswith(incomplete)})


def complete_stack(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Stacks that have committed templates."""
    files = (project_root() / "templates_out").glob("*/*/*.json")
    return sorted({path.stem for path in files if path.stem.startswith(incomplete)})
