"""Row 5: how much of the processor time of many short children is found to be the job's."""
import json
import os
import shutil

from . import peers
from .figures import Row

CHILD_S = 0.2
NOBODY = 65534
# CodeCarbon's process mode gives joules only: with this power set, joules tell the processor time.
FORCED_CPU_W = 100


def children_found(arena, found, amount):
    title = f"{amount.children} children of {CHILD_S} s, processor time found"
    with_cgroup = Row(f"5  {title}", "%", reach=98, at_least=True)
    without = Row("   as a user without a cgroup", "%", reach=98, at_least=True)
    for row, prefix in ((with_cgroup, []), (without, _as_nobody())):
        seen = [_jouleprint_found(arena, amount, prefix) for _ in range(amount.repeats)]
        row.answers["jouleprint"] = [percent for percent, _ in seen]
        row.title += f" ({seen[0][1]})"
    peer = found.get("codecarbon")
    if peer is None:
        return [with_cgroup, without]
    if peer.missing or not amount.peers_everywhere:
        with_cgroup.answers["codecarbon"] = peer.missing or "-"
    else:
        with_cgroup.answers["codecarbon"] = [_codecarbon_found(arena, peer, amount) for _ in range(amount.repeats)]
    return [with_cgroup, without]


def _as_nobody():
    """Only root makes cgroups by right; a user's run goes without."""
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []


def _job(arena, folder, amount):
    report = folder / arena.report_path().name
    return report, [arena.program("bench_children"), report, amount.children, CHILD_S]


def _used_s(report):
    """The whole tree's: the children's own, and what the parent needed to start them."""
    return sum(json.loads(report.read_text()).values())


def _jouleprint_found(arena, amount, prefix):
    folder = arena.scratch / "anybody"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    report, job = _job(arena, folder, amount)
    record_file = folder / arena.report_path().name
    arena.launch([*prefix, arena.jouleprint, "run", "--baseline", "off", "--no-store", "--json-file", record_file, "--",
                  *job])
    record = json.loads(record_file.read_text())
    return 100 * record["job"]["cpu_s"] / _used_s(report), record["job"]["followed_by"]


def _codecarbon_found(arena, peer, amount):
    folder = arena.scratch / "codecarbon-files"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    report, job = _job(arena, folder, amount)
    arena.launch(["env", "--chdir", folder, *peers.monitor_command(peer, job, 1)],
                 CODECARBON_FORCE_CPU_POWER=str(FORCED_CPU_W))
    nominal_j = FORCED_CPU_W * _used_s(report) / os.cpu_count()
    return 100 * peers.reported_joules(peer, folder, with_memory=False) / nominal_j
