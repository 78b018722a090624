"""Help as a newcomer follows it: every example runs as it stands, on the sample market."""

import json
import pathlib
import re
import subprocess
import unittest

from command_line import DONE, SECONDS_MAX, ayni, environment_for, main, market, programs

setUpModule = market.set_up

def commands():
    """The noun, verb and example of each."""
    help_text = ayni("--help").stdout
    for noun in re.findall(r"(?m)^  ([a-z-]+)  ", help_text.partition("\nNouns\n")[2].partition("\n\n")[0]):
        verbs = re.findall(r"(?m)^  ([a-z-]+)$", ayni(noun, "--help").stdout.partition("\nVerbs\n")[2])
        for verb in verbs or [""]:
            text = ayni(*filter(None, (noun, verb)), "--help").stdout
            yield noun, verb, re.search(r"\nExample\n  (.*)\n", text)[1]


# Of entity NK-1 and coop-1, which the examples name; and of NK-2 and tap-1.
PROPOSALS = ("9e1daae46c0982588a83d6c3", "d62da0ffe6f4d651de120b48")


def propose_merges():
    """Entities of FollowTheMoney with the names of two parties, so that there is something to confirm and to reject."""
    names = [json.loads(ayni("party", "get", party, "--output", "json").stdout)["display_name"]
             for party in ("coop-1", "tap-1")]
    lines = [json.dumps({"id": f"NK-{i}", "schema": "Organization", "properties": {"name": [name]}})
             for i, name in enumerate(names, 1)]
    done = ayni("market", "import", "-", stdin="\n".join(lines))
    assert "merge-proposal list" in done.stdout, done.stdout + done.stderr
OTHERS_DO = {
    "ayni appeal create": "may not call ayni.v1.AppealService/CreateAppeal",
    "ayni appeal withdraw": "may not call ayni.v1.AppealService/WithdrawAppeal",
    "ayni appeal get": "does not exist",
    "ayni appeal decide": "does not exist",
    "ayni waiver grant": "another administrator grants it",
    "ayni agreement accept": "may not call ayni.v1.AgreementService/AcceptAgreement",
    "ayni match acknowledge": "may not call ayni.v1.MatchService/AcknowledgeMatch",
    "ayni match accept": "may not call ayni.v1.MatchService/AcceptMatch",
    "ayni match decline": "may not call ayni.v1.MatchService/DeclineMatch",
    "ayni match start": "may not call ayni.v1.MatchService/StartMatch",
    "ayni match deliver": "may not call ayni.v1.MatchService/DeliverMatch",
    "ayni match confirm": "may not call ayni.v1.MatchService/ConfirmMatch",
    "ayni match settle": "may not call ayni.v1.MatchService/SettleMatch",
    "ayni match dispute": "may not call ayni.v1.MatchService/DisputeMatch",
    "ayni match decide-dispute": "only what is STATE_DISPUTED can be decided",
    # There is none yet.
    "ayni notice get": "5f2d3c0b9a8e7d6c5b4a39281706f5e4",
    "ayni notice retry": "5f2d3c0b9a8e7d6c5b4a39281706f5e4",
    "ayni policy activate": "has changed since it was read",
    "ayni principal approve": "has changed since it was read",
    "ayni token approve": "waits for no approval",
    "ayni identity approve": "waits for no approval",
    # Signed by this market's own key, of which the example can't know.
    "ayni credential verify": "is not what the issuer signed",
    # Made by an administrator, it was confirmed at once; and the example's day is the one that it has.
    "ayni skill confirm": "is confirmed already",
    "ayni skill refresh": "must be after the one that it has",
    "ayni ledger cosign": "the server knows no such witness",
    "ayni checkpoint add-cosignature": "the base64 of a key id",
    "ayni relation confirm-change": "has changed since it was read",
    "ayni relation reject-change": "has no proposed change",
    # Nor these without the key of the ledger, and a round that is published.
    "ayni round verify": "is not the base64 of 33 bytes",
    "ayni round pseudonyms": "has no market that was cleared and kept",
}


class Examples(unittest.TestCase):
    def run_line(self, line):
        environment = environment_for(market.server.address, market.server.token_file)
        path = f"{pathlib.Path(programs.ayni).resolve().parent}:{environment['PATH']}"
        return subprocess.run(["bash", "-c", line], cwd=market.scratch, env={**environment, "PATH": path, "VISUAL": "", "EDITOR": "true"},
                              capture_output=True, text=True, timeout=SECONDS_MAX)

    def test_run_as_they_stand(self):
        (market.scratch / "market.ayni").write_text("p ayni 1 1 0 0 1\nn 1 1\no 1 1 0\ne 1 1 1 1\n")
        (market.scratch / "policy.yaml").write_text(ayni("policy", "export", "sample-1").stdout, encoding="utf-8")
        found = list(commands())
        self.assertGreater(len(found), 70)
        # The sample's policy has limits, of which a round makes segments, and the example's none.
        ends = ("undo", "revoke", "activate", "cancel")
        # Tokens, rounds and what they refer to keep what they stand on: all is made, deleted and made again before.
        stay = ("token", "waiver")
        makes = [line for noun, verb, line in found if verb == "create" and noun not in stay]
        deletes = [line for _, verb, line in reversed(found) if verb == "delete"]
        others = [line for noun, verb, line in found
                  if verb not in ("delete", *ends) and (verb != "create" or noun in stay)]
        lasts = [line for _, verb, line in found if verb in ends]
        # What is matched now is not in a round before, and at the prices of one.
        need = [line for line in makes if line.startswith("ayni need create")]
        makes_again = [line for line in makes if line not in need]
        firsts = [line for line in others if line.startswith(("ayni round", "ayni token create", "ayni waiver create"))]
        others = firsts + need + [line for line in others if line not in firsts]
        wrong = []
        propose_merges()
        for line in makes + deletes + makes_again + others + lasts:
            # What was confirmed can't be rejected.
            done = self.run_line(line.replace(*PROPOSALS) if "merge-proposal reject" in line else line)
            # One administrator alone can't do these: what it must be told stands here.
            told = next((told for command, told in OTHERS_DO.items() if line.startswith(command)), None)
            if told is not None:
                self.assertIn(told, done.stderr, line)
            elif done.returncode != DONE:
                wrong.append(f"{line}: {done.returncode}: {done.stderr}")
        self.assertEqual(wrong, [], "\n".join(wrong))


if __name__ == "__main__":
    main()
