"""Where deploy/up keeps a market: in a folder of its own, and nobody else's."""

import stat

import deployed
from deployed import SCALE, Deployed, environment


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


class DataFolder(Deployed):
    def test_leaves_a_folder_alone_that_is_somebody_elses(self):
        own = self.data / "sample/x"
        own.parent.mkdir(parents=True)
        own.write_text("mine\n")
        self.data.chmod(0o755)
        self.assert_refused(self.run_script("up", "--port", self.port, *SCALE), str(self.data), "something else")
        self.assertEqual(own.read_text(), "mine\n")
        self.assertEqual(mode_of(self.data), 0o755)
        self.assertEqual([path.name for path in self.data.iterdir()], ["sample"])

    def test_takes_an_empty_folder_as_it_is(self):
        self.data.mkdir()
        self.data.chmod(0o750)
        self.up("--empty")
        self.assertEqual(mode_of(self.data), 0o750)
        self.assertEqual(mode_of(self.data / "store"), 0o700)
        self.assertEqual(mode_of(self.data / "aynid.log"), 0o600)

    def test_makes_one_that_only_its_owner_can_read(self):
        self.data = self.root / "srv" / "markets" / "canchis"
        self.up("--empty")
        self.assertEqual(mode_of(self.data), 0o700)

    def test_leaves_what_somebody_put_beside_the_store(self):
        self.up("--empty")
        (self.data / "sample").mkdir()
        (self.data / "sample" / "x").write_text("mine\n")
        self.up(*SCALE)
        self.assertEqual((self.data / "sample" / "x").read_text(), "mine\n")
        self.assertEqual(list(self.data.glob("sample.??????")), [])

    def test_is_named_from_where_the_caller_stands(self):
        here = self.root / "here"
        here.mkdir()
        self.data = here / "market"
        self.up("--empty", data="market", cwd=here)
        self.assertTrue((self.data / "store").is_dir())
        stopped = self.run_script("down", data="market", cwd=here)
        self.assertIn(f"stopped; the data stays in {self.data}", stopped.stdout)

    def test_of_the_environment_is_named_from_there_too(self):
        self.data = self.root / "market"
        self.up("--empty", data="", cwd=self.root, env=environment(AYNI_DATA="market"))
        self.assertTrue((self.data / "store").is_dir())

    def test_needs_no_home_when_it_is_named(self):
        homeless = environment()
        del homeless["HOME"]
        homeless.pop("XDG_DATA_HOME", None)
        self.up("--empty", env=homeless)
        self.assertEqual(self.run_script("down", env=homeless).returncode, 0)
        self.assert_refused(self.run_script("up", "--empty", data="", env=homeless), "HOME", "--data")

    def test_says_when_it_can_not_be_made(self):
        self.data.write_text("a file")
        self.assert_refused(self.run_script("up", "--empty"), str(self.data))
        self.assert_refused(self.run_script("up", "--empty", data=self.data / "below"), str(self.data / "below"))


if __name__ == "__main__":
    deployed.main()
