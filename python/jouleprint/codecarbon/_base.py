"""What both trackers are: BaseEmissionsTracker.

A fault of measuring, writing or sending is a line on the logger `codecarbon`, never an exception: the measured code
goes on. Wrong options raise in the constructor. All methods may be called from any thread. A tracker belongs to the
process that started it; in a forked child its methods do nothing and return None. What still runs at the interpreter's
exit is stopped then, so that its row is not lost.
"""

import atexit
import os
import threading
import uuid
from typing import Any, Dict, List, Mapping, Optional, Set, Union

from .._errors import JouleprintError
from . import _gpus, _live, _machine, _measurement, _options, _outputs, _place
from ._options import UNSET
from .core.config import get_hierarchical_config
from .external.logger import logger, set_logger_format, set_logger_level
from .lock import Lock
from .output_methods.base_output import BaseOutput, OutputMethod
from .output_methods.emissions_data import EmissionsData

# Held strongly: a tracker that was started and forgotten still writes its row at the end.
_running: "Set[BaseEmissionsTracker]" = set()


@atexit.register
def _stop_what_runs() -> None:
    for tracker in list(_running):
        if tracker.is_ours:
            logger.warning("the tracker of %r was never stopped; it is now", tracker.project_name)
            tracker.stop()


class BaseEmissionsTracker:
    """What both trackers are. The options: docs/codecarbon.md; their names, order and defaults are CodeCarbon's."""

    def __init__(
        self,
        project_name: Optional[str] = UNSET,
        measure_power_secs: Optional[float] = UNSET,
        api_call_interval: Optional[int] = UNSET,
        api_endpoint: Optional[str] = UNSET,
        api_key: Optional[str] = UNSET,
        output_dir: Optional[str] = UNSET,
        output_file: Optional[str] = UNSET,
        output_methods: Union[str, List[OutputMethod], None] = UNSET,
        save_to_file: Optional[bool] = UNSET,
        save_to_api: Optional[bool] = UNSET,
        save_to_logger: Optional[bool] = UNSET,
        logging_logger: Optional[BaseOutput] = UNSET,
        save_to_prometheus: Optional[bool] = UNSET,
        save_to_logfire: Optional[bool] = UNSET,
        prometheus_url: Optional[str] = UNSET,
        output_handlers: Optional[List[BaseOutput]] = UNSET,
        gpu_ids: Union[str, List[Union[int, str]], None] = UNSET,
        emissions_endpoint: Optional[str] = UNSET,
        experiment_id: Optional[str] = UNSET,
        experiment_name: Optional[str] = UNSET,
        electricitymaps_api_token: Optional[str] = UNSET,
        co2_signal_api_token: Optional[str] = UNSET,
        tracking_mode: Optional[str] = UNSET,
        log_level: Union[int, str, None] = UNSET,
        on_csv_write: Optional[str] = UNSET,
        logger_preamble: Optional[str] = UNSET,
        force_cpu_power: Optional[float] = UNSET,
        force_ram_power: Optional[float] = UNSET,
        pue: Optional[float] = UNSET,
        wue: Optional[float] = UNSET,
        force_carbon_intensity_g_co2e_kwh: Optional[float] = UNSET,
        force_mode_cpu_load: Optional[bool] = UNSET,
        allow_multiple_runs: Optional[bool] = UNSET,
        rapl_include_dram: Optional[bool] = UNSET,
        rapl_prefer_psys: Optional[bool] = UNSET,
        metadata: Union[Dict[str, Any], str, None] = UNSET,
    ) -> None:
        given = {name: value for name, value in locals().items() if name not in ("self", "__class__")}
        self._set_up({**given, **getattr(self, "_location", {})})

    def _set_up(self, given: Mapping[str, Any]) -> None:
        configured = get_hierarchical_config()
        set_logger_format(str(given.get("logger_preamble") or configured.get("logger_preamble") or ""))
        set_logger_level(given.get("log_level") or configured.get("log_level"))
        self._options = _options.resolve(given, configured)
        self._outputs = _outputs.Outputs(self._options)
        self.run_id = uuid.uuid4()
        self.final_emissions: Optional[float] = None
        self.final_emissions_data: Optional[EmissionsData] = None
        self._measurement: Optional[_measurement.Measurement] = None
        self._ticker: Optional[_live.Ticker] = None
        self._ticks = 0
        self._last_row: Optional[EmissionsData] = None
        self._tasks: Dict[str, EmissionsData] = {}
        self._active_task: Any = None
        self._lock = threading.RLock()
        self._owner = os.getpid()
        self._is_refused = False
        self._machine_lock: Optional[Lock] = (
            None if self._options["allow_multiple_runs"] else self._machine_lock_taken()
        )

    def _machine_lock_taken(self) -> Optional[Lock]:
        lock = Lock()
        try:
            lock.acquire()
        except FileExistsError:
            logger.error(
                "another tracker runs on this machine (%s), and allow_multiple_runs is off: this one measures nothing; "
                "where none runs, remove the file",
                lock.lockfile_path,
            )
            self._is_refused = True
        except OSError as error:
            logger.warning("%s cannot be made, and nothing keeps other trackers out: %s", lock.lockfile_path, error)
        else:
            atexit.register(lock.release)
        return lock

    @property
    def project_name(self) -> str:
        return str(self._options["project_name"])

    @property
    def is_ours(self) -> bool:
        """False in a child that was forked off while the tracker was there."""
        return self._owner == os.getpid()

    @property
    def record(self) -> Any:
        """jouleprint's own record: of now, and after stop the final one. None before start."""
        return None if self._measurement is None else self._measurement.record

    def start(self) -> None:
        """Begins to measure. On a machine where nothing can be measured it warns, and stop returns None."""
        if self._may_act():
            with self._lock:
                if self._is_running:
                    logger.warning("start: the tracker runs already")
                else:
                    self._start()

    def _may_act(self) -> bool:
        if not self.is_ours:
            logger.debug("a tracker of the parent process does nothing here")
        elif self._is_refused:
            logger.warning("this tracker measures nothing, because another one runs on this machine")
        return self.is_ours and not self._is_refused

    @property
    def _is_running(self) -> bool:
        return self._measurement is not None and self.final_emissions_data is None

    def _start(self) -> bool:
        if self.final_emissions_data is not None:  # a second life is a run of its own
            self.run_id = uuid.uuid4()
            self.final_emissions_data, self._last_row, self._tasks, self._ticks = None, None, {}, 0
        try:
            measurement = _measurement.Measurement(self._options, _place.from_options(self._options), str(self.run_id))
            measurement.start()
        except (JouleprintError, ValueError, TypeError) as error:
            self._measurement = None
            logger.warning("nothing is measured: %s", error)
            return False
        self._measurement = measurement
        _running.add(self)
        if self._outputs.any_live and self._options["api_call_interval"] > 0:
            self._tick()  # the start counts as a reading, as there
            self._ticker = _live.Ticker(self._options["measure_power_secs"], self._tick)
        return True

    def _tick(self) -> None:
        if not self.is_ours:
            return
        with self._lock:
            self._ticks += 1
            if self._measurement is None or not self._is_running or self._ticks < self._options["api_call_interval"]:
                return
            self._ticks = 0
            total = self._measurement.row()
            self._outputs.live_out(total, self._added(total))

    def _added(self, total: EmissionsData) -> EmissionsData:
        delta = total.since(self._last_row)
        self._last_row = total
        return delta

    def start_task(self, task_name: Optional[str] = None) -> None:
        """Begins a task, and the tracker where it does not run. One task at a time: a second start_task only warns."""
        if not self._may_act():
            return
        with self._lock:
            if self._active_task is not None:
                logger.warning(
                    "start_task: the task %r has not ended; tasks are measured one at a time", self._active_task.name
                )
                return
            if not self._is_running and not self._start():
                return
            name = str(task_name) if task_name else str(uuid.uuid4())
            name = f"{name}_{uuid.uuid4()}" if name in self._tasks else name
            assert self._measurement is not None
            self._active_task = self._measurement.begin_task(name)

    def stop_task(self, task_name: Optional[str] = None) -> Optional[EmissionsData]:
        """Ends the task and returns what it alone took; None, with a warning, where no such task runs."""
        if not self._may_act():
            return None
        with self._lock:
            task = self._active_task
            if task is None or self._measurement is None or (task_name and task_name != task.name):
                logger.warning("stop_task: no task %sis running", f"{task_name!r} " if task_name else "")
                return None
            self._active_task = None
            self._tasks[task.name] = self._measurement.end_task(task)
            return self._tasks[task.name]

    def flush(self) -> Optional[float]:
        """Writes a row now and goes on. Returns kg of CO2 equivalent so far; None, with a line, before start."""
        if not self._may_act():
            return None
        with self._lock:
            if not self._is_running or self._measurement is None:
                logger.error("flush: start the tracker first")
                return None
            total = self._measurement.row()
            self._write(total)
            return total.emissions

    def _write(self, total: EmissionsData) -> None:
        tasks = _measurement.tasks_of(self._tasks)
        self._outputs.out(total, self._added(total), tasks, str(self._options["experiment_name"]))

    def stop(self) -> Optional[float]:
        """Ends the run, writes its row, returns kg of CO2 equivalent. Again: the same figure and no second row."""
        if not self._may_act():
            return None
        with self._lock:
            if not self._is_running or self._measurement is None:
                logger.warning("stop: the tracker does not run")
                return self.final_emissions
            if self._ticker is not None:
                self._ticker.stop()
            if self._active_task is not None:
                self.stop_task()
            total = self._measurement.stop()
            self.final_emissions, self.final_emissions_data = total.emissions, total
            self._write(total)
            self._outputs.exit()
            self._let_go()
            logger.info("%.6g kWh and %.6g kg CO2eq in %.1f s", total.energy_consumed, total.emissions, total.duration)
            return self.final_emissions

    def _let_go(self) -> None:
        _running.discard(self)
        if self._machine_lock is not None:
            self._machine_lock.release()

    def service_shutdown(self, signum: int, frame: Any) -> None:
        """A handler for signal.signal: stops the tracker."""
        logger.warning("signal %d: the tracker stops", signum)
        self.stop()

    def get_detected_hardware(self) -> Dict[str, Any]:
        """Processors, memory (GiB) and GPUs of this machine; needs no start."""
        host = _machine.host()
        chosen = _gpus.chosen(self._options["gpu_ids"])
        models = [str(model) for model in host.get("gpus") or []]
        columns = _machine.columns(host, [m for index, m in enumerate(models) if chosen is None or index in chosen])
        shown = ("ram_total_size", "cpu_count", "cpu_model", "gpu_count", "gpu_model")
        return {
            **{name: columns[name] for name in shown},
            "cpu_physical_count": int(host.get("sockets") or 1),
            "gpu_ids": self._options["gpu_ids"],
        }

    def _prepare_emissions_data(self) -> Optional[EmissionsData]:
        # Not public there either, but the one way to live figures that programs have come to use.
        if not self._may_act():
            return None
        with self._lock:
            return self._measurement.row() if self._measurement is not None else None

    def __enter__(self) -> "BaseEmissionsTracker":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
