"""`ayni simulate` as a project designer runs it: on the sample of a province, with no server."""

import csv
import io
import os
import pathlib
import shutil
import signal
import subprocess
import unittest
import xml.etree.ElementTree

from command_line import DONE, LOCAL_FILE, USAGE, main, market, programs, read_rows, write_rows

SECONDS_MAX = 110


setUpModule = market.make_sample


def simulate(*words, folder=None):
    given = [programs.ayni, "simulate", str(folder or market.sample), *map(str, words)]
    return subprocess.run(given, capture_output=True, text=True, timeout=SECONDS_MAX)


class Simulation(unittest.TestCase):
    def test_years_with_and_without_limits(self):
        files = [market.scratch / name for name in ("one.csv", "two.csv", "years.svg")]
        done = simulate("--years", 2, "--seeds", 2, "--threads", 1, "--csv", files[0], "--plot", files[2])
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertIn("With limits, the middle of 2 seeds", done.stdout)
        self.assertIn("What limits cost and bring, seed by seed", done.stdout)
        self.assertIn("of limit group-province", done.stdout)
        # The same on two threads, byte by byte.
        again = simulate("--years", 2, "--seeds", 2, "--threads", 2, "--csv", files[1])
        self.assertEqual(again.returncode, DONE, again.stderr)
        self.assertEqual(files[0].read_bytes(), files[1].read_bytes())
        self.assertEqual(done.stdout, again.stdout)

        rows = list(csv.DictReader(io.StringIO(files[0].read_text(encoding="utf-8"))))
        self.assertEqual([(row["policy"], row["seed"], row["year"]) for row in rows[:4]],
                         [("with limits", "1", "1"), ("with limits", "1", "2"), ("without limits", "1", "1"),
                          ("without limits", "1", "2")])
        self.assertEqual(len(rows), 2 * 2 * 2)
        for row in rows:
            self.assertTrue(0 < float(row["served"]) < 100, row)
            self.assertTrue(0 < int(row["hhi"]) <= 10_000, row)
            self.assertEqual(row["hhi"], row["hhi.group-province"])
        # Luck is the same: as much is asked for.
        self.assertEqual([row["needs"] for row in rows[:2]], [row["needs"] for row in rows[2:4]])

        picture = xml.etree.ElementTree.parse(files[2]).getroot()
        self.assertTrue(picture.tag.endswith("svg"))
        text = files[2].read_text(encoding="utf-8")
        self.assertIn("What limits cost and bring over 2 years", text)
        self.assertEqual((text.count("<polyline"), text.count("<polygon")), (5 * 2, 5 * 2))

    def test_a_policy_of_a_file_and_another_part_left_out(self):
        policy = pathlib.Path(programs.generate).parents[1] / "policy" / "default.yaml"
        done = simulate("--policy", policy, "--years", 1, "--seeds", 1, "--rounds-per-year", 2, "--without", "conflicts",
                        "--limit", "tap-district")
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertIn("Without conflicts, one seed", done.stdout)
        self.assertIn("of limit tap-district", done.stdout)

    def test_ends_with_the_years_that_were_ended(self):
        table = market.scratch / "stopped.csv"
        running = subprocess.Popen([programs.ayni, "simulate", market.sample, "--years", "50", "--seeds", "4", "--threads", "2",
                                    "--csv", table], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        # It tells how far it is every five seconds.
        while ", year " not in running.stderr.readline():
            self.assertIsNone(running.poll())
        os.kill(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=SECONDS_MAX)
        self.assertEqual(running.returncode, DONE, err)
        self.assertIn("stopped: of the years that were ended", err)
        self.assertLess(len(read_rows(table)), 4 * 2 * 50)

    def test_names_what_is_wrong(self):
        wrong = market.scratch / "wrong"
        shutil.copytree(market.sample, wrong)
        offers = read_rows(wrong / "offers.csv")
        offers[2]["capacity"] = "0"
        offers[4]["service"] = "services/nobody-does"
        write_rows(wrong / "offers.csv", offers)
        done = simulate(folder=wrong)
        self.assertEqual(done.returncode, LOCAL_FILE)
        self.assertIn("3 mistakes", done.stderr)
        self.assertIn("offers.csv:4: capacity: ", done.stderr)
        self.assertIn("offers.csv:4: smallest_lot: ", done.stderr)
        self.assertIn("offers.csv:6: service: ", done.stderr)

        policy = market.scratch / "wrong.yaml"
        policy.write_text("reason: Too large\nlimits:\n  - id: all\n    controller_level: TAP\n    territory_level: PROVINCE\n"
                          "    basis: DEMAND\n    share_basis_points: 20000\n", encoding="utf-8")
        done = simulate("--policy", policy)
        self.assertEqual(done.returncode, LOCAL_FILE)
        self.assertIn("wrong.yaml:7:", done.stderr)
        self.assertIn("limits[0].share_basis_points", done.stderr)

        for words, told in ((("--years", "0"), "--years must be a whole number from 1 to 50, is '0'"),
                            (("--rounds-per-year", "5"), "--rounds-per-year must be 1, 2, 3, 4, 6 or 12, is '5'"),
                            (("--without", "luck"), "--without must be limits, reserves or conflicts, is 'luck'"),
                            (("--limit", "no-such"), "the policy has no limit 'no-such'; it has tap-province"),
                            (("--gap", "2"), "--gap must be a fraction above 0")):
            done = simulate(*words)
            self.assertEqual(done.returncode, USAGE, words)
            self.assertIn(told, done.stderr)

        # A file that can't be written is told before years are market.
        done = simulate("--plot", market.scratch / "nowhere" / "years.svg", "--years", 50)
        self.assertEqual(done.returncode, LOCAL_FILE)


if __name__ == "__main__":
    main()
