"""Options of the CodeCarbon drop-in from files, variables and code: which wins, what is converted, what is refused."""

import os
import pathlib
import unittest
import warnings

from codecarbon_support import DropInTest

from jouleprint.codecarbon import EmissionsTracker, OutputMethod, _options
from jouleprint.codecarbon.core.config import get_hierarchical_config


class ConfigTest(DropInTest):
    def write(self, folder, *lines, section="codecarbon"):
        pathlib.Path(folder, ".codecarbon.config").write_text("\n".join([f"[{section}]", *lines]) + "\n")

    def resolved(self, **given):
        return _options.resolve(given, get_hierarchical_config())

    def test_the_home_the_folder_the_variables_and_the_code_win_in_this_order(self):
        self.write(self.home, "project_name = home", "experiment_name = home", "output_file = home.csv", "pue = 1.1")
        self.write(self.work, "experiment_name = folder", "output_file = folder.csv", "pue = 1.2")
        os.environ["CODECARBON_OUTPUT_FILE"] = "variable.csv"
        os.environ["CodeCarbon_Pue"] = "1.3"
        options = self.resolved(pue=1.4)
        self.assertEqual(
            [options[name] for name in ("project_name", "experiment_name", "output_file", "pue", "wue")],
            ["home", "folder", "variable.csv", 1.4, 0.0],
        )

    def test_text_becomes_what_the_option_is(self):
        self.write(
            self.work,
            "measure_power_secs = 2.5",
            "api_call_interval = -1",
            "allow_multiple_runs = False",
            "output_methods = csv, LOGGER",
            "gpu_ids = 0, 3",
            "force_cpu_power = 120",
            "log_level = warning",
        )
        options = self.resolved()
        self.assertEqual(options["measure_power_secs"], 2.5)
        self.assertEqual(options["api_call_interval"], -1)
        self.assertIs(options["allow_multiple_runs"], False)
        self.assertEqual(options["output_methods"], [OutputMethod.CSV, OutputMethod.LOGGER])
        self.assertEqual(options["gpu_ids"], ["0", "3"])
        self.assertEqual(options["force_cpu_power"], 120.0)

    def test_a_wrong_value_in_a_file_is_left_out_with_its_name(self):
        self.write(self.work, "measure_power_secs = soon", "pue = 0.2", "project_name = kept")
        with self.assertLogs("codecarbon", "ERROR") as said:
            options = self.resolved()
        self.assertEqual((options["measure_power_secs"], options["pue"], options["project_name"]), (15.0, 1.0, "kept"))
        self.assertRegex("\n".join(said.output), "measure_power_secs.*'soon'")
        self.assertRegex("\n".join(said.output), "pue.*'0.2'")

    def test_a_file_that_is_none_is_left_out_with_its_path(self):
        pathlib.Path(".codecarbon.config").write_text("no section\n")
        with self.assertLogs("codecarbon", "WARNING") as said:
            self.assertEqual(self.resolved()["project_name"], "codecarbon")
        self.assertIn(str(self.work / ".codecarbon.config"), said.output[0])

    def test_other_sections_and_percent_signs_do_no_harm(self):
        self.write(self.home, "project_name = other", section="elsewhere")
        self.write(self.work, "electricitymaps_api_token = a%b")
        options = self.resolved()
        self.assertEqual((options["project_name"], options["electricitymaps_api_token"]), ("codecarbon", "a%b"))

    def test_none_in_code_displaces_what_the_file_says(self):
        self.write(self.work, "emissions_endpoint = http://localhost:1/")
        self.assertIsNone(self.resolved(emissions_endpoint=None)["emissions_endpoint"])

    def test_text_in_code_is_converted_too(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            options = self.resolved(measure_power_secs="15", pue="1.5", save_to_file="False")
        self.assertEqual((options["measure_power_secs"], options["pue"], options["save_to_file"]), (15.0, 1.5, False))

    def test_wrong_values_in_code_are_refused_with_the_name_of_the_option(self):
        for name, value in (
            ("measure_power_secs", "soon"),
            ("measure_power_secs", 0),
            ("pue", 0.5),
            ("wue", -1),
            ("pue", float("nan")),
            ("tracking_mode", "cloud"),
            ("on_csv_write", "overwrite"),
            ("output_methods", "paper"),
            ("api_call_interval", []),
            ("force_cpu_power", -5),
            ("output_handlers", "csv"),
            ("output_dir", ["a"]),
        ):
            with self.subTest(name, value=value), self.assertRaisesRegex((TypeError, ValueError), name):
                EmissionsTracker(**{name: value})

    def test_unknown_options_and_missing_folders_are_refused(self):
        with self.assertRaisesRegex(TypeError, "colour"):
            EmissionsTracker(colour="green")
        with self.assertRaisesRegex(OSError, "nowhere"):
            EmissionsTracker(output_dir="nowhere")

    def test_a_wrong_forced_intensity_is_left_out(self):
        with self.assertLogs("codecarbon", "WARNING") as said:
            self.assertIsNone(
                self.resolved(force_carbon_intensity_g_co2e_kwh="clean")["force_carbon_intensity_g_co2e_kwh"]
            )
            self.assertIsNone(self.resolved(force_carbon_intensity_g_co2e_kwh=-4)["force_carbon_intensity_g_co2e_kwh"])
        self.assertEqual(len(said.output), 2)

    def test_the_old_flags_choose_outputs_and_are_called_old(self):
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            options = self.resolved(save_to_file=False, save_to_logger=True)
        self.assertEqual(options["output_methods"], [OutputMethod.LOGGER])
        self.assertEqual([each.category for each in said], [DeprecationWarning])

    def test_output_methods_displace_the_old_flags(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            self.assertEqual(self.resolved(output_methods=[], save_to_file=True)["output_methods"], [])
        self.assertEqual(self.resolved()["output_methods"], [OutputMethod.CSV])

    def test_old_flags_in_a_file_count_without_a_word(self):
        self.write(self.work, "save_to_file = false")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.assertEqual(self.resolved()["output_methods"], [])

    def test_the_old_name_of_the_token_still_counts(self):
        with self.assertLogs("codecarbon", "WARNING"):
            self.assertEqual(self.resolved(co2_signal_api_token="t")["electricitymaps_api_token"], "t")


if __name__ == "__main__":
    unittest.main()
