"""What a row says of the machine: processors, memory, GPUs, and how much of the memory is in use."""

import collections
import os
import platform
from typing import Any, Dict, List, Mapping, NamedTuple

from .._errors import JouleprintError
from .._library import library

_KIB_PER_GIB = 1024.0 * 1024.0


class MemoryUse(NamedTuple):
    percent: float
    used_gib: float


def memory_use() -> MemoryUse:
    """Of the machine, now; zeros where the kernel does not say. Below JOULEPRINT_SYSROOT where that is set."""
    try:
        with open(os.path.join(os.environ.get("JOULEPRINT_SYSROOT") or "/", "proc/meminfo")) as file:
            kib = {line.split(":")[0]: float(line.split()[1]) for line in file if len(line.split()) > 1}
        used = kib["MemTotal"] - kib["MemAvailable"]
        return MemoryUse(100.0 * used / kib["MemTotal"], used / _KIB_PER_GIB)
    except (OSError, KeyError, ValueError, ZeroDivisionError):
        return MemoryUse(0.0, 0.0)


def host() -> Dict[str, Any]:
    """The machine without measuring, as a record has it; {} where the library cannot say."""
    root = os.environ.get("JOULEPRINT_SYSROOT")
    try:
        return library().host({"sysroot": root} if root else {})
    except JouleprintError:
        return {}


def columns(host_info: Mapping[str, Any], gpus: List[str]) -> Dict[str, Any]:
    """The columns of a row that describe machine and interpreter; `gpus`: the models that are tracked."""
    counted = collections.Counter(gpus)
    return {
        "os": platform.platform(),
        "python_version": platform.python_version(),
        "cpu_count": int(host_info.get("logical_cpus") or os.cpu_count() or 0),
        "cpu_model": str(host_info.get("cpu") or platform.processor() or ""),
        "gpu_count": len(gpus),
        "gpu_model": "".join(f"{count} x {model}" for model, count in counted.items()),
        "ram_total_size": float(host_info.get("memory_gib") or 0.0),
    }
