"""Entity tags and the conditions made of them (RFC 9110, sections 8.8.3 and 13.1)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\U0010ffff]*)"')
_SEPARATOR = re.compile(r"[ \t]*(?:,[ \t]*)+|[ \t]*\Z")


@dataclass(frozen=True, kw_only=True)
class ETags:
    """The value of If-Match or If-None-Match: `*`, or opaque tags without their quotes."""

    anything: bool = False
    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()

    def match_strongly(self, tag: str) -> bool:
        """Compare for If-Match: a weak tag never matches."""
        return self.anything or tag in self.strong

    def match_weakly(self, tag: str) -> bool:
        """Compare for If-None-Match: weak or strong is the same."""
        return self.anything or tag in self.strong or tag in self.weak


def parse_etags(value: str) -> ETags:
    """Return the tags of a header.

    Raises:
        ValueError: the header is neither `*` nor a list of quoted tags.
    """
    text = value.strip(" \t")
    if text == "*":
        return ETags(anything=True)
    tags = list(_tags(text))
    if not tags:
        raise ValueError('must be * or a list of quoted entity tags, such as "3"')
    return ETags(
        strong=frozenset(tag for weak, tag in tags if not weak),
        weak=frozenset(tag for weak, tag in tags if weak),
    )


def _tags(text: str) -> Iterable[tuple[bool, str]]:
    position = len(text) - len(text.lstrip(", \t"))
    while position < len(text):
        tag = _TAG.match(text, position)
        separator = tag and _SEPARATOR.match(text, tag.end())
        if not tag or not separator:
            raise ValueError('must be * or a list of quoted entity tags, such as "3"')
        yield bool(tag[1]), tag[2]
        position = separator.end()
