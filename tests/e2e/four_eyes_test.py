"""A third administrator, and a relation that a rule blocks by: asked for by one, decided by another, on the command line."""

import json
import pathlib
import unittest

from command_line import DONE, NOT_ALLOWED, NOT_FOUND, REFUSED, activate, ayni, environment_for, main, market, programs, run
from server_process import ServerProcess

setUpModule = market.set_up


class FourEyes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = ServerProcess(programs.aynid)
        cls.addClassCleanup(cls.server.remove)
        ayni("market", "import", market.sample, on=cls.server)
        cls.first = environment_for(cls.server.address, cls.server.token_file)
        cls.do(cls.first, "principal", "create", "--id", "second", "--display_name", "S", "--role", "ADMINISTRATOR")
        token_file = market.scratch / "second.token"
        cls.do(cls.first, "token", "create", "--principal", "second", "--out", token_file)
        cls.second = environment_for(cls.server.address, token_file)

    @staticmethod
    def do(environment, *words, returns=DONE):
        done = run(words, environment)
        if done.returncode != returns:
            raise AssertionError(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def read(self, *words):
        return json.loads(self.do(self.first, *words, "--output", "json").stdout)

    def test_a_third_administrator_takes_two_and_has_its_secret_alone(self):
        eva_file = market.scratch / "eva.token"
        digest = self.do(self.first, "token", "draw", "--out", eva_file).stdout.strip()
        self.assertRegex(digest, r"^[0-9a-f]{64}$")
        eva = environment_for(self.server.address, eva_file)
        self.do(self.first, "principal", "create", "--id", "eva", "--display_name", "E", "--role", "ADMINISTRATOR")
        pending = self.read("principal", "list", "--filter", "state = STATE_PENDING_APPROVAL")
        self.assertEqual([one["name"] for one in pending], ["principals/eva"])
        refused = self.do(self.first, "token", "create", "--principal", "eva", "--id", "t1", returns=REFUSED)
        self.assertIn("ayni token draw", refused.stderr)
        made = self.do(self.first, "token", "create", "--principal", "eva", "--id", "t1", "--secret-sha256", digest)
        self.assertNotIn("ayni_", made.stdout + made.stderr)
        self.do(eva, "need", "list", "--limit", "1", returns=NOT_ALLOWED)

        etag = self.read("principal", "get", "eva")["etag"]
        self.do(self.first, "principal", "approve", "eva", "--etag", etag, returns=NOT_ALLOWED)
        self.do(self.second, "principal", "approve", "eva", "--etag", etag)
        self.do(eva, "need", "list", "--limit", "1", returns=NOT_ALLOWED)
        self.do(self.first, "token", "approve", "eva/t1", "--secret-sha256", digest, returns=NOT_ALLOWED)
        self.do(self.second, "token", "approve", "eva/t1", "--secret-sha256", "0" * 64, returns=REFUSED)
        self.do(self.second, "token", "approve", "eva/t1", "--secret-sha256", digest)
        self.do(eva, "need", "list", "--limit", "1")

    def test_a_relation_that_blocks_is_deleted_by_two(self):
        self.do(self.first, "policy", "apply", pathlib.Path(programs.generate).parents[1] / "policy" / "default.yaml", "--id", "blocks")
        self.do(self.second, "relation", "create", "--id", "loan", "--subject", "tap-1", "--type", "LENDS_TO", "--object",
                "coop-1", "--source.kind", "DOCUMENT")
        self.assertEqual(activate("blocks", self.second).returncode, DONE)
        unsaid = self.do(self.first, "relation", "delete", "loan", returns=REFUSED)
        self.assertRegex(unsaid.stderr, r"reason.*another administrator confirms")
        self.do(self.first, "relation", "delete", "loan", "--reason", "Paid back")
        relation = self.read("relation", "get", "loan")
        self.assertEqual(relation["proposed_change"]["reason"], "Paid back")
        self.assertIs(relation["proposed_change"]["deletion"], True)
        confirm = ("relation", "confirm-change", "loan", "--etag", relation["etag"])
        self.do(self.first, *confirm, returns=NOT_ALLOWED)
        self.do(self.second, *confirm)
        self.do(self.first, "relation", "get", "loan", returns=NOT_FOUND)


if __name__ == "__main__":
    main()
