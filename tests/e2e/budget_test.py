"""A funder's budget as people type it, and as many programs at once draw on it, give back and change it."""

import concurrent.futures
import datetime
import json
import random
import unittest

from command_line import DONE, NOT_ALLOWED, as_member, ayni, main, market, run

setUpModule = market.set_up

BUDGET = "municipality-0806/paid"
NAME = "funders/municipality-0806/budgets/paid"
YEAR = datetime.date.today().year
PRODUCERS_PAY = 2500  # hundredths of a per cent
SUBSIDISED_OFFERS = 25
PROGRAMS_AT_ONCE = 8
HOLDING = {"STATE_PROPOSED", "STATE_ACCEPTED", "STATE_IN_SERVICE", "STATE_DELIVERED"}


def read_all(*words):
    done = ayni(*words, "--output", "json")
    assert done.returncode == DONE, done.stderr
    return json.loads(done.stdout)


def minor_units(money):
    return int(money.get("minor_units", 0))


def funders_part(match):
    whole = minor_units(match["unit_price"]) * int(match["quantity"])
    return whole - whole * PRODUCERS_PAY // 10_000


class Budget(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.funder = as_member("FUNDER", "municipality-0806")
        done = run(["budget", "create", "--funder", "municipality-0806", "--id", "paid", "--display_name", "Esquila",
                    "--amount", "3000.00 PEN", "--window.start_date", f"{YEAR - 1}-01-01",
                    "--window.end_date", f"{YEAR + 1}-12-31", "--producer_shares.1.start_date", f"{YEAR - 1}-01-01",
                    "--producer_shares.1.share_basis_points", PRODUCERS_PAY], cls.funder)
        assert done.returncode == DONE, done.stderr
        offers = [offer for offer in read_all("offer", "list") if "fee_for_service" in offer]
        for offer in offers[:SUBSIDISED_OFFERS]:
            done = ayni("offer", "update", offer["name"], "--subsidised.funder", "municipality-0806", "--subsidised.budget",
                        BUDGET)
            assert done.returncode == DONE, done.stderr
        done = ayni("round", "run", "--id", "paid")
        assert done.returncode == DONE, done.stderr
        cls.report = done.stdout

    def matches(self):
        return read_all("match", "list", "--filter", f'subsidy.budget = "{NAME}"')

    def expect_the_sum_of_its_matches(self):
        budget = read_all("budget", "get", BUDGET)
        held = [match for match in self.matches() if match["state"] in HOLDING]
        self.assertEqual(minor_units(budget["reserved"]), sum(map(funders_part, held)))
        self.assertLessEqual(minor_units(budget["reserved"]) + minor_units(budget.get("paid", {})),
                             minor_units(budget["amount"]))
        return held

    def test_pays_for_as_much_as_there_is(self):
        self.assertTrue(self.expect_the_sum_of_its_matches())
        self.assertIn("the budget that subsidises the offer does not pay for them", self.report)
        for match in self.matches():
            self.assertEqual(match["subsidy"]["producer_share_basis_points"], PRODUCERS_PAY)

    def test_is_its_funders(self):
        other = as_member("FUNDER", "coop-1")
        self.assertEqual(run(["budget", "update", BUDGET, "--amount", "1.00 PEN"], other).returncode, NOT_ALLOWED)
        shown = json.loads(run(["budget", "get", BUDGET, "--output", "json"], other).stdout)
        self.assertNotIn("reserved", shown)
        own = json.loads(run(["match", "list", "--output", "json"], self.funder).stdout)
        self.assertEqual({match["subsidy"]["funder"] for match in own}, {"parties/municipality-0806"})
        self.assertLessEqual({match["name"] for match in self.matches()}, {match["name"] for match in own})
        for words in (("round", "run", "--id", "mine"), ("need", "match-now", "coop-1/n-1"), ("match", "accept", own[0]["name"])):
            self.assertEqual(run(words, self.funder).returncode, NOT_ALLOWED, words)

    def test_is_never_overdrawn_however_many_programs_use_it_at_once(self):
        draw = random.Random(7)
        held = self.expect_the_sum_of_its_matches()
        ended = draw.sample(held, min(12, len(held)))
        work = [("match", "cancel", match["name"], "--reason", "The road is closed") for match in ended for _ in range(2)]
        work += [("budget", "update", BUDGET, "--amount", f"{draw.randrange(5, 40)}000.00 PEN") for _ in range(24)]
        work += [("round", "run", "--id", f"again-{i}") for i in range(3)]
        draw.shuffle(work)
        with concurrent.futures.ThreadPoolExecutor(PROGRAMS_AT_ONCE) as pool:
            done = list(pool.map(lambda words: (words, ayni(*words)), work))
        refused = [(words, end) for words, end in done if end.returncode != DONE]
        # Each match was cancelled once; of rounds at once one waits for no other; amounts below what is drawn are refused.
        cancelled = [words for words, end in done if words[1] == "cancel" and end.returncode == DONE]
        self.assertEqual(len(cancelled), len(ended), [end.stderr for _, end in refused])
        self.assertTrue(refused)
        self.expect_the_sum_of_its_matches()
        print(f"{PROGRAMS_AT_ONCE} programs at once, {len(work)} operations, {len(refused)} refused")


if __name__ == "__main__":
    main()
