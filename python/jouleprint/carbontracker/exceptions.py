"""carbontracker's exceptions, by their names. Those of the parser are raised; the others are here to be caught."""


class NoComponentsAvailableError(Exception):
    """Never raised here: a machine that cannot be measured ends no training."""


class UnitError(Exception):
    """Never raised here."""

    def __init__(self, expected_unit: str, received_unit: str, message: str) -> None:
        super().__init__(message)
        self.expected_unit = expected_unit
        self.received_unit = received_unit
        self.message = message


class IntelRaplPermissionError(Exception):
    """Never raised here."""


class GPUPowerUsageRetrievalError(Exception):
    """Never raised here."""


class CarbonIntensityFetcherError(Exception):
    """Never raised here."""


class IPLocationError(Exception):
    """Never raised here."""


class GPUError(Exception):
    """Never raised here."""


class CPUError(Exception):
    """Never raised here."""


class ComponentNameError(Exception):
    """`components` names something that is neither "all", "gpu" nor "cpu"."""


class FetcherNameError(Exception):
    """Never raised here."""


class MismatchedLogFilesError(Exception):
    """A folder holds logs, and none has the other half that belongs to it."""


class MismatchedEpochsError(Exception):
    """A log has more or fewer powers than durations."""
