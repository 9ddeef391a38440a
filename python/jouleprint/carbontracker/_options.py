"""The options of CarbonTracker: what they may be, and what they are to a jouleprint tracker."""
from __future__ import annotations

import contextlib
import os
from typing import Any, Dict, Iterator, Mapping, NamedTuple, Optional, Set

from .. import _options
from .._errors import warn_once
from .exceptions import ComponentNameError

# carbontracker's own default. Our meters have an interval each that suits them better than one for all.
DEFAULT_INTERVAL_S = 1
_KEY_VARIABLE = "JOULEPRINT_ELECTRICITY_MAPS_KEY"
_SOURCES = {"electricitymaps": "electricity-maps", "carbonintensityGB": "neso"}
_OF_COMPONENT = {"gpu": {"gpu"}, "cpu": {"cpu", "memory"}}


class Epochs(NamedTuple):
    total: int
    before_prediction: int  # 0: none
    monitored: int


def epochs_of(epochs: Any, epochs_before_pred: Any, monitor_epochs: Any) -> Epochs:
    """ValueError, TypeError: they contradict each other, or are no numbers."""
    total = _options.count("epochs", epochs)
    before = _whole("epochs_before_pred", epochs_before_pred)
    monitored = _whole("monitor_epochs", monitor_epochs)
    if monitored == 0:
        raise ValueError("monitor_epochs is 0, and must be 1 or more, or -1 for all epochs")
    if monitored != -1 and monitored < before:
        raise ValueError(f"monitor_epochs is {monitored}, and must not be below epochs_before_pred, which is {before}")
    last = total if monitored < 0 else monitored
    return Epochs(total, last if before < 0 else before, last)


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} is of type {type(value).__name__}, and must be a whole number")
    return int(value.__index__())


def components_of(components: Any) -> Optional[Set[str]]:
    """Which parts of the machine count; None: all."""
    names = _options.text("components", components).replace(" ", "").lower()
    if names == "all":
        return None
    chosen: Set[str] = set()
    for name in names.split(","):
        if name not in _OF_COMPONENT:
            raise ComponentNameError(f"components names '{name}'; it takes all, gpu, cpu, or gpu,cpu")
        chosen |= _OF_COMPONENT[name]
    return chosen


def check_simulated(sim_cpu: Any, sim_cpu_tdp: Any, sim_gpu: Any, sim_gpu_watts: Any) -> None:
    if sim_cpu is not None and sim_cpu_tdp is None:
        raise ValueError("sim_cpu needs sim_cpu_tdp, the processor's watts")
    if sim_gpu is not None and sim_gpu_watts is None:
        raise ValueError("sim_gpu needs sim_gpu_watts, the GPU's watts")


def source_of(api_keys: Optional[Mapping[str, Any]]) -> Optional[str]:
    """The live source of intensity that the keys are for."""
    if api_keys is not None and not isinstance(api_keys, Mapping):
        raise TypeError(f"api_keys is {type(api_keys).__name__}, and must be a dictionary of providers and keys")
    for provider, key in (api_keys or {}).items():
        if provider not in _SOURCES:
            warn_once(f"api_keys: there is no source for '{provider}', so it is not asked; there is one for "
                      f"{' and '.join(_SOURCES)}")
        elif key or provider != "electricitymaps":
            return _SOURCES[provider]
        else:
            warn_once(f"api_keys: the key for '{provider}' is empty, so it is not asked")
    return None


@contextlib.contextmanager
def key_in_environment(api_keys: Optional[Mapping[str, Any]]) -> Iterator[None]:
    """The library takes keys from the environment and nowhere else, so that none stands in a record."""
    key = (api_keys or {}).get("electricitymaps")
    if not key:
        yield
        return
    before = os.environ.get(_KEY_VARIABLE)
    os.environ[_KEY_VARIABLE] = str(key)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_KEY_VARIABLE, None)
        else:
            os.environ[_KEY_VARIABLE] = before


def tracker_arguments(given: Mapping[str, Any], api_keys: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    """What jouleprint.Tracker is to be made with."""
    arguments: Dict[str, Any] = {"epochs": given["epochs"], "quiet": True}
    if given["log_file_prefix"]:
        arguments["name"] = str(given["log_file_prefix"])
    if given["update_interval"] != DEFAULT_INTERVAL_S:
        arguments["interval"] = given["update_interval"]
    if given["sim_cpu_tdp"] is not None:
        arguments["cpu_max_w"] = float(given["sim_cpu_tdp"])
        warn_once("sim_cpu_tdp: taken as the processor's highest power where no counter can be read, with its real "
                  "load; what can be measured is measured. sim_cpu_util is not used")
    if given["sim_gpu"] is not None:
        warn_once("sim_gpu: a GPU that is not there is not counted")
    source = source_of(api_keys)
    if source is not None:
        arguments["options"] = {"intensity_from": source}
    return arguments
