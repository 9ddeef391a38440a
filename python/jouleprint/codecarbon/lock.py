"""allow_multiple_runs=False: one tracker at a time on this machine.

The lock is CodeCarbon's own file, `.codecarbon.lock` in the folder for temporary files, so that both tools keep out of
each other's way. Ours holds the number of the process, so that a lock that a killed process left behind is taken over;
no signal handler is installed.
"""

import os
import tempfile

FILE_NAME = ".codecarbon.lock"


class Lock:
    """acquire raises FileExistsError where another process, or another tracker of this one, has it."""

    def __init__(self) -> None:
        self.lockfile_path = os.path.join(tempfile.gettempdir(), FILE_NAME)
        self._owner = 0

    def acquire(self) -> None:
        try:
            self._create()
        except FileExistsError:
            if not self._left_behind():
                raise
            self._remove()
            self._create()

    def _create(self) -> None:
        handle = os.open(self.lockfile_path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        with os.fdopen(handle, "w") as file:
            file.write(f"{os.getpid()}\n")
        self._owner = os.getpid()

    def _left_behind(self) -> bool:
        """Whether the process that the file names is gone. A file without a number may be CodeCarbon's: it holds."""
        try:
            with open(self.lockfile_path) as file:
                os.kill(int(file.read()), 0)
        except ProcessLookupError:
            return True
        except (OSError, ValueError, OverflowError):
            return False
        return False

    def _remove(self) -> None:
        try:
            os.remove(self.lockfile_path)
        except FileNotFoundError:
            pass

    def release(self) -> None:
        """Only what this very process acquired; any number of times."""
        if self._owner == os.getpid():
            self._owner = 0
            self._remove()
