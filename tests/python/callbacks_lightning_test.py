"""The Lightning callback: in real trainings of both packages, and by the order of the trainer's hooks."""
import contextlib
import csv
import importlib
import logging
import types
import unittest
import warnings

import callbacks_support
from callbacks_support import kinds, needs, said, stand_in

if __name__ == "__main__":
    callbacks_support.run_with_frameworks()

from support import PackageTest, jouleprint  # noqa: E402

from jouleprint.callbacks.lightning import JouleprintCallback  # noqa: E402

EPOCHS = 3


class OfAPackage:
    """What both packages must do."""

    package = ""

    def setUp(self):
        super().setUp()
        self.machine("package-0=50")
        self.framework = importlib.import_module(self.package)
        logging.getLogger(self.package).setLevel(logging.ERROR)

    def fit(self, *callbacks, fails_in_epoch=None, **arguments):
        """Of a model that learns nothing, for 3 epochs of 4 steps, each validated; the trainer."""
        import torch

        class Model(self.framework.LightningModule):
            def __init__(self):
                super().__init__()
                self.layer = torch.nn.Linear(4, 2)

            def loss(self, batch):
                return torch.nn.functional.cross_entropy(self.layer(batch[0]), batch[1])

            def training_step(self, batch, index):
                if self.current_epoch == fails_in_epoch:
                    raise RuntimeError("out of memory")
                self.log("loss", self.loss(batch))
                return self.loss(batch)

            def validation_step(self, batch, index):
                self.log("val_loss", self.loss(batch))

            def configure_optimizers(self):
                return torch.optim.SGD(self.parameters(), 0.1)

        rows = torch.utils.data.TensorDataset(torch.randn(32, 4), torch.arange(32) % 2)
        batches = torch.utils.data.DataLoader(rows, batch_size=8)
        logger = importlib.import_module(f"{self.package}.loggers").CSVLogger(str(self.home))
        plain = {"max_epochs": EPOCHS, "accelerator": "cpu", "enable_progress_bar": False, "logger": logger,
                 "enable_model_summary": False, "enable_checkpointing": False}
        trainer = self.framework.Trainer(callbacks=list(callbacks), **{**plain, **arguments})
        with contextlib.redirect_stdout(None), self.standard_error():
            trainer.fit(Model(), batches, None if arguments.get("limit_val_batches") == 0 else batches)
        return trainer

    def test_a_fit_is_a_run_with_its_epochs_and_validations(self):
        callback = JouleprintCallback(zone="FR", quiet=True, name="tiny")
        self.fit(callback)
        self.assertEqual(kinds(callback.record), ["train", "eval"] * EPOCHS)
        self.assertEqual(callback.record.data["epochs_expected"], EPOCHS)
        self.assertLessEqual({"loss", "val_loss"}, set(callback.record.metrics))
        self.assertEqual(self.kept()["name"], "tiny")
        self.assertIsInstance(callback, self.framework.Callback)

    def test_loggers_and_other_callbacks_have_the_figures(self):
        trainer = self.fit(JouleprintCallback(quiet=True))
        self.assertGreater(float(trainer.callback_metrics["jouleprint_energy_kwh"]), 0)
        with open(f"{trainer.logger.log_dir}/metrics.csv", encoding="utf-8") as file:
            logged = [row["jouleprint_energy_kwh"] for row in csv.DictReader(file) if row["jouleprint_energy_kwh"]]
        self.assertEqual(len(logged), EPOCHS)

    def test_validations_inside_of_an_epoch_are_tasks(self):
        callback = JouleprintCallback(quiet=True)
        self.fit(callback, val_check_interval=2)
        self.assertEqual(kinds(callback.record), ["train", "eval"] * EPOCHS)
        self.assertEqual([task["name"] for task in callback.record.tasks], ["validate"] * EPOCHS)

    def test_without_validation_there_are_epochs_alone(self):
        callback = JouleprintCallback(quiet=True)
        self.fit(callback, limit_val_batches=0)
        self.assertEqual(kinds(callback.record), ["train"] * EPOCHS)

    def test_a_budget_ends_the_fit(self):
        trainer = self.fit(JouleprintCallback(quiet=True, budget="0.000000001kWh"), max_epochs=500)
        self.assertLess(trainer.current_epoch, 500)

    def test_an_exception_passes_and_the_record_is_kept(self):
        callback = JouleprintCallback(quiet=True)
        with self.assertRaisesRegex(RuntimeError, "out of memory"):
            self.fit(callback, fails_in_epoch=1)
        self.assertEqual(kinds(callback.record), ["train", "eval"])
        self.assertEqual(self.kept()["run_id"], callback.record.run_id)


@needs("lightning", "torch")
class RealLightning(OfAPackage, PackageTest):
    package = "lightning.pytorch"


@needs("pytorch_lightning", "torch")
class RealPytorchLightning(OfAPackage, PackageTest):
    package = "pytorch_lightning"


class Callback:
    """As Lightning documents it: hooks that are given the trainer and the module."""


class OtherCallback:
    """The same in the other package."""


class Trainer:
    """The hooks in Lightning's order: the validation comes before the end of its epoch."""

    def __init__(self, callback, **attributes):
        self.callback = callback
        self.max_epochs, self.current_epoch, self.world_size = EPOCHS, 0, 1
        self.is_global_zero, self.sanity_checking, self.is_last_batch, self.should_stop = True, False, False, False
        self.callback_metrics = {"loss": 0.5}
        self.__dict__.update(attributes)
        self.logged = {}
        self.module = types.SimpleNamespace(log_dict=lambda figures, **_: self.logged.update(figures))

    def tell(self, hook, *more):
        getattr(self.callback, hook)(self, self.module, *more)

    def fit(self):
        self.tell("on_fit_start")
        self.sanity_checking = True
        self.tell("on_validation_start")
        self.tell("on_validation_end")
        self.sanity_checking = False
        while self.current_epoch < self.max_epochs and not self.should_stop:
            self.tell("on_train_epoch_start")
            self.is_last_batch = True
            self.tell("on_validation_start")
            self.tell("on_validation_end")
            self.tell("on_train_epoch_end")
            self.is_last_batch = False
            self.current_epoch += 1
        self.tell("on_fit_end")


class Interface(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")

    def stand_in(self, **modules):
        framework = stand_in(**modules)
        framework.__enter__()
        self.addCleanup(framework.__exit__, None, None, None)

    def test_it_is_a_callback_of_each_package_that_is_loaded(self):
        with stand_in(lightning__pytorch={"Callback": Callback}):
            self.assertIsInstance(JouleprintCallback(), Callback)
        with stand_in(lightning__pytorch={"Callback": Callback}, pytorch_lightning={"Callback": OtherCallback}):
            both = JouleprintCallback()
        self.assertIsInstance(both, Callback)
        self.assertIsInstance(both, OtherCallback)

    def test_hooks_make_epochs_validations_metrics_and_figures(self):
        self.stand_in(lightning__pytorch={"Callback": Callback})
        trainer = Trainer(JouleprintCallback(quiet=True))
        trainer.fit()
        self.assertEqual(kinds(trainer.callback.record), ["train", "eval"] * EPOCHS)
        self.assertEqual(trainer.callback.record.tasks, [])
        self.assertEqual(set(trainer.callback.record.metrics), {"loss"})
        self.assertGreater(trainer.logged["jouleprint_predicted_energy_kwh"], 0)

    def test_a_resumed_fit_expects_what_is_left(self):
        self.stand_in(lightning__pytorch={"Callback": Callback})
        trainer = Trainer(JouleprintCallback(quiet=True), current_epoch=1)
        trainer.fit()
        self.assertEqual(trainer.callback.record.data["epochs_expected"], EPOCHS - 1)

    def test_ranks_agree_on_the_budget(self):
        self.stand_in(lightning__pytorch={"Callback": Callback})
        votes = []
        strategy = types.SimpleNamespace(reduce_boolean_decision=lambda vote, all: votes.append(vote) or True)
        trainer = Trainer(JouleprintCallback(quiet=True, budget="9h"), world_size=2, strategy=strategy)
        trainer.fit()
        self.assertEqual((votes, trainer.current_epoch), ([False], 1))

    def test_no_fault_of_measuring_reaches_the_fit(self):
        self.stand_in(lightning__pytorch={"Callback": Callback})
        trainer = Trainer(JouleprintCallback(quiet=True))
        trainer.module.log_dict = None
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            trainer.fit()
        self.assertEqual(trainer.current_epoch, EPOCHS)
        self.assertEqual(len(said(caught, "the training goes on")), 1)

    def test_a_tracker_of_the_callers_runs_on(self):
        self.stand_in(lightning__pytorch={"Callback": Callback})
        with jouleprint.track(quiet=True) as t:
            Trainer(JouleprintCallback(t)).fit()
            self.assertTrue(t.running)


if __name__ == "__main__":
    unittest.main()
