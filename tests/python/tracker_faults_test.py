"""Bad input, bad machines and bad ends: what is wrong is said, the record is kept, and the program goes on."""
import gc
import os
import sys
import threading
import time
import unittest
import warnings

from support import NOBODY, PackageTest, jouleprint, needs_root

track = jouleprint.track


class ArgumentsTest(PackageTest):
    """Refused by name before anything starts."""

    def test_wrong_types_and_values(self):
        for bad, error, sentence in (
                ({"name": 3}, TypeError, "name is of type int, and must be text"),
                ({"zone": b"FR"}, TypeError, "zone is of type bytes"),
                ({"tags": ["a"]}, TypeError, "tags is of type list"),
                ({"tags": {"a": []}}, TypeError, r"tags\['a'\] is of type list"),
                ({"pue": "1.2"}, TypeError, "pue is of type str, and must be a number"),
                ({"pue": 0}, ValueError, "pue is 0"),
                ({"wue": -1}, ValueError, "wue is -1"),
                ({"intensity": float("nan")}, ValueError, "intensity is nan"),
                ({"interval": 0}, ValueError, "interval is 0"),
                ({"interval": True}, TypeError, "interval is of type bool"),
                ({"epochs": 0}, ValueError, "epochs is 0"),
                ({"epochs": 2.5}, TypeError, "epochs is of type float"),
                ({"budget": 500}, TypeError, "budget is of type int"),
                ({"budget": [{}]}, ValueError, "budget has no 'limit'"),
                ({"on_budget": "panic"}, ValueError, "on_budget is 'panic'"),
                ({"on_budget": 1}, TypeError, "on_budget is of type int"),
                ({"keep": 1}, TypeError, "keep is of type int"),
                ({"quiet": "yes"}, TypeError, "quiet is of type str"),
                ({"command": "python train.py"}, TypeError, "command is of type str"),
                ({"store": 3}, TypeError, "store is of type int"),
                ({"options": []}, TypeError, "options is of type list"),
                ({"name": "a\0b"}, ValueError, "name holds a zero byte"),
                ({"nmae": "x"}, TypeError, "nmae")):
            with self.subTest(bad), self.assertRaisesRegex(error, sentence):
                track(**bad)

    def test_what_only_the_library_knows_is_refused_at_the_start(self):
        for bad, named in (({"zone": "Atlantis"}, "Atlantis"), ({"region": "gcp:moon"}, "moon"),
                           ({"baseline": "warm"}, "warm"), ({"pue": 0.5}, "0.5|pue|PUE")):
            with self.subTest(bad), self.assertRaisesRegex(jouleprint.UsageError, named) as refused:
                track(**bad).start()
            self.assertIsInstance(refused.exception, ValueError)

    def test_a_variable_that_makes_no_sense_is_named(self):
        os.environ["JOULEPRINT_PUE"] = "small"
        with self.assertRaisesRegex(jouleprint.UsageError, "JOULEPRINT_PUE"):
            track().start()

    def test_calls(self):
        self.machine()
        with track(quiet=True) as t:
            for call, error in ((lambda: t.epoch("one"), TypeError), (lambda: t.epoch(0), ValueError),
                                (lambda: t.epoch(eval="yes"), TypeError), (lambda: t.log(loss="low"), TypeError),
                                (lambda: t.log(loss=None), TypeError), (lambda: t.task(3), TypeError),
                                (lambda: t.tag(a=[1]), TypeError), (lambda: t.predict(0), ValueError),
                                (lambda: t.end_task("x"), TypeError), (lambda: t.end_task(99), jouleprint.UsageError)):
                with self.assertRaises(error):
                    call()
        self.assertEqual((t.record.epochs, t.record.tasks, t.record.metrics), ([], [], {}))

    def test_what_is_not_finite_is_left_out_and_said_once(self):
        self.machine()
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            with track(quiet=True) as t:
                for value in (1.0, float("nan"), float("nan"), 2.0):
                    t.log(loss=value)
        self.assertEqual([point["value"] for point in t.record.metrics["loss"]], [1.0, 2.0])
        self.assertEqual(["loss was logged as nan" in str(one.message) for one in said], [True])

    def test_numbers_of_other_libraries_are_numbers(self):
        class Tensor:
            def __float__(self):
                return 0.5

        self.machine()
        with track(quiet=True) as t:
            t.log(loss=Tensor())
        self.assertEqual(t.record.metrics["loss"][0]["value"], 0.5)


class OrderTest(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine()

    def test_stop_without_start(self):
        with self.assertRaisesRegex(jouleprint.JouleprintError, r"stop\(\) was called before start\(\)"):
            track().stop()

    def test_calls_without_start(self):
        t = track()
        for name, call in (("epoch", t.epoch), ("log", lambda: t.log(a=1)), ("task", lambda: t.task("x")),
                           ("predict", t.predict), ("record", lambda: t.record)):
            with self.assertRaisesRegex(jouleprint.JouleprintError, rf"{name}\(\) was called before"):
                call()

    def test_two_starts(self):
        t = track(quiet=True).start()
        with self.assertRaisesRegex(jouleprint.JouleprintError, "started before"):
            t.start()
        self.assertTrue(t.running)
        t.stop()
        with self.assertRaisesRegex(jouleprint.JouleprintError, "make another"):
            t.start()

    def test_two_stops_give_the_same_record(self):
        t = track(quiet=True).start()
        first = t.stop()
        time.sleep(0.05)
        self.assertIs(t.stop(), first)
        self.assertEqual(len(self.kept_runs()), 1)

    def test_calls_after_the_stop_do_nothing_and_are_said_once(self):
        t = track(quiet=True).start()
        record = t.stop()
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            t.epoch()
            t.log(a=1)
            with t.task("x") as task:
                pass
        self.assertEqual(["after its stop()" in str(one.message) for one in said], [True])
        self.assertEqual((t.record, task.record), (record, {}))
        self.assertEqual(record.epochs, [])

    def test_a_stop_inside_the_block_and_an_open_task(self):
        with track(quiet=True) as t, t.task("open"):
            t.stop()
        self.assertTrue(t.record)

    def test_a_refused_start_can_be_repeated(self):
        os.environ["JOULEPRINT_PUE"] = "small"
        t = track(quiet=True)
        with self.assertRaises(jouleprint.UsageError):
            t.start()
        os.environ["JOULEPRINT_PUE"] = "1.5"
        self.assertEqual(t.start().stop().data["pue"], 1.5)

    def test_threads_that_stop_at_once_get_the_same_record(self):
        for _ in range(5):
            t = track(quiet=True).start()
            got = []
            go = threading.Barrier(4, timeout=30)

            def stop():
                go.wait()
                got.append(t.stop())

            threads = [threading.Thread(target=stop) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(len(got), 4)
            self.assertEqual(len({id(record) for record in got}), 1)

    def test_threads_that_log_while_another_stops(self):
        t = track(quiet=True).start()
        faults, enough = [], threading.Event()

        def work():
            try:
                while not enough.is_set():
                    t.log(x=1)
                    with t.task("t"):
                        t.epoch()
            except Exception as fault:
                faults.append(fault)

        threads = [threading.Thread(target=work) for _ in range(3)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for thread in threads:
                thread.start()
            time.sleep(0.1)
            record = t.stop()
            time.sleep(0.05)
            enough.set()
            for thread in threads:
                thread.join()
        self.assertEqual(faults, [])
        self.assertGreater(len(record.epochs), 0)


class EndTest(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine()

    def test_an_exception_passes_and_the_record_stays(self):
        with self.assertRaisesRegex(KeyError, "lost"):
            with track("bad", quiet=True) as t:
                raise KeyError("lost")
        self.assertEqual(t.record.tags, {"exception": "KeyError"})
        self.assertEqual(self.kept()["tags"], {"exception": "KeyError"})

    def test_an_interrupt_passes(self):
        with self.assertRaises(KeyboardInterrupt):
            with track(quiet=True) as t:
                os.kill(os.getpid(), 2)
                time.sleep(10)
        self.assertEqual(t.record.tags, {"exception": "KeyboardInterrupt"})
        self.assertLess(t.record.duration_s, 10)

    def test_a_good_exit_is_no_fault(self):
        for status, tags in ((0, {}), (None, {}), (3, {"exception": "SystemExit"})):
            with self.assertRaises(SystemExit):
                with track(quiet=True) as t:
                    sys.exit(status)
            self.assertEqual(t.record.tags, tags)

    def test_the_interpreters_end_keeps_the_record(self):
        done = self.python("import jouleprint\nt = jouleprint.track('left').start()\nt.epoch()\nt.begin_task('x')")
        self.assertIn("jouleprint: left: ", done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        kept = self.kept()
        self.assertEqual((kept["name"], kept["state"], len(kept["epochs"])), ("left", "finished", 1))

    def test_the_interpreters_end_with_a_daemon_thread_that_logs(self):
        done = self.python("import jouleprint, threading, time\nt = jouleprint.track('left').start()\n"
                           "def work():\n    while True: t.log(x=1)\n"
                           "threading.Thread(target=work, daemon=True).start()\ntime.sleep(0.1)")
        self.assertIn("kept as", done.stderr)
        self.assertEqual(self.kept()["state"], "finished")

    def test_a_fault_that_nobody_catches_keeps_the_record(self):
        self.python("import jouleprint\nt = jouleprint.track('left').start()\n1 / 0", status=1)
        self.assertEqual(self.kept()["name"], "left")

    def test_a_tracker_that_is_collected_keeps_its_record(self):
        track("forgotten", quiet=True).start()
        gc.collect()
        self.assertEqual(self.kept()["name"], "forgotten")

    def test_many_trackers_leave_no_threads_and_no_files(self):
        def open_files():
            return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))

        with track(quiet=True):
            pass
        before = open_files()
        for _ in range(10):
            with track(quiet=True) as t:
                t.epoch()
        del t
        gc.collect()
        self.assertEqual(open_files(), before)


class BadMachineTest(PackageTest):
    def test_no_meters_at_all(self):
        self.bare_machine()
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            for _ in range(2):
                with track("x", epochs=3) as t:
                    t.epoch()
                    t.log(loss=1)
                    t.tag(a="b")
                    with t.task("y") as task:
                        pass
                    told = t.predict()
        self.assertEqual(len(said), 1)
        self.assertIn("nothing is measured", str(said[0].message))
        self.assertEqual(said[0].filename, __file__)
        self.assertFalse(t.record or told or task.record)
        self.assertIsNone(t.record.energy_kwh)
        self.assertIsNone(told.duration_s)
        self.assertNotEqual(t.record.reason, "")
        self.assertEqual((t.record.epochs, t.record.metrics, t.record.run_id), ([], {}, ""))
        self.assertIn("othing was measured", t.record.to_text() + t.record._repr_html_())

    def test_no_meters_strictly(self):
        self.bare_machine()
        with self.assertRaises(jouleprint.NotMeasurableError):
            track(strict=True).start()

    @needs_root
    def test_a_folder_that_cannot_be_written(self):
        """Only a plain user is refused; as root this is played by one."""
        self.machine()
        folder = self.home / "closed"
        folder.mkdir()
        folder.chmod(0o555)
        self.home.chmod(0o755)
        # All is loaded first: the interpreter's own files may be root's alone.
        done = self.python("import os, sys, jouleprint\njouleprint.track(keep=False, quiet=True).start().stop()\n"
                           "os.setgid(65534)\nos.setuid(int(sys.argv[2]))\n"
                           "with jouleprint.track('ro', store=sys.argv[1] + '/deep/runs.db') as t:\n    t.epoch()\n"
                           "print(len(t.record.epochs), t.record.energy_kwh.value >= 0, t.kept)", folder, NOBODY,
                           env={"HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"})
        self.assertEqual(done.stdout, "1 True None\n", done.stderr)
        self.assertIn("the record will not be kept: ", done.stderr)
        self.assertIn("closed", done.stderr)

    def test_a_store_that_is_none(self):
        self.machine()
        store = self.home / "runs.txt"
        store.write_text("not a database, but long enough to look at " * 200, encoding="utf-8")
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            with track("x", store=store, quiet=True) as t:
                t.epoch()
        self.assertEqual(len(t.record.epochs), 1)
        self.assertEqual(["runs.txt" in str(one.message) for one in said], [True])
        with self.assertRaisesRegex(jouleprint.JouleprintError, "runs.txt"):
            track(store=store, strict=True).start()

    def test_where_warnings_are_errors_nothing_breaks(self):
        self.bare_machine()
        done = self.python("import jouleprint\nwith jouleprint.track() as t:\n    t.epoch()\nprint('done')",
                           env={"PYTHONWARNINGS": "error"})
        self.assertEqual(done.stdout, "done\n")
        self.assertIn("nothing is measured", done.stderr)

    def test_without_standard_error(self):
        self.machine()
        done = self.python("import sys, jouleprint\nsys.stderr = None\nwith jouleprint.track('x'):\n    pass\n"
                           "sys.stderr = open('/dev/full', 'w')\nwith jouleprint.track('y'):\n    pass\n"
                           "sys.stderr = None\nprint('done')")
        self.assertEqual(done.stdout, "done\n")

    def test_a_meter_that_goes(self):
        self.machine("package-0=50", "package-1=50,vanish=0.3")
        with track(quiet=True) as t:
            time.sleep(0.6)
            t.epoch()
        self.assertTrue(t.record)
        self.assertTrue(t.record.warnings or t.record.data["gaps"], t.record.data)


if __name__ == "__main__":
    unittest.main()
