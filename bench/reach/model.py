"""Row "model": where nothing counts, how wrong the power is that is computed, on machines that it has not seen."""
import csv
import importlib.util
from pathlib import Path

from .figures import Row

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "../shared/data"
# The three that decide: what half of all steps stay below, a series' mean, and the best shape of others.
REACH_STEP_PERCENT = 20
REACH_SERVER_PERCENT = 5.7
LEAST_INSIDE_PERCENT = 85


def errors_held_out():
    """Computed by tools/fit_cpu_model.py from the same figures that the program ships."""
    if not (DATA / "power-traces").is_dir():
        return [Row("model: error on machines not seen", "%", {"jouleprint": "no data"}, reach=REACH_STEP_PERCENT)]
    fit = _fit_tool()
    return [*_rated_rows(fit), *_server_rows(fit)]


def _fit_tool():
    spec = importlib.util.spec_from_file_location("fit_cpu_model", ROOT / "tools/fit_cpu_model.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


def _percent_off(watts, truth):
    return 100 * (watts / truth - 1)


def _rated_rows(fit):
    steps = fit.read_steps(DATA)
    choices = [("capacity", fit.CLOCK_POWER, idle) for idle in fit.IDLES]
    ours = fit.held_out(steps, choices)
    theirs = _codecarbon_watts(fit, steps)
    each = Row("model: a load step, machine held out", "%", reach=REACH_STEP_PERCENT, signed=True)
    series = Row("   mean of each series of steps", "%", reach=REACH_STEP_PERCENT)
    for column, watts in (("jouleprint", ours), ("codecarbon", theirs)):
        by_series = {}
        for step, modelled in watts.items():
            off = _percent_off(modelled, step.watts)
            each.add(column, off)
            by_series.setdefault((step.machine, step.kind), []).append(abs(off))
        for errors in by_series.values():
            series.add(column, sum(errors) / len(errors))
    inside = Row("   steps inside the 90 % interval", "%", reach=LEAST_INSIDE_PERCENT, at_least=True)
    inside.add("jouleprint", 100 * fit.held_out_coverage(steps, choices))
    return [each, series, inside]


def _codecarbon_watts(fit, steps):
    """What its own load model said during the very steps."""
    path = DATA / "power-traces/cpu-load-vs-rapl-vs-plug/profiles.csv"
    said = {(r["profile"], r["load_type"], float(r["rapl_w"])): float(r["codecarbon_load_model_w"])
            for r in csv.DictReader(open(path))}
    return {step: said[step.machine, step.kind, step.watts] for step in steps}


def _server_rows(fit):
    servers = fit.read_servers(DATA)
    folds = fit.folds_of(servers)
    error = Row("model: a server's power, idle and full known", "%", reach=REACH_SERVER_PERCENT)
    pairs = fit.without_group(servers, folds, fit.Shapes.shape)
    errors = [abs(server.error(shape, level)) for server, shape in pairs for level in fit.LEVELS]
    error.add("jouleprint", 100 * sum(errors) / len(errors))
    inside = Row("   loads inside the 90 % interval", "%", reach=LEAST_INSIDE_PERCENT, at_least=True)
    inside.add("jouleprint", 100 * fit.band_coverage(servers, folds))
    return [error, inside]
