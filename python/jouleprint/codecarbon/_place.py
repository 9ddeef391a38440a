"""Where a run takes place: from CodeCarbon's options to jouleprint's zone, and to the columns of a row.

Nothing is asked over the network, and no place is invented: where nobody says, the zone is unknown, the columns are
empty and the world's average prices the electricity.
"""

from typing import Any, Dict, Mapping, NamedTuple, Optional

from .._errors import UsageError
from .._library import library
from ._notices import warn_once


class Place(NamedTuple):
    zone: Optional[str] = None  # None: jouleprint's own settings say, or nobody
    cloud: Optional[str] = None  # "gcp:europe-west1"
    country_name: Optional[str] = None
    country_iso_code: Optional[str] = None
    region: Optional[str] = None
    cloud_provider: str = ""
    cloud_region: str = ""

    @property
    def on_cloud(self) -> str:
        return "Y" if self.cloud_provider else "N"


def find_zone(name: str) -> Dict[str, Any]:
    """What jouleprint knows of a zone, by any usual name; {} where none is. JouleprintError: there is no library."""
    try:
        return library().zone(name)
    except UsageError:
        return {}


def from_options(options: Mapping[str, Any]) -> Place:
    """What the options say. A place that is not known is left out with a warning, and never stops a run."""
    code = options["country_iso_code"] or options["country_2letter_iso_code"]
    country = find_zone(code) if code else {}
    if code and not country:
        warn_once("country_iso_code", f"no country is known by the code {code!r}; the world's average is taken")
    region = options["region"].lower() if options["region"] else None
    place = Place(
        zone=_zone_of(region, country),
        country_name=country.get("name"),
        country_iso_code=country.get("iso3") or (code.upper() if code else None),
        region=region,
    )
    return _with_cloud(place, options["cloud_provider"], options["cloud_region"])


def _zone_of(region: Optional[str], country: Mapping[str, Any]) -> Optional[str]:
    """The zone of the region where it lies in the country and one figure covers it, else the country's."""
    if not country:
        return None
    if region is None:
        return str(country["zone"])
    for name in (f"{country['zone']}-{region.upper()}", region):
        zone = find_zone(name)
        if zone and zone.get("iso3") == country.get("iso3"):
            return str(zone["zone"])
    warn_once(
        "region", f"no one grid zone of {country['name']} is known as {region!r}; the whole country's average is taken"
    )
    return str(country["zone"])


def _with_cloud(place: Place, provider: Optional[str], region: Optional[str]) -> Place:
    if not provider:
        return place
    if not region:
        warn_once("cloud_provider", "it says nothing without cloud_region; it is left out")
        return place
    return place._replace(cloud=f"{provider}:{region}", cloud_provider=provider, cloud_region=region)


def with_record(place: Place, record: Mapping[str, Any]) -> Place:
    """The columns filled from the zone that the run was priced with, where the options named no country."""
    zone = str(record.get("zone") or "unknown")
    if place.country_iso_code or zone == "unknown":
        return place
    found = find_zone(zone)
    country = find_zone(str(found["iso3"])) if found.get("iso3") else {}
    return place._replace(country_name=country.get("name"), country_iso_code=found.get("iso3") or None)


def warn_if_unknown(record: Mapping[str, Any], forced_intensity: bool) -> None:
    if str(record.get("zone") or "unknown") == "unknown" and not forced_intensity:
        warn_once(
            "location",
            "it is not known, nothing is asked over the network to find it, and the world's average prices "
            "the electricity; set JOULEPRINT_ZONE, or use OfflineEmissionsTracker(country_iso_code=...)",
        )
