"""What an environment decides about alarms."""

from __future__ import annotations

from typing import Protocol


class Thresholds(Protocol):
    """The numbers that an environment decides; units are in the names."""

    @property
    def error_rate_percent(self) -> float:
        """Failed invocations, percent."""

    @property
    def minimum_requests(self) -> int:
        """Requests in a minute below which a rate says nothing."""

    @property
    def low_traffic_errors(self) -> int:
        """Failed invocations in 15 minutes; requests that fail in an SLO's long window before it pages."""

    @property
    def api_5xx_percent(self) -> float:
        """5xx answers, percent."""

    @property
    def slo_percent(self) -> float:
        """Requests that an API is to answer without 5xx, percent; below 100."""

    @property
    def p99_latency_ms(self) -> int:
        """Milliseconds."""

    @property
    def duration_percent_of_timeout(self) -> int:
        """p95 of the duration, percent of the timeout."""

    @property
    def iterator_age_s(self) -> int:
        """Seconds behind the stream."""

    @property
    def queue_age_s(self) -> int:
        """Seconds that the oldest message of a queue has waited."""

    @property
    def periods(self) -> int:
        """N of M of N, in minutes."""

    @property
    def datapoints(self) -> int:
        """M of M of N, in minutes."""
