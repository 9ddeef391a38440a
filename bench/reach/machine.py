"""The made-up machine whose joules are known (tests/fakes/fake_powercap.cc), and this one, in words."""
import json
import os
import platform
import subprocess
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

# Shows a tree's powercap folders where a program that cannot be told of another place looks for them. On a
# machine that has no such folders their parents are covered, since nothing can be made in the real /sys.
MOUNT = """
for part in class devices/virtual; do
  test -d /sys/$part/powercap || { mount -t tmpfs none /sys/$part && mkdir /sys/$part/powercap; } || exit 99
  mount --bind "$0/sys/$part/powercap" /sys/$part/powercap || exit 99
done
exec "$@"
"""


class FakeMachine:
    """A context: the machine counts while it is open."""

    def __init__(self, arena, zones, *flags):
        self._command = [arena.fakes / "fake_powercap", *flags]
        self._zones = zones
        self.root = arena.scratch / f"machine-{time.monotonic_ns()}"

    def __enter__(self):
        self._process = subprocess.Popen([*map(str, self._command), str(self.root), *self._zones], text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"{self._command[0]} did not start")
        # The kernel's link from a control type back to its class; CodeCarbon looks for it.
        subsystem = self.root / "sys/devices/virtual/powercap/intel-rapl/subsystem"
        subsystem.symlink_to("../../../../class/powercap")
        return self

    def __exit__(self, *_):
        self._process.communicate()

    def joules_between(self, start_boot_ns, end_boot_ns):
        """Of all zones together, so none of them may be a part of another."""
        self._process.stdin.write(f"energy {start_boot_ns} {end_boot_ns}\n")
        self._process.stdin.flush()
        return sum(json.loads(self._process.stdout.readline()).values())

    def prefix(self):
        """In front of a command that has no --sysroot: a mount namespace of its own with this machine in it."""
        return ["unshare", "--mount", "sh", "-c", MOUNT, str(self.root)]


def can_mount():
    return subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0


def boot_ns_of(utc_text):
    """A record's time on the made-up machine's clock."""
    offset_ns = time.time_ns() - time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    since_1970 = datetime.fromisoformat(utc_text) - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return since_1970 // timedelta(microseconds=1) * 1000 - offset_ns


def describe():
    cpuinfo = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = next((line.split(":", 1)[1].strip() for line in cpuinfo.splitlines() if line.startswith("model name")),
                 platform.machine())
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    guest = "a virtual machine, " if " hypervisor" in cpuinfo else ""
    return f"{guest}{model}, {os.cpu_count()} logical CPUs, {memory_gib:.1f} GiB, Linux {platform.release()}"
