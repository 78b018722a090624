"""Ties between parties, of every type; and with them who supplies and who funds each TAP."""

import datetime

import figures
import names
from draw import Draw
from organisations import Organisation

SOURCES = {"DECLARED": "Declaración jurada de muestra", "REGISTER": "Partida registral de muestra",
           "DOCUMENT": "Convenio de muestra"}
FUNDED_DAYS = 3 * 365  # Foncodes' projects last three years, and then end
SEASON_DAYS = 180
AGE_DAYS = (60, 2_000)  # of a relation on the first day of the season. Assumed.


class Relations:
    """The relations of a sample, in the order in which they were made, and the persons that they brought in."""

    def __init__(self, draw, from_date):
        self.draw = draw
        self.from_date = from_date
        self.rows = []
        self.persons = []

    def add(self, subject, type, object, share=None, end=None, kind="DECLARED", age_days_max=AGE_DAYS[1]):
        number = len(self.rows) + 1
        start = self.from_date - datetime.timedelta(days=self.draw.whole(AGE_DAYS[0], age_days_max))
        self.rows.append({
            "name": f"relations/r-{number}",
            "subject": subject.party,
            "type": type,
            "object": object.party,
            "share_basis_points": share,
            "start_date": start,
            "end_date": end,
            "source.kind": kind,
            "source.reference": f"{SOURCES[kind]} {number}",
        })

    def person(self, district):
        person = Organisation(f"person-{len(self.persons) + 1}", names.person(self.draw), ["PERSON"], district)
        self.persons.append(person)
        return person


def make(seed, territory, cooperatives, taps, organisations, from_date):
    relations = Relations(Draw(seed, "relations"), from_date)
    enterprises = [tap for tap in taps if tap.model == "ENTERPRISE"]
    free = relations.draw.sample(enterprises, len(enterprises))
    _own_through_lenders(relations, organisations, free)
    _own_in_groups(relations, organisations, free, territory.share)
    _supply(relations, organisations, taps)
    _fund(relations, organisations, taps)
    _lend(relations, organisations, cooperatives, taps)
    _buy(relations, organisations, cooperatives, free)
    _belong(relations, cooperatives, taps)
    _direct(relations, cooperatives, taps)
    return relations


def _own_through_lenders(relations, organisations, free):
    """A financial institution that controls TAPs through a company."""
    for lender, holding in zip(organisations.lenders, organisations.lender_holdings):
        relations.add(lender, "OWNS", holding, share=relations.draw.whole(51, 100) * 100, kind="REGISTER")
        for _ in range(min(relations.draw.whole(1, 3), len(free))):
            relations.add(holding, "OWNS", free.pop(), share=relations.draw.whole(51, 100) * 100, kind="REGISTER")


def _own_in_groups(relations, organisations, free, share):
    """Owners of two TAPs or more, some through a holding. Never more than half of the enterprises that are left."""
    draw = relations.draw
    left = len(free) // 2
    for owner, holding in zip(organisations.owners, organisations.holdings):
        size = min(left, int(draw.pareto(2, figures.SIZE_TAIL, 12)))
        if size < 2:
            continue
        left -= size
        parent = holding or owner
        if holding:
            relations.add(owner, "OWNS", holding, share=draw.whole(60, 100) * 100, kind="REGISTER")
        for i in range(size):
            if i > 0 and draw.chance(0.15):
                relations.add(parent, "CONTROLS", free.pop(), kind="DOCUMENT")
            else:
                relations.add(parent, "OWNS", free.pop(), share=draw.whole(50, 100) * 100, kind="REGISTER")


def _supply(relations, organisations, taps):
    """One distributor a department behind twelve promoters, whom it also lends to; other suppliers behind a few; all
    of them behind brands."""
    draw = relations.draw
    for distributor in organisations.distributors:
        department = [tap for tap in taps if tap.district.department == distributor.district.department
                      and tap.model in ("COMMUNITY", "ENTERPRISE")]
        for tap in draw.sample(department, figures.PROMOTERS_BEHIND_DISTRIBUTOR):
            tap.supplier = distributor
            relations.add(tap, "REPRESENTS_BRAND_OF", distributor)
            relations.add(distributor, "LENDS_TO", tap, kind="DOCUMENT")
    for tap in taps:
        if tap.supplier is None and draw.chance(figures.SUPPLIED_SHARE[tap.model]):
            tap.supplier = draw.pick(organisations.suppliers)
            relations.add(tap, "REPRESENTS_BRAND_OF", tap.supplier)
    for company in organisations.distributors + organisations.suppliers:
        for brand in draw.sample(organisations.brands, draw.whole(1, 2)):
            relations.add(company, "REPRESENTS_BRAND_OF", brand)


def _fund(relations, organisations, taps):
    """Public bodies fund; a public TAP is their employee too. Some of the money ends inside the season."""
    draw = relations.draw
    for tap in taps:
        if not draw.chance(figures.FUNDED_SHARE[tap.model]):
            continue
        tap.funder = organisations.municipalities[tap.district.province]
        ends_soon = draw.chance(figures.FUNDING_CLIFF_SHARE)
        days = draw.whole(30, SEASON_DAYS) if ends_soon else draw.whole(SEASON_DAYS, FUNDED_DAYS - AGE_DAYS[0])
        tap.funded_until = relations.from_date + datetime.timedelta(days=days)
        relations.add(tap.funder, "FUNDS", tap, end=tap.funded_until, kind="DOCUMENT", age_days_max=FUNDED_DAYS - days)
        if tap.model == "PUBLIC":
            relations.add(tap.funder, "EMPLOYS", tap, kind="DOCUMENT")


def _lend(relations, organisations, cooperatives, taps):
    draw = relations.draw
    for cooperative in cooperatives:
        if draw.chance(figures.BORROWING_SHARE):
            relations.add(draw.pick(organisations.lenders), "LENDS_TO", cooperative, kind="DOCUMENT")
    for tap in taps:
        if tap.model == "ENTERPRISE" and draw.chance(figures.BORROWING_SHARE / 2):
            relations.add(draw.pick(organisations.lenders), "LENDS_TO", tap, kind="DOCUMENT")


def _buy(relations, organisations, cooperatives, free):
    """Buyers of produce; every tenth of them has a part of an enterprise TAP that nobody else owns."""
    draw = relations.draw
    for cooperative in cooperatives:
        if draw.chance(figures.SOLD_TO_BUYER_SHARE):
            relations.add(draw.pick(organisations.buyers), "BUYS_FROM", cooperative)
    for buyer in organisations.buyers[: max(1, len(organisations.buyers) // 10)]:
        if free:
            relations.add(buyer, "OWNS", free.pop(), share=3_000, kind="REGISTER")


def _belong(relations, cooperatives, taps):
    """Community TAPs are members of an organisation of their district; some enterprises are employed by one."""
    draw = relations.draw
    by_district = {}
    for cooperative in cooperatives:
        by_district.setdefault(cooperative.district.name, []).append(cooperative)
    for tap in taps:
        near = by_district.get(tap.district.name)
        if not near:
            continue
        if tap.model == "COMMUNITY" and draw.chance(figures.MEMBER_TAP_SHARE):
            relations.add(tap, "MEMBER_OF", draw.pick(near))
        elif tap.model == "ENTERPRISE" and draw.chance(figures.EMPLOYED_TAP_SHARE):
            relations.add(draw.pick(near), "EMPLOYS", tap)


def _direct(relations, cooperatives, taps):
    """Officers whose kin is a TAP of the same province."""
    draw = relations.draw
    by_province = {}
    for tap in taps:
        if tap.is_person:
            by_province.setdefault(tap.district.province, []).append(tap)
    kin_count = figures.scaled(len(cooperatives), figures.OFFICER_KIN_SHARE)
    for cooperative in draw.sample(cooperatives, kin_count):
        kin = by_province.get(cooperative.district.province)
        if kin:
            officer = relations.person(cooperative.district)
            relations.add(officer, "DIRECTS", cooperative)
            relations.add(officer, "FAMILY_OF", draw.pick(kin))
