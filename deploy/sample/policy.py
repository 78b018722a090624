"""The policy that the sample's rounds use: one version, with its reasons."""

import json
import pathlib
import re

import figures

CONFLICT_RULES = pathlib.Path(__file__).resolve().parent.parent / "policy" / "conflict_rules.json"

LIMIT = {
    "territory_level": "PROVINCE",
    "share_basis_points": 4_000,
    "basis": "DEMAND",
    "window_days": 365,
    "min_controllers": 4,
    "thin_market_rule": "WAIVE",
}
LIMITS = [
    {"id": "tap-province", "controller_level": "TAP", **LIMIT},
    {"id": "group-province", "controller_level": "OWNERSHIP_GROUP", **LIMIT},
]
WEIGHTS = {
    "fit": 100, "distance": 200, "price": 200, "expected_success": 200, "language": 80, "waiting_time": 80,
    "wishes": 80, "urgency": 60,
}
REASON = (
    "First policy of the sample market. Prices, quantities and parties are made up; districts are real. Limits: no TAP, and no ownership group, holds more than 40 % of a service in a "
    "province over a year, so that there is no monopoly of services even through several TAPs (CARE, experience sharing "
    "on TAPs, Lima and Ancash 2012). 40 % is an assumption: a cap of 30 % already needs four providers. Thin markets: "
    "under four eligible controllers the limit is waived and the match marked SOLE_SOURCE, so that a remote district "
    "with one TAP is served. Expected success: community TAPs 70 to 80 %, enterprises 30 % (same source); public and "
    "academic TAPs 50 %, an assumption. The weights of the score are an assumption."
)


def _columns(prefix, value):
    """The columns of a proto JSON value: fields by their names, elements of lists by their numbers."""
    if isinstance(value, dict):
        for field, inner in value.items():
            name = re.sub("([A-Z])", r"_\1", field).lower()
            yield from _columns(f"{prefix}.{name}", inner)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for i, inner in enumerate(value):
            yield from _columns(f"{prefix}.{i + 1}", inner)
    elif isinstance(value, list) and value:
        yield prefix, "|".join(map(_short, value))
    elif not isinstance(value, list):
        yield prefix, "yes" if value is True else _short(value)


def _short(value):
    """An enumerator without what all of its kind begin with."""
    return re.sub("^(RELATION_TYPE|PARTY_ROLE|CONFLICT_END|CONFLICT_SEVERITY|ADVICE)_", "", str(value))


def row():
    values = {"name": "policies/sample-1", "reason": REASON}
    for i, limit in enumerate(LIMITS):
        values.update({f"limits.{i + 1}.{field}": value for field, value in limit.items()})
    values.update({f"score_weights.{part}": weight for part, weight in WEIGHTS.items()})
    values.update({
        f"expected_success.{model.lower()}_per_mille": successes
        for model, successes in figures.SUCCESS_PER_MILLE.items()
    })
    values["full_waiting_days"] = 90
    rules = json.loads(CONFLICT_RULES.read_text(encoding="utf-8"))["conflictRules"]
    values.update(_columns("conflict_rules", rules))
    return values
