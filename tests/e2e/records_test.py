"""Records made, read, changed, listed and deleted, and the tokens that callers show."""

import json
import stat
import unittest

from command_line import (
    DONE, LOCAL_FILE, NOT_ALLOWED, NOT_FOUND, REFUSED, ayni, environment_for, main, market, new_folder, programs,
    read_rows, run, write_rows)
from server_process import ServerProcess

setUpModule = market.set_up


class Records(unittest.TestCase):
    def test_are_made_read_changed_listed_and_deleted(self):
        made = ayni("party", "create", "--id", "n-1", "--display-name", "Cooperativa Ñahui", "--roles",
                    "COOPERATIVE,COMPANY", "--cooperative.form", "ASSOCIATION", "--aliases", "Los Ñahui, de Canchis",
                    "--identifiers", "RUC:20100066603")
        self.assertEqual(made.returncode, DONE, made.stderr)
        party = json.loads(ayni("party", "get", "n-1", "--output", "json").stdout)
        self.assertEqual(party["display_name"], "Cooperativa Ñahui")
        self.assertEqual(party["roles"], ["PARTY_ROLE_COOPERATIVE", "PARTY_ROLE_COMPANY"])
        self.assertEqual(party["aliases"], ["Los Ñahui, de Canchis"])
        self.assertEqual(party["identifiers"], [{"scheme": "IDENTIFIER_SCHEME_RUC", "value": "20100066603"}])

        changed = ayni("party", "update", "n-1", "--aliases", "", "--cooperative.member_count", "40")
        self.assertEqual(changed.returncode, DONE, changed.stderr)
        party = json.loads(ayni("party", "get", "n-1", "--output", "json").stdout)
        self.assertNotIn("aliases", party)
        self.assertEqual(party["cooperative"], {"form": "FORM_ASSOCIATION", "member_count": 40})

        listed = ayni("parties", "list", "--output", "csv", "--columns", "name,display_name")
        self.assertIn("parties/n-1,Cooperativa Ñahui\n", listed.stdout)
        self.assertEqual(ayni("party", "delete", "n-1", "--validate-only").returncode, DONE)
        self.assertEqual(ayni("party", "get", "n-1").returncode, DONE)
        self.assertEqual(ayni("party", "delete", "n-1").returncode, DONE)
        self.assertEqual(ayni("party", "get", "n-1").returncode, NOT_FOUND)

    def test_entry_of_a_map_or_list_is_changed_alone(self):
        before = json.loads(ayni("service", "get", "dosing", "--output", "json").stdout)
        done = ayni("service", "update", "dosing", "--local_names.quz", "Hampi upyachiy")
        self.assertEqual(done.returncode, DONE, done.stderr)
        after = json.loads(ayni("service", "get", "dosing", "--output", "json").stdout)
        self.assertEqual(after["local_names"], {**before["local_names"], "quz": "Hampi upyachiy"})
        policy = json.loads(ayni("policy", "get", "sample-1", "--output", "json").stdout)
        for key in ("name", "state", "etag", "author", "activator"):
            policy.pop(key, None)
        made = ayni("policy", "create", "--id", "copy", "--file", "-", stdin=json.dumps(policy))
        self.assertEqual(made.returncode, DONE, made.stderr)
        done = ayni("policy", "update", "copy", "--limits.2.share_basis_points", "3000")
        self.assertEqual(done.returncode, DONE, done.stderr)
        limits = json.loads(ayni("policy", "get", "copy", "--output", "json").stdout)["limits"]
        self.assertEqual([limit["share_basis_points"] for limit in limits], [4000, 3000])
        self.assertEqual(limits[1]["id"], policy["limits"][1]["id"])

    def test_changes_are_told_since_a_token_that_a_file_keeps(self):
        keep = new_folder("changes") / "changes.token"
        begun = ayni("change", "list", "--types", "ayni.v1/Party", "--keep", keep)
        self.assertEqual((begun.returncode, begun.stdout), (DONE, ""), begun.stderr)
        self.assertIn("from now on", begun.stderr)
        self.assertEqual(ayni("party", "create", "--id", "n-3", "--display-name", "Cooperativa Kunturkanki", "--roles",
                              "COOPERATIVE", "--cooperative.form", "COOPERATIVE").returncode, DONE)
        self.assertEqual(ayni("service", "update", "dosing", "--local_names.ayr", "Qullaña").returncode, DONE)
        told = ayni("change", "list", "--types", "ayni.v1/Party", "--keep", keep, "--output", "json")
        self.assertEqual(told.returncode, DONE, told.stderr)
        change, = json.loads(told.stdout)
        self.assertEqual(change["name"], "parties/n-3")
        self.assertEqual(change["record"]["display_name"], "Cooperativa Kunturkanki")
        self.assertEqual(ayni("party", "delete", "n-3").returncode, DONE)
        told = ayni("change", "list", "--types", "ayni.v1/Party", "--keep", keep, "--output", "csv", "--columns", "name,deleted")
        self.assertEqual(told.stdout, "name,deleted\nparties/n-3,yes\n")
        refused = ayni("change", "list", "--types", "ayni.v1/Llama", "--change-token", "7")
        self.assertEqual(refused.returncode, REFUSED)
        self.assertIn("types", refused.stderr)
        self.assertIn("change_token", refused.stderr)

    def test_lists_come_whole_through_pages_and_end_at_a_limit(self):
        names = [row["name"] for row in read_rows(market.sample / "parties.csv")]
        listed = json.loads(ayni("party", "list", "--output", "json").stdout)
        self.assertLessEqual(set(names), {party["name"] for party in listed})
        self.assertEqual(len(json.loads(ayni("party", "list", "--limit", "7", "--output", "json").stdout)), 7)
        of_one = ayni("need", "list", "--cooperative", "coop-1", "--output", "csv", "--columns", "name")
        self.assertTrue(all(line.startswith("cooperatives/coop-1/") for line in of_one.stdout.splitlines()[1:]))
        self.assertEqual(ayni("need", "list", "--filter", 'service = "services/nothing"', "--output", "json").stdout,
                         "[]\n")

    def test_lists_hold_more_than_the_longest_page(self):
        many = ServerProcess(programs.aynid)
        self.addCleanup(many.remove)
        folder = new_folder("pages")
        names = [f"parties/company-{number:04}" for number in range(2100)]
        write_rows(folder / "parties.csv", [{"name": name, "display_name": "Ejemplo", "roles": "COMPANY"} for name in names])
        self.assertEqual(ayni("market", "import", folder, on=many).returncode, DONE)
        for limit, listed in ((None, names), (1500, names[:1500])):
            words = ["party", "list", "--output", "json"] + (["--limit", limit] if limit else [])
            self.assertEqual([party["name"] for party in json.loads(ayni(*words, on=many).stdout)], listed)

    def test_empty_list_of_a_spreadsheet_has_its_header(self):
        nothing = ("--filter", 'service = "services/nothing"', "--output", "csv")
        [header] = ayni("need", "list", *nothing).stdout.splitlines()
        self.assertLessEqual({"name", "service", "window.start_date", "state"}, set(header.split(",")))
        self.assertEqual(ayni("need", "list", *nothing, "--columns", "name,state").stdout, "name,state\n")

    def test_filter_by_an_id_alone_is_told_the_name(self):
        done = ayni("need", "list", "--filter", "service = dosing")
        self.assertEqual(done.returncode, REFUSED, done.stdout)
        self.assertIn("services/{service}", done.stderr)

    def test_repeated_request_makes_one_record(self):
        words = ("need", "create", "--cooperative", "coop-1", "--service", "dosing", "--value_chain", "dairy",
                 "--district", "inei.080601", "--quantity", "4", "--window.start_date", "2027-01-01",
                 "--window.end_date", "2027-01-20", "--highest_unit_price", "3,50 PEN", "--languages", "quz",
                 "--request-id", "once", "--output", "json")
        first, second = json.loads(ayni(*words).stdout), json.loads(ayni(*words).stdout)
        self.assertEqual(first["name"], second["name"])
        self.assertEqual(first["highest_unit_price"], {"currency": "PEN", "minor_units": "350"})


class Tokens(unittest.TestCase):
    def test_secret_goes_into_a_file_of_its_owners_and_ends_when_revoked(self):
        self.assertEqual(ayni("principal", "create", "--id", "auditor", "--display_name", "A", "--role",
                              "auditor").returncode, DONE)
        file = market.scratch / "auditor.token"
        made = ayni("token", "create", "--principal", "auditor", "--id", "t1", "--out", file)
        self.assertEqual(made.returncode, DONE, made.stderr)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertNotIn(file.read_text().strip(), made.stdout + made.stderr)
        as_auditor = environment_for(market.server.address, file)
        self.assertEqual(run(["need", "list", "--limit", "1"], as_auditor).returncode, DONE)
        self.assertEqual(run(["party", "delete", "coop-1"], as_auditor).returncode, NOT_ALLOWED)
        self.assertEqual(ayni("token", "create", "--principal", "auditor", "--out", file).returncode, LOCAL_FILE)
        self.assertEqual(ayni("token", "revoke", "auditor/t1").returncode, DONE)
        self.assertEqual(run(["need", "list"], as_auditor).returncode, NOT_ALLOWED)

    def test_failed_call_leaves_no_file(self):
        file = market.scratch / "nobody.token"
        self.assertEqual(ayni("token", "create", "--principal", "nobody", "--out", file).returncode, REFUSED)
        self.assertFalse(file.exists())

    def test_secret_is_shown_once_where_no_file_is_named(self):
        made = ayni("token", "create", "--principal", "administrator", "--id", "shown", "--output", "json")
        self.assertGreater(len(json.loads(made.stdout)["secret"]), 20)
        self.assertNotIn("secret", ayni("token", "get", "administrator/shown", "--output", "json").stdout)


if __name__ == "__main__":
    main()
