"""Row python: the tools' Python interfaces around one and the same small training on the made-up machine."""
import json
import statistics
import sys
from pathlib import Path

from .contest import KIB_PER_MIB, take_turns
from .figures import Row
from .machine import FakeMachine

MS_PER_S = 1e3
ROOT = Path(__file__).resolve().parent.parent.parent
DIGITS = ROOT / "examples/digits/digits.csv"
STEADY = ("package-0=100",)
EPOCHS = 3
# An epoch in which the counter wraps three times; a tool that reads at its ends alone sees one wrap at most.
WRAP_RANGE_S = 1


def rows(arena, found, amount):
    tools = {"jouleprint": None, "drop-in": None}
    absent = {}
    for name, peer in found.items():
        if peer.missing or not amount.peers_everywhere:
            absent[name] = peer.missing or "-"
        else:
            tools[name] = peer
    seen = take_turns({name: lambda name=name, peer=peer: _train(arena, name, peer, STEADY, EPOCHS, amount.epoch_s)
                       for name, peer in tools.items()}, amount.repeats)
    wrapped = take_turns({name: lambda name=name, peer=peer: _train(arena, name, peer, _wrapping(), 1,
                                                                    3.4 * WRAP_RANGE_S)
                          for name, peer in tools.items()}, amount.repeats)
    told = [_cost("python  import", "import", seen, reach=30), _start(seen),
            _cost("        an epoch begins", "epoch begins", seen), _cost("        an epoch ends", "epoch ends", seen),
            _cost("        stop", "stop", seen), _processor(seen), _memory(seen),
            _errors("        energy error, three epochs", seen),
            _errors("        energy error, one epoch with three wraps", wrapped)]
    for row in told:
        row.answers.update(absent)
    return told


def _wrapping():
    return (f"package-0=100,range={100 * WRAP_RANGE_S * 10**6}",)


def _train(arena, name, peer, zones, epochs, epoch_s):
    with FakeMachine(arena, zones, "--load", "real", "--vendor", "GenuineIntel") as machine:
        answer = arena.report_path()
        command = ["sh", "-c", '"$@" > "$0"', answer, peer.program("python") if peer else sys.executable,
                   Path(__file__).with_name("python_job.py"), name, epochs, epoch_s, DIGITS]
        ours = {} if peer else {"PYTHONPATH": str(ROOT / "python"), "BENCH_SYSROOT": str(machine.root),
                                "JOULEPRINT_SYSROOT": str(machine.root),
                                "JOULEPRINT_LIBRARY": str(arena.build / "lib/libjouleprint-c.so")}
        arena.finish(arena.start(command, machine.prefix() if peer else (), **ours))
        said = json.loads(answer.read_text().splitlines()[-1])
        said["truth"] = sum(machine.joules_between(*window) for window in said["windows_boot_ns"])
    return said


def _fill(row, seen, figure):
    """The drop-in is no contestant of its own: its figure stands in the title."""
    for name, answers in seen.items():
        if name != "drop-in":
            row.answers[name] = [figure(answer) for answer in answers]
    row.title += f" (through jouleprint.codecarbon {statistics.median(map(figure, seen['drop-in'])):.{row.decimals}f})"
    return row


def _cost(title, step, seen, reach=None):
    row = Row(title, "ms", reach=reach, decimals=2)
    return _fill(row, seen, lambda said: MS_PER_S * statistics.median(s["wall_s"] for s in said["steps"][step]))


def _start(seen):
    """Until the first epoch is under way: some tools look at the machine only then."""
    row = Row("        make a tracker and begin an epoch", "ms")
    return _fill(row, seen, lambda said: MS_PER_S * sum(said["steps"][s][0]["wall_s"] for s in ("start", "epoch begins")))


def _processor(seen):
    row = Row("        processor time of all these steps", "ms")
    return _fill(row, seen, lambda said: MS_PER_S * sum(s["cpu_s"] for step in said["steps"].values() for s in step))


def _memory(seen):
    return _fill(Row("        peak memory, interpreter and job included", "MiB"), seen,
                 lambda said: said["peak_rss_kib"] / KIB_PER_MIB)


def _errors(title, seen):
    row = Row(title, "%", reach=0.5, signed=True, decimals=2)
    return _fill(row, seen, lambda said: 100 * (sum(said["epoch_joules"]) / said["truth"] - 1))
