"""The nginx that deploy/front writes, before an aynid: gRPC and JSON by one address, with TLS and HTTP/2."""

import argparse
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import unittest

import grpc

parser = argparse.ArgumentParser(add_help=False)
parser.add_argument("--front", required=True)
given, sys.argv[1:] = parser.parse_known_args()

from command_line import SECONDS_MAX, main, market, new_folder  # noqa: E402

NAME = "mercado.example"
LIST = "/ayni.v1.NeedService/ListNeeds"


def setUpModule():
    market.set_up()


def front(*words):
    return subprocess.run([given.front, *words], capture_output=True, text=True, timeout=SECONDS_MAX)


class Front:
    """An nginx on a free port, with a certificate of its own."""

    def __init__(self, test, *words):
        self.folder = new_folder(test.id().rsplit(".", 1)[1])
        self.certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
                        "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", key, "-out", self.certificate],
                       check=True, capture_output=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        conf = self.folder / "ayni.conf"
        # nginx's workers are of another user, and read nothing in a folder that is its owner's alone.
        market.scratch.chmod(0o755)
        done = front("--name", NAME, "--certificate", self.certificate, "--key", key, "--out", conf, "--folder",
                     self.folder / "nginx", "--grpc", market.server.address, "--http", market.server.http_address,
                     "--port", str(self.port), *words)
        test.assertEqual(done.returncode, 0, done.stderr)
        running = subprocess.Popen([NGINX, "-c", conf, "-g", "daemon off;"], stderr=subprocess.DEVNULL)
        test.addCleanup(running.wait, SECONDS_MAX)
        test.addCleanup(running.terminate)
        for _ in range(SECONDS_MAX * 20):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if running.poll() is not None:
                test.fail((self.folder / "nginx/error.log").read_text())
            time.sleep(0.05)

    def curl(self, *words, body='{"parent": "cooperatives/-", "pageSize": 1}'):
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--http2", "--cacert", self.certificate, "--resolve",
             f"{NAME}:{self.port}:127.0.0.1", "--header", "Content-Type: application/json", "--header",
             f"Authorization: Bearer {market.server.administrator_token()}", "--data", "@-", "--write-out",
             "\n%{http_code} %{http_version}", *words, f"https://{NAME}:{self.port}{LIST}"],
            input=body, capture_output=True, text=True, timeout=SECONDS_MAX)
        text, _, said = done.stdout.rpartition("\n")
        code, version = said.split()
        return int(code), version, text


NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


class Fronts(unittest.TestCase):
    # Installing nginx would start it: whoever wants this test has it.
    @unittest.skipUnless(NGINX, "needs nginx, as of Debian's nginx-light")
    def test_bring_json_and_grpc_by_one_address(self):
        nginx = Front(self)
        code, version, text = nginx.curl()
        self.assertEqual((code, version), (200, "2"), text)
        self.assertEqual(len(json.loads(text)["needs"]), 1)
        _, _, head = nginx.curl("--include")
        self.assertIn("strict-transport-security: max-age=", head.lower())
        channel = grpc.secure_channel(
            f"127.0.0.1:{nginx.port}", grpc.ssl_channel_credentials(nginx.certificate.read_bytes()),
            [("grpc.ssl_target_name_override", NAME)])
        self.addCleanup(channel.close)
        as_bytes = {"request_serializer": bytes, "response_deserializer": bytes}
        metadata = (("authorization", f"Bearer {market.server.administrator_token()}"),)
        key = channel.unary_unary("/ayni.v1.LedgerService/GetLedgerKey", **as_bytes)
        self.assertIn(b"+", key(b"", metadata=metadata, timeout=SECONDS_MAX))
        with self.assertRaises(grpc.RpcError) as refused:
            key(b"", timeout=SECONDS_MAX)
        self.assertEqual(refused.exception.code(), grpc.StatusCode.UNAUTHENTICATED)
        code, _, text = nginx.curl(body=json.dumps({"filter": "x" * 5_000_000}))
        self.assertEqual(code, 413, text[:200])

    @unittest.skipUnless(NGINX, "needs nginx, as of Debian's nginx-light")
    def test_hold_back_an_address_that_calls_without_end(self):
        nginx = Front(self, "--calls", "1")
        codes = [nginx.curl()[0] for _ in range(8)]
        self.assertEqual(codes[0], 200)
        self.assertIn(429, codes)

    def test_say_all_that_is_wrong_with_their_settings(self):
        refused = front("--name", "a b", "--certificate", "nothing", "--key", __file__, "--port", "0", "--grpc", "x")
        self.assertEqual(refused.returncode, 1)
        for setting in ("--name", "--certificate", "--key", "--port", "--grpc"):
            self.assertIn(f"{setting} must", refused.stderr)


if __name__ == "__main__":
    main()
