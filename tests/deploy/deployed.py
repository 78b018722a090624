"""A copy of deploy/ that a test runs as its user does, on the programs that are built already.

In the copy bootstrap and build do nothing: installing and building are what CI does before it gets here. How those two
behave is install_test.py's.
"""

import os
import pathlib
import shutil
import signal
import socket
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


def environment(**more):
    """This process's, without what an operator set for a market of his own."""
    return {**{key: value for key, value in os.environ.items() if not key.startswith("AYNI_")}, **more}


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

    def start_script(self, script, *arguments, data=None, **settings):
        """`data`: other than this test's folder; empty: none is given."""
        where = () if data == "" else ("--data", data or self.data)
        return subprocess.Popen([self.root / "deploy" / script, *where, *arguments], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, **{"env": environment(), **settings})

    def run_script(self, script, *arguments, **settings):
        running = self.start_script(script, *arguments, **settings)
        out, err = running.communicate(timeout=SECONDS_MAX)
        return subprocess.CompletedProcess(running.args, running.returncode, out, err)

    def up(self, *arguments, **settings):
        done = self.run_script("up", "--port", self.port, *arguments, **settings)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def ayni(self, *words):
        done = subprocess.run(
            [pathlib.Path(PROGRAMS) / "ayni", *words], capture_output=True, text=True,
            env={"PATH": os.environ["PATH"], "AYNI_SERVER": f"127.0.0.1:{self.port}", "AYNI_DATA": str(self.data)})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def put_before(self, program, script):
        """Lets a shell script stand for a program, which it finds as $real."""
        programs = self.root / "build/release/bin"
        programs.unlink()
        programs.mkdir()
        for each in ("aynid", "ayni"):
            (programs / each).symlink_to(pathlib.Path(PROGRAMS) / each)
        stand_in = programs / program
        stand_in.unlink()
        stand_in.write_text(f"#!/bin/sh\nreal={pathlib.Path(PROGRAMS) / program}\n{script}\n")
        stand_in.chmod(0o755)

    def assert_refused(self, done, *says):
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for part in says:
            self.assertIn(part, done.stderr)

    def server_pid(self):
        return int((self.data / "aynid.pid").read_text())

    def kill_server(self):
        """Returns when it is gone, and its store's lock with it."""
        pid = self.server_pid()
        os.kill(pid, signal.SIGKILL)
        # Its first thread is the last to go, and may wait there for a parent who never asks.
        while os.path.exists(f"/proc/{pid}/exe") or len(list(pathlib.Path(f"/proc/{pid}/task").glob("*"))) > 1:
            time.sleep(0.01)


def main():
    global DEPLOY, PROGRAMS
    DEPLOY, PROGRAMS = sys.argv.pop(1), sys.argv.pop(1)
    unittest.main(module="__main__")
