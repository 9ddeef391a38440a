"""What the tests of the CodeCarbon drop-in share: a clean configuration, an empty folder to work in, and rows read
back."""

import csv
import logging
import os
import pathlib
import tempfile
import unittest.mock

from support import PackageTest

from jouleprint.codecarbon import EmissionsTracker, OfflineEmissionsTracker, _notices
from jouleprint.codecarbon.external.logger import logger
from jouleprint.codecarbon.output import BaseOutput


class Listener(BaseOutput):
    """Keeps what it is told."""

    def __init__(self):
        self.rows, self.live, self.tasks, self.exits = [], [], [], 0

    def out(self, total, delta):
        self.rows.append((total, delta))

    def live_out(self, total, delta):
        self.live.append((total, delta))

    def task_out(self, data, experiment_name):
        self.tasks.append((experiment_name, data))

    def exit(self):
        self.exits += 1


class DropInTest(PackageTest):
    def setUp(self):
        super().setUp()
        _notices.forget()
        for name in list(os.environ):
            if name.lower().startswith("codecarbon_") or name.endswith("_VISIBLE_DEVICES"):
                del os.environ[name]
        self.work = self.home / "work"
        self.work.mkdir()
        os.chdir(self.work)
        # The lock of allow_multiple_runs lies there.
        self.addCleanup(setattr, tempfile, "tempdir", tempfile.tempdir)
        tempfile.tempdir = str(self.home)
        # Lines go to assertLogs, or nowhere.
        quiet = unittest.mock.patch("jouleprint.codecarbon._base.set_logger_format")
        quiet.start()
        self.addCleanup(quiet.stop)
        logger.handlers, logger.propagate = [logging.NullHandler()], False

    def offline(self, **options):
        return OfflineEmissionsTracker(**{"country_iso_code": "FRA", "log_level": "warning", **options})

    def online(self, **options):
        return EmissionsTracker(**{"log_level": "warning", **options})

    def rows(self, name="emissions.csv"):
        path = pathlib.Path(self.work, name)
        if not path.exists():
            return []
        with open(path, newline="") as file:
            return list(csv.DictReader(file))

    def assert_near(self, first, second, fraction=1e-6):
        self.assertAlmostEqual(first, second, delta=abs(second) * fraction + 1e-15)
