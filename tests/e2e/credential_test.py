"""A credential as its certifier looks after it, and as a document that is checked without the market: by `ayni credential
verify` and by a library that is none of ours."""

import datetime
import json
import pathlib
import subprocess
import unittest

from command_line import DONE, NOT_ALLOWED, REFUSED, SECONDS_MAX, as_member, ayni, main, market, must, programs, run

setUpModule = market.set_up

NOT_AS_SIGNED = 12
HERE = pathlib.Path(__file__).parent
NODE_MODULES = HERE.parents[1] / "deploy/npm/node_modules"
TODAY = datetime.date.today()


def credential(name, environment=None):
    words = ("credential", "get", name, "--output", "json")
    return json.loads(must(words, environment) if environment else ayni(*words).stdout)


def places(value, path=()):
    """Every text in a document, by the way to it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*path, name))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from places(inner, (*path, at))
    else:
        yield path, value


def with_text(document, path, text):
    copy = json.loads(json.dumps(document))
    holder = copy
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = text
    return copy


class Credential(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ayni("party", "create", "--id", "academy", "--display_name", "Academia del Sur", "--roles", "CERTIFIER")
        ayni("party", "create", "--id", "rival", "--display_name", "Otra certificadora", "--roles", "CERTIFIER")
        cls.academy = as_member("CERTIFIER", "academy")
        cls.rival = as_member("CERTIFIER", "rival")
        cls.last_day = TODAY + datetime.timedelta(days=400)

    def issue(self, name, environment=None):
        must(("credential", "create", "--id", name, "--holder", "tap-1", "--certifier", "academy", "--scheme",
              "kamayoq-livestock", "--issue_date", "2026-01-31", "--expire_date", str(self.last_day), "--services",
              "shearing"), environment or self.academy)

    def test_is_issued_suspended_renewed_and_revoked_by_its_certifier_alone(self):
        self.issue("life")
        in_the_name_of_another = run(
            ["credential", "create", "--id", "forged", "--holder", "tap-1", "--certifier", "academy", "--scheme",
             "kamayoq-livestock", "--issue_date", "2026-01-31"], self.rival)
        self.assertEqual(in_the_name_of_another.returncode, NOT_ALLOWED, in_the_name_of_another.stderr)
        changes = [("suspend", "--reason", "Two complaints"), ("reinstate",),
                   ("renew", "--expire-date", str(self.last_day + datetime.timedelta(days=365)), "--evidence", "Acta 7"),
                   ("revoke", "--reason", "Forged evidence")]
        states = []
        for verb, *flags in changes:
            refused = run(["credential", verb, "life", *flags], self.rival)
            self.assertEqual(refused.returncode, NOT_ALLOWED, f"{verb}: {refused.stderr}")
            must(("credential", verb, "life", *flags), self.academy)
            states.append(credential("life", self.academy)["state"])
        self.assertEqual(states, ["STATE_SUSPENDED", "STATE_ACTIVE", "STATE_ACTIVE", "STATE_REVOKED"])
        again = run(["credential", "suspend", "life", "--reason", "Two complaints"], self.academy)
        self.assertEqual(again.returncode, REFUSED)
        self.assertIn("revoked", again.stderr)

    def test_a_certifier_reads_its_own_and_chooses_nobody(self):
        self.issue("read")
        self.assertEqual(run(["credential", "get", "read"], self.rival).returncode, NOT_ALLOWED)
        self.assertNotIn("read", must(("credential", "list", "--limit", "1000"), self.rival))
        self.assertIn("read", must(("credential", "list", "--limit", "1000"), self.academy))
        for words in (("service", "list"), ("party", "get", "tap-1"), ("offer", "list")):
            must(words, self.academy)
        for words in (("need", "list"), ("credential", "delete", "read"), ("round", "run"),
                      ("credential", "update", "read", "--evidence", "other")):
            self.assertEqual(run(list(words), self.academy).returncode, NOT_ALLOWED, words)

    def by_library(self, did, files):
        """Of each file, whether a cryptosuite of others says that it is signed."""
        done = subprocess.run(["node", HERE / "check_credential.mjs", NODE_MODULES, did, *files], capture_output=True, text=True,
                              timeout=SECONDS_MAX)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def verify(self, file, did):
        """With no server to ask, and no token."""
        return subprocess.run([programs.ayni, "credential", "verify", file, "--issuer", did], capture_output=True, text=True,
                              timeout=SECONDS_MAX, env={"PATH": "/usr/bin:/bin"})

    def test_a_document_is_checked_without_the_market_and_by_others(self):
        self.issue("exported")
        file = market.scratch / "exported.json"
        told = must(("credential", "export", "exported", "--out", file), self.academy)
        document = json.loads(file.read_text(encoding="utf-8"))
        did = document["issuer"]
        self.assertIn(did, told)
        done = self.verify(file, did)
        self.assertEqual(done.returncode, DONE, done.stderr)
        for words in ("kamayoq-livestock", "Academia del Sur", "/services/shearing", str(self.last_day)):
            self.assertIn(words, done.stdout)
        # Another market's key, of which the document says nothing.
        other = "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"
        self.assertEqual(self.verify(file, other).returncode, NOT_AS_SIGNED)

        # As another program lays it out and escapes it.
        laid_out = market.scratch / "laid-out.json"
        laid_out.write_text(json.dumps(document, ensure_ascii=True, sort_keys=True, indent=7), encoding="utf-8")
        self.assertEqual(self.verify(laid_out, did).returncode, DONE)

        changed = list(places(document))
        self.assertGreater(len(changed), 15)
        spoilt = []
        for path, text in changed:
            spoilt.append(market.scratch / f"spoilt-{len(spoilt)}.json")
            spoilt[-1].write_text(json.dumps(with_text(document, path, text + "x")), encoding="utf-8")
            done = self.verify(spoilt[-1], did)
            self.assertEqual(done.returncode, NOT_AS_SIGNED, f"{path}: {done.stdout}{done.stderr}")
        self.assertEqual(self.by_library(did, [file, laid_out, *spoilt]), [True, True, *[False] * len(spoilt)])

    def test_what_does_not_hold_is_not_exported(self):
        self.issue("suspended")
        must(("credential", "suspend", "suspended", "--reason", "Two complaints"), self.academy)
        file = market.scratch / "suspended.json"
        done = run(["credential", "export", "suspended", "--out", file], self.academy)
        self.assertEqual(done.returncode, REFUSED, done.stdout)
        self.assertIn("does not hold today", done.stderr)
        self.assertFalse(file.exists())


if __name__ == "__main__":
    main()
