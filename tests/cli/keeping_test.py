"""Where runs go: a run succeeds and is kept whatever becomes of the disk, and what cannot be done is said."""
import json
import os
import pathlib
import stat
import subprocess
import tempfile
import unittest

from support import COMMAND, LONGEST_S, NOBODY, Machine, Place, needs_root


def mounted(test):
    """Skips a test where nothing can be mounted."""
    able = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0
    return unittest.skipUnless(able, "skipped: this user may not mount a file system")(test)


class StoreTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())

    def listed(self, *flags, **how):
        done = self.place.jouleprint("runs", "list", "--json", *flags, **how)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_the_default_is_the_users_data_folder_and_private(self):
        self.assertEqual(self.place.run("true", store=False).status, 0)
        store = self.place.path / ".local" / "share" / "jouleprint" / "runs.db"
        self.assertEqual(stat.S_IMODE(store.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(store.parent.stat().st_mode), 0o700)
        self.assertEqual(len(self.listed()), 1)
        data = self.place.path / "elsewhere"
        self.place.run("true", store=False, env={"XDG_DATA_HOME": str(data)})
        self.assertTrue((data / "jouleprint" / "runs.db").exists())

    def test_a_store_that_the_job_removes_costs_no_record(self):
        run = self.place.run("sh", "-c", f"rm -f {self.place.store}*; exit 3")
        self.assertEqual(run.status, 3)
        self.assertIn("was removed during the run", run.err)
        self.assertIn("jouleprint runs import", run.err)

    def test_results_that_would_overwrite_each_other_are_refused_before_the_start(self):
        both = self.place.path / "both"
        mark = self.place.path / "started"
        for flags in (["--json-file", both, "--samples", both], ["--samples", self.place.store]):
            refused = self.place.jouleprint("run", "--db", self.place.store, *flags, "--", "touch", mark)
            self.assertEqual(refused.returncode, 2, flags)
        self.assertFalse(mark.exists())

    def test_no_store_keeps_nothing(self):
        run = self.place.run("true", flags=["--no-store"])
        self.assertEqual(run.status, 0)
        self.assertFalse(self.place.store.exists())
        self.assertEqual(run.record["state"], "finished")

    def test_runs_are_found_shown_exported_imported_and_removed(self):
        for name in ("first", "second"):
            self.place.run("true", flags=["--name", name])
        db = ["--db", self.place.store]
        self.assertEqual([run["name"] for run in self.listed(*db)], ["second", "first"])
        exported = self.place.path / "runs.jsonl"
        self.assertEqual(self.place.jouleprint("runs", "export", "--all", "-o", exported, *db).returncode, 0)
        self.assertEqual(self.place.jouleprint("runs", "rm", "first", *db).returncode, 0)
        self.assertEqual([run["name"] for run in self.listed(*db)], ["second"])
        self.assertEqual(self.place.jouleprint("runs", "import", exported, *db).returncode, 0)
        self.assertEqual({run["name"] for run in self.listed(*db)}, {"first", "second"})
        shown = json.loads(self.place.jouleprint("runs", "show", "first", "--json", *db).stdout)
        self.assertEqual((shown[0] if isinstance(shown, list) else shown)["name"], "first")
        self.assertEqual(self.place.jouleprint("runs", "rm", "no-such-run", *db).returncode, 2)

    def check_refused(self, path, **how):
        for words in (["run", "--db", path, "--", "touch", self.place.path / "started"], ["runs", "list", "--db", path]):
            done = self.place.jouleprint(*words, **how)
            self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
            self.assertRegex(done.stderr, r"^jouleprint: [^\n]+\n$")
            self.assertIn(str(path), done.stderr)
        self.assertFalse((self.place.path / "started").exists())

    def test_a_named_store_that_cannot_be_one_is_refused_before_anything_starts(self):
        self.check_refused(self.place.path)
        text = self.place.path / "text"
        text.write_text("not a database\n" * 100, encoding="utf-8")
        self.check_refused(text)
        self.assertEqual(text.read_text(encoding="utf-8"), "not a database\n" * 100)
        foreign = self.place.path / "foreign.db"
        subprocess.run(["/usr/bin/python3", "-c", "import sqlite3, sys\n"
                        "c = sqlite3.connect(sys.argv[1]); c.execute('create table mine (x)'); c.commit()", foreign],
                       check=True)
        before = foreign.read_bytes()
        self.check_refused(foreign)
        self.assertEqual(foreign.read_bytes(), before)

    @needs_root
    def test_a_store_of_somebody_else_is_refused(self):
        self.place.run("true")
        os.chmod(self.place.path, 0o755)
        os.chmod(self.place.store, 0o600)
        done = self.place.jouleprint("runs", "list", "--db", self.place.store, user=NOBODY, group=NOBODY, extra_groups=[])
        self.assertIn(done.returncode, (2, 3))
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, rf"^jouleprint: [^\n]*{self.place.store}[^\n]*\n$")


class KeptAnywayTest(unittest.TestCase):
    """The store of the user's own fails: the run succeeds, and its record is where the message says."""

    def check_kept_aside(self, run, home=None):
        self.assertEqual(run.status, 3, run.err)
        self.assertEqual(run.out, "out\n")
        folder = [word.strip("';,") for word in run.err.split() if word.strip("';,").endswith(".json")]
        self.assertTrue(folder, run.err)
        record = json.loads(pathlib.Path(folder[0]).read_text(encoding="utf-8"))
        self.assertEqual((record["state"], record["job"]["exit_status"]), ("finished", 3))
        with Place() as other:
            done = other.jouleprint("runs", "import", folder[0], "--db", other.store)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len(json.loads(other.jouleprint("runs", "list", "--json", "--db", other.store).stdout)), 1)
        os.unlink(folder[0])

    @needs_root
    def test_a_home_that_may_not_be_written(self):
        with Place(NOBODY) as place, tempfile.TemporaryDirectory() as temporary:
            os.chmod(temporary, 0o777)
            os.chown(place.path, 0, 0)
            os.chmod(place.path, 0o555)
            words = [str(COMMAND), "run", "--baseline", "off", "--", "sh", "-c", "echo out; exit 3"]
            done = subprocess.run(words, env=place.environment(TMPDIR=temporary), capture_output=True, text=True,
                                  timeout=LONGEST_S, check=False, **place.as_owner())
            done.status, done.out, done.err = done.returncode, done.stdout, done.stderr
            self.assertIn("store", done.err)
            self.check_kept_aside(done)

    @needs_root
    @mounted
    def test_a_disk_that_is_full(self):
        with Place() as place, tempfile.TemporaryDirectory() as temporary:
            small = place.path / "small"
            small.mkdir()
            script = (f"mount -t tmpfs -o size=64k none {small} && dd if=/dev/zero of={small}/filler bs=1k 2>/dev/null; "
                      f"XDG_DATA_HOME={small} TMPDIR={temporary} {COMMAND} run --baseline off --json-file {small}/r.json "
                      f"-- sh -c 'echo out; exit 3'")
            done = subprocess.run(["unshare", "--mount", "sh", "-c", script], env=place.environment(), text=True,
                                  capture_output=True, timeout=LONGEST_S, check=False)
            done.status, done.out, done.err = done.returncode, done.stdout, done.stderr
            self.assertIn("the record could not be written", done.err)
            self.check_kept_aside(done)

    @needs_root
    @mounted
    def test_a_disk_that_fills_up_while_the_job_runs(self):
        with Place() as place, tempfile.TemporaryDirectory() as temporary:
            small = place.path / "small"
            small.mkdir()
            job = f"dd if=/dev/zero of={small}/filler bs=1k 2>/dev/null; echo out; sleep 1.6; exit 3"
            script = (f"mount -t tmpfs -o size=400k none {small} && XDG_DATA_HOME={small} TMPDIR={temporary} {COMMAND} run "
                      f"--baseline off -- sh -c '{job}'")
            done = subprocess.run(["unshare", "--mount", "sh", "-c", script], env=place.environment(), text=True,
                                  capture_output=True, timeout=LONGEST_S, check=False)
            done.status, done.out, done.err = done.returncode, done.stdout, done.stderr
            self.check_kept_aside(done)


class FilesTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())

    def write_to(self, path):
        """A run whose record and samples go there."""
        words = [COMMAND, "run", "--baseline", "off", "--db", self.place.store, "--json-file", path, "--", "sh", "-c", "exit 3"]
        done = subprocess.run([str(word) for word in words], env=self.place.environment(), capture_output=True, text=True,
                              timeout=LONGEST_S, check=False, cwd=self.place.path)
        self.assertEqual(done.returncode, 3, done.stderr)
        return done

    def test_a_folder_that_is_missing_is_said_before_anything_starts(self):
        for flag in ("--json-file", "--samples"):
            done = self.place.jouleprint("run", flag, "no/such/file", "--", "touch", self.place.path / "started")
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertRegex(done.stderr, r"^jouleprint: [^\n]*no/such/file[^\n]*\n$")
        self.assertFalse((self.place.path / "started").exists())

    def test_a_folder_that_goes_away_meanwhile_costs_only_the_file(self):
        folder = self.place.path / "folder"
        folder.mkdir()
        run = self.place.run("sh", "-c", f"rmdir {folder}; exit 3", flags=["--samples", folder / "samples.csv"])
        self.assertEqual(run.status, 3)
        self.assertIn(str(folder / "samples.csv"), run.err)
        self.assertEqual(run.record["state"], "finished")
        listed = self.place.jouleprint("runs", "list", "--json", "--db", self.place.store).stdout
        self.assertEqual(len(json.loads(listed)), 1)

    @needs_root
    def test_a_file_that_is_there_may_lie_in_a_folder_that_takes_no_other(self):
        with Place(NOBODY) as place:
            file = place.path / "given.json"
            file.write_text("{}", encoding="utf-8")
            os.chown(file, NOBODY, -1)
            os.chown(place.path, 0, 0)
            os.chmod(place.path, 0o555)
            done = place.jouleprint("run", "--no-store", "--baseline", "off", "-q", "--json-file", file, "--", "true")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(json.loads(file.read_text(encoding="utf-8"))["state"], "finished")

    def test_samples_are_a_row_per_stretch(self):
        samples = self.place.path / "samples.csv"
        with Machine("package-0=50", "dram=5,in=package-0") as fake:
            run = self.place.run("sleep", "1", machine=fake, flags=["--samples", samples])
        rows = [line.split(",") for line in samples.read_text(encoding="utf-8").splitlines()]
        self.assertEqual(rows[0], ["timestamp_utc", "duration_s", "power_w", "package-0_w", "dram-0_w"])
        joules = sum(float(row[1]) * float(row[2]) for row in rows[1:])
        self.assertAlmostEqual(joules, run.joules(), delta=0.02 * run.joules())

    def test_a_device_is_written_and_not_replaced(self):
        null = self.place.path / "null"
        if os.geteuid() != 0:
            self.skipTest("skipped: only root can make a device")
        os.mknod(null, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        self.write_to(null)
        self.assertTrue(stat.S_ISCHR(null.stat().st_mode))
        self.write_to("/dev/null")
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))

    def test_standard_output_when_it_is_asked_for_by_name(self):
        self.assertEqual(json.loads(self.write_to("/dev/stdout").stdout)["state"], "finished")

    def test_a_link_is_followed(self):
        target, link = self.place.path / "target.json", self.place.path / "link.json"
        for content in (None, "old"):
            if content is not None:
                target.write_text(content, encoding="utf-8")
            else:
                link.symlink_to(target)
            self.write_to(link)
            self.assertTrue(link.is_symlink())
            self.assertEqual(json.loads(target.read_text(encoding="utf-8"))["state"], "finished")

    def test_results_that_cannot_be_delivered_are_a_failure(self):
        self.place.run("true")
        with open("/dev/full", "w", encoding="utf-8") as full:
            for words in (["runs", "list"], ["runs", "list", "--json"], ["report", "last"], ["runs", "export", "--all"],
                          ["doctor"], ["--help"]):
                with self.subTest(words):
                    db = [] if words[0] in ("doctor", "--help") else ["--db", str(self.place.store)]
                    done = subprocess.run([COMMAND, *words, *db], stdout=full, stderr=subprocess.PIPE, text=True,
                                          env=self.place.environment(), timeout=LONGEST_S, check=False)
                    self.assertEqual(done.returncode, 2)
                    self.assertRegex(done.stderr, r"^jouleprint: [^\n]*standard output[^\n]*\n$")


if __name__ == "__main__":
    unittest.main()
