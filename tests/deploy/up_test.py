"""deploy/up and deploy/down as their user runs them, on a province."""

import fcntl
import pathlib
import socket
import stat
import subprocess
import time

import deployed
from deployed import SCALE, Deployed, environment, free_port


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

    def test_empty_has_no_sample_and_takes_one_later(self):
        self.assertNotIn("needs served", self.up("--empty"))
        self.assertNotIn("parties/", self.ayni("party", "list", "--output", "csv"))
        self.assertIn("needs served", self.up(*SCALE))

    def test_loads_no_sample_into_a_market_with_parties(self):
        self.up("--empty")
        self.ayni("territory", "create", "--id", "iso3166.pe", "--display_name", "Perú", "--level", "COUNTRY")
        self.ayni("party", "create", "--id", "own", "--display_name", "Cooperativa Propia", "--roles", "COMPANY")
        told = self.up(*SCALE)
        self.assertIn("parties/own of its own", told)
        self.assertEqual(self.ayni("party", "list", "--output", "csv").count("\nparties/"), 1)

    def test_loads_no_sample_over_a_catalogue(self):
        self.up("--empty")
        self.ayni("service", "create", "--id", "dosing", "--display_name", "Dosificación propia", "--unit", "ANIMAL",
                  "--family", "animal-health",
                  "--deliverable", "Animales dosificados y pesados", "--immediate_benefit", "Menos parásitos en el rebaño",
                  "--benefit_days", "15")
        told = self.up(*SCALE)
        self.assertIn("services/dosing of its own", told)
        self.assertIn("Dosificación propia", self.ayni("service", "list", "--output", "csv"))

    def test_refuses_arguments_that_are_wrong(self):
        for arguments, said in [(("--port", "x"), "65535"), (("--port", "70000"), "65535"), (("--port",), "value"),
                                (("--scale", "peru"), "province:0806"), (("--scale", "province:9999"), "9999"),
                                (("--scale", "department:26"), "26"), (("--what",), "--help")]:
            with self.subTest(arguments):
                self.assert_refused(self.run_script("up", *arguments), said)
                self.assertFalse(self.data.exists())


class Server(Deployed):
    """What up says of a server that can't be had."""

    def test_says_when_its_port_is_taken(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = str(other.getsockname()[1])
            self.assert_refused(self.run_script("up", "--empty", "--port", port), "is taken", "--port")

    def test_says_when_its_server_runs_on_another_port(self):
        self.up("--empty")
        self.assert_refused(self.run_script("up", "--empty", "--port", free_port()), self.port, "deploy/down")

    def test_says_which_setting_the_server_refuses_and_not_what_an_earlier_one_logged(self):
        self.data.mkdir()
        (self.data / "up.lock").touch()
        (self.data / "aynid.log").write_text('{"event":"no store","message":"an earlier trouble"}\n')
        refused = self.run_script("up", "--empty", "--port", self.port, env=environment(AYNI_STREAMS_MAX="0"))
        self.assert_refused(refused, "AYNI_STREAMS_MAX")
        self.assertNotIn("an earlier trouble", refused.stderr)

    def test_comes_back_on_its_port_when_it_was_built_anew(self):
        self.put_before("ayni", 'exec "$real" "$@"')
        aynid = self.root / "build/release/bin/aynid"
        aynid.unlink()
        aynid.write_bytes((pathlib.Path(deployed.PROGRAMS) / "aynid").read_bytes())
        aynid.chmod(0o755)
        self.up("--empty")
        built_anew = aynid.with_name("aynid.new")
        built_anew.write_bytes(aynid.read_bytes())
        built_anew.chmod(0o755)
        built_anew.replace(aynid)
        again = self.run_script("up", "--empty")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("built anew", again.stdout)
        self.assertIn(f"127.0.0.1:{self.port},", again.stdout)


class Again(Deployed):
    """What up does after one that did not end."""

    def test_goes_on_after_the_server_was_killed(self):
        first = self.up(*SCALE)
        self.kill_server()
        again = self.up(*SCALE)
        self.assertIn("starting aynid", again)
        self.assertNotIn("importing", again)
        served = [line for line in first.splitlines() if "needs served" in line]
        self.assertEqual([line for line in again.splitlines() if "needs served" in line], served)

    def test_waits_for_a_server_that_does_not_serve_yet(self):
        self.up("--empty")
        address = self.data / "aynid.address"
        address.rename(self.data / "aside")
        again = self.start_script("up", "--empty", "--port", self.port)
        with self.assertRaises(subprocess.TimeoutExpired):
            again.wait(timeout=1)
        (self.data / "aside").rename(address)
        out, err = again.communicate(timeout=deployed.SECONDS_MAX)
        self.assertEqual(again.returncode, 0, err)
        self.assertIn("the server runs already", out)

    def test_waits_for_a_round_that_is_being_cleared(self):
        self.up(*SCALE)
        asked = self.root / "asked"
        self.put_before("ayni", f"""
case "$1 $2" in
  "round get") [ -f '{asked}' ] || {{ echo '{{"state": "STATE_CLEARING"}}'; exit; }} ;;
  "operation wait") echo "$3" >'{asked}' ;;
esac
exec "$real" "$@" """)
        again = self.up(*SCALE)
        self.assertEqual(asked.read_text(), "sample-1\n")
        self.assertIn("needs served", again)

    def test_stops_where_it_can_not_learn_of_the_round(self):
        self.up(*SCALE)
        self.put_before("ayni", """
[ "$1 $2" != "round get" ] || { echo 'ayni: the market is on fire' >&2; exit 1; }
exec "$real" "$@" """)
        failed = self.run_script("up", *SCALE)
        self.assert_refused(failed, "the market is on fire")
        self.assertNotIn("The market is up", failed.stdout)

    def test_is_alone_on_a_market(self):
        self.up("--empty")
        with (self.data / "up.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assert_refused(self.run_script("up", "--empty"), "another deploy/up", str(self.data))


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
    deployed.main()
