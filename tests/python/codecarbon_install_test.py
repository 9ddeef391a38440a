"""`import codecarbon` answered by the drop-in: in interpreters of their own, as programs find it."""

import unittest

from codecarbon_support import DropInTest

INSTALL = "import jouleprint.codecarbon as ours; ours.install()\n"


class InstallTest(DropInTest):
    def said(self, code, **how):
        return self.python(code, **how).stdout.splitlines()

    def test_names_are_where_programs_import_them_from(self):
        lines = self.said(
            INSTALL
            + (
                "import codecarbon, codecarbon.output\n"
                "from codecarbon import EmissionsTracker, OfflineEmissionsTracker, OutputMethod, track_emissions\n"
                "from codecarbon.emissions_tracker import BaseEmissionsTracker, EmissionsTracker as E\n"
                "from codecarbon.emissions_tracker import TaskEmissionsTracker, track_task_emissions\n"
                "from codecarbon.output import BaseOutput, BoAmpsOutput, CodeCarbonAPIOutput\n"
                "from codecarbon.output import EmissionsData, FileOutput\n"
                "from codecarbon.output import GoogleCloudLoggerOutput, HTTPOutput, LogfireOutput, LoggerOutput\n"
                "from codecarbon.output import PrometheusOutput, TaskEmissionsData\n"
                "from codecarbon.output_methods.base_output import BaseOutput as B\n"
                "from codecarbon.output_methods.emissions_data import EmissionsData as D\n"
                "from codecarbon.output_methods.file import FileOutput as F\n"
                "from codecarbon.output_methods.http import HTTPOutput as H\n"
                "from codecarbon.output_methods.logger import LoggerOutput as L\n"
                "from codecarbon.output_methods.metrics.prometheus import PrometheusOutput as P\n"
                "from codecarbon.output_methods.metrics.logfire import LogfireOutput as G\n"
                "from codecarbon.output_methods.boamps import BoAmpsOutput as A\n"
                "from codecarbon.core.config import get_hierarchical_config, parse_env_config, parse_gpu_ids\n"
                "from codecarbon.external.logger import logger, set_logger_format, set_logger_level\n"
                "from codecarbon.lock import Lock\n"
                "print(E is EmissionsTracker is ours.EmissionsTracker)\n"
                "print(D is EmissionsData, F is FileOutput, P is PrometheusOutput)\n"
            )
        )
        self.assertEqual(lines, ["True", "True True True"])

    def test_programs_that_ask_whether_it_is_there_find_it(self):
        lines = self.said(
            INSTALL
            + (
                "import importlib.util, importlib.metadata, sys\n"
                "spec = importlib.util.find_spec('codecarbon')\n"
                "print(spec.name, spec.submodule_search_locations is not None, 'codecarbon' in sys.modules)\n"
                "find = importlib.util.find_spec\n"
                "print(find('codecarbon.output').name, find('codecarbon.nothing'))\n"
                "import codecarbon\n"
                "known = importlib.metadata.version('codecarbon')\n"
                "print(known == codecarbon.__version__, known.split('+')[0])\n"
            )
        )
        self.assertEqual(lines[:2], ["codecarbon True True", "codecarbon.output None"])
        self.assertRegex(lines[2], r"^True 3\.\d+\.\d+$")

    def test_a_tracker_by_that_name_measures(self):
        self.machine()
        lines = self.said(
            INSTALL
            + (
                "import codecarbon\n"
                "with codecarbon.OfflineEmissionsTracker(country_iso_code='FRA', output_dir='work') as t: pass\n"
                "print(t.final_emissions >= 0)\n"
            )
        )
        self.assertEqual((lines, len(self.rows())), (["True"], 1))

    def test_twice_is_once_and_undone_is_undone(self):
        lines = self.said(
            INSTALL
            + (
                "import sys, importlib.util\n"
                "before = len(sys.meta_path); ours.install(); print(len(sys.meta_path) == before)\n"
                "from codecarbon import EmissionsTracker\n"
                "ours.uninstall(); ours.uninstall()\n"
                "print([name for name in sys.modules if name.split('.')[0] == 'codecarbon'])\n"
                "try: import codecarbon; print('jouleprint' in codecarbon.__version__)\n"
                "except ImportError: print(False)\n"
                "print(EmissionsTracker is ours.EmissionsTracker); ours.install(); import codecarbon\n"
            )
        )
        self.assertEqual(lines, ["True", "[]", "False", "True"])

    def test_codecarbon_itself_is_not_pushed_aside_once_it_is_imported(self):
        (self.home / "codecarbon.py").write_text("mine = 1\n")
        lines = self.said(
            "import sys; sys.path.insert(0, '.')\nimport codecarbon, jouleprint.codecarbon as ours\n"
            "try: ours.install()\nexcept RuntimeError as error: print(error)\n"
            "ours.uninstall(); print(codecarbon is sys.modules['codecarbon'], codecarbon.mine)\n"
        )
        self.assertIn("before", lines[0])
        self.assertEqual(lines[1], "True 1")

    def test_it_stands_before_one_that_is_only_on_the_disk(self):
        (self.home / "codecarbon.py").write_text("mine = 1\n")
        lines = self.said(
            "import sys; sys.path.insert(0, '.')\n" + INSTALL + "import codecarbon\n"
            "print(hasattr(codecarbon, 'mine')); ours.uninstall()\nimport codecarbon; print(codecarbon.mine)\n"
        )
        self.assertEqual(lines, ["False", "1"])

    def test_a_training_callback_of_hugging_face_s_form_works(self):
        # What transformers.integrations.CodeCarbonCallback does, call by call.
        self.machine()
        lines = self.said(
            INSTALL
            + (
                "import importlib.util\n"
                "assert importlib.util.find_spec('codecarbon') is not None\n"
                "import codecarbon\n"
                "tracker = codecarbon.EmissionsTracker(output_dir='work')\n"
                "tracker.start(); tracker.stop()\n"
                "print(tracker.final_emissions is not None)\n"
            )
        )
        self.assertEqual((lines, len(self.rows())), (["True"], 1))


if __name__ == "__main__":
    unittest.main()
