"""That a scenario which can't fail is refused, and that all scenarios are run and listed.

Usage: run_test.py SCENARIO...: the names of those that are run.
"""

import pathlib
import sys
import tempfile
import unittest

from answers import Whole, complaints, difference
from scenario import HERE, Scenario

STORY = """
lesson: 0
says: Nothing
source: none
given: {policy: {limits: [tap-province]}}
then:
  a: {units: {round: r1}, is: 0}
  b: {units: {round: r1}, is: 0}
without:
"""


def scenario(without, story=STORY):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "0.yaml"
        path.write_text(story + without, encoding="utf-8")
        return Scenario(path)


class Complaints(unittest.TestCase):
    def test_of_what_is_not_so_and_of_what_is_so_though_its_reason_was_taken_away(self):
        self.assertEqual(list(complaints({"a": "", "b": ""}, ())), [])
        self.assertEqual(list(complaints({"a": "", "b": "is 1"}, ["b"])), [])
        self.assertEqual(list(complaints({"a": "", "b": "is 1"}, ())), ["'b' is not so: is 1"])
        self.assertEqual(list(complaints({"a": "", "b": ""}, ["b"])), ["'b' is so all the same"])


class Difference(unittest.TestCase):
    def test_counts_what_is_said_of_a_record_and_all_of_a_whole(self):
        self.assertEqual(difference({"hhi": 1}, {"hhi": 1, "thin": True}), "")
        self.assertEqual(difference({"hhi": 1}, {"hhi": 2}), "hhi: is 2, not 1")
        self.assertEqual(difference({"hhi": 1}, {}), "hhi: is None, not 1")
        self.assertNotEqual(difference({"coop/n": {}}, Whole({"coop/n": {}, "coop/m": {}})), "")
        self.assertNotEqual(difference([1], [1, 2]), "")
        self.assertEqual(difference({"contains": "dear"}, "too dear"), "")
        self.assertNotEqual(difference({"contains": "dear"}, None), "")


class Without(unittest.TestCase):
    def test_every_expectation_must_be_able_to_fail(self):
        with self.assertRaisesRegex(ValueError, r"makes these fail: \['b'\]"):
            scenario("  - {taken: the limit, drop: [policy/limits/tap-province], fails: [a]}")

    def test_what_fails_is_expected(self):
        with self.assertRaisesRegex(ValueError, "must name some of"):
            scenario("  - {taken: the limit, drop: [policy/limits/tap-province], fails: [a, b, c]}")

    def test_takes_away_what_is_given(self):
        taken = scenario("  - {taken: the limit, drop: [policy/limits/tap-province], fails: [a, b]}")
        whole, without = [story for _, story, _ in taken.variants()]
        self.assertEqual(list(whole["given"]["policy"]["limits"]), ["tap-province"])
        self.assertEqual(without["given"]["policy"]["limits"], {})
        with self.assertRaisesRegex(ValueError, "nothing is given as 'other': there is"):
            list(scenario("  - {taken: the limit, drop: [policy/limits/other], fails: [a, b]}").variants())
        with self.assertRaisesRegex(ValueError, "takes nothing away"):
            list(scenario("  - {taken: nothing, fails: [a, b]}").variants())


    def test_nothing_is_given_or_said_twice(self):
        with self.assertRaisesRegex(ValueError, "'tap2' is given twice"):
            scenario("", STORY.replace("{policy", "{parties: [{'tap{1..2}': TAP}, {tap2: TAP}], policy"))
        with self.assertRaisesRegex(ValueError, "says 'taken' twice"):
            scenario("  - {taken: the limit, taken: another, fails: [a, b]}")


class Scenarios(unittest.TestCase):
    def test_are_all_run_and_listed(self):
        there = sorted(path.stem for path in HERE.glob("*.yaml") if path.stem != "ground")
        listed = (HERE / "README.md").read_text(encoding="utf-8")
        self.assertEqual(sorted(RUN), there)
        self.assertEqual([name for name in there if f"[{name}]({name}.yaml)" not in listed], [])

    def test_can_all_be_read(self):
        for name in RUN:
            with self.subTest(name):
                self.assertGreater(len(list(Scenario(HERE / f"{name}.yaml").variants())), 1)


if __name__ == "__main__":
    RUN, sys.argv[1:] = sys.argv[1:], []
    unittest.main()
