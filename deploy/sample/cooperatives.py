"""Agrarian cooperatives and producers' associations, which post the needs."""

from dataclasses import dataclass

import catalogue
import figures
import languages
import names
from draw import Draw, Weighted


@dataclass
class Cooperative:
    id: str
    name: str
    form: str
    members: int
    women: int
    district: object
    position: tuple
    languages: list
    chains: list  # ids of its value chains

    @property
    def party(self):
        return f"parties/{self.id}"


def make(seed, territory):
    """Every district that is to have one TAP only gets at least one organisation that will ask for it."""
    draw = Draw(seed, "cooperatives")
    producing = {i: d.people for i, d in enumerate(territory.districts) if catalogue.chains_of(d)}
    place = Weighted(producing)
    count = figures.scaled(figures.ORGANISATIONS, territory.share, 12)
    seats = [district for district in territory.districts if district.one_tap]
    seats += [territory.districts[place.pick(draw)] for _ in range(count - len(seats))]
    cooperative_count = round(count * figures.AGRARIAN_COOPERATIVES / figures.ORGANISATIONS)
    are_cooperatives = set(draw.sample(range(count), cooperative_count))
    return [_make_one(draw, i, seat, i in are_cooperatives) for i, seat in enumerate(seats)]


def _make_one(draw, index, district, is_cooperative):
    form = "COOPERATIVE" if is_cooperative else "ASSOCIATION"
    least = figures.COOPERATIVE_MEMBERS_MIN if is_cooperative else figures.ASSOCIATION_MEMBERS_MIN
    members = int(draw.pareto(least, figures.SIZE_TAIL, figures.MEMBERS_MAX))
    women = round(members * draw.around(figures.WOMAN_PRODUCER_SHARE, 0.8))
    return Cooperative(
        id=f"coop-{index + 1}",
        name=names.cooperative(draw, form, district.display_name),
        form=form,
        members=members,
        women=women,
        district=district,
        position=near(draw, district, 0.03),
        languages=languages.of_organisation(draw, district),
        chains=draw.weighted_sample(catalogue.chains_of(district), draw.whole(1, 3)),
    )


def near(draw, district, degrees):
    """A position at most so many degrees north or south and east or west of the district's; None where that is
    unknown."""
    if district.position is None:
        return None
    return tuple(coordinate + draw.between(-degrees, degrees) for coordinate in district.position)
