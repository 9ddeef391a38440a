"""A record as TensorBoard's scalars: read back by TensorBoard, and as the calls of a writer."""
import sys
import time
import unittest
import warnings
from unittest import mock

import callbacks_support
from callbacks_support import needs, said

if __name__ == "__main__":
    callbacks_support.run_with_frameworks()

from support import PackageTest, jouleprint  # noqa: E402

from jouleprint.callbacks import tensorboard as jp_tensorboard  # noqa: E402

EPOCHS = 3


def train(t):
    for _ in range(EPOCHS):
        time.sleep(0.01)  # long enough for the made-up counters to move
        t.epoch()


@needs("tensorboard")
class RealTensorBoard(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")

    def scalars(self):
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        events = EventAccumulator(str(self.home / "events"))
        events.Reload()
        return {tag: events.Scalars(tag) for tag in events.Tags()["scalars"]}

    def test_tensorboard_alone_will_do(self):
        with mock.patch.dict(sys.modules, {"torch": None, "tensorboardX": None}):
            with jp_tensorboard.track_run(self.home / "events", quiet=True) as t:
                train(t)
        scalars = self.scalars()
        self.assertAlmostEqual(scalars["jouleprint/energy_kwh"][0].value, float(t.record.energy_kwh), places=6)
        self.assertEqual([point.step for point in scalars["jouleprint/epoch_energy_kwh"]], [1, 2, 3])

    @needs("torch")
    def test_the_writer_of_torch_is_taken_where_it_is_loaded(self):
        import torch.utils.tensorboard

        with mock.patch.object(torch.utils.tensorboard, "SummaryWriter",
                               wraps=torch.utils.tensorboard.SummaryWriter) as made:
            with jp_tensorboard.track_run(str(self.home / "events"), quiet=True) as t:
                train(t)
        made.assert_called_once()
        self.assertEqual(len(self.scalars()["jouleprint/epoch_duration_s"]), EPOCHS)

    @needs("torch")
    def test_a_writer_of_the_callers_stays_open(self):
        from torch.utils.tensorboard import SummaryWriter

        with jouleprint.track(quiet=True) as t, SummaryWriter(str(self.home / "events")) as writer:
            for epoch in range(EPOCHS):
                time.sleep(0.01)  # long enough for the made-up counters to move
                t.epoch()
                self.assertTrue(jp_tensorboard.log_figures(t.record, epoch, writer))
            writer.add_scalar("mine", 1.0, 0)
        scalars = self.scalars()
        used = [point.value for point in scalars["jouleprint/energy_kwh"]]
        self.assertEqual((len(used), used), (EPOCHS, sorted(used)))
        self.assertIn("mine", scalars)


class Writer:
    def __init__(self):
        self.scalars = []

    def add_scalar(self, tag, value, step):
        self.scalars.append((tag, step))

    def flush(self):
        pass


class Interface(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")

    def test_any_writer_with_add_scalar_will_do(self):
        writer = Writer()
        with jp_tensorboard.track_run(writer, quiet=True) as t:
            train(t)
        self.assertIn(("jouleprint/emissions_gco2e", 0), writer.scalars)
        self.assertIn(("jouleprint/epoch_energy_kwh", EPOCHS), writer.scalars)

    def test_where_no_writer_is_there_is_a_warning(self):
        absent = {"tensorboard": None, "tensorboardX": None, "torch": None, "torch.utils.tensorboard": None}
        with mock.patch.dict(sys.modules, absent), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with jp_tensorboard.track_run(self.home / "events", quiet=True) as t:
                train(t)
        self.assertEqual(len(t.record.epochs), EPOCHS)
        self.assertEqual(len(said(caught, "install tensorboard")), 1)


if __name__ == "__main__":
    unittest.main()
