"""Plays scenarios as they stand, and once more without each thing that they say they rest on: what `then` says must be seen,
and must not be seen where it was taken away.

Usage: run.py --aynid PROGRAM --stubs FOLDER SCENARIO.yaml...
"""

import argparse
import concurrent.futures
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
MARKETS_AT_A_TIME = 2


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--aynid", required=True, help="the server's program")
    parser.add_argument("--stubs", required=True, help="the folder of the API's Python stubs")
    parser.add_argument("scenarios", nargs="+", type=pathlib.Path, metavar="SCENARIO.yaml")
    return parser.parse_args()


def play(aynid, story):
    """By each expectation of the story: what differs from it, empty where nothing does."""
    with Market(aynid) as market:
        market.lay(story["given"])
        for action in story["when"]:
            act(market, action)
        return {name: difference(expected["is"], ask(market, expected)) for name, expected in story["then"].items()}


def judge(future, failing):
    """Whether it went as it should, and what there is to say of it."""
    try:
        seen = future.result()
    except (ValueError, Refused) as error:
        return False, f"it can't be played: {error}"
    wrong = list(complaints(seen, failing))
    told = wrong or [f"not so: {name}: {seen[name]}" for name in failing] or list(seen)
    return not wrong, "".join(f"\n      {line}" for line in told)


def run(aynid, path):
    """Whether all was as it should be."""
    try:
        scenario = Scenario(path)
        variants = list(scenario.variants())
    except ValueError as error:
        print(f"  WRONG  {error}")
        return False
    print(f"{path.name}: lesson {scenario.lesson}. {scenario.says}")
    with concurrent.futures.ThreadPoolExecutor(MARKETS_AT_A_TIME) as pool:
        played = [(title, failing, pool.submit(play, aynid, story)) for title, story, failing in variants]
        judged = [(title, *judge(future, failing)) for title, failing, future in played]
    for title, is_right, told in judged:
        print(f"  {'right' if is_right else 'WRONG'}  {title}: {told}")
    return all(is_right for _, is_right, _ in judged)


if __name__ == "__main__":
    arguments = read_arguments()
    sys.path[:0] = [arguments.stubs, str(HERE.parent / "e2e")]
    from actions import act
    from answers import complaints, difference
    from market import Market, Refused
    from questions import ask
    from scenario import Scenario
    results = [run(arguments.aynid, path) for path in arguments.scenarios]
    sys.exit(0 if all(results) else 1)
