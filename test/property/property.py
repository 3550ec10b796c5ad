"""Random histories of a few groups and people, under a clock that jumps, against the rules written down in test/oracle:
after every step the outcome and the status are theirs; every few steps the state is, the store's own check finds no
error, and the feed replayed from its start gives the state. A history that fails is made smaller and printed.

Usage: property.py [--operations N] [--seed S] [--replay FILE]"""
import argparse
import json
import pathlib
import random
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "oracle"))
import history  # noqa: E402
import shrink  # noqa: E402

LENGTH = 250  # steps of one history
LASTING_EVERY = 10  # of so many histories one is on the disk, and opened again now and then
PROGRESS_EVERY = 100


def complain(stage_factory, seed, steps, lasting, failure):
    print(f"seed {seed}: step {failure.place}: {failure.what}")
    print(f"making {len(steps)} steps smaller...", flush=True)
    smaller, failure = shrink.shrink(stage_factory, steps[:failure.place + 1], lasting)
    print(f"{len(smaller)} steps are left: {failure.what}")
    print(json.dumps({"seed": seed, "lasting": lasting}))
    for step in smaller:
        print(json.dumps(step))


def replay(path, folder):
    with open(path, encoding="utf-8") as file:
        head, *steps = map(json.loads, file)
    stage = history.Players(folder)
    failure = stage.play(steps, head["lasting"])
    stage.close()
    print(failure.what if failure else "nothing is wrong")
    return 1 if failure else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--operations", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replay")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="joinery-property-") as folder:
        if options.replay:
            return replay(options.replay, folder)
        players = history.Players(folder)
        done = number = 0
        while done < options.operations:
            seed = f"{options.seed}/{number}"
            steps = history.invent(random.Random(seed), LENGTH)
            lasting = number % LASTING_EVERY == 0
            failure = players.play(steps, lasting)
            if failure:
                complain(lambda: history.Players(folder), seed, steps, lasting, failure)
                return 1
            done += len(steps)
            number += 1
            if number % PROGRESS_EVERY == 0 and sys.stdout.isatty():
                print(f"\r{done} operations", end="", flush=True)
        players.close()
        print(f"{done} operations in {number} histories:", json.dumps(dict(sorted(players.outcomes.items()))))
    missing = history.OUTCOMES - set(players.outcomes)
    print("never seen:", sorted(missing)) if missing else None
    return 1 if missing and options.operations >= 100_000 else 0


if __name__ == "__main__":
    sys.exit(main())
