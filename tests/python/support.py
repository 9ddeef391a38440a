"""What the Python package's tests share: the package from the source tree, the library as it is built, a made-up
machine whose joules are known, and a user's empty home.

The library is build/dev/lib/libjouleprint-c.so; JOULEPRINT_LIBRARY names another, JOULEPRINT_BUILD_DIR another build.
"""
import contextlib
import importlib.util
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import warnings

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("JOULEPRINT_BUILD_DIR", ROOT / "build" / "dev"))
PACKAGE = ROOT / "python"
LIBRARY = pathlib.Path(os.environ.get("JOULEPRINT_LIBRARY") or BUILD / "lib" / "libjouleprint-c.so")

if not LIBRARY.exists():
    sys.exit(f"{LIBRARY} is missing: build it (cmake --preset dev && cmake --build --preset dev), or name another in "
             f"JOULEPRINT_LIBRARY")


def _command_line_tests():
    """tests/cli/support.py, which has the made-up machine; under another name, since this one's is taken."""
    spec = importlib.util.spec_from_file_location("cli_support", ROOT / "tests" / "cli" / "support.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


cli = _command_line_tests()
Machine, boot_ns, wait_for, needs_root = cli.Machine, cli.boot_ns, cli.wait_for, cli.needs_root
COMMAND, JOULES_PER_KWH, LONGEST_S, NOBODY = cli.COMMAND, cli.JOULES_PER_KWH, cli.LONGEST_S, cli.NOBODY

for _name in [name for name in os.environ if name.startswith("JOULEPRINT_")]:
    del os.environ[_name]
os.environ["JOULEPRINT_LIBRARY"] = str(LIBRARY)
sys.path.insert(0, str(PACKAGE))

import jouleprint  # noqa: E402  (the path is set above)

# A zone that counts up to 50 J only: at 100 W it starts again every 0.5 s. The kernel's own ranges are 5,000 times
# longer.
WRAPS_EVERY_0_5_S = "package-0=100,range=50000000"


def joules(kwh):
    """Of a number or an estimate of kWh."""
    return (kwh["value"] if isinstance(kwh, dict) else float(kwh)) * JOULES_PER_KWH


def true_joules(machine, record, start_s=0.0, end_s=None, zones=None):
    """What the made-up machine used between two times of a run, in seconds from its start."""
    start = boot_ns(record["start"])
    end_s = record["duration_s"] if end_s is None else end_s
    used = machine.ask(f"energy {start + round(start_s * 1e9)} {start + round(end_s * 1e9)}")
    return sum(value for zone, value in used.items() if zones is None or zone in zones)


class PackageTest(unittest.TestCase):
    """Each test has an empty home and store, runs in its folder, and sees every jouleprint warning."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="jouleprint-python-")
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.store = self.home / "runs.db"
        before = dict(os.environ)
        self.addCleanup(lambda: (os.environ.clear(), os.environ.update(before)))
        for name in [name for name in os.environ if name.startswith(("XDG_", "SLURM_", "OMPI_", "PMI_"))]:
            del os.environ[name]
        os.environ.update(HOME=str(self.home), JOULEPRINT_DB=str(self.store))
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.home)
        caught = warnings.catch_warnings()
        caught.__enter__()
        self.addCleanup(caught.__exit__, None, None, None)
        warnings.simplefilter("always", jouleprint.JouleprintWarning)
        # A sentence is said once in a process; each test is to hear it.
        from jouleprint import _errors
        _errors._told.clear()

    def machine(self, *zones, **how):
        """A made-up machine for the rest of the test, read by all trackers that name no other."""
        made = Machine(*(zones or ("package-0=50",)), **how)
        made.__enter__()
        self.addCleanup(made.__exit__)
        os.environ["JOULEPRINT_SYSROOT"] = made.folder
        return made

    def bare_machine(self):
        """A machine on which there is nothing to read and nothing to go by."""
        bare = self.home / "bare"
        bare.mkdir()
        os.environ["JOULEPRINT_SYSROOT"] = str(bare)
        return bare

    @contextlib.contextmanager
    def standard_error(self):
        """What is printed there; a StringIO."""
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            yield said

    def kept(self, name=None):
        """The record in the store, as a separate program reads it."""
        from jouleprint._library import library
        return library().store_find(str(self.store), name or "last")

    def kept_runs(self):
        from jouleprint._library import library
        return library().store_list(str(self.store))

    def python(self, code, *words, status=0, env=None, **how):
        """Runs a program in an interpreter of its own; what it printed, on both streams."""
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE), **(env or {})}
        done = subprocess.run([sys.executable, "-c", code, *map(str, words)], env=environment, text=True,
                              capture_output=True, timeout=LONGEST_S, check=False, cwd=self.home, **how)
        if status is not None:
            self.assertEqual(done.returncode, status, done.stderr)
        return done

    def assert_joules(self, figure, true, msg=None):
        """Of a figure in kWh: within 1 %, or what the counters' 1 ms steps leave open."""
        self.assertAlmostEqual(joules(figure), true, delta=max(0.01 * true, 0.3), msg=msg)
