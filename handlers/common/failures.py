"""What a log may say about an exception: where and what kind, never what it was about.

The text of an exception can quote what a caller sent: botocore puts rejected parameters into it, a KeyError
the key. So neither messages nor tracebacks are logged, only what follows.
"""

import traceback
from pathlib import PurePath
from typing import Any

from botocore.exceptions import ClientError

from handlers.common.dynamodb import error_codes

MAX_FRAMES = 12


def traits(error: BaseException) -> dict[str, Any]:
    """Return type and place of an exception, and for one from AWS: operation, codes and request id."""
    frames = traceback.extract_tb(error.__traceback__)[-MAX_FRAMES:]
    told: dict[str, Any] = {
        "error": type(error).__name__,
        "where": [f"{'/'.join(PurePath(one.filename).parts[-3:])}:{one.lineno} {one.name}" for one in frames],
    }
    if isinstance(error, ClientError):
        told["aws_operation"] = error.operation_name
        told["aws_codes"] = sorted(error_codes(error))
        told["aws_request_id"] = error.response.get("ResponseMetadata", {}).get("RequestId", "")
    return told
