"""What the TAPs sell. Together they could do about as much of each service as is asked for; place by place they can't."""

import datetime
from dataclasses import dataclass

import catalogue
import figures
from draw import Draw
from needs import PRICE_STEP
from tables import money, put_position

# Services that a model sells more or less often than others. Assumed.
INCLINATION = {
    "COMMUNITY": {"insemination": 0.4, "irrigation": 0.4, "soil-sampling": 0.4, "business-plan": 0.1},
    "ENTERPRISE": {"insemination": 2, "irrigation": 2, "business-plan": 2},
    "PUBLIC": {"vaccination": 3, "leadership-training": 2, "soil-sampling": 2},
    "ACADEMIC": {"soil-sampling": 4, "leadership-training": 3, "business-plan": 2},
}
PRICE_LEVEL = {"COMMUNITY": 0.92, "ENTERPRISE": 1.12, "PUBLIC": 0.85, "ACADEMIC": 1.0}
PRODUCTS = {"LIVESTOCK": "Antiparasitarios y vitaminas", "CROP": "Semillas y abonos", "AQUACULTURE": "Alimento balanceado",
            "FORESTRY": "Plantones y herramientas"}


@dataclass
class Offer:
    tap: object
    service: object
    chains: list
    number: int  # among its TAP's
    volume: float  # capacity before it is fitted to the demand
    capacity: int = 0


def make(seed, needs, taps, share):
    """Offers with their capacities. Sets the capacity over all of them of the TAPs who work in one unit."""
    draw = Draw(seed, "offers")
    mean = max(figures.scaled(figures.OFFERS, share), 3 * len(taps)) / len(taps)
    offers = [offer for tap in taps for offer in _of_tap(draw, tap, mean)]
    demand = {}
    for need in needs:
        demand[need.service.id] = demand.get(need.service.id, 0) + need.quantity
    _sell_what_nobody_sells(draw, demand, offers, taps)
    _fit(draw, demand, offers)
    _bound(offers)
    return offers


def _sold_of(tap):
    """Weights of the services that the TAP could sell."""
    weights = {}
    for chain in tap.chains:
        for service, weight in catalogue.VALUE_CHAIN[chain].services.items():
            inclined = weight * INCLINATION[tap.model].get(service, 1)
            weights[service] = weights.get(service, 0) + inclined
    return weights


def _offer(draw, tap, service, number):
    chains = [chain for chain in tap.chains if service in catalogue.VALUE_CHAIN[chain].services]
    typical = catalogue.SERVICE[service].quantity
    return Offer(tap, catalogue.SERVICE[service], chains, number, typical * tap.size * draw.around(1, 0.5))


def _of_tap(draw, tap, mean):
    count = draw.whole(round(mean) - 2, round(mean) + 2)
    if draw.chance(mean - int(mean)):
        count += 1
    services = draw.weighted_sample(_sold_of(tap), max(1, count))
    return [_offer(draw, tap, service, i + 1) for i, service in enumerate(services)]


def _sell_what_nobody_sells(draw, demand, offers, taps):
    """A service that is asked for but that no TAP happened to pick gets one offer, where somebody knows it."""
    sold = {offer.service.id for offer in offers}
    for service in demand:
        able = [tap for tap in taps if service in _sold_of(tap)]
        if service not in sold and able:
            tap = draw.pick(able)
            number = 1 + sum(offer.tap is tap for offer in offers)
            offers.append(_offer(draw, tap, service, number))


def _fit(draw, demand, offers):
    volumes = {}
    for offer in offers:
        volumes[offer.service.id] = volumes.get(offer.service.id, 0) + offer.volume
    ratios = {service.id: draw.between(*figures.CAPACITY_TO_DEMAND) for service in catalogue.SERVICES}
    for offer in offers:
        service = offer.service.id
        # A service that nobody asks for is still sold.
        wanted = demand.get(service, volumes[service])
        offer.capacity = max(1, round(offer.volume * ratios[service] * wanted / volumes[service]))


def _bound(offers):
    """Who sells in one unit only can't fill every offer at once."""
    by_tap = {}
    for offer in offers:
        by_tap.setdefault(offer.tap.id, []).append(offer)
    for own in by_tap.values():
        if len(own) > 1 and len({offer.service.unit for offer in own}) == 1:
            own[0].tap.capacity = max(1, round(0.85 * sum(offer.capacity for offer in own)))


def rows(seed, offers, from_date):
    draw = Draw(seed, "prices")
    for offer in offers:
        yield _row(draw, offer, from_date)


def _row(draw, offer, from_date):
    tap, service = offer.tap, offer.service
    start = from_date + datetime.timedelta(days=draw.whole(0, 20))
    step = PRICE_STEP if service.price >= 500 else 1
    price = round(service.price * PRICE_LEVEL[tap.model] * draw.around(1, 0.25) / step) * step
    row = {
        "name": f"taps/{tap.id}/offers/o-{offer.number}",
        "service": f"services/{service.id}",
        "value_chains": [f"valueChains/{chain}" for chain in offer.chains],
        "unit": service.unit,
        "unit_price": money(price),
        "capacity": offer.capacity,
        "window.start_date": start,
        "window.end_date": start + datetime.timedelta(days=draw.whole(89, 179)),
        "coverage.territories": tap.territories,
        "languages": tap.languages,
        "smallest_lot": min(offer.capacity, _lot(draw, offer)),
        "deliverable": service.deliverable,
        "immediate_benefit": service.benefit,
    }
    if tap.radius_m:
        row["coverage.radius_m"] = tap.radius_m
        put_position(row, "coverage.position", tap.position)
    _charge(draw, offer, row)
    return row


def _lot(draw, offer):
    """Longer journeys want larger lots; two in five TAPs take any."""
    if draw.chance(0.4):
        return 1
    is_far = offer.tap.radius_m > 40_000 or offer.tap.district.one_tap
    return max(1, round(offer.service.lot * draw.around(1.5 if is_far else 1, 0.5)))


def _charge(draw, offer, row):
    """Who has a funder may be subsidised by it; who sells for a supplier may embed the service in the sale."""
    tap = offer.tap
    if tap.funder and draw.chance(0.8):
        row["subsidised.funder"] = tap.funder.party
        row["subsidised.producer_share_basis_points"] = draw.pick([0, 2_270, 5_000])
    elif tap.supplier and draw.chance(0.7):
        row["embedded.product"] = PRODUCTS[catalogue.VALUE_CHAIN[offer.chains[0]].kind]
        row["embedded.seller"] = tap.supplier.party
    else:
        row["fee_for_service"] = True
