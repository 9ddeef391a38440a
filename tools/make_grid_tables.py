#!/usr/bin/env python3
"""Derives data/grid/zones.csv, divided.csv and cloud_regions.csv from the collected source tables.

Usage: make_grid_tables.py SOURCE_DATA   (the folder that holds grid/ and carbon-intensity/)

What each column is, where each figure comes from and how the intervals are made stands in
data/grid/README.md; the names, the corrections and the rates of eGRID are in the tables grid_*.csv beside
this script. It prints the hourly spread by class of grid, for that page.
"""
import csv
import glob
import gzip
import math
import os
import sys
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "data", "grid")

PRODUCTION = "average-production-lifecycle"
CONSUMPTION = "average-consumption-lifecycle"
DIRECT = "average-production-direct"
MARGINAL = "marginal-direct"
PUBLISHERS = {
    "ember": "Ember",
    "electricity-maps-yearly": "Electricity Maps",
    "owid-codecarbon": "Our World in Data",
    "owid-carbontracker": "Our World in Data",
}
# Upper bounds of the carbon-free share (percent) that part grids into classes of like hourly spread.
CARBON_FREE_CLASSES = (20, 40, 60, 90, 101)
# The oldest year whose average speaks for a run of today. Five years and not one: a dry or a nuclear-poor
# year comes every few years, and the spread of three would miss it.
RECENT = 2021
# No grid is cleaner over a life cycle than wind alone (11 g/kWh, IPCC AR5 WG III annex III, median).
CLEANEST = 11.0
# Oil-fired power over its life cycle: 650 is the median that Electricity Maps uses, 510 and 1170 the
# ends of the literature (IPCC SRREN 2011, annex II, table A.II.4).
OIL = (650.0, 510.0, 1170.0)
# Where the newest published value is no measurement: (action, note).
DOUBTFUL = {
    "CAF": ("electricity-maps", "Ember's 0 leaves out the life cycle of hydropower"),
    "FLK": ("oil", "the published values are roundings or defaults; an oil-fired island grid is assumed"),
    "MSR": ("oil", "Ember's 1000 is a rounding; an oil-fired island grid is assumed"),
    "SHN": ("oil", "the published 1000 is a rounding; an oil-fired island grid is assumed"),
}
EU = ("AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU SVK "
      "SVN ESP SWE").split()
# Pounds in a kilogram are a definition (international yard and pound agreement, 1959).
KG_PER_LB = 0.45359237
# 100-year warming potentials of methane and nitrous oxide (IPCC AR5 WG I, table 8.7).
CH4_GWP, N2O_GWP = 28, 265
EGRID_YEAR = 2022
# 5th and 95th percentile of hourly over annual mean marginal rate: the one grid of which there are hours,
# CAISO-PGE (SGIP signal), 2019 and 2020; the wider of the two years.
MARGINAL_SPREAD = (0.24, 1.72)
# EIA's code of a balancing authority that is something else already, as a country's code.
TAKEN_CODES = {"SC"}
PROVIDERS = {"aws": "Amazon", "gcp": "Google", "azure": "Microsoft"}
# Amazon's figure for all its data centres stands at every region that has none of its own.
AMAZON_GLOBAL_WUE = 0.18
ZONE_COLUMNS = ("id", "name", "aliases", "iso3", "year", "intensity_g_per_kwh", "low_g_per_kwh",
                "high_g_per_kwh", "kind", "basis", "source", "note")
REGION_COLUMNS = ("provider", "region", "place", "zone", "year", "intensity_g_per_kwh", "low_g_per_kwh",
                  "high_g_per_kwh", "kind", "source", "note", "pue", "pue_source", "wue_l_per_kwh",
                  "wue_source", "marginal_year", "marginal_g_per_kwh", "marginal_low_g_per_kwh",
                  "marginal_high_g_per_kwh", "marginal_kind", "marginal_source")
DIVIDED_COLUMNS = ("id", "name", "country", "zones")


def rows_of(*path):
    with open(os.path.join(*path), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def quantile(ordered, share):
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def class_of(carbon_free_pct):
    return next(i for i, bound in enumerate(CARBON_FREE_CLASSES) if carbon_free_pct < bound)


class HourlySpread:
    """5th and 95th percentile of hour over annual mean, pooled over the zones of a class of grid."""

    def __init__(self, series_folder, carbon_free):
        pools = {i: [] for i in range(len(CARBON_FREE_CLASSES))}
        for path in sorted(glob.glob(os.path.join(series_folder, "*.csv.gz"))):
            years = {}
            with gzip.open(path, "rt") as file:
                for row in csv.DictReader(file):
                    years.setdefault(row["timestamp_utc"][:4], []).append(float(row["gco2_per_kwh"]))
            for year, hours in years.items():
                share = carbon_free.get((row["zone"], year))
                if share is not None:
                    mean = sum(hours) / len(hours)
                    pools[class_of(share)] += [hour / mean for hour in hours]
        self.by_class = {i: self.bounds(pool) for i, pool in pools.items()}
        self.any = self.bounds([ratio for pool in pools.values() for ratio in pool])

    @staticmethod
    def bounds(pool):
        pool.sort()
        return quantile(pool, 0.05), quantile(pool, 0.95)

    def of(self, carbon_free_pct):
        return self.any if carbon_free_pct is None else self.by_class[class_of(carbon_free_pct)]


class Grid:
    """The source tables by zone, and the interval of a zone's yearly average."""

    def __init__(self, source):
        folder = os.path.join(source, "grid")
        self.defaults = {r["country_iso3"]: r for r in rows_of(folder, "country-default.csv")}
        self.yearly = rows_of(folder, "country-yearly.csv")
        self.regions = rows_of(folder, "cloud-region-default.csv")
        self.region_years = rows_of(folder, "cloud-region.csv")
        self.zones = {}
        for row in rows_of(folder, "zone-yearly.csv"):
            self.zones.setdefault(row["zone"], {})[int(row["year"])] = row
        shares = {(zone, str(year)): float(row["carbon_free_pct"])
                  for zone, years in self.zones.items() for year, row in years.items()}
        self.hourly = HourlySpread(
            os.path.join(source, "carbon-intensity", "electricity-maps-lca-hourly"), shares)
        self.usual_drift = self.median_drift()

    def value(self, zone, year):
        return float(self.zones[zone][year]["gco2e_per_kwh"])

    def peers(self, zone, iso3):
        """Recent yearly averages of the same place, whatever year or source."""
        found = [float(r["gco2e_per_kwh"]) for y, r in self.zones.get(zone, {}).items() if y >= RECENT]
        if iso3:
            found += [float(r["gco2e_per_kwh"]) for r in self.yearly if r["country_iso3"] == iso3
                      and r["kind"] in (PRODUCTION, CONSUMPTION) and int(r["year"]) >= RECENT]
        return [v for v in found if v > 0]

    def median_drift(self):
        downs, ups = [], []
        for zone, years in self.zones.items():
            newest = self.value(zone, max(years))
            downs.append(max(0, 1 - min(self.peers(zone, None)) / newest))
            ups.append(max(0, max(self.peers(zone, None)) / newest - 1))
        return quantile(sorted(downs), 0.5), quantile(sorted(ups), 0.5)

    def interval(self, value, zone, iso3):
        peers = self.peers(zone, iso3)
        down, up = self.usual_drift
        if len(peers) > 1:
            down, up = max(0, 1 - min(peers) / value), max(0, max(peers) / value - 1)
        years = self.zones.get(zone)
        low, high = self.hourly.of(float(years[max(years)]["carbon_free_pct"]) if years else None)
        lowest = value * (1 - math.hypot(down, 1 - low))
        return max(lowest, min(CLEANEST, value)), value * (1 + math.hypot(up, high - 1))


def figures(value, bounds):
    low, high = bounds
    return {"intensity_g_per_kwh": f"{value:.2f}", "low_g_per_kwh": f"{low:.2f}",
            "high_g_per_kwh": f"{high:.2f}"}


def country_rows(grid):
    for c in rows_of(HERE, "grid_countries.csv"):
        zone, iso3 = c["alpha2"], c["alpha3"]
        row = {"id": zone, "name": c["name"], "aliases": c["aliases"], "iso3": iso3, "basis": "modelled"}
        action, row["note"] = DOUBTFUL.get(iso3, (None, ""))
        if action == "oil":
            row |= {"year": grid.defaults[iso3]["year"], "kind": PRODUCTION, "basis": "assumed",
                    "source": "IPCC life-cycle factor of oil"} | figures(OIL[0], OIL[1:])
        elif action or iso3 not in grid.defaults:
            row |= electricity_maps_figures(grid, zone, iso3)
        else:
            found = grid.defaults[iso3]
            value = float(found["gco2e_per_kwh"])
            row |= {"year": found["year"], "kind": found["kind"], "source": PUBLISHERS[found["source"]]}
            row |= figures(value, grid.interval(value, zone, iso3))
            if int(found["year"]) < RECENT:
                row |= {"basis": "assumed", "note": "nothing newer is published"}
        yield row


def electricity_maps_figures(grid, zone, iso3=None):
    year = max(grid.zones[zone])
    value = grid.value(zone, year)
    return {"year": year, "kind": CONSUMPTION, "source": "Electricity Maps"} | figures(
        value, grid.interval(value, zone, iso3))


def finer_rows(grid, iso3_of):
    own = {r["zone"]: r for r in rows_of(HERE, "grid_zone_names.csv")}
    aliases = division_names()
    for row in grid.regions:
        if "_" in row["wt_region"]:
            aliases.setdefault(row["em_zone"], []).append(row["wt_region"])
    for zone, years in grid.zones.items():
        if zone in iso3_of:
            continue
        names = own.get(zone, {"name": "", "aliases": ""})
        published = years[max(years)]["zone_name"].replace(",", "")
        name = names["name"] or published
        usual = [*names["aliases"].split("|"), published, *codes_of(zone), *aliases.get(zone, ())]
        yield {"id": zone, "name": name, "aliases": joined(usual, {zone, name}),
               "iso3": iso3_of[zone.split("-")[0]], "basis": "modelled", "note": "",
               } | electricity_maps_figures(grid, zone)


def codes_of(zone):
    """EIA's code of a US balancing authority is the last part of Electricity Maps' key."""
    country, *_, last = zone.split("-")
    return [last] if country == "US" and zone.count("-") == 2 and last not in TAKEN_CODES else []


def joined(names, known):
    """Names parted by bars, without those that are known or fold to one that is."""
    seen = {folded(name) for name in known} | {""}
    fresh = []
    for name in names:
        if folded(name) not in seen:
            seen.add(folded(name))
            fresh.append(name)
    return "|".join(fresh)


def division_names():
    """Names of states and provinces that one zone serves, by zone; US ones by ISO 3166-2 too."""
    names = {}
    for row in rows_of(HERE, "grid_divisions.csv"):
        if "|" not in row["zones"]:
            codes = [f"US-{row['code']}"] if row["country"] == "US" else []
            names.setdefault(row["zones"], []).extend([row["name"], *codes])
    return names


def divided_rows():
    """States and provinces that more than one zone serves: to look one up is answered with the choices."""
    for row in rows_of(HERE, "grid_divisions.csv"):
        if "|" in row["zones"]:
            yield {"id": f"{row['country']}-{row['code']}", "name": row["name"], "country": row["country"],
                   "zones": row["zones"]}


def egrid_rows(grid):
    down, up = grid.usual_drift
    low, high = grid.hourly.any
    for r in rows_of(HERE, "grid_egrid.csv"):
        value = KG_PER_LB * (float(r["co2_lb_per_mwh"]) + CH4_GWP * float(r["ch4_lb_per_mwh"])
                             + N2O_GWP * float(r["n2o_lb_per_mwh"]))
        bounds = value * (1 - math.hypot(down, 1 - low)), value * (1 + math.hypot(up, high - 1))
        yield {"id": "EGRID-" + r["subregion"], "name": r["name"] + " (eGRID)",
               "aliases": joined([r["subregion"], r["name"], *r["aliases"].split("|")], {}),
               "iso3": "PRI" if r["subregion"] == "PRMS" else "USA", "year": EGRID_YEAR, "kind": DIRECT,
               "basis": "assumed", "source": f"US EPA eGRID{EGRID_YEAR}",
               "note": "not yet checked against the published table"} | figures(value, bounds)


def aggregate_row(grid, countries, zone, name, aliases, region, members):
    values = sorted(float(c["intensity_g_per_kwh"]) for c in countries if c["iso3"] in members)
    found = next(r for r in grid.yearly if r["country_iso3"] == "REGION:" + region)
    bounds = quantile(values, 0.05), quantile(values, 0.95)
    return {"id": zone, "name": name, "aliases": aliases, "iso3": "", "year": found["year"],
            "kind": found["kind"], "basis": "assumed",
            "source": f"{region} average by {PUBLISHERS[found['source']]}",
            "note": "",
            } | figures(float(found["gco2e_per_kwh"]), bounds)


def zone_rows(grid):
    countries = list(country_rows(grid))
    iso3_of = {c["id"]: c["iso3"] for c in countries}
    rows = countries + list(finer_rows(grid, iso3_of)) + list(egrid_rows(grid))
    rows.append(aggregate_row(grid, countries, "WORLD", "World", "Global", "World", set(iso3_of.values())))
    rows.append(aggregate_row(grid, countries, "EU", "European Union", "EU27", "EU", EU))
    return sorted(rows, key=lambda r: r["id"])


def published(grid, default, field):
    """What the provider publishes for a region (pue, wue), and whose figure it is, of which year."""
    if not default or not default[field]:
        return "", ""
    value, provider = default[field], default["provider"]
    years = [r["year"] for r in grid.region_years
             if (r["provider"], r["region"]) == (provider, default["region"]) and r[field]
             and abs(float(r[field]) - float(value)) < 1e-9]
    of_all = provider == "aws" and field == "wue" and float(value) == AMAZON_GLOBAL_WUE
    words = [PROVIDERS[provider], *sorted(years)[-1:], *(["figure for all its regions"] if of_all else []),
             "(Real Time Cloud table)"]
    return value, " ".join(words)


def marginal_figures(default):
    names = ("year", "g_per_kwh", "low_g_per_kwh", "high_g_per_kwh", "kind", "source")
    cells = [""] * len(names)
    if default and default["marginal_gco2e_per_kwh"]:
        value = float(default["marginal_gco2e_per_kwh"])
        low, high = (value * bound for bound in MARGINAL_SPREAD)
        cells = [default["marginal_year"], f"{value:.2f}", f"{low:.2f}", f"{high:.2f}", MARGINAL,
                 f"WattTime {default['wt_region']} (Real Time Cloud table)"]
    return {"marginal_" + name: cell for name, cell in zip(names, cells)}


def region_rows(grid):
    ours = {(r["provider"], r["region"]): r for r in rows_of(HERE, "grid_region_zones.csv")}
    known = {(r["provider"], r["region"]): r for r in grid.regions}
    for key in sorted(ours.keys() | known.keys()):
        default, own = known.get(key), ours.get(key, {})
        zone = own.get("zone") or default["em_zone"]
        year = int(default["avg_year"]) if default and default["avg_year"] else 2024
        value = grid.value(zone, year)
        if default and zone == default["em_zone"] and value != float(default["avg_gco2e_per_kwh"]):
            sys.exit(f"{key}: the region's average is not its zone's")
        pue, pue_source = published(grid, default, "pue")
        wue, wue_source = published(grid, default, "wue")
        yield {"provider": key[0], "region": key[1], "place": own.get("place") or default["location"],
               "zone": zone, "year": year, "kind": CONSUMPTION, "source": f"Electricity Maps zone {zone}",
               "note": own.get("note", ""), "pue": pue, "pue_source": pue_source, "wue_l_per_kwh": wue,
               "wue_source": wue_source,
               } | figures(value, grid.interval(value, zone, None)) | marginal_figures(default)


def folded(name):
    """The form in which look-ups compare names; src/carbon/places/near_miss.cc does the same."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join("-" if c in " _-" else c for c in plain.lower() if c.isalnum() or c in " _-")


def refuse_ambiguous_names(zones, divided):
    owners = {}
    for row in zones + [d | {"iso3": "", "aliases": ""} for d in divided]:
        for name in {row["id"], row["name"], row["iso3"] if "-" not in row["id"] else "",
                     *row["aliases"].split("|")}:
            if name and owners.setdefault(folded(name), row["id"]) != row["id"]:
                sys.exit(f"'{name}' names both {owners[folded(name)]} and {row['id']}")


def write(name, columns, rows):
    with open(os.path.join(OUT, name), "w", encoding="utf-8", newline="\n") as file:
        for cells in [columns] + [[str(row[c]) for c in columns] for row in rows]:
            if any(set(cell) & set(',"\n') for cell in cells):
                sys.exit(f"{name}: a cell of {cells} would need quotes, which the reader does not know")
            file.write(",".join(cells) + "\n")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    grid = Grid(sys.argv[1])
    zones = zone_rows(grid)
    divided = list(divided_rows())
    refuse_ambiguous_names(zones, divided)
    write("zones.csv", ZONE_COLUMNS, zones)
    write("divided.csv", DIVIDED_COLUMNS, divided)
    write("cloud_regions.csv", REGION_COLUMNS, list(region_rows(grid)))
    for i, (low, high) in grid.hourly.by_class.items():
        print(f"carbon-free below {CARBON_FREE_CLASSES[i]} %: {low:.3f} to {high:.3f} of the annual mean")
    print("all: %.3f to %.3f; drift between years: -%.3f +%.3f" % (*grid.hourly.any, *grid.usual_drift))


if __name__ == "__main__":
    main()
