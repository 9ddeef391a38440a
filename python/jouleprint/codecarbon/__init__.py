"""In the place of CodeCarbon 3.x: the same names, options, files and columns, on jouleprint's measurements.

    from jouleprint.codecarbon import EmissionsTracker      # was: from codecarbon import EmissionsTracker

`install()` makes `import codecarbon` mean this package, for programs that one does not want to change. What is the same
and what differs, with the reason, is in docs/codecarbon.md.
"""

from ._install import install, uninstall
from .emissions_tracker import EmissionsTracker, OfflineEmissionsTracker, track_emissions
from .output_methods.base_output import OutputMethod

__all__ = ["EmissionsTracker", "OfflineEmissionsTracker", "OutputMethod", "install", "track_emissions", "uninstall"]
__app_name__ = "codecarbon"

#: The version of CodeCarbon whose interface this is.
INTERFACE = "3.3.2"


def version() -> str:
    """As a version of CodeCarbon with a local part (PEP 440) that names this package: "3.3.2+jouleprint.0.1.0"."""
    try:
        from .. import __version__ as ours
    except ImportError:  # the library is not there; to look at a version must not need it
        return f"{INTERFACE}+jouleprint"
    return f"{INTERFACE}+jouleprint.{ours}"


def __getattr__(name: str) -> str:
    if name == "__version__":
        return version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
