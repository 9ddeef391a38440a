"""The Keras callback: in real trainings, and by the order of the model's hooks."""
import time
import types
import unittest
import warnings

import callbacks_support
from callbacks_support import kinds, needs, said, stand_in

if __name__ == "__main__":
    callbacks_support.run_with_frameworks()

from support import PackageTest, jouleprint  # noqa: E402

from jouleprint.callbacks.keras import JouleprintCallback  # noqa: E402

EPOCHS = 3
# Long enough for the made-up counters to move.
EPOCH_S = 0.02


@needs("keras", "jax", "numpy")
class RealKeras(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")
        import keras
        import numpy

        self.x = numpy.random.default_rng(0).normal(size=(64, 4)).astype("float32")
        self.y = numpy.arange(64) % 2
        self.model = keras.Sequential([keras.layers.Dense(2)])
        self.model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))

    def fit(self, *callbacks, **how):
        return self.model.fit(self.x, self.y, verbose=0, callbacks=list(callbacks), **{"epochs": EPOCHS, **how})

    def test_a_fit_is_a_run_with_its_epochs_and_validations(self):
        callback = JouleprintCallback(zone="FR", quiet=True, name="tiny")
        self.fit(callback, validation_split=0.25)
        self.assertEqual(kinds(callback.record), ["train", "eval"] * EPOCHS)
        self.assertEqual(callback.record.data["epochs_expected"], EPOCHS)
        self.assertLessEqual({"loss", "val_loss"}, set(callback.record.metrics))
        self.assertEqual(self.kept()["name"], "tiny")

    def test_the_history_has_the_figures(self):
        history = self.fit(JouleprintCallback(quiet=True)).history
        used = history["jouleprint_energy_kwh"]
        self.assertEqual(len(used), EPOCHS)
        self.assertEqual(used, sorted(used))
        self.assertGreater(history["jouleprint_predicted_energy_kwh"][0], 0)

    def test_a_fit_that_goes_on_expects_what_is_left(self):
        callback = JouleprintCallback(quiet=True)
        self.fit(callback, initial_epoch=1)
        self.assertEqual(callback.record.data["epochs_expected"], EPOCHS - 1)
        self.assertEqual(kinds(callback.record), ["train"] * (EPOCHS - 1))

    def test_an_evaluation_alone_is_a_run(self):
        callback = JouleprintCallback(quiet=True)
        self.model.evaluate(self.x, self.y, verbose=0, callbacks=[callback])
        self.assertEqual(kinds(callback.record), ["eval"])
        self.assertIn("loss", callback.record.metrics)

    def test_a_budget_ends_the_fit(self):
        history = self.fit(JouleprintCallback(quiet=True, budget="0.000000001kWh"), epochs=500)
        self.assertLess(len(history.epoch), 500)


class Callback:
    """As Keras documents it: hooks with logs, `params` and `model` set before the training."""

    params: dict
    model: object


class Interface(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")
        framework = stand_in(keras__callbacks={"Callback": Callback})
        framework.__enter__()
        self.addCleanup(framework.__exit__, None, None, None)

    def fit(self, callback, epochs=EPOCHS):
        """The hooks in Keras' order: the validation comes before the end of its epoch. The logs of each epoch."""
        callback.params = {"epochs": epochs}
        callback.model = types.SimpleNamespace(stop_training=False)
        callback.on_train_begin()
        seen = []
        for epoch in range(epochs):
            callback.on_epoch_begin(epoch)
            time.sleep(EPOCH_S)
            callback.on_test_begin()
            callback.on_test_end({"loss": 0.2})
            seen.append({"loss": 0.1, "val_loss": 0.2})
            callback.on_epoch_end(epoch, seen[-1])
            if callback.model.stop_training:
                break
        callback.on_train_end()
        return seen

    def test_hooks_make_epochs_validations_metrics_and_figures(self):
        callback = JouleprintCallback(quiet=True)
        self.assertIsInstance(callback, Callback)
        logs = self.fit(callback)
        self.assertEqual(kinds(callback.record), ["train", "eval"] * EPOCHS)
        self.assertEqual(set(callback.record.metrics), {"loss", "val_loss"})
        self.assertGreater(logs[-1]["jouleprint_emissions_gco2e"], 0)

    def test_a_budget_stops_the_training(self):
        self.assertLess(len(self.fit(JouleprintCallback(quiet=True, budget="0.000000001kWh"), epochs=50)), 50)

    def test_a_fit_that_never_ended_does_not_spoil_the_next(self):
        callback = JouleprintCallback(quiet=True)
        callback.params = {"epochs": EPOCHS}
        callback.on_train_begin()
        callback.on_epoch_begin(0)
        self.fit(callback)
        self.assertEqual(kinds(callback.record), ["train", "eval"] * EPOCHS)
        self.assertEqual(len(self.kept_runs()), 2)

    def test_no_fault_of_measuring_reaches_the_training(self):
        t = jouleprint.Tracker(quiet=True).start()
        self.addCleanup(t.stop)
        t.epoch = t.log = None
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self.assertEqual(len(self.fit(JouleprintCallback(t))), EPOCHS)
        self.assertEqual(len(said(caught, "the training goes on")), 1)


if __name__ == "__main__":
    unittest.main()
