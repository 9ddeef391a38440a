"""`import codecarbon` answered by this package, for programs that are not to be changed.

A finder stands before all others and makes modules named `codecarbon...` that have what ours of the same name have.
They are modules of their own, with their own specification, so that importlib.util.find_spec, which programs ask
whether CodeCarbon is there, finds a proper one; importlib.metadata finds a version.
"""

import importlib
import sys
import types
from typing import List, Optional

_THEIRS = "codecarbon"


def _is_ours(module: Optional[types.ModuleType]) -> bool:
    loader = getattr(getattr(module, "__spec__", None), "loader", None)
    return type(loader).__module__ == f"{__package__}._finder"


def _loaded() -> List[str]:
    return [name for name in sys.modules if name.partition(".")[0] == _THEIRS]


def install() -> None:
    """From now on `import codecarbon`, and from its modules, gives this package. Again: nothing more.

    Raises RuntimeError where CodeCarbon itself is imported already: programs may hold parts of it.
    """
    strangers = [name for name in _loaded() if not _is_ours(sys.modules[name])]
    if strangers:
        raise RuntimeError(
            "CodeCarbon itself is imported already; call jouleprint.codecarbon.install() before whatever imports it"
        )
    from ._finder import Finder

    if not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder())
    importlib.import_module(_THEIRS)


def uninstall() -> None:
    """Undoes install: the next `import codecarbon` finds CodeCarbon itself, or nothing. What was imported works on."""
    from ._finder import Finder

    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, Finder)]
    for name in _loaded():
        if _is_ours(sys.modules[name]):
            del sys.modules[name]
