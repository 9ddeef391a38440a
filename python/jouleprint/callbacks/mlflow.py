"""MLflow: a run's energy and carbon as metrics and tags of an MLflow run.

    with jouleprint.callbacks.mlflow.track_run(zone="FR") as t:
        train(t)

Metrics: the totals (see _record.totals_of) and each epoch's with the epoch as step. Tags: which run, where, what the
figures rest on. An MLflow server that does not answer costs a warning, never the training.
"""
from __future__ import annotations

import contextlib
import time
from typing import Any, Iterator, Optional

from .._errors import warn_once
from ..record import Record
from ..tracker import Tracker
from ._guarded import figures_of
from ._record import epochs_of, tags_of, totals_of, tracked

# What MLflow's REST interface takes in one call.
_METRICS_PER_CALL = 1000


def log_record(record: Record, run_id: Optional[str] = None) -> bool:
    """Into the MLflow run `run_id`; the active one, or a new one, where absent. False: nothing was logged (a warning
    says why)."""
    if not record:
        return False
    metrics = [(name, value, 0) for name, value in totals_of(record).items()]
    metrics += [(name, value, step) for step, figures in epochs_of(record) for name, value in figures.items()]
    return _log(metrics, tags_of(record), run_id)


def log_figures(record: Record, step: int = 0, run_id: Optional[str] = None) -> bool:
    """The figures of a record so far (`t.record`), as metrics at a step. Otherwise as log_record."""
    return _log([(name, value, step) for name, value in figures_of(record).items()], {}, run_id)


@contextlib.contextmanager
def track_run(tracker: Optional[Tracker] = None, *, run_id: Optional[str] = None, **options: Any) -> Iterator[Tracker]:
    """Measures the block, by `tracker` or by one with these options, and logs its record into the MLflow run
    `run_id`; the active one where absent, else one that lasts as long as the block. An exception passes, with the
    record logged. TypeError, ValueError: an option makes no sense; nothing was started."""
    with _run_around(run_id), tracked(tracker, options, lambda record: log_record(record, run_id)) as measuring:
        yield measuring


@contextlib.contextmanager
def _run_around(run_id: Optional[str]) -> Iterator[None]:
    """An active run, if need be for as long as this lasts."""
    with contextlib.ExitStack() as stack:
        try:
            import mlflow

            if run_id is None and mlflow.active_run() is None:
                stack.enter_context(mlflow.start_run())
        except Exception as fault:  # pylint: disable=broad-except
            warn_once(f"MLflow has no run: {type(fault).__name__}: {fault}")
        yield


def _log(metrics: list[tuple[str, float, int]], tags: dict[str, str], run_id: Optional[str]) -> bool:
    try:
        import mlflow
        from mlflow.entities import Metric, RunTag

        now_ms = int(time.time() * 1000)
        rows = [Metric(name, value, now_ms, step) for name, value, step in metrics]
        words = [RunTag(name, value) for name, value in tags.items()]
        with _run_around(run_id):
            target = run_id or mlflow.active_run().info.run_id
            for first in range(0, max(len(rows), 1), _METRICS_PER_CALL):
                mlflow.MlflowClient().log_batch(target, rows[first:first + _METRICS_PER_CALL], [],
                                                words if first == 0 else [])
        return True
    except Exception as fault:  # pylint: disable=broad-except
        warn_once(f"nothing was logged to MLflow: {type(fault).__name__}: {fault}")
        return False
