"""Certificates of competence, and who certifies whom."""

import datetime

import catalogue
import figures
from draw import Draw

YEARS_VALID = 3
SCHEMES = sorted({service.credential for service in catalogue.SERVICES if service.credential})


def _suits(scheme, tap):
    return any(
        catalogue.SERVICE[service].credential == scheme
        for chain in tap.chains for service in catalogue.VALUE_CHAIN[chain].services
    )


def rows(seed, taps, organisations, relations, from_date):
    """Most hold today, some have expired, and every two-hundredth was revoked. Adds each certifier's tie to its holder
    to the relations."""
    draw = Draw(seed, "credentials")
    certified = set()
    number = 0
    for tap in taps:
        for scheme in SCHEMES:
            if not _suits(scheme, tap) or not draw.chance(figures.CREDENTIALLED_SHARE[tap.model]):
                continue
            certifier = draw.pick(organisations.certifiers)
            if (certifier.id, tap.id) not in certified:
                certified.add((certifier.id, tap.id))
                relations.add(certifier, "CERTIFIES", tap, kind="REGISTER")
            number += 1
            yield _row(draw, number, tap, certifier, scheme, from_date)


def _row(draw, number, tap, certifier, scheme, from_date):
    has_expired = draw.chance(figures.EXPIRED_CREDENTIAL_SHARE)
    validity = datetime.timedelta(days=365 * YEARS_VALID)
    age = datetime.timedelta(days=draw.whole(0, 300 if has_expired else 700))
    issue = from_date - age - (validity if has_expired else datetime.timedelta())
    row = {
        "name": f"credentials/c-{number}",
        "holder": tap.party,
        "certifier": certifier.party,
        "scheme": scheme,
        "issue_date": issue,
        "expire_date": issue + validity,
        "evidence": f"Acta de evaluación de muestra {number}",
    }
    if number % 200 == 0:
        row["revoke_date"] = issue + datetime.timedelta(days=30)
        row["revoke_reason"] = "Evidencia de muestra que no se pudo comprobar"
    return row
