"""Other tools, installed from PyPI into folders of their own, and the ways to ask them the same questions."""
import csv
import os
import re
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

JOULES_PER_KWH = 3.6e6
# carbontracker multiplies what it reports by this, always (constants.py, PUE_2023).
CARBONTRACKER_PUE = 1.58
REQUIREMENTS = {"codecarbon": "codecarbon>=3,<4", "carbontracker": "carbontracker>=2,<3"}


@dataclass(frozen=True)
class Peer:
    """A tool that is there (with `folder`, its environment) or is not (with `missing`, why)."""
    name: str
    folder: Path
    version: str = ""
    missing: str = ""

    def program(self, name):
        return str(self.folder / "bin" / name)


def cache_folder():
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "jouleprint" / "bench"


def find_peers(install):
    return {name: _find_peer(name, install) for name in REQUIREMENTS}


def _find_peer(name, install):
    peer = Peer(name, cache_folder() / name)
    version = _installed_version(peer)
    if not version and not install:
        return Peer(name, peer.folder, missing="not installed")
    if not version:
        problem = _install(peer)
        if problem:
            return Peer(name, peer.folder, missing=problem)
        version = _installed_version(peer)
    return Peer(name, peer.folder, version)


def _installed_version(peer):
    ask = f"import importlib.metadata as m; print(m.version('{peer.name}'))"
    try:
        done = subprocess.run([peer.program("python"), "-c", ask], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def _install(peer):
    """Gives the problem in words, or nothing when it worked."""
    print(f"bench/run: installing {REQUIREMENTS[peer.name]} into {peer.folder} (once)", file=sys.stderr)
    try:
        venv.create(peer.folder, with_pip=True, clear=True)
        subprocess.run([peer.program("python"), "-m", "pip", "install", "--quiet", REQUIREMENTS[peer.name]],
                       check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        output = getattr(problem, "stderr", "") or str(problem)
        print(output, file=sys.stderr)
        return "cannot be installed"
    return ""


def monitor_command(peer, command, measure_every_s=None):
    """The tool's own way to measure a command. No network is needed: that is their best case."""
    if peer.name == "carbontracker":
        return [peer.program("carbontracker"), *command]
    rate = [] if measure_every_s is None else ["--measure-power-secs", str(measure_every_s)]
    return [peer.program("codecarbon"), "monitor", "--offline", "--country-iso-code", "FRA", *rate, "--", *command]


def reported_joules(peer, folder, with_memory):
    """What the tool's files in `folder` say that the processor, and with_memory the memory, used."""
    return _codecarbon_joules(folder, with_memory) if peer.name == "codecarbon" else _carbontracker_joules(folder)


def _codecarbon_joules(folder, with_memory):
    with open(folder / "emissions.csv", encoding="utf-8") as file:
        row = list(csv.DictReader(file))[-1]
    kwh = float(row["cpu_energy"]) + (float(row["ram_energy"]) if with_memory else 0)
    return kwh * JOULES_PER_KWH


def _carbontracker_joules(folder):
    log = next(folder.glob("logs/*_carbontracker_output.log")).read_text(encoding="utf-8")
    actual = log[log.index("Actual consumption"):]
    kwh = float(re.search(r"Energy:\s*([0-9.eE+-]+) kWh", actual).group(1))
    return kwh * JOULES_PER_KWH / CARBONTRACKER_PUE
