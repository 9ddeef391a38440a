"""Hugging Face transformers: a TrainerCallback.

    trainer = Trainer(model, args, train_dataset=data, callbacks=[JouleprintCallback(zone="FR", budget="2kWh")])

A run lasts from the begin of the training to its end. Each epoch is one of the run's, an evaluation at its end is one
of kind "eval", an evaluation in the middle of an epoch is a task "evaluate" in it. What the trainer logs is logged
with the run, and the run's figures go into the trainer's logs (see _guarded.figures_of): its history, its printed
lines, and with JouleprintCallback.attach(trainer) what it reports to as well. Every process of a distributed training
measures (its record says which rank it was), the first one logs.
"""
from __future__ import annotations

import math
import sys
from typing import Any, Mapping, Optional

from .._errors import warn_once
from ..record import Record
from ..tracker import Tracker
from ._guarded import GuardedTracker
from ._late import LateBase


class JouleprintCallback(LateBase):
    """`tracker`, or a Tracker's keyword arguments; `epochs` is the trainer's own, and `on_budget="stop"` (the
    default) has the trainer save and end as soon as a budget is or will be passed.

    `steps_per_unit`: where epochs are few and long, so many optimizer steps are what the prediction counts in; they
    then are the record's epochs. TypeError, ValueError: an argument makes no sense.
    """

    _homes = ("transformers",)
    _base = "TrainerCallback"

    def __init__(self, tracker: Optional[Tracker] = None, *, steps_per_unit: Optional[int] = None,
                 **options: Any) -> None:
        super().__init__()
        if steps_per_unit is not None and steps_per_unit < 1:
            raise ValueError(f"steps_per_unit is {steps_per_unit}, and must be 1 or more")
        self._measuring = GuardedTracker(tracker, options)
        self._steps_per_unit = steps_per_unit
        self._unit_ended = False

    @classmethod
    def attach(cls, trainer: Any, *args: Any, **options: Any) -> JouleprintCallback:
        """Makes one and puts it before the trainer's reporters, so that what they report has the figures too."""
        callback = cls(*args, **options)
        trainer.add_callback(callback)
        callbacks = trainer.callback_handler.callbacks
        # The first one is the trainer's own and says at each step what comes next.
        callbacks.insert(1, callbacks.pop(callbacks.index(callback)))
        return callback

    @property
    def record(self) -> Optional[Record]:
        """Of the training that ended last, or a snapshot of the one that runs; None before the first."""
        return self._measuring.record

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._unit_ended = False
        units = self._measuring.safely(self._units, args, state)
        self._measuring.begin(units, quiet=not state.is_world_process_zero)

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._measuring.end()

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._unit_ended = False

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if self._steps_per_unit is not None and state.global_step % self._steps_per_unit == 0:
            self._end_unit(args, control)
        # The trainer's own callback comes first and has said by now whether an evaluation follows.
        if getattr(control, "should_evaluate", False) and not self._unit_ended:
            self._measuring.begin_task("evaluate")

    def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if self._steps_per_unit is None:
            self._end_unit(args, control)

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **_: Any) -> None:
        if self._unit_ended:
            self._measuring.end_epoch(evaluation=True)
        else:
            self._measuring.end_task()
        self._heed_budget(args, control)

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        if logs:
            self._measuring.log(logs)
            if state.is_world_process_zero:
                self._measuring.safely(_show, self._measuring.figures(), state, logs)
        self._heed_budget(args, control)

    def _units(self, args: Any, state: Any) -> Optional[int]:
        """That are still to come: a training that is resumed has some behind it."""
        if self._steps_per_unit is not None:
            steps: int = state.max_steps - state.global_step
            return math.ceil(steps / self._steps_per_unit)
        behind = state.epoch if state.epoch and state.global_step else 0
        epochs: float = (state.num_train_epochs or args.num_train_epochs) - behind
        return math.ceil(epochs)

    def _end_unit(self, args: Any, control: Any) -> None:
        self._measuring.end_epoch()
        self._unit_ended = True
        self._heed_budget(args, control)

    def _heed_budget(self, args: Any, control: Any) -> None:
        over = self._measuring.over_budget
        if _agreed(over, self._measuring.may_stop, args):
            control.should_save = True
            control.should_training_stop = True


def _show(figures: Mapping[str, float], state: Any, logs: dict[str, Any]) -> None:
    logs.update(figures)
    # The history has its own copy of the logs by now.
    if state.log_history and state.log_history[-1].get("step") == state.global_step:
        state.log_history[-1].update(figures)


def _agreed(over: bool, may_stop: bool, args: Any) -> bool:
    """Whether any process of the job says so; all of them ask at the same points of their training, or none does.

    One that ended alone would leave the others waiting for it forever.
    """
    distributed = getattr(sys.modules.get("torch"), "distributed", None)
    if distributed is None or not distributed.is_available() or not distributed.is_initialized():
        return over
    if not may_stop or distributed.get_world_size() == 1:
        return over and distributed.get_world_size() == 1
    try:
        import torch

        votes = torch.tensor([int(over)], device=args.device)
        distributed.all_reduce(votes, op=distributed.ReduceOp.MAX)
        return bool(votes.item())
    except RuntimeError as fault:
        warn_once(f"the ranks could not agree on the budget, and the training goes on: {fault}")
        return False
