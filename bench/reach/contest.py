"""Commands started and watched from outside, and several of them taken in turns."""
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

KIB_PER_MIB = 1024
SECONDS_PER_RUN_AT_MOST = 180


@dataclass(frozen=True)
class Launch:
    """What bench_launch saw of one command."""
    start_boot_ns: int
    end_boot_ns: int
    wall_s: float
    cpu_s: float
    peak_rss_kib: int
    exit_status: int


class Arena:
    """Where commands run: a scratch folder, an environment of its own, and the programs that were built."""

    def __init__(self, build, scratch):
        self.build = Path(build).resolve()
        self.scratch = Path(scratch)
        self.home = self.scratch / "home"
        self.home.mkdir(exist_ok=True)
        self._reports = 0
        # A user's own configuration, keys and stores stay out of it, and out of harm.
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self.environment = {**kept, "HOME": str(self.home), "XDG_DATA_HOME": str(self.home / "data")}

    @property
    def jouleprint(self):
        return str(self.build / "bin/jouleprint")

    @property
    def fakes(self):
        return self.build / "fakes"

    def program(self, name):
        return str(self.build / "bench" / name)

    def report_path(self):
        self._reports += 1
        return self.scratch / f"report-{self._reports}.json"

    def start(self, command, prefix=(), **environment):
        """Starts a command under bench_launch; `prefix` goes in front of that and is not measured."""
        report = self.report_path()
        process = subprocess.Popen([*prefix, self.program("bench_launch"), str(report), *map(str, command)],
                                   cwd=self.scratch, env={**self.environment, **environment},
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        return process, report

    def finish(self, started):
        process, report = started
        _, errors = process.communicate(timeout=SECONDS_PER_RUN_AT_MOST)
        if process.returncode != 0:
            raise RuntimeError(f"{process.args} ended with {process.returncode}:\n{errors.decode()[-2000:]}")
        return Launch(**json.loads(report.read_text()))

    def launch(self, command, prefix=(), **environment):
        return self.finish(self.start(command, prefix, **environment))

    def answer_of(self, command, **environment):
        """The JSON that one of the benchmarks' own programs prints."""
        done = subprocess.run([*map(str, command)], cwd=self.scratch, env={**self.environment, **environment}, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=True,
                              timeout=SECONDS_PER_RUN_AT_MOST)
        return json.loads(done.stdout)

    def run_jouleprint(self, arguments, command, prefix=(), **environment):
        """One `jouleprint run`; gives its record and what was seen from outside."""
        record = self.report_path()
        launch = self.launch([self.jouleprint, "run", "--baseline", "off", "--json-file", record, *arguments, "--",
                              *command], prefix, **environment)
        return json.loads(record.read_text()), launch


def take_turns(contestants, rounds):
    """Runs every contestant once a round, each round beginning with another one, so that what else the
    machine does meanwhile falls on all alike. Gives each one's results in the order of the rounds."""
    results = {name: [] for name in contestants}
    names = list(contestants)
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            results[name].append(contestants[name]())
    return results
