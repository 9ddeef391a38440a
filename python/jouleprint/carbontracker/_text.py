"""What the text of one log says. Patterns are our own; names and what is returned are those of carbontracker's parser.
"""
from __future__ import annotations

import re
from typing import Any, Dict, List, Optional, Sequence, Tuple

# "CO2eq" was "CO2" before 2.0. What follows the equivalents is the next line with a time.
_BLOCK = (r"consumption(?: for (?P<epochs>\d+) epoch(?:\(s\)|s)?)?:[\s\S]*?Time:\s*(?P<time>\S+)"
          r"\s+Energy:\s*(?P<energy>\S+)\s+kWh[\s\S]*?CO2(?:eq)?:\s*(?P<co2eq>\S+)\s+g"
          r"(?:\s*This is equivalent to:\s*(?P<equivalents>[\s\S]*?))?\s*(?=\d{4}-\d{2}-\d{2}|\Z)")
_ACTUAL = re.compile("Actual " + _BLOCK, re.IGNORECASE)
_PREDICTED = re.compile("Predicted " + _BLOCK, re.IGNORECASE)
_TIME = re.compile(r"(\d+):(\d{2}):(\d{1,2}(?:\.\d+)?)")
_COMPONENTS = re.compile(r"The following components were found:(.*)")
# A name may have points in it, so that a component's devices end where the next component or the line does.
_DEVICES = re.compile(r"(\S+) with device\(s\) (.*?)\.(?=\s*\S+ with device\(s\)|\s*$)")
# Numpy writes a long list over several lines.
_POWER = re.compile(r"Average power usage \(W\) for (.+?): (\[[^\]]*\]|\S+)")


def get_consumption(output_log_data: str) -> Tuple[Optional[Dict[str, Any]], Optional[Dict[str, Any]]]:
    """Actual and predicted consumption, each None or {"epochs", "duration (s)", "energy (kWh)", "co2eq (g)",
    "equivalents"}. An actual consumption whose log does not say of how many epochs is of 1."""
    return _measurements(_ACTUAL.search(output_log_data)), _measurements(_PREDICTED.search(output_log_data))


def _measurements(found: Optional["re.Match[str]"]) -> Optional[Dict[str, Any]]:
    if found is None:
        return None
    return extract_measurements((found["epochs"] or 1, found["time"], found["energy"], found["co2eq"],
                                 found["equivalents"]))


def extract_measurements(match: Any) -> Optional[Dict[str, Any]]:
    """Of epochs, time, energy, CO2eq and equivalents as they stand in a log (a match or a sequence of such groups)."""
    if not match:
        return None
    groups: Sequence[Any] = match.groups() if isinstance(match, re.Match) else match
    if len(groups) == 4:
        groups = (1, *groups)
    energy, co2eq, equivalents = get_stats(groups)
    return {"epochs": int(groups[0]), "duration (s)": get_time(groups[1]), "energy (kWh)": energy, "co2eq (g)": co2eq,
            "equivalents": equivalents}


def get_stats(groups: Sequence[Any]) -> Tuple[float, float, Optional[Dict[str, float]]]:
    """kWh, grams (nan: could not be priced) and equivalents."""
    equivalents = parse_equivalents(groups[4]) if len(groups) >= 5 and groups[4] is not None else None
    return float(groups[2]), float(groups[3]), equivalents


def parse_equivalents(lines: str) -> Dict[str, float]:
    """{"km travelled by car": 0.00035} of "0.00035 km travelled by car". Lines that are none are passed over."""
    equivalents = {}
    for line in lines.splitlines():
        amount, _, unit = line.strip().partition(" ")
        try:
            if unit:
                equivalents[unit.strip()] = float(amount)
        except ValueError:
            print(f"Warning: '{amount}' is no number, so this equivalent is left out.")
    return equivalents


def get_early_stop(std_log_data: str) -> bool:
    """Whether stop() ended the monitoring before its last epoch."""
    return "training was interrupted" in std_log_data.lower()


def _seconds(found: "re.Match[str]") -> float:
    hours, minutes, seconds = found.groups()
    return float(hours) * 3600 + float(minutes) * 60 + float(seconds)


def get_time(time_str: str) -> Optional[float]:
    """Seconds of "1:02:03" or "1:02:03.45"; None of anything else."""
    found = _TIME.search(time_str)
    return None if found is None else _seconds(found)


def get_epoch_durations(std_log_data: str) -> List[float]:
    """Seconds, an epoch each."""
    return [_seconds(found) for found in re.finditer("Duration: " + _TIME.pattern, std_log_data)]


def get_avg_power_usages(std_log_data: str) -> Dict[str, List[List[float]]]:
    """By component the watts of each epoch: a list of what the log lists, by device before 2.0. "None" is [0.0]."""
    powers: Dict[str, List[List[float]]] = {}
    for component, text in _POWER.findall(std_log_data):
        words = text.strip("[]").replace(",", " ").split()
        powers.setdefault(component, []).append([0.0 if word == "None" else float(word) for word in words] or [0.0])
    return powers


def get_devices(std_log_data: str) -> Dict[str, List[str]]:
    """Names of the devices, by component."""
    found = _COMPONENTS.search(std_log_data)
    if found is None:
        return {}
    return {component.lower(): [device.strip() for device in devices.split(",")]
            for component, devices in _DEVICES.findall(found[1])}
