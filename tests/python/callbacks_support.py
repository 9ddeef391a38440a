"""What the callbacks' tests share: the interpreter that has the real frameworks (tools/test_frameworks), under which a
test program runs again where there is one, and stand-ins for frameworks where there is none."""
import contextlib
import importlib.util
import os
import subprocess
import sys
import types
import unittest
import warnings
from unittest import mock

_MADE = "JPTEST_FRAMEWORKS"


def run_with_frameworks():
    """unittest.main(), by the interpreter with the frameworks unless there is none. To be called before support is
    imported, which needs nothing of them but changes the environment."""
    if _MADE not in os.environ:
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        made = subprocess.run([os.path.join(root, "tools", "test_frameworks")], stdout=subprocess.PIPE, text=True,
                              check=False)
        os.environ[_MADE] = "1" if made.returncode == 0 else ""
        if made.returncode == 0:
            interpreter = made.stdout.strip()
            os.execv(interpreter, [interpreter, os.path.abspath(sys.argv[0]), *sys.argv[1:]])
    # What frameworks say of themselves and of each other is not what is tested.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "jax")
    os.environ.setdefault("WANDB_MODE", "offline")
    os.environ.setdefault("WANDB_SILENT", "true")
    warnings.filterwarnings("ignore")


def needs(*modules):
    """A test, or a class of them, against the real packages."""
    def found(name):
        try:
            return importlib.util.find_spec(name) is not None
        except ModuleNotFoundError:
            return False
    missing = [name for name in modules if not found(name)]
    return unittest.skipIf(missing, f"skipped: {', '.join(missing)} cannot be had here (see tools/test_frameworks)")


@contextlib.contextmanager
def stand_in(**modules):
    """Modules by name ("keras__callbacks" is keras.callbacks) with the given attributes, instead of any real ones."""
    made = {}
    for name, attributes in modules.items():
        path = name.split("__")
        for depth in range(1, len(path) + 1):
            dotted = ".".join(path[:depth])
            made.setdefault(dotted, types.ModuleType(dotted))
        for attribute, value in attributes.items():
            setattr(made[".".join(path)], attribute, value)
    with mock.patch.dict(sys.modules, made):
        yield made


def kinds(record):
    """Of its epochs, oldest first: "train" or "eval"."""
    return [epoch["kind"] for epoch in record.epochs]


def said(caught, words):
    """Those of the caught warnings that have the words in them."""
    return [one for one in caught if words in str(one.message)]
