"""What `import jouleprint` costs, and what it offers."""
import subprocess
import sys
import time
import unittest

from support import PACKAGE, ROOT, PackageTest, jouleprint

# Modules whose import takes milliseconds; none may come with ours.
COSTLY = ("asyncio", "ctypes", "dataclasses", "inspect", "json", "threading", "typing", "unittest", "weakref")


class ImportTest(PackageTest):
    def test_it_loads_nothing(self):
        done = self.python("import sys; before = set(sys.modules); import jouleprint; "
                           "print(*sorted(set(sys.modules) - before))")
        self.assertEqual(done.stdout.split(), ["__future__", "jouleprint"])

    def test_it_loads_nothing_that_is_not_of_the_standard_library(self):
        done = self.python("import sys; before = set(sys.modules); import jouleprint; jouleprint.track; "
                           "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))")
        if sys.version_info >= (3, 10):
            self.assertLessEqual(set(done.stdout.split()) - {"jouleprint"}, set(sys.stdlib_module_names))
        self.assertIn("jouleprint", done.stdout.split())

    def test_its_names_are_there(self):
        for name in ("track", "Tracker", "Record", "predict", "Estimate", "JouleprintError", "BudgetExceeded"):
            self.assertIn(name, dir(jouleprint))
            self.assertIs(getattr(jouleprint, name), getattr(jouleprint, name))
        self.assertEqual(jouleprint.__version__, (ROOT / "VERSION").read_text(encoding="ascii").strip())

    def test_a_name_that_is_not_there_is_said(self):
        with self.assertRaisesRegex(AttributeError, "'jouleprint' has no attribute 'trakc'"):
            jouleprint.trakc

    def test_a_star_import_gets_all_names_that_it_lists(self):
        done = self.python("from jouleprint import *; print(track, Tracker, codecarbon, carbontracker, callbacks)")
        self.assertIn("codecarbon", done.stdout)

    def test_without_a_library_the_sentence_names_the_remedy(self):
        done = self.python("import jouleprint\ntry:\n    jouleprint.track(strict=True).start()\n"
                           "except jouleprint.JouleprintError as fault:\n    print(fault)",
                           env={"JOULEPRINT_LIBRARY": "/nowhere/libjouleprint-c.so"})
        self.assertIn("/nowhere/libjouleprint-c.so cannot be loaded", done.stdout)
        self.assertIn("pip install", done.stdout)

    def test_without_a_library_a_training_run_goes_on(self):
        done = self.python("import jouleprint\nwith jouleprint.track() as t:\n    t.epoch()\n    t.log(loss=1)\n"
                           "print(bool(t.record), jouleprint.track(lambda: 7)(), hasattr(jouleprint, '__version__'))",
                           env={"JOULEPRINT_LIBRARY": "/nowhere/libjouleprint-c.so"})
        self.assertEqual(done.stdout, "False 7 False\n")
        self.assertIn("nothing is measured: /nowhere/libjouleprint-c.so cannot be loaded", done.stderr)

    def test_it_is_quick(self):
        """Prints what it takes; what it loads is asserted above."""
        def best(code):
            def once():
                start = time.perf_counter()
                subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(PACKAGE)}, check=True)
                return time.perf_counter() - start
            return min(once() for _ in range(7))

        bare, ours = best("pass"), best("import jouleprint")
        print(f"import jouleprint: {(ours - bare) * 1e3:.1f} ms more than python alone, {bare * 1e3:.1f} ms")
        costly = [name for name in COSTLY if name in self.python("import jouleprint, sys; print(*sys.modules)")
                  .stdout.split()]
        self.assertEqual(costly, [])


if __name__ == "__main__":
    unittest.main()
