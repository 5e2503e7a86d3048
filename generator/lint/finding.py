"""What linting one template gives: findings, and the exceptions that the template asks for."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct, structs

LEVELS = {"E": "error", "W": "warning", "I": "info"}
# cfn-lint's own for a template that cannot be read or transformed, a rule that crashed, and a configuration
# that is wrong; and ours that guard exceptions. None of them can be excepted from.
MANDATORY = ("E0000", "E0001", "E0002", "E0003", "E9001", "E9002")


class Finding(Struct, frozen=True, order=True):
    """One finding. Lines and columns count from 1; ``path`` is the place inside the template."""

    file: str
    line: int
    column: int
    rule: str
    message: str
    path: str
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        place = f" ({self.path})" if self.path else ""
        return f"{self.file}:{self.line}:{self.column}: {self.rule} {self.message}{place}"

    @property
    def level(self) -> str:
        """``error``, ``warning`` or ``info``."""
        return LEVELS.get(self.rule[:1], "error")

    @property
    def resource(self) -> str:
        """Logical id of the resource that it is about; "" where it is about none."""
        section, _, rest = self.path.partition("/")
        return rest.partition("/")[0] if section == "Resources" else ""

    def record(self) -> dict[str, object]:
        """The finding as JSON values."""
        return {"type": "finding", "level": self.level, **structs.asdict(self)}


class Suppression(Struct, frozen=True, order=True):
    """An exception that a resource's Metadata asks for: this rule is not to speak of this resource.

    ``matched`` counts the findings that it hides; none means that it has outlived what it was for.
    """

    file: str
    line: int
    resource: str
    rule: str
    reason: str = ""
    matched: int = 0

    def __str__(self) -> str:
        hides = f"hides {counted(self.matched, 'finding')}" if self.matched else "hides nothing any more"
        reason = self.reason or "no reason given"
        return f"{self.file}:{self.line}: {self.rule} on {self.resource} {hides}: {reason}"

    def record(self) -> dict[str, object]:
        """The exception as JSON values."""
        return {"type": "suppression", **structs.asdict(self)}


class RuleText(Struct, frozen=True):
    """What a rule says about itself."""

    id: str
    shortdesc: str
    description: str
    source_url: str
    tags: tuple[str, ...] = ()


class Verdict(Struct, frozen=True):
    """What cfn-lint says of one template's bytes, before exceptions are made and without the file's name.

    ``rules`` are those that spoke. ``lasting`` is False where another run may well say otherwise.
    """

    findings: tuple[Finding, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    rules: tuple[RuleText, ...] = ()
    lasting: bool = True


class Hidden(Struct, frozen=True, order=True):
    """A finding that is not to count, and the exception that says so."""

    finding: Finding
    suppression: Suppression


class Report(Struct, frozen=True):
    """What is told about some files. Everything in it is sorted."""

    files: tuple[str, ...]
    findings: tuple[Finding, ...]
    hidden: tuple[Hidden, ...]
    suppressions: tuple[Suppression, ...]
    rules: tuple[RuleText, ...]

    @property
    def unused(self) -> tuple[Suppression, ...]:
        """Exceptions that hide nothing any more."""
        return tuple(one for one in self.suppressions if not one.matched)


def alone(rule: str, message: str, *, line: int = 1, column: int = 1, lasting: bool = True) -> Verdict:
    """The verdict on a file of which nothing else can be said."""
    return Verdict(
        findings=(Finding("", line, column, rule, message, "", line, column + 1),), lasting=lasting
    )


def report(verdicts: dict[Path, Verdict]) -> Report:
    """Make the exceptions that the templates ask for, and put everything in order."""
    findings: list[Finding] = []
    hidden: list[Hidden] = []
    suppressions: list[Suppression] = []
    for file, verdict in verdicts.items():
        told = {structs.replace(one, file=file.as_posix()) for one in verdict.findings}
        for asked in verdict.suppressions:
            matched = {
                one
                for one in told
                if one.rule == asked.rule and one.resource == asked.resource and one.rule not in MANDATORY
            }
            made = structs.replace(asked, file=file.as_posix(), matched=len(matched))
            suppressions.append(made)
            hidden += [Hidden(one, made) for one in matched]
            told -= matched
        findings += told
    rules = {rule.id: rule for verdict in verdicts.values() for rule in verdict.rules}
    return Report(
        files=tuple(sorted(file.as_posix() for file in verdicts)),
        findings=tuple(sorted(findings)),
        hidden=tuple(sorted(hidden)),
        suppressions=tuple(sorted(suppressions)),
        rules=tuple(rules[name] for name in sorted(rules)),
    )


def counted(number: int, thing: str) -> str:
    """``1 finding``, ``2 findings``."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
