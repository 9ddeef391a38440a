"""What a run, or a task of it, came to: the rows of emissions.csv and of the task file.

Names, order and units of the fields are CodeCarbon 3.x's, because scripts and dashboards read them: durations in
seconds, power in watts, energy in kWh, water in litres, emissions in kg of CO2 equivalent, emissions_rate in kg per
second, memory in GiB. Energies and powers include the PUE. An estimate stands with its middle value here; the interval
and the basis are in the run record (`tracker.record`).
"""

import collections
import dataclasses
import json
from typing import Any, Optional

#: What adds up over time; all else describes the run or the machine.
ADDITIVE = ("duration", "emissions", "cpu_energy", "gpu_energy", "ram_energy", "energy_consumed", "water_consumed")


class Row:
    """A dataclass whose fields are the columns of a file."""

    @property
    def values(self) -> "collections.OrderedDict[str, Any]":
        """Column by column, in the file's order."""
        return collections.OrderedDict(self.__dict__)


@dataclasses.dataclass
class EmissionsData(Row):
    """A whole run, a task, or what was added since the row before."""

    timestamp: str
    project_name: str
    run_id: str
    experiment_id: str
    duration: float
    emissions: float
    emissions_rate: float
    cpu_power: float
    gpu_power: float
    ram_power: float
    cpu_energy: float
    gpu_energy: float
    ram_energy: float
    energy_consumed: float
    water_consumed: float
    country_name: Optional[str]
    country_iso_code: Optional[str]
    region: Optional[str]
    cloud_provider: str
    cloud_region: str
    os: str
    python_version: str
    codecarbon_version: str
    cpu_count: float
    cpu_model: str
    gpu_count: float
    gpu_model: str
    longitude: Optional[float]
    latitude: Optional[float]
    ram_total_size: float
    tracking_mode: str
    cpu_utilization_percent: float = 0.0
    gpu_utilization_percent: float = 0.0
    ram_utilization_percent: float = 0.0
    ram_used_gb: float = 0.0
    on_cloud: str = "N"
    pue: float = 1.0
    wue: float = 0.0

    def since(self, previous: Optional["EmissionsData"]) -> "EmissionsData":
        """A copy with what was added after `previous`; all of it where there is none."""
        delta = dataclasses.replace(self)
        if previous is not None:
            delta.compute_delta_emission(previous)
        return delta

    def compute_delta_emission(self, previous_emission: "EmissionsData") -> None:
        """Takes `previous_emission` off this one, in place."""
        for name in ADDITIVE:
            setattr(self, name, getattr(self, name) - getattr(previous_emission, name))
        self.emissions_rate = self.emissions / self.duration if self.duration > 0 else 0.0

    def toJSON(self) -> str:  # noqa: N802 (the name is part of the interface that users call)
        return json.dumps(self.__dict__, sort_keys=True, indent=4, default=str)


@dataclasses.dataclass
class TaskEmissionsData(Row):
    """A task: the columns of a run but for experiment_id, pue and wue, with the task's name before them."""

    task_name: str
    timestamp: str
    project_name: str
    run_id: str
    duration: float
    emissions: float
    emissions_rate: float
    cpu_power: float
    gpu_power: float
    ram_power: float
    cpu_energy: float
    gpu_energy: float
    ram_energy: float
    energy_consumed: float
    water_consumed: float
    country_name: Optional[str]
    country_iso_code: Optional[str]
    region: Optional[str]
    cloud_provider: str
    cloud_region: str
    os: str
    python_version: str
    codecarbon_version: str
    cpu_count: float
    cpu_model: str
    gpu_count: float
    gpu_model: str
    longitude: Optional[float]
    latitude: Optional[float]
    ram_total_size: float
    tracking_mode: str
    cpu_utilization_percent: float = 0.0
    gpu_utilization_percent: float = 0.0
    ram_utilization_percent: float = 0.0
    ram_used_gb: float = 0.0
    on_cloud: str = "N"

    @classmethod
    def of(cls, task_name: str, data: EmissionsData) -> "TaskEmissionsData":
        """The task `task_name`, which came to `data`."""
        shared = {
            field.name: getattr(data, field.name) for field in dataclasses.fields(cls) if field.name != "task_name"
        }
        return cls(task_name=task_name, **shared)
