"""The ledger as outsiders meet it: exported, checked offline, cosigned by a witness, and what tampering comes to."""

import base64
import hashlib
import json
import pathlib
import shutil
import time
import unittest

from command_line import DONE, NOT_ALLOWED, REFUSED, USAGE, activate, ayni, environment_for, main, market, must, programs, run
from server_process import ServerProcess

NOT_AS_SIGNED = 12

setUpModule = market.set_up


class Ledger(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        witness_key = market.scratch / "witness.key"
        cls.witness = run(("ledger", "witness-key", "--name", "universidad.example/witness", "--out", witness_key),
                          {}).stdout.strip()
        cls.server = ServerProcess(programs.aynid, "--single-administrator", "--ledger-origin", "ayni.example/market",
                                   "--ledger-witnesses", cls.witness, "--ledger-check-interval", "1s")
        cls.addClassCleanup(cls.server.remove)
        ayni("market", "import", market.sample, on=cls.server)
        cls.environment = environment_for(cls.server.address, cls.server.token_file)
        cls.key = json.loads(cls.ayni("ledger", "key", "--output", "json"))["verifier"]
        cls.folder = market.scratch / "ledger"
        cls.told = cls.ayni("ledger", "export", cls.folder)

    @classmethod
    def ayni(cls, *words):
        return must(words, cls.environment)

    def verify(self, folder, *words, key=None):
        # Without a server, a token or a home.
        return run(("ledger", "verify", folder, "--key", key or self.key, *words), {})

    def copy(self, name):
        folder = market.scratch / name
        shutil.copytree(self.folder, folder)
        self.addCleanup(shutil.rmtree, folder)
        return folder

    def test_an_export_is_checked_with_the_public_key_alone(self):
        self.assertIn("to check it: ayni ledger verify", self.told)
        done = self.verify(self.folder)
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertRegex(done.stdout, r"verified: \d+ leaves, of which \d+ are here")

    def test_what_others_compute_of_the_files_is_the_root(self):
        """RFC 6962 again, in Python, on the leaves as C2SP tlog-tiles lays them out."""
        leaves = []
        for path in sorted((self.folder / "tile" / "entries").rglob("*")):
            bundle = path.read_bytes() if path.is_file() else b""
            while bundle:
                size = int.from_bytes(bundle[:2], "big")
                leaves.append(hashlib.sha256(b"\0" + bundle[2:2 + size]).digest())
                bundle = bundle[2 + size:]
        while len(leaves) > 1:
            odd = leaves[-1:] if len(leaves) % 2 else []
            leaves = [hashlib.sha256(b"\1" + a + b).digest() for a, b in zip(leaves[::2], leaves[1::2])] + odd
        origin, count, root = (self.folder / "checkpoint").read_text().splitlines()[:3]
        self.assertEqual(origin, "ayni.example/market")
        self.assertEqual(base64.b64encode(leaves[0]).decode(), root)

    def test_each_tampering_is_told(self):
        def flip(path, at):
            whole = bytearray(path.read_bytes())
            whole[at] ^= 1
            path.write_bytes(whole)

        def cut(path):
            path.write_bytes(path.read_bytes()[:-1])

        entries, hashes = "tile/entries/000", "tile/0/000"
        tamperings = {
            "a byte of a leaf": (lambda f: flip(f / entries, 10), "leaf 0 is not what its hash is of"),
            "a byte of a hash": (lambda f: flip(f / hashes, 32 * 7), "leaf 7 is not what its hash is of"),
            "a hash above": (lambda f: flip(next((f / "tile/1").rglob("0*")), 0) if (f / "tile/1/000").exists() else
                             flip(next((f / "tile/1/000.p").iterdir()), 0), "among leaves 0 to 255"),
            "a cut bundle": (lambda f: cut(f / entries), "is cut off"),
            "a cut checkpoint": (lambda f: cut(f / "checkpoint"), "does not end"),
            "a byte of the root": (lambda f: flip(f / "checkpoint", len("ayni.example/market\n") + 8), "was altered"),
        }
        for number, (name, (tamper, told)) in enumerate(tamperings.items()):
            with self.subTest(name):
                folder = self.copy(f"tampered{number}")
                tamper(folder)
                done = self.verify(folder)
                self.assertEqual(done.returncode, NOT_AS_SIGNED, done.stdout + done.stderr)
                self.assertIn(told, done.stderr)
        other = run(("ledger", "witness-key", "--name", "x", "--out", market.scratch / "x.key"), {}).stdout.strip()
        self.assertEqual(self.verify(self.folder, key=other).returncode, NOT_AS_SIGNED)
        self.assertEqual(self.verify(self.folder, key="ayni+1").returncode, USAGE)

    def test_an_export_grows_and_continues_what_was_kept(self):
        folder = self.copy("grown")
        kept = market.scratch / "kept-checkpoint"
        shutil.copy(folder / "checkpoint", kept)
        self.ayni("party", "create", "--id", "one-more", "--display_name", "One more", "--roles", "TAP", "--tap.model",
                  "ENTERPRISE")
        self.ayni("ledger", "export", folder)
        self.assertNotEqual((folder / "checkpoint").read_text(), kept.read_text())
        done = self.verify(folder, "--since", kept)
        self.assertEqual(done.returncode, DONE, done.stderr)
        done = self.verify(self.folder, "--since", folder / "checkpoint")
        self.assertEqual(done.returncode, NOT_AS_SIGNED)
        self.assertIn("cut off", done.stderr)

    def test_a_witness_cosigns_what_continues_what_it_saw(self):
        state = market.scratch / "seen"
        words = ("ledger", "cosign", "--log", self.key, "--name", "universidad.example/witness", "--witness-key",
                 market.scratch / "witness.key", "--state", state)
        self.assertIn("the first that this witness saw", self.ayni(*words))
        self.ayni("party", "create", "--id", "another-more", "--display_name", "Another", "--roles", "TAP", "--tap.model",
                  "ENTERPRISE")
        self.assertIn("is cosigned\n", self.ayni(*words))
        folder = market.scratch / "cosigned"
        self.ayni("ledger", "export", folder)
        done = self.verify(folder, "--witnesses", self.witness)
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertIn("cosigned by universidad.example/witness at 20", done.stdout)
        # What it saw is of another history: the state file of another log under the same name would be refused by its key, so
        # the witness is told of more leaves than the log has.
        state.write_text((folder / "checkpoint").read_text())
        other = ServerProcess(programs.aynid, "--ledger-origin", "ayni.example/market", "--ledger-witnesses", self.witness,
                              "--ledger-key-file", self.server.data / "ledger.key")
        self.addCleanup(other.remove)
        done = run(words, environment_for(other.address, other.token_file))
        self.assertEqual(done.returncode, NOT_AS_SIGNED)
        self.assertIn("leaves were cut off", done.stderr)

    def test_members_export_hashes_and_not_leaves(self):
        self.ayni("principal", "create", "--id", "member", "--display_name", "Member", "--role", "TAP", "--party",
                  json.loads(self.ayni("party", "list", "--filter", "roles:TAP", "--limit", "1", "--output", "json"))[0]["name"])
        token = market.scratch / "member.token"
        self.ayni("token", "create", "--principal", "member", "--id", "t1", "--out", token)
        member = environment_for(self.server.address, token)
        folder = market.scratch / "member-ledger"
        self.assertEqual(run(("ledger", "export", folder), member).returncode, NOT_ALLOWED)
        done = run(("ledger", "export", folder, "--only-hashes"), member)
        self.assertEqual(done.returncode, DONE, done.stderr)
        done = self.verify(folder)
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertIn("of which 0 are here", done.stdout)

    def test_the_doctor_finds_all_well(self):
        self.assertIn("WRONG  policy: none is active", run(("doctor",), self.environment).stdout)
        self.assertEqual(activate("sample-1", self.environment).returncode, DONE)
        deadline = time.monotonic() + 30
        while "records: are what the ledger says" not in (told := self.ayni("doctor")):
            self.assertLess(time.monotonic(), deadline, told)
            time.sleep(0.1)
        self.assertIn("ok     server: answers", told)
        self.assertRegex(told, r"was signed (\d+[ms])+ ago")
        self.assertNotIn("WRONG", told)

    def test_proofs_of_what_is_not_there_name_the_field(self):
        done = run(("ledger", "prove", "000000000001", "--leaf-count", "99999999"), self.environment)
        self.assertEqual(done.returncode, REFUSED)
        self.assertIn("leaf_count: must be 1 to", done.stderr)

    def test_proofs_take_entries_by_their_numbers(self):
        short = self.ayni("ledger", "prove", "1", "--leaf-count", "5", "--output", "json")
        self.assertEqual(short, self.ayni("ledger", "prove", "000000000001", "--leaf-count", "5", "--output", "json"))
        self.assertIn("ledgerEntries/000000000001", self.ayni("ledger", "get", "1", "--output", "json"))
        done = run(("ledger", "prove", "0000000000001", "--leaf-count", "5"), self.environment)
        self.assertEqual(done.returncode, REFUSED)

    def test_a_proof_of_growth_tells_which_count_is_wrong(self):
        def refusal(first, second):
            done = run(("ledger", "prove-growth", "--first-leaf-count", first, "--second-leaf-count", second),
                       self.environment)
            self.assertEqual(done.returncode, REFUSED)
            return done.stderr

        told = refusal(7, 5)
        self.assertIn("first_leaf_count: must be at most second_leaf_count, 5, is 7", told)
        self.assertNotIn("that the ledger has now", told)
        for told in (refusal(0, 5), refusal(5, 0)):
            self.assertRegex(told, r"must be 1 to \d+, the leaves that the ledger has now, is 0")

    def test_a_witness_that_the_server_does_not_know_signs_nothing(self):
        key, state = market.scratch / "stranger.key", market.scratch / "stranger-seen"
        verifier = run(("ledger", "witness-key", "--name", "stranger.example", "--out", key), {}).stdout.strip()
        done = run(("ledger", "cosign", "--log", self.key, "--name", "stranger.example", "--witness-key", key, "--state", state),
                   self.environment)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("`ayni ledger key", done.stderr)
        self.assertIn(f"--ledger-witnesses '{verifier}'", done.stderr)
        self.assertFalse(state.exists(), "the head that was not cosigned is not one that the witness signed")

    def test_the_doctor_says_what_is_not_yet_checked(self):
        server = ServerProcess(programs.aynid, "--ledger-check-interval", "24h", "--ledger-checkpoint-interval", "0s")
        self.addCleanup(server.remove)
        told = run(("doctor",), environment_for(server.address, server.token_file)).stdout
        self.assertRegex(told, r"(?m)^\?      ledger: not yet checked: no checkpoint is signed")
        self.assertNotRegex(told, r"(?m)^ok +ledger")


if __name__ == "__main__":
    main()
