"""The way to the server: what goes wrong on it and with which exit code, and TLS."""

import pathlib
import socket
import subprocess
import tempfile
import time
import unittest

from command_line import (
    CONFLICT, DONE, LOCAL_FILE, NOT_ALLOWED, NOT_FOUND, REFUSED, SECONDS_MAX, UNAVAILABLE, USAGE, ayni,
    environment_for, main, market, programs, run)
from server_process import ServerProcess

setUpModule = market.set_up


class ExitCodes(unittest.TestCase):
    def test_tell_what_kind_of_failure_it_was(self):
        no_token = environment_for(market.server.address, HOME="/nonexistent")
        cases = [
            (DONE, ayni("need", "list", "--limit", "1")),
            (REFUSED, ayni("need", "create", "--cooperative", "coop-1", "--quantity", "0")),
            (USAGE, ayni("need", "create", "--cooperative", "coop-1", "--quantity", "none")),
            (NOT_FOUND, ayni("need", "get", "coop-1/nothing")),
            (NOT_ALLOWED, run(["need", "list"], no_token)),
            (CONFLICT, ayni("party", "create", "--id", "coop-1", "--display_name", "X", "--roles", "COMPANY")),
            (CONFLICT, ayni("party", "update", "coop-1", "--display_name", "X", "--etag", "stale")),
            (UNAVAILABLE, run(["need", "list", "--timeout", "500ms"], environment_for("127.0.0.1:1"))),
            (LOCAL_FILE, ayni("market", "import", market.scratch / "nothing")),
        ]
        for code, done in cases:
            self.assertEqual(done.returncode, code, (done.args, done.stderr))
            self.assertEqual(done.stderr == "", code == DONE, (done.args, done.stderr))

    def test_proxy_of_the_office_is_not_asked_for_this_machine(self):
        proxy = {name: "http://127.0.0.1:1" for name in ("grpc_proxy", "https_proxy", "http_proxy")}
        environment = environment_for(market.server.address, market.server.token_file, no_proxy="", no_grpc_proxy="",
                                      **proxy)
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
        token_file = pathlib.Path(tempfile.mkdtemp(dir=market.scratch)) / "token"
        token_file.write_text("unknown-to-this-server\n")
        waiting = subprocess.Popen([programs.ayni, "party", "list"], env=environment_for(f"127.0.0.1:{port}", token_file),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(0.5)
        late = ServerProcess(programs.aynid, port=port)
        self.addCleanup(late.remove)
        waiting.communicate(timeout=SECONDS_MAX)
        self.assertEqual(waiting.returncode, NOT_ALLOWED, "the server answered, and knows no such token")


class Settings(unittest.TestCase):
    """Wrong ones are told on a line that names them, before anything is sent."""

    def refused(self, words, code, begins, **variables):
        environment = {**environment_for(market.server.address, market.server.token_file), **variables}
        done = run(words, environment)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertTrue(done.stderr.startswith(begins), done.stderr)
        self.assertLessEqual(len(done.stderr.splitlines()), 2, done.stderr)
        return done.stderr

    def test_token_file_is_read_as_editors_save_it(self):
        token = market.server.token_file.read_bytes().strip()
        file = market.scratch / "edited.token"
        for text in (b"\xEF\xBB\xBF" + token + b"\r\n", token + b"\n\n", b"  " + token + b" \n"):
            file.write_bytes(text)
            done = run(["need", "list", "--limit", "1"], environment_for(market.server.address, file))
            self.assertEqual(done.returncode, DONE, done.stderr)

    def test_token_that_no_header_carries_is_refused_and_not_shown(self):
        file = market.scratch / "wrong.token"
        for text in (b"ayni_secret\nsecond", b"ayni_\0secret", "ayni_secretñ".encode(), b"ayni_ secret"):
            file.write_bytes(text)
            told = self.refused(["need", "list", "--token-file", file], LOCAL_FILE, f"ayni: {file}: holds no token")
            self.assertNotIn("secret", told)
        told = self.refused(["need", "list"], USAGE, "ayni: AYNI_TOKEN holds no token", AYNI_TOKEN="ayni_\nsecret")
        self.assertNotIn("secret", told)
        self.refused(["need", "list", "--token-file", "/dev/zero"], LOCAL_FILE, "ayni: /dev/zero: is larger than")

    def test_address_that_is_none_names_the_flag_and_what_is_one(self):
        for address in ("host:99999", "host:0", "host", "", "::1:7400", "a b:7400", "http://host:7400", ":7400",
                        "host:7x"):
            told = self.refused(["need", "list", "--server", address], USAGE, "ayni: --server must be HOST:PORT")
            self.assertIn(f"is '{address}'", told)
        self.refused(["need", "list"], USAGE, "ayni: AYNI_SERVER must be HOST:PORT", AYNI_SERVER="host")

    def test_value_that_is_not_in_utf8_names_its_flag(self):
        for words, begins in (
                (["need", "create", "--cooperative", "coop-1", "--note", b"\xff"], "ayni: --note is not in UTF-8"),
                (["need", "list", "--filter", b"state = \xc3"], "ayni: --filter is not in UTF-8"),
                (["need", "list", "--cooperative", b"coop\xff"], "ayni: --cooperative is not in UTF-8"),
                (["party", "get", b"coop\xff"], "ayni: PARTY is not in UTF-8")):
            self.refused(words, USAGE, begins)


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
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=market.scratch))
        self.authority = self.folder / "authority.pem"
        self.openssl("req", "-x509", *self.new_key("authority"), "-subj", "/CN=authority", "-days", "2", "-out",
                     self.authority)

    def test_server_and_caller_are_known_by_their_certificates(self):
        certificate, key = self.certify("server")
        caller, caller_key = self.certify("administrator")
        secure = ServerProcess(programs.aynid, "--tls-certificate", certificate, "--tls-key", key,
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


if __name__ == "__main__":
    main()
