"""What a record says of itself: figures, tables, text, and the picture in a notebook."""
import copy
import html.parser
import json
import pickle
import sys
import time
import types
import unittest
import unittest.mock
import xml.etree.ElementTree as xml

from support import PackageTest, joules, jouleprint

Estimate, Record = jouleprint.Estimate, jouleprint.Record


def estimate(value, low, high, basis="counter"):
    return {"value": value, "low": low, "high": high, "basis": basis}


def domain(name, component, *figures):
    return {"name": name, "component": component, "source": "powercap", "energy_kwh": estimate(*figures),
            "mean_power_w": 50, "max_power_w": 60, "share": 0.5}


DATA = {
    "run_id": "01JD0000000000000000000000", "name": "<b>train & test</b>", "project": "p", "tags": {"seed": "1"},
    "start": "2026-01-01T00:00:00Z", "end": "2026-01-01T00:12:03Z", "duration_s": 723.0, "zone": "FR", "pue": 1.2,
    "domains": [domain("package-0", "cpu", 0.010, 0.009, 0.011),
                domain("package-1", "cpu", 0.020, 0.018, 0.023, "modelled"),
                domain("gpu-0 <x>", "gpu", 0.300, 0.280, 0.330, "sampled")],
    "energy_kwh": {"machine": estimate(0.33, 0.31, 0.36, "modelled"), "share": estimate(0.2, 0.1, 0.3)},
    "emissions_gco2e": {"operational": estimate(18, 15, 21), "embodied": None, "total": estimate(18, 15, 21)},
    "intensity_g_per_kwh": {**estimate(45, 40, 50), "kind": "average", "source": "Ember, 2024"},
    "epochs": [{"epoch": 1, "kind": "train", "start_s": 0, "end_s": 300, "energy_kwh": 0.1},
               {"epoch": 1, "kind": "eval", "start_s": 300, "end_s": 320, "energy_kwh": 0.01}],
    "tasks": [{"name": "load", "parent": None, "start_s": 1, "end_s": 2, "energy_kwh": estimate(0.1, 0.09, 0.11),
               "domain_kwh": {"package-0": 0.1}, "cpu_s": 0.5}],
    "metrics": {"accuracy": {"last": 0.75, "points": [{"t_s": 1.0, "value": 0.5}, {"t_s": 2.0, "value": 0.75}]}},
    "warnings": ["a counter & a half"],
}


class FiguresTest(PackageTest):
    def setUp(self):
        super().setUp()
        self.record = Record(DATA)

    def test_figures(self):
        self.assertEqual(self.record.energy_kwh, Estimate(0.33, 0.31, 0.36, "modelled"))
        self.assertEqual(float(self.record.emissions_gco2e), 18)
        self.assertIsNone(self.record.embodied_gco2e)
        self.assertEqual((self.record.duration_s, len(self.record.epochs), self.record.tags), (723, 2, {"seed": "1"}))

    def test_a_component_is_the_sum_of_its_domains_on_their_weakest_basis(self):
        cpu = self.record.energy_of("cpu")
        self.assertEqual(cpu.basis, "modelled")
        for got, expected in zip(cpu, (0.030, 0.027, 0.034)):
            self.assertAlmostEqual(got, expected)
        self.assertEqual(self.record.energy_of("gpu").value, 0.3)
        self.assertIsNone(self.record.energy_of("memory"))

    def test_a_record_of_nothing(self):
        nothing = Record(reason="there is no meter")
        self.assertFalse(nothing)
        for figure in ("energy_kwh", "share_kwh", "emissions_gco2e", "duration_s", "prediction"):
            self.assertIsNone(getattr(nothing, figure))
        self.assertIn("there is no meter", repr(nothing))
        self.assertIn("there is no meter", nothing.to_text())
        self.assertIn("there is no meter", nothing._repr_html_())

    def test_copies(self):
        for copied in (copy.deepcopy(self.record), pickle.loads(pickle.dumps(self.record))):
            self.assertEqual(copied, self.record)
        changed = self.record.to_dict()
        changed["tags"]["seed"] = "2"
        self.assertEqual(self.record.tags, {"seed": "1"})
        self.assertEqual(json.loads(self.record.to_json()), DATA)

    def test_words(self):
        self.assertIn("330 Wh (310 to 360), modelled; 18.0 g CO2e (15.0 to 21.0) in FR; 12 min 3 s", repr(self.record))
        self.assertEqual(str(Estimate(1.23456, 1, 2, "counter")), "1.235 (1 to 2, counter)")
        unknown = Record({**DATA, "zone": "unknown"})
        self.assertIn("world average", repr(unknown))

    def test_units_that_fit(self):
        for kwh, said in ((0, "0 J"), (1e-10, "0.360 mJ"), (1e-14, "<0.001 mJ"), (2.7e-7, "972 mJ"), (5e-4, "1800 J"),
                          (0.0009996, "1.00 Wh"),
                          (0.9996, "1.00 kWh"), (1234, "1.23 MWh"), (2.5e6, "2.50 GWh")):
            with self.subTest(kwh):
                figure = Record({**DATA, "energy_kwh": {"machine": estimate(kwh, kwh, kwh)}})
                self.assertIn(f": {said}, counter;", repr(figure))

    def test_durations(self):
        for seconds, said in ((0.05, "0.05 s"), (41.4, "41.4 s"), (60, "1 min"), (3599.7, "1 h"), (12000, "3 h 20 min"),
                              (187200, "2 d 4 h")):
            with self.subTest(seconds):
                self.assertTrue(repr(Record({**DATA, "duration_s": seconds})).endswith(f"; {said}>"))


class TablesTest(PackageTest):
    def tables(self):
        """By a stand-in for pandas, which gets a list of rows."""
        stand_in = types.ModuleType("pandas")
        stand_in.DataFrame = lambda rows: rows
        with unittest.mock.patch.dict(sys.modules, pandas=stand_in):
            return {table: Record(DATA).to_pandas(table) for table in ("run", "domains", "epochs", "tasks", "metrics")}

    def test_rows(self):
        tables = self.tables()
        self.assertEqual({name: len(rows) for name, rows in tables.items()},
                         {"run": 1, "domains": 3, "epochs": 2, "tasks": 1, "metrics": 2})
        run = tables["run"][0]
        self.assertEqual((run["energy_kwh"], run["energy_kwh_low"], run["energy_kwh_high"], run["basis"]),
                         (0.33, 0.31, 0.36, "modelled"))
        self.assertEqual((run["tag.seed"], run["metric.accuracy"]), ("1", 0.75))
        self.assertEqual(tables["tasks"][0]["domain_kwh.package-0"], 0.1)
        self.assertEqual(tables["metrics"][1], {"metric": "accuracy", "t_s": 2.0, "value": 0.75})

    def test_pandas_itself(self):
        try:
            import pandas
        except ImportError:
            self.skipTest("skipped: pandas is not installed")
        frame = Record(DATA).to_pandas("domains")
        self.assertIsInstance(frame, pandas.DataFrame)
        self.assertAlmostEqual(frame["energy_kwh"].sum(), 0.33)
        self.assertEqual(len(Record().to_pandas()), 0)

    def test_without_pandas_the_remedy_is_said(self):
        with unittest.mock.patch.dict(sys.modules, pandas=None):
            with self.assertRaisesRegex(jouleprint.JouleprintError, "pip install pandas"):
                Record(DATA).to_pandas()

    def test_a_table_that_is_none(self):
        with self.assertRaisesRegex(ValueError, "run, domains, epochs, tasks, metrics"):
            Record(DATA).to_pandas("rows")


class Tags(html.parser.HTMLParser):
    """Which elements were opened and not closed, and everything that would load something."""
    VOID = {"br", "img", "meta", "link", "hr", "input"}

    def __init__(self, text):
        super().__init__()
        self.open, self.outside, self.said = [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.outside += [value for name, value in attributes if name in ("src", "href", "xlink:href")]
        if tag in ("script", "link", "img", "iframe", "object"):
            self.outside.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise AssertionError(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.said += data


class PictureTest(PackageTest):
    def setUp(self):
        super().setUp()
        self.html = Record(DATA)._repr_html_()

    def test_it_is_whole_and_loads_nothing(self):
        tags = Tags(self.html)
        self.assertEqual((tags.open, tags.outside), ([], []))
        self.assertNotIn("url(", self.html)

    def test_names_are_text_and_not_markup(self):
        self.assertNotIn("<b>train", self.html)
        self.assertIn("<b>train & test</b>", Tags(self.html).said)

    def test_it_says_interval_basis_and_place(self):
        said = Tags(self.html).said
        for part in ("330 Wh (310 to 360), modelled", "18.0 g CO2e (15.0 to 21.0)", "FR: 45 g/kWh, Ember, 2024", "0.75",
                     "a counter & a half", "20.0 Wh (18.0 to 23.0), modelled", "01JD"):
            self.assertIn(part, said)

    def test_bars_are_as_long_as_their_energy(self):
        picture = xml.fromstring(self.html[self.html.index("<svg"):self.html.index("</svg>") + 6])
        widths = [float(bar.get("width")) for bar in picture.iter("rect")]
        self.assertEqual(len(widths), 3)
        self.assertAlmostEqual(widths[2] / widths[1], 15, delta=0.5)
        self.assertAlmostEqual(widths[1] / widths[0], 2, delta=0.1)
        self.assertLess(max(widths), float(picture.get("width")))

    def test_odd_records_are_drawn_as_well(self):
        for changed in ({"domains": []}, {"domains": [{"name": "x"}]}, {"zone": "unknown"}, {"energy_kwh": {}},
                        {"intensity_g_per_kwh": None}, {"domains": [domain("zero", "cpu", 0, 0, 0)]},
                        {"domains": [domain(f"gpu-{i}", "gpu", 1, 0, 2) for i in range(200)]}):
            with self.subTest(list(changed)):
                self.assertEqual(Tags(Record({**DATA, **changed})._repr_html_()).open, [])

    def test_a_running_tracker_shows_itself(self):
        self.machine()
        with jouleprint.track("now", quiet=True) as t:
            time.sleep(0.05)
            self.assertIn("now", t._repr_html_())
        self.assertIsNone(jouleprint.track()._repr_html_())


class MeasuredTest(PackageTest):
    def test_text_is_the_reports(self):
        self.machine()
        with jouleprint.track("train", quiet=True) as t:
            time.sleep(0.05)
        self.assertIn("Domains", t.record.to_text())
        self.assertIn("package-0", t.record.to_text())

    def test_predict_without_a_tracker(self):
        units = [{"duration_s": 100.0, "energy_kwh": 0.1}, (100.0, 0.1),
                 {"start_s": 200, "end_s": 300, "energy_kwh": 0.1}]
        told = jouleprint.predict(units, 10)
        self.assertEqual((told.epochs_seen, told.epochs_total), (3, 10))
        self.assertAlmostEqual(told.duration_s.value, 1000, delta=100)
        self.assertAlmostEqual(joules(told.energy_kwh), 3.6e6, delta=0.36e6)
        self.assertIsNone(told.emissions_gco2e)
        self.assertIn("10 epochs", repr(told))
        self.assertIsNone(jouleprint.predict([(100.0,), (100.0, None)], 10).energy_kwh)

    def test_predict_refuses_what_makes_no_sense(self):
        for units, total, error in (([(1.0, 2.0)], 0, ValueError), ([(1.0, 2.0)], "3", TypeError),
                                    (["x"], 3, TypeError), ([{}], 3, ValueError),
                                    ([("a", 1)], 3, TypeError), ([], 3, ValueError),
                                    ([{"duration_s": 1, "kind": "rest"}], 3, ValueError)):
            with self.subTest((units, total)), self.assertRaises(error):
                jouleprint.predict(units, total)


if __name__ == "__main__":
    unittest.main()
