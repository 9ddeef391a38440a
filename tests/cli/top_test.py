"""`jouleprint top`: the machine's watts, whose they are, and a terminal that is left as it was found."""
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import fcntl
import termios
import time
import unittest

from support import COMMAND, LONGEST_S, PYTHON, Machine, Place

BUSY = "while True: pass"


class OnceTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())
        self.machine = self.enterContext(Machine("package-0=40", "dram=10,in=package-0"))

    def top(self, *flags):
        return self.place.jouleprint("top", "--sysroot", self.machine.folder, "--every", "1", *flags)

    def test_the_watts_are_those_of_the_counters_and_add_up(self):
        answer = json.loads(self.top("--json").stdout)
        power = {domain["name"]: domain["power_w"] for domain in answer["domains"]}
        self.assertAlmostEqual(power["package-0"], 40, delta=2)
        self.assertAlmostEqual(power["dram-0"], 10, delta=1)
        self.assertAlmostEqual(answer["power_w"], sum(power.values()), places=6)
        parts = sum(consumer["power_w"] for consumer in answer["consumers"]) + answer["unattributed_w"]
        self.assertAlmostEqual(parts, answer["power_w"], places=6)

    def test_a_busy_process_is_on_the_list_with_its_cpu(self):
        with subprocess.Popen([PYTHON, "-c", BUSY]) as busy:
            try:
                answer = json.loads(self.top("--json").stdout)
            finally:
                busy.kill()
        found = [consumer for consumer in answer["consumers"] if consumer["pid"] == busy.pid]
        self.assertEqual(len(found), 1, answer)
        self.assertGreater(found[0]["cpus"], 0.2)
        self.assertGreater(found[0]["power_w"], 1)
        self.assertEqual(found[0]["name"], os.path.basename(PYTHON)[:15])

    def test_by_container_has_no_process_numbers(self):
        answer = json.loads(self.top("--json", "--by", "container").stdout)
        self.assertTrue(answer["consumers"])
        self.assertEqual({consumer["pid"] for consumer in answer["consumers"]}, {0})
        self.assertTrue(all(consumer["processes"] >= 1 for consumer in answer["consumers"]))

    def test_on_no_terminal_it_is_one_page(self):
        run = self.top()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("package-0", run.stdout)
        self.assertNotIn("\x1b", run.stdout)

    def test_wrong_values_are_refused(self):
        for flags, word in ((("--by", "user"), "--by 'user'"), (("--every", "0"), "--every '0'")):
            run = self.place.jouleprint("top", *flags)
            self.assertEqual(run.returncode, 2)
            self.assertIn(word, run.stderr)


class TerminalTest(unittest.TestCase):
    """A pseudo-terminal, and what is drawn on it."""

    def setUp(self):
        self.place = self.enterContext(Place())
        self.machine = self.enterContext(Machine("package-0=40"))
        self.outer, self.inner = pty.openpty()
        self.addCleanup(os.close, self.outer)
        fcntl.ioctl(self.inner, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 70, 0, 0))
        self.before = termios.tcgetattr(self.inner)
        self.process = subprocess.Popen(
            [COMMAND, "top", "--sysroot", self.machine.folder, "--every", "0.5"], stdin=self.inner, stdout=self.inner,
            env=self.place.environment(TERM="xterm", LC_ALL="C.UTF-8"))
        self.addCleanup(self.process.kill)
        self.addCleanup(os.close, self.inner)
        self.drawn = ""

    def read_until(self, pattern):
        end = time.monotonic() + LONGEST_S
        while not re.search(pattern, self.drawn):
            self.assertLess(time.monotonic(), end, self.drawn[-2000:])
            if select.select([self.outer], [], [], 0.1)[0]:
                self.drawn += os.read(self.outer, 65536).decode("utf-8", "replace")

    def leaves_the_terminal_as_it_was(self):
        self.read_until(re.escape("\x1b[?1049l"))
        self.assertEqual(self.process.wait(LONGEST_S), 0)
        self.assertIn("\x1b[?25h", self.drawn)
        self.assertEqual(termios.tcgetattr(self.inner), self.before)

    def test_q_leaves(self):
        self.read_until("package-0")
        os.write(self.outer, b"q")
        self.leaves_the_terminal_as_it_was()

    def test_a_signal_leaves(self):
        self.read_until("package-0")
        self.process.send_signal(signal.SIGTERM)
        self.leaves_the_terminal_as_it_was()

    def test_c_changes_to_containers_and_back(self):
        self.read_until("process\\b")
        os.write(self.outer, b"c")
        self.read_until("container, service or user")
        os.write(self.outer, b"q")
        self.leaves_the_terminal_as_it_was()


if __name__ == "__main__":
    unittest.main()
