"""Rounds run, reported on and undone."""

import json
import re
import unittest
import xml.etree.ElementTree

from command_line import DONE, NOT_FOUND, REFUSED, activate, ayni, environment_for, main, market, programs, run
from server_process import ServerProcess

setUpModule = market.set_up


class Rounds(unittest.TestCase):
    """On a server of its own: rounds change what is left of the market."""

    @classmethod
    def setUpClass(cls):
        cls.server = ServerProcess(programs.aynid, "--single-administrator")
        cls.addClassCleanup(cls.server.remove)
        ayni("market", "import", market.sample, on=cls.server)
        activate("sample-1", environment_for(cls.server.address, cls.server.token_file))

    def ayni(self, *words):
        done = ayni(*words, on=self.server)
        self.assertEqual(done.returncode, DONE, done.stderr)
        return done.stdout

    def test_run_is_reported_shown_later_and_undone(self):
        self.ayni("round", "create", "--id", "r1", "--note", "first")
        trial = self.ayni("round", "try", "r1")
        self.assertIn("nothing was stored", trial)
        self.assertEqual(json.loads(self.ayni("match", "list", "--round", "r1", "--output", "json")), [])

        report = self.ayni("round", "run", "--id", "r2")
        self.assertRegex(report, r"needs served   [1-9]\d* of \d+ wholly")
        self.assertRegex(report, r"proved         within 0\.\d+ % of the best possible")
        self.assertIn("First matches (10 of ", report)
        self.assertIn("Ejemplo", report, "names rather than ids")
        for suggestion in re.findall(r"^  ayni (.*)$", report, re.MULTILINE):
            if "undo" not in suggestion:
                self.ayni(*[word.strip("'") for word in re.findall(r"'[^']*'|\S+", suggestion)])
        self.assertEqual(self.ayni("round", "show", "r2"), report)
        self.assertEqual(json.loads(self.ayni("round", "get", "r2", "--output", "json"))["state"], "STATE_PUBLISHED")
        self.assertTrue(self.ayni("operation", "wait", "r2").startswith("Round r2, published"))

        self.ayni("round", "undo", "r2", "--reason", "A test")
        self.assertIn("Round r2, undone: A test", self.ayni("round", "show", "r2"))

    def test_trend_goes_over_the_rounds_that_stand(self):
        for name in ("t1", "t2", "t3"):
            self.ayni("round", "run", "--id", name)
            self.addCleanup(ayni, "round", "undo", name, "--reason", "A test", on=self.server)
        self.ayni("round", "undo", "t2", "--reason", "A test")
        plot = market.scratch / "trend.svg"
        text = self.ayni("segment", "trend", "--limit", "tap-province", "--plot", plot)
        self.assertRegex(text, r"(?m)^t1 .*\n^t3 ")
        self.assertNotIn("t2", text)
        self.assertEqual(xml.etree.ElementTree.parse(plot).getroot().tag, "{http://www.w3.org/2000/svg}svg")
        points = json.loads(self.ayni("segment", "trend", "--level", "OWNERSHIP_GROUP", "--output", "json"))
        self.assertEqual({point["controller_level"] for point in points}, {"CONTROLLER_LEVEL_OWNERSHIP_GROUP"})
        self.assertEqual({point["change"]["round"] for point in points if point["round"] == "rounds/t3"}, {"rounds/t1"})

    def test_why_a_need_was_given_what_it_was_and_what_limits_cost(self):
        self.ayni("round", "run", "--id", "r4")
        self.addCleanup(self.ayni, "round", "undo", "r4", "--reason", "A test")
        matches = json.loads(self.ayni("match", "list", "--round", "r4", "--limit", "3", "--output", "json"))
        need = matches[0]["need"]
        text = self.ayni("need", "why", need, "--round", "r4", "--language", "eng")
        self.assertIn("It was given ", text)
        self.assertLessEqual(max(len(line) for line in text.splitlines()), 80, text)
        self.assertIn("Recibió ", self.ayni("need", "why", need, "--round", "r4"))
        self.assertIn("review by a native", self.ayni("need", "why", need, "--round", "r4", "--language", "quz"))
        answer = json.loads(self.ayni("need", "why", need, "--round", "r4", "--output", "json"))
        given = sum(int(each.get("matched_quantity", 0)) for each in answer["candidates"])
        self.assertEqual(given, int(answer["matched_quantity"]))
        tap = matches[0]["tap"]
        alone = json.loads(self.ayni("need", "why", need, "--round", "r4", "--tap", tap, "--output", "json"))
        self.assertEqual({each["tap"] for each in alone["candidates"]}, {tap})
        for language, titles, words in (("eng", "need +offer +candidate +why", "yes|no"),
                                        ("spa", "pedido +oferta +candidata +por qué", "sí|no")):
            table = self.ayni("party", "why", tap, "--round", "r4", "--language", language).splitlines()
            self.assertRegex(table[0], titles)
            for row in table[1:]:
                self.assertRegex(row, f" ({words}) ")
        for words in (("need", "why", need, "--tap", "nobody"), ("party", "why", "nobody"),
                      ("need", "why", need.replace("/needs/", "/needs/no-such-"))):
            done = ayni(*words, "--round", "r4", on=self.server)
            self.assertEqual(done.returncode, NOT_FOUND, (words, done.stderr))
        values = [int(value["price"]["price"]) for value in
                  json.loads(self.ayni("round", "limit-values", "r4", "--output", "json"))]
        self.assertTrue(values)
        self.assertEqual(values, sorted(values, reverse=True))

    def test_operation_and_prices_are_for_people(self):
        self.ayni("round", "run", "--id", "r3")
        self.addCleanup(self.ayni, "round", "undo", "r3", "--reason", "A test")
        operation = self.ayni("operation", "get", "r3")
        self.assertRegex(operation, r"(?m)^metadata\.phase +DONE$")
        self.assertRegex(operation, r"(?m)^response\.name +rounds/r3$")
        self.assertNotIn("type_url", operation)
        self.assertNotIn("metadata.value,", self.ayni("operation", "list", "--output", "csv"))
        [price] = json.loads(self.ayni("price", "list", "r3", "--limit", "1", "--output", "json"))
        heading, line = self.ayni("price", "list", "r3", "--limit", "1").splitlines()
        self.assertTrue(heading.endswith("price in score"), heading)
        self.assertAlmostEqual(float(line.split()[-1]), int(price["price"]) / 65536, places=3)

    def test_run_without_a_policy_says_how_to_get_one(self):
        new = ServerProcess(programs.aynid)
        self.addCleanup(new.remove)
        done = ayni("round", "run", on=new)
        self.assertEqual(done.returncode, REFUSED, done.stderr)
        self.assertIn("`ayni policy list`, then `ayni policy activate ID`", done.stderr)

    def test_run_that_fails_names_the_round_that_it_made(self):
        policy = json.loads(self.ayni("policy", "get", "sample-1", "--output", "json"))
        for key in ("name", "state", "etag", "author", "activator"):
            policy.pop(key, None)
        made = run(["policy", "create", "--id", "draft", "--file", "-"],
                   environment_for(self.server.address, self.server.token_file), json.dumps(policy))
        self.assertEqual(made.returncode, DONE, made.stderr)
        failed = ayni("round", "run", "--policy", "draft", on=self.server)
        self.assertEqual(failed.returncode, REFUSED, failed.stdout)
        [name] = re.findall(r"^(rounds/\S+) was made", failed.stderr, re.MULTILINE)
        self.assertEqual(json.loads(self.ayni("round", "get", name, "--output", "json"))["state"], "STATE_DRAFT")
        self.assertNotIn("was made", ayni("round", "run", "--policy", "nothing", on=self.server).stderr)


if __name__ == "__main__":
    main()
