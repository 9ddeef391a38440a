"""A record in MLflow: in a real tracking store, and as the calls that MLflow documents."""
import contextlib
import os
import time
import types
import unittest
import warnings

import callbacks_support
from callbacks_support import needs, said, stand_in

if __name__ == "__main__":
    callbacks_support.run_with_frameworks()

from support import PackageTest, jouleprint  # noqa: E402

from jouleprint.callbacks import mlflow as jp_mlflow  # noqa: E402

EPOCHS = 3


def train(t):
    for _ in range(EPOCHS):
        time.sleep(0.01)  # long enough for the made-up counters to move
        t.epoch()
    t.epoch(eval=True)


@needs("mlflow")
class RealMlflow(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")
        import mlflow

        # Its later releases want to be asked twice.
        os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
        self.mlflow = mlflow
        mlflow.set_tracking_uri((self.home / "mlruns").as_uri())
        self.addCleanup(mlflow.set_tracking_uri, None)

    def only_run(self):
        client = self.mlflow.MlflowClient()
        runs = client.search_runs([experiment.experiment_id for experiment in client.search_experiments()])
        self.assertEqual(len(runs), 1)
        return client, runs[0]

    def test_a_block_is_a_run_with_metrics_epochs_and_tags(self):
        with jp_mlflow.track_run(zone="FR", quiet=True) as t:
            train(t)
        client, run = self.only_run()
        metrics = run.data.metrics
        self.assertAlmostEqual(metrics["jouleprint_energy_kwh"], float(t.record.energy_kwh))
        self.assertAlmostEqual(metrics["jouleprint_emissions_gco2e"], float(t.record.emissions_gco2e))
        self.assertLessEqual(metrics["jouleprint_energy_kwh_low"], metrics["jouleprint_energy_kwh"])
        self.assertIn("jouleprint_cpu_energy_kwh", metrics)
        epochs = client.get_metric_history(run.info.run_id, "jouleprint_epoch_energy_kwh")
        self.assertEqual([point.step for point in epochs], [1, 2, 3])
        self.assertEqual(run.data.tags["jouleprint.run_id"], t.record.run_id)
        self.assertEqual(run.data.tags["jouleprint.zone"], "FR")
        self.assertEqual(run.info.status, "FINISHED")
        self.assertIsNone(self.mlflow.active_run())

    def test_an_exception_passes_with_the_record_logged(self):
        with self.assertRaisesRegex(RuntimeError, "out of memory"):
            with jp_mlflow.track_run(quiet=True) as t:
                time.sleep(0.01)  # long enough for the made-up counters to move
                t.epoch()
                raise RuntimeError("out of memory")
        _, run = self.only_run()
        self.assertIn("jouleprint_energy_kwh", run.data.metrics)
        self.assertEqual(run.info.status, "FAILED")
        self.assertEqual(t.record.tags["exception"], "RuntimeError")

    def test_a_record_goes_into_the_active_run_or_one_that_is_named(self):
        with jouleprint.track(quiet=True) as t:
            train(t)
        with self.mlflow.start_run() as active:
            self.assertTrue(jp_mlflow.log_record(t.record))
        self.assertTrue(jp_mlflow.log_figures(t.record, step=7, run_id=active.info.run_id))
        client, run = self.only_run()
        self.assertEqual(run.info.run_id, active.info.run_id)
        steps = [point.step for point in client.get_metric_history(run.info.run_id, "jouleprint_energy_kwh")]
        self.assertEqual(steps, [0, 7])

    def test_a_store_that_cannot_be_written_costs_a_warning(self):
        with jouleprint.track(quiet=True) as t:
            train(t)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self.assertFalse(jp_mlflow.log_record(t.record, run_id="no such run"))
        self.assertEqual(len(said(caught, "MLflow")), 1)


class Interface(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")
        self.batches = []
        client = types.SimpleNamespace(log_batch=lambda run_id, metrics, params, tags: self.batches.append(
            (run_id, metrics, tags)))
        self.active = None

        @contextlib.contextmanager
        def start_run():
            self.active = types.SimpleNamespace(info=types.SimpleNamespace(run_id="new"))
            yield self.active
            self.active = None

        entities = {"Metric": lambda key, value, timestamp, step: (key, value, step), "RunTag": lambda *tag: tag}
        framework = stand_in(mlflow={"MlflowClient": lambda: client, "active_run": lambda: self.active,
                                     "start_run": start_run}, mlflow__entities=entities)
        framework.__enter__()
        self.addCleanup(framework.__exit__, None, None, None)

    def test_a_thousand_metrics_go_in_one_call(self):
        with jp_mlflow.track_run(quiet=True) as t:
            for _ in range(700):
                time.sleep(0.01)  # long enough for the made-up counters to move
                t.epoch()
        self.assertEqual({run_id for run_id, _, _ in self.batches}, {"new"})
        self.assertGreater(len(self.batches), 1)
        self.assertLessEqual(max(len(metrics) for _, metrics, _ in self.batches), 1000)
        self.assertEqual([bool(tags) for _, _, tags in self.batches], [True] + [False] * (len(self.batches) - 1))
        logged = [name for _, metrics, _ in self.batches for name, _, _ in metrics]
        self.assertEqual(logged.count("jouleprint_epoch_energy_kwh"), 700)

    def test_nothing_measured_is_nothing_logged(self):
        self.bare_machine()
        with warnings.catch_warnings(record=True):
            with jp_mlflow.track_run(quiet=True) as t:
                train(t)
        self.assertEqual(self.batches, [])

    def test_mistakes_are_said_at_once(self):
        with self.assertRaises(TypeError):
            with jp_mlflow.track_run(zone=5):
                self.fail("it began")


if __name__ == "__main__":
    unittest.main()
