"""Budgets: what happens when the end that is foretold, or the present, passes them."""
import time
import unittest

from support import LONGEST_S, PackageTest, jouleprint

track = jouleprint.track


class BudgetTest(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=100")

    def spend(self, t, enough, then=4):
        """Epochs until `enough()`, and some more."""
        end = time.monotonic() + LONGEST_S
        while not enough():
            self.assertLess(time.monotonic(), end, "nothing was said of the budget")
            time.sleep(0.05)
            t.epoch()
        for _ in range(then):
            time.sleep(0.05)
            t.epoch()

    def test_a_warning_is_said_once_to_the_quiet_too(self):
        with self.standard_error() as said:
            with track(epochs=1000, budget="0.00001kWh", quiet=True) as t:
                self.spend(t, said.getvalue)
        lines = said.getvalue().splitlines()
        self.assertEqual(len(lines), 1, lines)
        self.assertRegex(lines[0], "^jouleprint: the budget of 36(.0)? J")
        self.assertNotEqual(t.record.data["budgets"][0]["state"], "kept")

    def test_a_stop_is_an_exception_and_the_record_stays(self):
        with self.assertRaises(jouleprint.BudgetExceeded) as stopped:
            with track(epochs=1000, budget="2s", on_budget="stop", quiet=True) as t:
                self.spend(t, lambda: False)
        self.assertGreaterEqual(len(t.record.epochs), 1)
        self.assertEqual(t.record.tags["exception"], "BudgetExceeded")
        self.assertEqual(stopped.exception.budget["unit"], "s")
        self.assertIn("2 s", str(stopped.exception))
        self.assertIsInstance(stopped.exception, jouleprint.JouleprintError)

    def test_log_stops_as_well(self):
        with self.assertRaises(jouleprint.BudgetExceeded):
            with track(budget="0.00001kWh", on_budget="stop", quiet=True) as t:
                for _ in range(20 * LONGEST_S):
                    time.sleep(0.05)
                    t.log(loss=1)
        self.assertTrue(t.record)

    def test_a_function_is_told(self):
        told = []
        with track(epochs=1000, budget=["2s", "900kWh"], on_budget=told.append, quiet=True) as t:
            self.spend(t, lambda: told)
        self.assertEqual(len(told), 1, told)
        self.assertEqual([budget["state"] == "kept" for budget in t.record.data["budgets"]], [False, True])

    def test_a_budget_that_is_kept_says_nothing(self):
        with self.standard_error() as said:
            with track(epochs=4, budget={"limit": "3h", "confidence": 0.9}, on_budget="stop", quiet=True) as t:
                self.spend(t, lambda: True)
        self.assertEqual(said.getvalue(), "")
        self.assertEqual(t.record.data["budgets"][0]["state"], "kept")

    def test_what_is_no_budget_is_refused(self):
        with self.assertRaisesRegex(ValueError, "lots"):
            track(budget="lots").start()


if __name__ == "__main__":
    unittest.main()
