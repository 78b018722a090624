"""What cooperatives and TAPs get where they name nobody: what they may see."""

import json
import unittest

from command_line import DONE, NOT_ALLOWED, NOT_FOUND, as_member, market, main, read_rows, run

setUpModule = market.set_up


class Members(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cooperative = as_member("COOPERATIVE", "coop-1")
        cls.tap = as_member("TAP", "tap-2")

    def listed(self, environment, noun, *words):
        done = run([noun, "list", *words, "--output", "json"], environment)
        self.assertEqual(done.returncode, DONE, done.stderr)
        return [record["name"] for record in json.loads(done.stdout)]

    def test_list_is_of_what_is_their_own(self):
        own = [row["name"] for row in read_rows(market.sample / "needs.csv")
               if row["name"].startswith("cooperatives/coop-1/")]
        self.assertTrue(own)
        self.assertEqual(sorted(self.listed(self.cooperative, "need")), sorted(own))
        self.assertEqual(self.listed(self.cooperative, "need", "--limit", "1"), sorted(own)[:1])
        self.assertEqual(self.listed(self.cooperative, "token"), ["principals/cooperative-of-coop-1/tokens/t1"])
        self.assertEqual(self.listed(self.tap, "token"), ["principals/tap-of-tap-2/tokens/t1"])
        self.assertEqual(run(["need", "list", "--cooperative", "coop-2"], self.cooperative).returncode, NOT_ALLOWED)

    def test_every_list_that_a_member_may_call_needs_no_parent(self):
        for noun in ("offer", "agreement", "budget", "match", "round", "policy", "party", "relation", "credential", "skill", "service", "value-chain",
                     "territory", "segment", "ledger"):
            for member in (self.cooperative, self.tap):
                self.listed(member, noun, "--limit", "3")

    def test_explanations_are_of_what_is_their_own(self):
        for member, words in ((self.cooperative, ("need", "why", "coop-2/n-1")), (self.tap, ("need", "why", "coop-1/n-1")),
                              (self.tap, ("party", "why", "tap-1")), (self.cooperative, ("party", "why", "tap-1"))):
            self.assertEqual(run([*words, "--round", "none"], member).returncode, NOT_ALLOWED, words)
        for member, words in ((self.cooperative, ("need", "why", "coop-1/n-1")), (self.tap, ("party", "why", "tap-2"))):
            self.assertEqual(run([*words, "--round", "none"], member).returncode, NOT_FOUND, words)
        for member in (self.cooperative, self.tap):
            self.assertEqual(run(["round", "limit-values", "none"], member).returncode, NOT_ALLOWED)

    def test_export_holds_what_they_may_see_and_says_what_it_leaves_out(self):
        folder = market.scratch / "of-a-cooperative"
        done = run(["market", "export", folder], self.cooperative)
        self.assertEqual((done.returncode, done.stderr), (DONE, ""))
        self.assertEqual(len(list(folder.iterdir())), 13)
        self.assertTrue(all(row["name"].startswith("cooperatives/coop-1/") for row in read_rows(folder / "needs.csv")))

        folder = market.scratch / "of-a-tap"
        done = run(["market", "export", folder], self.tap)
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertEqual(done.stderr, "need_templates.csv is left out: the caller may not list what belongs in it\n"
                                      "needs.csv is left out: the caller may not list what belongs in it\n")
        self.assertEqual(len(list(folder.iterdir())), 11)


if __name__ == "__main__":
    main()
