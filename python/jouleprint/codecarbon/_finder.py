"""What install() puts before all other finders. A file of its own, because what it stands on is slow to import."""

import importlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import importlib.util
import os
import types
from typing import Any, Iterator, Optional, Sequence

THEIRS = "codecarbon"
_OURS = "jouleprint.codecarbon"


class Loader(importlib.abc.Loader):
    def __init__(self, ours: str) -> None:
        self.ours = ours

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> Optional[types.ModuleType]:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        source = importlib.import_module(self.ours)
        module.__doc__ = source.__doc__
        module.__dict__.update({name: value for name, value in vars(source).items() if not name.startswith("__")})
        for name in ("__all__", "__app_name__", "__version__"):
            if hasattr(source, name):
                setattr(module, name, getattr(source, name))


class _Distribution(importlib.metadata.Distribution):
    def read_text(self, filename: str) -> Optional[str]:
        from . import version

        return f"Metadata-Version: 2.1\nName: {THEIRS}\nVersion: {version()}\n" if filename == "METADATA" else None

    def locate_file(self, path: Any) -> Any:
        return os.path.join(os.path.dirname(__file__), path)


class Finder(importlib.metadata.DistributionFinder):
    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Optional[types.ModuleType] = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        if fullname.partition(".")[0] != THEIRS:
            return None
        ours = importlib.util.find_spec(_OURS + fullname[len(THEIRS) :])
        if ours is None:
            return None
        is_package = ours.submodule_search_locations is not None
        return importlib.machinery.ModuleSpec(fullname, Loader(ours.name), origin=ours.origin, is_package=is_package)

    def find_distributions(self, context: Any = None) -> Iterator[importlib.metadata.Distribution]:
        if context is None or context.name in (None, THEIRS):
            yield _Distribution()
