"""What the organisations ask for."""

import datetime
from dataclasses import dataclass

import catalogue
import figures
from cooperatives import near
from draw import Draw, apportion
from tables import money, put_position

PRICE_STEP = 10  # céntimos


@dataclass
class Need:
    name: str
    cooperative: object
    service: object
    chain: str
    quantity: int
    row: dict


def make(seed, cooperatives, share, from_date):
    """Larger organisations ask for more, and more often."""
    draw = Draw(seed, "needs")
    count = figures.scaled(figures.NEEDS, share, 2 * len(cooperatives))
    extra = apportion(count - len(cooperatives), [cooperative.members ** 0.5 for cooperative in cooperatives])
    return [
        _make_one(draw, cooperative, i + 1, from_date)
        for cooperative, more in zip(cooperatives, extra) for i in range(1 + more)
    ]


def _make_one(draw, cooperative, number, from_date):
    chain = draw.pick(cooperative.chains)
    service = catalogue.SERVICE[draw.weighted(catalogue.VALUE_CHAIN[chain].services)]
    size = draw.around(1, 0.6) * (cooperative.members / 45) ** 0.25
    quantity = max(1, round(service.quantity * size))
    start = from_date + datetime.timedelta(days=draw.whole(0, 75))
    step = PRICE_STEP if service.price >= 500 else 1
    row = {
        "name": f"cooperatives/{cooperative.id}/needs/n-{number}",
        "service": f"services/{service.id}",
        "value_chain": f"valueChains/{chain}",
        "district": cooperative.district.name,
        "quantity": quantity,
        "window.start_date": start,
        "window.end_date": start + datetime.timedelta(days=draw.whole(20, 89)),
        "highest_unit_price": money(round(service.price * draw.between(0.95, 1.5) / step) * step),
        "languages": cooperative.languages,
        "least_experience_months": draw.weighted({0: 70, 12: 15, 24: 10, 36: 5}),
        "urgency": draw.weighted(figures.URGENCY_SHARES),
    }
    if draw.chance(0.7):
        put_position(row, "position", near(draw, cooperative.district, 0.03))
    if service.credential and draw.chance(figures.REQUIRED_CREDENTIAL_SHARE):
        row["required_credentials"] = [service.credential]
    for wish, likelihood in figures.WISH_SHARES.items():
        row[f"wishes.{wish}"] = draw.chance(likelihood)
    if draw.chance(0.1):
        row["note"] = draw.pick(NOTES)
    return Need(row["name"], cooperative, service, chain, quantity, row)


NOTES = [
    "El camino se corta con las lluvias: avisar un día antes.",
    "La asamblea es el primer domingo del mes.",
    "Traer balanza; la organización presta el corral.",
    "Hay alojamiento en la casa comunal.",
]
