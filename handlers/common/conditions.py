"""Conditional requests: If-Match and If-None-Match against the version of what is stored."""

from collections.abc import Mapping
from typing import Any

from handlers.common.etags import ETags, parse_etags
from handlers.common.http import Response, json_response
from handlers.common.problems import FieldError, Problem, collided

REVALIDATE = {"Cache-Control": "private, no-cache"}
Parameters = Mapping[str, Any]


def etag(version: int) -> str:
    """Return the version in quotes."""
    return f'"{version}"'


def shown(value: Mapping[str, Any], *, version: int, status: int = 200) -> Response:
    """Return a resource with its ETag, for the caller's own cache to revalidate each time."""
    return json_response(status, value, headers={**REVALIDATE, "ETag": etag(version)})


def created(value: Mapping[str, Any], *, version: int, path: str, name: str = "id") -> Response:
    """Return a new resource, whose member `name` is added to the path of the collection it is in."""
    answer = shown(value, version=version, status=201)
    location = f"{path.rstrip('/')}/{value[name]}"
    return Response(status=201, headers={**answer.headers, "Location": location}, body=answer.body)


def not_modified(version: int) -> Response:
    """Return the answer that the caller's copy is current."""
    return Response(status=304, headers={"ETag": etag(version), **REVALIDATE})


def is_held(parameters: Parameters, version: int) -> bool:
    """Tell whether If-None-Match says that the caller holds this version.

    Raises:
        Problem: 400 when it is no list of entity tags.
    """
    held = _etags(parameters, "If-None-Match")
    return held is not None and held.match_weakly(str(version))


def expected(parameters: Parameters) -> ETags:
    """Return the versions that a write may change.

    Raises:
        Problem: 428 without If-Match, 400 when it is no list of entity tags.
    """
    etags = _etags(parameters, "If-Match")
    if etags is None:
        raise Problem(
            428, "precondition-required", "Send If-Match with the ETag of the version to be changed."
        )
    return etags


def require_expected(etags: ETags, version: int) -> None:
    """Raise Problem 412 when the version is none of those expected."""
    if not etags.match_strongly(str(version)):
        raise _stale()


def overtaken(etags: ETags) -> Problem:
    """Another write came between read and write. Who said `*` named no version that could be stale."""
    if etags.anything:
        return collided()
    return _stale()


def _stale() -> Problem:
    return Problem(412, "stale-version", "There is another version by now. Read it again, then decide.")


def _etags(parameters: Parameters, name: str) -> ETags | None:
    if name not in parameters:
        return None
    try:
        return parse_etags(parameters[name])
    except ValueError as error:
        mistake = FieldError(parameter=name, detail=str(error))
        raise Problem(
            400, "invalid-parameter", "A parameter or header is not valid.", errors=[mistake]
        ) from None
