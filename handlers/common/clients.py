"""AWS clients. Make each once for the life of a container: connections are kept."""

import os
from typing import Any

from botocore.config import Config
from botocore.session import get_session

CONFIG = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 3},
    tcp_keepalive=True,
)


def aws_client(service: str) -> Any:
    """Return a low-level client of the function's own region, such as `dynamodb`.

    botocore and not boto3: it is what boto3 wraps, and resources would only lengthen the cold start.
    """
    return get_session().create_client(service, region_name=os.environ["AWS_REGION"], config=CONFIG)
