"""Every figure that the sample rests on, in one place. README.md has the source of each, or says that it is assumed.

Counts are for the whole country; a smaller scale takes its part of them.
"""

# Sourced.
AGRARIAN_COOPERATIVES = 395
COOPERATIVE_MEMBERS_MIN = 25
ORGANISATIONS = 3_000  # agrarian cooperatives and producers' associations together
TAPS = 2_500
WOMAN_PRODUCER_SHARE = 0.32
WOMAN_TAP_SHARE = 0.215  # 20 to 23 %
PROMOTERS_BEHIND_DISTRIBUTOR = 12
# Per 1,000 services. The sources give enterprises 30 % and community TAPs 70 to 80 %; the other two are assumed.
SUCCESS_PER_MILLE = {"COMMUNITY": 750, "ENTERPRISE": 300, "PUBLIC": 500, "ACADEMIC": 500}
# Indigenous mother tongue, by the INEI code of the department. Ancash (02) is assumed.
INDIGENOUS_SHARE = {"03": 0.70, "21": 0.69, "09": 0.65, "05": 0.63, "08": 0.55, "02": 0.30}

# The size of the market: round numbers.
NEEDS = 30_000
OFFERS = 10_000
TAPS_MIN = 40  # at any scale, besides those of one-TAP districts: fewer leave nothing to choose from

# Assumed.
ASSOCIATION_MEMBERS_MIN = 10
MEMBERS_MAX = 3_000
SIZE_TAIL = 1.15  # of the sizes by rank
RURAL_DENSITY_MAX = 40  # inhabitants a km2 beyond which they are townspeople
TAP_MODEL_SHARES = {"COMMUNITY": 0.50, "ENTERPRISE": 0.30, "PUBLIC": 0.14, "ACADEMIC": 0.06}
ONE_TAP_DISTRICT_SHARE = 0.05
CAPACITY_TO_DEMAND = (0.88, 1.12)  # per service
INDIGENOUS_ONLY_SHARE = 0.35  # of the organisations that work in an indigenous language, those that need it
REQUIRED_CREDENTIAL_SHARE = 0.10
EXPIRED_CREDENTIAL_SHARE = 0.05
WISH_SHARES = {"community_tap": 0.25, "woman_tap": 0.12, "same_district": 0.20}
URGENCY_SHARES = {"NORMAL": 0.80, "HIGH": 0.15, "CRITICAL": 0.05}
BORROWING_SHARE = 0.20  # of the organisations
SOLD_TO_BUYER_SHARE = 0.25  # of the organisations
MEMBER_TAP_SHARE = 0.60  # of the community TAPs
OFFICER_KIN_SHARE = 0.03  # of the organisations: an officer's relative is a TAP
EMPLOYED_TAP_SHARE = 0.04  # of the enterprise TAPs: an organisation's own employee
FUNDED_SHARE = {"COMMUNITY": 0.15, "ENTERPRISE": 0.05, "PUBLIC": 1.0, "ACADEMIC": 0.30}
FUNDING_CLIFF_SHARE = 0.25  # of the funded TAPs: the money ends inside the season
SUPPLIED_SHARE = {"COMMUNITY": 0.20, "ENTERPRISE": 0.35, "PUBLIC": 0.0, "ACADEMIC": 0.0}
CREDENTIALLED_SHARE = {"COMMUNITY": 0.60, "ENTERPRISE": 0.40, "PUBLIC": 0.70, "ACADEMIC": 0.90}
OWNERSHIP_GROUPS = 60
LENDERS = 40
LENDER_OWNED_SHARE = 0.20  # of the lenders: one owns TAPs through a company
SUPPLIERS = 60
BRANDS = 25
BUYERS = 40
CERTIFIERS = 6
ACADEMIES = 12


def scaled(count, share, least=1):
    """The part of a country's count that falls to a share of it, at least `least`."""
    return max(least, round(count * share))
