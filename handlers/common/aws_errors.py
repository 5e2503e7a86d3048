"""What a caller of the API is told when a call to AWS fails."""

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from handlers.common.dynamodb import error_codes
from handlers.common.problems import Problem, collided, internal_error

_TOO_MANY = frozenset(
    {
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
    }
)
_CONFLICT = frozenset(
    {
        "ConditionalCheckFailed",
        "ConditionalCheckFailedException",
        "DuplicateItem",
        "DuplicateItemException",
        "ReplicatedWriteConflictException",
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_UNAVAILABLE = frozenset(
    {
        "InternalFailure",
        "InternalServerError",
        "InternalServiceError",
        "InternalServiceErrorException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
    }
)


def problem_of(error: Exception) -> Problem:
    """Return the problem that an exception amounts to; whatever is not known is 500."""
    if isinstance(error, (ConnectionError, HTTPClientError)):
        return _unavailable()
    if not isinstance(error, ClientError):
        return internal_error()
    codes = error_codes(error)
    if codes & _TOO_MANY:
        return Problem(429, "too-many-requests", "Too many requests. Send this one again later.")
    if codes & _UNAVAILABLE:
        return _unavailable()
    if codes <= _CONFLICT:
        return collided()
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return _unavailable() if status >= 500 else internal_error()


def _unavailable() -> Problem:
    return Problem(503, "unavailable", "The service cannot be reached at the moment. Try again later.")
