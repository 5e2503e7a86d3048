"""AWS clients. Make each once for the life of a container: connections are kept."""

import os
from typing import Any

from botocore.config import Config
from botocore.session import get_session

# A call ends within 12 s: three attempts of 3 s, and pauses of at most 1 s and 2 s between them (AWS SDKs and
# Tools Reference Guide, "Retry behavior"). A function behind an API has 28 s, enough for two calls.
CONFIG = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 3},
    tcp_keepalive=True,
)


# A call ends within 7 s: two attempts and a pause. For functions that make three calls for one answer.
SHORT = CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 2}))
# Within 6 s: settings and keys, which are read besides.
SHORTEST = SHORT.merge(Config(read_timeout=1.5))


def aws_client(service: str, config: Config = CONFIG) -> Any:
    """Return a low-level client of the function's own region, such as `dynamodb`.

    botocore and not boto3: it is what boto3 wraps, and resources would only lengthen the cold start.
    """
    return get_session().create_client(service, region_name=os.environ["AWS_REGION"], config=config)
