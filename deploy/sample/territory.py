"""The territory of Peru, from peru/: names as people write them, and what a scale takes of it."""

import csv
import math
import os
import unicodedata
from dataclasses import dataclass, field

import figures
from tables import put_position

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peru")
COUNTRY = "territories/iso3166.pe"
SMALL_WORDS = {"de", "del", "la", "las", "los", "el", "y", "e", "da"}
KM_PER_DEGREE = 111.2


@dataclass
class District:
    name: str  # territories/inei.080601
    display_name: str
    department: str  # INEI code: 08
    province: str  # INEI code: 0806
    other_codes: list
    position: tuple  # (latitude, longitude) in degrees, or None where unknown
    altitude_m: int  # None where unknown
    people: float  # rural inhabitants, an estimate that only weighs districts
    lies_at_m: int  # altitude_m, or that of the province's capital where it is unknown
    one_tap: bool = False  # served by a single TAP, on purpose


@dataclass
class Territory:
    """The part of the country that a sample is of."""

    upper: list  # rows of the country, departments and provinces
    districts: list
    share: float  # of the country's rural inhabitants
    by_province: dict = field(default_factory=dict)

    def __post_init__(self):
        for district in self.districts:
            self.by_province.setdefault(district.province, []).append(district)

    def rows(self):
        yield from self.upper
        for district in self.districts:
            row = {
                "name": district.name,
                "display_name": district.display_name,
                "level": "DISTRICT",
                "parent": f"territories/inei.{district.province}",
                "other_codes": district.other_codes,
                "altitude_m": district.altitude_m,
            }
            put_position(row, "position", district.position)
            yield row


def distance_km(a, b):
    """On the plane that touches the earth between the two; within 1 % over the distances of a journey."""
    dy = a[0] - b[0]
    dx = (a[1] - b[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return KM_PER_DEGREE * math.hypot(dx, dy)


def load(scale):
    """The territory of a scale: country, department:08 or province:0806. Raises ValueError for any other."""
    prefix = _scale_prefix(scale)
    sources = {level: _read(level) for level in ("departments", "provinces", "districts")}
    spelling = _Spelling(row["capital"] for rows in sources.values() for row in rows)
    province_codes = {(row["departamento"], row["provincia"]): row["inei"][:4] for row in sources["provinces"]}
    altitudes = {row["inei"][:4]: _number(row["altitude"]) for row in sources["provinces"]}
    districts = [
        _district(row, province_codes[row["departamento"], row["provincia"]], altitudes, spelling)
        for row in sources["districts"]
    ]
    _fill_people(districts)
    chosen = [district for district in districts if district.province.startswith(prefix)]
    if not chosen:
        raise ValueError(f"no territory has the INEI code {prefix}")
    share = sum(district.people for district in chosen) / sum(district.people for district in districts)
    return Territory(list(_upper_rows(sources, prefix, spelling)), chosen, share)


def _scale_prefix(scale):
    level, _, code = scale.partition(":")
    digits = {"country": 0, "department": 2, "province": 4}.get(level)
    if digits is None or len(code) != digits or not (code + "0").isdigit():
        raise ValueError(f"must be country, department:08 or province:0806 (INEI codes), is {scale!r}")
    return code


def _read(level):
    with open(os.path.join(FOLDER, f"{level}.csv"), encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def _number(text):
    """None for NA and S.I., which stand for unknown."""
    try:
        return float(text)
    except ValueError:
        return None


def _position(row):
    latitude, longitude = _number(row["latitude"]), _number(row["longitude"])
    return None if latitude is None or longitude is None else (latitude, longitude)


def _known_codes(**codes):
    return [f"{scheme}:{code}" for scheme, code in codes.items() if code not in ("", "NA")]


def _district(row, province, altitudes, spelling):
    # One district has no INEI code in the source. Guessing it could name another district, so it goes by RENIEC's.
    has_inei = row["inei"] != "NA"
    area, density = _number(row["superficie"]), _number(row["pob_densidad_2020"])
    altitude = _number(row["altitude"])
    lies_at = altitude if altitude is not None else altitudes[province]
    return District(
        name=f"territories/inei.{row['inei']}" if has_inei else f"territories/reniec.{row['reniec']}",
        display_name=spelling.of(row["distrito"]),
        department=province[:2],
        province=province,
        other_codes=_known_codes(RENIEC=row["reniec"]) if has_inei else [],
        position=_position(row),
        altitude_m=None if altitude is None else round(altitude),
        people=None if area is None or density is None else area * min(density, figures.RURAL_DENSITY_MAX),
        lies_at_m=round(lies_at),
    )


def _fill_people(districts):
    """Where area or density is unknown, the least of the province's districts stands in."""
    least = {}
    for district in districts:
        if district.people is not None:
            least[district.province] = min(district.people, least.get(district.province, district.people))
    for district in districts:
        if district.people is None:
            district.people = least[district.province]


def _upper_rows(sources, prefix, spelling):
    yield {"name": COUNTRY, "display_name": "Perú", "level": "COUNTRY", "parent": "", "other_codes": []}
    for row in sources["departments"]:
        if row["inei"][:2] == prefix[:2] or not prefix:
            codes = _known_codes(RENIEC=row["reniec"][:2], ISO3166=row["iso_3166_2"])
            yield _upper_row(row, "DEPARTMENT", row["inei"][:2], COUNTRY, spelling.of(row["departamento"]), codes)
    for row in sources["provinces"]:
        if row["inei"].startswith(prefix):
            parent, codes = f"territories/inei.{row['inei'][:2]}", _known_codes(RENIEC=row["reniec"][:4])
            yield _upper_row(row, "PROVINCE", row["inei"][:4], parent, spelling.of(row["provincia"]), codes)


def _upper_row(source, level, code, parent, display_name, other_codes):
    row = {
        "name": f"territories/inei.{code}",
        "display_name": display_name,
        "level": level,
        "parent": parent,
        "other_codes": other_codes,
    }
    put_position(row, "position", _position(source))
    return row


def _plain(text):
    """Upper case without accents, but with its Ñ."""
    kept = text.upper().replace("Ñ", "\0")
    kept = "".join(c for c in unicodedata.normalize("NFD", kept) if not unicodedata.combining(c))
    return kept.replace("\0", "Ñ")


class _Spelling:
    """The source writes names in capitals without accents, and the names of capitals (towns) in full. A name takes the
    spelling of the town of the same name, and else word by word where all towns agree on an accent."""

    def __init__(self, towns):
        self._names = {}
        words = {}
        for town in towns:
            self._names.setdefault(_plain(town), set()).add(town)
            for word in town.split():
                words.setdefault(_plain(word), set()).add(word)
        self._words = {
            plain: next(iter(written)) for plain, written in words.items()
            if len(written) == 1 and _plain(next(iter(written))) != next(iter(written)).upper()
        }

    def of(self, name):
        towns = self._names.get(_plain(name), ())
        if len(towns) == 1:
            return next(iter(towns))
        return " ".join(self._word(word, i == 0) for i, word in enumerate(name.split()))

    def _word(self, word, is_first):
        if word.lower() in SMALL_WORDS and not is_first:
            return word.lower()
        return self._words.get(_plain(word)) or "-".join(part.capitalize() for part in word.split("-"))
