"""The job under `jouleprint run` finds all as it would without: every test does both, and compares."""
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import unittest

from support import LONGEST_S, NOBODY, PYTHON, Place, needs_root, wait_for

# With the second the output goes through a process that reads along.
WATCHING = {"output not read": [], "output read": ["--epoch-regex", "^Epoch (\\d+)/(\\d+)"]}

# What a process finds of itself, as JSON in the file that its argument names. Signals 32 and 33 are glibc's own:
# posix_spawn (GNU make's way to start a command) leaves 33 ignored, and any program that starts a thread resets it.
SELF_PORTRAIT = r"""
import json, os, resource, signal, sys
status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\t" in line)
for mask in ("SigBlk", "SigIgn"): status[mask] = hex(int(status[mask], 16) & ~(0b11 << 31))
def state(fd):
    try: return os.readlink(f"/proc/self/fd/{fd}")
    except OSError: return "closed"
json.dump({"cwd": os.getcwd(), "PWD": os.environ.get("PWD"), "umask": status["Umask"], "nice": os.nice(0),
           "blocked": status["SigBlk"], "ignored": status["SigIgn"], "user": status["Uid"], "groups": status["Groups"],
           "limits": [resource.getrlimit(n) for n in range(16)], "session": os.getsid(0), "affinity": sorted(os.sched_getaffinity(0)),
           "scheduler": os.sched_getscheduler(0), "oom": open("/proc/self/oom_score_adj").read(),
           "descriptors": {fd: state(fd) for fd in range(12)}, "arguments": sys.argv[2:],
           "variables": sorted(os.environ)}, open(sys.argv[1], "w"))
"""


# What a shell does for a command in the foreground, and when Ctrl-Z stops it.
SHELL = r"""
import os, signal, sys, time
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
pid = os.fork()
if pid == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.argv[1], sys.argv[1:])
stopped = os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1])
os.tcsetpgrp(0, os.getpgid(0))
print("the shell sees it stopped" if stopped else "the shell sees it ended", flush=True)
time.sleep(1)
os.tcsetpgrp(0, pid)
os.killpg(pid, signal.SIGCONT)
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
os.tcsetpgrp(0, os.getpgid(0))
print("the shell sees status", status, flush=True)
"""


class ExitStatusTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())

    def status(self, *command, flags=()):
        words = self.place.words(*command, flags=["-q", *flags])
        return subprocess.run(words, env=self.place.environment(), capture_output=True, timeout=LONGEST_S,
                              check=False).returncode

    def test_every_status_is_the_commands(self):
        self.assertEqual([self.status("sh", "-c", f"exit {n}", flags=["--no-store"]) for n in range(256)],
                         list(range(256)))

    def test_and_with_its_output_read(self):
        flags = WATCHING["output read"]
        self.assertEqual([self.status("sh", "-c", f"exit {n}", flags=flags) for n in (0, 1, 127, 255)], [0, 1, 127, 255])

    def test_death_by_a_signal_is_128_and_its_number(self):
        for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGPIPE, signal.SIGUSR1):
            with self.subTest(number.name):
                self.assertEqual(self.status("sh", "-c", f"ulimit -c 0; kill -{number.value} $$"), 128 + number)
                self.assertEqual(self.place.record()["job"]["exit_status"], 128 + number)

    def test_a_command_that_is_not_there_or_may_not_run_leaves_no_record(self):
        for command, status in (("no-such-command", 127), ("/no/such/folder/x", 127), ("/etc/passwd", 126), ("/", 126)):
            for name, flags in WATCHING.items():
                with self.subTest(command, flags=name):
                    run = self.place.run(command, flags=flags)
                    self.assertEqual((run.status, run.out, run.record), (status, "", None))
                    self.assertRegex(run.err, rf"^jouleprint: cannot run '{command}': [^\n]+\n$")
        listed = self.place.jouleprint("runs", "list", "--json", "--db", self.place.store)
        self.assertEqual(json.loads(listed.stdout), [])

    @needs_root
    def test_a_folder_on_the_path_that_may_not_be_entered_hides_nothing_else(self):
        with Place(NOBODY) as place, Place() as closed:
            path = f"{closed.path}:{os.environ['PATH']}"
            self.assertEqual(place.run("no-such-command", env={"PATH": path}).status, 127)
            self.assertEqual(place.run("true", env={"PATH": path}).status, 0)

    def test_a_script_without_an_interpreters_line_runs_as_in_a_shell(self):
        script = self.place.path / "script"
        script.write_text("exit 5\n", encoding="utf-8")
        script.chmod(0o755)
        self.assertEqual(self.status(script), 5)


class StreamsTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())

    def both(self, test):
        for name, flags in WATCHING.items():
            with self.subTest(name):
                test(flags)

    def test_ten_megabytes_of_any_bytes_pass_through_each_stream(self):
        noise = os.urandom(10_000_000)

        def test(flags):
            run = self.place.run("cat", stdin=noise, flags=["-q", *flags], text=False)
            self.assertTrue(run.out == noise, "standard output differs")
            self.assertEqual(run.err, b"")
            run = self.place.run("sh", "-c", "cat >&2", stdin=noise, flags=["-q", *flags], text=False)
            self.assertTrue(run.err == noise, "standard error differs")
            self.assertEqual(run.out, b"")
        self.both(test)

    def test_output_and_error_on_one_pipe_keep_their_order(self):
        job = "import os\nfor i in range(3000): os.write(1 + i % 2, b'%d\\n' % i)"

        def test(flags):
            run = self.place.run(PYTHON, "-c", job, flags=["-q", *flags], stderr=subprocess.STDOUT)
            self.assertEqual(run.out.split(), [str(i) for i in range(3000)])
        self.both(test)

    def test_what_is_written_without_an_end_of_line_comes_at_once(self):
        def test(flags):
            process = self.place.start("sh", "-c", "printf 'a prompt: '; read x; echo $x", flags=["-q", *flags],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self.assertEqual(os.read(process.stdout.fileno(), 100), b"a prompt: ")
            process.stdin.write(b"yes\n")
            process.stdin.close()
            self.assertEqual(process.stdout.read(), b"yes\n")
            self.assertEqual(process.wait(LONGEST_S), 0)
            process.stdout.close()
        self.both(test)

    def test_a_file_is_appended_to_and_read_from_where_the_shell_left_it(self):
        def test(flags):
            data, log = self.place.path / "data", self.place.path / "log"
            data.write_text("one\ntwo\nthree\n", encoding="utf-8")
            log.write_text("kept\n", encoding="utf-8")
            measured = " ".join(f"'{word}'" for word in self.place.words("cat", flags=["-q", *flags]))
            subprocess.run(["sh", "-c", f"(read x; {measured}; echo end) <{data} >>{log}"], check=True,
                           env=self.place.environment(), timeout=LONGEST_S)
            self.assertEqual(log.read_text(encoding="utf-8"), "kept\ntwo\nthree\nend\n")
        self.both(test)

    def test_a_reader_that_goes_away_ends_the_job_as_ever(self):
        def test(flags):
            with self.place.start("yes", flags=["-q", *flags], stdout=subprocess.PIPE) as process:
                process.stdout.readline()
                process.stdout.close()
                self.assertEqual(process.wait(LONGEST_S), 128 + signal.SIGPIPE)
        self.both(test)

    def test_a_reader_of_messages_that_goes_away_changes_no_status(self):
        for number in (0, 3):
            read, write = os.pipe()
            os.close(read)
            process = self.place.start("sh", "-c", f"exit {number}", stderr=write)
            os.close(write)
            self.assertEqual(process.wait(LONGEST_S), number)
            self.assertEqual(self.place.record()["job"]["exit_status"], number)

    def test_a_job_that_closes_its_output_and_goes_on_is_waited_for_in_peace(self):
        run = self.place.run("sh", "-c", "exec >&- 2>&-; sleep 1.5; exit 4", flags=WATCHING["output read"])
        self.assertEqual(run.status, 4)
        self.assertLess(run.record["overhead"]["cpu_s"], 0.5)

    def test_streams_that_were_closed_stay_closed(self):
        portrait = self.place.path / "portrait"
        for name, flags in WATCHING.items():
            for stream in (0, 1, 2):
                with self.subTest(name, closed=stream):
                    words = self.place.words(PYTHON, "-c", SELF_PORTRAIT, portrait, flags=flags)
                    command = " ".join(f"'{word}'" for word in words)
                    done = subprocess.run(["bash", "-c", f"{command} {stream}>&-"], stdin=subprocess.DEVNULL,
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LONGEST_S,
                                          check=False, env=self.place.environment())
                    self.assertEqual(done.returncode, 0, done.stderr)
                    # Output that is read along has somewhere to go even where nobody else listens.
                    if not flags or stream == 0:
                        found = json.loads(portrait.read_text(encoding="utf-8"))["descriptors"]
                        self.assertIn(found[str(stream)], ("closed", "/dev/null"))
                    self.assertEqual(self.place.record()["state"], "finished")


class SurroundingsTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())

    def portraits(self, *arguments, flags=(), before="", env=None):
        """What the job finds of itself without jouleprint and with it, both started from one shell."""
        files = [self.place.path / "alone.json", self.place.path / "measured.json"]
        job = [PYTHON, "-c", SELF_PORTRAIT]
        words = [[*job, files[0], *arguments], self.place.words(*job, files[1], *arguments, flags=["-q", *flags])]
        for command in words:
            done = subprocess.run(["bash", "-c", before + '\n"$@"', "bash", *command], stdin=subprocess.DEVNULL,
                                  env=self.place.environment(**(env or {})), cwd=self.place.path, check=False,
                                  capture_output=True, timeout=LONGEST_S)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
        alone, measured = (json.loads(file.read_text(encoding="utf-8")) for file in files)
        for portrait in (alone, measured):
            # Pipes have numbers.
            portrait["descriptors"] = {fd: re.sub(r"\[\d+\]", "[]", end) for fd, end in portrait["descriptors"].items()}
        return alone, measured

    def check_same(self, *arguments, **how):
        for name, flags in WATCHING.items():
            with self.subTest(name):
                alone, measured = self.portraits(*arguments, flags=flags, **how)
                self.maxDiff = None
                self.assertEqual(measured, alone)

    def test_a_plain_start(self):
        self.check_same()

    def test_signals_that_were_ignored_are_and_others_are_not(self):
        self.check_same(before="trap '' HUP INT CHLD USR1 PIPE TTOU WINCH")

    def test_signals_that_were_blocked_are(self):
        block = "import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [10, 15, 17, 34]); os.execvp(sys.argv[1], sys.argv[1:])"
        self.check_same(before=f'set -- {PYTHON} -c "{block}" "$@"')

    def test_limits_umask_and_open_files(self):
        self.check_same(before="ulimit -n 200; ulimit -c 0; umask 027; exec 3</etc/passwd 7>/dev/null; nice -n 5 true")

    def test_the_environment_to_the_byte(self):
        odd = {"EMPTY": "", "EQUALS": "x=y=", "LINES_OF": "one\ntwo", "BYTES": os.fsdecode(b"\xff\xfe"), "_JP": "x"}
        env = {**self.place.environment(**odd), "JOULEPRINT_ZONE": "FR"}
        alone = subprocess.run(["env", "-0"], env=env, capture_output=True, check=True).stdout
        for name, flags in WATCHING.items():
            with self.subTest(name):
                measured = subprocess.run(self.place.words("env", "-0", flags=["-q", *flags]), env=env,
                                          capture_output=True, check=True, timeout=LONGEST_S).stdout
                self.assertEqual(measured, alone)

    def test_every_argument_to_the_byte(self):
        self.check_same("", "--", "-x", "--help", "--json", "-q", "[a,b]", "[]", "{}", "a=b", "++", "%%", "'q'", '"d"',
                        "two\nlines", " ", "$HOME", "*", os.fsdecode(b"\xff"), "run", "--zone", "--db=x")

    def test_a_command_without_the_two_dashes_keeps_its_flags(self):
        words = self.place.words()[:-1]
        done = subprocess.run([*words, "-q", "echo", "--zone", "[a,b]", "--", "-q"], env=self.place.environment(),
                              capture_output=True, text=True, check=True, timeout=LONGEST_S)
        self.assertEqual(done.stdout, "--zone [a,b] -- -q\n")
        self.assertEqual(self.place.record()["command"], ["echo", "--zone", "[a,b]", "--", "-q"])

    def test_it_stays_in_the_group_of_the_shell(self):
        alone, measured = self.portraits()
        self.assertEqual(alone["session"], measured["session"])
        groups = subprocess.run([*self.place.words(PYTHON, "-c", "import os; print(os.getpgid(0))", flags=["-q"])],
                                env=self.place.environment(), capture_output=True, text=True, check=True)
        self.assertEqual(int(groups.stdout), os.getpgid(0))


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, words, place, rows=31, columns=97):
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.chdir(place.path)
            os.execve(words[0], [str(word) for word in words], place.environment(TERM="xterm"))
        self.shown = b""

    def read_until(self, pattern, seconds=20):
        """Reads what is shown until it holds `pattern`."""
        os.set_blocking(self.master, False)

        def found():
            self.read_what_is_there()
            return re.search(pattern, self.shown)
        return wait_for(found, f"{pattern!r} in {self.shown!r}", seconds)

    def read_what_is_there(self):
        try:
            while piece := os.read(self.master, 65536):
                self.shown += piece
        except (BlockingIOError, OSError):
            pass

    def end(self):
        """All that was shown, and the status."""
        os.set_blocking(self.master, False)

        def ended():
            self.read_what_is_there()
            return os.waitpid(self.pid, os.WNOHANG)[1:] if self.has_ended() else None
        status = wait_for(ended, "the end of the program", LONGEST_S)
        self.read_what_is_there()
        os.close(self.master)
        return self.shown, os.waitstatus_to_exitcode(status[0])

    def has_ended(self):
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


class TerminalTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())

    def measured(self, *command, flags=()):
        return self.place.words(*command, flags=["-q", *flags])

    def test_all_three_streams_stay_a_terminal_of_the_same_size(self):
        job = ["/bin/sh", "-c", "for i in 0 1 2; do test -t $i && echo $i; done; stty size <&1; stty -a | head -1; tput cols"]
        alone = Terminal(job, self.place).end()
        self.assertIn(b"31 97", alone[0])
        for name, flags in WATCHING.items():
            with self.subTest(name):
                self.assertEqual(Terminal(self.measured(*job, flags=flags), self.place).end(), alone)

    def test_colours_tabs_and_ends_of_lines_look_the_same(self):
        job = ["/usr/bin/printf", r"\033[31mred\033[0m\tx\r50%%\r\nline\nlast"]
        alone = Terminal(job, self.place).end()
        for name, flags in WATCHING.items():
            with self.subTest(name):
                self.assertEqual(Terminal(self.measured(*job, flags=flags), self.place).end(), alone)

    def test_what_is_typed_reaches_the_job_and_is_echoed_once(self):
        for name, flags in WATCHING.items():
            with self.subTest(name):
                terminal = Terminal(self.measured("sh", "-c", "echo ready; read x; echo got $x", flags=flags), self.place)
                terminal.read_until(b"ready")
                os.write(terminal.master, b"hello\n")
                self.assertEqual(terminal.end(), (b"ready\r\nhello\r\ngot hello\r\n", 0))

    def test_a_new_size_of_the_window_is_seen(self):
        job = ("import os, signal, time\n"
               "signal.signal(signal.SIGWINCH, lambda *_: None)\n"
               "print('ready', flush=True)\n"
               "for _ in range(500):\n"
               "    if os.get_terminal_size(1) == (120, 50): break\n"
               "    time.sleep(0.01)\n"
               "print(os.get_terminal_size(1))\n")
        for name, flags in WATCHING.items():
            with self.subTest(name):
                terminal = Terminal(self.measured(PYTHON, "-c", job, flags=flags), self.place)
                terminal.read_until(b"ready")
                fcntl.ioctl(terminal.master, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 120, 0, 0))
                self.assertIn(b"columns=120, lines=50", terminal.end()[0])

    def test_control_c_reaches_the_job_once(self):
        job = ("import signal, time\n"
               "got = []\n"
               "signal.signal(signal.SIGINT, lambda *_: got.append(1))\n"
               "print('ready', flush=True)\n"
               "end = time.monotonic() + 30\n"
               "while not got and time.monotonic() < end: time.sleep(0.01)\n"
               "time.sleep(0.5)\n"
               "print('interrupted', len(got), 'time')\n")
        for name, flags in WATCHING.items():
            with self.subTest(name):
                terminal = Terminal(self.measured(PYTHON, "-c", job, flags=flags), self.place)
                terminal.read_until(b"ready")
                os.write(terminal.master, b"\x03")
                shown, status = terminal.end()
                self.assertIn(b"interrupted 1 time\r\n", shown)
                self.assertEqual(status, 0)
                self.assertEqual(self.place.record()["state"], "finished")

    def test_control_c_ends_a_job_that_takes_no_care_and_the_record_is_written(self):
        terminal = Terminal(self.measured("sh", "-c", "echo ready; exec sleep 30"), self.place)
        terminal.read_until(b"ready")
        os.write(terminal.master, b"\x03")
        self.assertEqual(terminal.end()[1], 128 + signal.SIGINT)
        self.assertEqual(self.place.record()["job"]["exit_status"], 128 + signal.SIGINT)

    def test_control_z_stops_it_and_fg_goes_on(self):
        for name, flags in WATCHING.items():
            with self.subTest(name):
                job = self.measured("sh", "-c", "echo ready; sleep 0.7; echo went on; exit 3", flags=flags)
                terminal = Terminal([PYTHON, "-c", SHELL, *job], self.place)
                terminal.read_until(b"ready")
                os.write(terminal.master, b"\x1a")
                terminal.read_until(b"the shell sees it stopped")
                shown = terminal.end()[0]
                self.assertRegex(shown, b"(?s)went on.*the shell sees status 3")
                self.assertGreater(self.place.record()["duration_s"], 1)

    def test_the_terminal_is_left_as_it_was(self):
        master, slave = pty.openpty()
        before = termios.tcgetattr(slave)
        for flags in WATCHING.values():
            subprocess.run(self.measured("echo", "x", flags=flags), stdin=slave, stdout=slave, stderr=slave, check=True,
                           env=self.place.environment(), timeout=LONGEST_S)
            self.assertEqual(termios.tcgetattr(slave), before)
        os.close(master)
        os.close(slave)


class EpochsTest(unittest.TestCase):
    def test_what_is_read_along_is_found(self):
        with Place() as place:
            run = place.run("sh", "-c", "for i in 1 2 3; do sleep 0.2; echo Epoch $i/3; done; printf 'acc=0.75'",
                            flags=[*WATCHING["output read"], "--metric-regex", "acc=acc=([0-9.]+)"])
        self.assertEqual(run.out, "Epoch 1/3\nEpoch 2/3\nEpoch 3/3\nacc=0.75")
        self.assertEqual([epoch["epoch"] for epoch in run.record["epochs"]], [1, 2, 3])
        self.assertEqual(run.record["epochs_expected"], 3)
        self.assertEqual(run.record["metrics"]["acc"]["last"], 0.75)


if __name__ == "__main__":
    unittest.main()
