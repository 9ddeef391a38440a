"""Reads carbontracker's logs, and ours: the functions of carbontracker's parser with the shapes that they return.

What its parser gets wrong is right here (docs/carbontracker.md has the list): the epochs of an actual consumption, so
that aggregates take what was measured; all devices of a list of powers; the whole of a device's name; the pairs of log
files. Arrays are numpy's where numpy is installed, else nested lists. Functions of text are pure; all may be called
from any thread.
"""
from __future__ import annotations

import math
import os
from typing import Any, Dict, Iterable, List, Optional, Tuple

from . import exceptions
from ._text import (extract_measurements, get_avg_power_usages, get_consumption, get_devices, get_early_stop,
                    get_epoch_durations, get_stats, get_time, parse_equivalents)

__all__ = ["aggregate_consumption", "extract_measurements", "get_all_logs", "get_avg_power_usages", "get_consumption",
           "get_devices", "get_early_stop", "get_epoch_durations", "get_most_recent_logs", "get_stats", "get_time",
           "parse_all_logs", "parse_equivalents", "parse_logs", "print_aggregate"]

_STANDARD_END = "carbontracker.log"
_OUTPUT_END = "carbontracker_output.log"


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def _array(rows: List[Any]) -> Any:
    try:
        import numpy
    except ImportError:
        return rows
    return numpy.array(rows)


def parse_all_logs(log_dir: str) -> List[Dict[str, Any]]:
    """Of each run in the folder: output_filename, standard_filename, components (see parse_logs), early_stop, and
    actual and pred (see get_consumption)."""
    logs = []
    for output, standard in zip(*get_all_logs(log_dir)):
        actual, predicted = get_consumption(_read(output))
        logs.append({
            "output_filename": output,
            "standard_filename": standard,
            "components": parse_logs(log_dir, standard, output),
            "early_stop": get_early_stop(_read(standard)),
            "actual": actual,
            "pred": predicted,
        })
    return logs


def parse_logs(log_dir: str, std_log_file: Optional[str] = None, output_log_file: Optional[str] = None
               ) -> Dict[str, Dict[str, Any]]:
    """By component ("gpu", "cpu"): "avg_power_usages (W)" and "avg_energy_usages (J)" with a row for each epoch and a
    column for each number in the log, "epoch_durations (s)", "devices". Of the newest run where no file is named.

    MismatchedEpochsError: the log has not as many powers as durations.
    """
    if std_log_file is None or output_log_file is None:
        std_log_file, output_log_file = get_most_recent_logs(log_dir)
    text = _read(std_log_file)
    durations = get_epoch_durations(text)
    powers = get_avg_power_usages(text)
    return {component: _measurements(powers.get(component, []), durations, devices)
            for component, devices in get_devices(text).items()}


def _measurements(powers: List[List[float]], durations: List[float], devices: List[str]) -> Dict[str, Any]:
    energies = None
    if powers and durations:
        if len(powers) != len(durations):
            raise exceptions.MismatchedEpochsError(
                f"the log has {len(powers)} powers and {len(durations)} durations of epochs; they must be as many")
        energies = _array([[watts * seconds for watts in row] for row, seconds in zip(powers, durations)])
    return {
        "avg_power_usages (W)": _array(powers) if powers else None,
        "avg_energy_usages (J)": energies,
        "epoch_durations (s)": _array(durations) if durations else None,
        "devices": devices,
    }


def print_aggregate(log_dir: str) -> None:
    """Prints what all runs in the folder took together, as a sentence for a paper."""
    energy, grams, equivalents = aggregate_consumption(log_dir)
    likened = " or ".join(f"{amount:.16f} {unit}" for unit, amount in equivalents.items())
    print(f"The training of models in this work is estimated to use {energy:.16f} kWh of electricity contributing to "
          f"{grams / 1000:.16f} kg of CO2eq. " + (f"This is equivalent to {likened}. " if likened else "")
          + "Measured by carbontracker or, in its place, jouleprint.")


def aggregate_consumption(log_dir: str) -> Tuple[float, float, Dict[str, float]]:
    """kWh, grams of CO2eq and equivalents of all runs in the folder: of each what was measured where it ran to its end
    or was stopped early, and what was predicted where only some of its epochs were monitored."""
    energy, grams = 0.0, 0.0
    equivalents: Dict[str, float] = {}
    for output, standard in zip(*get_all_logs(log_dir)):
        actual, predicted = get_consumption(_read(output))
        said = _counted(actual, predicted, get_early_stop(_read(standard)))
        if said is None:
            continue
        energy += said["energy (kWh)"]
        if not math.isnan(said["co2eq (g)"]):
            grams += said["co2eq (g)"]
        for unit, amount in (said["equivalents"] or {}).items():
            equivalents[unit] = equivalents.get(unit, 0.0) + amount
    return energy, grams, equivalents


def _counted(actual: Optional[Dict[str, Any]], predicted: Optional[Dict[str, Any]], early_stop: bool
             ) -> Optional[Dict[str, Any]]:
    if actual is None or predicted is None:
        return actual or predicted
    return actual if early_stop or actual["epochs"] == predicted["epochs"] else predicted


def _logs_in(log_dir: str, keep_empty: bool) -> List[str]:
    paths = (os.path.join(log_dir, name) for name in os.listdir(log_dir))
    return [path for path in paths if os.path.isfile(path) and (keep_empty or os.path.getsize(path) > 0)]


def _by_run(paths: Iterable[str], end: str) -> Dict[str, str]:
    return {path[:-len(end)]: path for path in paths if path.endswith(end)}


def get_all_logs(log_dir: str) -> Tuple[List[str], List[str]]:
    """Names of the output logs, and of the standard logs in the same order. Logs without their other half, and empty
    ones, are left out.

    MismatchedLogFilesError: there are logs, and none has its other half.
    """
    paths = _logs_in(log_dir, keep_empty=False)
    output, standard = _by_run(paths, _OUTPUT_END), _by_run(paths, _STANDARD_END)
    both = sorted(output.keys() & standard.keys())
    if not both and (output or standard):
        raise exceptions.MismatchedLogFilesError(
            f"{log_dir} holds {len(output)} output logs and {len(standard)} standard logs, and no two of one run")
    return [output[run] for run in both], [standard[run] for run in both]


def get_most_recent_logs(log_dir: str) -> Tuple[str, str]:
    """The standard log that was written last, and the output log of the same run.

    MismatchedLogFilesError: no run has both.
    """
    paths = _logs_in(log_dir, keep_empty=True)
    output, standard = _by_run(paths, _OUTPUT_END), _by_run(paths, _STANDARD_END)
    both = output.keys() & standard.keys()
    if not both:
        raise exceptions.MismatchedLogFilesError(f"{log_dir} holds no run's standard and output log")
    newest = max(both, key=lambda run: os.path.getmtime(standard[run]))
    return standard[newest], output[newest]
