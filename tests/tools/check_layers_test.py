"""tools/check_layers.py: finds an include that points right, and nothing else."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check_layers.py"


class CheckLayersTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path, *lines):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def check(self):
        run = subprocess.run([sys.executable, SCRIPT, self.root], capture_output=True, text=True)
        return run.returncode, run.stdout.splitlines(), run.stderr

    def test_includes_that_point_left_or_stay_pass(self):
        self.write("src/report/report.cc", '#include "report/report.h"', '#include "jouleprint/record.h"',
                   '#include "carbon/footprint.h"', "#include <fmt/core.h>", "#include <sys/types.h>")
        self.write("include/jouleprint/zones.h", '#include "jouleprint/record.h"')
        self.assertEqual(self.check(), (0, [], ""))

    def test_an_include_that_points_right_is_named_with_its_line(self):
        self.write("src/meters/meter.cc", "// first line", '#include "meters/meter.h"', '  # include "report/report.h"')
        status, lines, _ = self.check()
        self.assertEqual(status, 1)
        self.assertEqual(lines, ["src/meters/meter.cc:3: meters includes report/report.h of report, "
                                 "which stands to its right"])

    def test_angle_brackets_hide_nothing(self):
        self.write("src/base/a.cc", "#include <cli/run.h>")
        self.assertEqual(self.check()[0], 1)

    def test_public_headers_stand_in_their_rooms(self):
        self.write("src/os/file.cc", '#include "jouleprint/result.h"', '#include "jouleprint/zones.h"')
        self.write("include/jouleprint/units.h", '#include "jouleprint/store.h"')
        status, lines, _ = self.check()
        self.assertEqual(status, 1)
        self.assertEqual([line.split(": ")[0] for line in lines], ["src/os/file.cc:2", "include/jouleprint/units.h:1"])

    def test_what_has_no_room_is_an_offence(self):
        self.write("src/attic/a.cc", "")
        self.write("include/jouleprint/unheard_of.h", "")
        self.write("src/base/b.cc", '#include "jouleprint/unheard_of.h"')
        status, lines, _ = self.check()
        self.assertEqual(status, 1)
        self.assertEqual(sorted(line.split(": ")[0] for line in lines),
                         ["include/jouleprint/unheard_of.h:1", "src/attic/a.cc:1", "src/base/b.cc:1"])

    def test_an_empty_tree_is_not_a_pass(self):
        status, _, message = self.check()
        self.assertEqual(status, 2)
        self.assertIn("no sources", message)


if __name__ == "__main__":
    unittest.main()
