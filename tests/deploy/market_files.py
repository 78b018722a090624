"""Reads the files that deploy/sample/generate writes."""

import csv
import datetime
import math
import os

FILES = [
    "territories", "value_chains", "services", "parties", "relations", "credentials", "needs", "offers", "policies",
]


class Market:
    """The rows of a market's files, as dicts of texts."""

    def __init__(self, folder):
        for file in FILES:
            with open(os.path.join(folder, f"{file}.csv"), encoding="utf-8", newline="") as source:
                setattr(self, file, list(csv.DictReader(source)))
        self.party = {row["name"]: row for row in self.parties}
        self.territory = {row["name"]: row for row in self.territories}
        self._index_coverage()

    def parties_in_role(self, role):
        return [row for row in self.parties if role in row["roles"].split("|")]

    def relations_of_type(self, type):
        return [row for row in self.relations if row["type"] == type]

    def ancestors(self, territory):
        """The territory and all above it."""
        while territory:
            yield territory
            territory = self.territory[territory]["parent"]

    def taps_covering(self, district):
        """Ids of the TAPs with an offer that may reach a place of the district, which lies at most 8 km from the
        district's own position."""
        above = list(self.ancestors(district))
        taps = {tap for territory in above for tap in self._taps_by_territory.get(territory, ())}
        at = position(self.territory[district], "position")
        if at:
            taps |= {tap for tap, (middle, radius_km) in self._circles.items() if kilometres(middle, at) < radius_km + 8}
        return taps

    def _index_coverage(self):
        self._taps_by_territory, self._circles = {}, {}
        for row in self.offers:
            tap = row["name"].split("/")[1]
            for territory in listed(row["coverage.territories"]):
                self._taps_by_territory.setdefault(territory, set()).add(tap)
            if row["coverage.radius_m"]:
                # All offers of a TAP of the sample reach equally far.
                self._circles[tap] = position(row, "coverage.position"), int(row["coverage.radius_m"]) / 1000


def date(cell):
    return datetime.date.fromisoformat(cell)


def listed(cell):
    return cell.split("|") if cell else []


def centimos(cell):
    amount, currency = cell.split()
    if currency != "PEN":
        raise ValueError(cell)
    return round(float(amount) * 100)


def position(row, path):
    latitude, longitude = row[f"{path}.latitude"], row[f"{path}.longitude"]
    return (float(latitude), float(longitude)) if latitude else None


def kilometres(a, b):
    """Great-circle distance (haversine)."""
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*a, *b))
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * 6371.01 * math.asin(math.sqrt(half))
