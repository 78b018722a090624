"""The command line as a person calls it, and the market of one province on a server, for the tests that stand beside.

A test's file takes `setUpModule = market.set_up` and ends with `main()`.
"""

import argparse
import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from server_process import ServerProcess

SECONDS_MAX = 60
DONE, REFUSED, USAGE, NOT_FOUND, NOT_ALLOWED, CONFLICT, UNAVAILABLE, ROWS_FAILED, LOCAL_FILE = range(9)


def read_arguments():
    parser = argparse.ArgumentParser()
    for program in ("aynid", "ayni", "generate"):
        parser.add_argument(f"--{program}", required=True)
    given, rest = parser.parse_known_args()
    sys.argv[1:] = rest
    return given


programs = read_arguments()


def main():
    unittest.main("__main__")


class Market:
    """One for all tests of a file: each leaves records of its own."""

    def make_sample(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp())
        unittest.addModuleCleanup(shutil.rmtree, self.scratch)
        self.sample = self.scratch / "sample"
        subprocess.run([programs.generate, "--scale", "province:0806", "--out", self.sample], check=True,
                       stdout=subprocess.DEVNULL)

    def set_up(self):
        self.make_sample()
        self.server = ServerProcess(programs.aynid, "--single-administrator")
        unittest.addModuleCleanup(self.server.remove)
        imported = ayni("market", "import", self.sample)
        if imported.returncode != DONE:
            raise AssertionError(imported.stdout + imported.stderr)
        activated = activate("sample-1", environment_for(self.server.address, self.server.token_file))
        if activated.returncode != DONE:
            raise AssertionError(activated.stdout + activated.stderr)


market = Market()


def environment_for(address, token_file=None, **variables):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AYNI_")}
    given = {"AYNI_SERVER": address, "AYNI_TOKEN_FILE": str(token_file)} if token_file else {"AYNI_SERVER": address}
    return {**kept, **given, **variables}


def run(words, environment, stdin=""):
    given = [word if isinstance(word, bytes) else str(word) for word in words]
    return subprocess.run([programs.ayni, *given], env=environment, input=stdin, capture_output=True, text=True,
                          timeout=SECONDS_MAX)


def ayni(*words, on=None, stdin=""):
    """With the administrator's token."""
    to = on or market.server
    return run(words, environment_for(to.address, to.token_file), stdin)


def must(words, environment):
    """What it writes, of a command that has to succeed."""
    done = run(words, environment)
    if done.returncode != DONE:
        raise AssertionError(f"{words}: {done.stdout}{done.stderr}")
    return done.stdout


def row_count():
    """Of the sample, without headers."""
    return sum(len(read_rows(file)) for file in market.sample.glob("*.csv"))


def read_rows(file):
    with open(file, encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def write_rows(file, rows):
    with open(file, "w", encoding="utf-8", newline="") as out:
        lines = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
        lines.writeheader()
        lines.writerows(rows)


def new_folder(name):
    folder = market.scratch / name
    folder.mkdir()
    return folder


def a_need(**changes):
    return {**read_rows(market.sample / "needs.csv")[0], **changes}


def activate(policy, environment):
    """Makes the policy active as it stands now."""
    looked_at = run(("policy", "get", policy, "--output", "json"), environment)
    return run(("policy", "activate", policy, "--etag", json.loads(looked_at.stdout)["etag"]), environment)


def as_member(role, party):
    """The environment of a new principal of the party."""
    principal = f"{role.lower()}-of-{party}"
    token_file = pathlib.Path(tempfile.mkdtemp(dir=market.scratch)) / "token"
    for words in (("principal", "create", "--id", principal, "--display_name", "M", "--role", role, "--party", party),
                  ("token", "create", "--principal", principal, "--id", "t1", "--out", token_file)):
        done = ayni(*words)
        if done.returncode != DONE:
            raise AssertionError(done.stderr)
    return environment_for(market.server.address, token_file)
