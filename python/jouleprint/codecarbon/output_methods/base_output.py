"""What an output is, and the names of those that come with the package."""

import enum
from typing import List

from .emissions_data import EmissionsData, TaskEmissionsData


class OutputMethod(str, enum.Enum):
    """Where results go; `output_methods` takes these, or their values as text."""

    CSV = "csv"
    API = "api"
    LOGGER = "logger"
    PROMETHEUS = "prometheus"
    LOGFIRE = "logfire"
    BOAMPS = "boamps"


class BaseOutput:
    """The base of outputs of one's own, given to a tracker as `output_handlers`.

    Called one at a time, under the tracker's lock. What an output raises is logged and ends there: neither the measured
    code nor the other outputs see it.
    """

    def out(self, total: EmissionsData, delta: EmissionsData) -> None:
        """At flush and stop. `total`: since the start; `delta`: since the last call of out or live_out."""

    def live_out(self, total: EmissionsData, delta: EmissionsData) -> None:
        """While the run goes on, every `api_call_interval` times `measure_power_secs`; on a thread of the tracker's."""

    def task_out(self, data: List[TaskEmissionsData], experiment_name: str) -> None:
        """At flush and stop, after `out`, where tasks have ended: all of them."""

    def exit(self) -> None:
        """Once, at the end of stop."""
