"""Files of other publishers: statements of the Beneficial Ownership Data Standard and entities of FollowTheMoney."""

import json
import pathlib
import unittest

from command_line import DONE, LOCAL_FILE, ROWS_FAILED, USAGE, ayni, main, market, programs
from server_process import ServerProcess

setUpModule = market.set_up

EXAMPLES = pathlib.Path(__file__).parent / "bods"
RUC, OTHER_RUC, LEI = "20100066603", "20131312955", "5493001KJTIIGC8Y1R12"


def listed(noun, server, *words):
    done = ayni(noun, "list", "--output", "json", *words, on=server)
    assert done.returncode == DONE, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()] if not done.stdout.startswith("[") else json.loads(
        done.stdout)


def day(date):
    return "%04d-%02d-%02d" % (date["year"], date["month"], date["day"]) if date else ""


class Foreign(unittest.TestCase):
    def setUp(self):
        self.server = ServerProcess(programs.aynid)
        self.addCleanup(self.server.remove)
        self.folder = pathlib.Path(market.scratch) / self.id()
        self.folder.mkdir()

    def write(self, values, name="given.json"):
        """An array for .json; a line each for others."""
        file = self.folder / name
        if isinstance(values, (str, bytes)):
            file.write_bytes(values.encode() if isinstance(values, str) else values)
        elif name.endswith(".json"):
            file.write_text(json.dumps(values, indent=1))
        else:
            file.write_text("".join(json.dumps(value) + "\n" for value in values))
        return file

    def take(self, *files, code=DONE, words=()):
        done = ayni("market", "import", *files, *words, on=self.server)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def names(self):
        return {party["name"]: party["display_name"] for party in listed("party", self.server)}

    def ties(self):
        """(subject, type, object, share, first day, last day) of each relation, by the names that people read."""
        names = self.names()
        return sorted(
            (names[tie["subject"]], tie["type"].removeprefix("RELATION_TYPE_"), names[tie["object"]],
             tie.get("share_basis_points", 0), day(tie.get("start_date")), day(tie.get("end_date")))
            for tie in listed("relation", self.server))

    def unchanged(self, *files):
        self.assertRegex(self.take(*files).stdout, r"^0 made, 0 changed, \d+ as they were")


class PublishedExamples(Foreign):
    EXPECTED = {
        "bods-package-entity-owning-entity": (2, 0, [("MVJ LIMITED", "OWNS", "JENEX LIMITED", 9999, "", "")]),
        "bods-package-fi-soe": (4, 1, [
            ("Suomen Kaasuverkko Oy", "OWNS", "Gasgrid Finland Oy", 7650, "2020-01-01", ""),
            ("Suomen tasavalta", "CONTROLS", "Valtiovarainministerio", 0, "", ""),
            ("Valtiovarainministerio", "OWNS", "Gasgrid Finland Oy", 2350, "2020-01-01", ""),
            ("Valtiovarainministerio", "OWNS", "Suomen Kaasuverkko Oy", 10000, "2020-01-01", "")]),
        "indirect-ownership": (3, 1, [
            ("Company B", "OWNS", "Company A", 6000, "2017-11-01", ""),
            ("Person 1", "OWNS", "Company A", 3000, "2017-11-01", "")]),
        "joint-ownership": (4, 0, [
            ("Joint shareholding", "OWNS", "CHRINON LTD", 10000, "2018-01-01", ""),
            ("Natalie Coleman", "OWNS", "Joint shareholding", 5000, "2018-01-01", ""),
            ("Roberto Lopez", "OWNS", "Joint shareholding", 5000, "2018-01-01", "")]),
        "mixed-direct-and-indirect-ownership": (3, 1, [
            ("Company B", "OWNS", "Company A", 5000, "2017-11-01", ""),
            ("Person 1", "OWNS", "Company A", 5000, "2017-11-01", ""),
            ("Person 1", "OWNS", "Company A", 5000, "2019-05-01", "")]),
        "multiple-indirect-ownership": (4, 2, [
            ("Company C", "OWNS", "Company B", 5000, "2017-11-01", ""),
            ("Company D", "OWNS", "Company B", 5000, "2017-11-01", ""),
            ("Person 1", "OWNS", "Company B", 6000, "2017-11-01", "")]),
        "multiple-tax-residencies": (2, 0, [("Logan Morton", "OWNS", "Company A", 10000, "2016-04-06", "")]),
        "nomination": (4, 1, [
            ("Perez-Rivero nomination", "DIRECTS", "Los Corazones de Plata", 0, "2023-04-30", ""),
            ("Silvia Teixeira Perez", "CONTROLS", "Los Corazones de Plata", 0, "2023-04-30", ""),
            ("Silvia Teixeira Perez", "CONTROLS", "Perez-Rivero nomination", 0, "2023-04-30", "")]),
        "simple-pep-declaration": (2, 0, [
            ("Michael Hubbard", "CONTROLS", "Platinum Emerald and Plutonim Mining Limited", 0, "2016-07-07", ""),
            ("Michael Hubbard", "OWNS", "Platinum Emerald and Plutonim Mining Limited", 4999, "2016-07-07", "")]),
    }

    def test_each_gives_its_parties_and_relations_and_again_changes_nothing(self):
        for name, (party_count, left_out_count, ties) in self.EXPECTED.items():
            with self.subTest(name):
                server, self.server = self.server, ServerProcess(programs.aynid)
                self.addCleanup(self.server.remove)
                done = self.take(EXAMPLES / f"{name}.json")
                self.assertEqual(self.ties(), ties)
                self.assertEqual(len(self.names()), party_count)
                self.assertEqual(done.stderr.count("left out: "), left_out_count, done.stderr)
                self.unchanged(EXAMPLES / f"{name}.json")
                self.server = server

    def test_all_at_once_and_by_standard_input(self):
        files = sorted(EXAMPLES.glob("*.json"))
        self.assertEqual(len(files), len(self.EXPECTED))
        self.assertIn("50 made", self.take(*files).stdout)
        done = ayni("market", "import", "-", on=self.server, stdin=files[0].read_text())
        self.assertIn("3 as they were", done.stdout, done.stderr)

    def test_an_administrator_stands_for_them_and_the_source_is_told(self):
        self.take(EXAMPLES / "simple-pep-declaration.json")
        [owns] = [tie for tie in listed("relation", self.server) if tie["type"].endswith("_OWNS")]
        self.assertEqual(owns["standing"], "RELATION_STANDING_CONFIRMED")
        self.assertEqual(owns["source"]["reference"],
                         "shareholding, share 25 % to under 50 %, counted as 49.99 %; "
                         "BODS 0.4 statement ef7e0d77-1e2b-44c0-a91c-7670db09d2a4, ETI International")


def statement_02(number, kind, **fields):
    return {"statementID": f"openownership-register-{number:010}", "statementType": f"{kind}Statement",
            "statementDate": "2020-03-01", "publicationDetails": {"publicationDate": "2020-03-02", "bodsVersion": "0.2",
                                                                 "publisher": {"name": "A register"}}, **fields}


def record_04(number, kind, details, record=None, **fields):
    return {"statementId": f"{number:032}", "recordId": record or f"rec-{number}", "recordType": kind,
            "recordStatus": "new", "declarationSubject": "rec-1", "statementDate": "2024-05-01",
            "publicationDetails": {"publicationDate": "2024-05-02", "bodsVersion": "0.4",
                                   "publisher": {"name": "SUNARP"}},
            "recordDetails": {"isComponent": False, **details}, **fields}


def entity(number, name, **fields):
    return record_04(number, "entity", {"entityType": {"type": "registeredEntity"}, "name": name, **fields})


def owns(number, subject, owner, share, **fields):
    return record_04(number, "relationship", {
        "subject": f"rec-{subject}", "interestedParty": f"rec-{owner}",
        "interests": [{"type": "shareholding", "directOrIndirect": "direct", "share": share}]}, **fields)


class OlderVersions(Foreign):
    def test_0_2_with_kebab_codes_replacements_and_unspecified_parties(self):
        ooc = "ownershipOrControl"
        ends = {"subject": {"describedByEntityStatement": "openownership-register-0000000001"}}
        person = {"interestedParty": {"describedByPersonStatement": "openownership-register-0000000002"}}
        file = self.write([
            statement_02(1, "entity", entityType="registeredEntity", name="Lana SAC",
                         identifiers=[{"schemeName": "RUC", "id": RUC}]),
            statement_02(2, "person", personType="knownPerson",
                         names=[{"type": "individual", "fullName": "Ana Quispe"}]),
            statement_02(3, "person", personType="unknownPerson",
                         unspecifiedPersonDetails={"reason": "subject-unable-to-confirm"}),
            statement_02(4, ooc, **ends, **person, interests=[
                {"type": "shareholding", "interestLevel": "direct", "startDate": "2018-01-01",
                 "share": {"minimum": 25, "maximum": 50, "exclusiveMinimum": True, "exclusiveMaximum": False}}]),
            # The newest one wins, wherever it stands and whatever it refers to.
            statement_02(5, ooc, **ends, **person, replacesStatements=["openownership-register-0000000004"], interests=[
                {"type": "shareholding", "interestLevel": "direct", "share": {"exact": 60}, "endDate": "2021-07-01"},
                {"type": "rights-to-profit-or-income", "share": {"exact": 60}},
                {"type": "voting-rights", "share": {"exact": 10}},
                {"type": "senior-managing-official"}]),
            statement_02(6, ooc, **ends, interests=[{"type": "shareholding", "share": {"exact": 5}}],
                         interestedParty={"describedByPersonStatement": "openownership-register-0000000003"}),
            statement_02(7, ooc, **ends, interests=[{"type": "shareholding", "share": {"exact": 5}}],
                         interestedParty={"unspecified": {"reason": "no-beneficial-owners"}}),
        ])
        done = self.take(file)
        self.assertEqual(self.names().values().__len__(), 2)
        self.assertEqual(self.ties(), [("Ana Quispe", "DIRECTS", "Lana SAC", 0, "", ""),
                                       ("Ana Quispe", "OWNS", "Lana SAC", 6000, "", "2021-06-30")])
        for why in ("the person is unknown: subject-unable-to-confirm",
                    "is replaced by statement openownership-register-0000000005",
                    "goes with the shares", "less than 25 % of the votes",
                    "of its interestedParty the person is unknown",
                    "interestedParty is not specified: no-beneficial-owners"):
            self.assertIn(why, done.stderr)
        self.unchanged(file)
        # What replaces a statement of an earlier file changes the relation that came of it.
        later = self.write([
            statement_02(8, ooc, **ends, **person, replacesStatements=["openownership-register-0000000004"], interests=[
                {"type": "shareholding", "share": {"exact": 70}}])], "later.json")
        self.assertIn("0 made, 1 changed", self.take(later).stdout)

    def test_0_3_as_json_lines_with_components(self):
        def statement(number, kind, **fields):
            made = statement_02(number, kind, **fields)
            made["publicationDetails"]["bodsVersion"] = "0.3"
            return made
        sid = "openownership-register-{:010}".format
        file = self.write([
            statement(1, "entity", entityType="registeredEntity", name="Baja SA"),
            statement(2, "entity", entityType="legalEntity", name="Media SA", isComponent=True),
            statement(3, "person", personType="knownPerson",
                      names=[{"fullName": "Otra"}, {"type": "legal", "fullName": "Alta"}]),
            statement(4, "entity", entityType="anonymousEntity"),
            statement(5, "ownershipOrControl", isComponent=True, subject={"describedByEntityStatement": sid(1)},
                      interestedParty={"describedByEntityStatement": sid(2)}, source={"type": ["officialRegister"]},
                      interests=[{"type": "shareholding", "directOrIndirect": "direct", "share": {"minimum": 25}}]),
            statement(6, "ownershipOrControl", isComponent=True, subject={"describedByEntityStatement": sid(2)},
                      interestedParty={"describedByPersonStatement": sid(3)},
                      interests=[{"type": "appointmentOfBoard"}]),
            statement(7, "ownershipOrControl", subject={"describedByEntityStatement": sid(1)},
                      interestedParty={"describedByPersonStatement": sid(3)},
                      componentStatementIDs=[sid(2), sid(5), sid(6)],
                      interests=[{"type": "shareholding", "directOrIndirect": "indirect", "share": {"exact": 40}}]),
        ], "lines.ndjson")
        done = self.take(file)
        self.assertEqual(self.ties(), [("Alta", "CONTROLS", "Media SA", 0, "", ""),
                                       ("Media SA", "OWNS", "Baja SA", 10000, "", "")])
        self.assertIn("lines.ndjson:7: statement openownership-register-0000000007: interests[0]: left out: is indirect",
                      done.stderr)
        self.assertIn("the entity is anonymous", done.stderr)


class Updates(Foreign):
    def test_updated_and_closed_records_change_the_relation(self):
        first = self.write([entity(1, "Baja SA"), entity(2, "Alta SA"), owns(3, 1, 2, {"exact": 30})])
        self.take(first)
        updated = owns(13, 1, 2, {"exact": 40}, record="rec-3")
        updated.update(recordStatus="updated", statementDate="2024-06-01")
        self.assertIn("0 made, 1 changed", self.take(self.write([updated], "updated.json")).stdout)
        self.assertEqual(self.ties(), [("Alta SA", "OWNS", "Baja SA", 4000, "", "")])
        closed = {**updated, "statementId": f"{14:032}", "recordStatus": "closed", "statementDate": "2025-01-31"}
        # In one file the newest counts, in whatever order they stand.
        together = self.write([closed, entity(1, "Baja SA"), updated, owns(3, 1, 2, {"exact": 30}),
                               entity(2, "Alta SA")],
                              "together.json")
        done = self.take(together)
        self.assertEqual(self.ties(), [("Alta SA", "OWNS", "Baja SA", 4000, "", "2025-01-31")])
        self.assertEqual(done.stderr.count("is replaced by"), 2)
        self.unchanged(together)


def ftm(entity_id, schema, **properties):
    return {"id": entity_id, "schema": schema,
            "properties": {name: value if isinstance(value, list) else [value] for name, value in properties.items()}}


class FollowTheMoney(Foreign):
    def test_parties_and_ties(self):
        file = self.write([
            ftm("p1", "Person", name=["Rosa Mamani", "Rosa M."], country="pe", idNumber="45678912"),
            ftm("p2", "Person", name="Juan Mamani"),
            ftm("c1", "Company", name="Fibra SAC", jurisdiction="pe", taxNumber=RUC),
            ftm("b1", "Organization", name="Caja Sur", topics=["fin.bank"], leiCode=LEI),
            ftm("m1", "PublicBody", name="Gobierno Regional"),
            ftm("l1", "LegalEntity", name="Asociacion", country="cl", taxNumber=OTHER_RUC),
            ftm("v1", "Vessel", name="Yavari"),
            ftm("o1", "Ownership", owner="p1", asset="c1", percentage="51,5 %", startDate="2019", endDate="2021-02"),
            ftm("o2", "Ownership", owner="p1", asset="v1", percentage="100"),
            ftm("o3", "Ownership", owner="p2", asset="c1"),
            ftm("d1", "Directorship", director="p2", organization="c1", role="gerente"),
            ftm("e1", "Employment", employer="m1", employee="p1"),
            ftm("n1", "Membership", member="c1", organization="l1"),
            ftm("r1", "Representation", agent="l1", client="c1"),
            ftm("r2", "Representation", agent="l1", client="p1"),
            ftm("x1", "Debt", debtor="c1", creditor="b1", date="2022-03-04"),
            ftm("f1", "Family", person="p1", relative="p2", relationship="Hermano"),
            ftm("a1", "Associate", person="p1", associate="p2"),
            ftm("u1", "UnknownLink", subject="p1", object="p2"),
        ], "given.ftm.json.lines")
        done = self.take(file)
        self.assertEqual(self.ties(), [
            ("Asociacion", "REPRESENTS_BRAND_OF", "Fibra SAC", 0, "", ""),
            ("Caja Sur", "LENDS_TO", "Fibra SAC", 0, "2022-03-04", ""),
            ("Fibra SAC", "MEMBER_OF", "Asociacion", 0, "", ""),
            ("Gobierno Regional", "EMPLOYS", "Rosa Mamani", 0, "", ""),
            ("Juan Mamani", "DIRECTS", "Fibra SAC", 0, "", ""),
            ("Rosa Mamani", "FAMILY_OF", "Juan Mamani", 0, "", ""),
            ("Rosa Mamani", "OWNS", "Fibra SAC", 5150, "2019-01-01", "2021-02-28")])
        [family] = [tie for tie in listed("relation", self.server) if tie["type"].endswith("FAMILY_OF")]
        self.assertEqual((family["kinship"], family["kinship_degree"]), ("KINSHIP_BLOOD", 2))
        by_name = {party["display_name"]: party for party in listed("party", self.server)}
        self.assertEqual(by_name["Caja Sur"]["roles"], ["PARTY_ROLE_COMPANY", "PARTY_ROLE_FINANCIAL_INSTITUTION"])
        self.assertEqual(by_name["Fibra SAC"]["identifiers"], [{"scheme": "IDENTIFIER_SCHEME_RUC", "value": RUC}])
        self.assertEqual(by_name["Rosa Mamani"]["identifiers"],
                         [{"scheme": "IDENTIFIER_SCHEME_DNI", "value": "45678912"}])
        self.assertNotIn("identifiers", {key: value for key, value in by_name["Asociacion"].items() if value})
        for line, why in ((7, "is neither a party nor a tie"), (9, "names Vessel v1, which is no party"),
                          (10, "is not said"),
                          (15, "a person has no brand"), (18, "know each other"), (19, "linked and not how")):
            self.assertRegex(done.stderr, rf"lines:{line}: .*left out: .*{why}")
        self.assertEqual(done.stderr.count("left out"), 6)
        self.unchanged(file)

    def test_one_company_in_both_formats_is_one_by_its_lei(self):
        self.take(self.write([entity(1, "Alta Holding", identifiers=[{"scheme": "XI-LEI", "id": LEI}]),
                              entity(2, "Baja SA"),
                              owns(3, 2, 1, {"exact": 80})]))
        done = self.take(self.write([ftm("a", "Company", name="ALTA HOLDING INC.", leiCode=LEI),
                                     ftm("p", "Person", name="Rosa"),
                                     ftm("o", "Ownership", owner="p", asset="a", percentage="30")], "more.jsonl"))
        self.assertIn("1 party is one that the market has", done.stdout)
        self.assertEqual(self.ties(), [("Alta Holding", "OWNS", "Baja SA", 8000, "", ""),
                                       ("Rosa", "OWNS", "Alta Holding", 3000, "", "")])
        [alta] = [party for party in listed("party", self.server) if party["display_name"] == "Alta Holding"]
        self.assertEqual(alta["aliases"], ["ALTA HOLDING INC."])
        self.unchanged(self.folder / "more.jsonl")

    def test_equal_names_stay_two_until_an_administrator_confirms(self):
        self.take(self.write([entity(1, "Agro Ñusta S.A.C.")]))
        more = self.write([ftm("a", "Company", name="AGRO NUSTA SAC"), ftm("p", "Person", name="Rosa"),
                           ftm("o", "Ownership", owner="p", asset="a", percentage="30")], "more.jsonl")
        self.assertIn("1 pair of parties may be one: ayni merge-proposal list", self.take(more).stdout)
        self.assertEqual(len(self.names()), 3)
        [proposal] = listed("merge-proposal", self.server, "--filter", "state = STATE_PROPOSED")
        done = ayni("merge-proposal", "confirm", proposal["name"], "--reason", "one seal on both letters",
                    on=self.server)
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertEqual(self.ties(), [("Rosa", "OWNS", "Agro Ñusta S.A.C.", 3000, "", "")])
        self.unchanged(more)


class WrongFiles(Foreign):
    """Each is told in one clear line, and nothing is changed."""

    def wrong(self, values, *told, name="given.json", lines=1, code=ROWS_FAILED):
        file = self.write(values, name)
        done = self.take(file, code=code)
        for text in told:
            self.assertIn(text, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), lines, done.stderr)
        self.assertLess(max(map(len, done.stderr.splitlines())), 600)
        self.assertEqual(self.names(), {})

    def test_what_is_no_json(self):
        good = json.dumps(entity(1, "A"))
        self.wrong("", "given.json:1: holds nothing")
        self.wrong("name,display_name\n", "given.json:1: is no JSON: it should begin with [ or {")
        self.wrong(f"[{good}\n,{{", "given.json:2: ends within the element that begins here")
        self.wrong(f"[{good},", "given.json:1: ends before its array does")
        self.wrong(f"[{good}]\n[", "given.json:2: goes on after the end of its array")
        self.wrong(f"[{good} {good}]", "given.json:1: lacks a comma")
        self.wrong(f"[{good},\n7]", "given.json:2: should have an object here")
        self.wrong(f'[{good},\n{{"statementId": "a",}}]', "given.json:2: is no JSON: parse error")
        self.wrong(f"[{good},\n{{}}]", "given.json:2: is neither a statement")
        self.wrong(b'[{"statementId": "\xff"}]', "given.json:1: is no JSON")
        self.wrong(f'[{good},\n{{"statementId": {"[" * 100}{"]" * 100}}}]', "given.json:2: is nested deeper than 64")
        self.wrong(f'[{good},\n{{"statementId": "{"x" * 2_000_000}"}}]', "given.json:2: has more than 1048576 bytes")
        self.wrong(f"[{good},\n{good.replace('2024-05-01', '1e999').replace(chr(34) + '1e999' + chr(34), '1e999')}]",
                   "given.json:2: is no JSON: number overflow")
        self.wrong(f'{good}\n{{"id":\n', "lines.jsonl:2: is no JSON", name="lines.jsonl")

    def test_what_is_no_statement_of_the_standard(self):
        def one(**changes):
            return [{**entity(1, "A"), **changes}]
        self.wrong(one(recordType="thing"),
                   "statement 00000000000000000000000000000001: recordType: must be entity, person or relationship")
        self.wrong(one(recordId=7), "recordId: must be a text, is number", lines=2)
        self.wrong(one(recordStatus="gone"), "recordStatus: must be new, updated or closed, is 'gone'")
        self.wrong(one(statementDate="01/05/2024"), "statementDate: must be a day as in 2019-05-16")
        self.wrong(one(recordDetails="x"), "recordDetails: must be an object", lines=2)
        self.wrong(one(publicationDetails={"bodsVersion": "0.5"}), "bodsVersion: must be 0.2, 0.3 or 0.4, is '0.5'")
        self.wrong([entity(1, "")], "name: is required")
        self.wrong([entity(1, "A"), entity(1, "B")], "given.json:", "stands already: ")
        self.wrong([entity(1, "A"), entity(2, "B"), owns(3, 1, 2, {"exact": 1e300})],
                   "interests[0].share.exact: must be a percentage")
        self.wrong([entity(1, "A"), entity(2, "B"), owns(3, 1, 2, {"minimum": 60, "maximum": 50})], "must be a range")
        self.wrong([entity(1, "A"), entity(2, "B"), owns(3, 1, 2, {"exact": "30"})],
                   "share.exact: must be a number, is string")
        strange = owns(3, 1, 2, {"exact": 3})
        strange["recordDetails"]["interests"][0]["type"] = "friendship"
        self.wrong([entity(1, "A"), entity(2, "B"), strange],
                   "must be a type of interest of the standard, is 'friendship'")

    def test_statements_that_replace_each_other_in_a_circle(self):
        made = [statement_02(number, "entity", entityType="registeredEntity", name="A",
                             replacesStatements=[f"openownership-register-{other:010}"])
                for number, other in ((1, 2), (2, 3), (3, 1))]
        self.wrong(made, "replacesStatements: leads back to the statement itself", lines=3)
        made[0]["replacesStatements"] = ["openownership-register-0000000001"]
        self.wrong(made[:1], "leads back to the statement itself")

    def test_what_the_server_refuses_is_told_by_statement(self):
        self.wrong([entity(1, "A", identifiers=[{"scheme": "PE-RUC", "id": "20100066604"}])],
                   "given.json:2: statement 00000000000000000000000000000001: identifiers[0].value", "check digit")
        self.wrong([entity(1, "A"), owns(3, 1, 9, {"exact": 30})],
                   "statement 00000000000000000000000000000003: subject: ")
        self.wrong([entity(1, "A"), owns(3, 1, 1, {"exact": 30})], "object: must be another party than subject")

    def test_others_are_taken_where_that_is_asked_for(self):
        file = self.write([entity(1, "A"), entity(2, ""), entity(4, "B"), owns(3, 1, 2, {"exact": 30}),
                           owns(5, 1, 4, {"exact": 20})])
        done = self.take(file, code=ROWS_FAILED, words=("--valid-rows",))
        self.assertIn("whose own row is wrong: ", done.stderr)
        self.assertEqual(self.ties(), [("B", "OWNS", "A", 2000, "", "")])

    def test_what_is_no_entity(self):
        self.wrong([{"schema": "Person", "properties": {"name": ["A"]}}], "id: is required", name="a.jsonl")
        self.wrong([ftm("a", "Person", name="A"), ftm("a", "Person", name="A")],
                   "a.jsonl:2: Person a: id: stands already: ", name="a.jsonl")
        self.wrong([ftm("a", "Person", name=[{"id": "nested"}])], "properties.name[0]: must be a text, is object",
                   name="a.jsonl", lines=2)
        self.wrong([ftm("a", "Person")], "properties.name: is required", name="a.jsonl")
        self.wrong([ftm("a", "Ownership", owner="x")], "properties.asset: is required", name="a.jsonl")
        self.wrong([ftm("a", "Debt", debtor="x", creditor="y", date="2019-13")], "properties.date[0]: must be a date",
                   name="a.jsonl")

    def test_folders_and_files_are_not_mixed(self):
        file = self.write([entity(1, "A")])
        self.take(file, self.folder, code=LOCAL_FILE)
        self.take(self.folder, file, code=USAGE)
        self.take(file, file, code=LOCAL_FILE)
        self.take(file, code=USAGE, words=("--failed", "x"))


if __name__ == "__main__":
    main()
