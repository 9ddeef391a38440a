"""tools/make_embodied.py over cards of our own, and the shipped table against the real data."""
import csv
import io
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = "name,kind,memory_gb,die_mm2\n"
# The program scales by the cards with a published footprint, so these must be there.
PUBLISHED = ("NVIDIA H100 SXM5 80GB,gpu,80,814\nNVIDIA A100 SXM4 40GB,gpu,40,826\nNVIDIA Tesla P100 SXM2 16GB,gpu,16,610\n"
             "NVIDIA L4,gpu,24,294\nNVIDIA GeForce GTX 1080 Ti,gpu,11,471\nNVIDIA TITAN RTX,gpu,24,754\n"
             "NVIDIA RTX A4500,gpu,20,628\n")


def make(folder):
    return subprocess.run([sys.executable, ROOT / "tools/make_embodied.py", folder], check=True, text=True,
                          capture_output=True).stdout


def table_of(*rows):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "facts" / "hardware.csv"
        path.parent.mkdir(parents=True)
        path.write_text(HEADER + PUBLISHED + "".join(row + "\n" for row in rows), encoding="utf-8")
        return {row["match"]: row for row in csv.DictReader(io.StringIO(make(folder))) if row["match"]}


class MakeEmbodiedTest(unittest.TestCase):
    def test_a_published_footprint_is_taken_as_it_is(self):
        row = table_of()["h100"]
        self.assertEqual((float(row["kgco2e"]), float(row["high_kgco2e"])), (164, 463))
        self.assertIn("NVIDIA", row["source"])

    def test_more_silicon_and_memory_is_more(self):
        table = table_of("NVIDIA Small,gpu,8,200", "NVIDIA Large,gpu,8,400", "NVIDIA Full,gpu,32,200")
        small, large, full = (float(table[name]["kgco2e"]) for name in ("small", "large", "full"))
        self.assertGreater(large, small)
        self.assertGreater(full, small)
        self.assertEqual(float(table["small"]["high_kgco2e"]) / float(table["small"]["low_kgco2e"]), 4)

    def test_of_two_sizes_the_model_alone_is_the_smaller(self):
        table = table_of("NVIDIA Card 16GB,gpu,16,200", "NVIDIA Card 8GB,gpu,8,200")
        self.assertIn("card 16gb", table)
        self.assertNotIn("card 8gb", table)
        self.assertGreater(float(table["card 16gb"]["kgco2e"]), float(table["card"]["kgco2e"]))

    def test_a_card_of_two_gpus_is_halved(self):
        table = table_of("NVIDIA Tesla K80,gpu,24,1122", "NVIDIA Half,gpu,12,561")
        self.assertLess(float(table["k80"]["kgco2e"]), float(table["half"]["kgco2e"]))

    def test_nothing_is_made_up_for_a_card_without_a_die(self):
        self.assertNotIn("secret", table_of("NVIDIA Secret,gpu,8,"))

    def test_the_shipped_table_is_what_the_program_makes(self):
        data = ROOT.parent / "shared" / "data"
        if not (data / "facts" / "hardware.csv").exists():
            self.skipTest("skipped: ../shared/data is not here")
        self.assertEqual((ROOT / "data/hardware/embodied.csv").read_text(encoding="utf-8"), make(data))


if __name__ == "__main__":
    unittest.main()
