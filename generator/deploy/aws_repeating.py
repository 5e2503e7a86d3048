"""Calls that can be made again, lists of many pages, and calls whose answers were lost: over ``calling``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any, TypeVar

from generator.deploy.cloud import ForeignError, LostError, UnreachableError, UnreadableError
from generator.errors import DeployError

T = TypeVar("T")
# More than any list has: a stack has 500 resources, a region some thousand stacks, a page at most 100.
PAGES = 1000


class Repeating:
    """The part of ``aws.AwsCloud`` that the other parts are built on.

    ``calling`` turns botocore's errors into ours, ``_unreadable`` gives message and fix for
    what is no answer.
    """

    cloudformation: Any
    patience: Any
    sleep: Callable[[float], None]
    calling: Callable[[str, str], AbstractContextManager[None]]
    _unreadable: Callable[[str, str], tuple[str, str]]

    def repeating(self, action: str, resource: str, call: Callable[[], T]) -> T:
        """What ``call`` finds, which makes a call of ``action`` that does no harm when it is made twice.

        So it is made again where its answer was cut or is somebody else's, which botocore takes for final.
        """
        for look in range(1, self.patience.looks):
            try:
                with self.calling(action, resource):
                    return call()
            except (ForeignError, UnreadableError):
                self.sleep(look)
        with self.calling(action, resource):
            return call()

    def _pages(
        self, operation: str, key: str, arguments: Mapping[str, Any], resource: str, read: Callable[[Any], T]
    ) -> Iterator[T]:
        """What ``read`` makes of the entries under ``key`` of every page of a CloudFormation list."""
        send = partial(getattr(self.cloudformation, operation), **arguments)
        action = "cloudformation:" + "".join(word.capitalize() for word in operation.split("_"))

        def page(token: Mapping[str, str]) -> tuple[list[T], str]:
            answer = send(**token)
            return [read(entry) for entry in answer.get(key, [])], answer.get("NextToken") or ""

        return self._turned(action, resource, page)

    def _turned(
        self, action: str, resource: str, page: Callable[[Mapping[str, str]], tuple[list[T], str]]
    ) -> Iterator[T]:
        """The entries of every ``page``, which gives those of one and the token of the next.

        UnreadableError where a page comes again, or there is no end of them.
        """
        tokens: list[str] = []
        before: list[T] = []
        while True:
            token = {"NextToken": tokens[-1]} if tokens else {}
            found, following = self.repeating(action, resource, partial(page, token))
            if (found and found == before) or following in tokens:
                raise UnreadableError(*self._unreadable(action, "the same page again"))
            yield from found
            if not following:
                return
            tokens.append(following)
            before = found
            if len(tokens) == PAGES:
                raise UnreadableError(*self._unreadable(action, f"no end after {PAGES} pages"))

    @contextmanager
    def _looking(self, lost: UnreachableError, perhaps: str) -> Iterator[None]:
        """Look up what became of the ``lost`` call; LostError where that cannot be found out either."""
        try:
            yield
        except DeployError as error:
            raise LostError(
                f"{lost.message}; {perhaps}, which is not known ({error.message})", lost.fix
            ) from error
