"""emissions.csv and the task file.

Rows of several processes at once do not mix: a file is locked while it is written, a row is one write, and a file that
is written anew is put in place whole. A row is written under the columns that the file has, so that a value is never
under another's heading; a value that is absent (None, NaN) is an empty cell.
"""

import csv
import io
import math
import os
import tempfile
from typing import Any, Dict, List, Optional, Sequence

from ..external.logger import logger
from .base_output import BaseOutput
from .emissions_data import EmissionsData, TaskEmissionsData

try:
    import fcntl
except ImportError:  # a system without flock: rows are still single writes
    fcntl = None  # type: ignore[assignment]

MODES = ("append", "update")


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return repr(value) if isinstance(value, float) else str(value)


def csv_text(rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def replace_file(path: str, text: str) -> None:
    """Writes beside `path` and puts it in place, so that a reader sees the old file or the new one. Raises OSError."""
    handle, temporary = tempfile.mkstemp(prefix=".emissions_", suffix=".tmp", dir=os.path.dirname(path) or ".")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
        os.chmod(temporary, _mode_for(path))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _mode_for(path: str) -> int:
    """The mode that the file has, or that a new one would get."""
    try:
        return os.stat(path).st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _write_all(fd: int, text: str) -> None:
    left = memoryview(text.encode("utf-8", errors="surrogateescape"))
    while left:
        left = left[os.write(fd, left) :]


def free_backup_name(path: str) -> str:
    """`path`.bak, or the first of `path`_0.bak, `path`_1.bak, ... that is not there."""
    name, number = f"{path}.bak", 0
    while os.path.exists(name):
        name, number = f"{path}_{number}.bak", number + 1
    return name


class _Locked:
    """The file, open for appending and locked, also where another process puts a new one in its place meanwhile."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> int:
        while True:
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                if fcntl is not None:
                    fcntl.flock(self._fd, fcntl.LOCK_EX)
            except OSError:
                return self._fd  # a file system without locks; a row is still one write
            if self._is_current():
                return self._fd
            os.close(self._fd)

    def _is_current(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._fd), os.stat(self.path))
        except FileNotFoundError:
            return False

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)


class FileOutput(BaseOutput):
    """Writes `output_file_name` in `output_dir`, and a task file beside it.

    Raises ValueError for an unknown `on_csv_write`, OSError where `output_dir` is not there or a file cannot be
    written.
    """

    def __init__(self, output_file_name: str, output_dir: str, on_csv_write: str = "append") -> None:
        if on_csv_write not in MODES:
            raise ValueError(f"on_csv_write is {on_csv_write!r}, and may be 'append' or 'update'")
        if not os.path.isdir(output_dir):
            raise OSError(f"output_dir {output_dir!r} is not a folder; make it first")
        self.output_file_name = output_file_name
        self.output_dir = output_dir
        self.on_csv_write = on_csv_write
        self.save_file_path = os.path.join(output_dir, output_file_name)

    def has_valid_headers(self, data: EmissionsData) -> bool:
        """Whether the file has the columns of `data`, in any order. True of an empty file."""
        header = self._header(self.save_file_path)
        return header is None or sorted(header) == sorted(data.values)

    def out(self, total: EmissionsData, delta: Optional[EmissionsData]) -> None:
        path = os.path.realpath(self.save_file_path)
        while True:
            with _Locked(path) as fd:
                header = self._header(path)
                if header is None or sorted(header) == sorted(total.values):
                    self._write(path, fd, header, total.values)
                    return
                backup = free_backup_name(path)
                os.rename(path, backup)
                logger.warning("%s has other columns than this version writes; it is kept as %s", path, backup)

    @staticmethod
    def _header(path: str) -> Optional[List[str]]:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return next(csv.reader(file), None)

    def _write(self, path: str, fd: int, header: Optional[List[str]], values: Dict[str, Any]) -> None:
        if header is None:
            _write_all(fd, csv_text([list(values), list(values.values())]))
            return
        row = [values[name] for name in header]
        if self.on_csv_write == "update":
            kept = self._other_rows(path, header, str(values["run_id"]))
            replace_file(path, csv_text([header, *kept, row]))
        else:
            # A row that a crash cut off keeps its own line.
            is_cut_off = os.pread(fd, 1, os.fstat(fd).st_size - 1) not in (b"\n", b"\r")
            _write_all(fd, ("\n" if is_cut_off else "") + csv_text([row]))

    @staticmethod
    def _other_rows(path: str, header: List[str], run_id: str) -> List[List[str]]:
        """All rows but that of `run_id`; where it has several, which one to replace is not known, and all stay."""
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            rows = [row for row in csv.reader(file) if row][1:]
        column = header.index("run_id")
        mine = [row for row in rows if len(row) > column and row[column] == run_id]
        if len(mine) > 1:
            logger.warning("%s: the run %s has %d rows already; one more is added", path, run_id, len(mine))
            return rows
        return [row for row in rows if row not in mine]

    def task_out(self, data: List[TaskEmissionsData], experiment_name: str) -> None:
        path = os.path.join(self.output_dir, f"emissions_{experiment_name}_{data[0].run_id}.csv")
        rows = [list(task.values.values()) for task in data]
        replace_file(os.path.realpath(path), csv_text([list(data[0].values), *rows]))
