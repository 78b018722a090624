"""The JSON door as programs use it: curl, Connect's clients for Node and for browsers, and whoever sends what is wrong."""

import argparse
import base64
import gzip
import http.client
import json
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import urllib.parse
import unittest

parser = argparse.ArgumentParser(add_help=False)
for name in ("stubs", "node-modules"):
    parser.add_argument(f"--{name}", required=True)
made, sys.argv[1:] = parser.parse_known_args()

from command_line import SECONDS_MAX, main, market, new_folder  # noqa: E402
from server_process import ServerProcess  # noqa: E402

LIST = "/ayni.v1.NeedService/ListNeeds"
CREATE = "/ayni.v1.NeedService/CreateNeed"
IMPORT = "/ayni.v1.MarketService/ImportMarket"


def setUpModule():
    market.set_up()


def token():
    return market.server.administrator_token()


def ask(verb, path, body=None, on=None, **headers):
    """The response, with its body read; headers by name with _ for -."""
    connection = http.client.HTTPConnection((on or market.server).http_address, timeout=SECONDS_MAX)
    try:
        given = {"Authorization": f"Bearer {token()}", "Content-Type": "application/json", **headers}
        connection.request(verb, path, body=body,
                           headers={name.replace("_", "-"): value for name, value in given.items() if value is not None})
        response = connection.getresponse()
        response.text = response.read()
        return response
    finally:
        connection.close()


def get_path(asked, method=LIST, **fields):
    return f"{method}?" + urllib.parse.urlencode({"connect": "v1", "encoding": "json", "message": json.dumps(asked), **fields})


def enveloped(message, flags=0):
    return bytes([flags]) + len(message).to_bytes(4, "big") + message


def curl(*words, stdin=None):
    return subprocess.run(["curl", "--silent", "--show-error", "--max-time", str(SECONDS_MAX), *words], input=stdin,
                          capture_output=True, text=True, check=True).stdout


class Clients(unittest.TestCase):
    def test_of_connect_work_unchanged(self):
        folder = new_folder("connect")
        (folder / "node_modules").symlink_to(pathlib.Path(made.node_modules).resolve())
        (folder / "stubs").symlink_to(pathlib.Path(made.stubs).resolve())
        (folder / "package.json").write_text('{"type": "module"}')
        shutil.copy(pathlib.Path(__file__).parent / "connect_clients.mjs", folder)
        ran = subprocess.run(["node", "--preserve-symlinks", "--preserve-symlinks-main", folder / "connect_clients.mjs",
                              f"http://{market.server.http_address}", token()],
                             capture_output=True, text=True, timeout=SECONDS_MAX)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        lines = [json.loads(line) for line in ran.stdout.splitlines()]
        unary = [line for line in lines if not line["name"].endswith("stream")]
        self.assertEqual(len(unary), 8)
        for line in unary:
            with self.subTest(line["name"]):
                self.assertEqual((line["listed"], line["more"]), (3, True))
                self.assertEqual(line["made"], line["again"])
                self.assertTrue(line["quantity"] and line["requestId"])
                self.assertEqual(line["unknown"]["code"], "NotFound")
                self.assertEqual(line["wrong"]["code"], "InvalidArgument")
                self.assertEqual(line["wrong"]["fields"], ["need.quantity", "need.languages[0]"])
                self.assertEqual(line["late"]["code"], "DeadlineExceeded")
        self.assertEqual(len({line["made"] for line in unary}), 8)
        streams = [line for line in lines if line["name"].endswith("stream")]
        self.assertEqual(len(streams), 5)
        for line in streams:
            with self.subTest(line["name"]):
                self.assertEqual((line["applied"], line["errors"]), (False, ["display_name"]))
                self.assertEqual(line["unfinished"]["code"], "InvalidArgument")

    def test_curl_posts_json(self):
        url = f"http://{market.server.http_address}{LIST}"
        words = ("--header", f"Authorization: Bearer {token()}", "--header", "Content-Type: application/json")
        answer = json.loads(curl(*words, "--data", '{"parent": "cooperatives/-", "pageSize": 2}', url))
        self.assertEqual(len(answer["needs"]), 2)
        self.assertIsInstance(answer["needs"][0]["quantity"], str)
        self.assertEqual(answer, json.loads(curl(*words, "--compressed", "--data",
                                                 '{"parent": "cooperatives/-", "page_size": 2}', url)))
        refused = json.loads(curl(*words, "--data", '{"parent": "cooperatives/-", "pageSize": "many"}', url))
        self.assertEqual(refused["code"], "invalid_argument")
        self.assertIn("pageSize", refused["message"] + refused["message"].replace("page_size", "pageSize"))
        # curl asks before it sends much.
        long = json.dumps({"parent": "cooperatives/coop-1", "need": {"note": "x" * 2_000_000}})
        refused = json.loads(curl(*words, "--header", "Expect: 100-continue", "--data", "@-",
                                  f"http://{market.server.http_address}{CREATE}", stdin=long))
        self.assertEqual(refused["code"], "invalid_argument")
        self.assertIn("need.note", [violation["field"] for detail in refused["details"]
                                    for violation in detail.get("debug", {}).get("fieldViolations", ())])


class Gets(unittest.TestCase):
    def test_are_for_what_changes_nothing_and_have_tags(self):
        path = get_path({"parent": "cooperatives/-", "pageSize": 2})
        first = ask("GET", path, Content_Type=None)
        self.assertEqual(first.status, 200, first.text)
        self.assertEqual(len(json.loads(first.text)["needs"]), 2)
        self.assertEqual(first.headers["Cache-Control"], "no-store")
        same = ask("GET", path, If_None_Match=first.headers["ETag"])
        self.assertEqual((same.status, same.text), (304, b""))
        other = ask("GET", get_path({"parent": "cooperatives/-", "pageSize": 3}), If_None_Match=first.headers["ETag"])
        self.assertEqual(other.status, 200)
        head = ask("HEAD", path)
        self.assertEqual((head.status, head.text, head.headers["ETag"]), (200, b"", first.headers["ETag"]))
        packed = ask("GET", path, Accept_Encoding="br;q=1, gzip;q=0.5")
        self.assertEqual(packed.headers["Content-Encoding"], "gzip")
        self.assertEqual(gzip.decompress(packed.text), first.text)
        self.assertIsNone(ask("GET", path, Accept_Encoding="gzip;q=0").headers["Content-Encoding"])
        message = base64.urlsafe_b64encode(gzip.compress(b'{"parent": "cooperatives/-", "pageSize": 2}')).rstrip(b"=")
        self.assertEqual(ask("GET", get_path({}, base64="1", compression="gzip", message=message.decode())).text, first.text)

    def test_that_are_wrong_are_told_why(self):
        posted = ask("GET", get_path({}, CREATE))
        self.assertEqual((posted.status, posted.headers["Allow"]), (405, "POST"))
        for wrong in ({"connect": "v2"}, {"encoding": "xml"}, {"message": "{"}, {"base64": "1", "message": "%%"},
                      {"compression": "gzip"}):
            refused = ask("GET", get_path({}, **wrong))
            self.assertEqual((refused.status, json.loads(refused.text)["code"]), (400, "invalid_argument"), wrong)
        self.assertEqual(ask("GET", get_path({}, compression="br")).status, 501)
        self.assertEqual(ask("GET", f"{LIST}?connect=v1&encoding=json").status, 400)
        self.assertEqual(ask("GET", f"{LIST}?connect=v1&encoding=json&message=%7").status, 400)


class Refusals(unittest.TestCase):
    def test_have_the_codes_and_details_of_the_protocol(self):
        unknown = ask("POST", "/ayni.v1.NeedService/GetNeed", '{"name": "cooperatives/coop-1/needs/nothing"}')
        error = json.loads(unknown.text)
        self.assertEqual((unknown.status, error["code"]), (404, "not_found"))
        self.assertEqual([detail["type"] for detail in error["details"]][:2],
                         ["google.rpc.RequestInfo", "google.rpc.ErrorInfo"])
        self.assertEqual(error["details"][0]["debug"]["requestId"], unknown.headers["X-Request-Id"])
        self.assertNotIn("=", error["details"][0]["value"])
        nobody = ask("POST", LIST, "{}", Authorization=None)
        self.assertEqual((nobody.status, json.loads(nobody.text)["code"]), (401, "unauthenticated"))
        self.assertEqual(ask("POST", LIST, "{}", Authorization="Bearer nonsense").status, 401)
        self.assertEqual(ask("POST", "/ayni.v1.NeedService/Nothing", "{}").status, 404)
        self.assertEqual(ask("PUT", LIST, "{}").status, 405)
        xml = ask("POST", LIST, "{}", Content_Type="text/xml")
        self.assertEqual((xml.status, xml.headers["Accept-Post"]), (415, "application/json, application/proto"))
        self.assertEqual(ask("POST", IMPORT, "{}").status, 415)
        self.assertEqual(ask("POST", LIST, "{}", Content_Encoding="br").status, 501)
        self.assertEqual(ask("POST", LIST, "{}", Connect_Protocol_Version="2").status, 400)
        self.assertEqual(ask("POST", LIST, "{}", Connect_Timeout_Ms="soon").status, 400)
        self.assertEqual(ask("POST", LIST, "{}", Connect_Timeout_Ms="0").status, 504)
        misspelt = ask("POST", LIST, '{"parent": "cooperatives/-", "pagesize": 2}')
        self.assertEqual(misspelt.status, 400)
        self.assertIn("pagesize", json.loads(misspelt.text)["message"])
        self.assertEqual(ask("POST", LIST, "[" * 100_000).status, 400)
        self.assertEqual(ask("POST", LIST, b"\xff\xfe{").status, 400)
        deep = '{"need": {"window": ' * 50
        self.assertEqual(ask("POST", CREATE, deep).status, 400)

    def test_end_what_is_too_large_before_it_is_held(self):
        large = ask("POST", LIST, b'{"filter": "' + b"x" * (5 << 20) + b'"}')
        self.assertEqual((large.status, json.loads(large.text)["code"]), (429, "resource_exhausted"))
        bomb = gzip.compress(b'{"filter": "' + b" " * (200 << 20) + b'"}')
        self.assertEqual(ask("POST", LIST, bomb, Content_Encoding="gzip").status, 429)
        self.assertEqual(ask("POST", LIST, "{}", Long="x" * 40_000).status, 431)
        whole = ask("POST", IMPORT, b"\x00\xff\xff\xff\xff", Content_Type="application/connect+json")
        self.assertEqual(whole.status, 200)
        self.assertEqual(json.loads(whole.text[5:])["error"]["code"], "resource_exhausted")

    def test_of_trailers_without_end_end_the_connection(self):
        host, port = market.server.http_address.rsplit(":", 1)
        head = (f"POST /ayni.v1.AccessService/GetCaller HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\n"
                "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n").encode()
        for trailer in (b"T: " + b"b" * 70_000, b"T" * 70_000 + b": b", b"".join(b"T%d: %b\r\n" % (i, b"b" * 30_000) for i in range(20))):
            with socket.create_connection((host, int(port)), SECONDS_MAX) as connection:
                try:
                    connection.sendall(head + trailer + b"\r\n\r\n")
                    while connection.recv(4096):
                        pass
                except ConnectionError:
                    pass
        self.assertEqual(ask("POST", "/ayni.v1.AccessService/GetCaller", "{}").status, 200)

    def test_of_streams_come_in_their_last_envelope(self):
        def sent(body, **headers):
            response = ask("POST", IMPORT, body, Content_Type="application/connect+json", **headers)
            self.assertEqual((response.status, response.text[0]), (200, 2), response.text)
            return json.loads(response.text[5:])["error"]

        self.assertEqual(sent(b"")["code"], "invalid_argument")
        self.assertEqual(sent(enveloped(b"{}")[:-1])["code"], "invalid_argument")
        self.assertEqual(sent(enveloped(b"{}", 4))["code"], "invalid_argument")
        self.assertEqual(sent(enveloped(gzip.compress(b"{}"), 1))["code"], "invalid_argument")
        self.assertIn("rows", sent(enveloped(b'{"rows": 7}'))["message"])
        self.assertEqual(sent(b"", Authorization=None)["code"], "unauthenticated")

    def test_of_what_is_no_http_end_the_connection_and_nothing_else(self):
        host, port = market.server.http_address.rsplit(":", 1)
        for said in (b"\x16\x03\x01\x02\x00\x01\x00", b"GARBAGE\r\n\r\n", b"GET nothing HTTP/1.1\r\n\r\n",
                     b"POST " + LIST.encode() + b" HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                     b"POST " + LIST.encode() + b" HTTP/1.1\r\nContent-Length: 99\r\n\r\n{}"):
            with socket.create_connection((host, int(port)), SECONDS_MAX) as connection:
                connection.sendall(said)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(4096):
                    pass
        self.assertEqual(ask("POST", LIST, '{"parent": "cooperatives/-", "pageSize": 1}').status, 200)


class Pages(unittest.TestCase):
    def test_have_the_api_as_a_valid_openapi_document(self):
        served = ask("GET", "/openapi.json", Authorization=None)
        self.assertEqual((served.status, served.headers["Content-Type"]), (200, "application/json"))
        folder = new_folder("openapi")
        (folder / "node_modules").symlink_to(pathlib.Path(made.node_modules).resolve())
        (folder / "openapi.json").write_bytes(served.text)
        (folder / "validate.mjs").write_text(
            'import { Validator } from "@seriousme/openapi-schema-validator";\n'
            'const found = await new Validator().validate("openapi.json");\n'
            'if (!found.valid) { console.error(JSON.stringify(found.errors)); process.exit(1); }\n')
        checked = subprocess.run(["node", "validate.mjs"], cwd=folder, capture_output=True, text=True, timeout=SECONDS_MAX)
        self.assertEqual(checked.returncode, 0, checked.stderr[:2000])
        document = json.loads(served.text)
        self.assertEqual(document["openapi"], "3.1.0")
        self.assertEqual(set(document["paths"][LIST]), {"get", "post"})
        self.assertEqual(set(document["paths"][CREATE]), {"post"})
        operations = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
        self.assertEqual(len(operations), len(set(operations)))
        referred = set(re.findall(r'"#/components/schemas/([^"]+)"', served.text.decode()))
        self.assertEqual(referred - set(document["components"]["schemas"]), set())
        need = document["components"]["schemas"]["ayni.v1.Need"]
        self.assertIn("highestUnitPrice", need["required"])
        self.assertTrue(need["properties"]["matchedQuantity"]["readOnly"])
        self.assertEqual(need["properties"]["quantity"]["type"], "string")

    def test_may_load_nothing_of_elsewhere(self):
        page = ask("GET", "/docs/", Authorization=None)
        self.assertEqual((page.status, page.headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        self.assertIn("default-src 'none'; script-src 'self'", page.headers["Content-Security-Policy"])
        self.assertEqual(ask("GET", "/docs/", If_None_Match=page.headers["ETag"]).status, 304)
        for path in ("/docs/../openapi.json", "/../../etc/passwd", "/docs", "/docs/nothing.js", "//etc/passwd"):
            self.assertEqual(ask("GET", path).status, 404, path)


class Connections(unittest.TestCase):
    def test_stay_open_from_call_to_call(self):
        connection = http.client.HTTPConnection(market.server.http_address, timeout=SECONDS_MAX)
        connection.connect()
        opened = connection.sock
        for size in (1, 2, 3):
            connection.request("POST", LIST, json.dumps({"parent": "cooperatives/-", "pageSize": size}),
                               {"Authorization": f"Bearer {token()}", "Content-Type": "application/json"})
            self.assertEqual(len(json.loads(connection.getresponse().read())["needs"]), size)
            self.assertIs(connection.sock, opened)
        connection.close()

    def test_from_pages_of_other_origins_are_refused_unless_they_are_named(self):
        preflight = {"Origin": "https://consola.example", "Access_Control_Request_Method": "POST"}
        closed = ask("OPTIONS", LIST, **preflight)
        self.assertEqual((closed.status, closed.headers["Access-Control-Allow-Origin"]), (403, None))
        called = ask("POST", LIST, '{"parent": "cooperatives/-"}', Origin="https://consola.example")
        self.assertIsNone(called.headers["Access-Control-Allow-Origin"])
        server = ServerProcess(market.server.program, "--http-origins", "https://consola.example")
        self.addCleanup(server.remove)
        opened = ask("OPTIONS", LIST, on=server, **preflight)
        self.assertEqual((opened.status, opened.headers["Access-Control-Allow-Origin"]), (204, "https://consola.example"))
        self.assertIn("Connect-Protocol-Version", opened.headers["Access-Control-Allow-Headers"])
        other = ask("OPTIONS", LIST, on=server, **{**preflight, "Origin": "https://other.example"})
        self.assertEqual(other.status, 403)

    def test_are_drained_when_the_server_stops(self):
        server = ServerProcess(market.server.program)
        self.addCleanup(server.remove)
        idle = http.client.HTTPConnection(server.http_address, timeout=SECONDS_MAX)
        idle.request("GET", "/openapi.json")  # of one that is not accepted yet nothing is promised
        idle.getresponse().read()
        self.assertEqual(server.stop(), 0)
        self.assertEqual(idle.sock.recv(1), b"")
        idle.close()


if __name__ == "__main__":
    main()
