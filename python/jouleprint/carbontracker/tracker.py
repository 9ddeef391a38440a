"""CarbonTracker with carbontracker's options, on jouleprint's measurements. See docs/carbontracker.md.

    tracker = CarbonTracker(epochs=100, log_dir="logs")
    for epoch in range(100):
        tracker.epoch_start()
        train()
        tracker.epoch_end()
    tracker.stop()

A tracker is used by one thread. In a process that was forked off its calls do nothing.
"""
from __future__ import annotations

import functools
import os
import sys
import traceback
from typing import Any, Callable, List, Mapping, Optional, TypeVar

from .._errors import warn_once
from ..record import Estimate, Record
from ..tracker import Tracker
from . import _figures, _options, version
from ._logs import Logs

F = TypeVar("F", bound=Callable[..., None])


def _harmless(method: F) -> F:
    """A fault of measuring ends the measuring and never the training, whatever ignore_errors says."""
    @functools.wraps(method)
    def guarded(self: CarbonTracker, *arguments: Any) -> None:
        if self.deleted or os.getpid() != self._pid:
            return
        try:
            method(self, *arguments)
        except Exception:
            self._give_up(traceback.format_exc())
    return guarded  # type: ignore[return-value]


class CarbonTracker:
    """Energy and carbon of `epochs` epochs: predicted after the first, and told at the end.

    epochs              how many the training will have
    epochs_before_pred  the prediction comes after so many; -1 after the last, 0 never
    monitor_epochs      measure so many, then tell what they took; -1 all
    update_interval     seconds between readings; at its default each meter has its own
    interpretable       tell what the emissions are equivalent to as well
    stop_and_confirm    ask after the prediction whether to go on; "n" exits with status 0
    ignore_errors       makes no difference: a fault of measuring never ends the training
    components          "all", "gpu", "cpu" (with its memory), or "gpu,cpu"
    devices_by_pid      leave out GPUs that this program has not used
    log_dir             a folder for the logs; None: no logs
    log_file_prefix     the start of their names, and the name of the run in the store
    verbose             0: nothing on standard output
    decimal_precision   digits behind the point
    api_keys            {"electricitymaps": key}: the intensity is asked for while it runs
    sim_cpu_tdp         the processor's highest power in watts, where no counter can be read
    sim_cpu, sim_cpu_util, sim_gpu, sim_gpu_watts, sim_gpu_util    are not used; see the manual

    Zone, PUE and the rest come from JOULEPRINT_* variables and jouleprint.toml. `record` is the run record.
    TypeError, ValueError, ComponentNameError: an option makes no sense; nothing was started.
    """

    def __init__(self, epochs: int, epochs_before_pred: int = 1, monitor_epochs: int = -1, update_interval: float = 1,
                 interpretable: bool = True, stop_and_confirm: bool = False, ignore_errors: bool = False,
                 components: str = "all", devices_by_pid: bool = False, log_dir: Optional[str] = None,
                 log_file_prefix: str = "", verbose: int = 1, decimal_precision: int = 12,
                 api_keys: Optional[Mapping[str, str]] = None, sim_cpu: Optional[str] = None,
                 sim_cpu_tdp: Optional[float] = None, sim_cpu_util: Optional[float] = None,
                 sim_gpu: Optional[str] = None, sim_gpu_watts: Optional[float] = None,
                 sim_gpu_util: Optional[float] = None) -> None:
        self._given = {name: value for name, value in locals().items() if name != "self"}
        self._plan = _options.epochs_of(epochs, epochs_before_pred, monitor_epochs)
        self._chosen = _options.components_of(components)
        _options.check_simulated(sim_cpu, sim_cpu_tdp, sim_gpu, sim_gpu_watts)
        self.epochs = epochs
        self.epochs_before_pred = epochs_before_pred
        self.monitor_epochs = self._plan.monitored
        self.update_interval = update_interval
        self.interpretable = interpretable
        self.stop_and_confirm = stop_and_confirm
        self.ignore_errors = ignore_errors
        self.components = components
        self.devices_by_pid = devices_by_pid
        self.log_dir = log_dir
        self.log_file_prefix = log_file_prefix
        self.verbose = verbose
        self.decimal_precision = decimal_precision
        self.api_keys = api_keys
        self.deleted = False
        self.epoch_counter = 0
        self._pid = os.getpid()
        self._finished: List[_figures.Epoch] = []
        self._task: Optional[int] = None
        self._tracker = self._made()
        self._logs = Logs(log_dir, log_file_prefix, verbose)

    def _made(self) -> Tracker:
        return Tracker(**_options.tracker_arguments(self._given, self.api_keys))

    @property
    def record(self) -> Record:
        """As if the run ended now; after its end, the record. JouleprintError: no epoch has begun."""
        return self._tracker.record

    def set_api_keys(self, api_keys: Optional[Mapping[str, str]]) -> None:
        """As the option. After the first epoch has begun it comes too late, and warns."""
        self.api_keys = api_keys
        if self._tracker.started:
            warn_once("set_api_keys() comes too late for this tracker; call it before the first epoch_start()")
        else:
            self._tracker = self._made()

    @_harmless
    def epoch_start(self) -> None:
        """An epoch begins. One that has not ended does not count."""
        if not self._tracker.started and not self._start():
            return
        self._drop_open_epoch()
        self._tracker.begin_epoch()
        self._task = self._tracker.begin_task(f"epoch {self.epoch_counter + 1}")

    @_harmless
    def epoch_end(self) -> None:
        """The epoch ends: it is logged, and the prediction and the result are told when their time has come."""
        if self._task is None:
            warn_once("epoch_end() was called without epoch_start(), so there is no epoch to end")
            return
        task, self._task = self._task, None
        measured = self._tracker.end_task(task)
        self._tracker.epoch()
        if not measured:
            self._logs.error("The epoch could not be measured.")
            return
        self._finished.append(_figures.Epoch(measured["end_s"] - measured["start_s"], dict(measured["domain_kwh"])))
        self.epoch_counter += 1
        self._log_epoch()
        if self.epoch_counter == self._plan.before_prediction:
            self._tell_prediction()
            if self.stop_and_confirm:
                self._confirm()
        if self.epoch_counter == self._plan.monitored:
            self._finish()

    @_harmless
    def stop(self) -> None:
        """Ends before all epochs were monitored, and tells what those took that were finished. Else it does nothing."""
        self._logs.info(f"Training was interrupted before all {self._plan.monitored} epochs were monitored.")
        self._finish()

    def _start(self) -> bool:
        with _options.key_in_environment(self.api_keys):
            self._tracker.start()
        record = self._tracker.record
        if not record:
            self._give_up(f"Nothing can be measured: {record.reason}")
            return False
        self._logs.info(f"carbontracker version {version()}")
        self._logs.info(f"jouleprint run {record.run_id}")
        whence = "as given" if record.data.get("pue_given") else "none was given; carbontracker takes 1.58 everywhere"
        self._logs.info("Only predicted and actual consumptions are multiplied by a PUE coefficient of "
                        f"{_pue(record):g} ({whence}).")
        found = f"The following components were found: {self._domains(record, all_devices=True).found()}"
        self._logs.info(found)
        self._logs.output(found)
        self._logs.info("Monitoring thread started.")
        return True

    def _domains(self, record: Record, all_devices: bool = False) -> _figures.Domains:
        return _figures.Domains(record, self._chosen, used_only=self.devices_by_pid and not all_devices)

    def _drop_open_epoch(self) -> None:
        if self._task is not None:
            task, self._task = self._task, None
            self._tracker.end_task(task)

    def _log_epoch(self) -> None:
        epoch = self._finished[-1]
        domains = self._domains(self._tracker.record)
        self._logs.info(f"Epoch {self.epoch_counter}:")
        self._logs.info(f"Duration: {_figures.clock(epoch.duration_s, hundredths=True)}")
        for component in domains.names:
            joules = domains.kwh(epoch, component) * _figures.JOULES_PER_KWH
            watts = round(joules / epoch.duration_s, 3) if epoch.duration_s > 0 else None
            self._logs.info(f"Average power usage (W) for {component}: {watts}")

    def _energy_kwh(self, record: Record) -> float:
        domains = self._domains(record)
        return sum(domains.kwh(epoch) for epoch in self._finished)

    def _tell(self, title: str, duration_s: Estimate, energy_kwh: Estimate, gco2e: Optional[Estimate]) -> None:
        self._logs.output(_figures.block(title, duration_s, energy_kwh, gco2e, decimals=self.decimal_precision,
                                         interpretable=self.interpretable))

    def _tell_prediction(self) -> None:
        said = self._tracker.predict(self._plan.total)
        if not said or said.duration_s is None or said.energy_kwh is None:
            self._logs.error("There is no prediction: the epochs could not be measured.")
            return
        record = self._tracker.record
        everything = sum(sum(epoch.energy_kwh.values()) for epoch in self._finished)
        part = self._energy_kwh(record) / everything if everything > 0 else 1.0
        grams = _figures.predicted_grams(said, record)
        self._tell(f"Predicted consumption for {self._plan.total} epoch(s):", said.duration_s,
                   _figures.scaled(said.energy_kwh, part * _pue(record)),
                   None if grams is None else _figures.scaled(grams, part))

    def _tell_actual(self, record: Record) -> None:
        seconds = sum(epoch.duration_s for epoch in self._finished)
        kwh = self._energy_kwh(record) * _pue(record)
        intensity = _figures.intensity(record)
        grams = None
        if intensity is not None:
            where = record.data.get("zone") or "unknown"
            source = (record.data.get("intensity_g_per_kwh") or {}).get("source") or "an unknown source"
            self._logs.info(f"Carbon intensities (gCO2eq/kWh) of {source} at detected location: "
                            f"{'Unknown' if where == 'unknown' else where}: [{intensity.value:.2f}]")
            average = f"Average carbon intensity during training was {intensity.value:.2f} gCO2eq/kWh. "
            self._logs.info(average)
            self._logs.output(average)
            grams = _figures.scaled(_figures.factors(record.operational_gco2e), kwh * intensity.value)
        title = "Actual consumption:" if self.epochs_before_pred == 0 else \
            f"Actual consumption for {self.epoch_counter} epoch(s):"
        self._tell(title, Estimate(seconds, seconds, seconds, "metered"),
                   _figures.scaled(_figures.factors(record.energy_kwh), kwh), grams)

    def _confirm(self) -> None:
        self._logs.output("Continue training (y/n)?")
        while True:
            try:
                answer = input().strip().lower()
            except (EOFError, OSError, RuntimeError):
                self._logs.error("Nobody can be asked here, so the training goes on.")
                return
            if answer == "y":
                self._logs.output("Continuing...")
                return
            if answer == "n":
                self._logs.info("Session ended by user.")
                self._logs.output("Quitting...")
                self._finish()
                sys.exit(0)
            self._logs.output("Input not recognized. Try again (y/n):")

    def _finish(self) -> None:
        self._drop_open_epoch()
        if self._tracker.started:
            record = self._tracker.stop()
            if record and self._finished:
                self._tell_actual(record)
            self._logs.info("Monitoring thread ended.")
            self._logs.output("Finished monitoring.")
        self._logs.close()
        self.deleted = True

    def _give_up(self, why: str) -> None:
        self.deleted = True
        self._logs.error(f"{why.rstrip()} The training goes on without monitoring.", "CRITICAL")
        self._logs.close()
        try:
            if self._tracker.started:
                self._tracker.stop()
        except Exception as fault:
            warn_once(f"the record may be lost: {fault}")


def _pue(record: Record) -> float:
    return float(record.data.get("pue") or 1)
