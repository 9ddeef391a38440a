"""What people read says what the command does: man pages, README, completions and links are held against `--help`."""
import functools
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAN = ROOT / "docs" / "man"
COMPLETION = ROOT / "packaging" / "completion"
# Every command and the page that holds its options.
PAGES = {(): "jouleprint.1", ("run",): "jouleprint-run.1", ("doctor",): "jouleprint-doctor.1",
         ("report",): "jouleprint-report.1", ("whatwhere",): "jouleprint-whatwhere.1", ("predict",): "jouleprint-predict.1", ("top",): "jouleprint-top.1", ("trace", "record"): "jouleprint-trace.1",
         ("trace", "replay"): "jouleprint-trace.1", ("trace", "show"): "jouleprint-trace.1", ("grid", "zones"): "jouleprint-grid.1",
         ("grid", "now"): "jouleprint-grid.1",
         ("grid", "regions"): "jouleprint-grid.1", ("grid", "series"): "jouleprint-grid.1",
         ("grid", "forecast"): "jouleprint-grid.1",
         ("runs", "list"): "jouleprint-runs.1", ("runs", "show"): "jouleprint-runs.1",
         ("runs", "export"): "jouleprint-runs.1", ("runs", "import"): "jouleprint-runs.1",
         ("runs", "merge"): "jouleprint-runs.1", ("runs", "rm"): "jouleprint-runs.1", ("sci",): "jouleprint-sci.1"}
# Commands that only hold others.
GROUPS = sorted({command[:1] for command in PAGES if len(command) > 1})
FLAG = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


@functools.cache
def binary():
    """The newest build of the command; None when nothing is built."""
    built = list(ROOT.glob("build/*/bin/jouleprint"))
    given = os.environ.get("JOULEPRINT_BINARY")
    return given or (str(max(built, key=lambda path: path.stat().st_mtime)) if built else None)


@functools.cache
def help_of(command):
    run = subprocess.run([binary(), *command, "--help"], capture_output=True, text=True, check=True)
    return run.stdout


def flags_of(command):
    """The flags in the left column of --help."""
    flags = set()
    for line in help_of(command).splitlines():
        if re.match(r"  -", line):
            flags.update(FLAG.findall(re.split(r"\s{2,}", line.strip())[0]))
    return flags


def starred_of(command):
    """The settings that --help marks as coming from the environment and the file too."""
    return set(re.findall(r"^  .*?--([a-z-]+)[^\n]*? \*(?:\s|$)", help_of(command), re.MULTILINE))


def page(name):
    return (MAN / f"{name}.scd").read_text(encoding="utf-8")


def terms_of(text):
    """What a page defines: the lines in bold before an indented one."""
    return {line for line, following in zip(text.splitlines(), text.splitlines()[1:])
            if line.startswith("*") and following.startswith("\t")}


def documents():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z", "--", "*.md"], cwd=ROOT,
                            capture_output=True, text=True, check=True)
    return sorted({ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()})


def code_blocks(text, languages):
    return [body for language, body in re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
            if language in languages]


@unittest.skipUnless(binary(), "skipped: jouleprint is not built")
class HelpTest(unittest.TestCase):
    def test_every_command_has_a_page(self):
        for name in re.findall(r"^  (\w+)  ", help_of(()), re.MULTILINE):
            self.assertTrue(any(command and command[0] == name for command in PAGES), name)
        for group in GROUPS:
            for name in re.findall(r"^  (\w+)  ", help_of(group), re.MULTILINE):
                self.assertIn((*group, name), PAGES)

    def test_man_pages_define_the_flags_of_help_and_no_others(self):
        for name in sorted(set(PAGES.values())):
            shown = set().union(*(flags_of(command) for command, its_page in PAGES.items() if its_page == name))
            defined = {flag for term in terms_of(page(name)) for flag in FLAG.findall(term)}
            self.assertEqual(defined, shown, name)

    def test_help_fits_eighty_columns(self):
        for command in [*PAGES, *GROUPS]:
            for line in help_of(command).splitlines():
                self.assertLessEqual(len(line), 80, f"{command}: {line}")

    def test_every_setting_has_its_variable_in_the_man_page(self):
        environment = page("jouleprint.1").partition("# ENVIRONMENT")[2].partition("\n# ")[0]
        named = set(re.findall(r"\*JOULEPRINT_(\w+)\*", environment))
        settings = {setting.upper().replace("-", "_") for command in PAGES for setting in starred_of(command)}
        self.assertEqual(named, settings | {"CONFIG"})

    def test_the_settings_of_the_file_are_documented(self):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write("no_such_key = 1\n")
            file.flush()
            run = subprocess.run([binary(), "doctor", "--config", file.name], capture_output=True, text=True)
        self.assertEqual(run.returncode, 2)
        keys = set(run.stderr.partition("known keys: ")[2].strip().split(", "))
        self.assertEqual({term.strip("*") for term in terms_of(page("jouleprint.toml.5"))}, keys)
        table = (ROOT / "docs" / "config.md").read_text(encoding="utf-8").partition("| key |")[2].partition("\n\n")[0]
        self.assertEqual(set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)), keys)

    def test_the_example_settings_are_taken(self):
        for text in code_blocks((ROOT / "docs" / "config.md").read_text(encoding="utf-8"), {"toml"}):
            with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
                file.write(text)
                file.flush()
                run = subprocess.run([binary(), "doctor", "--json", "--config", file.name], capture_output=True,
                                     text=True)
            self.assertEqual(run.returncode, 0, run.stderr)

    def test_every_jouleprint_command_in_the_documents_is_one(self):
        seen = 0
        for path in documents():
            text = path.read_text(encoding="utf-8")
            blocks = "\n".join(code_blocks(text, {"sh", ""})).replace("\\\n", " ")
            lines = re.findall(r"^\s*(?:\$ )?(jouleprint .*)$", blocks, re.MULTILINE)
            lines += re.findall(r"`(jouleprint [a-z][^`|]*)`", text)
            for line in lines:
                with self.subTest(file=path.name, line=line):
                    self.check_command(shlex.split(line, comments=True)[1:])
                    seen += 1
        self.assertGreater(seen, 5)

    def check_command(self, words):
        words = words[:words.index("--")] if "--" in words else words
        command = tuple(words[:2] if (words[0],) in GROUPS else words[:1])
        self.assertIn(command, PAGES)
        shown = flags_of(command)
        for word in words:
            if word.startswith("-"):
                self.assertIn(word.partition("=")[0], shown)

    def test_every_command_named_in_a_message_is_one(self):
        sources = [path for path in (ROOT / "src").rglob("*.cc")]
        named = [(path.name, words) for path in sources
                 for words in re.findall(r"'jouleprint ([a-z]+(?: [a-z]+)?)", path.read_text(encoding="utf-8"))]
        self.assertTrue(named)
        for name, words in named:
            command = tuple(words.split())
            command = command if command[:1] in GROUPS else command[:1]
            self.assertTrue(command in PAGES or command in GROUPS, f"{name}: jouleprint {words}")


class CompletionTest(unittest.TestCase):
    def words_of_bash(self, *line):
        """What bash offers after these words, the last of which is being typed."""
        script = ('source "$1"; shift; COMP_WORDS=(jouleprint "$@"); COMP_CWORD=$#; _jouleprint; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        environment = {**os.environ, "PATH": f"{pathlib.Path(binary()).parent}:{os.environ['PATH']}"} if binary() else None
        run = subprocess.run(["bash", "-c", script, "bash", COMPLETION / "jouleprint.bash", *line], env=environment,
                             capture_output=True, text=True, check=True)
        return set(run.stdout.split())

    def parse(self, shell, name):
        if not shutil.which(shell):
            self.skipTest(f"skipped: {shell} is not here")
        run = subprocess.run([shell, "-n", COMPLETION / name], capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_bash_file_parses(self):
        self.parse("bash", "jouleprint.bash")

    def test_zsh_file_parses(self):
        self.parse("zsh", "_jouleprint")

    def test_fish_file_parses(self):
        self.parse("fish", "jouleprint.fish")

    @unittest.skipUnless(binary(), "skipped: jouleprint is not built")
    def test_bash_offers_every_flag_and_no_other(self):
        for command in PAGES:
            shown = {flag for flag in flags_of(command) if flag.startswith("--")}
            self.assertEqual(self.words_of_bash(*command, "--"), shown, command)

    @unittest.skipUnless(binary(), "skipped: jouleprint is not built")
    def test_zsh_and_fish_know_every_flag_and_command(self):
        zsh = (COMPLETION / "_jouleprint").read_text(encoding="utf-8")
        fish = (COMPLETION / "jouleprint.fish").read_text(encoding="utf-8")
        for command in PAGES:
            for flag in flags_of(command):
                if flag.startswith("--"):
                    self.assertRegex(zsh, rf"(?<![\w-]){flag}(?![\w-])", command)
                    self.assertRegex(fish, rf"-l {flag[2:]} ", command)
            for word in command:
                self.assertIn(f"'{word}:", zsh)
                self.assertIn(f"-a {word} ", fish)

    @unittest.skipUnless(binary() and shutil.which("fish"), "skipped: jouleprint is not built, or fish is not here")
    def test_fish_offers_every_flag_and_no_other(self):
        for command in PAGES:
            script = f"source {shlex.quote(str(COMPLETION / 'jouleprint.fish'))}; complete -C 'jouleprint {' '.join(command)} --'"
            run = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True)
            offered = {line.split("\t")[0] for line in run.stdout.splitlines()}
            self.assertEqual(offered, {flag for flag in flags_of(command) if flag.startswith("--")}, command)

    @unittest.skipUnless(binary(), "skipped: jouleprint is not built")
    def test_bash_offers_zones_and_formats(self):
        self.assertIn("FR", self.words_of_bash("run", "--zone", "F"))
        self.assertIn("gcp:europe-west4", self.words_of_bash("run", "--region", "gcp:europe-w"))
        self.assertEqual(self.words_of_bash("report", "--format", "m"), {"markdown"})
        for group in GROUPS:
            self.assertEqual(self.words_of_bash(*group, ""), {command[1] for command in PAGES if command[:1] == group})

    def test_bash_offers_none_of_our_flags_behind_the_dashes(self):
        self.assertEqual(self.words_of_bash("run", "--", "true", "--zo"), set())


class DocumentsTest(unittest.TestCase):
    def test_links_within_the_repository_resolve(self):
        for path in documents():
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
                if not re.match(r"[a-z]+:", target):
                    self.assertTrue((path.parent / target).exists(), f"{path.relative_to(ROOT)} links to {target}")

    def test_files_that_are_named_exist(self):
        named = re.compile(r"(?<![\w/.~$-])(?:(?:\.\./)?(?:src|tests|docs|data|tools|cmake|include|examples|packaging|bench)/"
                           r"[\w./-]*[\w/]|jouleprint/\w+\.h)")
        for path in [*documents(), *sorted(MAN.glob("*.scd")), ROOT / "NOTICE"]:
            text = re.sub(r"\w+://\S+", "", path.read_text(encoding="utf-8"))
            for name in named.findall(text):
                places = [ROOT / name, ROOT / "include" / name, path.parent / name]
                self.assertTrue("ROOM" in name or any(place.exists() for place in places),
                                f"{path.relative_to(ROOT)} names {name}")

    def test_make_targets_in_the_documents_are_there(self):
        targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
        for path in documents():
            text = path.read_text(encoding="utf-8")
            code = "\n".join(code_blocks(text, {"sh"}) + re.findall(r"`([^`\n]+)`", text))
            for target in re.findall(r"^(?:sudo )?make (\w+)", code, re.MULTILINE):
                self.assertIn(target, targets, path.name)

    def test_the_programs_of_library_md_compile(self):
        programs = code_blocks((ROOT / "docs" / "library.md").read_text(encoding="utf-8"), {"cpp"})
        self.assertGreaterEqual(len(programs), 2)
        for program in programs:
            run = subprocess.run(["g++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c++",
                                  "-I", ROOT / "include", "-"], input=program, capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, run.stderr)

    def test_the_changelog_knows_the_version(self):
        version = (ROOT / "VERSION").read_text(encoding="utf-8").strip()
        self.assertIn(version, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))

    @unittest.skipUnless(shutil.which("scdoc"), "skipped: scdoc is not here")
    def test_man_pages_are_valid(self):
        for source in sorted(MAN.glob("*.scd")):
            run = subprocess.run(["scdoc"], input=source.read_text(encoding="utf-8"), capture_output=True,
                                 text=True)
            self.assertEqual(run.returncode, 0, f"{source.name}: {run.stderr}")


if __name__ == "__main__":
    unittest.main()
