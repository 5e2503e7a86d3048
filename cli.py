"""The command line of `gen`: parse, call, print. Each command is a file in generator/commands.

This is the one place that turns errors into exit codes:
0 done or no change · 1 our bug · 2 usage or configuration · 3 stale templates or lint findings · 4 refused ·
5 deploy failed and rolled back cleanly · 6 needs a person · 7 timed out or detached, still running.
"""

from __future__ import annotations

import atexit
import errno
import importlib
import signal
import sys

import click

from generator import errors
from generator.commands.options import Group, common_options, common_values

# Command → its line in `gen --help`. The module is imported only when the command runs, so that
# `gen --help` costs no more than click. A test holds each line to the command's own short help.
COMMANDS = {
    "bootstrap": "Deploy the artifact bucket and log role of an account and region.",
    "cancel": "Stop what is running in a stack, and roll it back.",
    "delete": "Delete stacks, in reverse order of deployment.",
    "deploy": "Deploy the committed templates through change sets.",
    "diagnose": "Explain why a stack's last operation failed, and what is left.",
    "drift": "List resources that are not as their templates say.",
    "lint": "Check templates with cfn-lint and our rules.",
    "local": "Run the embedded AWS on this machine.",
    "package": "Build the zips of the Lambda handlers.",
    "render": "Write the templates of every stack and check them.",
    "rollback": "Bring a stack whose operation failed back to its last good state.",
    "rules": "List our rules for templates, or explain one.",
    "status": "Show what is deployed, and whether it equals what is committed.",
}

EXIT_CODES: tuple[tuple[type[errors.GenError], int], ...] = (
    (errors.StaleTemplateError, 3),
    (errors.DriftError, 3),
    (errors.LintError, 3),
    (errors.RefusedError, 4),
    (errors.StackFailedError, 5),
    (errors.NeedsPersonError, 6),
    (errors.StillRunningError, 7),
    (errors.GenError, 2),
)


class Commands(Group):
    """The group of commands, each imported when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names for help and completion."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        command: click.Command = importlib.import_module(f"generator.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def show_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's signature
    """Print the installed version; importlib.metadata is slow, so only when asked."""
    if wanted and not context.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"gen {version('gen')}")
        context.exit()


@click.group(
    cls=Commands,
    params=common_options(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `gen render --env prod` and `gen local run`. The guide is in README.md and docs/.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=show_version,
    help="Show the version.",
)
@click.pass_context
def group(context: click.Context, /, **common: object) -> None:
    """Render CloudFormation templates that people review, and deploy exactly those bytes."""
    context.obj = common_values(common)


def exit_code(error: errors.GenError) -> int:
    """The exit code of an error; see the module's text."""
    return next(code for kind, code in EXIT_CODES if isinstance(error, kind))


def tell(error: errors.GenError, *, json_lines: bool, words: bool = True) -> None:
    """What is wrong and what to do: words on stderr, and with ``--json`` a record on stdout."""
    from generator.console import console

    here = console(json_lines=json_lines)
    if words:
        here.error(f"error: {error.message}")
        if error.fix:
            here.error(f"  fix: {error.fix}")
    here.record({"type": "error", "message": error.message, "fix": error.fix, "code": exit_code(error)})


def deaf() -> None:
    """Ignore signals: when the interpreter ends, the exit code is decided and nothing is left to stop."""
    for name in ("SIGHUP", "SIGINT", "SIGTERM"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def main(arguments: list[str] | None = None) -> None:
    """Entry point of the console script."""
    atexit.register(deaf)
    given = sys.argv[1:] if arguments is None else arguments
    try:
        result = group.main(args=given, prog_name="gen", standalone_mode=False)
    except errors.GenError as error:
        if not error.told:
            tell(error, json_lines="--json" in given)
        sys.exit(exit_code(error))
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in {"cli", "generator"}:
            raise
        click.echo(f"error: the package '{error.name}' is not installed", err=True)
        click.echo("  fix: install gen with its dependencies, as README.md says", err=True)
        sys.exit(2)
    except OSError as error:
        # Only writing help or an error can end here; what names a file is our bug.
        if error.filename is not None or error.errno not in {
            errno.EPIPE,
            errno.ENOSPC,
            errno.EBADF,
            errno.EIO,
        }:
            raise
        if error.errno == errno.EPIPE:
            sys.exit(0)
        click.echo(f"error: cannot write to stdout: {error.strerror}", err=True)
        sys.exit(2)
    except click.UsageError as error:
        from generator.commands import usage

        helps = isinstance(error, click.exceptions.NoArgsIsHelpError)
        if helps:
            error.show()
        tell(usage.explained(error), json_lines="--json" in given, words=not helps)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        # Another Ctrl-C has nothing left to stop, and would only show a traceback.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        click.echo("stopped", err=True)
        signal.signal(signal.SIGINT, before)
        sys.exit(4)
    sys.exit(result if isinstance(result, int) else 0)


if __name__ == "__main__":
    main()
