"""The Hugging Face callback: in real trainings of transformers, and by the order of the trainer's hooks."""
import glob
import os
import pickle
import socket
import subprocess
import sys
import time
import types
import unittest
import warnings

import callbacks_support
from callbacks_support import kinds, needs, said, stand_in

if __name__ == "__main__":
    callbacks_support.run_with_frameworks()

from support import LONGEST_S, PACKAGE, PackageTest, jouleprint  # noqa: E402

from jouleprint.callbacks.huggingface import JouleprintCallback  # noqa: E402

EPOCHS = 3
STEPS_PER_EPOCH = 4
# Long enough for the made-up counters to move.
EPOCH_S = 0.02

# A training of two ranks on this machine; the first one alone has a budget that does not last.
RANKS = """
import sys, tempfile, warnings
warnings.simplefilter("ignore")
import torch, transformers
from jouleprint.callbacks.huggingface import JouleprintCallback
if not hasattr(torch.cpu, "device_count"):
    torch.cpu.device_count = lambda: 1  # accelerate asks for both, torch 1.13 lacks them
    torch.cpu.set_device = lambda device: None
class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 2)
    def forward(self, x=None, labels=None):
        logits = self.layer(x)
        return {"loss": torch.nn.functional.cross_entropy(logits, labels), "logits": logits}
rank = int(sys.argv[1])
data = [{"x": torch.randn(4), "labels": i % 2} for i in range(32)]
callback = JouleprintCallback(quiet=True, budget="0.2s" if rank == 0 else "9h", group="ranks")
args = transformers.TrainingArguments(
    tempfile.mkdtemp(), num_train_epochs=500, per_device_train_batch_size=8, use_cpu=True, report_to=[],
    disable_tqdm=True, logging_steps=1, save_strategy="no", ddp_backend="gloo")
trainer = transformers.Trainer(Model(), args, train_dataset=data, callbacks=[callback])
trainer.train()
rank_of_record = callback.record.data.get("rank") or {}
logged = "jouleprint_energy_kwh" in str(trainer.state.log_history)
print("ended", trainer.state.global_step, rank_of_record.get("rank"), logged)
"""


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


@needs("transformers", "accelerate", "torch")
class RealTrainer(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")

    def trainer(self, *callbacks, **arguments):
        """Of a model that learns nothing, for 3 epochs of 4 steps, evaluated after each."""
        import torch
        import transformers

        class Model(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = torch.nn.Linear(4, 2)

            def forward(self, x=None, labels=None):
                logits = self.layer(x)
                return {"loss": torch.nn.functional.cross_entropy(logits, labels), "logits": logits}

        rows = [{"x": torch.randn(4), "labels": row % 2} for row in range(32)]
        plain = {"num_train_epochs": EPOCHS, "eval_strategy": "epoch", "logging_steps": 2, "report_to": [],
                 "disable_tqdm": False, "save_strategy": "no"}
        args = transformers.TrainingArguments(str(self.home / "out"), per_device_train_batch_size=8, use_cpu=True,
                                              **{**plain, **arguments})
        trainer = transformers.Trainer(Model(), args, train_dataset=rows, eval_dataset=rows[:8],
                                       callbacks=list(callbacks))
        trainer.remove_callback(transformers.trainer_callback.ProgressCallback)
        return trainer

    def test_a_training_is_a_run_with_its_epochs_and_evaluations(self):
        callback = JouleprintCallback(zone="FR", quiet=True, name="tiny")
        trainer = self.trainer(callback)
        trainer.train()
        record = callback.record
        self.assertEqual(kinds(record), ["train", "eval"] * EPOCHS)
        self.assertEqual(record.data["epochs_expected"], EPOCHS)
        self.assertEqual(record.data["zone"], "FR")
        self.assertLessEqual(sum(epoch["energy_kwh"] for epoch in record.epochs), float(record.energy_kwh) * 1.01)
        self.assertLessEqual({"loss", "eval_loss"}, set(record.metrics))
        self.assertEqual(self.kept()["name"], "tiny")

    def test_the_trainers_history_has_the_figures(self):
        trainer = self.trainer(JouleprintCallback(quiet=True))
        trainer.train()
        last = trainer.state.log_history[-1]
        self.assertGreater(last["jouleprint_energy_kwh"], 0)
        self.assertGreater(last["jouleprint_emissions_gco2e"], 0)
        self.assertGreater(last["jouleprint_predicted_energy_kwh"], 0)
        self.assertIn("jouleprint_predicted_emissions_gco2e", last)

    @needs("tensorboard")
    def test_attached_it_reaches_what_the_trainer_reports_to(self):
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        trainer = self.trainer(report_to=["tensorboard"], eval_strategy="steps", eval_steps=3)
        callback = JouleprintCallback.attach(trainer, quiet=True)
        trainer.train()
        self.assertEqual([task["name"] for task in callback.record.tasks], ["evaluate"] * 4)
        events = EventAccumulator(glob.glob(str(self.home / "out" / "runs" / "*"))[0])
        events.Reload()
        self.assertIn("train/jouleprint_energy_kwh", events.Tags()["scalars"])

    def test_evaluations_between_steps_are_tasks(self):
        callback = JouleprintCallback(quiet=True)
        self.trainer(callback, eval_strategy="steps", eval_steps=3).train()
        self.assertEqual(kinds(callback.record), ["train"] * EPOCHS)
        self.assertEqual([task["name"] for task in callback.record.tasks], ["evaluate"] * 4)

    def test_steps_may_be_what_is_counted(self):
        callback = JouleprintCallback(quiet=True, steps_per_unit=2)
        self.trainer(callback).train()
        self.assertEqual(kinds(callback.record), ["train", "train", "eval"] * EPOCHS)
        self.assertEqual(callback.record.data["epochs_expected"], EPOCHS * STEPS_PER_EPOCH // 2)

    def test_max_steps_say_how_many_epochs_there_are(self):
        callback = JouleprintCallback(quiet=True)
        self.trainer(callback, max_steps=6).train()
        self.assertEqual(callback.record.data["epochs_expected"], 2)
        self.assertEqual(kinds(callback.record), ["train", "eval"] * 2)

    def test_a_budget_ends_the_training_with_a_checkpoint(self):
        callback = JouleprintCallback(quiet=True, budget="0.000000001kWh")
        trainer = self.trainer(callback, num_train_epochs=500)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", jouleprint.JouleprintWarning)
            trainer.train()
        step = trainer.state.global_step
        self.assertLess(step, 500 * STEPS_PER_EPOCH)
        self.assertTrue((self.home / "out" / f"checkpoint-{step}").is_dir(), os.listdir(self.home / "out"))
        self.assertEqual(len(said(caught, "asked to end")), 1)
        self.assertIn("budget", callback.record.tags["stopped_because"])

    def test_a_resumed_training_expects_what_is_left(self):
        self.trainer(save_strategy="epoch", num_train_epochs=2).train()
        callback = JouleprintCallback(quiet=True)
        self.trainer(callback, save_strategy="epoch", num_train_epochs=5).train(resume_from_checkpoint=True)
        self.assertEqual(callback.record.data["epochs_expected"], 3)
        self.assertEqual(kinds(callback.record), ["train", "eval"] * 3)

    def test_a_budget_may_only_warn(self):
        callback = JouleprintCallback(quiet=True, budget="0.000000001kWh", on_budget="warn")
        trainer = self.trainer(callback)
        with self.standard_error():
            trainer.train()
        self.assertEqual(trainer.state.global_step, EPOCHS * STEPS_PER_EPOCH)

    def test_a_tracker_of_the_callers_runs_on(self):
        with jouleprint.track(quiet=True) as t:
            self.trainer(JouleprintCallback(t)).train()
            self.assertTrue(t.running)
        self.assertEqual(kinds(t.record), ["train", "eval"] * EPOCHS)

    def test_a_stop_of_the_callers_tracker_ends_the_training_without_an_exception(self):
        with jouleprint.track(quiet=True, epochs=500, budget="0.000000001kWh", on_budget="stop") as t:
            trainer = self.trainer(JouleprintCallback(t), num_train_epochs=500)
            trainer.train()
        self.assertLess(trainer.state.global_step, 500 * STEPS_PER_EPOCH)

    def test_each_training_is_a_run_of_its_own_after_an_exception_too(self):
        import transformers

        class Fault(transformers.TrainerCallback):
            def on_epoch_end(self, args, state, control, **_):
                raise RuntimeError("out of memory")

        callback = JouleprintCallback(quiet=True)
        with self.assertRaisesRegex(RuntimeError, "out of memory"):
            self.trainer(callback, Fault()).train()
        self.trainer(callback).train()
        self.assertEqual(len(self.kept_runs()), 2)

    def test_two_ranks_end_together(self):
        port = free_port()
        ranks = []
        for rank in range(2):
            env = {**os.environ, "PYTHONPATH": str(PACKAGE), "RANK": str(rank), "LOCAL_RANK": str(rank),
                   "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port),
                   "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}
            ranks.append(subprocess.Popen([sys.executable, "-c", RANKS, str(rank)], env=env, text=True,
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.home))
            self.addCleanup(ranks[-1].kill)
        answers = []
        for process in ranks:
            out, err = process.communicate(timeout=LONGEST_S)
            self.assertEqual(process.returncode, 0, err)
            answers.append(next(line.split() for line in out.splitlines() if line.startswith("ended")))
        self.assertEqual(answers[0][1], answers[1][1])
        self.assertEqual([answer[2] for answer in answers], ["0", "1"])
        self.assertEqual([answer[3] for answer in answers], ["True", "False"])


class TrainerCallback:
    """As transformers documents it: hooks that are given the arguments, the state and the control."""


class Interface(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")
        modules = stand_in(transformers={"TrainerCallback": TrainerCallback})
        modules.__enter__()
        self.addCleanup(modules.__exit__, None, None, None)
        self.args = types.SimpleNamespace(num_train_epochs=EPOCHS, device="cpu")
        self.state = types.SimpleNamespace(num_train_epochs=EPOCHS, max_steps=EPOCHS, global_step=0, epoch=0,
                                           is_world_process_zero=True, log_history=[])
        self.control = types.SimpleNamespace(should_save=False, should_training_stop=False, should_evaluate=False)

    def train(self, callback, epochs=EPOCHS):
        """The hooks in the trainer's order, for epochs of one step; how many epochs it was."""
        self.state.num_train_epochs = epochs
        said = (self.args, self.state, self.control)
        callback.on_train_begin(*said, model=None)
        for epoch in range(epochs):
            callback.on_step_begin(*said)
            self.state.global_step += 1
            time.sleep(EPOCH_S)
            callback.on_step_end(*said)
            self.control.should_evaluate = True
            callback.on_epoch_end(*said)
            logs = {"loss": 1.0 / (epoch + 1), "epoch": epoch + 1.0, "note": "text"}
            self.state.log_history.append({**logs, "step": self.state.global_step})
            callback.on_log(*said, logs=logs)
            callback.on_evaluate(*said, metrics={"eval_loss": 0.1})
            self.control.should_evaluate = False
            if self.control.should_training_stop:
                break
        callback.on_train_end(*said)
        return epoch + 1, logs

    def test_it_is_one_of_the_frameworks_callbacks(self):
        self.assertIsInstance(JouleprintCallback(), TrainerCallback)
        self.assertIsInstance(JouleprintCallback(), JouleprintCallback)

    def test_hooks_make_epochs_evaluations_metrics_and_figures(self):
        callback = JouleprintCallback(quiet=True)
        _, logs = self.train(callback)
        self.assertEqual(kinds(callback.record), ["train", "eval"] * EPOCHS)
        self.assertEqual(set(callback.record.metrics), {"loss", "epoch"})
        for place in (logs, self.state.log_history[-1]):
            self.assertGreater(place["jouleprint_energy_kwh"], 0)

    def test_only_the_first_process_logs(self):
        self.state.is_world_process_zero = False
        callback = JouleprintCallback(quiet=True)
        _, logs = self.train(callback)
        self.assertNotIn("jouleprint_energy_kwh", logs)
        self.assertEqual(kinds(callback.record), ["train", "eval"] * EPOCHS)

    def test_a_budget_saves_and_stops(self):
        epochs, _ = self.train(JouleprintCallback(quiet=True, budget="0.000000001kWh"), epochs=50)
        self.assertLess(epochs, 50)
        self.assertTrue(self.control.should_save)

    def test_no_fault_of_measuring_reaches_the_training(self):
        t = jouleprint.Tracker(quiet=True).start()
        self.addCleanup(t.stop)
        t.epoch = t.log = t.predict = None
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self.assertEqual(self.train(JouleprintCallback(t))[0], EPOCHS)
        self.assertEqual(len(said(caught, "the training goes on")), 1, [str(one.message) for one in caught])

    def test_a_zone_that_nobody_knows_costs_the_figures_and_not_the_training(self):
        callback = JouleprintCallback(zone="nowhere at all", quiet=True)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            epochs, logs = self.train(callback)
        self.assertEqual(epochs, EPOCHS)
        self.assertEqual(len(said(caught, "nowhere at all")), 1)
        self.assertNotIn("jouleprint_energy_kwh", logs)

    def test_on_a_machine_without_meters_it_trains(self):
        self.bare_machine()
        with warnings.catch_warnings(record=True):
            epochs, _ = self.train(JouleprintCallback(quiet=True))
        self.assertEqual(epochs, EPOCHS)

    def test_mistakes_are_said_before_the_training(self):
        with self.assertRaises(TypeError):
            JouleprintCallback(zone=5)
        with self.assertRaisesRegex(TypeError, "zone"):
            JouleprintCallback(jouleprint.Tracker(), zone="FR")
        with self.assertRaises(ValueError):
            JouleprintCallback(steps_per_unit=0)
        with self.assertRaises(TypeError):
            JouleprintCallback("FR")

    def test_a_copy_for_another_process_measures_its_own(self):
        callback = JouleprintCallback(quiet=True, steps_per_unit=2)
        said = (self.args, self.state, self.control)
        callback.on_train_begin(*said)
        self.addCleanup(callback.on_train_end, *said)
        copy = pickle.loads(pickle.dumps(callback))
        self.assertIsInstance(copy, TrainerCallback)
        self.assertIsNone(copy.record)
        self.assertIsNotNone(callback.record)


if __name__ == "__main__":
    unittest.main()
