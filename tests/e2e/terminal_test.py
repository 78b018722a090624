"""Terminals, pipes and bash."""

import os
import pty
import re
import subprocess
import unittest

from command_line import DONE, LOCAL_FILE, SECONDS_MAX, ayni, environment_for, main, market, programs
from server_process import ServerProcess

setUpModule = market.set_up


class Terminals(unittest.TestCase):
    def on_a_terminal(self, *words, **variables):
        """What it writes to a terminal, which is both its output and its errors."""
        try:
            leader, follower = pty.openpty()
        except OSError as reason:
            self.skipTest(f"a chroot without devpts has no terminals: {reason}")
        environment = environment_for(market.server.address, market.server.token_file, TERM="xterm", **variables)
        process = subprocess.Popen([programs.ayni, *map(str, words)], env=environment, stdin=subprocess.DEVNULL,
                                   stdout=follower, stderr=follower)
        os.close(follower)
        text = b""
        while True:
            try:
                block = os.read(leader, 1 << 16)
            except OSError:
                break
            if not block:
                break
            text += block
        os.close(leader)
        process.wait(SECONDS_MAX)
        return text.decode()

    def test_colour_and_progress_are_for_terminals_only(self):
        self.assertIn("\033[1m", self.on_a_terminal("need", "list", "--limit", "1"))
        self.assertNotIn("\033", self.on_a_terminal("need", "list", "--limit", "1", NO_COLOR="1"))
        self.assertIn("rows sent", self.on_a_terminal("market", "import", market.sample))
        piped = ayni("market", "import", market.sample)
        self.assertNotIn("\033", ayni("need", "list", "--limit", "1").stdout + piped.stdout + piped.stderr)
        self.assertNotIn("rows sent", piped.stdout + piped.stderr)

    def test_long_import_tells_a_log_how_far_it_is(self):
        slow = ServerProcess(programs.aynid)
        self.addCleanup(slow.remove)
        with slow.paused():
            importing = subprocess.Popen([programs.ayni, "market", "import", market.sample], text=True, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, env=environment_for(slow.address, slow.token_file))
            told = importing.stderr.readline()
        out, err = importing.communicate(timeout=SECONDS_MAX)
        self.assertEqual(importing.returncode, DONE, err)
        self.assertRegex(told, r"^\w.* \(\d+ s\)\n$")

    def test_reader_that_stops_early_is_no_failure_to_tell(self):
        words = f"'{programs.ayni}' need list --output json | head -n 1"
        done = subprocess.run(["bash", "-c", words], env=environment_for(market.server.address, market.server.token_file),
                              capture_output=True, text=True, timeout=SECONDS_MAX)
        self.assertEqual((done.stdout, done.stderr), ("[\n", ""))

    def test_output_that_cannot_be_written_is_told(self):
        problem = market.scratch / "market.ayni"
        problem.write_text("p ayni 1 1 0 0 1\nn 1 1\no 1 1 0\ne 1 1 1 1\n")
        for words in ("need list", "need list --output json", "need list --output csv", "need get coop-1/n-1", "--help",
                      "need --help", "need list --help", "version", "completion bash", "explain need",
                      f"market import {market.sample}", f"market export {market.scratch}/full", f"clear {problem}",
                      f"problem convert {problem} -"):
            with open("/dev/full", "w") as full:
                done = subprocess.run([programs.ayni, *words.split()], stdout=full, stderr=subprocess.PIPE, text=True,
                                      env=environment_for(market.server.address, market.server.token_file))
            self.assertEqual(done.returncode, LOCAL_FILE, words)
            self.assertEqual(re.findall("standard output: can't be written", done.stderr),
                             ["standard output: can't be written"], (words, done.stderr))


class Bash(unittest.TestCase):
    def completed(self, *words):
        line = " ".join(f"'{word}'" for word in words)
        script = (f"source <('{programs.ayni}' completion bash)\nCOMP_WORDS=({line}); COMP_CWORD={len(words) - 1}\n"
                  f"_ayni '{programs.ayni}'\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"")
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=SECONDS_MAX)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_completes_nouns_verbs_flags_and_values(self):
        self.assertEqual(self.completed("ayni", "nee"), ["need", "need-template"])
        self.assertIn("candidates", self.completed("ayni", "need", ""))
        self.assertEqual(self.completed("ayni", "need", "create", "--high"), ["--highest_unit_price"])
        self.assertEqual(self.completed("ayni", "need", "create", "--urgency", "C"), ["CRITICAL"])


if __name__ == "__main__":
    main()
