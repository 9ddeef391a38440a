"""The callbacks where no framework is installed: they import, import nothing, and say what is missing."""
import unittest

from support import PackageTest

FRAMEWORKS = {"huggingface": "transformers", "keras": "keras", "lightning": "lightning", "mlflow": "mlflow",
              "sklearn": "sklearn", "tensorboard": "tensorboard", "tqdm": "tqdm", "wandb": "wandb"}

# Stands before all other finders, so that nothing on this machine is found.
NONE_INSTALLED = """
import sys
class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"transformers", "torch", "keras", "tf_keras", "tensorflow", "lightning", "mlflow",
                                  "sklearn", "pytorch_lightning", "tensorboard", "tensorboardX", "tqdm", "wandb"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Nothing())
import jouleprint
"""


class Imports(PackageTest):
    def test_no_framework_is_imported_before_it_is_used(self):
        for name, package in FRAMEWORKS.items():
            with self.subTest(name):
                done = self.python(f"import sys, jouleprint; jouleprint.callbacks.{name}\n"
                                   f"print({package!r} in sys.modules)")
                self.assertEqual(done.stdout.strip(), "False")

    def test_all_import_without_any_framework(self):
        done = self.python(NONE_INSTALLED + "for name in jouleprint.callbacks.__all__:\n"
                           "    print(name, getattr(jouleprint.callbacks, name).__name__)")
        self.assertEqual(sorted(line.split()[0] for line in done.stdout.splitlines()), sorted(FRAMEWORKS))

    def test_an_instance_says_what_is_missing(self):
        for module, made, package in (("huggingface", "JouleprintCallback()", "transformers"),
                                      ("lightning", "JouleprintCallback()", "lightning"),
                                      ("keras", "JouleprintCallback()", "keras"),
                                      ("sklearn", "Measured(None)", "sklearn")):
            with self.subTest(module):
                done = self.python(NONE_INSTALLED + f"jouleprint.callbacks.{module}.{made}", status=1)
                self.assertRegex(done.stderr.splitlines()[-1], f"JouleprintError: .*needs {package}, .*Install it")

    def test_there_is_no_callback_of_another_name(self):
        done = self.python("import jouleprint; jouleprint.callbacks.caffe", status=1)
        self.assertIn("caffe", done.stderr)


if __name__ == "__main__":
    unittest.main()
