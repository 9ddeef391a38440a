"""jouleprint inside other people's training loops, a module per framework: huggingface, lightning, keras, sklearn,
mlflow, wandb, tensorboard, tqdm.

    from jouleprint.callbacks.huggingface import JouleprintCallback

    trainer = Trainer(..., callbacks=[JouleprintCallback(zone="FR", budget="2kWh")])

Nothing here imports a framework before its module is used, and none needs to be installed. Each takes either a Tracker
(`tracker=`, which stays the caller's) or a Tracker's keyword arguments for one of its own. No fault of measuring ever
reaches the training: it becomes a JouleprintWarning, once. The manual is docs/callbacks.md.
"""
from __future__ import annotations

from importlib import import_module

__all__ = ["huggingface", "keras", "lightning", "mlflow", "sklearn", "tensorboard", "tqdm", "wandb"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
