"""TensorBoard: a run's energy and carbon as scalars.

    with jouleprint.callbacks.tensorboard.track_run("runs/today", zone="FR") as t:
        train(t)

Written by torch.utils.tensorboard or tensorboardX where one of them is loaded, else by whichever of tensorboard,
tensorboardX and torch is installed; tensorboard alone will do.
"""
from __future__ import annotations

import os
import sys
import time
from contextlib import AbstractContextManager
from typing import Any, Callable, Optional

from .._errors import JouleprintError, warn_once
from ..record import Record
from ..tracker import Tracker
from ._guarded import figures_of
from ._record import epochs_of, totals_of, tracked

# A folder, or a writer: anything with add_scalar(tag, value, step).
Target = Any


class _EventFile:
    """SummaryWriter's part that is needed here, on nothing but tensorboard itself."""

    def __init__(self, folder: str) -> None:
        from tensorboard.compat.proto import event_pb2, summary_pb2
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        self._event, self._summary = event_pb2.Event, summary_pb2.Summary
        self._file = EventFileWriter(folder)

    def add_scalar(self, tag: str, value: float, step: int) -> None:
        summary = self._summary(value=[self._summary.Value(tag=tag, simple_value=value)])
        self._file.add_event(self._event(wall_time=time.time(), step=step, summary=summary))

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def _of_torch(folder: str) -> Any:
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(folder)


def _of_tensorboardx(folder: str) -> Any:
    from tensorboardX import SummaryWriter

    return SummaryWriter(folder)


def _writer(folder: str) -> Any:
    # Loading torch for a few scalars takes seconds; what is loaded already is free.
    makers: list[Callable[[str], Any]] = [_EventFile, _of_tensorboardx, _of_torch]
    loaded: dict[str, Callable[[str], Any]] = {"torch.utils.tensorboard": _of_torch, "tensorboardX": _of_tensorboardx}
    for make in [make for module, make in loaded.items() if module in sys.modules] + makers:
        try:
            return make(folder)
        except ImportError:
            continue
    raise JouleprintError("no writer of TensorBoard's files can be imported; install tensorboard")


def log_record(record: Record, target: Target) -> bool:
    """The totals (see _record.totals_of) at step 0 and each epoch's figures at its number. `target`: a folder, or a
    writer
    with add_scalar(tag, value, step). False: nothing was written (a warning says why)."""
    if not record:
        return False

    def write(writer: Any) -> None:
        for name, value in totals_of(record).items():
            writer.add_scalar(_tag(name), value, 0)
        for epoch, figures in epochs_of(record):
            for name, value in figures.items():
                writer.add_scalar(_tag(name), value, epoch)
    return _write(target, write)


def log_figures(record: Record, step: int, target: Target) -> bool:
    """The figures of a record so far (`t.record`), at a step. Otherwise as log_record."""
    def write(writer: Any) -> None:
        for name, value in figures_of(record).items():
            writer.add_scalar(_tag(name), value, step)
    return _write(target, write)


def track_run(target: Target, tracker: Optional[Tracker] = None, **options: Any) -> AbstractContextManager[Tracker]:
    """Measures a `with` block, by `tracker` or by one with these options, and writes its record. An exception passes,
    with the record written. TypeError, ValueError: an option makes no sense."""
    return tracked(tracker, options, lambda record: log_record(record, target))


def _tag(name: str) -> str:
    # TensorBoard groups by what stands before the slash.
    return name.replace("_", "/", 1)


def _write(target: Target, write: Callable[[Any], None]) -> bool:
    try:
        is_writer = hasattr(target, "add_scalar")
        writer = target if is_writer else _writer(os.fspath(target))
        try:
            write(writer)
            writer.flush()
        finally:
            if not is_writer:
                writer.close()
        return True
    except Exception as fault:  # pylint: disable=broad-except
        warn_once(f"nothing was written for TensorBoard: {type(fault).__name__}: {fault}")
        return False
