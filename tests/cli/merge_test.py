"""Distributed jobs: the processes of one machine count it once, those of several machines add up.

Ranks are told by the environment that launchers make. The launchers themselves are used where they are installed:
mpirun (openmpi-bin) and Slurm (slurmctld, slurmd, slurm-client), a cluster of this machine alone that the test starts.
"""
import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

from support import COMMAND, IS_ROOT, JOULES_PER_KWH, LONGEST_S, Machine, Place, wait_for

BOOTS = ("11111111-2222-4333-8444-555555555555", "66666666-7777-4888-8999-aaaaaaaaaaaa")
SLURM = all(shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin") for program in ("slurmctld", "slurmd", "srun"))


def torchrun(rank, world_size, local_rank, job="job7"):
    """The environment of a worker (PyTorch, torchrun)."""
    return {"TORCHELASTIC_RUN_ID": job, "RANK": str(rank), "WORLD_SIZE": str(world_size), "LOCAL_RANK": str(local_rank),
            "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29500"}


class MergeTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())

    def node(self, watts, boot_id):
        machine = self.enterContext(Machine(f"package-0={watts}"))
        path = pathlib.Path(machine.folder) / "proc/sys/kernel/random/boot_id"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(boot_id + "\n", encoding="utf-8")
        return machine

    def run_ranks(self, *ranks, command=("sleep", "0.7")):
        """All at once; each a machine and the environment of its process."""
        started = [self.place.start(*command, machine=machine, env=environment, flags=["--name", "train", "--zone", "FR"],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                   for machine, environment in ranks]
        for process in started:
            _, said = process.communicate(timeout=LONGEST_S)
            self.assertEqual(process.returncode, 0, said)

    def ask(self, *words):
        done = self.place.jouleprint("runs", *words, "--db", self.place.store, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def assert_measures(self, merged, *machines):
        """The merged figure is what the machines used, each once."""
        truth = sum(sum(machine.joules(merged).values()) for machine in machines)
        self.assertAlmostEqual(merged["energy_kwh"]["machine"]["value"] * JOULES_PER_KWH / truth, 1, delta=0.2)
        figures = merged["energy_kwh"]
        self.assertAlmostEqual(figures["share"]["value"] + figures["unattributed"]["value"], figures["machine"]["value"])
        self.assertAlmostEqual(sum(merged["by_time"]["energy_kwh"]), figures["machine"]["value"])
        self.assertAlmostEqual(sum(merged["by_time"]["emissions_gco2e"]), merged["emissions_gco2e"]["operational"]["value"])

    def test_two_processes_of_one_machine_count_it_once(self):
        machine = self.node(50, BOOTS[0])
        self.run_ranks((machine, torchrun(0, 2, 0)), (machine, torchrun(1, 2, 1)))
        runs = self.ask("list")
        self.assertEqual({run["group"] for run in runs}, {"torchrun-job7"})
        self.assertEqual(sorted(run["part"] for run in runs), ["rank 0 of 2", "rank 1 of 2"])
        merged = self.ask("merge", "--group", "torchrun-job7")
        self.assert_measures(merged, machine)
        self.assertEqual([(part["rank"], part["counted"]) for part in merged["merged_from"]], [(0, True), (1, False)])
        self.assertEqual([domain["name"] for domain in merged["domains"]], ["package-0"])
        self.assertEqual(merged["host"]["boot_id"], BOOTS[0])
        self.assertEqual(merged["name"], "train")

    def test_two_machines_are_added(self):
        first, second = self.node(40, BOOTS[0]), self.node(80, BOOTS[1])
        self.run_ranks((first, torchrun(0, 4, 0)), (first, torchrun(1, 4, 1)), (second, torchrun(2, 4, 0)),
                       (second, torchrun(3, 4, 1)))
        merged = self.ask("merge", "--group", "torchrun-job7", "--name", "both")
        self.assert_measures(merged, first, second)
        self.assertEqual(sum(part["counted"] for part in merged["merged_from"]), 2)
        self.assertEqual(len(merged["boundary"]), 2)
        shown = self.place.jouleprint("report", "both", "--db", self.place.store).stdout
        self.assertIn("4 runs merged, 2 machines", shown)

    def test_merging_again_keeps_one_merged_run_and_the_parts(self):
        machine = self.node(50, BOOTS[0])
        self.run_ranks((machine, torchrun(0, 2, 0)), (machine, torchrun(1, 2, 1)))
        ids = [run["run_id"] for run in self.ask("list")]
        once = self.ask("merge", *ids)
        self.assertEqual(self.ask("merge", *reversed(ids), ids[0]), once)
        self.assertEqual(self.ask("merge", "--group", "torchrun-job7"), once)
        self.assertEqual(self.ask("merge", once["run_id"]), once)
        self.assertEqual(len(self.ask("list")), 3)
        self.assertEqual(len(self.ask("list", "--group", "torchrun-job7")), 3)
        self.assertEqual(self.ask("list", "--group", "another"), [])

    def test_runs_of_another_machine_come_by_a_file(self):
        machine = self.node(50, BOOTS[0])
        self.run_ranks((machine, torchrun(0, 2, 0)))
        other = self.enterContext(Place())
        far = self.node(70, BOOTS[1])
        done = other.run("sleep", "0.3", machine=far, env=torchrun(1, 2, 0))
        self.assertEqual(done.status, 0, done.err)
        self.ask("import", other.json_file)
        merged = self.ask("merge", "--group", "torchrun-job7")
        self.assertEqual(len({part["node"] for part in merged["merged_from"]}), 2)
        self.assertTrue(all(part["counted"] for part in merged["merged_from"]))

    def test_the_group_that_is_given_counts(self):
        machine = self.node(50, BOOTS[0])
        done = self.place.run("true", machine=machine, env={**torchrun(0, 2, 0), "JOULEPRINT_GROUP": "by-variable"})
        self.assertEqual(done.record["group"], "by-variable")
        done = self.place.run("true", machine=machine, flags=["--group", "by-flag"], env={"JOULEPRINT_GROUP": "x"})
        self.assertEqual(done.record["group"], "by-flag")
        self.assertIsNone(done.record["rank"])

    def test_what_cannot_be_merged_is_said(self):
        machine = self.node(50, BOOTS[0])
        self.run_ranks((machine, torchrun(0, 4, 0)), (machine, torchrun(3, 4, 1)))
        merged = self.ask("merge", "--group", "torchrun-job7")
        self.assertIn("2 of 4 ranks are there; missing: 1, 2", merged["warnings"])
        for words, sentence in (((), "there is no run to merge"),
                                (("--group", "nobody"), "no run has the group 'nobody'"),
                                ((merged["run_id"], merged["merged_from"][0]["run_id"]), "itself the sum of 2 merged runs"),
                                (("0123",), "0123")):
            refused = self.place.jouleprint("runs", "merge", *words, "--db", self.place.store)
            self.assertEqual(refused.returncode, 2, words)
            self.assertIn(sentence, refused.stderr)

    @unittest.skipUnless(shutil.which("mpirun"), "skipped: no mpirun (openmpi-bin)")
    def test_mpirun(self):
        machine = self.node(50, BOOTS[0])
        as_root = ["--allow-run-as-root"] if IS_ROOT else []
        wrapped = self.place.words("sleep", "0.5", flags=["--quiet"], machine=machine)
        wrapped.remove("--json-file")
        wrapped.remove(str(self.place.json_file))
        done = subprocess.run(["mpirun", *as_root, "--oversubscribe", "--mca", "btl", "self,vader", "-np", "2", *wrapped],
                              env=self.place.environment(), capture_output=True, text=True, timeout=LONGEST_S, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        runs = self.ask("list")
        self.assertEqual(sorted(run["part"] for run in runs), ["rank 0 of 2", "rank 1 of 2"])
        groups = {run["group"] for run in runs}
        self.assertEqual(len(groups), 1)
        merged = self.ask("merge", "--group", groups.pop())
        self.assert_measures(merged, machine)
        self.assertEqual(sum(part["counted"] for part in merged["merged_from"]), 1)


def free_ports(count):
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Cluster:
    """Slurm on this machine alone, without munge, for as long as the context is open. Only root may run slurmd."""

    SETTINGS = """
ClusterName=jouleprint
SlurmctldHost=localhost
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/none
CredType=cred/none
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
KillWait=2
NodeName=localhost CPUs=4 RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes=localhost Default=YES MaxTime=INFINITE State=UP
"""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="jouleprint-slurm-"))
        self.daemons = []

    def __enter__(self):
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        config = self.folder / "slurm.conf"
        config.write_text(self.SETTINGS.format(ports=free_ports(2), folder=self.folder), encoding="utf-8")
        self.environment = {"SLURM_CONF": str(config), "PATH": os.environ["PATH"] + ":/usr/sbin"}
        for words in (["slurmctld", "-D"], ["slurmd", "-D", "-N", "localhost"]):
            log = open(self.folder / f"{words[0]}.out", "wb")  # pylint: disable=consider-using-with
            self.daemons.append(subprocess.Popen(words, env={**os.environ, **self.environment}, stdout=log, stderr=log))
            log.close()
        wait_for(lambda: "idle" in self.ask("sinfo", "-h", "-o", "%T").stdout, "an idle node", 30)
        return self

    def __exit__(self, *_):
        for daemon in reversed(self.daemons):
            daemon.terminate()
            daemon.wait(timeout=LONGEST_S)
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, *words, **more):
        return subprocess.run(words, env={**os.environ, **self.environment, **more}, capture_output=True, text=True,
                              timeout=LONGEST_S, check=False)


@unittest.skipUnless(SLURM, "skipped: no Slurm (slurmctld, slurmd, slurm-client)")
@unittest.skipUnless(IS_ROOT, "skipped: only root can do this")
class SlurmTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(Cluster()) if sys.version_info >= (3, 11) else Cluster().__enter__()
        if sys.version_info < (3, 11):
            cls.addClassCleanup(cls.cluster.__exit__)

    def setUp(self):
        self.place = self.enterContext(Place())
        self.machine = self.enterContext(Machine("package-0=60"))
        self.measured = [str(COMMAND), "run", "--quiet", "--baseline", "off", "--sysroot", self.machine.folder, "--db",
                         str(self.place.store), "--"]

    def runs(self):
        done = self.place.jouleprint("runs", "list", "--json", "--db", self.place.store)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_srun_of_two_tasks(self):
        done = self.cluster.ask("srun", "-n", "2", *self.measured, "sleep", "0.6", **self.place.environment())
        self.assertEqual(done.returncode, 0, done.stderr)
        runs = self.runs()
        self.assertEqual(sorted(run["part"] for run in runs), ["rank 0 of 2", "rank 1 of 2"])
        group = runs[0]["group"]
        self.assertRegex(group, r"^slurm-\d+\.0$")
        merged = json.loads(self.place.jouleprint("runs", "merge", "--group", group, "--json", "--db",
                                                  self.place.store).stdout)
        self.assertEqual(sum(part["counted"] for part in merged["merged_from"]), 1)
        truth = sum(self.machine.joules(merged).values())
        self.assertAlmostEqual(merged["energy_kwh"]["machine"]["value"] * JOULES_PER_KWH / truth, 1, delta=0.2)

    def test_a_batch_script_measures_alone_and_around_its_steps(self):
        """The script is no task, though Slurm gives it the number of one."""
        script = self.place.path / "job.sh"
        ended = self.place.path / "ended"
        words = " ".join(f"'{word}'" for word in self.measured)
        script.write_text(f"#!/bin/sh\n{words} srun -n 2 sleep 0.3\necho $? > {ended}\n", encoding="utf-8")
        done = self.cluster.ask("sbatch", "-n", "2", "-o", str(self.place.path / "out"), str(script),
                                **self.place.environment())
        self.assertEqual(done.returncode, 0, done.stderr)
        wait_for(lambda: ended.exists() and ended.read_text(encoding="utf-8").strip(), "the end of the job", 30)
        self.assertEqual(ended.read_text(encoding="utf-8").strip(), "0")
        run, = self.runs()
        self.assertEqual((run["group"], run["part"]), ("", ""))

    def test_the_tasks_of_an_array_are_jobs_of_their_own(self):
        script = self.place.path / "job.sh"
        words = " ".join(f"'{word}'" for word in self.measured)
        script.write_text(f"#!/bin/sh\nsrun -n 2 {words} sleep 0.2\n: > {self.place.path}/ended.$SLURM_ARRAY_TASK_ID\n",
                          encoding="utf-8")
        done = self.cluster.ask("sbatch", "-n", "2", "--array=3-4", "-o", str(self.place.path / "out.%a"), str(script),
                                **self.place.environment())
        self.assertEqual(done.returncode, 0, done.stderr)
        wait_for(lambda: len(list(self.place.path.glob("ended.*"))) == 2, "the end of both", 30)
        groups = sorted({run["group"] for run in self.runs()})
        self.assertEqual(len(groups), 2)
        self.assertRegex(groups[0], r"^slurm-\d+_3\.0$")
        self.assertRegex(groups[1], r"^slurm-\d+_4\.0$")


if __name__ == "__main__":
    unittest.main()
