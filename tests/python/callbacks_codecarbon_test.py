"""jouleprint.codecarbon.install() under the callback that transformers has for CodeCarbon, which is left as it is."""
import csv
import unittest

import callbacks_support
from callbacks_support import needs

if __name__ == "__main__":
    callbacks_support.run_with_frameworks()

from support import PackageTest  # noqa: E402

# A program, because the installation is for all of a process and transformers looks for codecarbon when it is imported.
TRAINING = """
import sys, warnings
warnings.simplefilter("ignore")
import jouleprint.codecarbon
jouleprint.codecarbon.install()
import torch, transformers

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 2)
    def forward(self, x=None, labels=None):
        logits = self.layer(x)
        return {"loss": torch.nn.functional.cross_entropy(logits, labels), "logits": logits}

data = [{"x": torch.randn(4), "labels": i % 2} for i in range(32)]
args = transformers.TrainingArguments("out", num_train_epochs=2, per_device_train_batch_size=8, use_cpu=True,
                                      report_to=["codecarbon"], save_strategy="no", disable_tqdm=True)
trainer = transformers.Trainer(Model(), args, train_dataset=data)
names = [type(callback).__name__ for callback in trainer.callback_handler.callbacks]
trainer.train()
print("callbacks", *names)
"""


@needs("transformers", "accelerate", "torch")
class CodeCarbonCallback(PackageTest):
    def test_transformers_own_callback_works_unchanged(self):
        self.machine("package-0=50")
        done = self.python(TRAINING)
        self.assertIn("CodeCarbonCallback", done.stdout)
        with open(self.home / "out" / "emissions.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 1, done.stderr)
        self.assertGreater(float(rows[0]["emissions"]), 0)
        self.assertGreater(float(rows[0]["cpu_energy"]), 0)


if __name__ == "__main__":
    unittest.main()
