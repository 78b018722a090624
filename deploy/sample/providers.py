"""TAPs: who they are, what they know and where they work. What they sell is in offers.py."""

import datetime
from dataclasses import dataclass, field

import catalogue
import figures
import languages
import names
from cooperatives import near
from draw import Draw, Weighted, apportion
from territory import distance_km

KINDS = {"ENTERPRISE": "Servicios Agropecuarios", "ACADEMIC": "Estación Experimental"}
RADIUS_KM = {"COMMUNITY": (10, 35), "ENTERPRISE": (30, 120), "ACADEMIC": (60, 150)}
RADIUS_SHARE = {"COMMUNITY": 0.4, "ENTERPRISE": 0.6, "PUBLIC": 0.0, "ACADEMIC": 0.5}
MODELS = list(figures.TAP_MODEL_SHARES)
# How far a need may lie from its district's position, and a TAP from its own.
SCATTER_KM = 9


@dataclass
class Tap:
    id: str
    name: str
    model: str
    is_person: bool
    district: object
    position: tuple
    languages: list
    chains: list
    since: datetime.date
    size: float  # of its offers against those of a middling TAP
    woman: bool = False
    territories: list = field(default_factory=list)  # of its coverage
    radius_m: int = 0
    capacity: int = 0  # over all its offers; 0: each offer's own only
    supplier: object = None  # of what it sells
    funder: object = None  # who pays for it
    funded_until: datetime.date = None

    @property
    def party(self):
        return f"parties/{self.id}"


def choose_one_tap_districts(territory):
    """Marks the emptiest districts that raise or grow something: each will have a single TAP."""
    candidates = [d for d in territory.districts if d.position and catalogue.chains_of(d)]
    count = round(len(territory.districts) * figures.ONE_TAP_DISTRICT_SHARE)
    for district in sorted(candidates, key=lambda d: d.people)[: max(1, count)]:
        district.one_tap = True


def make(seed, territory, from_date, country_count):
    """TAPs of the territory, where the whole country has `country_count`."""
    draw = Draw(seed, "providers")
    remote = [district for district in territory.districts if district.one_tap]
    count = figures.scaled(country_count, territory.share, len(remote) + figures.TAPS_MIN)
    seats = remote + _seats(draw, territory, count - len(remote))
    models = [model for model, n in zip(MODELS, apportion(count - len(remote), figures.TAP_MODEL_SHARES.values()))
              for _ in range(n)]
    models = ["COMMUNITY"] * len(remote) + draw.sample(models, len(models))
    taps = [_make_one(draw, i, seat, model, from_date) for i, (seat, model) in enumerate(zip(seats, models))]
    people = [tap for tap in taps if tap.is_person]
    for tap in draw.sample(people, round(len(people) * figures.WOMAN_TAP_SHARE)):
        tap.woman = True
    for tap in taps:
        _cover(draw, tap, territory, remote)
    return taps


def _seats(draw, territory, count):
    place = Weighted({
        i: district.people for i, district in enumerate(territory.districts)
        if not district.one_tap and catalogue.chains_of(district)
    })
    return [territory.districts[place.pick(draw)] for _ in range(count)]


def _make_one(draw, index, district, model, from_date):
    is_person = model in ("COMMUNITY", "PUBLIC") or (model == "ENTERPRISE" and draw.chance(0.4))
    if is_person:
        name = names.person(draw)
    else:
        name = names.organisation(KINDS[model], draw, f" de {district.display_name}")
    return Tap(
        id=f"tap-{index + 1}",
        name=name,
        model=model,
        is_person=is_person,
        district=district,
        position=near(draw, district, 0.02),
        languages=languages.of_tap(draw, district, model),
        chains=draw.weighted_sample(catalogue.chains_of(district), draw.whole(2, 5)),
        since=from_date - datetime.timedelta(days=30 * draw.whole(3, 180)),
        size=draw.pareto(1, figures.SIZE_TAIL * 2, 12),
    )


def _cover(draw, tap, territory, remote):
    """Where it works. Nobody covers another's one-TAP district."""
    home = tap.district
    if home.one_tap:
        tap.territories = [home.name]
        return
    wants_radius = tap.position is not None and draw.chance(RADIUS_SHARE[tap.model])
    if wants_radius:
        radius_km = draw.whole(*RADIUS_KM[tap.model])
        if any(distance_km(tap.position, d.position) < radius_km + SCATTER_KM for d in remote):
            tap.territories = _districts_within(tap, territory, radius_km)
        else:
            tap.radius_m = radius_km * 1000
    elif tap.model == "COMMUNITY":
        tap.territories = _nearest(home, territory, draw.whole(3, 8))
    else:
        tap.territories = _provinces(draw, tap, territory)


def _nearest(home, territory, count):
    """The home district and its nearest in the province, `count` in all."""
    others = [d for d in territory.by_province[home.province] if d is not home and not d.one_tap]
    if home.position:
        others = [d for d in others if d.position]
        others.sort(key=lambda d: distance_km(home.position, d.position))
    return [home.name] + [d.name for d in others[: count - 1]]


def _districts_within(tap, territory, radius_km):
    within = [
        d.name for d in territory.districts
        if not d.one_tap and d is not tap.district and d.position and distance_km(tap.position, d.position) < radius_km
    ]
    return [tap.district.name] + within


def _provinces(draw, tap, territory):
    """Its own province and sometimes others of the department; those with a one-TAP district less that one."""
    others = [code for code in territory.by_province if code[:2] == tap.district.department
              and code != tap.district.province]
    most = {"PUBLIC": 1, "ENTERPRISE": 3, "ACADEMIC": 8}[tap.model]
    covered = []
    for code in [tap.district.province] + draw.sample(others, draw.whole(0, most)):
        districts = territory.by_province[code]
        is_whole = not any(d.one_tap for d in districts)
        covered += [f"territories/inei.{code}"] if is_whole else [d.name for d in districts if not d.one_tap]
    return covered
