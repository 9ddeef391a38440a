"""Results as one line of JSON per row, to a logger of Python's or of Google Cloud's."""

import logging
from typing import Any, Optional

from .._send import to_json
from .base_output import BaseOutput
from .emissions_data import EmissionsData


class LoggerOutput(BaseOutput):
    """To a `logging.Logger`, with every flush, stop and live row."""

    def __init__(self, logger: Any, severity: int = logging.INFO) -> None:
        self.logger = logger
        self.logging_severity = severity

    def out(self, total: EmissionsData, delta: Optional[EmissionsData]) -> None:
        self.logger.log(self.logging_severity, msg=to_json(total))

    def live_out(self, total: EmissionsData, delta: Optional[EmissionsData]) -> None:
        self.out(total, delta)


class GoogleCloudLoggerOutput(LoggerOutput):
    """To a logger of google-cloud-logging, as a structure."""

    def out(self, total: EmissionsData, delta: Optional[EmissionsData]) -> None:
        self.logger.log_struct(dict(total.values), severity=self.logging_severity)
