"""Keras 3, tf.keras and tf_keras: a Callback.

    model.fit(x, y, epochs=10, callbacks=[JouleprintCallback(zone="FR", budget="2kWh")])

A run lasts from the first epoch of `fit` to its end. Each epoch is one of the run's, its validation one of kind "eval".
The figures go into each epoch's logs (see _guarded.figures_of), so that History and the callbacks after this one have
them. `evaluate` with this callback outside of a `fit` is a run of one "eval".
"""
from __future__ import annotations

from typing import Any, Optional

from ..record import Record
from ..tracker import Tracker
from ._guarded import GuardedTracker
from ._late import LateBase


class JouleprintCallback(LateBase):
    """`tracker`, or a Tracker's keyword arguments; `epochs` is the model's own, and `on_budget="stop"` (the default)
    sets
    model.stop_training as soon as a budget is or will be passed. TypeError, ValueError: an argument makes no sense.
    """

    _homes = ("keras.callbacks", "tf_keras.callbacks", "tensorflow.keras.callbacks")
    _base = "Callback"
    # Set by Keras before the first hook.
    params: dict[str, Any]
    model: Any

    def __init__(self, tracker: Optional[Tracker] = None, **options: Any) -> None:
        super().__init__()
        self._measuring = GuardedTracker(tracker, options)
        self._is_training = False
        self._has_begun = False
        self._epoch_ended = False

    @property
    def record(self) -> Optional[Record]:
        """Of the `fit` that ended last, or a snapshot of the one that runs; None before the first."""
        return self._measuring.record

    def on_train_begin(self, logs: Any = None) -> None:
        # A `fit` that an exception ended never said so.
        self._measuring.end()
        self._is_training = True
        self._has_begun = False

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch_ended = False
        if not self._has_begun:
            # Only now is it known which epoch `fit` begins with.
            self._has_begun = True
            self._measuring.begin(self.params.get("epochs", 0) - epoch)

    def on_test_begin(self, logs: Any = None) -> None:
        if not self._is_training:
            self._measuring.begin()
        elif not self._epoch_ended:
            # A validation comes before Keras says that the epoch has ended.
            self._epoch_ended = True
            self._measuring.end_epoch()

    def on_test_end(self, logs: Any = None) -> None:
        self._measuring.end_epoch(evaluation=True)
        if not self._is_training:
            self._measuring.log(logs or {})
            self._measuring.end()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if not self._epoch_ended:
            self._measuring.end_epoch()
        if logs is not None:
            self._measuring.log(logs)
            logs.update(self._measuring.figures())
        if self._measuring.over_budget:
            self.model.stop_training = True

    def on_train_end(self, logs: Any = None) -> None:
        self._is_training = False
        self._measuring.end()
