"""The board management controller through the kernel's interface: ioctls on /dev/ipmi0, as tests/fakes/fake_ipmi.c
answers them."""
import json
import pathlib
import tempfile
import unittest

import support

FAKE_IPMI = support.BUILD / "fakes" / "libfake_ipmi.so"


class IpmiTest(unittest.TestCase):
    def finding(self, bmc):
        """What doctor says of the meter "ipmi" on a machine whose BMC does as `bmc` says."""
        with tempfile.TemporaryDirectory() as sysroot, support.Place() as place:
            pathlib.Path(sysroot, "dev").mkdir()
            pathlib.Path(sysroot, "dev/ipmi0").touch()
            done = place.jouleprint("doctor", "--json", "--sysroot", sysroot,
                                    env={"LD_PRELOAD": str(FAKE_IPMI), "JP_FAKE_IPMI": bmc})
            found = [meter for meter in json.loads(done.stdout)["meters"] if meter["name"] == "ipmi"]
            self.assertEqual(len(found), 1)
            return found[0]

    def test_a_bmc_that_knows_the_power_is_usable(self):
        finding = self.finding("345")
        self.assertEqual(finding["state"], "usable", finding)
        self.assertEqual(finding["domains"], ["node"])

    def test_an_answer_to_an_older_question_is_passed_over(self):
        # The old answer says 1 W, the one that is asked for 0 W: who takes the wrong one finds the meter usable.
        self.assertIn("0 W", self.finding("late:0")["reason"])
        self.assertEqual(self.finding("late:345")["state"], "usable")

    def test_a_silent_bmc_is_given_up(self):
        finding = self.finding("silent")
        self.assertEqual(finding["state"], "refused")
        self.assertIn("no answer within 1 s", finding["reason"])

    def test_a_bmc_without_dcmi_says_so(self):
        finding = self.finding("code:C1")
        self.assertEqual(finding["state"], "not present")
        self.assertIn("0xC1", finding["reason"])


if __name__ == "__main__":
    unittest.main()
