"""tools/run_tests on a project of our own: it counts what really happened, and never calls a fault a pass."""
import os
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "tools" / "run_tests"

PRESETS = """{"version": 6,
 "configurePresets": [{"name": "dev", "generator": "Ninja", "binaryDir": "${sourceDir}/build/dev"}],
 "buildPresets": [{"name": "dev", "configurePreset": "dev"}],
 "testPresets": [{"name": "dev", "configurePreset": "dev", "execution": {"noTestsAction": "error"}}]}"""
PROJECT = """cmake_minimum_required(VERSION 3.25)
project(toy LANGUAGES NONE)
enable_testing()
"""


class RunTestsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        subprocess.run(["git", "init", "-q", self.root], check=True)
        self.write("CMakePresets.json", PRESETS)

    def write(self, path, text, mode=0o644):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)

    def project(self, *tests):
        """A project whose tests are (name, shell command) pairs; one that says 'left out' is skipped."""
        lines = [f'add_test(NAME {name} COMMAND {command})\n'
                 f'set_tests_properties({name} PROPERTIES SKIP_REGULAR_EXPRESSION "left out")\n'
                 for name, command in tests]
        self.write("CMakeLists.txt", PROJECT + "".join(lines))

    def run_tests(self, *suites):
        run = subprocess.run([SCRIPT, *suites], env={**os.environ, "JOULEPRINT_TEST_ROOT": str(self.root)},
                             capture_output=True, text=True)
        lines = run.stdout.splitlines()
        return run.returncode, lines[-1] if lines else "", run.stdout + run.stderr

    def test_passes_and_skips_are_counted(self):
        self.project(("good", "true"), ("absent", 'echo "left out"'))
        self.assertEqual(self.run_tests("dev")[:2], (0, "1 passed, 0 failed, 1 skipped"))

    def test_a_failure_is_counted_named_and_shown(self):
        self.project(("good", "true"), ("bad_one", "sh -c \"echo it broke here && exit 1\""))
        status, last, said = self.run_tests("dev")
        self.assertEqual((status, last), (1, "1 passed, 1 failed, 0 skipped"))
        self.assertIn("failed: bad_one", said)

    def test_a_test_without_its_program_has_failed(self):
        self.project(("gone", "/nowhere/to/be/found"))
        self.assertEqual(self.run_tests("dev")[:2], (1, "0 passed, 1 failed, 0 skipped"))

    def test_a_project_that_does_not_configure_or_has_no_tests_has_failed(self):
        self.write("CMakeLists.txt", "this is not cmake\n")
        status, last, said = self.run_tests("dev")
        self.assertEqual((status, last), (1, "0 passed, 1 failed, 0 skipped"))
        self.assertIn("failed: dev: cmake --preset dev", said)
        self.project()
        self.assertEqual(self.run_tests("dev")[:2], (1, "0 passed, 1 failed, 0 skipped"))

    def test_suites_are_added_up(self):
        self.project(("good", "true"))
        self.write("tests/a/a_test.py", """import unittest
class A(unittest.TestCase):
    def test_1(self): pass
    def test_2(self): self.fail()
    @unittest.skip("no")
    def test_3(self): pass
unittest.main()
""")
        self.write("tests/b/run.sh", "#!/bin/sh\necho 'FAILED: the part'\necho '2 passed, 1 failed, 3 skipped'\nexit 1\n",
                   0o755)
        status, last, said = self.run_tests("dev", "python", "scripts")
        self.assertEqual((status, last), (1, "4 passed, 2 failed, 4 skipped"))
        self.assertIn("failed: test_2", said)
        self.assertIn("failed: the part", said)

    def test_a_script_or_module_that_dies_early_has_failed(self):
        self.write("tests/a/a_test.py", "raise SystemExit(1)\n")
        self.write("tests/b/run.sh", "#!/bin/sh\necho hm\n", 0o755)
        self.write("tests/c/run.sh", "#!/bin/sh\necho '1 passed, 0 failed, 0 skipped'\nexit 9\n", 0o755)
        self.assertEqual(self.run_tests("python", "scripts")[:2], (1, "1 passed, 3 failed, 0 skipped"))

    def test_an_unknown_suite_is_wrong_usage(self):
        status, _, said = self.run_tests("everything")
        self.assertEqual(status, 2)
        self.assertIn("everything", said)


if __name__ == "__main__":
    unittest.main()
