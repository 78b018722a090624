"""The sample market against what README.md of deploy/sample promises, read from its files."""

import collections
import hashlib
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import unittest

from market_files import FILES, Market, centimos, date, listed, position

GENERATE = None  # path of the program, from the command line
# The concepts that the field's notes give. Any other would be a guess.
AGROVOC = {"", "c_304", "c_7030", "c_10274", "c_3426", "c_13551", "c_12332", "c_13716", "c_1731", "c_7713"}


def generate(scale, folder, *more, hash_seed="0"):
    return subprocess.run(
        [GENERATE, "--scale", scale, "--out", folder, *more], capture_output=True, text=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONDONTWRITEBYTECODE": "1"})


def digests(folder):
    return {file: hashlib.sha256((pathlib.Path(folder) / f"{file}.csv").read_bytes()).hexdigest() for file in FILES}


class Generate(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def make(self, name, *arguments, **settings):
        folder = os.path.join(self.folder.name, name)
        made = generate(*arguments[:1], folder, *arguments[1:], **settings)
        self.assertEqual(made.returncode, 0, made.stderr)
        return digests(folder)

    def test_same_seed_gives_same_bytes(self):
        first = self.make("first", "department:08", "--seed", "7", hash_seed="1")
        again = self.make("again", "department:08", "--seed", "7", hash_seed="2")
        self.assertEqual(first, again)

    def test_another_seed_gives_another_market_on_the_same_territory(self):
        first = self.make("first", "province:0806", "--seed", "7")
        other = self.make("other", "province:0806", "--seed", "8")
        same = {file for file in FILES if first[file] == other[file]}
        self.assertEqual(same, {"territories", "value_chains", "services", "policies"})

    def test_season_starts_on_the_day_asked_for(self):
        self.make("market", "province:0806", "--from", "2030-03-01")
        market = Market(os.path.join(self.folder.name, "market"))
        self.assertEqual(min(row["window.start_date"] for row in market.needs + market.offers)[:7], "2030-03")

    def test_has_as_many_taps_as_asked_for(self):
        self.make("market", "country", "--taps", "10000")
        market = Market(os.path.join(self.folder.name, "market"))
        self.assertEqual(len(market.parties_in_role("TAP")), 10_000)
        self.assertGreaterEqual(len(market.offers), 10_000)

    def test_says_when_its_folder_can_not_be_made(self):
        taken = pathlib.Path(self.folder.name) / "taken"
        taken.write_text("a file")
        made = generate("province:0806", taken)
        self.assertNotEqual(made.returncode, 0)
        self.assertEqual(made.stderr.count("\n"), 1, made.stderr)
        self.assertIn(str(taken), made.stderr)

    def test_refuses_a_scale_that_is_none(self):
        for scale in ("peru", "province:08", "department:", "province:0899", "department:xx"):
            made = generate(scale, self.folder.name)
            self.assertNotEqual(made.returncode, 0, scale)
            self.assertEqual(made.stderr.count("\n"), 1, made.stderr)

    def test_every_department_and_a_coastal_and_an_amazonian_province_have_a_market(self):
        for scale in [f"department:{code:02}" for code in range(1, 26)] + ["province:1501", "province:1601"]:
            made = generate(scale, os.path.join(self.folder.name, scale))
            self.assertEqual(made.returncode, 0, f"{scale}: {made.stderr}")
            market = Market(os.path.join(self.folder.name, scale))
            self.assertGreaterEqual(len(market.needs), 20, scale)
            self.assertGreaterEqual(len(market.offers), 20, scale)


class OfAMarket:
    """Facts of a market at any scale."""

    def test_names_are_each_once(self):
        for file in FILES:
            names = collections.Counter(row["name"] for row in getattr(self.market, file))
            self.assertEqual([name for name, count in names.items() if count > 1], [], file)

    def test_every_reference_resolves(self):
        m = self.market
        known = {row["name"] for file in FILES for row in getattr(m, file)}
        references = {
            "territories": ["parent"], "parties": ["district"], "relations": ["subject", "object"],
            "credentials": ["holder", "certifier", "services", "value_chains"],
            "needs": ["service", "value_chain", "district"],
            "offers": ["service", "value_chains", "coverage.territories", "embedded.seller", "subsidised.funder"],
        }
        for file, columns in references.items():
            for row in getattr(m, file):
                for column in columns:
                    self.assertLessEqual(set(listed(row[column])), known, f"{file} {row['name']} {column}")

    def test_parents_hold_their_roles(self):
        m = self.market
        cooperatives = {row["name"] for row in m.parties_in_role("COOPERATIVE")}
        taps = {row["name"] for row in m.parties_in_role("TAP")}
        certifiers = {row["name"] for row in m.parties_in_role("CERTIFIER")}
        self.assertLessEqual({f"parties/{row['name'].split('/')[1]}" for row in m.needs}, cooperatives)
        self.assertLessEqual({f"parties/{row['name'].split('/')[1]}" for row in m.offers}, taps)
        self.assertLessEqual({row["certifier"] for row in m.credentials}, certifiers)

    def test_needs_lie_in_districts_and_windows_in_order(self):
        for row in self.market.needs:
            self.assertEqual(self.market.territory[row["district"]]["level"], "DISTRICT")
        for row in self.market.needs + self.market.offers:
            self.assertLess(row["window.start_date"], row["window.end_date"])

    def test_offers_are_well_defined(self):
        unit = {row["name"]: row["unit"] for row in self.market.services}
        for row in self.market.offers:
            self.assertEqual(row["unit"], unit[row["service"]])
            self.assertGreaterEqual(int(row["capacity"]), int(row["smallest_lot"]))
            self.assertGreaterEqual(int(row["smallest_lot"]), 1)
            self.assertGreater(centimos(row["unit_price"]), 0)
            charges = [bool(row[c]) for c in ("fee_for_service", "embedded.seller", "subsidised.funder")]
            self.assertEqual(sum(charges), 1, row["name"])
            self.assertTrue(row["coverage.territories"] or row["coverage.radius_m"])
            self.assertEqual(bool(row["coverage.radius_m"]), position(row, "coverage.position") is not None)

    def test_charges_name_the_tie_that_they_rest_on(self):
        m = self.market
        supplied = {(row["subject"], row["object"]) for row in m.relations_of_type("REPRESENTS_BRAND_OF")}
        funded = {(row["object"], row["subject"]) for row in m.relations_of_type("FUNDS")}
        for row in m.offers:
            tap = f"parties/{row['name'].split('/')[1]}"
            if row["embedded.seller"]:
                self.assertIn((tap, row["embedded.seller"]), supplied)
            if row["subsidised.funder"]:
                self.assertIn((tap, row["subsidised.funder"]), funded)

    def test_taxpayer_numbers_have_right_check_digits_and_persons_have_none(self):
        rucs = []
        for row in self.market.parties:
            own = [text.split(":")[1] for text in listed(row["identifiers"]) if text.startswith("RUC:")]
            is_person = row["roles"] == "PERSON" or bool(row["tap.gender"])
            self.assertEqual(len(own), 0 if is_person else 1, row["name"])
            rucs += own
        for ruc in rucs:
            self.assertRegex(ruc, r"^20000\d{6}$")
            weighted = sum(int(d) * w for d, w in zip(ruc, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)))
            check = 11 - weighted % 11
            self.assertEqual(int(ruc[10]), {10: 0, 11: 1}.get(check, check), ruc)
        self.assertEqual(len(set(rucs)), len(rucs))

    def test_names_are_plainly_made_up(self):
        for row in self.market.parties:
            self.assertIn("Ejemplo", row["display_name"])

    def test_languages_are_particular_and_of_their_region(self):
        quechua = {"08": {"quz"}, "21": {"quz", "ayr"}, "05": {"quy"}, "09": {"quy"}, "03": {"quy"}, "02": {"qwh"}}
        for row in self.market.parties:
            department = next(name for name in self.market.ancestors(row["district"])
                              if self.market.territory[name]["level"] == "DEPARTMENT")[-2:]
            spoken = set(listed(row["languages"])) - {"spa"}
            self.assertLessEqual(spoken, quechua.get(department, set()), row["name"])

    def test_a_distributor_stands_behind_twelve_promoters_and_lends_to_them(self):
        promoters = collections.defaultdict(set)
        for row in self.market.relations_of_type("REPRESENTS_BRAND_OF"):
            if self.market.party[row["subject"]]["tap.model"]:
                promoters[row["object"]].add(row["subject"])
        borrowers = collections.defaultdict(set)
        for row in self.market.relations_of_type("LENDS_TO"):
            borrowers[row["subject"]].add(row["object"])
        distributors = [name for name in self.market.party if name.startswith("parties/distributor-")]
        self.assertGreaterEqual(len(distributors), 1)
        for distributor in distributors:
            self.assertEqual(borrowers[distributor], promoters[distributor])
        self.assertEqual(max(len(promoters[distributor]) for distributor in distributors), 12)

    def test_funding_lasts_three_years_at_most(self):
        days = [(date(row["end_date"]) - date(row["start_date"])).days for row in self.market.relations_of_type("FUNDS")]
        self.assertGreaterEqual(len(days), 1)
        self.assertLessEqual(max(days), 3 * 365)
        self.assertGreater(min(days), 0)

    def test_nobody_is_owned_more_than_whole(self):
        owned = collections.Counter()
        for row in self.market.relations_of_type("OWNS"):
            owned[row["object"]] += int(row["share_basis_points"])
        self.assertLessEqual(max(owned.values()), 10_000)

    def test_says_in_the_data_that_prices_are_made_up(self):
        (policy,) = self.market.policies
        self.assertIn("Prices, quantities and parties are made up", policy["reason"])

    def test_some_lender_owns_a_tap_through_a_chain(self):
        owns = {row["object"]: row["subject"] for row in self.market.relations_of_type("OWNS")}
        chains = [tap for tap in owns if self.market.party[tap]["tap.model"]
                  and self.market.party.get(owns.get(owns[tap]), {"roles": ""})["roles"] == "FINANCIAL_INSTITUTION"]
        self.assertGreaterEqual(len(chains), 1)

    def test_some_owner_holds_several_taps(self):
        held = collections.Counter(
            row["subject"] for row in self.market.relations_of_type("OWNS") + self.market.relations_of_type("CONTROLS")
            if self.market.party[row["object"]]["tap.model"])
        self.assertGreaterEqual(max(held.values()), 2)

    def test_capacity_of_each_service_is_near_its_demand(self):
        demand, capacity = collections.Counter(), collections.Counter()
        for row in self.market.needs:
            demand[row["service"]] += int(row["quantity"])
        for row in self.market.offers:
            capacity[row["service"]] += int(row["capacity"])
        for service in demand.keys() & capacity.keys():
            if demand[service] >= 100:
                self.assertAlmostEqual(capacity[service] / demand[service], 1, delta=0.2, msg=service)

    def test_one_district_in_twenty_has_a_single_tap(self):
        m = self.market
        asking = {row["district"] for row in m.needs}
        sole = [district for district in asking if len(m.taps_covering(district)) == 1]
        districts = sum(row["level"] == "DISTRICT" for row in m.territories)
        self.assertGreaterEqual(len(sole), max(1, round(districts / 20)))

    def test_policy_sums_its_weights_and_gives_reasons(self):
        (policy,) = self.market.policies
        self.assertEqual(sum(int(v) for k, v in policy.items() if k.startswith("score_weights.")), 1000)
        self.assertEqual(policy["expected_success.community_per_mille"], "750")
        self.assertEqual(policy["expected_success.enterprise_per_mille"], "300")
        self.assertLessEqual(len(policy["reason"]), 2000)

    def test_catalogue_guesses_no_concept(self):
        self.assertLessEqual({row["agrovoc_id"] for row in self.market.value_chains}, AGROVOC)


def market_of(scale):
    folder = tempfile.TemporaryDirectory()
    made = generate(scale, folder.name)
    if made.returncode != 0:
        raise AssertionError(made.stderr)
    with folder:
        return Market(folder.name)


class Province(OfAMarket, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.market = market_of("province:0806")

    def test_holds_its_own_districts_only(self):
        districts = [row["name"] for row in self.market.territories if row["level"] == "DISTRICT"]
        self.assertEqual(districts, [f"territories/inei.08060{i}" for i in range(1, 9)])
        self.assertEqual(self.market.territory["territories/inei.080601"]["other_codes"], "RENIEC:070601")


class Country(OfAMarket, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.market = market_of("country")

    def test_territory_is_whole(self):
        levels = collections.Counter(row["level"] for row in self.market.territories)
        self.assertEqual(levels, {"COUNTRY": 1, "DEPARTMENT": 25, "PROVINCE": 196, "DISTRICT": 1893})
        unplaced = [row for row in self.market.territories if row["level"] == "DISTRICT" and not row["position.latitude"]]
        self.assertEqual(len(unplaced), 19)
        self.assertTrue(all(row["altitude_m"] == "" for row in unplaced))
        high = [row for row in self.market.territories if row["altitude_m"] and int(row["altitude_m"]) >= 3500]
        self.assertEqual(len(high), 320)

    def test_district_without_an_inei_code_goes_by_the_other_scheme(self):
        odd = [row for row in self.market.territories if not row["name"].startswith("territories/inei.")]
        self.assertEqual([row["name"] for row in odd], ["territories/iso3166.pe", "territories/reniec.170107"])
        self.assertEqual(odd[1]["parent"], "territories/inei.1801")

    def test_names_are_written_as_people_write_them(self):
        names = {row["name"]: row["display_name"] for row in self.market.territories}
        written = {"inei.08": "Cusco", "inei.10": "Huánuco", "inei.0809": "La Convencion", "inei.1505": "Cañete",
                   "inei.17": "Madre de Dios", "inei.0303": "Antabamba", "inei.020502": "Abelardo Pardo Lezameta"}
        self.assertEqual({code: names[f"territories/{code}"] for code in written}, written)

    def test_sizes(self):
        m = self.market
        self.assertEqual(len(m.parties_in_role("COOPERATIVE")), 3000)
        self.assertEqual(len(m.parties_in_role("TAP")), 2500)
        self.assertEqual(len(m.needs), 30000)
        self.assertAlmostEqual(len(m.offers), 10000, delta=500)

    def test_cooperatives(self):
        rows = self.market.parties_in_role("COOPERATIVE")
        cooperatives = [row for row in rows if row["cooperative.form"] == "COOPERATIVE"]
        members = [int(row["cooperative.member_count"]) for row in rows]
        women = sum(int(row["cooperative.woman_member_count"]) for row in rows)
        self.assertEqual(len(cooperatives), 395)
        self.assertGreaterEqual(min(int(row["cooperative.member_count"]) for row in cooperatives), 25)
        self.assertTrue(86_000 <= sum(members) <= 200_000, sum(members))
        self.assertAlmostEqual(women / sum(members), 0.32, delta=0.02)
        largest_tenth = sum(sorted(members)[-len(members) // 10:])
        self.assertGreater(largest_tenth / sum(members), 0.4)

    def test_taps(self):
        people = [row for row in self.market.parties_in_role("TAP") if row["tap.gender"]]
        women = sum(row["tap.gender"] == "WOMAN" for row in people)
        self.assertTrue(0.20 <= women / len(people) <= 0.23)
        self.assertEqual({row["tap.model"] for row in self.market.parties_in_role("TAP")},
                         {"COMMUNITY", "ENTERPRISE", "PUBLIC", "ACADEMIC"})

    def test_community_taps_earn_what_the_field_pays(self):
        monthly = collections.Counter()
        for row in self.market.offers:
            tap = f"parties/{row['name'].split('/')[1]}"
            if self.market.party[tap]["tap.model"] == "COMMUNITY":
                monthly[tap] += int(row["capacity"]) * centimos(row["unit_price"]) / 100 / 4.5
        self.assertTrue(500 <= statistics.median(monthly.values()) <= 1300)

    def test_indigenous_languages_by_department(self):
        counts = collections.defaultdict(lambda: [0, 0])
        for row in self.market.parties_in_role("COOPERATIVE"):
            department = row["district"].split(".")[1][:2]
            for key in (department, "country"):
                counts[key][0] += row["languages"] != "spa"
                counts[key][1] += 1
        shares = {"03": 0.70, "21": 0.69, "09": 0.65, "05": 0.63, "08": 0.55}
        for department, share in shares.items():
            spoken, all = counts[department]
            # Three standard errors of a draw of this size.
            self.assertAlmostEqual(spoken / all, share, delta=3 * (share * (1 - share) / all) ** 0.5)
        self.assertAlmostEqual(counts["country"][0] / counts["country"][1], 0.16, delta=0.03)

    def test_all_relation_types_and_charges_occur(self):
        types = {row["type"] for row in self.market.relations}
        self.assertEqual(types, {"OWNS", "CONTROLS", "EMPLOYS", "DIRECTS", "LENDS_TO", "FUNDS", "REPRESENTS_BRAND_OF",
                                 "BUYS_FROM", "FAMILY_OF", "MEMBER_OF", "CERTIFIES"})
        for charge in ("fee_for_service", "embedded.seller", "subsidised.funder"):
            self.assertGreater(sum(bool(row[charge]) for row in self.market.offers), 1000, charge)

    def test_value_chains_follow_altitude(self):
        altitude = {row["name"]: row["altitude_m"] for row in self.market.territories}
        by_chain = collections.defaultdict(list)
        for row in self.market.needs:
            if altitude[row["district"]]:
                by_chain[row["value_chain"]].append(int(altitude[row["district"]]))
        self.assertGreaterEqual(min(by_chain["valueChains/alpaca"]), 3600)
        self.assertLessEqual(max(by_chain["valueChains/cacao"]), 1100)


if __name__ == "__main__":
    GENERATE = sys.argv.pop(1)
    unittest.main()
