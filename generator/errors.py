"""Errors that a user can act on.

Every one says what is wrong (with the value and the place) and what to do next. Built-in exceptions
mean a bug of ours and are left to escape. Exit codes are given in ``cli.py`` and nowhere else.
"""

from __future__ import annotations


class GenError(Exception):
    """Something the user can fix.

    ``message`` names the file, key and value; ``fix`` says what is allowed or which command to run next.
    ``told``: a report has said both already, so that only the exit code is left to give.
    """

    told = False

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


class UsageError(GenError):
    """An argument names something that does not exist or cannot be used here."""


class ConfigError(GenError):
    """Environment files are wrong. The message lists every problem of every file."""


class RenderError(GenError):
    """A service cannot be turned into a template."""


class StaleTemplateError(GenError):
    """A committed template differs from what the services render now."""


class DriftError(GenError):
    """A deployed resource is not as its template says."""


class LintError(GenError):
    """cfn-lint has findings."""


class PackageError(GenError):
    """A handler cannot be packaged."""


class DeployError(GenError):
    """A deployment cannot start or go on: wrong account, missing bucket, refused call."""


class RefusedError(GenError):
    """A person said no, or has not said yes."""


class StackFailedError(GenError):
    """A deployment failed and CloudFormation rolled it back cleanly."""


class NeedsPersonError(GenError):
    """The stack is in a state that only a person can decide about."""


class StillRunningError(GenError):
    """We stopped waiting; CloudFormation goes on."""
