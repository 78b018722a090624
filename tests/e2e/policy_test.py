"""A policy from its file to force: edited, compared, made a draft, tried, swept, activated by a second administrator."""

import json
import pathlib
import re
import unittest
import xml.etree.ElementTree

from command_line import CONFLICT, DONE, LOCAL_FILE, NOT_ALLOWED, REFUSED, USAGE, activate, ayni, environment_for, main, market, programs, run
from server_process import ServerProcess

setUpModule = market.set_up


class FourEyes(unittest.TestCase):
    """A server that asks for four eyes, and two administrators."""

    @classmethod
    def setUpClass(cls):
        cls.server = ServerProcess(programs.aynid)
        cls.addClassCleanup(cls.server.remove)
        ayni("market", "import", market.sample, on=cls.server)
        cls.first = environment_for(cls.server.address, cls.server.token_file)
        token_file = market.scratch / f"{cls.__name__}.token"
        for words in (("principal", "create", "--id", "second", "--display_name", "Second", "--role", "ADMINISTRATOR"),
                      ("token", "create", "--principal", "second", "--id", "t1", "--out", token_file)):
            done = run(words, cls.first)
            if done.returncode != DONE:
                raise AssertionError(done.stderr)
        cls.second = environment_for(cls.server.address, token_file)
        done = activate("sample-1", cls.second)
        if done.returncode != DONE:
            raise AssertionError(done.stderr)

    def ayni(self, *words, stdin="", **variables):
        done = run(words, {**self.first, "VISUAL": "", **variables}, stdin)
        self.assertEqual(done.returncode, DONE, done.stdout + done.stderr)
        return done.stdout

    def file(self, name, text):
        path = market.scratch / name
        path.write_text(text, encoding="utf-8")
        return path

    def exported(self, name="sample-1"):
        return self.ayni("policy", "export", name)

    def listed(self, noun):
        return json.loads(self.ayni(noun, "list", "--output", "json"))

    def reactivate(self, name="back"):
        """The sample's limits again, under another name."""
        self.ayni("policy", "apply", self.file(f"{name}.yaml", self.exported()), "--id", name)
        self.assertEqual(activate(name, self.second).returncode, DONE)


class FirstPolicy(unittest.TestCase):
    def test_of_a_market_is_shown_with_what_activates_it(self):
        server = ServerProcess(programs.aynid, "--single-administrator")
        self.addCleanup(server.remove)
        ayni("market", "import", market.sample, on=server)
        shown = ayni("policy", "activate", "sample-1", on=server)
        self.assertEqual(shown.returncode, USAGE)
        self.assertIn("sample-1, by administrator: the first policy", shown.stdout)
        words = shown.stderr.splitlines()[-1].split()
        self.assertEqual(words[:4], ["ayni", "policy", "activate", "sample-1"])
        self.assertEqual(ayni(*words[1:], on=server).returncode, DONE)


class Policies(FourEyes):
    def test_a_file_becomes_a_draft_and_another_administrator_makes_it_active(self):
        tighter = self.file("tighter.yaml", "# A comment of ours\n" + self.exported().replace(
            "share_basis_points: 4000", "share_basis_points: 2500"))
        difference = self.ayni("policy", "diff", tighter)
        self.assertIn("~ limits[tap-province].share_basis_points: 4000 -> 2500", difference)
        self.assertEqual(len(difference.splitlines()), 3, difference)

        self.assertIn("nothing was changed", self.ayni("policy", "apply", tighter, "--id", "tighter", "--validate-only"))
        self.assertIn("draft tighter is made", self.ayni("policy", "apply", tighter, "--id", "tighter"))
        for words in ((), ("--id", "tighter")):
            self.assertEqual(self.ayni("policy", "apply", tighter, *words), "tighter, DRAFT, is unchanged\n")
        self.assertIn("sample-1, ACTIVE, is unchanged",
                      self.ayni("policy", "apply", self.file("same.yaml", self.exported())))

        own = activate("tighter", self.first)
        self.assertEqual(own.returncode, NOT_ALLOWED)
        self.assertIn("last written by principals/administrator", own.stderr)
        self.assertEqual(activate("tighter", self.second).returncode, DONE)
        self.addCleanup(self.reactivate)
        refused = run(("policy", "apply", self.file("x.yaml", tighter.read_text().replace("2500", "2600")), "--id",
                       "tighter"), self.first)
        self.assertEqual(refused.returncode, REFUSED, "a version that was active never changes")

        history = self.ayni("policy", "history")
        self.assertRegex(history, r"(?m)^tighter  ACTIVE\n  written by administrator, .*\n  made active by second, ")
        self.assertIn("  against sample-1:\n  ~ limits[tap-province].share_basis_points: 4000 -> 2500", history)
        self.assertRegex(history, r"(?m)^sample-1  SUPERSEDED$")
        self.assertNotIn("single-handed", history)

    def test_the_second_who_edits_a_draft_does_not_activate_it(self):
        text = self.exported().replace("full_waiting_days: 90", "full_waiting_days: 80")
        self.ayni("policy", "apply", self.file("both.yaml", text), "--id", "both")
        changed = self.file("both2.yaml", text.replace("full_waiting_days: 80", "full_waiting_days: 70"))
        done = run(("policy", "apply", changed, "--id", "both"), self.second)
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertIn("~ full_waiting_days: 80 -> 70", done.stdout)
        self.assertEqual(activate("both", self.second).returncode, NOT_ALLOWED)
        self.ayni("policy", "delete", "both")

    def test_activate_shows_what_would_change_and_then_makes_that_active(self):
        text = self.exported().replace("full_waiting_days: 90", "full_waiting_days: 60")
        self.ayni("policy", "apply", self.file("seen.yaml", text), "--id", "seen")
        shown = run(("policy", "activate", "seen"), self.second)
        self.assertEqual(shown.returncode, USAGE, "nothing was made active")
        self.assertIn("~ full_waiting_days: 90 -> 60", shown.stdout)
        [command] = re.findall(r"(?m)^  ayni (policy activate seen --etag \w+)$", shown.stderr)
        changed = self.file("unseen.yaml", text.replace("full_waiting_days: 60", "full_waiting_days: 10"))
        self.ayni("policy", "apply", changed, "--id", "seen")
        self.assertEqual(run(command.split(), self.second).returncode, CONFLICT, "it is not what was looked at")
        again = run(("policy", "activate", "seen"), self.second)
        self.assertIn("~ full_waiting_days: 90 -> 10", again.stdout)
        [command] = re.findall(r"(?m)^  ayni (policy activate seen --etag \w+)$", again.stderr)
        done = run(command.split(), self.second)
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.addCleanup(self.reactivate, "back-from-seen")
        self.assertRegex(done.stdout, r"^seen is active: \d+ limits, \d+ reserves, \d+ conflict rules; "
                                      r"drafted by administrator, activated by second\n$")

    def test_every_mistake_of_a_file_is_told_at_once_with_its_place(self):
        done = run(("policy", "apply", self.file("bad.yaml", "reason: x\nlimts: []\nlimits: [{share: 4}]\n")), self.first)
        self.assertEqual(done.returncode, LOCAL_FILE)
        self.assertRegex(done.stderr, r"bad\.yaml:2:1: limts does not exist, did you mean 'limits'\?")
        self.assertRegex(done.stderr, r"bad\.yaml:3:11: limits\[0\]\.share does not exist")
        done = run(("policy", "apply", self.file("poor.json", '{"reason": "x", "limits": [{"id": "a"}]}')), self.first)
        self.assertEqual(done.returncode, REFUSED)
        for field in ("json:1:28: limits[0].controller_level", "json:1:28: limits[0].share_basis_points",
                      "json: score_weights"):
            self.assertIn(field, done.stderr)

    def test_what_the_server_finds_wrong_is_told_with_its_line(self):
        text = self.exported().replace("full_waiting_days: 90", "full_waiting_days: 600")
        line = text.splitlines().index("full_waiting_days: 600") + 1
        done = run(("policy", "apply", self.file("wait.yaml", text)), self.first)
        self.assertEqual(done.returncode, REFUSED)
        self.assertRegex(done.stderr, rf"wait\.yaml:{line}:1: full_waiting_days: must be 1 to 366, is 600")

    def test_what_the_server_fills_is_passed_over_with_a_word(self):
        got = json.loads(self.ayni("policy", "get", "sample-1", "--output", "json"))
        same = run(("policy", "apply", self.file("same.json", json.dumps(got))), self.first)
        self.assertEqual((same.returncode, same.stderr), (DONE, ""))
        got["author"] = "principals/nobody"
        other = run(("policy", "apply", self.file("other.json", json.dumps(got))), self.first)
        self.assertEqual(other.returncode, DONE)
        self.assertRegex(other.stderr, r"other\.json:1:\d+: author is the server's to fill")

    def test_edit_opens_checks_and_makes_a_draft(self):
        done = self.ayni("policy", "edit", "sample-1", "--id", "edited", stdin="Wait less\n",
                         EDITOR="sed -i 's/full_waiting_days: 90/full_waiting_days: 60/'")
        self.assertIn("~ full_waiting_days: 90 -> 60", done)
        self.assertIn("draft edited is made", done)
        self.assertEqual(json.loads(self.ayni("policy", "get", "edited", "--output", "json"))["reason"], "Wait less")
        self.assertIn("nothing was changed", self.ayni("policy", "edit", "sample-1", EDITOR="true"))
        self.ayni("policy", "delete", "edited")

    def test_edit_opens_again_with_what_is_wrong_and_loses_nothing(self):
        editor = self.file("editor.sh", """
            if grep -q '^#! .*full_waiting_days' "$1"; then cp "$1" "$0.seen"; sed -i 's/: 600$/: 66/' "$1"
            else sed -i 's/full_waiting_days: 90/full_waiting_days: 600/' "$1"; fi
            """)
        done = self.ayni("policy", "edit", "sample-1", "--id", "twice", "--reason", "A test", EDITOR=f"sh {editor}")
        self.assertIn("~ full_waiting_days: 90 -> 66", done)
        seen = pathlib.Path(f"{editor}.seen").read_text(encoding="utf-8")
        self.assertIn(", column 1: full_waiting_days: must be 1 to 366, is 600", seen)
        self.ayni("policy", "delete", "twice")

        given_up = run(("policy", "edit", "sample-1", "--reason", "A test"),
                       {**self.first, "VISUAL": "", "EDITOR": "sed -i 's/^limits:/limts:/'"})
        self.assertEqual(given_up.returncode, LOCAL_FILE)
        [kept] = re.findall(r"the text is kept in (\S+)", given_up.stderr)
        self.addCleanup(pathlib.Path(kept).unlink)
        self.assertIn("\nlimts:", pathlib.Path(kept).read_text(encoding="utf-8"))
        [line] = re.findall(r"line (\d+), column 1: limts does not exist", given_up.stderr)
        self.assertEqual(pathlib.Path(kept).read_text(encoding="utf-8").splitlines()[int(line) - 1], "limts:")

    def test_try_shows_what_would_change_and_stores_nothing(self):
        tight = self.file("tight.yaml", self.exported().replace("share_basis_points: 4000", "share_basis_points: 1000"))
        self.ayni("round", "run", "--id", "r1")
        self.addCleanup(self.ayni, "round", "undo", "r1", "--reason", "A test")
        stored = [self.listed(noun) for noun in ("policy", "round", "ledger")]
        text = self.ayni("policy", "try", tight, "--round", "r1")
        self.assertRegex(text, r"Trial of policy .*tight\.yaml beside \S+, the one in use: the market of round r1, ")
        self.assertRegex(text, r"(?m)^units served +\d+ +\d+ +-\d+$")
        self.assertRegex(text, r"(?m)^TAPs that lose \(\d+ of \d+\)$")
        self.assertNotIn("Mind:", text)
        answer = json.loads(self.ayni("policy", "try", tight, "--round", "r1", "--output", "json"))
        self.assertTrue(answer["same_problem"])
        published = json.loads(self.ayni("round", "get", "r1", "--output", "json"))["summary"]
        self.assertEqual(answer["in_use"]["summary"]["solution_digest"], published["solution_digest"])
        self.assertEqual(answer["in_use"]["summary"]["matched_quantity"], published["matched_quantity"])
        self.assertTrue([self.listed(noun) for noun in ("policy", "round", "ledger")] == stored, "something was stored")
        self.assertIn("the market as it is now", self.ayni("policy", "try", "sample-1"))

    def test_sweep_is_a_table_and_a_plot(self):
        plot = market.scratch / "sweep.svg"
        table = self.ayni("policy", "sweep", "sample-1", "--limit", "tap-province", "--shares", "0.05,0.2,1", "--plot", plot)
        rows = [line.split() for line in table.splitlines()[2:]]
        self.assertEqual([row[0] for row in rows], ["no", "5.00", "20.00", "100.00"])
        self.assertLess(int(rows[1][3]), int(rows[0][3]))
        image = xml.etree.ElementTree.parse(plot).getroot()
        self.assertEqual(image.tag, "{http://www.w3.org/2000/svg}svg")
        wrong = run(("policy", "sweep", "sample-1", "--limit", "tap", "--shares", "0.5"), self.first)
        self.assertEqual(wrong.returncode, REFUSED)
        self.assertIn("tap-province, group-province", wrong.stderr)


class DefaultPolicy(FourEyes):
    """deploy/policy/default.yaml, as it ships."""

    PATH = pathlib.Path(programs.generate).parents[1] / "policy" / "default.yaml"

    def test_takes_the_profiles_of_countries_that_ship(self):
        profiles = self.PATH.with_name("country_profiles.yaml").read_text(encoding="utf-8")
        path = self.file("countries.yaml", self.exported() + profiles)
        refused = run(("policy", "apply", path, "--id", "countries"), self.first)
        self.assertEqual(refused.returncode, REFUSED)
        self.assertIn("territories/iso3166.br", refused.stdout + refused.stderr)
        for country in ("br", "bo"):
            self.ayni("territory", "create", "--id", f"iso3166.{country}", "--display_name", country, "--level", "COUNTRY")
        self.assertIn("draft countries is made", self.ayni("policy", "apply", path, "--id", "countries"))
        self.assertIn("- territory: territories/iso3166.br\n", self.exported("countries"))
        self.ayni("policy", "delete", "countries")
        for country in ("br", "bo"):
            self.ayni("territory", "delete", f"iso3166.{country}")

    def test_applies_is_activated_and_clears_the_sample(self):
        self.assertIn("draft default is made", self.ayni("policy", "apply", self.PATH, "--id", "default"))
        self.assertEqual(self.ayni("policy", "apply", self.PATH), "default, DRAFT, is unchanged\n")
        answer = json.loads(self.ayni("policy", "try", "default", "--output", "json"))
        before, after = (int(answer[side]["summary"]["matched_quantity"]) for side in ("in_use", "tried"))
        self.assertGreater(after, before * 4 // 5, "it costs the sample some, not much")
        done = activate("default", self.second)
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.addCleanup(self.reactivate)
        self.assertIn("proved ", self.ayni("round", "run", "--id", "by-default"))

    def test_comes_back_from_the_market_as_it_is(self):
        self.ayni("policy", "apply", self.PATH, "--id", "again")
        self.assertIn("no difference", self.ayni("policy", "diff", self.PATH, "again"))
        self.assertIn("no difference", self.ayni("policy", "diff", self.PATH, self.file("again.yaml", self.exported("again"))))
        self.ayni("policy", "delete", "again")

    def test_has_the_conflict_rules_that_ship_for_programs(self):
        rules = json.loads(self.PATH.with_name("conflict_rules.json").read_text(encoding="utf-8"))["conflictRules"]
        both = self.file("rules.json", json.dumps({"conflict_rules": rules}))
        for line in self.ayni("policy", "diff", both, self.PATH).splitlines():
            self.assertNotIn("conflict_rules", line)

    def test_gives_the_source_of_what_it_chooses(self):
        text = self.PATH.read_text(encoding="utf-8")
        for source in ("[CARE 2012", "[US 2023]", "[EU 46(2)]", "[R048]", "(a)"):
            self.assertIn(source, text)


class OneAdministrator(unittest.TestCase):
    def test_decides_alone_and_the_history_says_so(self):
        self.assertRegex(ayni("policy", "history").stdout, r"made active by administrator, \S+: single-handed, by its own author")


if __name__ == "__main__":
    main()
