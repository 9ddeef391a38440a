"""In the place of carbontracker 2.x: the same class, options, logs and parser, on jouleprint's measurements.

    from jouleprint.carbontracker.tracker import CarbonTracker    # was: from carbontracker.tracker import CarbonTracker

`install()` makes `import carbontracker` mean this package, for programs that one does not want to change. What is the
same and what differs, with the reason, is in docs/carbontracker.md.
"""
from .._stand_in import StandIn

#: The version of carbontracker whose interface this is.
INTERFACE = "2.4.3"


def version() -> str:
    """As a version of carbontracker with a local part (PEP 440) that names this package: "2.4.3+jouleprint.0.1.0"."""
    try:
        from .. import __version__ as ours
    except ImportError:  # the library is not there; to look at a version must not need it
        return f"{INTERFACE}+jouleprint"
    return f"{INTERFACE}+jouleprint.{ours}"


_stand_in = StandIn("carbontracker", __name__, version)
install = _stand_in.install
uninstall = _stand_in.uninstall

__all__ = ["install", "uninstall"]


def __getattr__(name: str) -> str:
    if name == "__version__":
        return version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
