"""Wrong usage and bad input: one sentence that names what is wrong, status 2, and nothing started or written."""
import os
import pathlib
import unittest

from support import Machine, Place

# Flag, a value that makes no sense, and words that the sentence must hold.
WRONG_FLAGS = [
    ("--pue", "0.9", "--pue"), ("--pue", "nan", "--pue"), ("--pue", "inf", "--pue"), ("--pue", "1,2", "--pue"),
    ("--intensity", "-1", "--intensity"), ("--intensity", "1e400", "--intensity"), ("--intensity", "0x10", "--intensity"),
    ("--interval", "0", "--interval"), ("--interval", "99999999", "--interval"), ("--interval", "10ms", "--interval"),
    ("--baseline", "-1", "--baseline"), ("--baseline", "fast", "--baseline"), ("--baseline", "nan", "--baseline"),
    ("--baseline", "W", "--baseline"), ("--baseline", "1e9", "--baseline"),
    ("--idle-split", "half", "reservation"), ("--reserved-cpus", "-1", "--reserved-cpus"),
    ("--reserved-cpus", "all", "--reserved-cpus"), ("--boundary", "everything", "counted"), ("--epoch-mark", "middle", "auto"),
    ("--epochs", "0", "--epochs"), ("--epochs", "-3", "--epochs"), ("--epochs", "1.5", "--epochs"),
    ("--epochs", "99999999999999999999", "--epochs"), ("--tag", "nameless", "NAME=VALUE"), ("--tag", "=x", "NAME=VALUE"),
    ("--zone", "Atlantis", "Atlantis"), ("--region", "gcp:moon-1", "moon-1"), ("--region", "nowhere", "PROVIDER:REGION"),
    ("--epoch-regex", "(", "--epoch-regex"), ("--epoch-regex", "a{2,1}", "--epoch-regex"),
    ("--epoch-regex", "(?=x)", "--epoch-regex"), ("--eval-regex", "[", "--eval-regex"),
    ("--eval-regex", "(\\w)\\1", "--eval-regex"), ("--metric-regex", "acc", "NAME=VALUE"),
    ("--metric-regex", "acc=(", "acc"), ("--metric-regex", "acc=no group", "group"), ("--metric-regex", "acc=", "group"),
    ("--budget", "much", "--budget"), ("--budget", "500", "no unit"), ("--budget", "-5g", "above zero"),
    ("--budget", "0kWh", "above zero"), ("--budget", "nang", "finite"), ("--budget", "5 apples", "--budget"),
    ("--on-budget", "weep", "pause"), ("--on-budget", "exec:", "--on-budget"), ("--on-budget", "exec:echo 'x", "closed"),
    ("--budget-confidence", "1", "--budget-confidence"), ("--budget-confidence", "90", "--budget-confidence"),
    ("--stop-signal", "PLEASE", "--stop-signal"), ("--stop-signal", "STOP", "--stop-signal"),
    ("--stop-signal", "0", "--stop-signal"), ("--save-grace", "-1", "--save-grace"), ("--save-grace", "500g", "--save-grace"),
    ("--term-grace", "soon", "--term-grace"), ("--term-grace", "nan", "--term-grace"),
    ("--sysroot", "/no/such/folder", "--sysroot"), ("--sysroot", "/etc/passwd", "--sysroot"),
    ("--nvml", "/no/such/library.so", "--nvml"), ("--config", "/no/such/file", "/no/such/file"), ("--config", "/", "/"),
    ("--db", "/", "'/'"), ("--db", "/etc/passwd", "not a runs database"), ("--db", "/proc/no/such", "/proc/no"),
]
WITHOUT_VALUE = ["--name", "--project", "--tag", "--zone", "--region", "--intensity", "--pue", "--interval",
                 "--baseline", "--idle-split", "--reserved-cpus", "--boundary", "--epochs", "--epoch-regex", "--eval-regex", "--epoch-mark",
                 "--metric-regex", "--budget", "--on-budget", "--budget-confidence", "--stop-signal", "--save-grace",
                 "--term-grace", "--json-file", "--samples", "--sysroot", "--nvml", "--db", "--config"]
# The settings that also come from the environment and the file, each with a value that makes no sense.
WRONG_SETTINGS = {"zone": "Atlantis", "region": "nowhere", "pue": "0.5", "intensity": "much", "interval": "never",
                  "baseline": "low", "idle_split": "no", "reserved_cpus": "many", "boundary": "all of it", "sysroot": "/no/such/folder", "nvml": "/no/such.so",
                  "budget": "500", "on_budget": "weep", "budget_confidence": "sure", "stop_signal": "PLEASE",
                  "save_grace": "soon", "term_grace": "never", "quiet": "perhaps", "db": "/etc/passwd"}


class BadInputTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())
        self.marker = self.place.path / "started"

    def attempt(self, *flags, env=None, command=None, **how):
        """`jouleprint run` with nothing but these flags."""
        words = ["run", *flags, "--", *(command or ["touch", self.marker])]
        return self.place.jouleprint(*words, env=env, **how)

    def check_refused(self, done, *words):
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"^jouleprint[^:\n]*: [^\n]+\n$", "one sentence on one line")
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertNotIn("terminate called", done.stderr)
        self.assertFalse(self.marker.exists(), "the command was started")
        self.assertEqual([path.name for path in self.place.path.iterdir() if path.suffix in (".db", ".json", ".csv")], [])

    def test_values_that_make_no_sense(self):
        for flag, value, word in WRONG_FLAGS:
            with self.subTest(flag, value=value):
                self.check_refused(self.attempt(flag, value), word)
                self.check_refused(self.attempt(f"{flag}={value}"), word)

    def test_flags_without_their_value(self):
        for flag in WITHOUT_VALUE:
            with self.subTest(flag):
                self.check_refused(self.attempt(flag), flag)
                self.check_refused(self.attempt(f"{flag}="), flag)

    def test_flags_that_are_not_there_and_commands_that_are_not_there(self):
        self.check_refused(self.attempt("--jsonfile", "x"), "--jsonfile")
        self.check_refused(self.attempt("--pu", "1.2"), "--pu")
        self.check_refused(self.attempt("-x"), "-x")
        for words in ([], ["rum", "--", "true"], ["runs"], ["runs", "lst"], ["run"], ["run", "--"], ["doctor", "x"],
                      ["runs", "list", "--limit", "-1"], ["runs", "list", "--limit", "many"], ["report"],
                      ["report", "last", "--format", "papyrus"], ["runs", "show"], ["runs", "export"]):
            with self.subTest(words):
                self.check_refused(self.place.jouleprint(*words))

    def test_a_zone_and_a_region_are_one_too_many(self):
        self.check_refused(self.attempt("--zone", "FR", "--region", "gcp:europe-west1"), "--zone and --region")

    def test_variables_that_make_no_sense_are_named(self):
        for name, value in WRONG_SETTINGS.items():
            variable = f"JOULEPRINT_{name.upper()}"
            with self.subTest(variable):
                named = value if name == "db" else variable
                self.check_refused(self.attempt(env={variable: value}), named)
        self.check_refused(self.attempt(env={"JOULEPRINT_CONFIG": "/no/such/file"}), "/no/such/file")

    def test_lines_of_the_file_that_make_no_sense_are_named_with_their_number(self):
        for name, value in WRONG_SETTINGS.items():
            with self.subTest(name):
                (self.place.path / "jouleprint.toml").write_text(f'# mine\n\n{name} = "{value}"\n', encoding="utf-8")
                named = [value] if name == "db" else ["jouleprint.toml line 3", name]
                self.check_refused(self.attempt(), *named)

    def test_files_that_are_no_settings(self):
        file = self.place.path / "jouleprint.toml"
        for text, word in ((b"zone = FR\n", "line 1"), (b"zone\n", "line 1"), (b"ozne = 'FR'\n", "ozne"),
                           (b"zone = 'FR'\nzone = 'DE'\n", "line 2"), (b"[run]\nzone = 'FR'\n", "run"),
                           (b"zone = ['FR']\n", "zone"), (b"pue = 1979-05-27\n", "pue"), (b"\xff\xfe\x00", "line 1"),
                           (os.urandom(2000) + b"\xff", "jouleprint.toml")):
            with self.subTest(text[:20]):
                file.write_bytes(text)
                self.check_refused(self.attempt(), "jouleprint.toml", word)

    def test_the_users_own_file_is_checked_too(self):
        file = self.place.path / ".config" / "jouleprint" / "jouleprint.toml"
        file.parent.mkdir(parents=True)
        file.write_text("pue = 'low'\n", encoding="utf-8")
        self.check_refused(self.attempt(), f"{file} line 1")


class PrecedenceTest(unittest.TestCase):
    """A flag overrides a variable, a variable overrides the file, for every setting that has all three."""

    def setUp(self):
        self.place = self.enterContext(Place())
        self.machine = self.enterContext(Machine("package-0=50", "psys=90", "dram=4,in=package-0"))

    def record(self, *flags, env=None, file="", baseline="off"):
        (self.place.path / "jouleprint.toml").write_text(file, encoding="utf-8")
        run = self.place.run("true", flags=flags, env=env, store=False, baseline=baseline)
        self.assertEqual(run.status, 0, run.err)
        return run

    def check(self, name, of, flag, variable, file):
        env = {f"JOULEPRINT_{name.upper()}": variable[0]}
        text = f"{name} = '{file[0]}'\n"
        self.assertEqual(of(self.record(f"--{name}", flag[0], env=env, file=text)), flag[1])
        self.assertEqual(of(self.record(env=env, file=text)), variable[1])
        self.assertEqual(of(self.record(file=text)), file[1])

    def test_zone(self):
        self.check("zone", lambda run: run.record["zone"], ("FR", "FR"), ("Germany", "DE"), ("PL", "PL"))

    def test_pue(self):
        self.check("pue", lambda run: run.record["pue"], ("1.2", 1.2), ("1.3", 1.3), ("1.4", 1.4))

    def test_intensity(self):
        self.check("intensity", lambda run: run.record["intensity_g_per_kwh"]["value"], ("100", 100), ("200", 200),
                   ("300", 300))

    def test_project(self):
        self.check("project", lambda run: run.record["project"], ("a", "a"), ("b", "b"), ("c", "c"))

    def test_db(self):
        paths = [str(self.place.path / name) for name in ("flag.db", "variable.db", "file.db")]

        def kept(_):
            found = [path for path in paths if os.path.exists(path)]
            for path in found:
                for name in pathlib.Path(path).parent.glob(pathlib.Path(path).name + "*"):
                    name.unlink()
            return found
        self.check("db", kept, *((path, [path]) for path in paths))

    def test_sysroot_and_boundary(self):
        with Machine("psys=20") as other:
            self.check("sysroot", lambda run: run.record["boundary"],
                       (self.machine.folder, ["package-0", "dram-0"]), (other.folder, ["psys"]),
                       (self.machine.folder, ["package-0", "dram-0"]))
        env = {"JOULEPRINT_SYSROOT": self.machine.folder, "JOULEPRINT_BOUNDARY": "platform"}
        self.assertEqual(self.record("--boundary", "counted", env=env).record["boundary"], ["package-0", "dram-0"])
        self.assertEqual(self.record(env=env).record["boundary"], ["psys"])

    def test_idle_split(self):
        for split in ("unattributed", "reservation"):
            record = self.record("--idle-split", split, baseline="1W").record
            energy = record["energy_kwh"]
            self.assertEqual(record["idle_split"], split)
            kept = "share_with_idle" if split == "reservation" else "share_without_idle"
            self.assertEqual(energy["share"], energy[kept])
            self.assertGreaterEqual(energy["share_with_idle"]["value"], energy["share_without_idle"]["value"])
        record = self.record("--idle-split", "reservation").record
        self.assertEqual(record["idle_split"], "unattributed")
        self.assertIsNone(record["energy_kwh"]["share_with_idle"])
        self.assertTrue(any("not split" in warning for warning in record["warnings"]), record["warnings"])

    def test_reserved_cpus(self):
        record = self.record("--reserved-cpus", "0").record
        self.assertEqual(record["job"]["reserved"]["cpu"], 0)
        self.assertEqual(record["job"]["reserved"]["source"], "given")
        self.assertIsNone(record["job"]["reserved"]["memory"])

    def test_a_place_given_by_flag_displaces_the_other_kind_of_place(self):
        run = self.record("--zone", "FR", env={"JOULEPRINT_REGION": "gcp:europe-west4"})
        self.assertEqual(run.record["zone"], "FR")
        run = self.record("--region", "gcp:europe-west4", env={"JOULEPRINT_ZONE": "FR"})
        self.assertEqual(run.record["zone"], "NL")

    def test_quiet(self):
        for env, quiet in (({}, False), ({"JOULEPRINT_QUIET": "1"}, True), ({"JOULEPRINT_QUIET": "0"}, False)):
            self.assertEqual(self.record(env=env).err == "", quiet, env)
        self.assertEqual(self.record(file="quiet = true\n").err, "")

    def test_the_commands_own_words_are_nobodys_flags(self):
        run = self.place.run("echo", "--zone", "FR", "--pue=9", store=False)
        self.assertEqual((run.out, run.record["zone"], run.record["pue"]), ("--zone FR --pue=9\n", "unknown", 1.0))


if __name__ == "__main__":
    unittest.main()
