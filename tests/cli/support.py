"""What the end-to-end tests share: the command as it is built, a made-up machine, and runs whose record is read back.

The command is build/dev/bin/jouleprint; JOULEPRINT_BUILD_DIR names another build's folder.
"""
import concurrent.futures
import datetime
import functools
import json
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("JOULEPRINT_BUILD_DIR", ROOT / "build" / "dev"))
COMMAND = BUILD / "bin" / "jouleprint"
FAKE_POWERCAP = BUILD / "fakes" / "fake_powercap"
FAKE_NVML = BUILD / "fakes" / "libnvidia-ml.so.1"
FAULTY_IO = BUILD / "fakes" / "libfaulty_io.so"
# The system's, which any user may run.
PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable
JOULES_PER_KWH = 3.6e6
# Nothing here takes as long; a run that hangs must not hang the suite.
LONGEST_S = 60

for needed in (COMMAND, FAKE_POWERCAP, FAKE_NVML, FAULTY_IO):
    if not needed.exists():
        sys.exit(f"{needed} is missing: build it (cmake --preset dev && cmake --build --preset dev), or name another "
                 f"build's folder in JOULEPRINT_BUILD_DIR")

# A shell that puts the tests into the background ignores these two for all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)

IS_ROOT = os.geteuid() == 0
NOBODY = pwd.getpwnam("nobody").pw_uid if IS_ROOT else None
# Where only root can set the scene.
needs_root = unittest.skipUnless(IS_ROOT, "skipped: only root can do this")


def boot_ns(utc):
    """A record's time, as nanoseconds of CLOCK_BOOTTIME."""
    offset = time.clock_gettime_ns(time.CLOCK_REALTIME) - time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    whole, _, fraction = utc.rstrip("Z").partition(".")
    seconds = datetime.datetime.fromisoformat(whole + "+00:00").timestamp()
    return int(seconds) * 10**9 + int(fraction.ljust(9, "0")) - offset


class Machine:
    """A made-up machine (tests/fakes/fake_powercap.cc) while the context is open."""

    def __init__(self, *zones, vendor="GenuineIntel", flags=()):
        self.folder = tempfile.mkdtemp(prefix="jouleprint-machine-")
        os.chmod(self.folder, 0o755)
        self.process = subprocess.Popen([FAKE_POWERCAP, self.folder, "--vendor", vendor, *flags, *zones], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("fake_powercap did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.communicate()
        shutil.rmtree(self.folder)

    def ask(self, question):
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def joules(self, record):
        """What each zone used during a run, by id: the truth."""
        start = boot_ns(record["start"])
        return self.ask(f"energy {start} {start + round(record['duration_s'] * 1e9)}")


class Run:
    """A finished jouleprint run: what it answered, and the record that it wrote (None when it wrote none)."""

    def __init__(self, status, out, err, record):
        self.status, self.out, self.err, self.record = status, out, err, record

    def domain(self, name):
        return next((domain for domain in self.record["domains"] if domain["name"] == name), None)

    def joules(self, name=None):
        """Of a domain; of the whole boundary without a name."""
        figures = self.record["energy_kwh"]["machine"] if name is None else self.domain(name)["energy_kwh"]
        return figures["value"] * JOULES_PER_KWH

    def dropped(self):
        return {domain["source"]: domain["reason"] for domain in self.record["dropped"]}


class Place:
    """A user's empty home, where runs are kept, for as long as the context is open."""

    def __init__(self, owner=None):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="jouleprint-test-"))
        self.store = self.path / "runs.db"
        self.json_file = self.path / "record.json"
        self.owner = owner
        if owner is not None:
            os.chown(self.path, owner, -1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def environment(self, **more):
        plain = {name: value for name, value in os.environ.items()
                 if not name.startswith(("JOULEPRINT_", "JP_", "XDG_", "LC_", "LANG"))}
        return {**plain, "HOME": str(self.path), **more}

    def as_owner(self):
        """For subprocess: the user to be."""
        return {} if self.owner is None else {"user": self.owner, "group": self.owner, "extra_groups": []}

    def words(self, *command, flags=(), machine=None, store=True, baseline="off"):
        """The command line of a measured run."""
        words = [COMMAND, "run", "--baseline", baseline, "--json-file", self.json_file]
        if store:
            words += ["--db", self.store]
        if machine is not None:
            words += ["--sysroot", machine.folder]
        return [str(word) for word in (*words, *flags, "--", *command)]

    def start(self, *command, env=None, flags=(), machine=None, store=True, baseline="off", **popen):
        return subprocess.Popen(self.words(*command, flags=flags, machine=machine, store=store, baseline=baseline),
                                env=self.environment(**(env or {})), **{"cwd": self.path, **self.as_owner(), **popen})

    def finish(self, process, stdin=None):
        out, err = process.communicate(stdin, timeout=LONGEST_S)
        return Run(process.returncode, out, err, self.record())

    def run(self, *command, stdin=None, **how):
        """Measures a command and waits for it; keyword arguments as for start()."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return self.finish(self.start(*command, **{**pipes, **how}), stdin)

    def record(self):
        return json.loads(self.json_file.read_text(encoding="utf-8")) if self.json_file.exists() else None

    def jouleprint(self, *words, env=None, **how):
        """Any other command of jouleprint."""
        return subprocess.run([COMMAND, *map(str, words)], env=self.environment(**(env or {})), capture_output=True,
                              timeout=LONGEST_S, check=False,
                              **{"text": True, "cwd": self.path, **self.as_owner(), **how})


def wait_for(condition, what, seconds=10):
    """Polls until `condition()` is true, and gives its value back."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"{what} did not happen within {seconds} s")


def beforehand(scene, *arguments, **keywords):
    """A test whose scene takes its time and needs no processor: TestsWithScenes plays all of a class at once.

    The test is given what `scene(*arguments, **keywords)` gave back.
    """
    def decorate(test):
        @functools.wraps(test)
        def play(self):
            test(self, self.scenes[test.__name__].result())
        play.scene = functools.partial(scene, *arguments, **keywords)
        return play
    return decorate


class TestsWithScenes(unittest.TestCase):
    AT_ONCE = 6

    @classmethod
    def setUpClass(cls):
        tests = [getattr(cls, name) for name in unittest.defaultTestLoader.getTestCaseNames(cls)]
        pool = concurrent.futures.ThreadPoolExecutor(cls.AT_ONCE)
        cls.addClassCleanup(pool.shutdown)
        cls.scenes = {test.__name__: pool.submit(test.scene) for test in tests
                      if hasattr(test, "scene") and not hasattr(test, "__unittest_skip__")}
