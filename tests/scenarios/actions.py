"""What is done in a scenario: the words of `when`, and of what is tried under `given: tried`."""

import time

from google.longrunning.operations_pb2 import WaitOperationRequest

from market import KINDS
from scenario import merged

ROUND_SECONDS_MAX = 30


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


def enrol(market, by, who):
    """'COOPERATIVE ministry': an account in a role, for a party."""
    role, _, party = who.partition(" ")
    market.call("AccessService/CreatePrincipal", by,
                principal={"display_name": who, "role": role, "party": f"parties/{party}"})


ACTIONS = {action.__name__: action for action in (publish, undo, create, change, delete, match_now, enrol)}


def act(market, action, by=""):
    (verb, what), = action.items()
    if verb not in ACTIONS:
        raise ValueError(f"'{verb}' is not done: there is {', '.join(sorted(ACTIONS))}")
    ACTIONS[verb](market, by, what)


def service_of(kind):
    catalogue = ("territories", "value_chains", "services")
    return "CatalogueService" if kind in catalogue else f"{title(KINDS[kind][0])}Service"


def title(resource):
    return resource.title().replace("_", "")
