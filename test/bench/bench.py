"""The bench: what tools/bench runs. Each figure is a median over interleaved rounds of one run; ratios carry over to
other machines, absolute numbers do not. CPU is user and system time of the server's process per request."""
import json
import os
import re
import statistics
import subprocess
import sys
import time

import server as live

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 5
SECONDS = 3
CONNECTIONS = 64
PEOPLE = 2000  # people with tokens, who join and check
TICKS = os.sysconf("SC_CLK_TCK")


def wrk(port, script, path="/", seconds=SECONDS, **variables):
    """One round; returns requests per second and how many requests there were."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    if script:
        command += ["-s", f"{HERE}/{script}"]
    environment = {**os.environ, **{name: str(value) for name, value in variables.items()}}
    printed = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], env=environment, check=True,
                             capture_output=True, text=True).stdout
    failed = re.search(r"Socket errors.*", printed)
    refused = int((re.search(r"Non-2xx or 3xx responses: (\d+)", printed) or [0, 0])[1])
    requests = int(re.search(r"(\d+) requests in", printed)[1])
    if failed or refused > requests / 50:  # joins.lua meets a few who are members already
        raise RuntimeError(f"{script}: {printed[-1000:]}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", printed)[1]), requests


def cpu_seconds(process):
    with open(f"/proc/{process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def per_request(process, port, script, **variables):
    """CPU microseconds per request of one round."""
    before = cpu_seconds(process)
    _, requests = wrk(port, script, **variables)
    return (cpu_seconds(process) - before) / requests * 1e6


def median(figures):
    return statistics.median(figures)


def show(name, value):
    print(f"{name:<66} {value}", flush=True)


# --- states

def write_small(path):
    """PEOPLE with tokens and 1,000 groups; person p is a member of group p % 200 + 1."""
    with open(path, "w") as file:
        file.write(live.people(PEOPLE + 1, 1000))
        for who in range(2, PEOPLE + 2):
            file.write(live.lines([member(who % 200 + 1, who)]))


def member(where, who):
    return {"kind": "membership", "group_id": where, "user_id": who, "state": "member", "role": "member",
            "since": "2021-01-01T00:00:00Z"}


def write_large(path, groups=10000, users=200000, memberships=1000000):
    """Memberships: 5 per person, spread over all groups. The first PEOPLE have tokens."""
    with open(path, "w") as file:
        file.write(live.lines([live.application()]))
        for number in range(1, users + 1):
            file.write(live.lines([live.user(number)]))
        for number in range(1, PEOPLE + 2):
            file.write(live.lines([live.token(number)]))
        for number in range(1, groups + 1):
            file.write(live.lines([live.group(number, 1)]))
        written = groups  # the owner's
        for turn in range(memberships // users + 1):
            for who in range(2, users + 1):
                if written < memberships:
                    file.write(live.lines([member((who * 7919 + turn * 1237) % groups + 1, who)]))
                    written += 1


def imported(data, path):
    started = time.monotonic()
    live.joinery(data, "import", path)
    return time.monotonic() - started


# --- what is shown

def joins(folder):
    """Durable joins at 64 connections against one commit per join: same server, same disk, in turns."""
    write_small(folder + "/small.jsonl")
    rates = {"grouped": [], "single": []}
    for name in rates:
        imported(f"{folder}/{name}", folder + "/small.jsonl")
    for round_number in range(ROUNDS):
        for name, options in (("grouped", []), ("single", ["--batch-max", "1"])):
            with live.running(f"{folder}/{name}", *options) as server:
                # Each round has pairs of its own, 200 groups for every person.
                rate, _ = wrk(server.port, "joins.lua", FIRST=PEOPLE * 200 * round_number, PEOPLE=PEOPLE, GROUPS=1000)
                rates[name].append(rate)
    show("durable joins/s, 64 connections, group commit", f"{median(rates['grouped']):.0f}")
    show("durable joins/s, 64 connections, one commit per join", f"{median(rates['single']):.0f}")
    ratios = [a / b for a, b in zip(rates["grouped"], rates["single"])]
    show("ratio, median of rounds (promised: at least 4)", f"{median(ratios):.2f}")


def check(folder):
    """CPU per membership check against a bare evhttp server with replies of the same size."""
    write_small(folder + "/check.jsonl")
    imported(folder + "/check", folder + "/check.jsonl")
    spread = {"PEOPLE": PEOPLE, "MODULUS": 200, "STRIDE": 1, "OFFSET": 0}
    with live.running(folder + "/check", "--threads", "1") as server:
        connection = server.connect()
        reply = live.ask(connection, "GET", "/user/groups/8", None, {"X-Auth-Token": "tok7"})
        assert reply.status == 200, reply.text
        head = sum(len(f"{k}: {v}\r\n") for k, v in reply.getheaders()) + len("HTTP/1.1 200 OK\r\n\r\n")
        bare_head = len("HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 999\r\n"
                        "Content-Type: text/html; charset=ISO-8859-1\r\n\r\n")
        size = head + len(reply.text) - bare_head
        bare = subprocess.Popen([os.environ["JOINERY_BARE"], str(size)], stdout=subprocess.PIPE, text=True)
        bare_port = int(bare.stdout.readline())
        figures = {"joinery": [], "bare": []}
        for _ in range(ROUNDS):
            figures["joinery"].append(per_request(server.process, server.port, "check.lua", **spread))
            figures["bare"].append(per_request(bare, bare_port, "check.lua", **spread))
        bare.kill()
        bare.wait()
        show("CPU us per membership check", f"{median(figures['joinery']):.2f}")
        show(f"CPU us per request of bare evhttp, {size} byte bodies", f"{median(figures['bare']):.2f}")
        ratios = [a / b for a, b in zip(figures["joinery"], figures["bare"])]
        show("ratio, median of rounds (promised: at most 1.6)", f"{median(ratios):.2f}")


def resident(process, but):
    """Resident bytes without the pages of mappings whose name ends with `but`."""
    total, skip = 0, False
    with open(f"/proc/{process.pid}/smaps") as file:
        for line in file:
            if re.match(r"^[0-9a-f]+-[0-9a-f]+ ", line):
                skip = line.rstrip().endswith(but)
            elif line.startswith("Rss:") and not skip:
                total += int(line.split()[1]) * 1024
    return total


def memory(folder):
    write_small(folder + "/memory.jsonl")
    imported(folder + "/memory", folder + "/memory.jsonl")
    with live.running(folder + "/memory") as server:
        connections = [server.connect() for _ in range(CONNECTIONS)]
        wrk(server.port, "joins.lua", FIRST=0, PEOPLE=PEOPLE, GROUPS=1000)
        for connection in connections:
            live.ask(connection, "GET", "/v3/groups/1/members?per=100")
        rss = resident(server.process, "data.mdb")
        show("resident MiB without the map, 64 connections (promised: below 32)", f"{rss / 2**20:.1f}")


def scale(folder):
    """A store of 1,000,000 memberships against a small one, in turns."""
    write_small(folder + "/s.jsonl")
    write_large(folder + "/l.jsonl")
    imported(folder + "/small-store", folder + "/s.jsonl")
    show("import of 10,000 groups, 200,000 users, 1,000,000 memberships, s (promised: below 60)",
         f"{imported(folder + '/large-store', folder + '/l.jsonl'):.1f}")
    print(live.joinery(folder + "/large-store", "fsck"), end="")
    spread = {"small-store": (200, 1), "large-store": (10000, 7919)}
    groups = {"small-store": 1000, "large-store": 10000}
    cpu = {name: [] for name in spread}
    rates = {name: [] for name in spread}
    for round_number in range(ROUNDS):
        for name, (modulus, stride) in spread.items():
            with live.running(f"{folder}/{name}", "--threads", "1") as server:
                cpu[name].append(per_request(server.process, server.port, "check.lua", PEOPLE=PEOPLE,
                                             MODULUS=modulus, STRIDE=stride, OFFSET=0))
            with live.running(f"{folder}/{name}") as server:
                rate, _ = wrk(server.port, "joins.lua", FIRST=PEOPLE * 200 * round_number, PEOPLE=PEOPLE,
                              GROUPS=groups[name])
                rates[name].append(rate)
    for name in spread:
        show(f"CPU us per membership check, {name}", f"{median(cpu[name]):.2f}")
        show(f"joins/s, {name}", f"{median(rates[name]):.0f}")
    show("CPU ratio large to small (promised: at most 1.25)",
         f"{median([a / b for a, b in zip(cpu['large-store'], cpu['small-store'])]):.2f}")
    show("joins ratio large to small (promised: at least 0.33)",
         f"{median([a / b for a, b in zip(rates['large-store'], rates['small-store'])]):.2f}")


def million(folder):
    """The last page of a million members, and how long joins wait while that group is deleted."""
    people = 1000000
    with open(folder + "/m.jsonl", "w") as file:
        file.write(live.lines([live.application()]))
        for number in range(1, people + 1):
            file.write(live.lines([live.user(number)]))
        for number in range(1, PEOPLE + 2):
            file.write(live.lines([live.token(number)]))
        file.write(live.lines([live.group(1, 1), live.group(2, 2)]))
        for who in range(2, people + 1):
            file.write(live.lines([member(1, who)]))
    show("import of a group of 1,000,000, s", f"{imported(folder + '/million', folder + '/m.jsonl'):.1f}")
    with live.running(folder + "/million") as server:
        connection = server.connect()
        took = []
        for _ in range(20):
            started = time.monotonic()
            reply = json.loads(live.ask(connection, "GET", "/v3/groups/1/members?page=10000&per=100").text)
            took.append(time.monotonic() - started)
        assert len(reply["data"]) == 100 and not reply["meta"]["has_more_pages"], reply["meta"]
        show("last page of a million members, ms, median (promised: below 10)", f"{median(took) * 1e3:.2f}")
        headers = {"Authorization": "Bearer tok1"}
        started = time.monotonic()
        assert live.ask(connection, "DELETE", "/v3/groups/1", None, headers).outcome == "group_deleted"
        show("its deletion acknowledged after, ms", f"{(time.monotonic() - started) * 1e3:.1f}")
        waited = []
        for who in range(3, PEOPLE):
            started = time.monotonic()
            assert live.join_legacy(connection, who, 2).outcome == "joined"
            waited.append(time.monotonic() - started)
        show("joins meanwhile: longest wait, ms", f"{max(waited) * 1e3:.1f}")
        show("joins meanwhile: median wait, ms", f"{median(waited) * 1e3:.1f}")


def recording(folder):
    """Joins and membership checks with and without --record, in turns; what the recording left out is shown too."""
    write_small(folder + "/r.jsonl")
    imported(folder + "/recorded", folder + "/r.jsonl")
    spread = {"PEOPLE": PEOPLE, "MODULUS": 200, "STRIDE": 1, "OFFSET": 0}
    ratios = {"joins.lua": [], "check.lua": []}
    cpu = {(name, with_it): [] for name in ratios for with_it in (False, True)}
    left_out = []
    for round_number in range(2 * ROUNDS):
        rates = {}
        for turn in (0, 1):
            with_it = (round_number + turn) % 2 == 1
            options = ["--record", folder + "/lines"] if with_it else []
            with live.running(folder + "/recorded", *options) as server:
                first = PEOPLE * 50 * (2 * round_number + turn)  # 20 parts of all pairs
                for name, variables in (("joins.lua", {"FIRST": first, "PEOPLE": PEOPLE, "GROUPS": 1000}),
                                        ("check.lua", spread)):
                    before = cpu_seconds(server.process)
                    rates[name, with_it], requests = wrk(server.port, name, **variables)
                    cpu[name, with_it].append((cpu_seconds(server.process) - before) / requests * 1e6)
            if with_it:
                with open(folder + "/recorded.log") as log:
                    counts = re.findall(r"recorded (\d+) exchanges, left out (\d+)", log.read())[-1]
                left_out.append(int(counts[1]) / (int(counts[0]) + int(counts[1])))
                os.unlink(folder + "/lines")
        for name, found in ratios.items():
            found.append(rates[name, True] / rates[name, False])
    show("joins/s with --record to without, median of rounds (promised: above 0.95)",
         f"{median(ratios['joins.lua']):.3f}")
    show("membership checks/s with --record to without, median of rounds", f"{median(ratios['check.lua']):.3f}")
    for (name, with_it), figures in cpu.items():
        show(f"CPU us per request of {name}, {'with' if with_it else 'without'} --record", f"{median(figures):.1f}")
    show("share of exchanges left out of the recording, median of rounds", f"{median(left_out):.3f}")


def pairs_per_second(*command):
    """Of a run of the twin: pairs compared per second, and per second of CPU."""
    before, started = os.times(), time.monotonic()
    found = subprocess.run([os.environ["JOINERY"], *command], capture_output=True, text=True, check=True)
    lasted = time.monotonic() - started
    spent = os.times().children_user + os.times().children_system - before.children_user - before.children_system
    pairs = int(re.search(r"([\d,]+) compared", found.stdout + found.stderr).group(1).replace(",", ""))
    return pairs / lasted, pairs / spent


def record_legacy(folder, name, calls):
    """A server of its own records what legacy clients ask: (method, person, more parameters)."""
    data = f"{folder}/{name}"
    live.joinery(data, "import", "-", text=live.people(40, 20))
    live.joinery(data, "backup", data + ".mdb")
    with live.running(data, "--record", data + ".jsonl") as server:
        connection = server.connect()
        for method, person, more in calls:
            body = {"method": method, "api_key": "key00", "token": f"tok{person}", **more}
            live.ask(connection, "POST", "/services/rest/", live.urllib.parse.urlencode(body),
                     {"Content-Type": "application/x-www-form-urlencoded"})
    return ["--data", data, "twin", data + ".jsonl", "--state", data + ".mdb"]


def everyday(number):
    """Calls of people who come, look around, and go."""
    person, where = 2 + number % 39, {"group_id": 1 + number // 39 % 20}
    return [("group.join", person, where), ("group.getInfo", person, where), ("group.getMembers", person, where),
            ("group.leave", person, where)][number % 4 if number % 8 < 4 else number % 3]


def piling(number):
    """One person makes group after group, and asks for all of them now and then."""
    if number % 10 == 9:
        return "group.getMyGroups", 1, {}
    return "group.add", 1, {"name": f"New {number}", "description": "One more"}


def twin(folder):
    """Calls asked in two dialects or three, on forks of one state in one process: generated ones, and recordings."""
    rates = [pairs_per_second("twin", "--generate", "20000", "--seed", str(seed)) for seed in range(ROUNDS)]
    show("compared pairs/s, generated, all processors, median (aim: 20,000)", f"{median([a for a, _ in rates]):,.0f}")
    show("the same per second of CPU", f"{median([b for _, b in rates]):,.0f}")
    for name, call, count in (("everyday calls", everyday, 20000), ("piled up groups", piling, 3000)):
        command = record_legacy(folder, name.split()[0], map(call, range(count)))
        rates = [pairs_per_second(*command) for _ in range(ROUNDS)]
        show(f"compared pairs/s of a recording, {name}, median", f"{median([a for a, _ in rates]):,.0f}")
        show("the same per second of CPU", f"{median([b for _, b in rates]):,.0f}")


PARTS = {"joins": joins, "check": check, "memory": memory, "scale": scale, "million": million,
         "recording": recording, "twin": twin}


def main():
    for name in sys.argv[1:] or PARTS:
        with live.folder() as folder:
            PARTS[name](folder)


if __name__ == "__main__":
    sys.exit(main())
