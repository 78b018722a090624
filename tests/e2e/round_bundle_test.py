"""A round's bundle: exported, verified by two verifiers that share nothing, replayed, and tampered with."""

import base64
import gzip
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import unittest

from command_line import (DONE, NOT_ALLOWED, REFUSED, activate, as_member, ayni, environment_for, main, market,
                          new_folder, programs, run)
from server_process import ServerProcess

VERIFIER = pathlib.Path(__file__).with_name("round_bundle_verify.py")
NOT_AS_SIGNED = 12

setUpModule = market.set_up


def wrong_lines(output):
    """The first part of each line that says WRONG."""
    return [re.match(r"WRONG (\w+):", line).group(1) for line in output.splitlines() if line.startswith("WRONG")]


def as_written(message):
    """The one form of a message in JSON that bundles have."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


class Bundles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = new_folder("bundles")
        cls.key = json.loads(ayni("ledger", "key", "--output", "json").stdout)["verifier"]
        for round_id in ("b1", "b2"):
            made = ayni("round", "run", "--id", round_id, "--note", "Campaña ñandú")
            if made.returncode != DONE:
                raise AssertionError(made.stderr)
        cls.path = cls.folder / "b1.bundle"
        cls.export("b1", cls.path)
        cls.bundle = json.loads(gzip.decompress(cls.path.read_bytes()))

    @classmethod
    def export(cls, round_id, path, environment=None):
        words = ("round", "export-bundle", round_id, "--out", path)
        done = run(words, environment) if environment else ayni(*words)
        if done.returncode != DONE:
            raise AssertionError(done.stderr)

    def verify(self, path, key=None, *flags):
        return run(("round", "verify", path, "--key", key or self.key, *flags), environment_for(""))

    def verify_otherwise(self, path, key=None):
        return subprocess.run([sys.executable, VERIFIER, path, key or self.key], capture_output=True, text=True, timeout=60)

    def write(self, bundle, name="tampered"):
        return self.write_text(as_written(bundle), name)

    def write_text(self, text, name="tampered"):
        path = self.folder / name
        path.write_bytes(gzip.compress(text.encode()))
        return path

    def test_verifies_without_a_server_and_by_both_verifiers(self):
        for verified in (self.verify(self.path), self.verify_otherwise(self.path)):
            self.assertEqual(verified.returncode, DONE, verified.stdout + verified.stderr)
            self.assertEqual(wrong_lines(verified.stdout), [])
            for subject in ("checkpoint", "creation", "clearing", "publication", "policy", "order", "seed", "statement",
                            "problem", "solution", "market", "proof", "cells", "reports", "caps"):
                self.assertRegex(verified.stdout, rf"(?m)^ok    {subject}")

    def test_replays_to_the_same_bytes(self):
        replayed = run(("round", "replay", self.path), environment_for(""))
        self.assertEqual(replayed.returncode, DONE, replayed.stdout + replayed.stderr)
        self.assertIn("comes to the same solution and prices, byte by byte", replayed.stdout)

    def test_exports_the_same_bytes_to_every_member(self):
        again = self.folder / "again"
        self.export("b1", again)
        self.assertEqual(again.read_bytes(), self.path.read_bytes())
        tap = json.loads(ayni("offer", "list", "--limit", "1", "--output", "json").stdout)[0]["name"].split("/")[1]
        member = as_member("TAP", tap)
        self.export("b1", again, member)
        self.assertEqual(again.read_bytes(), self.path.read_bytes())
        self.assertEqual(run(("round", "pseudonyms", "b1"), member).returncode, NOT_ALLOWED)

    def test_names_nobody_and_the_operator_knows_whom_it_means(self):
        mapping = json.loads(ayni("round", "pseudonyms", "b1", "--output", "json").stdout)
        text = gzip.decompress(self.path.read_bytes()).decode()
        raw = text + "".join(base64.b64decode(self.bundle[leaf].get(part, "")).decode("latin-1")
                             for leaf in ("creation", "clearing", "publication", "policy") for part in ("leaf", "record"))
        self.assertGreater(len(mapping), 100)
        self.assertEqual(len({each["pseudonym"] for each in mapping}), len(mapping))
        for each in mapping:
            self.assertNotIn(each["name"].split("/", 1)[1] + '"', raw)
            self.assertRegex(each["pseudonym"], r"^(need|offer|party)-[0-9a-f]{16}$")
        known = {each["pseudonym"] for each in mapping}
        named = set(re.findall(r"(?:need|offer|party)-[0-9a-f]{16}", text))
        self.assertTrue(named)
        self.assertLessEqual(named, known)
        matched = {name for match in json.loads(ayni("match", "list", "--round", "b1", "--output", "json").stdout)
                   for name in (match["need"], match["offer"])}
        self.assertLessEqual(matched, {each["name"] for each in mapping})

    def test_a_draft_has_nothing_to_prove(self):
        ayni("round", "create", "--id", "draft")
        refused = ayni("round", "export-bundle", "draft", "--out", self.folder / "draft")
        self.assertEqual(refused.returncode, REFUSED)
        self.assertIn("is not published", refused.stderr)

    def test_proves_a_round_that_was_undone_since(self):
        ayni("round", "undo", "b2", "--reason", "A test")
        path = self.folder / "b2.bundle"
        exported = ayni("round", "export-bundle", "b2", "--out", path)
        self.assertEqual(exported.returncode, DONE, exported.stderr)
        self.assertIn("undone: nothing of rounds/b2 stands any more (A test)", exported.stdout)
        self.assertEqual(self.verify(path).returncode, DONE, self.verify(path).stdout)

    def test_goes_to_standard_output(self):
        exported = subprocess.run([programs.ayni, "round", "export-bundle", "b1", "--out", "-"], capture_output=True, timeout=60,
                                  env=environment_for(market.server.address, market.server.token_file))
        self.assertEqual(exported.returncode, DONE, exported.stderr)
        self.assertEqual(exported.stdout, self.path.read_bytes())
        self.assertIn(b"to check it: ", exported.stderr)

    def test_says_that_it_was_stopped_and_replays_exactly(self):
        stopped = 0
        for at, limit in enumerate(("0.000001s", "0.0005s", "0.001s", "0.002s", "0.004s")):
            made = ayni("round", "run", "--id", f"hurried-{at}", "--time_limit", limit, "--target_gap_ppm", "1")
            self.assertEqual(made.returncode, DONE, made.stderr)
            path = self.folder / "hurried.bundle"
            self.export(f"hurried-{at}", path)
            self.assertEqual(self.verify(path).returncode, DONE)
            self.assertEqual(self.verify_otherwise(path).returncode, DONE)
            replayed = run(("round", "replay", path), environment_for(""))
            self.assertEqual(replayed.returncode, DONE, replayed.stdout + replayed.stderr)
            self.assertIn("byte by byte", replayed.stdout)
            stopped += "struck at the engine's question" in replayed.stdout
            ayni("round", "undo", f"hurried-{at}", "--reason", "For the next")
        self.assertGreater(stopped, 0)

    # What is done to the bundle, and the lines of which at least one must be wrong with both verifiers.
    def tamperings(self):
        def column(bundle, name, change):
            part = next(part for part in bundle["columns"] if part["name"] == name)
            numbers = bytearray(base64.b64decode(part["numbers"]))
            change(numbers)
            part["numbers"] = base64.b64encode(numbers).decode()

        def flip(numbers):
            numbers[0] ^= 1

        def raise_cap(numbers):
            numbers[1] ^= 1  # by 256

        def flip_text(leaf, field):
            def change(bundle):
                data = bytearray(base64.b64decode(bundle[leaf][field]))
                data[len(data) // 2] ^= 1
                bundle[leaf][field] = base64.b64encode(data).decode()
            return change

        def flip_proof(bundle):
            flipped = bytearray(base64.b64decode(bundle["publication"]["proof"][0]))
            flipped[5] ^= 1
            bundle["publication"]["proof"][0] = base64.b64encode(flipped).decode()

        def state(old, new):
            def change(bundle):
                text = "".join(bundle["statement"])
                self.assertRegex(text, old)
                bundle["statement"] = [re.sub(old, new, text, count=1)]
            return change

        def other_digit(found):
            return found.group(1) + ("1" if found.group(0).endswith('2"') else "2") + '"'

        def swap_leaves(bundle):
            bundle["creation"], bundle["clearing"] = bundle["clearing"], bundle["creation"]

        def of_other_round(leaf):
            def change(bundle):
                bundle[leaf] = self.other()[leaf]
            return change

        def swap_columns(*names):
            def change(bundle):
                other = {part["name"]: part for part in self.other()["columns"]}
                bundle["columns"] = [other[part["name"]] if part["name"] in names else part for part in bundle["columns"]]
            return change

        def change_checkpoint(bundle):
            bundle["checkpoint"] = re.sub(r"\n(\d+)\n", lambda found: f"\n{int(found.group(1)) + 1}\n", bundle["checkpoint"], count=1)

        yield "checkpoint: one leaf more", change_checkpoint, {"checkpoint"}
        for leaf in ("creation", "clearing", "publication", "policy"):
            yield f"{leaf}: a bit of its leaf", flip_text(leaf, "leaf"), {leaf}
            if leaf != "publication":
                yield f"{leaf}: a bit of its record", flip_text(leaf, "record"), {leaf}
                yield f"{leaf}: a bit of its salt", flip_text(leaf, "salt"), {leaf}
            else:
                yield "publication: a bit of its proof", flip_proof, {leaf}
            if leaf != "policy":
                yield f"{leaf}: another round's", of_other_round(leaf), {leaf}
        yield "creation and clearing exchanged", swap_leaves, {"order"}
        yield "seed changed", state(r'("seed":"\d*)\d"', other_digit), {"seed", "statement"}
        yield "value raised", state(r'"value":"', '"value":"1'), {"statement", "proof"}
        yield "HHI lowered", state(r'"hhi":\d+', '"hhi":1'), {"statement"}
        yield "a share raised", state(r'"matchedQuantity":"(\d+)","cap"', r'"matchedQuantity":"1\1","cap"'), {"statement"}
        yield "problem: need_demand", lambda b: column(b, "need_demand", flip), {"problem"}
        for name in ("offer_capacity", "tap_capacity", "cell_room", "edge_weight"):
            yield f"problem: {name}", lambda b, name=name: column(b, name, flip), {"problem"}
        # A bound of 1 becomes 0, which no edge has.
        for name in ("edge_bound", "edge_cell"):
            yield f"problem: {name}", lambda b, name=name: column(b, name, flip), {"problem", "file"}
        for name in ("edge_units", "need_price", "offer_price", "cell_price"):
            yield f"solution: {name}", lambda b, name=name: column(b, name, flip), {"solution"}
        yield "solution: another round's prices", swap_columns("need_price", "offer_price"), {"solution"}
        yield "market: a cap raised", lambda b: column(b, "segment_cap", raise_cap), {"market"}
        for name in ("need_name", "row_held", "segment_share", "need_open"):
            yield f"market: {name}", lambda b, name=name: column(b, name, flip), {"market", "file"}

    @classmethod
    def other(cls):
        path = cls.folder / "other.bundle"
        if not path.exists():
            cls.export("b2", path)
        return json.loads(gzip.decompress(path.read_bytes()))

    def test_every_tampering_is_caught_by_both(self):
        for what, change, expected in self.tamperings():
            with self.subTest(what):
                bundle = json.loads(json.dumps(self.bundle))
                change(bundle)
                self.assertNotEqual(bundle, self.bundle)
                path = self.write(bundle)
                caught = []
                for verified in (self.verify(path), self.verify_otherwise(path)):
                    self.assertEqual(verified.returncode, NOT_AS_SIGNED, verified.stdout + verified.stderr)
                    caught.append(wrong_lines(verified.stdout))
                    self.assertTrue(expected & set(caught[-1]), f"{what}: {caught[-1]}")
                if "AYNI_TAMPERING_TABLE" in os.environ:
                    print(f"| {what} | {', '.join(caught[0])} | {', '.join(caught[1])} |", file=sys.stderr)

    def test_a_text_has_one_form(self):
        self.assertEqual(as_written(self.bundle), gzip.decompress(self.path.read_bytes()).decode())
        text, statement = as_written(self.bundle), "".join(self.bundle["statement"])

        def stating(text):
            return as_written({**self.bundle, "statement": [text]})
        forms = {
            "a field twice": text[:-1] + ',"format":"ayni round bundle v1"}',
            "a blank behind it": text + " ",
            "a blank within": text.replace(":", ": ", 1),
            "a mark before it": "\ufeff" + text,
            "a letter by its number": text.replace("v1", "\\u00761", 1),
            "a field that is not known": text[:-1] + ',"note":"x"}',
            "a field of the statement twice": stating(statement[:-1] + ',"policyDigest":""}'),
            "a field of a report twice": stating(statement.replace('"hhi":', '"hhi":1,"hhi":', 1)),
        }
        for what, form in forms.items():
            with self.subTest(what):
                self.caught_as_no_bundle(self.write_text(form))
        far = json.loads(json.dumps(self.bundle))
        part = next(part for part in far["columns"] if part["name"] == "need_edge_begin")
        numbers = bytearray(base64.b64decode(part["numbers"]))
        struct.pack_into("<q", numbers, 8, 2**63 - 1)
        part["numbers"] = base64.b64encode(numbers).decode()
        self.caught_as_no_bundle(self.write(far))
        whole = self.path.read_bytes()
        for what, tail in {"bytes behind it": b"x", "zeros behind it": bytes(8), "a second file behind it": gzip.compress(b" ")}.items():
            with self.subTest(what):
                path = self.folder / "tailed"
                path.write_bytes(whole + tail)
                self.caught_as_no_bundle(path)

    def caught_as_no_bundle(self, path):
        for verified in (self.verify(path), self.verify_otherwise(path)):
            self.assertEqual(verified.returncode, NOT_AS_SIGNED, verified.stdout + verified.stderr)
            self.assertEqual(wrong_lines(verified.stdout), ["file"])

    def test_no_order_tells_who_is_who(self):
        mapping = json.loads(ayni("round", "pseudonyms", "b1", "--output", "json").stdout)
        pseudonyms = {each["name"]: int(each["pseudonym"].rsplit("-", 1)[1], 16) for each in mapping}

        def numbers(column):
            parts = [base64.b64decode(each.get("numbers", "")) for each in self.bundle["columns"] if each["name"] == column]
            return [number for number, in struct.iter_unpack("<q", b"".join(parts))]
        for column, kind in {"need_name": "/needs/", "offer_name": "/offers/"}.items():
            found = numbers(column)
            self.assertEqual(found, sorted(found))
            by_name = [number - 2**64 * (number >> 63) for name, number in sorted(pseudonyms.items()) if kind in name]
            listed = [number for number in by_name if number in set(found)]
            self.assertGreater(len(listed), 5)
            self.assertNotEqual(listed, sorted(listed))

    def test_takes_the_checkpoint_that_witnesses_cosigned(self):
        folder = new_folder("witness")
        name = "universidad.example/witness"
        made = ayni("ledger", "witness-key", "--name", name, "--out", folder / "key")
        self.assertEqual(made.returncode, DONE, made.stderr)
        witness = made.stdout.strip()
        server = ServerProcess(programs.aynid, "--single-administrator", "--ledger-witnesses", witness)
        self.addCleanup(server.remove)
        ayni("market", "import", market.sample, on=server)
        activate("sample-1", environment_for(server.address, server.token_file))
        key = json.loads(ayni("ledger", "key", "--output", "json", on=server).stdout)["verifier"]
        ayni("round", "run", "--id", "w1", on=server)
        path = folder / "w1.bundle"
        for cosigned in (False, True):
            if cosigned:
                done = ayni("ledger", "cosign", "--log", key, "--name", name, "--witness-key", folder / "key",
                            "--state", folder / "seen", on=server)
                self.assertEqual(done.returncode, DONE, done.stderr)
            exported = ayni("round", "export-bundle", "w1", "--out", path, on=server)
            self.assertEqual(exported.returncode, DONE, exported.stderr)
            self.assertEqual(self.verify(path, key).returncode, DONE)
            verified = self.verify(path, key, "--witnesses", witness)
            self.assertEqual(verified.returncode, DONE if cosigned else NOT_AS_SIGNED, verified.stdout)
            self.assertEqual("checkpoint" in wrong_lines(verified.stdout), not cosigned)
            self.assertEqual(self.verify_otherwise(path, key).returncode, DONE)

    def test_a_wrong_key_and_a_file_cut_off_are_caught_by_both(self):
        server = ServerProcess(programs.aynid)
        self.addCleanup(server.remove)
        other_key = json.loads(ayni("ledger", "key", "--output", "json", on=server).stdout)["verifier"]
        whole = self.path.read_bytes()
        cut = self.folder / "cut"
        for size in (0, 1, 20, len(whole) // 2, len(whole) - 9, len(whole) - 1):
            cut.write_bytes(whole[:size])
            for verified in (self.verify(cut), self.verify_otherwise(cut)):
                self.assertEqual(verified.returncode, NOT_AS_SIGNED, f"{size}: {verified.stdout}{verified.stderr}")
                self.assertEqual(wrong_lines(verified.stdout), ["file"])
        for verified in (self.verify(self.path, other_key), self.verify_otherwise(self.path, other_key)):
            self.assertEqual(verified.returncode, NOT_AS_SIGNED)
            self.assertIn("checkpoint", wrong_lines(verified.stdout))


if __name__ == "__main__":
    main()
