"""A generated difference, seen with one's own eyes: the world in front of the call that differs is served by a server with the
same fault, and the last of the printed curl lines gets from it, in each API, what the report says.

Environment: JOINERYD, JOINERY, JOINERY_TEST_DIR. Usage: seen.py PROGRAM SERVER [PROGRAM SERVER]..., each pair with one fault."""
import json
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).parents[1] / "live"))
import server  # noqa: E402

CALLS, SEED = 20000, 1
ADDRESS = "http://localhost:8080"  # which the printed lines name


def find(program, path):
    """The report of the call that the world was made for, and the options that serve it."""
    done = subprocess.run([program, "twin", f"--generate={CALLS}", f"--seed={SEED}", "--threads=1", "--world", "the world",
                           "--json", "report.json"], cwd=path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    number, world, most = re.search(r"in front of call (\d+) .*\n    joineryd --data '(.*)' --max-groups-per-user (\d+)$",
                                    done.stderr, re.M).groups()
    calls = [json.loads(line) for line in (path / "report.json").read_text().splitlines()]
    call = next(call for call in calls if call["kind"] == "call" and call["number"] == int(number))
    for side in call["left"], call["right"]:
        assert side["request"] in done.stdout, done.stdout
    return call, world, most


def ask(started, side):
    line = side["request"].splitlines()[-1].replace(ADDRESS, f"http://127.0.0.1:{started.port}")
    said = subprocess.run(["bash", "-c", f"{line} --silent"], capture_output=True, text=True, check=True).stdout
    return int(said.split()[1]), re.search(r"(?i)^x-outcome: (\w+)", said, re.M).group(1), said.replace("\r", "")


def judge(program, daemon, path):
    call, world, most = find(program, path)
    server.JOINERYD = daemon
    for side in call["left"], call["right"]:
        place = str(path / f"as {side['name']}")
        shutil.copytree(world, place)
        with server.running(place, "--max-groups-per-user", most, "--public-url", ADDRESS) as started:
            status, outcome, said = ask(started, side)
        assert (status, outcome) == (side["status"], side["outcome"]), (call, said)
        bodies = [re.sub(r"20\d\d-\d\d-\d\d[T ][\d:]{8}", "(a time)", text) for text in (said.split("\n\n", 1)[1], side["reply"])]
        assert bodies[0].split() == bodies[1].split(), (side["reply"], said)


def refuse_a_folder_that_is_there(program, path):
    done = subprocess.run([program, "twin", f"--generate={CALLS}", f"--seed={SEED}", "--world", "."], cwd=path,
                          capture_output=True, text=True, check=False)
    assert "\n.: File exists\n" in done.stdout and "no world was written" in done.stderr, done.stdout + done.stderr


def main():
    programs = [str(pathlib.Path(word).resolve()) for word in sys.argv[1:]]
    for program, daemon in zip(programs[::2], programs[1::2]):
        with server.folder() as path:
            judge(program, daemon, pathlib.Path(path))
            refuse_a_folder_that_is_there(program, path)
        print(pathlib.Path(program).name)


main()
