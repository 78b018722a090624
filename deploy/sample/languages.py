"""Languages by region, as ISO 639-3 codes: each Quechua is a particular one.

The field's notes give quz for Cusco, quy for Ayacucho, qwh for Huaylas in Ancash, and ayr. That all of Puno's north speaks
Cusco's Quechua, all of Apurímac and Huancavelica Ayacucho's, and all of Ancash that of Huaylas, is assumed: ISO 639-3 has
others too (qxp of Puno, qve of eastern Apurímac).
"""

import figures

QUECHUA = {"08": "quz", "21": "quz", "05": "quy", "09": "quy", "03": "quy", "02": "qwh"}
# The provinces of Puno around and south of the lake, by INEI code; the others speak Quechua. Assumed.
AYMARA_PROVINCES = {"2101", "2104", "2105", "2106", "2109", "2113"}


def of_district(district):
    """The indigenous language of a district and the share of people who have it as mother tongue; None and 0 where the
    sample has none."""
    share = figures.INDIGENOUS_SHARE.get(district.department, 0)
    if district.province in AYMARA_PROVINCES:
        return "ayr", share
    return QUECHUA.get(district.department), share


def of_organisation(draw, district):
    """The languages in which an organisation can be served."""
    language, share = of_district(district)
    if not draw.chance(share):
        return ["spa"]
    return [language] if draw.chance(figures.INDIGENOUS_ONLY_SHARE) else [language, "spa"]


def of_tap(draw, district, model):
    """The languages in which a TAP serves. Community TAPs speak as those they serve, and the only one of a district speaks
    all; the others do so less often."""
    language, share = of_district(district)
    if district.one_tap:
        share = 1 if language else 0
    likelihood = {"COMMUNITY": min(1, share + 0.15), "ENTERPRISE": share * 0.6, "PUBLIC": share * 0.6,
                  "ACADEMIC": share * 0.4}[model]
    return [language, "spa"] if language and draw.chance(likelihood) else ["spa"]
