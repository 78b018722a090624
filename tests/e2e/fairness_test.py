"""The fairness report as tables, sheet and page; and matches as an OCDS release package."""

import csv
import html
import html.parser
import io
import json
import pathlib
import re
import shlex
import unittest
import warnings

import jsonschema

from command_line import DONE, NOT_ALLOWED, REFUSED, USAGE, as_member, ayni, main, market, run

OCDS = pathlib.Path(__file__).parent / "ocds"


def set_up_module():
    market.set_up()
    done = ayni("round", "run", "--id", "r1")
    assert done.returncode == DONE, done.stderr


setUpModule = set_up_module


class Links(html.parser.HTMLParser):
    """What a page refers to, and what it holds to be referred to."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.targets = set(), set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        attributes = dict(attrs)
        if "id" in attributes:
            self.ids.add(attributes["id"])
        for name in ("href", "src", "xlink:href"):
            if name in attributes:
                self.targets.append(attributes[name])


def report(*words):
    done = ayni("fairness", "report", *words)
    if done.returncode != DONE:
        raise AssertionError(done.stderr)
    return done.stdout


def page(*words):
    file = market.scratch / "fairness.html"
    report("--html", file, *words)
    return file.read_text(encoding="utf-8")


class FairnessReport(unittest.TestCase):
    def test_tables_are_for_people_and_in_their_language(self):
        english = report("--round", "r1")
        shares = {}
        for what, given in (("reached", "some units or all"), ("served", "all units")):
            line = rf"needs {what} +(\d+) / \d+, \d+\.\d % \(\d+\.\d % - \d+\.\d %\): given {given}"
            self.assertRegex(english, line)
            shares[what] = int(re.search(line, english)[1])
        self.assertGreater(shares["reached"], shares["served"])
        for title in ("By language", "By women among members", "By credit", "TAPs by gender", "TAPs by model"):
            self.assertIn(title, english)
        self.assertIn("Por idioma", report("--round", "r1", "--language", "spa"))
        self.assertIn("By district", report("--dimension", "DISTRICT"))
        self.assertEqual(ayni("fairness", "report", "--language", "xx").returncode, USAGE)

    def test_sheet_json_and_the_matches_behind_a_cell_agree(self):
        rows = list(csv.DictReader(io.StringIO(report("--round", "r1", "--output", "csv"))))
        cells = {(row["dimension"], row["group"]): row for row in rows}
        tables = json.loads(report("--round", "r1", "--output", "json"))["tables"]
        self.assertEqual(sum(len(table.get("cells", [])) for table in tables), len(rows))
        for row in rows:
            if row["served_count"] != "0":
                self.assertLessEqual(int(row["served_count"]), int(row["reached_count"]))
                self.assertLess(int(row["served_rate_low_ppm"]), int(row["served_rate_ppm"]))
                self.assertLessEqual(int(row["served_rate_ppm"]), int(row["reached_rate_ppm"]))
        row = cells[("TAP_GENDER", "GENDER_WOMAN")]
        listed = ayni("fairness", "matches", "--round", "r1", "--dimension", "TAP_GENDER", "--group", "GENDER_WOMAN",
                      "--output", "json")
        self.assertEqual(listed.returncode, DONE, listed.stderr)
        matches = json.loads(listed.stdout)
        self.assertEqual(len(matches), int(row["match_count"]))
        self.assertEqual(sum(int(match["quantity"]) for match in matches), int(row["served_quantity"]))
        district = next(row for row in rows if row["match_filter"])
        filtered = json.loads(ayni("match", "list", "--round", "r1", "--filter", district["match_filter"],
                                   "--output", "json").stdout)
        self.assertEqual(len(filtered), int(district["match_count"]))

    def test_page_stands_alone(self):
        for language, tag in (("eng", "en"), ("spa", "es")):
            text = page("--round", "r1", "--language", language)
            links = Links(text)
            self.assertNotIn("script", links.tags)
            self.assertTrue({"svg", "table", "style"} <= links.tags)
            self.assertFalse("url(" in text or "@import" in text)
            for target in links.targets:
                self.assertTrue(target.startswith("#"), target)
                self.assertIn(target[1:], links.ids)
            self.assertTrue(text.startswith(f'<!doctype html>\n<html lang="{tag}"'), text[:100])
            self.assertTrue(text == page("--round", "r1", "--language", language), "the same bytes")

    def test_commands_in_the_page_list_as_many_matches_as_it_says(self):
        text = page("--round", "r1")
        commands = dict(re.findall(r'<li id="(m\d+)"><code>ayni (.*?)</code>', text))
        numbers = dict(re.findall(r'<a href="#(m\d+)">([\d,]+)</a>', text))
        self.assertEqual(commands.keys(), numbers.keys())
        rates = re.findall(r'<a href="#(m\d+)">[\d,]+ / [\d,]+</a>', text)
        self.assertEqual(rates, list(commands), "what was reached leads to its matches too")
        for at in sorted(commands)[::7]:
            listed = ayni(*shlex.split(html.unescape(commands[at])), "--output", "json")
            self.assertEqual(listed.returncode, DONE, listed.stderr)
            self.assertEqual(len(json.loads(listed.stdout)), int(numbers[at].replace(",", "")), commands[at])

    def test_members_are_shown_what_may_leave_the_operator(self):
        member = as_member("COOPERATIVE", "coop-1")
        shown = run(("fairness", "report", "--round", "r1", "--output", "json"), member)
        self.assertEqual(shown.returncode, DONE, shown.stderr)
        self.assertEqual(json.loads(shown.stdout)["view"], "FAIRNESS_VIEW_PUBLIC")
        self.assertEqual(shown.stdout, report("--round", "r1", "--view", "PUBLIC", "--output", "json"))
        self.assertTrue(any(cell.get("suppressed") for table in json.loads(shown.stdout)["tables"]
                            for cell in table.get("cells", [])))
        counts = [int(rule["count"]) for rule in json.loads(shown.stdout)["conflicts"]["by_rule"]]
        full = json.loads(report("--output", "json"))["conflicts"]["by_rule"]
        self.assertGreaterEqual(min(counts), 5)
        self.assertEqual(len(counts), sum(int(rule["count"]) >= 5 for rule in full))
        self.assertLess(len(counts), len(full), "some rule found little")
        window = run(("fairness", "report"), member)
        self.assertEqual(window.returncode, REFUSED)
        self.assertIn("subtracted from each other", window.stderr)
        for words in (("fairness", "report", "--view", "FULL"),
                      ("fairness", "matches", "--dimension", "CREDIT", "--group", "no")):
            self.assertEqual(run(words, member).returncode, NOT_ALLOWED)


class OpenContracting(unittest.TestCase):
    def test_package_is_valid_against_the_public_schema(self):
        file = market.scratch / "releases.json"
        done = ayni("match", "export-ocds", file, "--round", "r1")
        self.assertEqual(done.returncode, DONE, done.stderr)
        package = json.loads(file.read_text(encoding="utf-8"))
        schema = json.loads((OCDS / "release-package-schema.json").read_text(encoding="utf-8"))
        release = json.loads((OCDS / "release-schema.json").read_text(encoding="utf-8"))
        # Debian's has nothing in its place yet.
        warnings.simplefilter("ignore", DeprecationWarning)
        resolver = jsonschema.RefResolver.from_schema(schema, store={release["id"]: release})
        validator = jsonschema.Draft4Validator(schema, resolver=resolver, format_checker=jsonschema.FormatChecker())
        self.assertEqual([error.message for error in validator.iter_errors(package)][:3], [])
        broken = {**package, "releases": [{**package["releases"][0], "tag": []}]}
        self.assertTrue(list(validator.iter_errors(broken)), "the schema is looked at")
        matches = json.loads(ayni("match", "list", "--round", "r1", "--output", "json").stdout)
        self.assertEqual(len(package["releases"]), len(matches))
        self.assertEqual(len({release["ocid"] for release in package["releases"]}), len(matches))
        for release in package["releases"]:
            ids = {party["id"]: set(party["roles"]) for party in release["parties"]}
            self.assertIn("buyer", ids[release["buyer"]["id"]])
            [award] = release["awards"]
            self.assertIn("supplier", ids[award["suppliers"][0]["id"]])
            # The highest price that a need can pay is nobody's business.
            self.assertNotIn("value", release["tender"])
            for party in release["parties"]:
                if party.get("identifier", {}).get("scheme") == "PE-RUC":
                    self.assertTrue(party["identifier"]["id"].startswith("20"))
        again = market.scratch / "again.json"
        ayni("match", "export-ocds", again, "--round", "r1")
        self.assertEqual(again.read_bytes(), file.read_bytes())


if __name__ == "__main__":
    main()
