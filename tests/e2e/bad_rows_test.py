"""Rows of an import that are wrong: how they are told, written for correction, and kept out."""

import json
import os
import pathlib
import tempfile
import unittest

from command_line import DONE, LOCAL_FILE, ROWS_FAILED, USAGE, a_need, ayni, main, market, read_rows, write_rows

setUpModule = market.set_up


class BadRows(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=market.scratch))
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

    def test_first_are_shown_and_the_others_counted(self):
        count = 10_500
        write_rows(self.folder / "needs.csv", [a_need(name=self.name(number), quantity="forty", urgency="SOON")
                                               for number in range(count)])
        done = ayni("market", "import", self.folder)
        self.assertEqual(done.returncode, ROWS_FAILED)
        told = done.stderr.splitlines()
        self.assertEqual(len(told), 2 * 10_000 + 1)
        self.assertEqual(told[-1], f"needs.csv: {count - 10_000} more rows are wrong")
        self.assertIn(f"{count} rows are wrong, and in ", done.stdout)
        failed = read_rows(self.folder / "failed" / "needs.csv")
        self.assertEqual(len(failed), count)
        self.assertTrue(all("quantity: must be a whole number" in row["failed_because"] for row in failed))

    def test_garbage_is_told_by_its_place(self):
        (self.folder / "needs.csv").write_text(",".join(f"c{i}" for i in range(200_000)) + "\n1\n")
        done = ayni("market", "import", self.folder)
        self.assertEqual(done.returncode, ROWS_FAILED)
        self.assertEqual(done.stderr, "needs.csv:1: has 200000 columns, and at most 1000 are read\n")
        write_rows(self.folder / "needs.csv", [a_need(name=self.name(1)),
                                               a_need(name=self.name(2), note="x" * 9_000_000)])
        done = ayni("market", "import", self.folder)
        self.assertEqual(done.returncode, ROWS_FAILED)
        self.assertEqual(done.stderr, "needs.csv:3: note: has 9000000 bytes, and at most 100000 are taken\n")
        write_rows(self.folder / "needs.csv", [a_need(name=self.name(1), quantity="x" * 90_000)])
        self.assertLess(len(ayni("market", "import", self.folder).stderr), 2000)

    def test_more_rows_than_an_import_takes_are_not_read(self):
        (self.folder / "value_chains.csv").write_text("name\n" + "x\n" * 2_000_001)
        done = ayni("market", "import", self.folder)
        self.assertEqual(done.returncode, LOCAL_FILE)
        self.assertEqual(done.stderr,
                         "ayni: value_chains.csv:2000002: an import takes at most 2000000 rows: split it\n")

    def test_what_is_no_file_is_refused_by_name(self):
        needs = self.folder / "needs.csv"
        for make, says in ((lambda: needs.symlink_to("nothing"), "is a link that leads nowhere"),
                           (lambda: os.mkfifo(needs), "is a pipe, socket or device, and no file"),
                           (needs.mkdir, "is a folder")):
            make()
            done = ayni("market", "import", self.folder)
            self.assertEqual((done.returncode, done.stderr), (LOCAL_FILE, f"ayni: {needs}: {says}\n"))
            needs.rmdir() if needs.is_dir() else needs.unlink()
        (self.folder / "NEEDS.CSV").write_text("name\n")
        self.assertIn("did you mean 'needs.csv'?", ayni("market", "import", self.folder).stderr)

    def test_row_that_stands_is_right_though_its_party_is_not(self):
        relations = read_rows(market.sample / "relations.csv")
        subject = relations[0]["subject"]
        party = next(row for row in read_rows(market.sample / "parties.csv") if row["name"] == subject)
        write_rows(self.folder / "parties.csv", [{**party, "roles": "NOTHING"}])
        write_rows(self.folder / "relations.csv", [{key: value for key, value in row.items() if key != "standing"}
                                                   for row in relations])
        done = ayni("market", "import", self.folder)
        self.assertEqual(done.returncode, ROWS_FAILED)
        self.assertRegex(done.stderr, r"^parties.csv:2: roles: .*\n$")
        self.assertIn("1 row is wrong", done.stdout)

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
        # What the second import would write stands there already.
        self.assertEqual(set(self.files()), {"needs.csv", "failed/needs.csv", "failed/needs.csv.~1~"})
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


if __name__ == "__main__":
    main()
