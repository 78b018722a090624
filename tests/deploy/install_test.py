"""deploy/bootstrap and deploy/build: one at a time, beside another apt, and never silent. Programs of the test's own stand
for apt, npm and cmake."""

import fcntl
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import deployed

SECONDS_MAX = 60
INSTALLED = "printf 'install ok installed'"


class Install(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        shutil.copytree(deployed.DEPLOY, self.root / "deploy", ignore=shutil.ignore_patterns("node_modules"))
        self.programs = self.root / "programs"
        self.programs.mkdir()
        self.calls = self.root / "calls"
        self.calls.touch()
        for program in ("node", "sudo"):
            self.stand_in(program, 'exec "$@"')
        self.stand_in("dpkg-query", INSTALLED)
        self.stand_in("npm", "")
        self.stand_in("cmake", "")
        self.stand_in("apt-get", "")
        buf = self.root / f"deploy/npm/node_modules/@bufbuild/buf-linux-{os.uname().machine.replace('x86_64', 'x64')}/bin/buf"
        buf.parent.mkdir(parents=True)
        buf.write_text("#!/bin/sh\n")
        buf.chmod(0o755)
        console = self.root / "services/console"
        (console / "node_modules").mkdir(parents=True)
        (console / "package-lock.json").write_text("{}")

    def stand_in(self, program, script):
        """A program that notes how it was called, and then does this."""
        path = self.programs / program
        path.write_text(f'#!/bin/sh\necho "{program} $*" >>{self.calls}\n{script}\n')
        path.chmod(0o755)

    def start(self, script, *arguments):
        return subprocess.Popen([self.root / "deploy" / script, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, env={**os.environ, "PATH": f"{self.programs}:{os.environ['PATH']}"})

    def run_script(self, script, *arguments):
        running = self.start(script, *arguments)
        out, err = running.communicate(timeout=SECONDS_MAX)
        return running.returncode, out, err

    def calls_of(self, program):
        return [line for line in self.calls.read_text().splitlines() if line.startswith(f"{program} ")]

    def test_installs_what_is_missing_and_waits_for_the_lock_of_dpkg(self):
        self.stand_in("dpkg-query", f'case "$*" in *ninja-build) exit 1 ;; esac; {INSTALLED}')
        code, out, err = self.run_script("bootstrap")
        self.assertEqual(code, 0, out + err)
        install = self.calls_of("apt-get")[-1]
        self.assertIn("DPkg::Lock::Timeout=600 ninja-build", install)

    def test_installs_the_peers_of_the_benchmark_only_when_asked(self):
        self.stand_in("dpkg-query", f'case "$*" in *liblemon-dev|*scipy|*numpy) exit 1 ;; esac; {INSTALLED}')
        code, out, err = self.run_script("bootstrap")
        self.assertEqual((code, self.calls_of("apt-get")), (0, []), out + err)
        code, out, err = self.run_script("bootstrap", "--bench")
        self.assertEqual(code, 0, out + err)
        self.assertTrue(self.calls_of("apt-get")[-1].endswith("liblemon-dev python3-scipy python3-numpy"))

    def test_installs_a_browser_only_when_asked(self):
        self.stand_in("dpkg-query", f'case "$*" in *chromium) exit 1 ;; esac; {INSTALLED}')
        self.assertEqual((self.run_script("bootstrap")[0], self.calls_of("apt-get")), (0, []))
        self.assertEqual(self.run_script("bootstrap", "--browser")[0], 0)
        self.assertTrue(self.calls_of("apt-get")[-1].endswith(" chromium"))

    def test_refuses_an_argument_that_it_does_not_know(self):
        code, _, err = self.run_script("bootstrap", "--bnech")
        self.assertEqual((code, self.calls_of("apt-get")), (1, []))
        self.assertIn("takes --bench, --browser or nothing, has '--bnech'", err)

    def test_fetches_the_lists_again_when_another_apt_had_them(self):
        self.stand_in("dpkg-query", f'case "$*" in *ninja-build) exit 1 ;; esac; {INSTALLED}')
        self.stand_in("apt-get", f'[ "$1" != update ] || [ "$(grep -c update {self.calls})" -ge 2 ]')
        code, out, err = self.run_script("bootstrap")
        self.assertEqual(code, 0, out + err)
        self.assertIn("Trying again", out)
        self.assertEqual([call.split()[1] for call in self.calls_of("apt-get")], ["update", "update", "install"])

    def test_does_nothing_twice(self):
        self.assertEqual(self.run_script("bootstrap")[0], 0)
        self.assertEqual([call.split()[3] for call in self.calls_of("npm")], ["deploy/npm", "services/console"])
        code, out, _ = self.run_script("bootstrap")
        self.assertEqual((code, out.count("\n")), (0, 1))
        self.assertEqual(len(self.calls_of("npm")), 2)
        self.assertEqual(self.calls_of("apt-get"), [])

    def test_shows_that_a_long_step_goes_on(self):
        self.stand_in("npm", "sleep 6")
        code, out, err = self.run_script("bootstrap")
        self.assertEqual(code, 0, out + err)
        self.assertIn("installing npm packages, 5 s", out)

    def test_ends_with_what_failed(self):
        self.stand_in("npm", "exit 7")
        self.assertEqual(self.run_script("bootstrap")[0], 7)

    def test_takes_turns(self):
        folder = os.open(self.root / "deploy", os.O_RDONLY)
        self.addCleanup(os.close, folder)
        for script, program in (("bootstrap", "dpkg-query"), ("build", "cmake")):
            with self.subTest(script):
                fcntl.flock(folder, fcntl.LOCK_EX)
                waiting = self.start(script)
                self.assertIn("waiting for another", waiting.stdout.readline())
                self.assertEqual(self.calls_of(program), [])
                fcntl.flock(folder, fcntl.LOCK_UN)
                out, err = waiting.communicate(timeout=SECONDS_MAX)
                self.assertEqual(waiting.returncode, 0, out + err)
                self.assertNotEqual(self.calls_of(program), [])


if __name__ == "__main__":
    deployed.main()
