"""One measurement by jouleprint's own tracker, and the rows that it comes to.

Knows nothing of outputs. Not safe for several threads at once; the tracker that has it holds a lock.
"""

import contextlib
import datetime
import math
import os
from typing import Any, Iterator, List, Mapping, NamedTuple, Optional

from .._errors import UsageError
from ..tracker import Tracker
from . import _gpus, _machine, _numbers, _place
from ._notices import warn_once
from .output_methods.emissions_data import EmissionsData, TaskEmissionsData

_DEFAULT_INTERVAL_S = (
    1.0  # readings are at least this often whatever measure_power_secs says: bursts must not be missed
)
# Idle over full power where nobody has measured it: as jouleprint's own model of processors, meters/model.
_IDLE_OF_MAX = 0.05
_KEY_VARIABLE = "JOULEPRINT_ELECTRICITY_MAPS_KEY"


@contextlib.contextmanager
def _key_in_environment(key: Optional[str]) -> Iterator[None]:
    """The library reads the key when a tracker starts; commands that the program runs later must not inherit it."""
    added = bool(key) and _KEY_VARIABLE not in os.environ
    if added:
        os.environ[_KEY_VARIABLE] = str(key)
    try:
        yield
    finally:
        if added:
            os.environ.pop(_KEY_VARIABLE, None)


class _At(NamedTuple):
    """Where a run stands."""

    sums: _numbers.Sums
    busy_cpu_s: float


class _Task(NamedTuple):
    name: str
    number: int
    begin: _At


class Measurement:
    """From start to stop. `options` as _options.resolve gives them. start raises JouleprintError or ValueError."""

    def __init__(self, options: Mapping[str, Any], place: _place.Place, run_id: str) -> None:
        self._options = options
        self._place = place
        self._run_id = run_id
        self._rules = _numbers.Rules(
            by_share=options["tracking_mode"] == "process",
            pue=options["pue"],
            wue=options["wue"],
            ram_w=options["force_ram_power"],
            gpus=_gpus.chosen(options["gpu_ids"]),
        )
        self._tracker: Any = None
        self._memory: List[_machine.MemoryUse] = []
        self._record: Mapping[str, Any] = {}

    @property
    def record(self) -> Any:
        """jouleprint's record: of now, and after stop the final one."""
        return self._tracker.record

    def start(self) -> None:
        is_live = bool(self._options["electricitymaps_api_token"])
        try:
            self._tracker = self._started(self._place, is_live)
        except UsageError as refused:
            if not is_live and not self._place.cloud:
                raise
            # A cloud region or a live source that is not to be had is no reason to measure nothing.
            warn_once("location", f"{refused}; the run is priced without")
            self._tracker = self._started(self._place._replace(cloud=None), False)
        self._memory = [_machine.memory_use()]
        self._look()
        _place.warn_if_unknown(self._record, self._intensity is not None)
        self._place = _place.with_record(self._place, self._record)
        self._warn_of_ranks()

    def _warn_of_ranks(self) -> None:
        ranks = int((self._record.get("rank") or {}).get("local_world_size") or 0)
        if ranks > 1 and not self._rules.by_share:
            warn_once(
                "ranks",
                f"each of the {ranks} processes on this machine writes a row with the whole machine's energy; add up "
                "one row per machine, or use tracking_mode='process'",
            )

    @property
    def _intensity(self) -> Optional[float]:
        given: Optional[float] = self._options["force_carbon_intensity_g_co2e_kwh"]
        return given

    def _started(self, place: _place.Place, is_live: bool) -> Tracker:
        more = {"boundary": "platform"} if self._options["rapl_prefer_psys"] else {}
        if is_live and self._intensity is None:
            more["intensity_from"] = "electricity-maps"
        max_w = self._options["force_cpu_power"]
        tracker = Tracker(
            str(self._options["experiment_name"]),
            project=str(self._options["project_name"]),
            tags={"codecarbon_run_id": self._run_id},
            zone=None if place.cloud else place.zone,
            region=place.cloud,
            pue=self._options["pue"],
            wue=self._options["wue"] or None,
            intensity=self._intensity,
            interval=min(self._options["measure_power_secs"], _DEFAULT_INTERVAL_S),
            cpu_idle_w=max_w * _IDLE_OF_MAX if max_w else None,
            cpu_max_w=max_w,
            quiet=True,
            strict=True,
            options=more or None,
        )
        with _key_in_environment(self._options["electricitymaps_api_token"] if is_live else None):
            return tracker.start()

    def _look(self, final: Any = None) -> _At:
        record = final if final is not None else self._tracker.record
        if record.data:  # a reading that failed leaves the one before it
            self._record = record.data
        self._memory.append(_machine.memory_use())
        return _At(
            _numbers.of_run(self._record, self._rules),
            float((self._record.get("job") or {}).get("machine_cpu_s") or 0.0),
        )

    def row(self) -> EmissionsData:
        """Since the start."""
        at = self._look()
        return self._row(at.sums, at.busy_cpu_s)

    def stop(self) -> EmissionsData:
        """The last row. Again: the same."""
        at = self._look(self._tracker.stop())
        return self._row(at.sums, at.busy_cpu_s)

    def begin_task(self, name: str) -> _Task:
        return _Task(name, self._tracker.begin_task(name), self._look())

    def end_task(self, task: _Task) -> EmissionsData:
        """Of the task alone."""
        ended = self._tracker.end_task(task.number)
        at = self._look()
        sums = at.sums.minus(task.begin.sums)
        if ended and not self._rules.by_share:
            sums = _numbers.of_task(ended, self._record, self._rules)
        return self._row(sums, at.busy_cpu_s - task.begin.busy_cpu_s)

    def _row(self, sums: _numbers.Sums, busy_cpu_s: float) -> EmissionsData:
        gpus = [str(model) for model in (self._record.get("host") or {}).get("gpus") or []]
        if self._rules.gpus is not None:
            gpus = [model for index, model in enumerate(gpus) if index in self._rules.gpus]
        machine = _machine.columns(self._record.get("host") or {}, gpus)
        cpu_time_s = sums.duration_s * machine["cpu_count"]
        from . import version

        return EmissionsData(
            timestamp=datetime.datetime.now().strftime("%Y-%m-%dT%H:%M:%S"),
            project_name=str(self._options["project_name"]),
            run_id=self._run_id,
            experiment_id=str(self._options["experiment_id"]),
            duration=sums.duration_s,
            emissions=sums.emissions_kg,
            emissions_rate=sums.emissions_kg / sums.duration_s if sums.duration_s > 0 else 0.0,
            cpu_power=sums.mean_w(sums.cpu_kwh),
            gpu_power=sums.mean_w(sums.gpu_kwh),
            ram_power=sums.mean_w(sums.ram_kwh),
            cpu_energy=sums.cpu_kwh,
            gpu_energy=sums.gpu_kwh,
            ram_energy=sums.ram_kwh,
            energy_consumed=sums.all_kwh,
            water_consumed=sums.water_l,
            country_name=self._place.country_name,
            country_iso_code=self._place.country_iso_code,
            region=self._place.region,
            cloud_provider=self._place.cloud_provider,
            cloud_region=self._place.cloud_region,
            codecarbon_version=version(),
            longitude=None,
            latitude=None,
            tracking_mode=str(self._options["tracking_mode"]),
            cpu_utilization_percent=min(100.0, 100.0 * busy_cpu_s / cpu_time_s) if cpu_time_s > 0 else 0.0,
            # Not known is not zero: NaN becomes an empty cell, and null in JSON.
            gpu_utilization_percent=math.nan if gpus else 0.0,
            ram_utilization_percent=sum(use.percent for use in self._memory) / len(self._memory),
            ram_used_gb=sum(use.used_gib for use in self._memory) / len(self._memory),
            on_cloud=self._place.on_cloud,
            pue=self._options["pue"],
            wue=self._options["wue"],
            **machine,
        )


def tasks_of(rows: Mapping[str, EmissionsData]) -> List[TaskEmissionsData]:
    """The ended tasks, in their order, as outputs take them."""
    return [TaskEmissionsData.of(name, data) for name, data in rows.items()]
