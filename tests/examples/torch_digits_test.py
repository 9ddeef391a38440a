"""examples/torch_digits/train.py: a sentence without PyTorch; with it, the same lines as the C++ trainer's."""
import importlib.util
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "examples" / "torch_digits" / "train.py"
EPOCH = re.compile(r"Epoch (\d+)/(\d+)  loss (\d+\.\d{4})  accuracy (\d\.\d{4})  \(val (\d\.\d{4})\)")
HAS_TORCH = importlib.util.find_spec("torch") is not None


def train(*flags, **environment):
    return subprocess.run([sys.executable, SCRIPT, *flags], env={**os.environ, **environment}, capture_output=True,
                          text=True)


class WithoutTorch(unittest.TestCase):
    def test_it_ends_with_one_sentence_that_says_what_to_install(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "torch.py").write_text("raise ImportError('no torch')\n", encoding="utf-8")
            run = train(PYTHONPATH=folder)
        self.assertEqual(run.returncode, 1)
        self.assertEqual(len(run.stderr.splitlines()), 1, run.stderr)
        self.assertIn("apt-get install python3-torch", run.stderr)


@unittest.skipUnless(HAS_TORCH, "skipped: PyTorch is not installed for this Python")
class WithTorch(unittest.TestCase):
    def test_three_epochs_learn(self):
        run = train("--epochs", "3", "--hidden", "256,128")
        self.assertEqual(run.returncode, 0, run.stderr)
        lines = [EPOCH.fullmatch(line) for line in run.stdout.splitlines()]
        self.assertEqual([line and line[1] + "/" + line[2] for line in lines], ["1/3", "2/3", "3/3"], run.stdout)
        losses = [float(line[3]) for line in lines]
        self.assertEqual(losses, sorted(losses, reverse=True))
        self.assertGreater(float(lines[-1][4]), 0.9)
        self.assertGreater(float(lines[-1][5]), 0.9)

    def test_a_bad_line_is_named(self):
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as csv:
            csv.write("1,2,3\n")
            csv.flush()
            run = train("--data", csv.name)
        self.assertNotEqual(run.returncode, 0)
        self.assertIn(f"{csv.name}:1:", run.stderr)


if __name__ == "__main__":
    unittest.main()
