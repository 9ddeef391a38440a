#!/usr/bin/env python3
"""Checks that includes point left only: a room may include itself and the rooms to its left.

    tools/check_layers.py [ROOT]

Prints each offender as FILE:LINE and a sentence. Exit status: 0 none, 1 some, 2 nothing to check.
Library headers that are not ours (<fmt/...>, <vector>) are nobody's room and are passed over.
"""
import pathlib
import re
import sys

# From left to right; DESIGN.md, section 2.
ROOMS = ["base", "os", "meters", "sampling", "energy", "carbon", "record", "forecast", "plan", "job", "validate",
         "report", "agent", "capi", "cli"]

# The room that a public header belongs to. Those in base hold words and values that every room shares.
PUBLIC_HEADERS = {
    "units.h": "base",
    "estimate.h": "base",
    "result.h": "base",
    "utc_time.h": "base",
    "record.h": "base",
    "footprint_choice.h": "base",
    "zones.h": "carbon",
    "footprint.h": "carbon",
    "intensity_series.h": "carbon",
    "whatwhere.h": "carbon",
    "grid_forecast.h": "carbon",
    "store.h": "record",
    "series_store.h": "record",
    "outlook_file.h": "carbon",
    "run.h": "job",
    "top.h": "job",
    "trace.h": "job",
    "budget.h": "job",
    "tracker.h": "job",
    "epoch_forecast.h": "forecast",
    "capi.h": "capi",
}

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')
SOURCE_SUFFIXES = {".h", ".cc"}


def room_of_include(path):
    """The room of an included path; None for a library's header; KeyError for a header of ours without one."""
    parts = path.split("/")
    if parts[0] == "jouleprint":
        return PUBLIC_HEADERS[parts[-1]]
    return parts[0] if len(parts) > 1 and parts[0] in ROOMS else None


def check_file(path, room, shown):
    """The offences of one file, as sentences that begin with FILE:LINE."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        try:
            target = room_of_include(found[1])
        except KeyError:
            yield f"{shown}:{number}: {found[1]} has no room; add it to PUBLIC_HEADERS in tools/check_layers.py"
            continue
        if target is not None and ROOMS.index(target) > ROOMS.index(room):
            yield f"{shown}:{number}: {room} includes {found[1]} of {target}, which stands to its right"


def sources(root):
    """(file, room) of every source; the room is None for a folder or header that has none."""
    for path in sorted((root / "src").rglob("*")):
        if path.suffix in SOURCE_SUFFIXES:
            room = path.relative_to(root / "src").parts[0]
            yield path, room if room in ROOMS else None
    for path in sorted((root / "include" / "jouleprint").glob("*.h")):
        yield path, PUBLIC_HEADERS.get(path.name)


def check_tree(root):
    """All offences below `root`, and the number of files read."""
    offences, count = [], 0
    for path, room in sources(root):
        count += 1
        shown = path.relative_to(root)
        if room is None:
            offences.append(f"{shown}:1: belongs to no room; add it to the tables in tools/check_layers.py")
        else:
            offences.extend(check_file(path, room, shown))
    return offences, count


def main(arguments):
    root = pathlib.Path(arguments[0]) if arguments else pathlib.Path(__file__).resolve().parent.parent
    offences, count = check_tree(root)
    if count == 0:
        print(f"check_layers: no sources below {root}", file=sys.stderr)
        return 2
    for offence in offences:
        print(offence)
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
