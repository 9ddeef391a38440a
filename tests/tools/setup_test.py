"""tools/setup with a dpkg, an apt and a sudo of our own: what it asks them, and what it tells people."""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "tools" / "setup"
# The commands that the script may take from the real machine.
REAL_COMMANDS = ["bash", "env", "mktemp", "rm", "tail"]


class SetupTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bin = pathlib.Path(folder.name) / "bin"
        self.bin.mkdir()
        self.apt_calls = pathlib.Path(folder.name) / "apt_calls"
        for name in REAL_COMMANDS:
            real = next(p for p in ("/usr/bin/", "/bin/") if os.path.exists(p + name)) + name
            (self.bin / name).symlink_to(real)
        self.command("id", "echo 0")
        self.command("apt-get", f'echo "$*" >> {self.apt_calls}')

    def command(self, name, script):
        file = self.bin / name
        file.write_text("#!/bin/sh\n" + script + "\n", encoding="utf-8")
        file.chmod(0o755)

    def have_all_but(self, *absent):
        """A dpkg that holds every package that it is asked for, save these."""
        missing = "|".join(absent) or "nothing-at-all"
        self.command("dpkg-query", f"""
shift 2
for p in "$@"; do case $p in {missing}) echo "$p config-files" ;; *) echo "$p installed" ;; esac; done""")

    def setup(self, *arguments):
        run = subprocess.run([self.bin / "bash", SCRIPT, *arguments], env={"PATH": str(self.bin), "TMPDIR": "/tmp"},
                             stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(run.stdout, "")
        calls = self.apt_calls.read_text(encoding="utf-8").splitlines() if self.apt_calls.exists() else []
        return run.returncode, run.stderr, calls

    def test_says_and_does_nothing_when_all_is_there(self):
        self.have_all_but()
        self.assertEqual(self.setup("build", "test", "docs"), (0, "", []))

    def test_installs_only_what_is_missing_and_names_it(self):
        self.have_all_but("libre2-dev", "scdoc")
        status, said, calls = self.setup("build")
        self.assertEqual(status, 0)
        self.assertIn("installing libre2-dev scdoc", said)
        self.assertEqual(len(calls), 1)
        self.assertTrue(calls[0].endswith("install libre2-dev scdoc"), calls)

    def test_either_of_two_packages_will_do(self):
        self.have_all_but("lld-14")
        self.assertEqual(self.setup("test"), (0, "", []))
        self.have_all_but("lld-14", "lld")
        self.assertTrue(self.setup("test")[2][0].endswith("install lld-14"))

    def test_build_does_not_ask_for_the_tests_packages(self):
        self.have_all_but("libgtest-dev")
        self.assertEqual(self.setup("build"), (0, "", []))
        self.assertEqual(self.setup("--check", "test")[0], 1)

    def test_check_installs_nothing(self):
        self.have_all_but("cmake")
        status, said, calls = self.setup("--check")
        self.assertEqual((status, calls), (1, []))
        self.assertIn("missing: cmake", said)

    def test_fetches_the_package_lists_when_the_first_try_fails(self):
        self.have_all_but("cmake")
        self.command("apt-get", f"""
echo "$*" >> {self.apt_calls}
case "$*" in *install*) [ "$(wc -l < {self.apt_calls})" -gt 1 ] ;; esac""")
        (self.bin / "wc").symlink_to("/usr/bin/wc")
        status, _, calls = self.setup()
        self.assertEqual(status, 0)
        self.assertEqual([re.search(" (install|update)", call)[1] for call in calls], ["install", "update", "install"])

    def test_a_failing_apt_is_shown(self):
        self.have_all_but("cmake")
        self.command("apt-get", "echo 'E: the disk is full' >&2; exit 100")
        status, said, _ = self.setup()
        self.assertEqual(status, 1)
        self.assertIn("E: the disk is full", said)
        pathlib.Path(re.search(r"output is in (\S+)", said)[1]).unlink()

    def test_a_user_without_sudo_is_told_what_to_ask_for(self):
        self.have_all_but("cmake", "ccache")
        self.command("id", "echo 1000")
        status, said, calls = self.setup()
        self.assertEqual((status, calls), (3, []))
        self.assertIn("apt-get install cmake ccache", said)

    def test_a_user_with_sudo_installs_through_it(self):
        self.have_all_but("cmake")
        self.command("id", "echo 1000")
        self.command("sudo", '[ "$1" = -n ] && exit 0; "$@"')
        status, _, calls = self.setup()
        self.assertEqual((status, len(calls)), (0, 1))

    def test_without_dpkg_it_names_the_packages_and_goes_on(self):
        status, said, _ = self.setup()
        self.assertEqual(status, 0)
        self.assertIn("libtomlplusplus-dev", said)

    def test_an_unknown_section_is_wrong_usage(self):
        self.have_all_but()
        status, said, _ = self.setup("everything")
        self.assertEqual(status, 2)
        self.assertIn("'everything'", said)


if __name__ == "__main__":
    unittest.main()
