"""Rows "forecast": a grid's intensity, foretold from its past alone and held against what came."""
import csv
import gzip
import json
import statistics
import subprocess
from pathlib import Path

from .figures import Row

DATA = Path(__file__).resolve().parents[2] / "../shared/data/carbon-intensity"
ZONES = DATA / "electricity-maps-lca-hourly"
ISSUES = DATA / "carboncast-2021h2-forecast96"
# Days of 2022 whose next 96 hours lie in the series; what came before is learned from, at first 2021.
FIRST_ISSUE, ISSUE_DAYS = "2022-01-01T00:00:00Z", 362
# CarbonCast's own issues, and how many of them teach how far they can be trusted.
FIRST_CARBONCAST, CARBONCAST_DAYS, TEACHING_DAYS = "2021-07-01T00:00:00Z", 181, 60
DAY_H, LEADS_H = 24, 96
SIMPLE = {"pers24": "persistence", "week": "last week", "wkavg4": "four weeks", "prof7": "mean day",
          "prof7+decay": "mean day, shifted", "ridge": "plain ridge"}


def rows(arena, amount):
    if not ZONES.is_dir():
        return [Row("forecast: error over 96 h", "%", {"jouleprint": "no data"}, reach=14)]
    whole = amount.forecast_every_zone == 1
    files = sorted(ZONES.glob("*.csv.gz"))[::amount.forecast_every_zone]
    results = [_measure(arena, path, FIRST_ISSUE, ISSUE_DAYS, amount.forecast_learn_days) for path in files]
    shown = [*_error_rows(results), *_coverage_rows(results)]
    if not whole:
        # A few zones say little about the mean of all.
        for row in shown:
            row.reach = None
    return [*shown, *_time_rows(results), *_carboncast_rows(arena, amount)]


def _measure(arena, series, first, days, learn_days, issued=()):
    command = [arena.program("grid_forecasts"), series, first, days, learn_days, *issued]
    done = subprocess.run([str(word) for word in command], text=True, capture_output=True, check=True)
    return json.loads(done.stdout)


def _mean_to(result, hours, what="mape"):
    return statistics.mean(result[what][:hours])


def _error_rows(results):
    simple = {row["zone"]: row
              for row in csv.DictReader(open(DATA / "forecast-baselines/em-dev-train2021-test2022.csv"))}
    rows_ = []
    for hours, reach in ((DAY_H, 11), (LEADS_H, 14)):
        # Theirs have four decimals: where all are right to the last, none is better.
        ours = {result["zone"]: round(_mean_to(result, hours), 4) for result in results}
        row = Row(f"forecast: error over {hours} h, mean of {len(ours)} zones", "%", reach=reach, decimals=2)
        row.add("jouleprint", statistics.mean(ours.values()))
        rows_.append(row)
        for column, name in SIMPLE.items():
            row = Row(f"   zones better than {name}", "%", reach=90, at_least=True)
            theirs = {z: float(simple[z][f"{column}_{hours}"]) for z in ours}
            row.add("jouleprint", 100 * statistics.mean(ours[z] <= theirs[z] for z in ours))
            rows_.append(row)
        row = Row("   zones better than the best of these", "%", reach=90, at_least=True)
        best = {z: min(float(simple[z][f"{column}_{hours}"]) for column in SIMPLE) for z in ours}
        row.add("jouleprint", 100 * statistics.mean(ours[z] <= best[z] for z in ours))
        rows_.append(row)
    return rows_


def _coverage_rows(results):
    by_lead = [statistics.mean(r["covered_percent"][lead] for r in results) for lead in range(LEADS_H)]
    by_zone = [_mean_to(r, LEADS_H, "covered_percent") for r in results]
    least = Row("forecast: inside the 90 % interval, worst hour ahead", "%", reach=85, at_least=True)
    least.add("jouleprint", min(by_lead))
    most = Row("   best hour ahead", "%", reach=95)
    most.add("jouleprint", max(by_lead))
    zones = Row("   zones with 85 to 95 %", "%")
    zones.add("jouleprint", 100 * statistics.mean(85 <= covered <= 95 for covered in by_zone))
    return [least, most, zones]


def _time_rows(results):
    train = Row("forecast: learning a zone's one to two years", "s", reach=1, decimals=3)
    ask = Row("   one forecast of 96 h", "ms", reach=5, decimals=3)
    for result in results:
        train.add("jouleprint", result["train_s"])
        ask.add("jouleprint", result["forecast_ms"])
    return [train, ask]


def _carboncast_rows(arena, amount):
    """CarbonCast sees the weather's forecast; where its issues are given as an outlook, so do we."""
    rows_ = []
    for path in sorted(ISSUES.glob("*_lifecycle.csv.gz")):
        region = path.name.split("_")[0]
        series = DATA / f"carboncast-2020-2021-hourly/{region}_lifecycle_2020-2021.csv.gz"
        issued, theirs = _issued(path, arena.scratch)
        alone = _measure(arena, series, FIRST_CARBONCAST, CARBONCAST_DAYS, amount.forecast_learn_days)
        row = Row(f"forecast: {region} over 96 h, by CarbonCast's own {theirs:.1f} %", "x", reach=1.25, decimals=2)
        row.add("jouleprint", _mean_to(alone, LEADS_H) / theirs)
        both = _measure(arena, series, FIRST_CARBONCAST, CARBONCAST_DAYS, amount.forecast_learn_days, [issued])
        given = Row(f"   given its issues, after {TEACHING_DAYS} days of them", "x", reach=1, decimals=2)
        given.add("jouleprint", _mean_to(both, LEADS_H) / _mean_to(both, LEADS_H, "issued_mape"))
        rows_ += [row, given]
    return rows_


def _issued(path, scratch):
    """The issues as bare numbers in a file, and their error in percent."""
    with gzip.open(path, "rt") as text:
        rows_ = list(csv.DictReader(text))
    file = scratch / "issued.txt"
    file.write_text("\n".join(row["forecast_gco2_per_kwh"] for row in rows_))
    off = [abs(float(row["forecast_gco2_per_kwh"]) / float(row["actual_gco2_per_kwh"]) - 1) for row in rows_]
    return file, 100 * statistics.mean(off)
