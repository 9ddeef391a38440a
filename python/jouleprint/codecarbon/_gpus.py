"""gpu_ids, CUDA_VISIBLE_DEVICES and ROCR_VISIBLE_DEVICES: which GPUs a run counts.

Indices are those of the PCI order, as nvidia-smi shows them; identifiers may be cut short, as CUDA allows.
"""

import glob
import os
from typing import FrozenSet, List, Optional

from ._notices import warn_once
from .core.config import parse_gpu_ids

VARIABLES = ("CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES")


def chosen(gpu_ids: Optional[List[str]]) -> Optional[FrozenSet[int]]:
    """The indices that count; None: all. What names no GPU of this machine is left out with a warning."""
    for variable in VARIABLES:
        if gpu_ids is None and os.environ.get(variable):
            gpu_ids = parse_gpu_ids(os.environ[variable])
    if gpu_ids is None:
        return None
    if gpu_ids and gpu_ids[0] == "-1":  # CUDA's way to say: none
        return frozenset()
    uuids = _uuids() if any(not each.isdigit() for each in gpu_ids) else []
    found = {each: _index(each, uuids) for each in gpu_ids}
    unknown = sorted(each for each, index in found.items() if index is None)
    if unknown:
        warn_once(
            "gpu_ids",
            f"this machine has no GPU {', '.join(unknown)}" + ("" if len(unknown) < len(found) else "; all count"),
        )
    known = frozenset(index for index in found.values() if index is not None)
    return known if known or not gpu_ids else None


def _index(gpu_id: str, uuids: List[str]) -> Optional[int]:
    if gpu_id.isdigit():
        return int(gpu_id)
    # A part of a GPU (MIG-GPU-<uuid>/1/0, the form before driver 470) has the whole GPU's identifier in its name.
    wanted = gpu_id[4:].split("/")[0] if gpu_id.startswith("MIG-GPU-") else gpu_id
    wanted = wanted if wanted.startswith("GPU-") else f"GPU-{wanted}"
    matching = [index for index, uuid in enumerate(uuids) if uuid.startswith(wanted)]
    return matching[0] if len(matching) == 1 else None


def _uuids() -> List[str]:
    """In PCI order, as the driver of NVIDIA lists its GPUs below /proc/driver/nvidia/gpus."""
    root = os.environ.get("JOULEPRINT_SYSROOT") or "/"
    uuids = []
    for path in sorted(glob.glob(os.path.join(glob.escape(root), "proc/driver/nvidia/gpus/*/information"))):
        try:
            with open(path, errors="replace") as file:
                fields = dict(line.split(":", 1) for line in file if ":" in line)
        except OSError:
            fields = {}
        uuids.append(fields.get("GPU UUID", "").strip())
    return uuids
