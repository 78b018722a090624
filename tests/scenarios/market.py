"""A market on an aynid of its own: laid in one import, and called through gRPC alone."""

import importlib
import pathlib
import re

import grpc
from ayni.v1.market_service_pb2 import ImportMarketRequest, ImportMarketResponse, ImportRow
from google.protobuf import symbol_database
from google.rpc.error_details_pb2 import BadRequest
from google.rpc.status_pb2 import Status

from messages import message
from scenario import merged, read
from server_process import ServerProcess

HERE = pathlib.Path(__file__).resolve().parent
CALL_SECONDS_MAX = 30
POLICY = "policies/scenario"
# Of each kind of record that a scenario gives: the API's name for one, and its resource name by the parts of its id.
KINDS = {
    "territories": ("territory", "territories/{0}"),
    "value_chains": ("value_chain", "valueChains/{0}"),
    "services": ("service", "services/{0}"),
    "parties": ("party", "parties/{0}"),
    "relations": ("relation", "relations/{0}"),
    "credentials": ("credential", "credentials/{0}"),
    "skills": ("skill", "taps/{0}/skills/{1}"),
    "budgets": ("budget", "funders/{0}/budgets/{1}"),
    "agreements": ("agreement", "agreements/{0}"),
    "needs": ("need", "cooperatives/{0}/needs/{1}"),
    "need_templates": ("need_template", "cooperatives/{0}/needTemplates/{1}"),
    "offers": ("offer", "taps/{0}/offers/{1}"),
}


class Refused(Exception):
    """What the server refused: a code as INVALID_ARGUMENT, its message, and what is wrong by field."""

    def __init__(self, error):
        super().__init__(f"{error.code().name}: {error.details()}")
        self.code = error.code().name
        self.fields = wrong_fields(error)


def wrong_fields(error):
    details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
    bad = BadRequest()
    for detail in Status.FromString(details).details:
        detail.Unpack(bad)
    return {violation.field: violation.description for violation in bad.field_violations}


def messages_of(method):
    """Request and answer of NeedService/GetNeed, whose service is in need_service_pb2."""
    service, _, name = method.partition("/")
    module = re.sub(r"(?<!^)(?=[A-Z])", "_", service).lower() + "_pb2"
    described = importlib.import_module(f"ayni.v1.{module}").DESCRIPTOR.services_by_name[service].methods_by_name[name]
    return [symbol_database.Default().GetPrototype(kind) for kind in (described.input_type, described.output_type)]


def resource_name(kind, key):
    return KINDS[kind][1].format(*key.split("/"))


def account(who):
    """Of 'TAP kin', or of 'ADMINISTRATOR'."""
    role, _, party = who.partition(" ")
    return {"display_name": who, "role": role, **({"party": f"parties/{party}"} if party else {})}


def relation_fields(sentence):
    """Of 'bank OWNS holding'."""
    subject, kind, object_ = sentence.split()
    return {"subject": f"parties/{subject}", "type": kind, "object": f"parties/{object_}"}


def relation_id(sentence):
    return sentence.lower().replace(" ", "-").replace("_", "-")


class Market:
    """Use it in a `with`: the server stops at its end."""

    def __init__(self, aynid):
        self._server = ServerProcess(aynid, "--single-administrator", "--ledger-check-interval", "0s")
        self._channel = grpc.insecure_channel(self._server.address)
        self._tokens = {"": self._server.administrator_token()}
        self._ground = read(HERE / "ground.yaml")
        self.given = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._channel.close()
        self._server.remove()

    def call(self, method, by="", **request):
        """Of NeedService/GetNeed. By the administrator, by another 'ADMINISTRATOR', or by 'TAP kin': a role, and its party."""
        asked, answered = messages_of(method)
        return self.send(f"/ayni.v1.{method}", message(asked, request), answered, by)

    def send(self, path, request, answered, by=""):
        bound = self._channel.unary_unary(path, type(request).SerializeToString, answered.FromString)
        return self._answer(bound, request, by)

    def _answer(self, bound, request, by):
        try:
            return bound(request, metadata=self._metadata(by), timeout=CALL_SECONDS_MAX)
        except grpc.RpcError as error:
            raise Refused(error) from None

    def _metadata(self, by):
        if by not in self._tokens:
            principal = self.call("AccessService/CreatePrincipal", principal=account(by))
            self._tokens[by] = self.call("AccessService/CreateToken", parent=principal.name, token={}).secret
        return (("authorization", f"Bearer {self._tokens[by]}"),)

    def lay(self, given):
        """Stores what a scenario gives, on the ground that all stand on, in one import; and makes its policy active."""
        self.given = given
        rows = [self._row(kind, key, fields) for kind in KINDS
                for key, fields in {**self._ground.get(kind, {}), **given.get(kind, {})}.items()]
        rows.append({"file": "policy", "policy": {**policy_fields(given["policy"]), "name": POLICY}})
        answer = self._import(rows)
        if not answer.applied:
            wrong = "".join(f"\n  {error.file}: {error.field} {error.description}" for error in answer.errors)
            raise ValueError(f"what is given is no market:{wrong}")
        self.call("PolicyService/ActivatePolicy", name=POLICY)

    def _import(self, rows):
        bound = self._channel.stream_unary("/ayni.v1.MarketService/ImportMarket", ImportMarketRequest.SerializeToString,
                                           ImportMarketResponse.FromString)
        return self._answer(bound, iter([message(ImportMarketRequest, {"rows": rows, "last": True})]), "")

    def _row(self, kind, key, fields):
        return {"file": f"{kind}/{key}", KINDS[kind][0]: {**self.record(kind, key, fields), "name": self.name(kind, key)}}

    def record(self, kind, key, fields):
        """The fields of a record, over those that its kind has where nothing is said."""
        if kind == "relations":
            return {**self._ground["usual"]["relations"], **relation_fields(key), **fields}
        usual = self._ground["usual"].get(kind, {})
        if kind == "parties":
            usual = {**usual["all"], **merged_all(usual.get(role, {}) for role in fields["roles"]), "display_name": key}
        usual = {name: value for name, value in usual.items() if not chosen_otherwise(kind, name, fields)}
        if kind == "offers":
            usual["deliverable"] = usual["deliverable"].format(tap=key.partition("/")[0])
        return merged(usual, fields)

    def name(self, kind, key):
        return resource_name(kind, relation_id(key) if kind == "relations" else key)


def merged_all(mappings):
    whole = {}
    for mapping in mappings:
        whole = merged(whole, mapping)
    return whole


def chosen_otherwise(kind, name, fields):
    """Whether the fields choose another one of a choice, as embedded in place of fee_for_service."""
    record = ImportRow.DESCRIPTOR.fields_by_name[KINDS[kind][0]].message_type
    choice = record.fields_by_name[name].containing_oneof
    return choice is not None and name not in fields and any(other.name in fields for other in choice.fields)


def policy_fields(policy):
    return {name: list(value.values()) if name in ("limits", "reserves", "conflict_rules") else value
            for name, value in policy.items()}
