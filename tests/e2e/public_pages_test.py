"""What aynid shows to everybody over HTTP: the fairness page of a round that stands, and the ledger's hashes."""

import base64
import concurrent.futures
import hashlib
import html.parser
import http.client
import json
import re
import socket
import subprocess
import unittest

from command_line import DONE, USAGE, activate, environment_for, main, market, must, programs, run
from server_process import ServerProcess

TILE_WIDTH = 256


setUpModule = market.set_up


class Page(html.parser.HTMLParser):
    """Its elements, and what it refers to."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.targets, self.styles, self.attributes = set(), set(), [], [], set()
        self._in_style = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self._in_style = tag == "style"
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.add(value)
            if name in ("href", "src", "xlink:href", "action"):
                self.targets.append(value)

    def handle_data(self, data):
        if self._in_style:
            self.styles.append(data)

    def handle_endtag(self, tag):
        self._in_style = False


class PublicPages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = ServerProcess(programs.aynid, "--single-administrator", "--public-pages", "127.0.0.1:0",
                                   "--ledger-origin", "ayni.example/market")
        cls.addClassCleanup(cls.server.remove)
        cls.environment = environment_for(cls.server.address, cls.server.token_file)
        cls.ayni("market", "import", market.sample)
        activate("sample-1", cls.environment)
        cls.ayni("round", "create", "--id", "draft")
        cls.ayni("round", "run", "--id", "gone")
        cls.ayni("round", "undo", "gone", "--reason", "a test")
        cls.ayni("round", "run", "--id", "r1")
        # A head is signed when it is asked for, or every ten minutes.
        cls.ayni("ledger", "export", market.scratch / "signed", "--only-hashes")

    @classmethod
    def ayni(cls, *words):
        return must(words, cls.environment)

    def ask(self, path, method="GET"):
        connection = http.client.HTTPConnection(self.server.pages_address, timeout=30)
        self.addCleanup(connection.close)
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", "x")
        connection.endheaders()
        response = connection.getresponse()
        return response, response.read()

    def get(self, path):
        response, body = self.ask(path)
        self.assertEqual(response.status, 200, (path, body[:200]))
        return response, body

    def test_the_page_of_a_round_is_the_public_one(self):
        for language, tag in (("spa", "es"), ("eng", "en")):
            response, body = self.get(f"/fairness/r1?language={language}")
            self.assertEqual(response.headers["Content-Type"], "text/html; charset=utf-8")
            self.assertRegex(response.headers["Cache-Control"], r"^public, max-age=\d+$")
            text = body.decode()
            self.assertTrue(text.startswith(f'<!doctype html>\n<html lang="{tag}"'), text[:80])
            file = market.scratch / "page.html"
            self.ayni("fairness", "report", "--round", "r1", "--view", "PUBLIC", "--html", file, "--language", language)
            # But for the way to the other pages, as the command line writes it.
            without_links = re.sub(r'<a href="/[^"]*">[^<]*</a>', "", text)
            self.assertEqual(without_links, file.read_text(encoding="utf-8"))
        self.assertEqual(self.get("/fairness/r1")[1], self.get("/fairness/r1?language=spa&utm=x")[1])

    def test_a_page_runs_and_loads_nothing(self):
        for path in ("/", "/fairness/r1", "/?language=eng"):
            response, body = self.get(path)
            policy = response.headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertNotIn("unsafe", policy)
            page = Page(body.decode())
            for style in page.styles:
                digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
                self.assertIn(f"'sha256-{digest}'", policy)
            self.assertEqual(len(page.styles), 1)
            self.assertFalse({"script", "img", "iframe", "form", "link"} & page.tags)
            self.assertFalse([name for name in page.attributes if name == "style" or name.startswith("on")])
            for target in page.targets:
                if target.startswith("#"):
                    self.assertIn(target[1:], page.ids)
                else:
                    self.get(target)

    def test_the_index_names_what_stands_and_the_key(self):
        text = self.get("/")[1].decode()
        self.assertIn('href="/fairness/r1', text)
        for hidden in ("draft", "gone"):
            self.assertNotIn(f"fairness/{hidden}", text)
        key = self.get("/key")[1].decode().strip()
        self.assertEqual(key, json.loads(self.ayni("ledger", "key", "--output", "json"))["verifier"])
        self.assertIn(key, text)

    def call(self, method, message):
        """A call of the HTTP door without a token: its status and answer."""
        connection = http.client.HTTPConnection(self.server.http_address, timeout=30)
        self.addCleanup(connection.close)
        connection.request("POST", f"/ayni.v1.{method}", json.dumps(message), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    def test_an_outsider_calls_what_is_published_as_json(self):
        status, rounds = self.call("RoundService/ListRounds", {})
        self.assertEqual((status, [each["name"] for each in rounds["rounds"]]), (200, ["rounds/r1"]))
        status, report = self.call("AuditService/GetFairnessReport", {"parent": "rounds/r1"})
        self.assertEqual((status, report["view"]), (200, "FAIRNESS_VIEW_PUBLIC"))
        self.assertNotIn("pairs", report["envy"])
        self.assertEqual(self.call("AuditService/GetFairnessReport", {"parent": "rounds/r1"}), (status, report))
        status, part = self.call("AuditService/ReadRoundBundle", {"name": "rounds/r1"})
        self.assertEqual((status, part["part"]["format"]), (200, "ayni round bundle v1"))
        key = self.call("LedgerService/GetLedgerKey", {})[1]["verifier"]
        self.assertEqual(key, self.get("/key")[1].decode().strip())
        head = self.call("LedgerService/GetCheckpoint", {"name": "checkpoints/latest"})[1]
        proof = {"firstLeafCount": "1", "secondLeafCount": head["leafCount"]}
        self.assertEqual(self.call("LedgerService/GetConsistencyProof", proof)[0], 200)

    def test_an_outsider_is_told_nothing_else(self):
        for method, message in (("AuditService/GetFairnessReport", {"parent": "rounds/r1", "view": "FAIRNESS_VIEW_FULL"}),
                                ("RoundService/GetRound", {"name": "rounds/none"}),
                                *((method, {field: f"rounds/{hidden}"}) for hidden in ("draft", "gone") for method, field in (
                                    ("RoundService/GetRound", "name"), ("AuditService/ReadRoundBundle", "name"),
                                    ("AuditService/GetFairnessReport", "parent")))):
            status, answer = self.call(method, message)
            self.assertEqual((status, answer["message"]), (404, "nothing of that name is published here"), (method, message))
        for method, message in (("NeedService/ListNeeds", {"parent": "cooperatives/-"}), ("PartyService/ListParties", {}),
                                ("AuditService/ListSegmentReports", {"parent": "rounds/r1"}),
                                ("LedgerService/ListLedgerEntries", {}), ("MatchService/ListMatches", {"parent": "rounds/r1"})):
            self.assertEqual(self.call(method, message)[0], 401, method)

    def test_an_outsider_fetches_the_hashes_and_verifies_them(self):
        response, checkpoint = self.get("/checkpoint")
        self.assertEqual(response.headers["Cache-Control"], "no-cache")
        folder = market.scratch / "fetched"
        folder.mkdir()
        (folder / "checkpoint").write_bytes(checkpoint)
        origin, count, root = checkpoint.decode().splitlines()[:3]
        self.assertEqual(origin, "ayni.example/market")
        hashes, level, leaves = int(count), 0, []
        while hashes:
            for first in range(0, hashes, TILE_WIDTH):
                width = min(TILE_WIDTH, hashes - first)
                path = f"tile/{level}/{first // TILE_WIDTH:03}" + (f".p/{width}" if width < TILE_WIDTH else "")
                response, tile = self.get("/" + path)
                self.assertIn("immutable", response.headers["Cache-Control"])
                self.assertEqual(len(tile), 32 * width)
                if level == 0:
                    leaves += [tile[at:at + 32] for at in range(0, len(tile), 32)]
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(tile)
            hashes, level = hashes // TILE_WIDTH, level + 1
        self.assertGreater(level, 1, "tiles of several levels")
        key = self.get("/key")[1].decode().strip()
        # Without a server, a token or a home.
        done = run(("ledger", "verify", folder, "--key", key), {})
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertIn(f"verified: {count} leaves", done.stdout)
        # And by other code: RFC 6962.
        while len(leaves) > 1:
            odd = leaves[-1:] if len(leaves) % 2 else []
            leaves = [hashlib.sha256(b"\1" + a + b).digest() for a, b in zip(leaves[::2], leaves[1::2])] + odd
        self.assertEqual(base64.b64encode(leaves[0]).decode(), root)
        first = folder / "tile" / "0" / "000"
        tampered = bytearray(first.read_bytes())
        tampered[40] ^= 1
        first.write_bytes(tampered)
        self.assertNotEqual(run(("ledger", "verify", folder, "--key", key), {}).returncode, DONE)

    def test_nothing_else_is_shown(self):
        for path in ("/fairness/", "/fairness/none", "/fairness/draft", "/fairness/r1/", "/fairness/-", "/fairness/R1",
                     "/fairness/../checkpoint", "/fairness/..%2f..%2fdata", "/fairness/%72%31", "/../checkpoint",
                     "//checkpoint", "/checkpoint/", "/tile/0/../../checkpoint", "/tile/0/%2e%2e/000", "/tile/0/999",
                     "/tile/0/000.p/0", "/tile/9/000", "/tile/entries/000", "/tile/entries/000.p/1", "/metrics",
                     "/data/ledger.key", "/index.html", "/" + "a" * 4000):
            response, body = self.ask(path)
            self.assertEqual(response.status, 404, (path, body[:100]))
            self.assertEqual(response.headers["Cache-Control"], "no-store")
            self.assertTrue(body.endswith(b"\n") and len(body) < 200, body)
        # That a draft exists is not told.
        self.assertEqual(self.ask("/fairness/draft")[1].replace(b"draft", b"none"), self.ask("/fairness/none")[1])
        response, body = self.ask("/fairness/gone")
        self.assertEqual(response.status, 410)
        self.assertIn(b"undone", body)
        self.assertEqual(self.ask("/fairness/r1?language=xx")[0].status, 400)

    def test_only_reading_is_possible(self):
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
            response, _ = self.ask("/fairness/r1", method)
            self.assertEqual(response.status, 405, method)
            self.assertEqual(response.headers["Allow"], "GET, HEAD")
        response, body = self.ask("/fairness/r1", "HEAD")
        self.assertEqual((response.status, body), (200, b""))
        self.assertEqual(int(response.headers["Content-Length"]), len(self.get("/fairness/r1")[1]))

    def test_what_is_too_long_or_never_ends_is_cut_off(self):
        host, port = self.server.pages_address.split(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nCookie: " + b"x" * 50_000)
            self.assertTrue(connection.recv(100).startswith(b"HTTP/1.1 431 "))
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n")
            self.assertEqual(connection.recv(100), b"")
        self.get("/")

    def test_many_that_ask_at_once_are_answered_by_one_report(self):
        self.ayni("round", "run", "--id", "r2")
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: self.ask("/fairness/r2"), range(32)))
        self.assertEqual({response.status for response, _ in answers}, {200})
        self.assertEqual(len({body for _, body in answers}), 1)
        # Undone, it is gone at once, whatever is kept of it.
        self.ayni("round", "undo", "r2", "--reason", "a test")
        self.assertEqual(self.ask("/fairness/r2")[0].status, 410)

    def test_they_are_off_unless_an_address_is_given(self):
        self.assertIsNone(market.server.pages_address)
        done = subprocess.run([programs.aynid, "--public-pages", "0.0.0.0:0"], capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("--allow-public", done.stderr)


if __name__ == "__main__":
    main()
