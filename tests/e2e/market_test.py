"""Whole markets in and out: what is imported twice, from a spreadsheet, and what an export gives back."""

import csv
import json
import re
import threading
import unittest

from command_line import (
    DONE, NOT_FOUND, a_need, ayni, main, market, new_folder, programs, read_rows, row_count, write_rows)
from server_process import ServerProcess

setUpModule = market.set_up


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
        again = ayni("market", "import", market.sample)
        self.unchanged(again)
        self.assertIn(f"{row_count()} as they were", again.stdout)

    def test_same_market_from_a_spreadsheet_changes_nothing(self):
        folder = new_folder("spreadsheet")
        for file in market.sample.glob("*.csv"):
            (folder / file.name).write_bytes(as_a_spreadsheet_has_it(file.read_text(encoding="utf-8")))
        self.unchanged(ayni("market", "import", folder))

    def test_sheet_that_names_its_separator_and_has_headings_changes_nothing(self):
        folder = new_folder("headings")
        rows = read_rows(market.sample / "needs.csv")
        heading = ";".join(column.replace("_", " ").capitalize() for column in rows[0])
        lines = [";".join(row.values()) for row in rows if not any(";" in value for value in row.values())]
        (folder / "needs.csv").write_text("sep=;\n" + "\n".join([heading, *lines]) + "\n", encoding="utf-8-sig")
        self.unchanged(ayni("market", "import", folder))

    def test_export_gives_back_what_was_imported(self):
        first, second = market.scratch / "export", market.scratch / "export-of-the-import"
        self.assertEqual(ayni("market", "export", first).returncode, DONE)
        self.unchanged(ayni("market", "import", first))
        other = ServerProcess(programs.aynid)
        self.addCleanup(other.remove)
        imported = ayni("market", "import", first, on=other)
        self.assertEqual(imported.returncode, DONE, imported.stderr)
        self.assertEqual(ayni("market", "export", second, on=other).returncode, DONE)
        self.assertEqual(len(list(first.iterdir())), 13)
        for file in first.iterdir():
            self.assertEqual(file.read_bytes(), (second / file.name).read_bytes(), file.name)
            if file.name in ("needs.csv", "parties.csv"):
                names = {row["name"] for row in read_rows(market.sample / file.name)}
                self.assertLessEqual(names, {row["name"] for row in read_rows(file)})

    def test_export_while_others_write_names_nothing_that_it_does_not_hold(self):
        other = ServerProcess(programs.aynid)
        self.addCleanup(other.remove)
        self.assertEqual(ayni("market", "import", market.sample, on=other).returncode, DONE)
        folder, wanted = new_folder("written-meanwhile"), market.scratch / "export-meanwhile"
        party = next(row for row in read_rows(market.sample / "parties.csv") if row["name"] == "parties/coop-1")
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
        out = market.scratch / "formula-out"
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
        plain, marked = market.scratch / "plain", market.scratch / "marked"
        self.assertEqual(ayni("market", "export", plain).returncode, DONE)
        self.assertEqual(ayni("market", "export", marked, "--byte-order-mark").returncode, DONE)
        for file in plain.iterdir():
            self.assertEqual((marked / file.name).read_bytes(), b"\xEF\xBB\xBF" + file.read_bytes(), file.name)
        self.unchanged(ayni("market", "import", marked))


if __name__ == "__main__":
    main()
