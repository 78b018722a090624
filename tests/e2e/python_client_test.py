"""What a program in another language does with the market, through gRPC on stubs made from the protos.

A market of one province is imported with the command line. A TAP publishes an offer and a cooperative posts a need, each
with its own token; an administrator runs a round; the cooperative reads its match.
"""

import argparse
import datetime
import json
import os
import stat
import subprocess
import sys
import tempfile
import unittest

import grpc

from server_process import ServerProcess

PROGRAMS = None  # from the command line
CALL_SECONDS_MAX = 30
ROUND_SECONDS_MAX = 60
SEASON_START = datetime.date(2030, 3, 1)


def ayni(server, *words):
    environment = {**os.environ, "AYNI_SERVER": server.address, "AYNI_TOKEN_FILE": str(server.token_file)}
    environment.pop("AYNI_TOKEN", None)
    return subprocess.run([PROGRAMS.ayni, *words], env=environment, capture_output=True, text=True)


class Client:
    """The API with one principal's token."""

    def __init__(self, channel, token):
        self._metadata = (("authorization", f"Bearer {token}"),)
        self._channel = channel

    def call(self, service_stub, method, request):
        bound = getattr(service_stub(self._channel), method)
        return bound(request, metadata=self._metadata, timeout=CALL_SECONDS_MAX)


def setUpModule():
    """One server with a province's sample for all tests: each leaves records of its own."""
    global server, channel
    server = ServerProcess(PROGRAMS.aynid, "--single-administrator")
    unittest.addModuleCleanup(server.remove)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([PROGRAMS.generate, "--scale", "province:0806", "--from", SEASON_START.isoformat(), "--out",
                        folder], check=True, stdout=subprocess.DEVNULL)
        imported = ayni(server, "market", "import", folder)
        if imported.returncode != 0:
            raise AssertionError(imported.stdout + imported.stderr)
        repeated = ayni(server, "market", "import", folder)
        if " 0 changed" not in repeated.stdout or not repeated.stdout.startswith("0 made"):
            raise AssertionError(f"an import that is repeated must change nothing: {repeated.stdout}")
    sample = json.loads(ayni(server, "policy", "get", "sample-1", "--output", "json").stdout)
    activated = ayni(server, "policy", "activate", "sample-1", "--etag", sample["etag"])
    if activated.returncode != 0:
        raise AssertionError(activated.stderr)
    channel = grpc.insecure_channel(server.address)
    unittest.addModuleCleanup(channel.close)


def principal(role, party):
    """A client with a token of a new principal."""
    administrator = Client(channel, server.administrator_token())
    stub = access_service_pb2_grpc.AccessServiceStub
    made = administrator.call(stub, "CreatePrincipal", access_service_pb2.CreatePrincipalRequest(
        principal=access_pb2.Principal(display_name=f"Test of {party}", role=role, party=party)))
    token = administrator.call(stub, "CreateToken", access_service_pb2.CreateTokenRequest(
        parent=made.name, token=access_pb2.Token(display_name="python test")))
    return Client(channel, token.secret)


def date(day):
    return date_pb2.Date(year=day.year, month=day.month, day=day.day)


def window(first, days):
    return date_window_pb2.DateWindow(
        start_date=date(first), end_date=date(first + datetime.timedelta(days=days)))


def soles(minor_units):
    return money_pb2.Money(currency="PEN", minor_units=minor_units)


def need(**fields):
    values = {
        "service": "services/dosing", "value_chain": "valueChains/dairy", "district": "territories/inei.080601",
        "quantity": 40, "window": window(SEASON_START, 30), "highest_unit_price": soles(300),
        "languages": ["quz", "spa"], "urgency": need_pb2.URGENCY_CRITICAL,
    }
    return need_pb2.Need(**{**values, **fields})


def offer(**fields):
    values = {
        "service": "services/dosing", "value_chains": ["valueChains/dairy"], "unit": catalogue_pb2.UNIT_ANIMAL,
        "unit_price": soles(100), "capacity": 100_000, "window": window(SEASON_START, 60),
        "coverage": offer_pb2.Coverage(territories=["territories/inei.080601"]), "languages": ["quz", "spa"],
        "fee_for_service": offer_pb2.FeeForService(), "deliverable": "Animales dosificados y registro firmado de dosis",
        "immediate_benefit": "Menos parásitos visibles en una semana",
    }
    return offer_pb2.Offer(**{**values, **fields})


def run_round(client):
    """A published round."""
    stub = round_service_pb2_grpc.RoundServiceStub
    made = client.call(stub, "CreateRound", round_service_pb2.CreateRoundRequest(round=round_pb2.Round(note="test")))
    operation = client.call(stub, "PublishRound", round_service_pb2.PublishRoundRequest(name=made.name))
    deadline = datetime.datetime.now() + datetime.timedelta(seconds=ROUND_SECONDS_MAX)
    while not operation.done and datetime.datetime.now() < deadline:
        request = operations_pb2.WaitOperationRequest(name=operation.name)
        request.timeout.seconds = 5
        operation = client.call(operations_pb2_grpc.OperationsStub, "WaitOperation", request)
    if operation.WhichOneof("result") != "response":
        raise AssertionError(f"the round did not end well: {operation}")
    published = round_pb2.Round()
    operation.response.Unpack(published)
    return published


class PythonClient(unittest.TestCase):
    def test_cooperative_reads_the_match_of_the_need_that_it_posted(self):
        cooperative = principal(access_pb2.ROLE_COOPERATIVE, "parties/coop-1")
        tap = principal(access_pb2.ROLE_TAP, "parties/tap-2")
        published = tap.call(offer_service_pb2_grpc.OfferServiceStub, "CreateOffer",
                             offer_service_pb2.CreateOfferRequest(parent="taps/tap-2", offer=offer()))
        posted = cooperative.call(
            need_service_pb2_grpc.NeedServiceStub, "CreateNeed",
            need_service_pb2.CreateNeedRequest(parent="cooperatives/coop-1", need=need(), request_id="post-1"))
        self.assertEqual(posted.state, need_pb2.Need.STATE_OPEN)

        round = run_round(Client(channel, server.administrator_token()))
        self.assertEqual(round.state, round_pb2.Round.STATE_PUBLISHED)
        self.assertGreater(round.summary.served_need_count, 0)
        self.assertLessEqual(round.summary.value, round.summary.upper_bound)

        matches = cooperative.call(
            match_service_pb2_grpc.MatchServiceStub, "ListMatches",
            match_service_pb2.ListMatchesRequest(parent=round.name, filter=f'need = "{posted.name}"')).matches
        self.assertEqual(sum(match.quantity for match in matches), posted.quantity)
        for match in matches:
            self.assertEqual(match.cooperative, "parties/coop-1")
            self.assertLessEqual(match.unit_price.minor_units, 300)
            self.assertEqual(match.state, match_pb2.Match.STATE_PROPOSED)
        self.assertIn(published.name, [match.offer for match in matches])

        served = cooperative.call(need_service_pb2_grpc.NeedServiceStub, "GetNeed",
                                  need_service_pb2.GetNeedRequest(name=posted.name))
        self.assertEqual(served.matched_quantity, posted.quantity)
        self.assertEqual(served.state, need_pb2.Need.STATE_MATCHED)

    def test_repeated_request_id_gives_the_first_answer(self):
        cooperative = principal(access_pb2.ROLE_COOPERATIVE, "parties/coop-2")
        request = need_service_pb2.CreateNeedRequest(
            parent="cooperatives/coop-2", need=need(quantity=7), request_id="post-2")
        stub = need_service_pb2_grpc.NeedServiceStub
        first = cooperative.call(stub, "CreateNeed", request)
        self.assertEqual(cooperative.call(stub, "CreateNeed", request).name, first.name)

    def test_every_wrong_field_is_named_at_once(self):
        cooperative = principal(access_pb2.ROLE_COOPERATIVE, "parties/coop-2")
        wrong = need(quantity=0, languages=["que"], highest_unit_price=money_pb2.Money(currency="XXX", minor_units=5))
        with self.assertRaises(grpc.RpcError) as raised:
            cooperative.call(need_service_pb2_grpc.NeedServiceStub, "CreateNeed",
                             need_service_pb2.CreateNeedRequest(parent="cooperatives/coop-2", need=wrong))
        self.assertEqual(raised.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
        details = dict(raised.exception.trailing_metadata())["grpc-status-details-bin"]
        bad = error_details_pb2.BadRequest()
        for detail in status_pb2.Status.FromString(details).details:
            detail.Unpack(bad) if detail.Is(error_details_pb2.BadRequest.DESCRIPTOR) else None
        self.assertEqual({violation.field for violation in bad.field_violations},
                         {"need.quantity", "need.languages[0]", "need.highest_unit_price.currency"})

    def test_cooperative_can_not_post_for_another(self):
        cooperative = principal(access_pb2.ROLE_COOPERATIVE, "parties/coop-3")
        with self.assertRaises(grpc.RpcError) as raised:
            cooperative.call(need_service_pb2_grpc.NeedServiceStub, "CreateNeed",
                             need_service_pb2.CreateNeedRequest(parent="cooperatives/coop-1", need=need()))
        self.assertEqual(raised.exception.code(), grpc.StatusCode.PERMISSION_DENIED)

    def test_no_token_is_no_access(self):
        with self.assertRaises(grpc.RpcError) as raised:
            need_service_pb2_grpc.NeedServiceStub(channel).ListNeeds(
                need_service_pb2.ListNeedsRequest(parent="cooperatives/-"), timeout=CALL_SECONDS_MAX)
        self.assertEqual(raised.exception.code(), grpc.StatusCode.UNAUTHENTICATED)

    def test_administrators_token_is_its_owners_only(self):
        self.assertEqual(stat.S_IMODE(server.token_file.stat().st_mode), 0o600)


class ServerStops(unittest.TestCase):
    def test_with_success_when_asked_to(self):
        own = ServerProcess(PROGRAMS.aynid)
        self.addCleanup(own.remove)
        self.assertEqual(own.stop(), 0, own.log())


def read_arguments():
    parser = argparse.ArgumentParser()
    for program in ("aynid", "ayni", "stubs", "generate"):
        parser.add_argument(f"--{program}", required=True)
    given, rest = parser.parse_known_args()
    sys.argv[1:] = rest
    return given


if __name__ == "__main__":
    PROGRAMS = read_arguments()
    sys.path.insert(0, PROGRAMS.stubs)
    from ayni.v1 import (
        access_pb2, access_service_pb2, access_service_pb2_grpc, catalogue_pb2, date_window_pb2, match_pb2,
        match_service_pb2, match_service_pb2_grpc, money_pb2, need_pb2, need_service_pb2, need_service_pb2_grpc,
        offer_pb2, offer_service_pb2, offer_service_pb2_grpc, round_pb2, round_service_pb2, round_service_pb2_grpc)
    from google.longrunning import operations_pb2, operations_pb2_grpc
    from google.rpc import error_details_pb2, status_pb2
    from google.type import date_pb2
    unittest.main()
