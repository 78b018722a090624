"""Where choice lacks, and what falls with public money that ends: `ayni coverage` over the sample market."""

import csv
import datetime
import io
import json
import re
import unittest

from command_line import DONE, NOT_ALLOWED, as_member, ayni, main, market, run

setUpModule = market.set_up
LATER = (datetime.date.today() + datetime.timedelta(days=3000)).isoformat()


class Gaps(unittest.TestCase):
    def gaps(self, *flags):
        done = ayni("coverage", "gaps", "--output", "json", *flags)
        self.assertEqual(done.returncode, DONE, done.stderr)
        return {gap["territory"]: gap for gap in json.loads(done.stdout)}

    def test_are_a_table_with_the_most_lacking_first(self):
        told = ayni("coverage", "gaps", "--least-providers", "500", "--rows", "3")
        self.assertEqual(told.returncode, DONE, told.stderr)
        heading, *rows = told.stdout.splitlines()
        for title in ("territory", "providers", "missing", "families", "asked for, and offered by nobody"):
            self.assertIn(title, heading)
        missing = [int(re.findall(r"\b\d+\b", row)[1]) for row in rows[:3]]
        self.assertEqual(missing, sorted(missing, reverse=True))
        self.assertIn("wanted are 500 independent providers and 3 kinds of service", told.stdout)
        self.assertIn("more with --rows 0", told.stdout)

    def test_are_reported_once_the_offers_of_a_kind_are_gone(self):
        before = self.gaps("--all")
        territory, gap = next((name, gap) for name, gap in before.items() if gap.get("services"))
        rare = min(gap["services"], key=lambda each: each["provider_count"])["service"]
        done = ayni("offer", "list", "--filter", f'service = "{rare}"', "--output", "json")
        for offer in json.loads(done.stdout):
            gone = ayni("offer", "delete", offer["name"])
            self.assertEqual(gone.returncode, DONE, gone.stderr)
        after = self.gaps("--all")[territory]
        self.assertEqual(after["service_count"], gap["service_count"] - 1)
        self.assertNotIn(rare, [each["service"] for each in after.get("services", [])])
        if before_need := gap.get("need_count", 0):
            self.assertEqual(after["need_count"], before_need)

    def test_are_a_sheet(self):
        done = ayni("coverage", "gaps", "--level", "PROVINCE", "--all", "--output", "csv")
        self.assertEqual(done.returncode, DONE, done.stderr)
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual([row["territory"] for row in rows], ["territories/inei.0806"])

    def test_tell_members_no_counts_of_needs(self):
        done = run(("coverage", "gaps", "--all", "--output", "json"), as_member("TAP", "tap-1"))
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertNotIn("need_count", done.stdout)
        self.assertIn("provider_count", done.stdout)

    def test_say_what_is_wrong(self):
        for words, told in {("--least-providers", "1001"): "least_providers: must be 1 to 1000",
                            ("--date", "2001-01-01"): "date: must not be before today",
                            ("--rows", "-1"): "--rows must be a number from 0 on"}.items():
            with self.subTest(words):
                done = ayni("coverage", "gaps", *words)
                self.assertNotEqual(done.returncode, DONE)
                self.assertIn(told, done.stderr)


class Stress(unittest.TestCase):
    def stress(self, *flags):
        done = ayni("coverage", "stress", "--output", "json", *flags)
        self.assertEqual(done.returncode, DONE, done.stderr)
        return json.loads(done.stdout)

    def test_tells_what_falls_and_whose_money_it_was(self):
        told = ayni("coverage", "stress", "--date", LATER)
        self.assertEqual(told.returncode, DONE, told.stderr)
        for words in ("fall; of", "that have a candidate today", "lose all coverage", "funder", "last end", "remain"):
            self.assertIn(words, told.stdout)
        answer = self.stress("--date", LATER)
        self.assertGreater(answer["stress"]["lost_offer_count"], 0)
        self.assertLess(answer["stress"]["lost_offer_count"], answer["stress"]["offer_count"])
        funders = [funding["funder"] for funding in answer["stress"]["ending_fundings"]]
        self.assertEqual(len(funders), len(set(funders)))
        one = self.stress("--date", LATER, "--funder", funders[0])["stress"]
        self.assertEqual([funding["funder"] for funding in one["ending_fundings"]], funders[:1])

    def test_loses_more_the_later_the_day(self):
        days = [(datetime.date.today() + datetime.timedelta(days=days)).isoformat() for days in (1, 300, 3000)]
        lost = [self.stress("--date", day)["stress"].get("lost_offer_count", 0) for day in days]
        self.assertEqual(lost, sorted(lost))
        self.assertLess(lost[0], lost[-1])
        stays = self.stress("--date", days[-1], "--paid-offers-stay")["stress"].get("lost_offer_count", 0)
        self.assertLess(stays, lost[-1])

    def test_changes_nothing(self):
        before = ayni("offer", "list", "--output", "csv").stdout
        self.stress("--date", LATER)
        self.assertEqual(ayni("offer", "list", "--output", "csv").stdout, before)

    def test_is_a_sheet(self):
        done = ayni("coverage", "stress", "--date", LATER, "--level", "PROVINCE", "--output", "csv")
        self.assertEqual(done.returncode, DONE, done.stderr)
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual({row["territory"] for row in rows}, {"territories/inei.0806"})

    def test_is_for_administrators_and_auditors(self):
        done = run(("coverage", "stress", "--date", LATER), as_member("TAP", "tap-2"))
        self.assertEqual(done.returncode, NOT_ALLOWED)


if __name__ == "__main__":
    main()
