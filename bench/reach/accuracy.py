"""Row 4: energy against counters whose joules are known."""
import contextlib
import json
import shutil
from dataclasses import dataclass

from . import peers
from .figures import Row
from .machine import FakeMachine, boot_ns_of

JOULES_PER_KWH = 3.6e6
# Asked to look ten times as often as it does by default, which is its best case.
CODECARBON_EVERY_S = 1
# Starting and ending a process shows in the figure of a job shorter than this.
SHORT_S = 1


@dataclass(frozen=True)
class Case:
    title: str
    zones: tuple
    seconds: float
    repeats: int
    with_memory: bool = False


def cases(amount):
    wrap_s = amount.wrap_s
    return [
        Case("steady 100 W", ("package-0=100",), amount.case_s, amount.repeats),
        Case("square wave 200/20 W, 2 s", ("package-0=square:200:20:2",), amount.case_s + 2, amount.repeats),
        Case(f"wraps every {wrap_s} s", (f"package-0=100,range={100 * wrap_s * 10**6}",), 2.5 * wrap_s, amount.repeats),
        Case("2 packages and 2 DRAM", ("package-0=100", "package-1=80", "dram=12,in=package-0", "dram=8,in=package-1"),
             amount.case_s, amount.repeats, with_memory=True),
        Case("a job of 0.3 s", ("package-0=100",), 0.3, amount.short_jobs),
    ]


def energy_errors(arena, found, amount):
    """Two rows a case: against the job's own time as seen from outside, and against the record's."""
    rows = []
    asked = [peer for peer in found.values() if not peer.missing and amount.peers_everywhere]
    for case in cases(amount):
        outside = Row(f"4  energy error, {case.title}", "%", reach=0.5, signed=True, decimals=2)
        inside = Row("   over the record's own time", "%", reach=0.5, signed=True, decimals=3)
        outside.answers.update({name: peer.missing or "-" for name, peer in found.items() if peer not in asked})
        for turn in range(case.repeats):
            if case.seconds < SHORT_S:
                outside.add("floor", _floor_error(arena, case))
            from_outside, from_inside = _jouleprint_errors(arena, case, turn)
            outside.add("jouleprint", from_outside)
            inside.add("jouleprint", from_inside)
            for name, error in _peer_errors(arena, asked if turn < amount.repeats else [], case, turn):
                outside.add(name, error)
        rows += [outside, inside]
    return rows


def _percent_off(joules, truth):
    return 100 * (joules / truth - 1)


def _machine(arena, case, turn, *flags):
    """Counters begin elsewhere at every turn, so that a wrap meets nobody's looks always in the same place."""
    start_uj = 1_000_000_007 + 450_000_000 * turn
    return FakeMachine(arena, [f"{case.zones[0]},start={start_uj}", *case.zones[1:]], *flags)


def _job(arena, case):
    """The job says when it began and ended on the clock that the counters follow."""
    report = arena.report_path()
    return report, [arena.program("bench_launch"), report, "sleep", case.seconds]


def _truth(machine, report):
    seen = json.loads(report.read_text())
    return machine.joules_between(seen["start_boot_ns"], seen["end_boot_ns"])


def _floor_error(arena, case):
    """What a perfect meter would be off by that counts from a process's start to its end: starting and ending
    a process takes a moment before and after what the process itself can see."""
    with FakeMachine(arena, case.zones) as machine:
        report, job = _job(arena, case)
        around = arena.launch(job)
        return _percent_off(machine.joules_between(around.start_boot_ns, around.end_boot_ns), _truth(machine, report))


def _jouleprint_errors(arena, case, turn):
    with _machine(arena, case, turn, "--load", "real", "--vendor", "GenuineIntel") as machine:
        report, job = _job(arena, case)
        record, _ = arena.run_jouleprint(["--sysroot", machine.root], job)
        joules = record["energy_kwh"]["machine"]["value"] * JOULES_PER_KWH
        start_ns = boot_ns_of(record["start"])
        own_truth = machine.joules_between(start_ns, start_ns + round(record["duration_s"] * 1e9))
        return _percent_off(joules, _truth(machine, report)), _percent_off(joules, own_truth)


def _peer_errors(arena, asked, case, turn):
    """Side by side, around a job and on a machine each."""
    with contextlib.ExitStack() as machines:
        going = []
        for peer in asked:
            folder = arena.scratch / f"{peer.name}-files"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            machine = machines.enter_context(_machine(arena, case, turn))
            report, job = _job(arena, case)
            command = ["env", "--chdir", folder, *peers.monitor_command(peer, job, CODECARBON_EVERY_S)]
            going.append((peer, folder, machine, report, arena.start(command, machine.prefix())))
        for peer, folder, machine, report, started in going:
            arena.finish(started)
            joules = peers.reported_joules(peer, folder, case.with_memory)
            yield peer.name, _percent_off(joules, _truth(machine, report))
