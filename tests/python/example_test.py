"""examples/python runs as its first lines say."""
import unittest

from support import ROOT, PackageTest


class ExampleTest(PackageTest):
    def test_the_training_loop(self):
        self.machine("package-0=50")
        example = ROOT / "examples" / "python" / "train_loop.py"
        done = self.python("import runpy, sys; sys.argv[1:] = ['3']; runpy.run_path(sys.argv[0], run_name='__main__')"
                           .replace("sys.argv[0]", repr(str(example))))
        lines = done.stdout.splitlines()
        self.assertEqual([line.startswith("loss ") for line in lines], [True] * 3 + [False] * 3, done.stdout)
        self.assertIn("3 epochs", lines[0])
        self.assertRegex(lines[-1], r"^train [\d.]+ J$")
        self.assertEqual(len(self.kept()["epochs"]), 3)


if __name__ == "__main__":
    unittest.main()
