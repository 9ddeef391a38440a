"""The trackers, and functions and blocks that are tracked, as `codecarbon.emissions_tracker` has them."""

from ._base import BaseEmissionsTracker
from ._decorators import TaskEmissionsTracker, track_emissions, track_task_emissions
from ._trackers import EmissionsTracker, OfflineEmissionsTracker
from .output_methods.base_output import BaseOutput, OutputMethod
from .output_methods.emissions_data import EmissionsData

__all__ = [
    "BaseEmissionsTracker",
    "BaseOutput",
    "EmissionsData",
    "EmissionsTracker",
    "OfflineEmissionsTracker",
    "OutputMethod",
    "TaskEmissionsTracker",
    "track_emissions",
    "track_task_emissions",
]
