"""What is done in a scenario: the words of `when`, and of what is tried under `given: tried`."""

import time

from google.longrunning.operations_pb2 import WaitOperationRequest

from market import KINDS, account
from messages import TODAY
from scenario import merged

ROUND_SECONDS_MAX = 30
POSTING_SECONDS_MAX = 30
PAGE = 1000


def publish(market, by, round_id):
    """A round: drafted, cleared and published."""
    made = market.call("RoundService/CreateRound", by, round={"note": round_id}, round_id=round_id)
    operation = market.call("RoundService/PublishRound", by, name=made.name)
    deadline = time.monotonic() + ROUND_SECONDS_MAX
    wait = WaitOperationRequest(name=operation.name)
    wait.timeout.seconds = 5
    while not operation.done and time.monotonic() < deadline:
        operation = market.send("/google.longrunning.Operations/WaitOperation", wait, type(operation), by)
    if operation.WhichOneof("result") != "response":
        raise ValueError(f"{made.name} did not end well: {operation}")


def undo(market, by, round_id):
    market.call("RoundService/UndoRound", by, name=f"rounds/{round_id}", reason="To try again")


def create(market, by, records):
    """{offers/kin/dosing: {...}}: with what offers have where nothing is said of it."""
    for path, fields in records.items():
        kind, _, key = path.partition("/")
        resource, name = KINDS[kind][0], market.name(kind, key)
        request = {resource: market.record(kind, key, fields), f"{resource}_id": name.rpartition("/")[2]}
        if name.count("/") > 1:
            request["parent"] = name.rsplit("/", 2)[0]
        market.call(f"{service_of(kind)}/Create{title(resource)}", by, **request)


def change(market, by, records):
    """{parties/kin: {...}}: the fields of a record that is given."""
    for path, fields in records.items():
        kind, _, key = path.partition("/")
        market.given[kind][key] = merged(market.given[kind][key], fields)
        resource = KINDS[kind][0]
        record = {**market.record(kind, key, market.given[kind][key]), "name": market.name(kind, key)}
        market.call(f"{service_of(kind)}/Update{title(resource)}", by, **{resource: record})


def delete(market, by, paths):
    for path in paths:
        kind, _, key = path.partition("/")
        market.call(f"{service_of(kind)}/Delete{title(KINDS[kind][0])}", by, name=market.name(kind, key))


def match_now(market, by, need):
    market.call("NeedService/MatchNow", by, name=market.name("needs", need))


def suspend(market, by, key):
    """A credential, as `given: suspensions` has it: nothing where it has nothing of it."""
    step(market, by, "credentials", key, "Suspend", market.given.get("suspensions", {}).get(key))


def reinstate(market, by, key):
    """The same, as `given: reinstatements` has it."""
    step(market, by, "credentials", key, "Reinstate", market.given.get("reinstatements", {}).get(key))


def refresh(market, by, records):
    """{skills/kin/grafting: {refresh_by_date: 300, evidence: ...}}"""
    for path, fields in records.items():
        kind, _, key = path.partition("/")
        step(market, by, kind, key, "Refresh", fields)


def step(market, by, kind, key, verb, fields):
    if fields is not None:
        market.call(f"{service_of(kind)}/{verb}{title(KINDS[kind][0])}", by, name=market.name(kind, key), **fields)


def sign(market, by, agreement):
    """Both sides of an agreement say yes."""
    fields = market.given["agreements"][agreement]
    for role, side in (("COOPERATIVE", "cooperative"), ("TAP", "tap")):
        market.call("AgreementService/AcceptAgreement", f"{role} {fields[side].partition('/')[2]}",
                    name=market.name("agreements", agreement))


def serve(market, by, served):
    """Matches of a round, to their confirmation: both sides say yes, the TAP delivers all, the cooperative rates it.
    {round, rating}: all of them alike; a round: those whose needs have an outcome under `given: outcomes`, which is a rating
    or what a TAP says who has `cancelled`."""
    asked = served if isinstance(served, dict) else {"round": served}
    listed = market.call("MatchService/ListMatches", parent=f"rounds/{asked['round']}", page_size=PAGE)
    for match in listed.matches:
        outcome = market.given.get("outcomes", {}).get("/".join(match.need.split("/")[1::2]), asked)
        cooperative, tap = (f"{role} {party.rpartition('/')[2]}"
                            for role, party in (("COOPERATIVE", match.cooperative), ("TAP", match.tap)))
        if "rating" not in outcome and "cancelled" not in outcome:
            continue
        if match.conflicts:
            market.call("MatchService/AcknowledgeMatch", cooperative, name=match.name)
        for side in (cooperative, tap):
            market.call("MatchService/AcceptMatch", side, name=match.name)
        if "cancelled" in outcome:
            market.call("MatchService/CancelMatch", tap, name=match.name, reason=outcome["cancelled"])
            continue
        market.call("MatchService/DeliverMatch", tap, name=match.name, date=0)
        market.call("MatchService/ConfirmMatch", cooperative, name=match.name, rating=outcome["rating"],
                    benefit_seen="Menos parásitos visibles")


def await_posting(market, by, template):
    """Until the server has posted what of a need template is due."""
    deadline = time.monotonic() + POSTING_SECONDS_MAX
    while time.monotonic() < deadline:
        due = market.call("NeedService/GetNeedTemplate", name=market.name("need_templates", template)).next_post_date
        if not due.year or (due.year, due.month, due.day) > (TODAY.year, TODAY.month, TODAY.day):
            return
        time.sleep(0.2)
    raise ValueError(f"{template} was not posted in {POSTING_SECONDS_MAX} s")


def enrol(market, by, who):
    """'COOPERATIVE ministry': an account in a role, for a party; 'ADMINISTRATOR': for none."""
    market.call("AccessService/CreatePrincipal", by, principal=account(who))


def appeal(market, by, what):
    """{id: a1, about: {match: r1 coop/n}, statement: ...}; or about {refusal: r1 coop/n}, of a TAP {refusal: r1}."""
    (subject, about), = what["about"].items()
    round_id, _, need = about.partition(" ")
    contested = {"round": f"rounds/{round_id}", **({"need": market.name("needs", need)} if need else {})}
    if subject == "match":
        contested = match_of(market, **contested)
    market.call("AppealService/CreateAppeal", what.get("by", by), appeal_id=what["id"],
                appeal={subject: contested, "statement": what["statement"]})


def match_of(market, round, need):
    listed = market.call("MatchService/ListMatches", parent=round)
    return next(match.name for match in listed.matches if match.need == need)


def decide(market, by, what):
    """{appeal: a1, outcome: UPHELD, reason: ..., remedy: ...}"""
    market.call("AppealService/DecideAppeal", by, name=f"appeals/{what['appeal']}",
                **{field: value for field, value in what.items() if field != "appeal"})


ACTIONS = {action.__name__: action for action in (publish, undo, create, change, delete, match_now, sign, serve, await_posting, enrol,
                                                  suspend, reinstate, refresh,
                                                  appeal, decide)}


def act(market, action, by=""):
    (verb, what), = action.items()
    if verb not in ACTIONS:
        raise ValueError(f"'{verb}' is not done: there is {', '.join(sorted(ACTIONS))}")
    ACTIONS[verb](market, by, what)


def service_of(kind):
    catalogue = ("territories", "value_chains", "services")
    if kind in catalogue:
        return "CatalogueService"
    return "NeedService" if kind == "need_templates" else f"{title(KINDS[kind][0])}Service"


def title(resource):
    return resource.title().replace("_", "")
