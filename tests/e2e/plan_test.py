"""How many TAPs to train: `ayni plan` over the sample market, as its table, its data and its picture."""

import csv
import io
import json
import re
import unittest
import xml.etree.ElementTree

from command_line import DONE, NOT_ALLOWED, as_member, ayni, main, market, new_folder, run

setUpModule = market.set_up


class Plan(unittest.TestCase):
    def test_tells_a_number_for_each_model_and_draws_it(self):
        picture = new_folder("plan") / "plan.svg"
        told = ayni("plan", "--level", "PROVINCE", "--probability", "90%", "--rows", "5", "--plot", picture)
        self.assertEqual(told.returncode, DONE, told.stderr)
        heading, *rows = told.stdout.splitlines()
        for title in ("territory", "asked for", "met today", "community", "enterprise"):
            self.assertIn(title, heading)
        self.assertIn("with a probability of 90.0 %", told.stdout)
        self.assertEqual(len(rows), 5 + 3)
        lacking = [int(re.search(r"  +(\d+)  +\d+  +\d+  +0.0 %", row)[1]) for row in rows[:5] if "0.0 %" in row]
        self.assertEqual(lacking, sorted(lacking, reverse=True))
        self.assertGreater(len(lacking), 1)
        drawn = xml.etree.ElementTree.fromstring(picture.read_text(encoding="utf-8"))
        self.assertTrue(drawn.tag.endswith("svg"))

    def test_gives_the_same_numbers_again_and_others_by_another_seed(self):
        def plans(*flags):
            done = ayni("plan", "--output", "json", *flags)
            self.assertEqual(done.returncode, DONE, done.stderr)
            return json.loads(done.stdout)
        self.assertEqual(plans("--seed", "7"), plans("--seed", "7"))
        self.assertNotEqual(plans("--seed", "7"), plans("--seed", "8"))
        sure, unsure = plans("--probability", "0.95"), plans("--probability", "0.5")
        self.assertEqual(len(sure), len(unsure))
        for of_sure, of_unsure in zip(sure, unsure):
            for more, less in zip(of_sure["models"], of_unsure["models"]):
                if "trainee_count" in more:
                    self.assertGreaterEqual(int(more["trainee_count"]), int(less["trainee_count"]))

    def test_is_a_sheet(self):
        done = ayni("plan", "--territory", "inei.080601", "--output", "csv")
        self.assertEqual(done.returncode, DONE, done.stderr)
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertTrue(rows)
        self.assertEqual({row["territory"] for row in rows}, {"territories/inei.080601"})

    def test_says_what_is_wrong(self):
        for words, told in {("--probability", "1"): "--probability must be 0.0001 to 0.9999",
                            ("--probability", "often"): "--probability must be 0.0001 to 0.9999",
                            ("--draws", "7"): "draw_count: must be 100 to 10000",
                            ("--rows", "-1"): "--rows must be a number from 0 on",
                            ("--territory", "inei.080601", "--level", "PROVINCE"): "territory_level: must not be above",
                            ("--territory", "inei.999999"): "inei.999999"}.items():
            with self.subTest(words):
                done = ayni("plan", *words)
                self.assertNotEqual(done.returncode, DONE)
                self.assertRegex(done.stderr, re.escape(told))

    def test_is_for_administrators_and_auditors(self):
        self.assertEqual(run(("plan",), as_member("TAP", "tap-1")).returncode, NOT_ALLOWED)


if __name__ == "__main__":
    main()
