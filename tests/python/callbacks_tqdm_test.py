"""The progress bar that says what it costs: with the real tqdm, and without any."""
import io
import sys
import time
import unittest
import warnings
from unittest import mock

import callbacks_support
from callbacks_support import kinds, needs, said

if __name__ == "__main__":
    callbacks_support.run_with_frameworks()

from support import PackageTest, jouleprint  # noqa: E402

from jouleprint.callbacks import tqdm as jp_tqdm  # noqa: E402

EPOCHS = 5


@needs("tqdm")
class RealTqdm(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")
        self.screen = io.StringIO()
        self.bar = {"file": self.screen, "mininterval": 0}

    def test_the_bar_says_joules_grams_and_the_end(self):
        rounds = jp_tqdm.epochs(range(EPOCHS), zone="FR", quiet=True, bar=self.bar)
        self.assertEqual(list(rounds), list(range(EPOCHS)))
        self.assertRegex(self.screen.getvalue(), r"1/5 .*J=[0-9.e+-]+, gCO2=[0-9.e+-]+, predicted=[0-9.e+-]+ kWh")
        self.assertIn("5/5", self.screen.getvalue())

    def test_a_generator_has_a_bar_without_an_end(self):
        rounds = jp_tqdm.epochs((round for round in range(EPOCHS)), quiet=True, bar=self.bar)
        self.assertEqual(sum(1 for _ in rounds), EPOCHS)
        self.assertRegex(self.screen.getvalue(), "J=")
        self.assertNotIn("predicted", self.screen.getvalue())


class Rounds(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")
        absent = mock.patch.dict(sys.modules, {"tqdm": None, "tqdm.auto": None})
        absent.start()
        self.addCleanup(absent.stop)
        ignored = warnings.catch_warnings(record=True)
        self.caught = ignored.__enter__()
        self.addCleanup(ignored.__exit__, None, None, None)
        warnings.simplefilter("always")

    def test_each_round_is_an_epoch(self):
        rounds = jp_tqdm.epochs(range(EPOCHS), quiet=True)
        self.assertEqual(len(rounds), EPOCHS)
        for _ in rounds:
            rounds.tracker.log(accuracy=0.5)
        self.assertEqual(kinds(rounds.record), ["train"] * EPOCHS)
        self.assertEqual(rounds.record.data["epochs_expected"], EPOCHS)
        self.assertEqual(len(self.kept_runs()), 1)
        self.assertEqual(len(said(self.caught, "tqdm is not installed")), 1)

    def test_a_break_ends_the_run(self):
        rounds = jp_tqdm.epochs(range(EPOCHS), quiet=True)
        for number in rounds:
            if number == 2:
                break
        self.assertFalse(rounds.tracker.running)
        self.assertEqual(kinds(rounds.record), ["train"] * 2)

    def test_a_budget_ends_the_rounds(self):
        seen = []
        for number in jp_tqdm.epochs(range(50), quiet=True, budget="0.000000001kWh"):
            seen.append(number)
            time.sleep(0.02)  # long enough for the made-up counters to move
        self.assertLess(len(seen), 50)

    def test_a_tracker_of_the_callers_runs_on(self):
        with jouleprint.track(quiet=True) as t:
            for _ in jp_tqdm.epochs(range(EPOCHS), t):
                pass
            self.assertTrue(t.running)
        self.assertEqual(kinds(t.record), ["train"] * EPOCHS)


if __name__ == "__main__":
    unittest.main()
