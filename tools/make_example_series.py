#!/usr/bin/env python3
"""Derives the example series in data/series from collected copies of their sources.

    tools/make_example_series.py SOURCE_DATA        (the folder that holds carboncast-2020-2021-hourly/ and sgip-moer-5min/)

Only sources whose terms allow it. Values are rounded to 1 g/kWh and zones named as `jouleprint grid zones` names them.
"""
import argparse
import csv
import gzip
import io
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADER = ["timestamp_utc", "zone", "gco2_per_kwh", "kind"]
# Balancing authorities and countries of the source, and the zones that they are.
ZONES = {"CISO": "US-CAL-CISO", "DE": "DE", "ERCO": "US-TEX-ERCO", "FPL": "US-FLA-FPL", "NL": "NL", "PJM": "US-MIDA-PJM",
         "PL": "PL"}
AVERAGE_KIND = "average-production-lifecycle"
MARGINAL_KIND = "marginal-direct"
YEAR_OF_AVERAGES = "2021"


def rows_of(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def averages(source):
    for name, zone in ZONES.items():
        for row in rows_of(source / "carboncast-2020-2021-hourly" / f"{name}_lifecycle_2020-2021.csv.gz"):
            if row["timestamp_utc"].startswith(YEAR_OF_AVERAGES):
                yield [row["timestamp_utc"], zone, round(float(row["gco2_per_kwh"])), AVERAGE_KIND]


def hourly_marginals(source):
    """Means of the twelve values of each hour; an hour that lacks one is left out."""
    values = {}
    for row in rows_of(source / "sgip-moer-5min" / "CAISO-PGE_2020.csv.gz"):
        values.setdefault(row["timestamp_utc"][:13], []).append(float(row["gco2_per_kwh"]))
    for hour, of_hour in sorted(values.items()):
        if len(of_hour) == 12:
            yield [f"{hour}:00Z", "CAISO-PGE", round(sum(of_hour) / 12), MARGINAL_KIND]


def write(name, rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    path = ROOT / "data" / "series" / name
    path.parent.mkdir(exist_ok=True)
    # Without a time inside, so that the same data is the same file.
    path.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")


def main():
    parser = argparse.ArgumentParser(description="Derives the example series in data/series.")
    parser.add_argument("source", type=pathlib.Path, metavar="SOURCE_DATA")
    source = parser.parse_args().source
    write("average-2021.csv.gz", averages(source))
    write("marginal-california-2020.csv.gz", hourly_marginals(source))


if __name__ == "__main__":
    main()
