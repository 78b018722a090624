"""The command line against a real server: whole markets in and out, what goes wrong and with which exit code, rounds,
tokens, terminals and bash.
"""

import argparse
import csv
import json
import os
import pathlib
import pty
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from server_process import ServerProcess

PROGRAMS = None  # from the command line
SECONDS_MAX = 60
DONE, REFUSED, USAGE, NOT_FOUND, NOT_ALLOWED, CONFLICT, UNAVAILABLE, ROWS_FAILED, LOCAL_FILE = range(9)


def environment_for(address, token_file=None, **variables):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AYNI_")}
    given = {"AYNI_SERVER": address, "AYNI_TOKEN_FILE": str(token_file)} if token_file else {"AYNI_SERVER": address}
    return {**kept, **given, **variables}


def run(words, environment, stdin=""):
    return subprocess.run([PROGRAMS.ayni, *map(str, words)], env=environment, input=stdin, capture_output=True,
                          text=True, timeout=SECONDS_MAX)


def ayni(*words, on=None, stdin=""):
    """With the administrator's token."""
    to = on or server
    return run(words, environment_for(to.address, to.token_file), stdin)


def setUpModule():
    global server, sample, scratch
    scratch = pathlib.Path(tempfile.mkdtemp())
    unittest.addModuleCleanup(shutil.rmtree, scratch)
    sample = scratch / "sample"
    subprocess.run([PROGRAMS.generate, "--scale", "province:0806", "--out", sample], check=True,
                   stdout=subprocess.DEVNULL)
    server = ServerProcess(PROGRAMS.aynid)
    unittest.addModuleCleanup(server.remove)
    for words in (("market", "import", sample), ("policy", "activate", "sample-1")):
        done = ayni(*words)
        if done.returncode != DONE:
            raise AssertionError(done.stdout + done.stderr)


def row_count():
    """Of the sample, without headers."""
    return sum(len(read_rows(file)) for file in sample.glob("*.csv"))


def read_rows(file):
    with open(file, encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def write_rows(file, rows):
    with open(file, "w", encoding="utf-8", newline="") as out:
        lines = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
        lines.writeheader()
        lines.writerows(rows)


def new_folder(name):
    folder = scratch / name
    folder.mkdir()
    return folder


def a_need(**changes):
    return {**read_rows(sample / "needs.csv")[0], **changes}


def as_a_spreadsheet_has_it(text):
    """Semicolons, decimal commas, CRLF, a byte order mark, and names of one kind by their ids."""
    rows = list(csv.reader(text.splitlines()))
    header = rows[0]
    for row in rows[1:]:
        for i, column in enumerate(header):
            if column.endswith(("latitude", "longitude")) or re.fullmatch(r"\d+\.\d\d PEN", row[i]):
                row[i] = row[i].replace(".", ",")
            if column in ("service", "district", "subject", "object", "holder", "certifier"):
                row[i] = row[i].rpartition("/")[2]
    lines = [";".join(f'"{cell}"' if re.search('[;,"\n]', cell) else cell for cell in row) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


class MarketImport(unittest.TestCase):
    def unchanged(self, done):
        self.assertEqual(done.returncode, DONE, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"^0 made, 0 changed, [1-9]\d* as they were")

    def test_repeated_import_changes_nothing(self):
        again = ayni("market", "import", sample)
        self.unchanged(again)
        self.assertIn(f"{row_count()} as they were", again.stdout)

    def test_same_market_from_a_spreadsheet_changes_nothing(self):
        folder = new_folder("spreadsheet")
        for file in sample.glob("*.csv"):
            (folder / file.name).write_bytes(as_a_spreadsheet_has_it(file.read_text(encoding="utf-8")))
        self.unchanged(ayni("market", "import", folder))

    def test_export_gives_back_what_was_imported(self):
        first, second = scratch / "export", scratch / "export-of-the-import"
        self.assertEqual(ayni("market", "export", first).returncode, DONE)
        self.unchanged(ayni("market", "import", first))
        other = ServerProcess(PROGRAMS.aynid)
        self.addCleanup(other.remove)
        imported = ayni("market", "import", first, on=other)
        self.assertEqual(imported.returncode, DONE, imported.stderr)
        self.assertEqual(ayni("market", "export", second, on=other).returncode, DONE)
        self.assertEqual(len(list(first.iterdir())), 9)
        for file in first.iterdir():
            self.assertEqual(file.read_bytes(), (second / file.name).read_bytes(), file.name)
            if file.name in ("needs.csv", "parties.csv"):
                names = {row["name"] for row in read_rows(sample / file.name)}
                self.assertLessEqual(names, {row["name"] for row in read_rows(file)})

    def test_export_while_others_write_names_nothing_that_it_does_not_hold(self):
        other = ServerProcess(PROGRAMS.aynid)
        self.addCleanup(other.remove)
        self.assertEqual(ayni("market", "import", sample, on=other).returncode, DONE)
        folder, wanted = new_folder("written-meanwhile"), scratch / "export-meanwhile"
        party = next(row for row in read_rows(sample / "parties.csv") if row["name"] == "parties/coop-1")
        over = threading.Event()

        def write():
            count = 0
            while not over.is_set():
                count += 1
                write_rows(folder / "parties.csv", [{**party, "name": f"parties/late-{count}", "identifiers": ""}])
                write_rows(folder / "needs.csv", [a_need(name=f"cooperatives/late-{count}/needs/late")])
                written.append(ayni("market", "import", folder, on=other))

        written = []
        writer = threading.Thread(target=write)
        writer.start()
        try:
            exported = [ayni("market", "export", wanted / str(i), on=other) for i in range(10)]
        finally:
            over.set()
            writer.join()
        self.assertEqual([done.returncode for done in written + exported], [DONE] * (len(written) + 10))
        for i in range(10):
            cooperatives = {row["name"].split("/")[1] for row in read_rows(wanted / str(i) / "needs.csv")}
            parties = {row["name"].split("/")[1] for row in read_rows(wanted / str(i) / "parties.csv")}
            self.assertLessEqual(cooperatives, parties)

    def test_text_that_looks_like_a_formula_survives_and_is_not_exported_as_one(self):
        folder = new_folder("formula")
        notes = ["=1+1", "+51 984", "-2", "@home", "'=1", "O'Higgins"]
        write_rows(folder / "needs.csv", [a_need(name=f"cooperatives/coop-1/needs/formula-{i}", note=note)
                                          for i, note in enumerate(notes)])
        # A text with one apostrophe before a sign stands for the text without it.
        stored = ["=1+1", "+51 984", "-2", "@home", "=1", "O'Higgins"]
        self.assertEqual(ayni("market", "import", folder).returncode, DONE)
        for i, note in enumerate(stored):
            got = ayni("need", "get", f"coop-1/formula-{i}", "--output", "json")
            self.assertEqual(json.loads(got.stdout)["note"], note)
        out = scratch / "formula-out"
        ayni("market", "export", out)
        exported = {row["name"]: row["note"] for row in read_rows(out / "needs.csv")}
        self.assertEqual(exported["cooperatives/coop-1/needs/formula-0"], "'=1+1")
        self.unchanged(ayni("market", "import", out))

    def test_check_alone_changes_nothing(self):
        folder = new_folder("check")
        write_rows(folder / "needs.csv", [a_need(name="coop-1/checked")])
        done = ayni("market", "import", folder, "--validate-only")
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertIn("nothing was changed", done.stdout)
        self.assertEqual(ayni("need", "get", "coop-1/checked").returncode, NOT_FOUND)


    def test_column_that_is_not_there_says_nothing_and_an_empty_cell_empties(self):
        made = ayni("party", "create", "--id", "kept", "--display-name", "Ejemplo", "--roles", "COMPANY",
                    "--contact.phone", "+51984000000", "--contact.email", "a@ayni.example", "--aliases", "Otro")
        self.assertEqual(made.returncode, DONE, made.stderr)
        folder = new_folder("columns")

        def party_after(text):
            (folder / "parties.csv").write_text(text)
            done = ayni("market", "import", folder)
            self.assertEqual(done.returncode, DONE, done.stderr)
            return json.loads(ayni("party", "get", "kept", "--output", "json").stdout)

        party = party_after("name;display_name;roles\nkept;Ejemplo Nuevo;COMPANY\n")
        self.assertEqual(party["display_name"], "Ejemplo Nuevo")
        self.assertEqual(party["contact"], {"phone": "+51984000000", "email": "a@ayni.example"})
        self.assertEqual(party["aliases"], ["Otro"])
        party = party_after("name;roles;aliases;contact.phone\nkept;COMPANY;;\n")
        self.assertEqual(party["contact"], {"email": "a@ayni.example"})
        self.assertNotIn("aliases", party)
        self.assertEqual(party["display_name"], "Ejemplo Nuevo")

    def test_export_begins_with_the_mark_where_it_is_asked_for(self):
        plain, marked = scratch / "plain", scratch / "marked"
        self.assertEqual(ayni("market", "export", plain).returncode, DONE)
        self.assertEqual(ayni("market", "export", marked, "--byte-order-mark").returncode, DONE)
        for file in plain.iterdir():
            self.assertEqual((marked / file.name).read_bytes(), b"\xEF\xBB\xBF" + file.read_bytes(), file.name)
        self.unchanged(ayni("market", "import", marked))


class BadRows(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=scratch))
        self.prefix = self.folder.name.replace("_", "x").lower()

    def name(self, number):
        return f"cooperatives/coop-1/needs/{self.prefix}-{number}"

    def write(self):
        """The rows of lines 3, 4 and 6 are wrong; that of line 5 has a line end within a cell."""
        write_rows(self.folder / "needs.csv", [
            a_need(name=self.name(1)),
            a_need(name=self.name(2), quantity="forty", **{"window.start_date": "01/12/2026"}),
            a_need(name=self.name(3), service="services/nothing", quantity="0"),
            a_need(name=self.name(4)),
            a_need(name=self.name(5), highest_unit_price="3.00 XXX"),
        ])

    def stored(self):
        return [number for number in range(1, 6) if ayni("need", "get", self.name(number)).returncode == DONE]

    def test_are_all_told_and_written_and_nothing_is_changed(self):
        self.write()
        done = ayni("market", "import", self.folder)
        self.assertEqual(done.returncode, ROWS_FAILED)
        told = done.stderr.splitlines()
        for begin in ("needs.csv:3: quantity: must be a whole number", "needs.csv:3: window.start_date: must be a date",
                      "needs.csv:4: service: ", "needs.csv:4: quantity: ", "needs.csv:6: highest_unit_price: "):
            self.assertTrue(any(line.startswith(begin) for line in told), f"{begin} in {done.stderr}")
        self.assertEqual(len(told), 5, done.stderr)
        failed = read_rows(self.folder / "failed" / "needs.csv")
        self.assertEqual([row["name"] for row in failed], [self.name(2), self.name(3), self.name(5)])
        self.assertIn("quantity: must be a whole number", failed[0]["failed_because"])
        self.assertEqual(failed[0]["quantity"], "forty")
        self.assertEqual(self.stored(), [])

    def test_row_that_is_wrong_here_alone_keeps_the_others_out_too(self):
        write_rows(self.folder / "needs.csv", [a_need(name=self.name(1)), a_need(name=self.name(2), quantity="forty")])
        self.assertEqual(ayni("market", "import", self.folder).returncode, ROWS_FAILED)
        self.assertEqual(self.stored(), [])

    def test_others_are_taken_when_asked_and_the_rest_once_corrected(self):
        self.write()
        done = ayni("market", "import", self.folder, "--valid-rows")
        self.assertEqual(done.returncode, ROWS_FAILED)
        self.assertIn("3 rows are wrong", done.stdout)
        self.assertIn("2 made", done.stdout)
        self.assertEqual(self.stored(), [1, 4])
        failed = self.folder / "failed" / "needs.csv"
        rows = [{**row, "quantity": "40", "service": "services/dosing", "highest_unit_price": "3.00 PEN",
                 "window.start_date": row["window.start_date"].replace("01/12/2026", "2026-12-01")}
                for row in read_rows(failed)]
        write_rows(failed, rows)
        corrected = ayni("market", "import", failed.parent)
        self.assertEqual(corrected.returncode, DONE, corrected.stderr)
        self.assertEqual(self.stored(), [1, 2, 3, 4, 5])

    def test_are_told_to_programs_wherever_they_were_found(self):
        self.write()
        done = ayni("market", "import", self.folder, "--output", "json")
        self.assertEqual(done.returncode, ROWS_FAILED)
        told = json.loads(done.stdout)
        self.assertEqual({error["line"] for error in told["errors"]}, {"3", "4", "6"})
        self.assertEqual(told["error_count"], "5")
        self.assertNotIn("applied", told)

    def test_lines_are_counted_through_cells_of_several(self):
        write_rows(self.folder / "needs.csv", [a_need(name=self.name(1), note="one\ntwo\nthree"),
                                               a_need(name=self.name(2), quantity="none")])
        self.assertIn("needs.csv:5: quantity:", ayni("market", "import", self.folder).stderr)

    def test_row_that_refers_to_a_bad_row_fails_with_it(self):
        party = {"name": f"parties/{self.prefix}", "display_name": "Ejemplo Ñahui", "roles": "NOTHING"}
        write_rows(self.folder / "parties.csv", [party])
        write_rows(self.folder / "needs.csv", [a_need(name=f"cooperatives/{self.prefix}/needs/n-1")])
        done = ayni("market", "import", self.folder, "--valid-rows")
        self.assertEqual(done.returncode, ROWS_FAILED)
        self.assertIn("parties.csv:2: roles:", done.stderr)
        self.assertRegex(done.stderr, r"(?m)^needs.csv:2: name: .*whose own row is wrong: parties.csv:2$")

    def test_are_all_written_though_not_all_are_described(self):
        count = 10_001
        write_rows(self.folder / "value_chains.csv", [{"name": f"{self.prefix}-{number}", "display_name": "",
                                                       "kind": "CROP"} for number in range(count)])
        done = ayni("market", "import", self.folder, "--valid-rows")
        self.assertEqual(done.returncode, ROWS_FAILED)
        self.assertIn(f"{count} rows are wrong", done.stdout)
        self.assertEqual(len(read_rows(self.folder / "failed" / "value_chains.csv")), count)

    def test_wrong_column_does_not_hide_the_bad_rows_of_other_files(self):
        self.write()
        write_rows(self.folder / "offers.csv", [{"name": "tap-1/o-1", "quantitty": "4"}])
        done = ayni("market", "import", self.folder)
        self.assertEqual(done.returncode, ROWS_FAILED)
        self.assertIn("offers.csv:1: quantitty:", done.stderr)
        self.assertIn("needs.csv:3: quantity: must be a whole number", done.stderr)
        self.assertNotIn("needs.csv:2:", done.stderr)
        self.assertIn("offers.csv", done.stdout)
        self.assertEqual([row["name"] for row in read_rows(self.folder / "failed" / "needs.csv")], [self.name(2)])
        told = json.loads(ayni("market", "import", self.folder, "--output", "json").stdout)
        self.assertEqual({error["file"] for error in told["errors"]}, {"needs.csv", "offers.csv"})

    def test_what_was_imported_is_told_though_the_rest_cannot_be_written(self):
        self.write()
        (self.folder / "failed").write_text("A file\n")
        done = ayni("market", "import", self.folder, "--valid-rows")
        self.assertEqual(done.returncode, LOCAL_FILE)
        self.assertIn("2 made", done.stdout)
        self.assertIn(str(self.folder / "failed"), done.stderr)
        self.assertEqual((self.folder / "failed").read_text(), "A file\n")

    def test_no_file_is_put_aside_that_is_imported_or_only_checked(self):
        self.write()
        before = (self.folder / "needs.csv").read_bytes()
        same = ayni("market", "import", self.folder, "--failed", f"{self.folder}/../{self.folder.name}")
        self.assertEqual(same.returncode, USAGE)
        self.assertIn("--failed", same.stderr)
        (self.folder / "failed").mkdir()
        (self.folder / "failed" / "needs.csv").write_text("kept\n")
        checked = ayni("market", "import", self.folder, "--validate-only")
        self.assertEqual(checked.returncode, ROWS_FAILED)
        self.assertIn("3 rows are wrong; nothing was changed", checked.stdout)
        self.assertEqual(self.files(), {"needs.csv": before, "failed/needs.csv": b"kept\n"})
        for _ in range(2):
            self.assertEqual(ayni("market", "import", self.folder).returncode, ROWS_FAILED)
        self.assertEqual(set(self.files()), {"needs.csv", "failed/needs.csv", "failed/needs.csv.~1~",
                                             "failed/needs.csv.~2~"})
        self.assertEqual(self.files()["failed/needs.csv.~1~"], b"kept\n")

    def files(self):
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in self.folder.rglob("*") if file.is_file()}

    def test_column_or_file_that_does_not_exist_stops_all(self):
        write_rows(self.folder / "needs.csv", [{**a_need(name=self.name(1)), "quantitty": "4"}])
        column = ayni("market", "import", self.folder, "--valid-rows")
        self.assertEqual(column.returncode, ROWS_FAILED)
        self.assertIn("did you mean 'quantity'?", column.stderr)
        (self.folder / "needs.csv").rename(self.folder / "need.csv")
        file = ayni("market", "import", self.folder)
        self.assertEqual(file.returncode, LOCAL_FILE)
        self.assertIn("did you mean 'needs.csv'?", file.stderr)


class ExitCodes(unittest.TestCase):
    def test_tell_what_kind_of_failure_it_was(self):
        no_token = environment_for(server.address, HOME="/nonexistent")
        cases = [
            (DONE, ayni("need", "list", "--limit", "1")),
            (REFUSED, ayni("need", "create", "--cooperative", "coop-1", "--quantity", "0")),
            (USAGE, ayni("need", "create", "--cooperative", "coop-1", "--quantity", "none")),
            (NOT_FOUND, ayni("need", "get", "coop-1/nothing")),
            (NOT_ALLOWED, run(["need", "list"], no_token)),
            (CONFLICT, ayni("party", "create", "--id", "coop-1", "--display_name", "X", "--roles", "COMPANY")),
            (CONFLICT, ayni("party", "update", "coop-1", "--display_name", "X", "--etag", "stale")),
            (UNAVAILABLE, run(["need", "list", "--timeout", "500ms"], environment_for("127.0.0.1:1"))),
            (LOCAL_FILE, ayni("market", "import", scratch / "nothing")),
        ]
        for code, done in cases:
            self.assertEqual(done.returncode, code, (done.args, done.stderr))
            self.assertEqual(done.stderr == "", code == DONE, (done.args, done.stderr))

    def test_proxy_of_the_office_is_not_asked_for_this_machine(self):
        proxy = {name: "http://127.0.0.1:1" for name in ("grpc_proxy", "https_proxy", "http_proxy")}
        environment = environment_for(server.address, server.token_file, no_proxy="", no_grpc_proxy="", **proxy)
        done = run(["need", "list", "--limit", "1"], environment)
        self.assertEqual(done.returncode, DONE, done.stderr)

    def test_every_wrong_field_is_told_on_a_line_with_the_request(self):
        done = ayni("need", "create", "--cooperative", "coop-1", "--quantity", "0", "--languages", "que")
        lines = done.stderr.splitlines()
        self.assertRegex(lines[0], r"^ayni: \d+ fields are wrong$")
        for field in ("need.service", "need.quantity", "need.languages[0]", "need.window"):
            self.assertTrue(any(line.startswith(f"  {field}: ") for line in lines), f"{field} in {done.stderr}")
        self.assertRegex(lines[-1], r"^  request \S+$")

    def test_write_waits_for_a_server_that_starts(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        token_file = pathlib.Path(tempfile.mkdtemp(dir=scratch)) / "token"
        token_file.write_text("not known to this server\n")
        waiting = subprocess.Popen([PROGRAMS.ayni, "party", "list"], env=environment_for(f"127.0.0.1:{port}", token_file),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(0.5)
        late = ServerProcess(PROGRAMS.aynid, port=port)
        self.addCleanup(late.remove)
        waiting.communicate(timeout=SECONDS_MAX)
        self.assertEqual(waiting.returncode, NOT_ALLOWED, "the server answered, and knows no such token")


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

    def test_lists_come_whole_through_pages_and_end_at_a_limit(self):
        names = [row["name"] for row in read_rows(sample / "parties.csv")]
        listed = json.loads(ayni("party", "list", "--output", "json").stdout)
        self.assertLessEqual(set(names), {party["name"] for party in listed})
        self.assertEqual(len(json.loads(ayni("party", "list", "--limit", "7", "--output", "json").stdout)), 7)
        of_one = ayni("need", "list", "--cooperative", "coop-1", "--output", "csv", "--columns", "name")
        self.assertTrue(all(line.startswith("cooperatives/coop-1/") for line in of_one.stdout.splitlines()[1:]))
        self.assertEqual(ayni("need", "list", "--filter", 'service = "services/nothing"', "--output", "json").stdout,
                         "[]\n")

    def test_lists_hold_more_than_the_longest_page(self):
        many = ServerProcess(PROGRAMS.aynid)
        self.addCleanup(many.remove)
        folder = new_folder("pages")
        names = [f"parties/company-{number:04}" for number in range(2100)]
        write_rows(folder / "parties.csv", [{"name": name, "display_name": "Ejemplo", "roles": "COMPANY"} for name in names])
        self.assertEqual(ayni("market", "import", folder, on=many).returncode, DONE)
        for limit, listed in ((None, names), (1500, names[:1500])):
            words = ["party", "list", "--output", "json"] + (["--limit", limit] if limit else [])
            self.assertEqual([party["name"] for party in json.loads(ayni(*words, on=many).stdout)], listed)

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
        file = scratch / "auditor.token"
        made = ayni("token", "create", "--principal", "auditor", "--id", "t1", "--out", file)
        self.assertEqual(made.returncode, DONE, made.stderr)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertNotIn(file.read_text().strip(), made.stdout + made.stderr)
        as_auditor = environment_for(server.address, file)
        self.assertEqual(run(["need", "list", "--limit", "1"], as_auditor).returncode, DONE)
        self.assertEqual(run(["party", "delete", "coop-1"], as_auditor).returncode, NOT_ALLOWED)
        self.assertEqual(ayni("token", "create", "--principal", "auditor", "--out", file).returncode, LOCAL_FILE)
        self.assertEqual(ayni("token", "revoke", "auditor/t1").returncode, DONE)
        self.assertEqual(run(["need", "list"], as_auditor).returncode, NOT_ALLOWED)

    def test_failed_call_leaves_no_file(self):
        file = scratch / "nobody.token"
        self.assertEqual(ayni("token", "create", "--principal", "nobody", "--out", file).returncode, REFUSED)
        self.assertFalse(file.exists())

    def test_secret_is_shown_once_where_no_file_is_named(self):
        made = ayni("token", "create", "--principal", "administrator", "--id", "shown", "--output", "json")
        self.assertGreater(len(json.loads(made.stdout)["secret"]), 20)
        self.assertNotIn("secret", ayni("token", "get", "administrator/shown", "--output", "json").stdout)


class Tls(unittest.TestCase):
    """An authority, a certificate of the server's and one of a caller's who is the administrator."""

    def openssl(self, *words):
        subprocess.run(["openssl", *map(str, words)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def new_key(self, name):
        return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.folder / f"{name}.key"

    def certify(self, name):
        request, certificate, names = (self.folder / f"{name}.{kind}" for kind in ("csr", "pem", "names"))
        names.write_text("subjectAltName=IP:127.0.0.1\n")
        self.openssl("req", *self.new_key(name), "-subj", f"/CN={name}", "-out", request)
        self.openssl("x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", self.folder / "authority.key",
                     "-CAcreateserial", "-days", "2", "-extfile", names, "-out", certificate)
        return certificate, self.folder / f"{name}.key"

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=scratch))
        self.authority = self.folder / "authority.pem"
        self.openssl("req", "-x509", *self.new_key("authority"), "-subj", "/CN=authority", "-days", "2", "-out",
                     self.authority)

    def test_server_and_caller_are_known_by_their_certificates(self):
        certificate, key = self.certify("server")
        caller, caller_key = self.certify("administrator")
        secure = ServerProcess(PROGRAMS.aynid, "--tls-certificate", certificate, "--tls-key", key,
                               "--tls-client-authority", self.authority)
        self.addCleanup(secure.remove)
        token = environment_for(secure.address, secure.token_file)
        no_token = environment_for(secure.address, HOME="/nonexistent")
        trusting = ["need", "list", "--timeout", "2s", "--ca", self.authority]
        self.assertEqual(run(trusting, token).returncode, DONE)
        self.assertEqual(run(trusting, no_token).returncode, NOT_ALLOWED)
        mutual = run([*trusting, "--certificate", caller, "--key", caller_key], no_token)
        self.assertEqual(mutual.returncode, DONE, mutual.stderr)
        self.assertEqual(run([*trusting, "--certificate", caller], no_token).returncode, USAGE)
        strange = run(["need", "list", "--timeout", "2s", "--tls"], token)
        self.assertEqual(strange.returncode, UNAVAILABLE, "the system trusts no such authority")
        self.assertEqual(run(["need", "list", "--timeout", "2s"], token).returncode, UNAVAILABLE)


class Rounds(unittest.TestCase):
    """On a server of its own: rounds change what is left of the market."""

    @classmethod
    def setUpClass(cls):
        cls.server = ServerProcess(PROGRAMS.aynid)
        cls.addClassCleanup(cls.server.remove)
        ayni("market", "import", sample, on=cls.server)
        ayni("policy", "activate", "sample-1", on=cls.server)

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


class Terminals(unittest.TestCase):
    def on_a_terminal(self, *words, **variables):
        """What it writes to a terminal, which is both its output and its errors."""
        leader, follower = pty.openpty()
        environment = environment_for(server.address, server.token_file, TERM="xterm", **variables)
        process = subprocess.Popen([PROGRAMS.ayni, *map(str, words)], env=environment, stdin=subprocess.DEVNULL,
                                   stdout=follower, stderr=follower)
        os.close(follower)
        text = b""
        while True:
            try:
                block = os.read(leader, 1 << 16)
            except OSError:
                break
            if not block:
                break
            text += block
        os.close(leader)
        process.wait(SECONDS_MAX)
        return text.decode()

    def test_colour_and_progress_are_for_terminals_only(self):
        self.assertIn("\033[1m", self.on_a_terminal("need", "list", "--limit", "1"))
        self.assertNotIn("\033", self.on_a_terminal("need", "list", "--limit", "1", NO_COLOR="1"))
        self.assertIn("rows sent", self.on_a_terminal("market", "import", sample))
        piped = ayni("market", "import", sample)
        self.assertNotIn("\033", ayni("need", "list", "--limit", "1").stdout + piped.stdout + piped.stderr)
        self.assertNotIn("rows sent", piped.stdout + piped.stderr)

    def test_long_import_tells_a_log_how_far_it_is(self):
        slow = ServerProcess(PROGRAMS.aynid)
        self.addCleanup(slow.remove)
        with slow.paused():
            importing = subprocess.Popen([PROGRAMS.ayni, "market", "import", sample], text=True, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, env=environment_for(slow.address, slow.token_file))
            told = importing.stderr.readline()
        out, err = importing.communicate(timeout=SECONDS_MAX)
        self.assertEqual(importing.returncode, DONE, err)
        self.assertRegex(told, r"^\w.* \(\d+ s\)\n$")

    def test_reader_that_stops_early_is_no_failure_to_tell(self):
        words = f"'{PROGRAMS.ayni}' need list --output json | head -n 1"
        done = subprocess.run(["bash", "-c", words], env=environment_for(server.address, server.token_file),
                              capture_output=True, text=True, timeout=SECONDS_MAX)
        self.assertEqual((done.stdout, done.stderr), ("[\n", ""))


class Bash(unittest.TestCase):
    def completed(self, *words):
        line = " ".join(f"'{word}'" for word in words)
        script = (f"source <('{PROGRAMS.ayni}' completion bash)\nCOMP_WORDS=({line}); COMP_CWORD={len(words) - 1}\n"
                  f"_ayni '{PROGRAMS.ayni}'\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"")
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=SECONDS_MAX)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_completes_nouns_verbs_flags_and_values(self):
        self.assertEqual(self.completed("ayni", "nee"), ["need"])
        self.assertIn("candidates", self.completed("ayni", "need", ""))
        self.assertEqual(self.completed("ayni", "need", "create", "--high"), ["--highest_unit_price"])
        self.assertEqual(self.completed("ayni", "need", "create", "--urgency", "C"), ["CRITICAL"])


def read_arguments():
    parser = argparse.ArgumentParser()
    for program in ("aynid", "ayni", "generate"):
        parser.add_argument(f"--{program}", required=True)
    given, rest = parser.parse_known_args()
    sys.argv[1:] = rest
    return given


if __name__ == "__main__":
    PROGRAMS = read_arguments()
    unittest.main()
