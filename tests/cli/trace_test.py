"""`jouleprint trace`: what was traced gives the run's figures again to the last bit; cut and foreign files are named."""
import json
import signal
import subprocess
import time
import unittest

from support import COMMAND, FAKE_NVML, Machine, Place, wait_for

ZONES = ("package-0=square:100:20:0.7", "dram=5,in=package-0", "package-1=40,vanish=2.2,back=3.4")
SAME = ("run_id", "start", "end", "duration_s", "boundary", "domains", "dropped", "energy_kwh", "baseline", "emissions_gco2e",
        "gaps", "warnings", "zone", "pue", "pue_source", "intensity_g_per_kwh", "market_intensity_g_per_kwh", "embodied_parts",
        "water", "sci")


class TraceTest(unittest.TestCase):
    def test_a_replay_is_the_run_to_the_last_bit(self):
        with Machine(*ZONES, flags=("--load", "0.3", "--memory", "64")) as machine, Place() as place:
            trace = place.path / "run.trace"
            run = place.run("sleep", "4", machine=machine, baseline="0.5",
                            flags=["--region", "aws:ap-northeast-1", "--market-intensity", "20", "--embodied", "800-1200",
                                   "--lifetime", "5", "--per", "request=12", "--trace", str(trace), "--nvml", str(FAKE_NVML)],
                            env={"JP_FAKE_NVML_GPUS": "2"})
            self.assertEqual(run.status, 0, run.err)
            replay = place.jouleprint("trace", "replay", trace, "--json", "--samples", place.path / "s.csv")
            self.assertEqual(replay.returncode, 0, replay.stderr)
            self.assertEqual(replay.stderr, "")
            record = json.loads(replay.stdout)
            for key in SAME:
                self.assertEqual(record[key], run.record[key], key)
            self.assertEqual(record["overhead"]["samples"], run.record["overhead"]["samples"])
            self.assertTrue(any("package-1 was gone" in text for text in record["warnings"]), record["warnings"])
            self.assertEqual((record["command"], record["host"]["hostname"]), ([], ""))
            self.assertNotIn(b'"hostname"', trace.read_bytes())
            self.assertIn("package-0_w", (place.path / "s.csv").read_text().splitlines()[0])
            facts = json.loads(place.jouleprint("trace", "show", trace, "--json").stdout)
            self.assertEqual(facts["bytes"], trace.stat().st_size)
            self.assertEqual(facts["problem"], "")
            self.assertEqual({meter["name"] for meter in facts["meters"]} & {"powercap", "nvml"}, {"powercap", "nvml"})

    def test_a_killed_run_leaves_a_trace_that_says_where_it_is_cut(self):
        with Machine("package-0=50") as machine, Place() as place:
            trace = place.path / "run.trace"
            process = place.start("sleep", "30", machine=machine, flags=["--trace", str(trace)], stderr=subprocess.DEVNULL)
            wait_for(lambda: trace.exists() and
                     json.loads(place.jouleprint("trace", "show", trace, "--json").stdout or "{}").get("duration_s", 0) > 1,
                     "a second of the trace")
            process.send_signal(signal.SIGKILL)
            process.wait()
            replay = place.jouleprint("trace", "replay", trace, "--json")
            self.assertEqual(replay.returncode, 0)
            self.assertRegex(replay.stderr, r"the trace is cut at byte \d+; the figures are of what lies before")
            record = json.loads(replay.stdout)
            self.assertEqual(record["state"], "recovered")
            power = record["energy_kwh"]["machine"]["value"] * 3.6e6 / record["duration_s"]
            self.assertAlmostEqual(power, 50, delta=5)

    def test_records_the_machine_without_a_command_and_with_one(self):
        with Machine("package-0=50") as machine, Place() as place:
            alone = place.jouleprint("trace", "record", "-o", "alone.trace", "--duration", "1.5", "--baseline", "off",
                                     "--sysroot", machine.folder)
            self.assertEqual(alone.returncode, 0, alone.stderr)
            self.assertEqual(alone.stdout, "")
            record = json.loads(place.jouleprint("trace", "replay", "alone.trace", "--json").stdout)
            self.assertAlmostEqual(record["duration_s"], 1.5, delta=0.5)
            self.assertAlmostEqual(record["energy_kwh"]["machine"]["value"] * 3.6e6, 50 * record["duration_s"], delta=5)
            command = place.jouleprint("trace", "record", "--baseline", "off", "--sysroot",
                                       machine.folder, "--", "sh", "-c", "echo said; exit 3")
            self.assertEqual((command.returncode, command.stdout), (3, "said\n"), command.stderr)
            self.assertEqual(place.jouleprint("trace", "show", "jouleprint.trace").returncode, 0)
            runs = place.jouleprint("runs", "list", "--json")
            self.assertEqual(json.loads(runs.stdout or "[]"), [])

    def test_a_signal_ends_a_recording_that_is_whole(self):
        with Machine("package-0=50") as machine, Place() as place:
            process = subprocess.Popen([COMMAND, "trace", "record", "-o", "a.trace", "--duration", "100", "--baseline", "off",
                                        "--sysroot", machine.folder], cwd=place.path, env=place.environment(),
                                       stderr=subprocess.DEVNULL)
            wait_for((place.path / "a.trace").exists, "the trace")
            time.sleep(1)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(10), 0)
            shown = place.jouleprint("trace", "show", "a.trace")
            self.assertEqual((shown.returncode, shown.stderr), (0, ""))

    def test_foreign_and_damaged_files_are_named(self):
        with Place() as place:
            file = place.path / "x.trace"
            for content, sentence in ((b"watts\n1\n", "x.trace is not a trace"),
                                      (b"jptrace\n\x02\0\0\0", "was written by a newer jouleprint"),
                                      (b"jptrace\n\x01\0\0\0\x05", "holds no whole header: the trace is cut"),
                                      (b"jptrace\n\x01\0\0\0\x03\0\0\0\0\0\0\0H{}", "a checksum is wrong")):
                file.write_bytes(content)
                for command in ("replay", "show"):
                    shown = place.jouleprint("trace", command, "x.trace")
                    self.assertEqual((shown.returncode, shown.stdout), (2, ""), content)
                    self.assertIn(sentence, shown.stderr)
            missing = place.jouleprint("trace", "show", "none.trace")
            self.assertEqual(missing.returncode, 2)
            self.assertIn("none.trace", missing.stderr)

    def test_a_trace_that_cannot_be_written_is_refused_before_the_command_starts(self):
        with Machine("package-0=50") as machine, Place() as place:
            run = place.run("touch", "started", machine=machine, flags=["--trace", "no/such/folder/a.trace"])
            self.assertEqual(run.status, 2)
            self.assertFalse((place.path / "started").exists())


if __name__ == "__main__":
    unittest.main()
