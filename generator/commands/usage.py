"""What click finds wrong with a command line, as an error that says what is allowed and what to do next."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches

import click

from generator.errors import UsageError

EXTRA = re.compile(r"Got unexpected extra arguments? \((.*)\)")
QUOTED = re.compile(r"'([^']*)'")


def explained(error: click.UsageError) -> UsageError:
    """``error`` in our words."""
    context = error.ctx
    if context is None:
        return UsageError(error.format_message(), "see: gen --help")
    problem, fix = told(error, context)
    return UsageError(f"{context.command_path}: {problem}", fix or f"see: {context.command_path} --help")


def told(error: click.UsageError, context: click.Context) -> tuple[str, str]:
    """What is wrong, with what is allowed, and what to do; an empty fix points to the command's help."""
    parameters = context.command.get_params(context)
    extra = EXTRA.match(error.message)
    match error:
        case click.NoSuchOption():
            known = sorted({max(one.opts, key=len) for one in parameters if isinstance(one, click.Option)})
            problem = f"there is no option '{error.option_name}'; known: {', '.join(known)}"
            found = problem, suggestion(error.option_name, known)
        case click.BadOptionUsage():
            meant = next((one for one in parameters if error.option_name in one.opts), None)
            found = option_misused(error, meant, context)
        case click.MissingParameter(param=click.Parameter() as meant):
            found = f"{name_of(meant)} is missing{known_values(meant, context)}", example(context)
        case click.BadParameter(param=click.Parameter() as meant):
            found = value_refused(error, meant)
        case _ if extra:
            found = superfluous(extra[1].split(), parameters, context)
        case _ if isinstance(context.command, click.Group):
            found = f"a command is missing; known: {', '.join(context.command.list_commands(context))}", ""
        case _:
            found = error.message.rstrip("."), ""
    return found


def name_of(parameter: click.Parameter) -> str:
    """A parameter as a person types it: its long option, or the argument's name in capitals."""
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return parameter.make_metavar(click.Context(click.Command(None))).strip("[].")


def suggestion(word: str, known: Collection[str]) -> str:
    """The nearest of ``known``, or what begins like ``word``; empty for none."""
    begins = [one for one in known if len(word) > 2 and one.startswith(word)]
    near = begins or get_close_matches(word, sorted(known), n=1)
    return f"did you mean '{near[0]}'?" if near else ""


def known_values(parameter: click.Parameter, context: click.Context) -> str:
    """``; known: …`` where tab completion knows the values of a parameter, else nothing."""
    values = [one.value for one in parameter.shell_complete(context, "") if one.type == "plain"]
    return f"; known: {', '.join(values)}" if values else ""


def example(context: click.Context) -> str:
    """The first example of the command's help."""
    first: Iterable[str] = getattr(context.command, "examples", "").strip().splitlines()
    return next((f"for example: {line.strip()}" for line in first), "")


def option_misused(
    error: click.BadOptionUsage, meant: click.Parameter | None, context: click.Context
) -> tuple[str, str]:
    """A switch with a value, or an option without one."""
    if isinstance(meant, click.Option) and meant.is_flag:
        return f"{error.option_name} is a switch and takes no value", f"write only: {error.option_name}"
    if meant is None:
        return error.message.rstrip("."), ""
    value = meant.make_metavar(context)
    problem = f"{error.option_name} takes a value{known_values(meant, context)}"
    return problem, f"write: {error.option_name} {value}"


def value_refused(error: click.BadParameter, meant: click.Parameter) -> tuple[str, str]:
    """A value that its option or argument does not take."""
    name, kind = name_of(meant), meant.type
    said = error.message.rstrip(".")
    value = next(iter(QUOTED.findall(said)), said.partition(" ")[0])
    if isinstance(kind, click.IntRange):
        to = f" to {kind.max}" if kind.max is not None else ""
        problem = f"{name} {value} is not allowed; allowed: whole numbers from {kind.min}{to}"
        usual = meant.default if isinstance(meant.default, int) else kind.min
        return problem, f"for example: {name} {usual}"
    if isinstance(kind, click.Choice):
        choices = [str(one) for one in kind.choices]
        problem = f"{name} {value} is not allowed; allowed: {', '.join(choices)}"
        return problem, suggestion(value, choices) or f"for example: {name} {choices[0]}"
    return f"{name}: {said}", f"correct the value of {name}" + ("" if meant.required else ", or leave it out")


def superfluous(
    extra: list[str], parameters: Iterable[click.Parameter], context: click.Context
) -> tuple[str, str]:
    """More arguments than the command has. Perhaps it is a stack, which is an option of most commands."""
    takes = [name_of(one) for one in parameters if isinstance(one, click.Argument)]
    problem = f"{', '.join(map(repr, extra))} is too much; it takes " + (
        f"{', '.join(takes)} and options" if takes else "options only"
    )
    for one in parameters:
        if isinstance(one, click.Option) and "--stack" in one.opts:
            known = {found.value for found in one.shell_complete(context, "")}
            if extra[0] in known:
                return problem, f"did you mean '--stack {extra[0]}'?"
    return problem, f"leave it out, or see: {context.command_path} --help"
