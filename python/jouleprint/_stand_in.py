"""`import THEIRS` answered by a package of ours, for programs that are not to be changed.

A finder stands before all others and answers THEIRS... with our modules themselves, so that what is patched under one
name is patched under the other. importlib.util.find_spec, which programs ask whether a package is there, finds one;
importlib.metadata finds a version.
"""
from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import importlib.util
import os
import sys
import types
from typing import Any, Callable, Iterator, List, Optional, Sequence


class _Loader(importlib.abc.Loader):
    def __init__(self, ours: str) -> None:
        self._ours = ours
        self._spec: Optional[importlib.machinery.ModuleSpec] = None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        module = importlib.import_module(self._ours)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        # The import has put the other name's there.
        module.__spec__ = self._spec


class _Distribution(importlib.metadata.Distribution):
    def __init__(self, name: str, version: str) -> None:
        self._text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"

    def read_text(self, filename: str) -> Optional[str]:
        return self._text if filename == "METADATA" else None

    def locate_file(self, path: Any) -> Any:
        return os.path.join(os.path.dirname(__file__), path)


class _Finder(importlib.metadata.DistributionFinder):
    def __init__(self, theirs: str, ours: str, version: Callable[[], str]) -> None:
        self.theirs = theirs
        self._ours = ours
        self._version = version

    def find_spec(self, fullname: str, path: Optional[Sequence[str]], target: Optional[types.ModuleType] = None
                  ) -> Optional[importlib.machinery.ModuleSpec]:
        if fullname.partition(".")[0] != self.theirs:
            return None
        ours = importlib.util.find_spec(self._ours + fullname[len(self.theirs):])
        if ours is None:
            return None
        is_package = ours.submodule_search_locations is not None
        return importlib.machinery.ModuleSpec(fullname, _Loader(ours.name), origin=ours.origin, is_package=is_package)

    def find_distributions(self, context: Any = importlib.metadata.DistributionFinder.Context()
                           ) -> Iterator[importlib.metadata.Distribution]:
        if context.name in (None, self.theirs):
            yield _Distribution(self.theirs, self._version())


class StandIn:
    """`theirs`: the package that is asked for. `ours`: the full name of ours. `version`: what metadata is to say."""

    def __init__(self, theirs: str, ours: str, version: Callable[[], str]) -> None:
        self._theirs = theirs
        self._ours = ours
        self._version = version

    def _loaded(self) -> List[str]:
        return [name for name in sys.modules if name.partition(".")[0] == self._theirs]

    def _is_ours(self, name: str) -> bool:
        return getattr(sys.modules[name], "__name__", "").startswith(self._ours)

    def _is_mine(self, finder: object) -> bool:
        return isinstance(finder, _Finder) and finder.theirs == self._theirs

    def install(self) -> None:
        """From now on `import THEIRS`, and from its modules, gives ours. Again: nothing more.

        Raises RuntimeError where the package itself is imported already: programs may hold parts of it.
        """
        if any(not self._is_ours(name) for name in self._loaded()):
            raise RuntimeError(f"{self._theirs} itself is imported already; call {self._ours}.install() before "
                               f"whatever imports it")
        if not any(self._is_mine(finder) for finder in sys.meta_path):
            sys.meta_path.insert(0, _Finder(self._theirs, self._ours, self._version))
        importlib.import_module(self._theirs)

    def uninstall(self) -> None:
        """The next `import THEIRS` finds the package itself, or nothing. What was imported goes on working."""
        sys.meta_path[:] = [finder for finder in sys.meta_path if not self._is_mine(finder)]
        for name in self._loaded():
            if self._is_ours(name):
                del sys.modules[name]
