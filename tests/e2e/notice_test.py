"""Notices as receivers get them: a webhook that checks signatures, a mail server, a gateway for messages to telephones."""

import base64
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import re
import socketserver
import threading
import time
import unittest
import urllib.request

from command_line import (DONE, NOT_ALLOWED, REFUSED, activate, as_member, ayni, environment_for, main, market, must, programs,
                          run)
from server_process import ServerProcess

SECONDS_MAX = 30
TOKEN = "gateway-secret"


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps (path, headers, body) of each POST, and fails the first two of each id under /flaky."""

    def __init__(self):
        self.posts, self.lock = [], threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"

    def of(self, path):
        with self.lock:
            return [post for post in self.posts if post[0] == path]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        with self.server.lock:
            self.server.posts.append((self.path, dict((k.lower(), v) for k, v in self.headers.items()), body))
            times = sum(post[0] == self.path and post[1].get("webhook-id") == self.headers["webhook-id"]
                        for post in self.server.posts)
        self.send_response(503 if self.path == "/flaky" and times <= 2 else 200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class MailServer(socketserver.ThreadingTCPServer):
    """As much of RFC 5321 as takes a mail; knows nobody whose name begins with nobody."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self):
        self.mails = []
        super().__init__(("127.0.0.1", 0), MailSession)


class MailSession(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220 here")
        sender = recipient = None
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            verb = line.upper()
            if verb.startswith("EHLO"):
                self.say("250 here")
            elif verb.startswith("MAIL FROM:"):
                sender = re.search(r"<(.*?)>", line)[1]
                self.say("250 yes")
            elif verb.startswith("RCPT TO:"):
                recipient = re.search(r"<(.*?)>", line)[1]
                self.say("550 unknown" if recipient.startswith("nobody") else "250 yes")
            elif verb == "DATA":
                self.say("354 go on")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append((sender, recipient, text))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 yes")


receiver, mail_server = Receiver(), MailServer()


def setUpModule():
    for server in (receiver, mail_server):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        unittest.addModuleCleanup(server.shutdown)
    market.make_sample()
    token = market.scratch / "gateway-token"
    token.write_text(TOKEN + "\n")
    market.server = ServerProcess(
        programs.aynid, "--single-administrator", "--notice-webhooks", "private",
        "--notice-smtp", f"smtp://127.0.0.1:{mail_server.server_address[1]}", "--notice-from", "ayni@coop.pe",
        "--notice-sms", receiver.url("/sms"), "--notice-sms-token-file", token)
    unittest.addModuleCleanup(market.server.remove)
    administrator = environment_for(market.server.address, market.server.token_file)
    must(("market", "import", market.sample), administrator)
    activate("sample-1", administrator)
    done = ayni("round", "run", "--id", "first")
    assert done.returncode == DONE, done.stderr


def proposals():
    """Of the first round, those without flags, which nobody has answered."""
    matches = json.loads(ayni("match", "list", "--round", "first", "--filter", "state = STATE_PROPOSED", "--output",
                              "json").stdout)
    return [match for match in matches if not any(conflict["severity"] == "CONFLICT_SEVERITY_FLAG"
                                                  for conflict in match.get("conflicts", []))]


def await_some(read, count=1):
    deadline = time.monotonic() + SECONDS_MAX
    while len(found := read()) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(found) >= count, found
    return found


class Notices(unittest.TestCase):
    taken = set()

    def setUp(self):
        # A TAP of its own for each test.
        self.match = next(match for match in proposals() if match["tap"] not in self.taken)
        self.taken.add(self.match["tap"])
        self.party = self.match["tap"].split("/")[1]
        self.tap = as_member("TAP", self.party)

    def subscribe(self, *words, environment=None):
        done = run(("subscription", "create", "--party", self.party, "--id", "own", *words, "--output", "json"),
                   environment or self.tap)
        self.assertEqual(done.returncode, DONE, done.stderr)
        return json.loads(done.stdout)

    def accept(self):
        must(("match", "accept", self.match["name"]), self.tap)

    def notices(self, state):
        return json.loads(must(("notice", "list", "--party", self.party, "--filter", f"state = {state}", "--output", "json"),
                               self.tap))

    def test_a_webhook_is_signed_and_comes_again_until_it_is_taken(self):
        self.subscribe("--webhook_url", receiver.url("/flaky"))
        self.accept()
        posts = await_some(lambda: receiver.of("/flaky"), 3)
        [notice] = await_some(lambda: self.notices("STATE_SENT"))
        self.assertEqual(len(receiver.of("/flaky")), 3)
        self.assertEqual([attempt["reason"] for attempt in notice["attempts"]], ["HTTP 503", "HTTP 503", "HTTP 200"])
        secret = json.loads(must(("subscription", "secret", f"{self.party}/own", "--output", "json"), self.tap))["secret"]
        key = base64.b64decode(secret.removeprefix("whsec_"))
        for _, headers, body in posts:
            self.assertEqual(headers["webhook-id"], notice["name"].split("/")[-1])
            self.assertLess(abs(int(headers["webhook-timestamp"]) - time.time()), 60)
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
            self.assertEqual(headers["webhook-signature"], f"v1,{expected}")
            said = json.loads(body)
            self.assertEqual(said["type"], "match.accepted_by_one")
            self.assertEqual(said["data"]["match"], self.match["name"])
            self.assertEqual(said["data"]["text"], notice["text"])
        rotated = json.loads(must(("subscription", "rotate-secret", f"{self.party}/own", "--output", "json"), self.tap))
        self.assertEqual(rotated["secret_generation"], 2)
        self.assertNotIn(secret, must(("subscription", "secret", f"{self.party}/own", "--output", "json"), self.tap))

    def test_a_mail_has_the_notice_s_id_and_text(self):
        self.subscribe("--email", "maria@example.org", "--language", "quz")
        self.accept()
        await_some(lambda: [mail for mail in mail_server.mails if mail[1] == "maria@example.org"])
        [notice] = await_some(lambda: self.notices("STATE_SENT"))
        [(sender, _, text)] = [mail for mail in mail_server.mails if mail[1] == "maria@example.org"]
        mail = email.message_from_bytes(text, policy=email.policy.default)
        self.assertEqual(sender, "ayni@coop.pe")
        self.assertEqual(mail["message-id"], f"<{notice['name'].split('/')[-1]}@coop.pe>")
        self.assertEqual(mail["to"], "maria@example.org")
        self.assertIn("/".join(self.match["name"].split("/")[1::2]), mail["subject"])
        self.assertEqual(mail.get_content().strip(), notice["text"])
        self.assertEqual(notice["language"], "quz")

    def test_a_mailbox_that_is_not_there_is_not_tried_again(self):
        self.subscribe("--email", "nobody@example.org")
        self.accept()
        [notice] = await_some(lambda: self.notices("STATE_FAILED"))
        self.assertEqual(len(notice["attempts"]), 1)
        done = run(("notice", "retry", "/".join(notice["name"].split("/")[1::2])), self.tap)
        self.assertEqual(done.returncode, DONE, done.stderr)

    def test_a_message_goes_to_the_gateway_once(self):
        self.subscribe("--phone", "+51984123456")
        self.accept()
        [notice] = await_some(lambda: self.notices("STATE_SENT"))
        [(_, headers, body)] = receiver.of("/sms")
        said = json.loads(body)
        self.assertEqual(said, {"id": notice["name"].split("/")[-1], "to": "+51984123456", "text": notice["text"]})
        self.assertLessEqual(len(said["text"]), 160)
        self.assertEqual(headers["idempotency-key"], said["id"])
        self.assertEqual(headers["authorization"], f"Bearer {TOKEN}")

    def test_are_their_receiver_s_alone(self):
        self.subscribe("--webhook_url", receiver.url("/plain"))
        self.accept()
        [notice] = await_some(lambda: self.notices("STATE_SENT"))
        name = "/".join(notice["name"].split("/")[1::2])
        other = as_member("COOPERATIVE", self.match["cooperative"].split("/")[1])
        for words in (("notice", "get", name), ("subscription", "get", f"{self.party}/own"),
                      ("subscription", "secret", f"{self.party}/own"), ("notice", "list", "--party", self.party)):
            self.assertEqual(run(words, other).returncode, NOT_ALLOWED, words)
        for words in (("notice", "get", name), ("subscription", "get", f"{self.party}/own")):
            self.assertEqual(ayni(*words).returncode, DONE, words)

    def test_that_cannot_be_sent_are_refused_when_they_are_asked_for(self):
        done = run(("subscription", "create", "--party", self.party, "--webhook_url", "example.org"), self.tap)
        self.assertEqual(done.returncode, REFUSED)
        self.assertIn("must be an address such as https://example.org/ayni", done.stderr)
        server = ServerProcess(programs.aynid, "--single-administrator", "--notice-webhooks", "off")
        try:
            ayni("party", "create", "--id", "a", "--display_name", "A", "--roles", "COMPANY", on=server)
            for channel, value, setting in (("--webhook_url", "https://example.org/", "--notice-webhooks"),
                                            ("--email", "a@example.org", "--notice-smtp"), ("--phone", "+51984123456", "--notice-sms")):
                done = ayni("subscription", "create", "--party", "a", channel, value, on=server)
                self.assertEqual(done.returncode, REFUSED)
                self.assertIn(setting, done.stderr)
        finally:
            server.remove()

    def test_figures_tell_what_is_queued_and_sent(self):
        self.subscribe("--webhook_url", receiver.url("/plain"))
        self.accept()
        await_some(lambda: self.notices("STATE_SENT"))
        page = urllib.request.urlopen(f"http://{market.server.metrics_address}/metrics").read().decode()
        figures = dict(re.findall(r"(?m)^(ayni_notice\w+) (\S+)$", page))
        self.assertGreater(float(figures["ayni_notices_sent_total"]), 0)
        self.assertIn("ayni_notices_queued", figures)


if __name__ == "__main__":
    main()
