"""PyTorch Lightning (`lightning.pytorch` and `pytorch_lightning`): a Callback.

    trainer = Trainer(max_epochs=10, callbacks=[JouleprintCallback(zone="FR", budget="2kWh")])

A run lasts from the begin of `fit` to its end, an exception's too. Each training epoch is one of the run's, a
validation at its end is one of kind "eval", one in the middle of an epoch is a task "validate" in it; the sanity
check is neither. The figures are logged through the module at the end of each epoch (see _guarded.figures_of), so
that loggers, the progress bar's and other callbacks' monitors see them. Every process of a distributed training
measures.
"""
from __future__ import annotations

from typing import Any, Optional

from ..record import Record
from ..tracker import Tracker
from ._guarded import GuardedTracker
from ._late import LateBase


class JouleprintCallback(LateBase):
    """`tracker`, or a Tracker's keyword arguments; `epochs` is the trainer's own, and `on_budget="stop"` (the
    default) sets
    trainer.should_stop as soon as a budget is or will be passed: the epoch ends, checkpoints are kept, `fit` returns.
    TypeError, ValueError: an argument makes no sense.
    """

    _homes = ("lightning.pytorch", "pytorch_lightning")
    _base = "Callback"

    def __init__(self, tracker: Optional[Tracker] = None, **options: Any) -> None:
        super().__init__()
        self._measuring = GuardedTracker(tracker, options)
        self._epoch_ended = False

    @property
    def record(self) -> Optional[Record]:
        """Of the `fit` that ended last, or a snapshot of the one that runs; None before the first."""
        return self._measuring.record

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        self._measuring.begin(self._measuring.safely(self._epochs, trainer), quiet=not trainer.is_global_zero)

    def on_fit_end(self, trainer: Any, pl_module: Any) -> None:
        self._measuring.end()

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        self._measuring.end()

    def on_train_epoch_start(self, trainer: Any, pl_module: Any) -> None:
        self._epoch_ended = False

    def on_validation_start(self, trainer: Any, pl_module: Any) -> None:
        if trainer.sanity_checking:
            return
        # Lightning validates before it says that the epoch has ended.
        if trainer.is_last_batch and not self._epoch_ended:
            self._epoch_ended = True
            self._measuring.end_epoch()
        else:
            self._measuring.begin_task("validate")

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        if trainer.sanity_checking:
            return
        if self._epoch_ended:
            self._measuring.end_epoch(evaluation=True)
        else:
            self._measuring.end_task()

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        if not self._epoch_ended:
            self._epoch_ended = True
            self._measuring.end_epoch()
        self._measuring.log(trainer.callback_metrics)
        # Loggers write in the first process only, so nothing has to be gathered.
        figures = self._measuring.figures()
        self._measuring.safely(pl_module.log_dict, figures, on_step=False, on_epoch=True, batch_size=1)
        self._heed_budget(trainer)

    def _heed_budget(self, trainer: Any) -> None:
        over = self._measuring.over_budget
        # All processes end together or none does; they all have a budget or none has.
        if trainer.world_size > 1:
            over = self._measuring.may_stop and trainer.strategy.reduce_boolean_decision(over, all=False)
        if over:
            trainer.should_stop = True

    @staticmethod
    def _epochs(trainer: Any) -> Optional[int]:
        """That are still to come; None where the trainer does not know."""
        most = trainer.max_epochs
        return most - trainer.current_epoch if most is not None and most > 0 else None
