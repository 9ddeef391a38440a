"""A record in Weights & Biases: in a real run that stays offline, and as the calls that W&B documents."""
import time
import unittest
import warnings

import callbacks_support
from callbacks_support import needs, said, stand_in

if __name__ == "__main__":
    callbacks_support.run_with_frameworks()

from support import PackageTest, jouleprint, wait_for  # noqa: E402

from jouleprint.callbacks import wandb as jp_wandb  # noqa: E402

EPOCHS = 3


def train(t):
    for _ in range(EPOCHS):
        time.sleep(0.01)  # long enough for the made-up counters to move
        t.epoch()


@needs("wandb")
class RealWandb(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")

    def test_an_offline_run_has_totals_epochs_and_what_they_rest_on(self):
        import wandb

        with wandb.init(mode="offline", dir=str(self.home), project="tiny") as run:
            with jp_wandb.track_run(zone="FR", quiet=True) as t:
                train(t)
            self.assertAlmostEqual(run.summary["jouleprint_energy_kwh"], float(t.record.energy_kwh))
            self.assertEqual(run.summary["jouleprint_epoch"], EPOCHS)
            self.assertIn("jouleprint_epoch_energy_kwh", run.summary.keys())
            self.assertEqual(run.config["jouleprint.run_id"], t.record.run_id)
        written = list(self.home.glob("wandb/offline-run-*/*.wandb"))
        self.assertEqual(len(written), 1)
        # W&B's own process writes it when it likes.
        wait_for(lambda: b"jouleprint_emissions_gco2e" in written[0].read_bytes(), "the run's file")

    def test_without_a_run_there_is_a_warning(self):
        with jouleprint.track(quiet=True) as t:
            train(t)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self.assertFalse(jp_wandb.log_record(t.record))
        self.assertEqual(len(said(caught, "wandb.init")), 1)


class Run:
    """As W&B documents it: rows are logged, the summary and the configuration updated."""

    def __init__(self):
        self.rows, self.steps, self.summary, self.config = [], {}, {}, self
        self.configured = {}

    def define_metric(self, name, step_metric=None, hidden=None):
        self.steps[name] = step_metric

    def log(self, row):
        self.rows.append(row)

    def update(self, values, allow_val_change=None):
        self.configured.update(values)


class Interface(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")
        self.run = Run()
        framework = stand_in(wandb={"run": self.run})
        framework.__enter__()
        self.addCleanup(framework.__exit__, None, None, None)

    def test_epochs_are_rows_of_a_step_of_their_own(self):
        with jp_wandb.track_run(zone="FR", quiet=True) as t:
            train(t)
        self.assertEqual([row["jouleprint_epoch"] for row in self.run.rows], [1, 2, 3])
        self.assertEqual(self.run.steps["jouleprint_*"], "jouleprint_epoch")
        self.assertGreater(self.run.summary["jouleprint_energy_kwh"], 0)
        self.assertEqual(self.run.configured["jouleprint.zone"], "FR")

    def test_figures_may_be_logged_on_the_way_into_a_run_that_is_given(self):
        other = Run()
        with jouleprint.track(quiet=True) as t:
            time.sleep(0.02)  # long enough for the made-up counters to move
            time.sleep(0.01)
            t.epoch()
            self.assertTrue(jp_wandb.log_figures(t.record, 1, run=other))
        self.assertEqual(self.run.rows, [])
        self.assertEqual(other.rows[0]["jouleprint_epoch"], 1)
        self.assertGreater(other.rows[0]["jouleprint_energy_kwh"], 0)

    def test_a_fault_of_wandb_costs_a_warning(self):
        self.run.log = None
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with jp_wandb.track_run(quiet=True) as t:
                train(t)
        self.assertEqual(len(said(caught, "W&B")), 1)


if __name__ == "__main__":
    unittest.main()
