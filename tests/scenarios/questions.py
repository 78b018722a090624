"""What is asked in a scenario, the words of `then`: each gives what is seen, and `is` says what it must be."""

from actions import ACTIONS, act
from answers import Whole, difference
from market import Refused
from messages import shown

PAGE = 1000


def ident(name):
    """kin/dosing of taps/kin/offers/dosing; kin of parties/kin."""
    return "/".join(name.split("/")[1::2])


def conflicts(market, asked):
    """By reason code, the severity."""
    return Whole({finding["reason"]: finding["severity"] for finding in findings(market, asked)})


def evidence(market, asked):
    """Of one reason code, the path as sentences."""
    paths = [finding["path"] for finding in findings(market, asked) if finding["reason"] == asked["reason"]]
    return [f"{ident(edge['subject'])} {edge['type']} {ident(edge['object'])}" for path in paths for edge in path]


def findings(market, asked):
    answer = market.call("ConflictService/CheckConflicts", need=market.name("needs", asked["need"]),
                         tap=f"parties/{asked['tap']}")
    return shown(answer)["conflicts"]


def candidates(market, need):
    """Offers, the best first."""
    return [ident(candidate["offer"]) for candidate in list_candidates(market, need)]


def list_candidates(market, need):
    return shown(market.call("NeedService/ListCandidates", parent=market.name("needs", need), page_size=PAGE))["candidates"]


def score_gap(market, asked):
    """By how much the first offer scores above the second."""
    scores = {ident(candidate["offer"]): candidate["score"] for candidate in list_candidates(market, asked["need"])}
    first, second = asked["offers"]
    return scores[first] - scores[second] if {first, second} <= set(scores) else f"of {scores} one is no candidate"


def list_matches(market, round_id):
    return shown(market.call("MatchService/ListMatches", parent=f"rounds/{round_id}", page_size=PAGE))["matches"]


def matches(market, round_id):
    """By need and offer, the units that were given."""
    given = Whole()
    for match in list_matches(market, round_id):
        given.setdefault(ident(match["need"]), Whole())[ident(match["offer"])] = match["quantity"]
    return given


def unit_prices(market, round_id):
    """By cooperative, what a unit costs in the matches, each price once."""
    prices = Whole()
    for match in list_matches(market, round_id):
        of_party = prices.setdefault(ident(match["cooperative"]), [])
        if match["unit_price"]["minor_units"] not in of_party:
            of_party.append(match["unit_price"]["minor_units"])
    return prices


def contracts(market, round_id):
    """By kind of contract, what became of the matches, as the fairness report has it."""
    answer = shown(market.call("AuditService/GetFairnessReport", parent=f"rounds/{round_id}"))
    return Whole({outcome["kind"]: outcome for outcome in answer["contracts"]})


def posted(market, template):
    """How many needs the server posted of a template, and why not the next."""
    name = market.name("need_templates", template)
    needs = shown(market.call("NeedService/ListNeeds", parent=name.partition("/needTemplates/")[0], page_size=PAGE))["needs"]
    record = shown(market.call("NeedService/GetNeedTemplate", name=name))
    return {"needs": sum(need["template"] == name for need in needs), "last_error": record["last_error"]}


def units(market, asked):
    """That the TAPs were given together; of all where none are named."""
    taps = {f"parties/{tap}" for tap in asked.get("taps", ())}
    return sum(match["quantity"] for match in list_matches(market, asked["round"]) if not taps or match["tap"] in taps)


def producer_shares(market, round_id):
    """By need, what producers pay of the price of matches that a funder subsidises, in hundredths of a per cent."""
    return Whole({ident(match["need"]): match["subsidy"]["producer_share_basis_points"]
                  for match in list_matches(market, round_id) if "subsidy" in match})


def budget(market, key):
    """As the API gives it to the administrator."""
    return shown(market.call("BudgetService/GetBudget", name=market.name("budgets", key)))


def coverage_gap(market, asked):
    """A territory of its level, as the API gives it; and whether the report lists it as a gap."""
    answers = [shown(market.call("PlanningService/ListCoverageGaps", asked.get("by", ""), page_size=PAGE, all=every))
               for every in (True, False)]
    found, gaps = ({gap["territory"]: gap for gap in answer["coverage_gaps"]} for answer in answers)
    return {**found.get(asked["territory"], {}), "listed": asked["territory"] in gaps}


def stress(market, asked):
    """What falls with money that ends, as the API gives it."""
    return shown(market.call("PlanningService/StressCoverage", page_size=PAGE, **asked))


def appeal(market, appeal_id):
    """As the API gives it to the administrator."""
    return shown(market.call("AppealService/GetAppeal", name=f"appeals/{appeal_id}"))


def appeal_days(market, appeal_id):
    """From its making to the end of the time in which it is to be decided."""
    made = market.call("AppealService/GetAppeal", name=f"appeals/{appeal_id}")
    return round((made.decide_by_time.seconds - made.create_time.seconds) / 86_400)


def techniques(market, asked):
    """By the kind of partner, how many TAPs have a technology on a day, wherever they sit."""
    answer = shown(market.call("SkillService/ListTechniques", day=asked["day"], technology=asked["technology"],
                               territory_level="COUNTRY"))
    return Whole({row["partner_role"]: row for row in answer["techniques"]})


def flags(market, round_id):
    """Those of any match, by need."""
    flagged = Whole()
    for match in list_matches(market, round_id):
        if match["flags"]:
            flagged[ident(match["need"])] = sorted(match["flags"])
    return flagged


def match_conflicts(market, round_id):
    """By TAP, what the matches show of conflicts: by reason code, the severity."""
    return Whole({ident(match["tap"]): Whole({finding["reason"]: finding["severity"] for finding in match["conflicts"]})
                  for match in list_matches(market, round_id)})


def summary(market, round_id):
    """The round's, as the API gives it."""
    return shown(market.call("RoundService/GetRound", name=f"rounds/{round_id}"))["summary"]


def segment(market, asked):
    """One report of a round, as the API gives it."""
    answer = shown(market.call("AuditService/ListSegmentReports", parent=f"rounds/{asked['round']}", page_size=PAGE))
    sought = {field: value for field, value in asked.items() if field != "round"}
    found = [report for report in answer["segment_reports"] if not difference(sought, report["segment"])]
    return found[0] if len(found) == 1 else f"{len(found)} segments"


def why(market, asked):
    """What became of a need; by offer, the reasons; and the offers of which one has no text to read."""
    answer = shown(market.call("AuditService/ExplainNeed", name=market.name("needs", asked["need"]),
                               round=f"rounds/{asked['round']}", language=asked["language"]))
    fates = answer["candidates"] + answer["others"]

    def read(reason):
        return " ".join([reason["text"], *(finding["texts"].get(asked["language"], "") for finding in reason["conflicts"])])

    return {
        "fate": answer["fate"],
        "text": answer["text"],
        "reasons": Whole({ident(fate["offer"]): sorted(reason["code"] for reason in fate["reasons"]) for fate in fates}),
        "texts": {ident(fate["offer"]): " ".join(map(read, fate["reasons"])) for fate in fates},
        "unexplained": [ident(fate["offer"]) for fate in fates
                        if not fate["reasons"] or not all(reason["text"] for reason in fate["reasons"])],
        "changes": answer["changes"],
    }


def fairness(market, asked):
    """A table of the fairness report, by group."""
    answer = shown(market.call("AuditService/GetFairnessReport", parent=f"rounds/{asked['round']}"))
    cells = [table["cells"] for table in answer["tables"] if table["dimension"] == asked["dimension"]]
    return {cell["group"]: cell for cell in cells[0]} if cells else f"no table by {asked['dimension']}"


def tried(market, name):
    """How it went with what is given under this name: OK or a code, the message, and what is wrong by field."""
    trial = market.given["tried"][name]
    action = {verb: what for verb, what in trial.items() if verb in ACTIONS}
    try:
        act(market, action, trial.get("by", ""))
    except Refused as refused:
        return {"code": refused.code, "message": str(refused), "fields": Whole(refused.fields)}
    return {"code": "OK", "fields": Whole()}


QUESTIONS = {question.__name__: question for question in (
    conflicts, evidence, candidates, score_gap, matches, unit_prices, contracts, posted, units, producer_shares, budget, techniques, appeal,
    appeal_days, coverage_gap, stress, flags, match_conflicts, summary, segment, why, fairness, tried)}


def ask(market, expected):
    asked = [verb for verb in expected if verb != "is"]
    if len(asked) != 1 or asked[0] not in QUESTIONS:
        raise ValueError(f"{asked} is not asked: there is one of {', '.join(sorted(QUESTIONS))}")
    return QUESTIONS[asked[0]](market, expected[asked[0]])
