"""Rows 1, 2, 3 and 6: time, memory and processor time that measuring costs."""
import json
import statistics
import time
from pathlib import Path

from . import contest, peers
from .figures import Row
from .machine import FakeMachine

MS_PER_S = 1e3
US_PER_S = 1e6
ZONES = ("package-0=100", "package-1=80", "dram=12,in=package-0", "dram=8,in=package-1")
ZONES_AND_PSYS = (*ZONES, "psys=260")
# The counters are only to be read here: moving them costs this machine as little as can be.
SELDOM = ("--update-us", "250000")
FAST_INTERVAL_MS = 1


def start_up(arena, found, amount):
    """Added wall time, processor time and peak memory around `true`."""
    store = ["--db", arena.home / "runs.db", "--zone", "FR"]
    contestants = {
        "true": lambda: arena.launch(["true"]),
        "floor": lambda: arena.launch([arena.program("bench_launch"), "/dev/null", "true"]),
        "jouleprint": lambda: arena.launch([arena.jouleprint, "run", "--baseline", "off", *store, "--", "true"]),
    }
    for name, peer in found.items():
        if not peer.missing:
            command = peers.monitor_command(peer, ["true"])
            contestants[name] = lambda command=command: arena.launch(command)
    contest.take_turns(contestants, 1)  # stores are made, fonts are cached, files are in memory
    seen = contest.take_turns(contestants, amount.start_up_rounds)
    wall = Row("1  wall time added around `true`", "ms", reach=15)
    cpu = Row("   processor time added there", "ms")
    memory = Row("2  peak memory there", "MiB", reach=8)
    bare = seen.pop("true")
    bare_wall_s = statistics.median(launch.wall_s for launch in bare)
    bare_cpu_s = statistics.median(launch.cpu_s for launch in bare)
    for name, launches in seen.items():
        wall.answers[name] = [MS_PER_S * (launch.wall_s - bare_wall_s) for launch in launches]
        cpu.answers[name] = [MS_PER_S * (launch.cpu_s - bare_cpu_s) for launch in launches]
        memory.answers[name] = [launch.peak_rss_kib / contest.KIB_PER_MIB for launch in launches]
    for row in (wall, cpu, memory):
        row.answers.update({name: peer.missing for name, peer in found.items() if peer.missing})
    return [wall, cpu, memory]


def memory_when_busy(arena, amount):
    """Peak memory with everything on."""
    both = Row("   with --epoch-regex and its relay process", "MiB", reach=8)
    relay = Row("   of which the relay process adds", "MiB")
    seen = [_memory_with_relay_mib(arena) for _ in range(amount.repeats)]
    both.answers["jouleprint"] = [tool + added for tool, added in seen]
    relay.answers["jouleprint"] = [added for _, added in seen]
    full = Row("   with 2 packages, 2 DRAM, 2 GPUs", "MiB", reach=8)
    gpus = {"JOULEPRINT_NVML": str(arena.fakes / "libnvidia-ml.so.1"), "JP_FAKE_NVML_GPUS": "2"}
    with FakeMachine(arena, ZONES, "--load", "real") as machine:
        launches = [arena.run_jouleprint(["--sysroot", machine.root], ["sleep", "1"], **gpus)[1]
                    for _ in range(amount.repeats)]
    full.answers["jouleprint"] = [launch.peak_rss_kib / contest.KIB_PER_MIB for launch in launches]
    return [both, relay, full]


def _memory_with_relay_mib(arena):
    """The tool's peak, and what the relay process adds to it: the pages that are its alone. It is a fork of the
    tool, so that adding up the two residents sets would count most of the second one twice."""
    started = arena.start([arena.jouleprint, "run", "--baseline", "off", "--epoch-regex", r"epoch (\d+)", "--", "sh",
                           "-c", "for i in 1 2 3 4; do echo epoch $i; sleep 0.2; done"])
    time.sleep(0.5)
    # The command is a child too, and is not the tool's.
    tool = _children(started[0].pid)[0]
    relays = [pid for pid in _children(tool) if Path(f"/proc/{pid}/exe").resolve().name == "jouleprint"]
    if len(relays) != 1:
        raise RuntimeError(f"one relay process was expected beside jouleprint, {len(relays)} were found")
    added_kib = _private_kib(relays[0])
    return arena.finish(started).peak_rss_kib / contest.KIB_PER_MIB, added_kib / contest.KIB_PER_MIB


def _children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _private_kib(pid):
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_"))


def per_sample(arena, found, amount):
    """A long run's processor time minus a short one's, by sample."""
    row = Row("3  processor time per sample, 5 zones", "us", reach=50)
    with FakeMachine(arena, ZONES_AND_PSYS, *SELDOM) as machine:
        flags = ["--sysroot", machine.root, "--interval", FAST_INTERVAL_MS]
        row.answers["jouleprint"] = [_jouleprint_us_per_sample(arena, flags, amount) for _ in range(amount.repeats)]
        asked = {name: peer for name, peer in found.items() if not peer.missing and amount.peers_everywhere}
        row.answers.update({name: peer.missing or "-" for name, peer in found.items() if name not in asked})
        for _ in range(amount.repeats):
            for name, figure in _peers_us_per_round(arena, asked.values(), machine, amount).items():
                row.add(name, figure)
    return [row]


def _jouleprint_us_per_sample(arena, flags, amount):
    short, long = (arena.run_jouleprint(flags, ["sleep", seconds])[0]["overhead"] for seconds in amount.sampling_s)
    return US_PER_S * (long["cpu_s"] - short["cpu_s"]) / (long["samples"] - short["samples"])


def _peers_us_per_round(arena, asked, machine, amount):
    """All of them at once: they do next to nothing but wait, and processor time is counted by process."""
    script = Path(__file__).with_name("peer_cost.py")
    going = {}
    for peer in asked:
        for seconds in amount.peer_sampling_s:
            answer = arena.report_path()
            # The output goes to a file, so that what a tool prints on the way does not fill a pipe.
            command = ["sh", "-c", '"$@" > "$0"', answer, peer.program("python"), script, peer.name, seconds]
            going[peer.name, seconds] = arena.start(command, machine.prefix()), answer
    seen = {}
    for key, (started, answer) in going.items():
        arena.finish(started)
        seen[key] = json.loads(answer.read_text().splitlines()[-1])
    figures = {}
    for peer in asked:
        short, long = (seen[peer.name, seconds] for seconds in amount.peer_sampling_s)
        figures[peer.name] = US_PER_S * (long["cpu_s"] - short["cpu_s"]) / (long["rounds"] - short["rounds"])
    return figures


def rate(arena, amount):
    """Sampling alone, without a command and a record, of a server with many GPUs: fast, and at the default rate."""
    fast = Row("7  processor share of sampling at 1 kHz, 8 GPUs", "%", reach=2, decimals=2)
    late = Row("   readings a period or more late there", "%", reach=0.5, decimals=2)
    usual = Row("   processor share of sampling at 10 Hz, 8 GPUs", "%", reach=0.02, decimals=4)
    program = arena.program("sampling_rate")
    with FakeMachine(arena, ZONES, *SELDOM, "--load", "real") as machine:
        for _ in range(amount.repeats):
            for interval_ms, share in ((1, fast), (100, usual)):
                answer = arena.answer_of([program, machine.root, arena.fakes / "libnvidia-ml.so.1", interval_ms,
                                          max(amount.sampling_s)], JP_FAKE_NVML_GPUS="8")
                share.add("jouleprint", answer["cpu_percent"])
                share.add("floor", answer["floor_percent"])
                if share is fast:
                    late.add("jouleprint", answer["late_percent"])
    return [fast, late, usual]


def duty(arena, amount):
    """The share of one processor that sampling takes at the default rate, with everything on."""
    row = Row("6  processor share of sampling at 10 Hz", "%", decimals=3)
    gpus = {"JOULEPRINT_NVML": str(arena.fakes / "libnvidia-ml.so.1"), "JP_FAKE_NVML_GPUS": "2"}
    shares = []
    with FakeMachine(arena, ZONES_AND_PSYS, *SELDOM, "--load", "real") as machine:
        for _ in range(amount.repeats):
            short, long = (arena.run_jouleprint(["--sysroot", machine.root], ["sleep", seconds], **gpus)[0]
                           for seconds in amount.sampling_s)
            shares.append(100 * (long["overhead"]["cpu_s"] - short["overhead"]["cpu_s"]) /
                          (long["duration_s"] - short["duration_s"]))
    row.answers["jouleprint"] = shares
    return [row]
