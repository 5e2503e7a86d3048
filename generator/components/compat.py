"""What troposphere 4.11.1 lacks or gets wrong, in one place.

Its Lambda module has two properties of one name, and the later one hides fields of the earlier; its gateway
response validator does not know WAF_FILTERED. Delete an entry here when troposphere has it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from troposphere import apigateway, awslambda
from troposphere.validators import integer


class LoggingConfig(awslambda.LoggingConfig):
    """AWS::Lambda::Function LoggingConfig with LogFormat (schema of AWS::Lambda::Function)."""

    props: ClassVar[dict[str, Any]] = {**awslambda.LoggingConfig.props, "LogFormat": (str, False)}


class GatewayResponse(apigateway.GatewayResponse):
    """AWS::ApiGateway::GatewayResponse that takes every documented ResponseType."""

    props: ClassVar[dict[str, Any]] = {**apigateway.GatewayResponse.props, "ResponseType": (str, True)}


class ScalingConfig(awslambda.ScalingConfig):
    """AWS::Lambda::EventSourceMapping ScalingConfig with MaximumConcurrency."""

    props: ClassVar[dict[str, Any]] = {
        **awslambda.ScalingConfig.props,
        "MaximumConcurrency": (integer, False),
    }
