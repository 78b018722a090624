"""The life of matches as both sides type it, on a server."""

import concurrent.futures
import csv
import io
import json
import unittest

from command_line import DONE, NOT_ALLOWED, REFUSED, USAGE, as_member, ayni, market, main, run

setUpModule = market.set_up


def read(noun, name):
    return json.loads(ayni(noun, "get", name, "--output", "json").stdout)


def due(match, charge):
    """Payments for all units of the match, as they are typed: producers' a part in kind, by their cooperative."""
    total = int(match["unit_price"]["minor_units"]) * int(match["quantity"])
    if "embedded" in charge:
        return []
    share = int(charge["subsidised"].get("producer_share_basis_points", 0)) if "subsidised" in charge else 10_000
    producers = total * share // 10_000
    parts = (("COOPERATIVE", producers // 3, {"in_kind": "3 sacks, one large"}), ("PRODUCERS", producers - producers // 3, {}),
             ("FUNDER", total - producers, {}))
    return [{"payer": payer, "amount": f"{minor_units / 100:.2f} {match['unit_price']['currency']}", **more}
            for payer, minor_units, more in parts if minor_units > 0]


class MatchLife(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        done = ayni("round", "run", "--id", "life")
        assert done.returncode == DONE, done.stderr
        matches = json.loads(ayni("match", "list", "--round", "life", "--output", "json").stdout)
        # Those of one TAP, so that its route sheet has several; without flags, which their cooperatives would acknowledge.
        by_tap = {}
        for match in matches:
            if not any(conflict["severity"] == "CONFLICT_SEVERITY_FLAG" for conflict in match.get("conflicts", [])):
                by_tap.setdefault(match["tap"], []).append(match)
        cls.matches = max(by_tap.values(), key=len)
        cls.of_another = next(match for match in matches if match["tap"] != cls.matches[0]["tap"])
        assert len(cls.matches) >= 4, len(cls.matches)
        cls.tap = as_member("TAP", cls.matches[0]["tap"].split("/")[1])
        cls.cooperatives = {}

    def cooperative(self, match):
        party = match["cooperative"].split("/")[1]
        if party not in self.cooperatives:
            self.cooperatives[party] = as_member("COOPERATIVE", party)
        return self.cooperatives[party]

    def say(self, environment, verb, match, *words, code=DONE):
        done = run(["match", verb, match["name"], *words, "--output", "json"], environment)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout) if code == DONE else done.stderr

    def test_goes_from_the_proposal_to_the_confirmation(self):
        match = self.matches[0]
        self.say(self.tap, "accept", match)
        self.assertEqual(self.say(self.cooperative(match), "accept", match)["state"], "STATE_ACCEPTED")
        sheet = list(csv.DictReader(io.StringIO(run(["match", "route-sheet"], self.tap).stdout)))
        self.assertIn(match["name"], [row["match"] for row in sheet])
        self.assertEqual(sheet, sorted(sheet, key=lambda row: (row["start_date"], row["district"])))
        today = match["create_time"][:10]
        self.say(self.tap, "deliver", match, "--date", today)
        self.assertIn("rating", self.say(self.cooperative(match), "confirm", match, "--benefit-seen", "Even fleeces",
                                         "--rating", "6", code=REFUSED))
        self.say(self.cooperative(match), "confirm", match, "--benefit-seen", "Even fleeces", "--rating", "5")
        charge = read("offer", match["offer"])
        payments = due(match, charge)
        words = [word for payment in payments for word in ("--payment", ",".join(f"{k}={v}" for k, v in payment.items()))]
        if payments:
            self.assertIn("must come to", self.say(self.tap, "settle", match, *words[2:], code=REFUSED))
            self.assertIn("--payment 'payer=BANK': payer must be one of",
                          self.say(self.tap, "settle", match, "--payment", "payer=BANK", code=USAGE))
        settled = self.say(self.tap, "settle", match, *words)
        self.assertEqual(settled["state"], "STATE_SETTLED")
        said = settled["settlement"].get("payments", [])
        self.assertEqual([payment["payer"] for payment in said], ["PAYER_" + payment["payer"] for payment in payments])
        self.assertEqual([payment.get("in_kind") for payment in said], [payment.get("in_kind") for payment in payments])

    def test_is_a_contract_from_the_second_yes_on(self):
        match = self.matches[3]
        def release():
            package = json.loads(ayni("match", "export-ocds", "-", "--round", "life").stdout)
            [of_it] = [each for each in package["releases"] if each["awards"][0]["id"] == match["name"]]
            return of_it
        self.say(self.tap, "accept", match)
        self.assertNotIn("contracts", release())
        self.say(self.cooperative(match), "accept", match)
        for verb, status in (("accept", "active"), ("start", "active"), ("cancel", "terminated")):
            self.say(self.tap, verb, match, *(("--reason", "The road is closed") if verb == "cancel" else ()))
            [contract] = release()["contracts"]
            self.assertEqual(contract["status"], status, verb)

    def test_gives_its_units_back_once_however_many_end_it_at_once(self):
        match = self.matches[1]
        need, offer = read("need", match["need"]), read("offer", match["offer"])
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            words = ["match", "decline", match["name"], "--reason", "The road is closed"]
            ends = [pool.submit(run, words, self.tap), pool.submit(run, words, self.cooperative(match)),
                    pool.submit(ayni, "match", "cancel", match["name"], "--reason", "Wrong"),
                    pool.submit(run, words, self.tap)]
            codes = [end.result().returncode for end in ends]
        self.assertEqual(sorted(codes), [DONE, REFUSED, REFUSED, REFUSED])
        given = int(match["quantity"])
        self.assertEqual(int(read("need", match["need"]).get("matched_quantity", 0)),
                         int(need["matched_quantity"]) - given)
        self.assertEqual(int(read("offer", match["offer"]).get("booked_quantity", 0)),
                         int(offer["booked_quantity"]) - given)

    def test_is_not_proposed_again_once_it_was_declined(self):
        match = self.of_another
        self.say(as_member("TAP", match["tap"].split("/")[1]), "decline", match, "--reason", "The road is closed")
        self.assertEqual(ayni("round", "run", "--id", "after").returncode, DONE)
        again = json.loads(ayni("match", "list", "--round", "after", "--output", "json").stdout)
        self.assertNotIn((match["need"], match["offer"]), [(each["need"], each["offer"]) for each in again])
        words = ["need", "why", match["need"], "--round", "after", "--tap", match["tap"]]
        self.assertIn("El proveedor dijo que no a esta propuesta el", run(words, self.cooperative(match)).stdout)

    def test_is_spoken_of_by_those_whom_it_concerns(self):
        match = self.matches[2]
        self.assertEqual(ayni("match", "accept", match["name"]).returncode, NOT_ALLOWED)
        self.say(self.tap, "confirm", match, "--benefit-seen", "Nothing", "--rating", "5", code=NOT_ALLOWED)

    def test_is_told_in_one_short_message(self):
        match = self.matches[2]
        for language in ("spa", "eng", "quz"):
            page = market.scratch / f"{language}.html"
            told = ayni("match", "notice", match["name"], "--language", language, "--print", page)
            self.assertEqual(told.returncode, DONE, told.stderr)
            self.assertLessEqual(len(told.stdout.strip()), 160)
            self.assertIn(match["name"].split("/")[-1], told.stdout)
            self.assertIn("</html>", page.read_text(encoding="utf-8"))
        told = ayni("need", "notice", match["need"])
        self.assertEqual(told.returncode, DONE, told.stderr)
        self.assertLessEqual(len(told.stdout.strip()), 160)

    def test_keeps_its_round_from_being_undone(self):
        match = self.matches[0]
        if read("match", match["name"])["state"] == "STATE_PROPOSED":
            self.test_goes_from_the_proposal_to_the_confirmation()
        done = ayni("round", "undo", "life", "--reason", "Tried")
        self.assertEqual(done.returncode, REFUSED)
        self.assertIn("both sides accepted", done.stderr)


if __name__ == "__main__":
    main()
