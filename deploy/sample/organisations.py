"""Those who are neither cooperatives nor TAPs: suppliers, brands, buyers, owners, lenders, public bodies, certifiers,
academies."""

from dataclasses import dataclass, field

import figures
import names
from draw import Draw


@dataclass
class Organisation:
    id: str
    name: str
    roles: list
    district: object
    aliases: list = field(default_factory=list)

    @property
    def party(self):
        return f"parties/{self.id}"


@dataclass
class Organisations:
    suppliers: list
    distributors: list  # of inputs; each stands behind many promoters. One a department
    brands: list
    buyers: list
    owners: list
    holdings: list  # by the index of the owner: the company through which it owns, or None
    lenders: list
    lender_holdings: list  # companies through which the first lenders own TAPs, in their order
    municipalities: dict  # public bodies by the code of their province
    certifiers: list
    academies: list
    all: list


class _Register:
    """Makes organisations and remembers them in order."""

    def __init__(self, draw, districts):
        self.draw = draw
        self.districts = districts
        self.all = []

    def make(self, id, kind, roles, ending="", district=None):
        name = names.organisation(kind, self.draw, ending)
        aliases = [name.removesuffix(ending)] if ending and self.draw.chance(0.2) else []
        made = Organisation(id, name, roles, district or self.draw.pick(self.districts), aliases)
        self.all.append(made)
        return made

    def make_many(self, prefix, count, kind, roles, ending=""):
        return [self.make(f"{prefix}-{i + 1}", kind, roles, ending) for i in range(count)]


def make(seed, territory):
    share = territory.share
    register = _Register(Draw(seed, "organisations"), territory.districts)
    company, lender = ["COMPANY"], ["FINANCIAL_INSTITUTION"]
    owners = register.make_many(
        "owner", figures.scaled(figures.OWNERSHIP_GROUPS, share, 2), "Grupo", company, " S.A.C.")
    lenders = register.make_many(
        "lender", figures.scaled(figures.LENDERS, share, 2), "Caja Rural", lender, " S.A.")
    holding_count = figures.scaled(len(lenders), figures.LENDER_OWNED_SHARE)
    holdings = [
        register.make(f"holding-{i + 1}", "Inversiones", company, " S.A.C.") if register.draw.chance(0.4) else None
        for i in range(len(owners))
    ]
    return Organisations(
        suppliers=register.make_many(
            "supplier", figures.scaled(figures.SUPPLIERS, share, 3), "Insumos", company, " S.A.C."),
        distributors=_distributors(register, territory),
        brands=register.make_many("brand", figures.scaled(figures.BRANDS, share, 2), "Laboratorios", company, " S.A."),
        buyers=register.make_many("buyer", figures.scaled(figures.BUYERS, share, 2), "Acopio", company, " S.A.C."),
        owners=owners,
        holdings=holdings,
        lenders=lenders,
        lender_holdings=register.make_many("lender-holding", holding_count, "Servicios Rurales", company, " S.A.C."),
        municipalities=_municipalities(register, territory),
        certifiers=_certifiers(register, share),
        academies=register.make_many(
            "academy", figures.scaled(figures.ACADEMIES, share, 1), "Instituto", ["ACADEMIC_INSTITUTION"]),
        all=register.all,
    )


def _distributors(register, territory):
    seats = {}
    for district in territory.districts:
        seats.setdefault(district.department, district)
    return [
        register.make(f"distributor-{code}", "Distribuidora", ["COMPANY"], " E.I.R.L.", seat)
        for code, seat in seats.items()
    ]


def _municipalities(register, territory):
    return {
        province: register.make(
            f"municipality-{province}", "Municipalidad", ["PUBLIC_BODY"], f" de {districts[0].display_name}",
            districts[0])
        for province, districts in territory.by_province.items()
    }


def _certifiers(register, share):
    """The first is also an academy: it trains those whom it certifies, as one of the field's two first ones did."""
    count = figures.scaled(figures.CERTIFIERS, share, 2)
    both = register.make("certifier-1", "Academia Certificadora", ["CERTIFIER", "ACADEMIC_INSTITUTION"])
    return [both] + [
        register.make(f"certifier-{i + 2}", "Certificadora", ["CERTIFIER"]) for i in range(count - 1)
    ]
