"""The examples of docs/callbacks.md run as they stand, where their framework is to be had."""
import re
import unittest

import callbacks_support
from callbacks_support import needs

if __name__ == "__main__":
    callbacks_support.run_with_frameworks()

from support import ROOT, PackageTest  # noqa: E402

PAGE = (ROOT / "docs" / "callbacks.md").read_text(encoding="utf-8")

# What an example takes for granted, by its section's title.
PLAIN_LOOP = "def train_one_epoch(): pass\n"
KERAS = """
import keras, numpy
x, y = numpy.random.normal(size=(64, 4)), numpy.arange(64) % 2
model = keras.Sequential([keras.layers.Dense(2)])
model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
"""
HUGGING_FACE = """
import torch, transformers
class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 2)
    def forward(self, x=None, labels=None):
        logits = self.layer(x)
        return {"loss": torch.nn.functional.cross_entropy(logits, labels), "logits": logits}
model = Model()
rows = [{"x": torch.randn(4), "labels": i % 2} for i in range(16)]
args = transformers.TrainingArguments("out", use_cpu=True, report_to=[], disable_tqdm=True, eval_strategy="epoch")
transformers.logging.set_verbosity_error()
"""
LIGHTNING = """
import torch, logging
from lightning.pytorch import LightningModule
logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
class Module(LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 2)
    def training_step(self, batch, index):
        return torch.nn.functional.cross_entropy(self.layer(batch[0]), batch[1])
    validation_step = training_step
    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), 0.1)
module = Module()
batches = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.randn(16, 4), torch.arange(16) % 2))
quietly = {"accelerator": "cpu", "logger": False, "enable_progress_bar": False, "enable_model_summary": False,
           "enable_checkpointing": False}
"""
SCIKIT_LEARN = "from sklearn.datasets import load_iris\nx, y = load_iris(return_X_y=True)\n"
SETTINGS = "import warnings\nwarnings.simplefilter('ignore')\n"


class Examples(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")

    def run_example(self, title, before):
        section = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
        example = re.search(r"```python\n(.*?)```", section, re.DOTALL)[1]
        done = self.python(SETTINGS + before + example)
        self.assertEqual(len(self.kept_runs()), 1, done.stderr)
        run = self.kept()
        self.assertEqual(run["zone"], "FR")
        return done, run

    @needs("transformers", "accelerate", "torch")
    def test_hugging_face(self):
        _, run = self.run_example("Hugging Face Trainer", HUGGING_FACE)
        self.assertEqual(len(run["epochs"]), 6)

    @needs("lightning", "torch")
    def test_lightning(self):
        _, run = self.run_example("PyTorch Lightning", LIGHTNING)
        self.assertEqual(len(run["epochs"]), 6)

    @needs("keras", "jax")
    def test_keras(self):
        _, run = self.run_example("Keras", KERAS)
        self.assertEqual(len(run["epochs"]), 6)

    @needs("sklearn")
    def test_scikit_learn(self):
        done, run = self.run_example("scikit-learn", SCIKIT_LEARN)
        self.assertEqual(run["name"], "RandomForestClassifier.fit")
        self.assertIn("[0 0 0]", done.stdout)

    @needs("mlflow")
    def test_mlflow(self):
        _, run = self.run_example("MLflow", PLAIN_LOOP)
        logged = list(self.home.glob("mlruns/*/*/metrics/jouleprint_epoch_energy_kwh"))
        self.assertEqual(len(logged), 1)
        self.assertEqual(len(run["epochs"]), 3)

    @needs("wandb")
    def test_wandb(self):
        self.run_example("Weights & Biases", PLAIN_LOOP)
        self.assertEqual(len(list(self.home.glob("wandb/offline-run-*"))), 1)

    @needs("tensorboard")
    def test_tensorboard(self):
        self.run_example("TensorBoard", PLAIN_LOOP)
        self.assertEqual(len(list(self.home.glob("runs/today/events.out.*"))), 1)

    def test_tqdm(self):
        _, run = self.run_example("tqdm", PLAIN_LOOP)
        self.assertEqual(len(run["epochs"]), 3)

    def test_each_module_has_its_example(self):
        from jouleprint import callbacks

        examples = "".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
        for name in callbacks.__all__:
            self.assertIn(f"jouleprint.callbacks.{name}", examples)


if __name__ == "__main__":
    unittest.main()
