"""The wheel: that `pip install .` makes one, what is in it, what its library asks of a system, and that it measures on
every Python from 3.9 on that is here.

It is built in build/wheel, so that a second time costs little. Where no package index can be reached, all is skipped.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

from support import ROOT, Machine

BUILT = ROOT / "build" / "wheel"
# RHEL 9's and Ubuntu 22.04's.
GLIBC_FLOOR = (2, 34)
# What every glibc system has, and libstdc++ with the compiler's own runtime.
ALLOWED_LIBRARIES = r"^(lib(c|m|dl|pthread|rt|gcc_s|stdc\+\+)|ld-linux.*)\.so\.\d+$"
LONGEST_BUILD_S = 3600
# As the preset dev has it, so that ccache has each object already.
AS_DEV_COMPILES = [f"--config-settings=cmake.{setting}" for setting in (
    "build-type=RelWithDebInfo", "define.CMAKE_CXX_FLAGS_RELWITHDEBINFO=-O2 -g1 -DNDEBUG", "define.JOULEPRINT_WERROR=ON")]

USE = """
import sys, time, jouleprint
with jouleprint.track("wheel", store=sys.argv[1], quiet=True) as t:
    time.sleep(0.2)
    t.epoch()
joules = t.record.energy_kwh.value * 3.6e6
assert abs(joules - 100 * t.record.duration_s) < 2, (joules, t.record.duration_s)
assert jouleprint.predict([(1.0, 0.1)] * 3, 5).epochs_total == 5
print(jouleprint.__version__, sys.version_info[:2])
"""


def run(*words, **how):
    return subprocess.run([str(word) for word in words], text=True, capture_output=True, check=False,
                          **{"timeout": LONGEST_BUILD_S, **how})


def clean_environment(**more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JOULEPRINT_", "PYTHON"))}
    return {**kept, **more}


def pythons():
    """Commands of CPython 3.9 and later that run: those on PATH and pyenv's."""
    pyenv = run("pyenv", "root").stdout.strip() if shutil.which("pyenv") else ""
    kept = sorted(pathlib.Path(pyenv, "versions").glob("*/bin")) if pyenv else []
    path = os.pathsep.join([*map(str, kept), os.environ["PATH"]])
    found = {}
    for minor in range(9, 20):
        command = shutil.which(f"python3.{minor}", path=path)
        if command and run(command, "-c", "import ctypes").returncode == 0:
            found[f"3.{minor}"] = command
    return {**found, f"3.{sys.version_info[1]}": sys.executable}


class WheelTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="jouleprint-wheel-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.python = cls.environment("build")
        got = run(cls.python, "-m", "pip", "install", "--retries", "1", "--timeout", "20", "scikit-build-core>=0.11")
        if got.returncode != 0:
            raise unittest.SkipTest(f"skipped: pip cannot get scikit-build-core: {got.stderr[-300:]}")
        ccache = {"CC": "cc", "CXX": "c++", **{f"CMAKE_{language}_COMPILER_LAUNCHER": "ccache" for language in ("C", "CXX")}}
        made = run(cls.python, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", cls.folder,
                   "--config-settings", f"build-dir={BUILT}", *AS_DEV_COMPILES, ROOT,
                   env=clean_environment(**(ccache if shutil.which("ccache") else {})))
        if made.returncode != 0:
            raise AssertionError(made.stdout[-4000:] + made.stderr[-4000:])
        [cls.wheel] = cls.folder.glob("*.whl")
        cls.unpacked = cls.folder / "unpacked"
        with zipfile.ZipFile(cls.wheel) as archive:
            archive.extractall(cls.unpacked)
            cls.names = archive.namelist()
        cls.library = cls.unpacked / "jouleprint" / "libjouleprint-c.so"

    @classmethod
    def environment(cls, name):
        """A new virtual environment's Python."""
        made = run(sys.executable, "-m", "venv", cls.folder / name)
        if made.returncode != 0:
            raise unittest.SkipTest(f"skipped: no virtual environment can be made: {made.stdout[-300:]}")
        return cls.folder / name / "bin" / "python"

    def test_one_wheel_serves_every_python(self):
        version = (ROOT / "VERSION").read_text(encoding="ascii").strip()
        self.assertRegex(self.wheel.name, rf"^jouleprint-{re.escape(version)}-py3-none-\w*linux\w*\.whl$")

    def test_it_holds_the_package_and_nothing_else(self):
        sources = {str(path.relative_to(ROOT / "python")) for path in (ROOT / "python" / "jouleprint").rglob("*")
                   if path.is_file() and "cache" not in str(path.parent)}
        inside = {name for name in self.names if not re.match(r"jouleprint-[^/]*\.dist-info/", name)}
        self.assertEqual(inside, sources | {"jouleprint/libjouleprint-c.so"})
        self.assertIn("jouleprint/py.typed", inside)
        licences = [name for name in self.names if name.endswith(("licenses/LICENSE", "licenses/NOTICE"))]
        self.assertEqual(len(licences), 2, self.names)

    def test_only_our_functions_are_exported(self):
        said = run("nm", "-D", "--defined-only", self.library).stdout
        exported = {line.split()[-1].partition("@")[0] for line in said.splitlines()}
        header = (ROOT / "include" / "jouleprint" / "capi.h").read_text(encoding="utf-8")
        self.assertEqual(exported, set(re.findall(r"^JP_API .*?\b(jp_\w+)\(", header, re.MULTILINE)))

    def test_it_needs_what_every_system_has(self):
        said = run("readelf", "-d", self.library).stdout
        needed = re.findall(r"\(NEEDED\).*\[(.*)\]", said)
        self.assertIn("libc.so.6", needed)
        self.assertEqual([name for name in needed if not re.match(ALLOWED_LIBRARIES, name)], [])
        self.assertNotRegex(said, r"\((RPATH|RUNPATH)\)")

    def test_it_runs_on_older_systems(self):
        said = run("objdump", "-T", self.library).stdout
        versions = {tuple(map(int, version.split("."))) for version in re.findall(r"GLIBC_([\d.]+)", said)}
        print(f"glibc floor: {'.'.join(map(str, max(versions)))}")
        self.assertLessEqual(max(versions), GLIBC_FLOOR)

    def test_it_installs_and_measures_without_a_network(self):
        python = self.environment("use")
        got = run(python, "-m", "pip", "install", "--no-index", self.wheel)
        self.assertEqual(got.returncode, 0, got.stderr)
        self.assertEqual(run(python, "-m", "pip", "check").returncode, 0)
        self.check_use(python, {})

    def test_every_python_that_is_here(self):
        for version, command in pythons().items():
            with self.subTest(version):
                self.check_use(command, {"PYTHONPATH": str(self.unpacked)})

    def check_use(self, python, environment):
        with Machine("package-0=100") as machine:
            done = run(python, "-W", "error::DeprecationWarning", "-c", USE, self.folder / "runs.db", cwd=self.folder,
                       env=clean_environment(JOULEPRINT_SYSROOT=machine.folder, HOME=str(self.folder), **environment))
        self.assertEqual(done.returncode, 0, done.stderr)
        print(f"measured with {done.stdout.strip()}")

    def test_sources_hold_what_the_wheel_is_made_of(self):
        build = "import scikit_build_core.build as b, sys; print(b.build_sdist(sys.argv[1]))"
        made = run(self.python, "-c", build, self.folder, cwd=ROOT)
        self.assertEqual(made.returncode, 0, made.stderr)
        with tarfile.open(self.folder / made.stdout.split()[-1]) as archive:
            inside = {name.partition("/")[2] for name in archive.getnames()}
        belongs = ("CMakeLists.txt", "LICENSE", "NOTICE", "VERSION", "cmake", "data", "include", "pyproject.toml",
                   "python", "src")
        listed = run("git", "ls-files", "-co", "--exclude-standard", *belongs, cwd=ROOT).stdout.split()
        if not listed:
            self.skipTest("skipped: this is no git checkout, which would tell what belongs to it")
        self.assertEqual(sorted(set(listed) - inside), [])
        self.assertEqual([name for name in inside if name.startswith(("tests/", "build/", "docs/", "bench/", "."))], [])

    def test_types_are_complete_for_those_who_check(self):
        got = run(self.python, "-m", "pip", "install", "mypy", "typing_extensions")
        if got.returncode != 0:
            self.skipTest("skipped: pip cannot get mypy")
        program = self.folder / "program.py"
        program.write_text("import jouleprint\n\n@jouleprint.track\ndef f(x: int) -> str:\n    return str(x)\n\n"
                           "with jouleprint.track('a', zone='FR') as t:\n    t.epoch()\n"
                           "reveal_type(f(1))\nreveal_type(t.record.energy_kwh)\njouleprint.track(zone=3)\n",
                           encoding="utf-8")
        said = run(self.python, "-m", "mypy", "--strict", "--cache-dir", self.folder / "cache", program,
                   env=clean_environment(MYPYPATH=str(self.unpacked)), cwd=self.folder).stdout
        self.assertIn('Revealed type is "str"', said.replace("builtins.", ""))
        self.assertIn("Estimate", said)
        self.assertRegex(said, r"program.py:11: error: ")
        self.assertRegex(said, r"Found \d+ errors? in 1 file")


if __name__ == "__main__":
    unittest.main()
