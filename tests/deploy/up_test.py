"""deploy/up and deploy/down as their user runs them, on a province.

They run in a copy of deploy/ whose bootstrap and build do nothing, on the programs that are built already: installing and
building are what CI does before it gets here.
"""

import os
import pathlib
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import unittest

DEPLOY = PROGRAMS = None  # from the command line
SECONDS_MAX = 100
SCALE = ("--scale", "province:0806")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


class Deployed(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.data = self.root / "data of the market"
        self.port = free_port()
        shutil.copytree(DEPLOY, self.root / "deploy", ignore=shutil.ignore_patterns("npm"))
        for script in ("bootstrap", "build"):
            (self.root / "deploy" / script).write_text("#!/bin/sh\n")
        (self.root / "build/release").mkdir(parents=True)
        (self.root / "build/release/bin").symlink_to(PROGRAMS)
        self.addCleanup(self.run_script, "down")

    def run_script(self, script, *arguments):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AYNI_")}
        return subprocess.run([self.root / "deploy" / script, "--data", self.data, *arguments], env=environment,
                              capture_output=True, text=True, timeout=SECONDS_MAX)

    def up(self, *arguments):
        done = self.run_script("up", "--port", self.port, *arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def ayni(self, *words):
        done = subprocess.run(
            [self.root / "build/release/bin/ayni", *words], capture_output=True, text=True,
            env={"PATH": os.environ["PATH"], "AYNI_SERVER": f"127.0.0.1:{self.port}", "AYNI_DATA": str(self.data)})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def assert_refused(self, done, *says):
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for part in says:
            self.assertIn(part, done.stderr)

    def server_pid(self):
        return int((self.data / "aynid.pid").read_text())


class Up(Deployed):
    def test_clears_a_round_and_shows_it_again_without_doing_it_again(self):
        first = self.up(*SCALE)
        self.assertIn("needs served", first)
        self.assertIn("Most concentrated segments", first)
        self.assertIn("Stop with", first)
        self.assertEqual(stat.S_IMODE((self.data / "administrator.token").stat().st_mode), 0o600)
        pid = self.server_pid()

        began = time.monotonic()
        again = self.up(*SCALE)
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(self.server_pid(), pid)
        self.assertNotIn("importing", again)
        served = [line for line in first.splitlines() if "needs served" in line]
        self.assertEqual([line for line in again.splitlines() if "needs served" in line], served)
        self.assertEqual(self.ayni("round", "list", "--output", "csv").count("\nrounds/"), 1)

    def test_goes_on_after_the_server_was_killed(self):
        first = self.up(*SCALE)
        os.kill(self.server_pid(), signal.SIGKILL)
        again = self.up(*SCALE)
        self.assertIn("starting aynid", again)
        self.assertNotIn("importing", again)
        served = [line for line in first.splitlines() if "needs served" in line]
        self.assertEqual([line for line in again.splitlines() if "needs served" in line], served)

    def test_empty_has_no_sample_and_takes_one_later(self):
        self.assertNotIn("needs served", self.up("--empty"))
        self.assertNotIn("parties/", self.ayni("party", "list", "--output", "csv"))
        self.assertIn("needs served", self.up(*SCALE))

    def test_loads_no_sample_into_a_market_with_parties(self):
        self.up("--empty")
        self.ayni("territory", "create", "--id", "iso3166.pe", "--display_name", "Perú", "--level", "COUNTRY")
        self.ayni("party", "create", "--id", "own", "--display_name", "Cooperativa Propia", "--roles", "COMPANY")
        told = self.up(*SCALE)
        self.assertIn("parties of its own", told)
        self.assertEqual(self.ayni("party", "list", "--output", "csv").count("\nparties/"), 1)

    def test_says_when_its_port_is_taken(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = str(other.getsockname()[1])
            self.assert_refused(self.run_script("up", "--empty", "--port", port), "is taken", "--port")

    def test_says_when_its_server_runs_on_another_port(self):
        self.up("--empty")
        self.assert_refused(self.run_script("up", "--empty", "--port", free_port()), self.port, "deploy/down")

    def test_refuses_arguments_that_are_wrong(self):
        for arguments, said in [(("--port", "x"), "65535"), (("--port", "70000"), "65535"), (("--port",), "value"),
                                (("--scale", "peru"), "province:0806"), (("--what",), "--help")]:
            with self.subTest(arguments):
                self.assert_refused(self.run_script("up", *arguments), said)

    def test_says_when_its_data_folder_can_not_be_made(self):
        self.data.write_text("a file")
        self.assert_refused(self.run_script("up", "--empty"), str(self.data))


class Down(Deployed):
    def test_stops_the_server_and_keeps_the_data(self):
        self.up("--empty")
        pid = self.server_pid()
        stopped = self.run_script("down")
        self.assertEqual(stopped.returncode, 0, stopped.stderr)
        self.assertFalse(pathlib.Path(f"/proc/{pid}").exists())
        self.assertTrue((self.data / "store").exists())
        self.assertIn("no server runs", self.run_script("down").stdout)

    def test_leaves_a_process_alone_that_is_not_the_server(self):
        other = subprocess.Popen(["sleep", "60"])
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        self.data.mkdir()
        (self.data / "aynid.pid").write_text(f"{other.pid}\n")
        self.assertIn("no server runs", self.run_script("down").stdout)
        self.assertIsNone(other.poll())


if __name__ == "__main__":
    DEPLOY, PROGRAMS = sys.argv.pop(1), sys.argv.pop(1)
    unittest.main()
