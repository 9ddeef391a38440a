"""Processes that a measured program starts: what a child calls does nothing, what the parent calls goes on."""
import copy
import json
import os
import pickle
import subprocess
import sys
import time
import traceback
import unittest

from support import LONGEST_S, PACKAGE, PackageTest, jouleprint, true_joules

track = jouleprint.track


def in_a_child(work):
    """Calls `work` in a forked child; what it gave back, by JSON. AssertionError: it raised."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        try:
            said = json.dumps({"value": work()})
        except BaseException:
            said = json.dumps({"fault": traceback.format_exc()})
        os.write(write, said.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = json.loads(pipe.read())
    os.waitpid(pid, 0)
    if "fault" in said:
        raise AssertionError(said["fault"])
    return said["value"]


class ForkTest(PackageTest):
    def setUp(self):
        super().setUp()
        self.made = self.machine("package-0=100")

    def test_a_childs_calls_do_nothing(self):
        with track("parent", epochs=3, quiet=True) as t:
            t.epoch()

            def child():
                t.epoch()
                t.log(loss=1)
                t.tag(child="yes")
                with t.task("child"):
                    pass
                told = t.predict()
                record = t.stop()
                return [t.running, bool(record), bool(t.record), bool(told), record.reason]

            said = in_a_child(child)
            time.sleep(0.1)
            t.epoch()
        self.assertEqual(said[:4], [False] * 4)
        self.assertIn("another process", said[4])
        self.assertEqual([epoch["epoch"] for epoch in t.record.epochs], [1, 2])
        self.assertEqual((t.record.tasks, t.record.tags), ([], {}))
        self.assert_joules(t.record.energy_kwh, true_joules(self.made, t.record.data))
        self.assertEqual(len(self.kept_runs()), 1)

    def test_a_child_that_leaves_the_block_and_ends_keeps_nothing(self):
        done = self.python("import os, sys, jouleprint\n"
                           "with jouleprint.track('parent') as t:\n"
                           "    pid = os.fork()\n"
                           "    if pid == 0: sys.exit(3)\n"
                           "    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 3\n")
        self.assertEqual(done.stderr.count("jouleprint:"), 1, done.stderr)
        self.assertEqual([run["name"] for run in self.kept_runs()], ["parent"])

    def test_a_child_may_track_itself(self):
        with track("parent", quiet=True) as t:
            def child():
                with track("child", quiet=True) as own:
                    time.sleep(0.2)
                    own.epoch()
                return own.record.data

            said = in_a_child(child)
        self.assert_joules(said["energy_kwh"]["machine"], true_joules(self.made, said))
        self.assertEqual({run["name"] for run in self.kept_runs()}, {"parent", "child"})
        self.assertTrue(t.record)

    def test_multiprocessing(self):
        for method in ("fork", "spawn", "forkserver"):
            done = self.program(method)
            self.assertEqual(json.loads(done.stdout), {"child": ["False", "False"], "epochs": 1}, method)
            self.assertEqual(done.stderr.count("jouleprint:"), 1, done.stderr)

    def program(self, method):
        # Children that are spawned import the program, so it must be a file.
        file = self.home / "program.py"
        file.write_text(PROGRAM, encoding="utf-8")
        done = subprocess.run([sys.executable, file, method], env={**os.environ, "PYTHONPATH": str(PACKAGE)}, text=True,
                              capture_output=True, timeout=LONGEST_S, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def test_a_copy_of_a_running_tracker_does_nothing(self):
        with track("one", quiet=True) as t:
            for copied in (copy.copy(t), copy.deepcopy(t), pickle.loads(pickle.dumps(t))):
                copied.epoch()
                self.assertFalse(copied.running)
                self.assertFalse(copied.stop())
        self.assertEqual(t.record.epochs, [])

    def test_a_copy_of_one_that_was_not_started_is_one(self):
        copied = pickle.loads(pickle.dumps(track("one", zone="FR", quiet=True)))
        with copied as t:
            t.epoch()
        self.assertEqual((t.record.name, t.record.data["zone"], len(t.record.epochs)), ("one", "FR", 1))


PROGRAM = """
import json, multiprocessing, sys
import jouleprint

def child(tracker, queue):
    tracker.epoch()
    tracker.log(loss=1)
    queue.put([str(tracker.running), str(bool(tracker.stop()))])

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with jouleprint.track("parent") as t:
        queue = context.SimpleQueue()
        process = context.Process(target=child, args=(t, queue))
        process.start()
        said = queue.get()
        process.join()
        t.epoch()
    print(json.dumps({"child": said, "epochs": len(t.record.epochs)}))
"""

if __name__ == "__main__":
    unittest.main()
