"""Files on their way to cfn-lint: found, read once, and refused where they are no template at all."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

from generator.config.regions import REGIONS
from generator.errors import UsageError
from generator.lint.finding import Verdict, alone

SUFFIXES = {".json", ".yaml", ".yml", ".template"}
# "Understand CloudFormation quotas": the template body in an S3 object.
TEMPLATE_LIMIT = 1_000_000  # bytes
# A key at the start of a YAML line or anywhere in (broken) JSON. In JSON that can be read, keys are compared.
KEY = re.compile(rb"""^(["']?)(AWSTemplateFormatVersion|Resources)\1[ \t]*:""", re.MULTILINE)
JSON_KEY = re.compile(rb'"(AWSTemplateFormatVersion|Resources)"\s*:')
# Folders of other people's files, under a folder that was named.
OTHERS = {"node_modules", "site-packages", "__pycache__"}


class Job(msgspec.Struct, frozen=True):
    """A template to judge: its bytes, where it stands (absolute), and the region it is for."""

    file: Path
    content: bytes
    region: str


class Found(msgspec.Struct, frozen=True):
    """Templates, and how many other JSON and YAML files lie among them."""

    files: tuple[Path, ...]
    skipped: int


def find(paths: tuple[Path, ...]) -> Found:
    """What was named, and the templates in the folders among it. UsageError where there is none."""
    files: dict[Path, None] = {}
    skipped = 0
    for path in paths:
        if path.is_dir():
            inside = list(_candidates(path))
            templates = [one for one in inside if looks_like_a_template(one)]
            if not templates:
                raise UsageError(f"no templates in {path}", "run 'gen render' first, or name another folder")
            files |= dict.fromkeys(templates)
            skipped += len(inside) - len(templates)
        elif path.is_file():
            files[path] = None
        else:
            what = "is not a file" if os.path.lexists(path) else "does not exist"
            raise UsageError(f"{path} {what}", "name a template, or a folder of templates")
    return Found(files=tuple(files), skipped=skipped)


def _candidates(folder: Path) -> Iterator[Path]:
    """JSON and YAML files, sorted; links to folders are not followed, so there is an end."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if one not in OTHERS and not one.startswith("."))
        for name in sorted(names):
            path = Path(here, name)
            if path.suffix.lower() in SUFFIXES and path.is_file():
                yield path


def looks_like_a_template(path: Path) -> bool:
    """Has Resources or AWSTemplateFormatVersion at its top. What cannot be read is told of later."""
    try:
        with path.open("rb") as file:
            head = file.read(TEMPLATE_LIMIT)
    except OSError:
        return True
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return bool(KEY.search(head.removeprefix(b"\xef\xbb\xbf")))
    try:
        top = msgspec.json.decode(head.removeprefix(b"\xef\xbb\xbf"), type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return bool(JSON_KEY.search(head))
    return "AWSTemplateFormatVersion" in top or "Resources" in top


def read(path: Path) -> bytes | Verdict:
    """The file's bytes, or a verdict on one that is too large to be a template.

    UsageError for what is no file, or cannot be read. Nothing is opened that could block.
    """
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123 - a descriptor
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UsageError(f"{path} is not a file", "name a template, or a folder of templates")
            content = file.read(TEMPLATE_LIMIT + 1)
            size = max(os.fstat(file.fileno()).st_size, len(content))
    except (FileNotFoundError, IsADirectoryError) as problem:
        raise UsageError(f"{path} is not a file", "name a template, or a folder of templates") from problem
    except OSError as problem:
        raise UsageError(f"cannot read {path}: {problem.strerror}", "make it a readable file") from problem
    if len(content) > TEMPLATE_LIMIT:
        return alone(
            "E1002",
            f"the file has {size} bytes and CloudFormation takes at most {TEMPLATE_LIMIT}; "
            "split it into several stacks",
        )
    return content


def region_of(path: Path) -> str:
    """The region that a committed template stands under; cfn-lint's own default for any other file."""
    folder = path.absolute().parent.name
    return folder if folder in REGIONS else "us-east-1"
