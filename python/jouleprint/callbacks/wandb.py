"""Weights & Biases: a run's energy and carbon beside its other curves.

    with wandb.init() as run, jouleprint.callbacks.wandb.track_run(zone="FR") as t:
        train(t)

The totals (see _record.totals_of) go into the summary, what the figures rest on into the configuration, and each
epoch's figures are logged against `jouleprint_epoch`, so that they don't disturb the steps of the training's own.
"""
from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Callable, Optional

from .._errors import warn_once
from ..record import Record
from ..tracker import Tracker
from ._guarded import figures_of
from ._record import epochs_of, tags_of, totals_of, tracked

_STEP = "jouleprint_epoch"


def log_record(record: Record, run: Any = None) -> bool:
    """Into `run`, a W&B run; the current one where absent. False: nothing was logged (a warning says why)."""
    if not record:
        return False

    def log(target: Any) -> None:
        _define_step(target)
        for epoch, figures in epochs_of(record):
            target.log({_STEP: epoch, **figures})
        target.summary.update(totals_of(record))
        target.config.update(tags_of(record), allow_val_change=True)
    return _with_run(run, log)


def log_figures(record: Record, epoch: int, run: Any = None) -> bool:
    """The figures of a record so far (`t.record`), at an epoch. Otherwise as log_record."""
    def log(target: Any) -> None:
        _define_step(target)
        target.log({_STEP: epoch, **figures_of(record)})
    return _with_run(run, log)


def track_run(tracker: Optional[Tracker] = None, *, run: Any = None, **options: Any) -> AbstractContextManager[Tracker]:
    """Measures a `with` block, by `tracker` or by one with these options, and logs its record into `run`; the current
    one where absent. An exception passes, with the record logged. TypeError, ValueError: an option makes no sense."""
    return tracked(tracker, options, lambda record: log_record(record, run))


def _define_step(run: Any) -> None:
    run.define_metric(_STEP, hidden=True)
    run.define_metric("jouleprint_*", step_metric=_STEP)


def _with_run(run: Any, log: Callable[[Any], None]) -> bool:
    try:
        import wandb

        target = run if run is not None else wandb.run
        if target is None:
            warn_once("nothing was logged to W&B: there is no run; call wandb.init() first, or give one")
            return False
        log(target)
        return True
    except Exception as fault:  # pylint: disable=broad-except
        warn_once(f"nothing was logged to W&B: {type(fault).__name__}: {fault}")
        return False
