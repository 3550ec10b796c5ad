"""joineryd --shadow: another system is asked, too, and compared; whatever it does, clients notice nothing."""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import threading
import time

import server

BODY_MAX = 64 << 20
RESULTS = ["equal", "different", "dropped", "late", "failed", "left_out", "unpaired"]


def bearer(who):
    return {"Content-Type": "application/json", "Authorization": f"Bearer tok{who}"}


def status(data):
    return json.loads(server.joinery(data, "shadow", "status"))


def settled(data, wanted):
    """The counts, once as many calls were counted."""
    end = time.monotonic() + 60
    while True:
        counts = status(data)
        seen = sum(counts[name] for name in RESULTS)
        if seen >= wanted and counts["held"] == 0:
            return counts
        if time.monotonic() > end:
            raise RuntimeError(f"{wanted} calls, but {counts}")
        time.sleep(0.02)


def calls(connection, count=20):
    """Over three dialects; returns what was answered."""
    answers = []
    for i in range(count):
        for reply in [
            server.join_legacy(connection, 2 + i % 3, 1 + i % 4),
            server.join_v3(connection, 2 + i % 3, 1 + i % 4),
            server.ask(connection, "GET", f"/v3/groups/{1 + i % 4}/members", None, bearer(1)),
            server.ask(connection, "GET", "/user/groups", None, {"X-Auth-Token": f"tok{2 + i % 3}"}),
            server.leave(connection, 2 + i % 3, 1 + i % 4),
        ]:
            answers.append((reply.status, reply.outcome))
    return answers


class Site:
    def __init__(self, path):
        self.path = path
        self.before = path + "/before"
        server.joinery(self.before, "import", "-", text=server.people(8, 4))
        self.number = 0

    def copy(self, extra=None):
        self.number += 1
        place = f"{self.path}/copy{self.number}"
        shutil.copytree(self.before, place)
        if extra:
            server.joinery(place, "import", "-", text=server.lines(extra))
        return place

    @contextlib.contextmanager
    def shadowed(self, url, *options):
        """A server that shadows; its data is `running.data`."""
        with server.running(self.copy(), "--shadow", url, *options) as running:
            yield running


def url(running):
    return f"http://127.0.0.1:{running.port}"


def test_same_state_is_equal(site):
    with server.running(site.copy()) as other, site.shadowed(url(other)) as running:
        connection = running.connect()
        asked = len(calls(connection))
        made = json.loads(server.ask(connection, "POST", "/v3/groups", '{"name":"Newcomers"}', bearer(1)).text)
        server.mint(connection, 1, made["id"])
        server.ask(connection, "GET", f"/v3/groups/{made['slug']}", None, bearer(1))
        server.ask(connection, "GET", "http://old.example/v3/groups/1", None, bearer(1))  # from who takes us for a proxy
        counts = settled(running.data, asked + 4)
        assert counts["equal"] == asked + 4 and counts["different"] == 0, counts
        metrics = server.ask(connection, "GET", "/metrics").text
        assert f'joinery_shadow_calls_total{{result="equal"}} {asked + 4}\n' in metrics, metrics[-2000:]
    assert server.memberships(running.data) == server.memberships(other.data)


def test_many_connections_keep_their_order(site):
    """Each person joins and leaves on a connection of their own, all at once: every call is answered alike."""
    with server.running(site.copy()) as other, site.shadowed(url(other), "--shadow-queue", "100000") as running:
        def one(who):
            connection = running.connect()
            for _ in range(25):
                server.join_v3(connection, who, 1 + who % 4)
                server.leave(connection, who, 1 + who % 4)
        threads = [threading.Thread(target=one, args=(who,)) for who in range(2, 9)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        counts = settled(running.data, 350)
        assert counts["different"] == 0 and counts["equal"] == 350, counts


def test_connections_are_kept(site):
    """Also by calls that write: ports must not run out at thousands of calls a second."""
    with server.running(site.copy()) as other, site.shadowed(url(other)) as running:
        connection = running.connect()
        asked = sum(len(calls(connection)) for _ in range(5))
        counts = settled(running.data, asked)
        text = server.ask(other.connect(), "GET", "/metrics").text
        accepted = int(text.split("\njoinery_http_connections_accepted_total ")[1].split("\n")[0])
        assert counts["equal"] == asked and accepted < asked / 10, (counts, accepted)


def test_differences_are_reported_without_secrets(site):
    secret = "a-token-that-nobody-may-see-0001"
    token = {"kind": "token", "token": secret, "user_id": 2, "scope": "write", "active": True}
    ban = {"kind": "membership", "group_id": 1, "user_id": 2, "state": "banned"}
    server.joinery(site.before, "import", "-", text=server.lines([token]))
    report = site.path + "/report"
    with server.running(site.copy([ban])) as other, site.shadowed(url(other), "--shadow-report", report) as running:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"}
        assert server.ask(running.connect(), "POST", "/v3/groups/1/members", "{}", headers).status == 201
        assert settled(running.data, 1)["different"] == 1
    text = pathlib.Path(report).read_text()
    line = json.loads(text)
    kinds = {d["kind"]: (d["left"], d["right"]) for d in line["differences"] if d["kind"] != "field"}
    assert kinds == {"status": ("201", "403"), "outcome": ("joined", line["other"]["outcome"])}, line
    assert line["exchange"]["operation"] == "group_join" and secret not in text, text
    assert os.stat(report).st_mode & 0o777 == 0o600


def test_a_reply_without_a_body_is_reported_with_its_location(site):
    report = site.path + "/locations"
    with server.running(site.copy([])) as other, site.shadowed(url(other), "--shadow-report", report) as running:
        server.joinery(other.data, "user", "suspend", "user2")
        headers = {"Content-Type": "application/json", "X-Auth-Token": "tok2"}
        connection = running.connect()
        made = [server.ask(connection, "POST", "/groups", '{"name":"Made","type":"team"}', headers) for _ in range(20)]
        assert settled(running.data, len(made))["different"] == len(made)
    told = [json.loads(line)["exchange"]["location"] for line in pathlib.Path(report).read_text().splitlines()]
    assert told == [reply.headers["Location"] for reply in made], told


def test_switch_and_percent(site):
    with server.running(site.copy()) as other, site.shadowed(url(other)) as running:
        connection = running.connect()
        assert json.loads(server.joinery(running.data, "shadow", "off"))["on"] is False
        calls(connection, 2)
        counts = status(running.data)
        assert counts["equal"] == counts["different"] == counts["dropped"] == counts["held"] == 0, counts
        server.joinery(running.data, "shadow", "on")
        server.join_legacy(connection, 8, 1)
        assert settled(running.data, 1)["equal"] == 1
        done = subprocess.run([server.JOINERY, "--data", running.data, "shadow", "maybe"], capture_output=True)
        assert done.returncode == 1, done
    with server.running(site.copy()) as other, site.shadowed(url(other), "--shadow-percent", "50") as running:
        asked = len(calls(running.connect(), 4))
        counts = settled(running.data, asked)
        compared = counts["equal"] + counts["different"]  # lists differ: the others' joins were left out
        assert counts["left_out"] > 0 and compared > 0 and compared + counts["left_out"] == asked, counts
    done = subprocess.run([server.JOINERY, "--data", site.before, "shadow", "status"], capture_output=True, text=True)
    assert done.returncode == 1 and "no server with --shadow" in done.stderr, done


def test_a_shadow_of_itself_is_no_circle(site):
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    for extra in [], ["--shadow-answers"]:
        with site.shadowed(f"http://{address}", "--listen", address, *extra) as running:
            server.join_legacy(running.connect(), 2, 1)
            counts = settled(running.data, 2)
            assert counts["left_out"] == counts["equal"] + counts["different"] == 1, counts


def test_answers_need_a_shadow(site):
    done = subprocess.run([server.JOINERYD, "--data", site.copy(), "--listen", "127.0.0.1:0", "--shadow-answers"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "--shadow" in done.stderr, done


def test_hosts_are_refused(site):
    for host in ["http://192.0.2.1", "http://[2001:db8::1]"]:
        done = subprocess.run([server.JOINERYD, "--data", site.copy(), "--listen", "127.0.0.1:0", "--shadow", host],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 1 and "--i-own-this-host" in done.stderr, done
    done = subprocess.run([server.JOINERYD, "--shadow", "ftp://x"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2, done


def test_a_report_is_a_file(site):
    pipe = site.path + "/pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    for name in pipe, "/dev/full":
        done = subprocess.run([server.JOINERYD, "--data", site.copy(), "--listen", "127.0.0.1:0", "--shadow",
                               "http://127.0.0.1:9", "--shadow-report", name], capture_output=True, text=True, timeout=60)
        assert done.returncode == 1 and f"{name}: it is no file" in done.stderr, done
    os.close(reader)


class Hostile:
    """Another system that does to each connection what `act` does."""

    def __init__(self, act, family=socket.AF_INET):
        self.act = act
        self.listener = socket.create_server(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0), family=family)
        self.over = threading.Event()
        self.seen = 0

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        return self

    def __exit__(self, *_):
        self.over.set()
        self.listener.close()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.seen += 1
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with contextlib.suppress(OSError), connection:
            self.act(self, connection)


def read_head(connection):
    text = b""
    while b"\r\n\r\n" not in text:
        more = connection.recv(65536)
        if not more:
            raise OSError
        text += more


def silent(hostile, connection):
    hostile.over.wait(60)


def slow(hostile, connection):
    read_head(connection)
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello":
        if hostile.over.wait(0.05):
            return
        connection.send(bytes([byte]))


def closing(_, connection):
    read_head(connection)


def garbage(_, connection):
    read_head(connection)
    connection.sendall(os.urandom(4096))


def half(_, connection):
    read_head(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")


def endless_body(hostile, connection):
    read_head(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not hostile.over.is_set():
        connection.sendall(b"[" * 65536)


def endless_head(hostile, connection):
    read_head(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not hostile.over.is_set():
        connection.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")


def endless_continue(hostile, connection):
    read_head(connection)
    while not hostile.over.is_set():
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def deep(_, connection):
    read_head(connection)
    body = b"[" * 2000 + b"]" * 2000
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


def bomb(_, connection):
    read_head(connection)
    body = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'">]><rsp a="' + b"&b;" * 1000 + b'"/>'
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


def redirecting(_, connection):
    read_head(connection)
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n")


def resident(process):
    return int(pathlib.Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def test_hostile_sides_change_nothing(site):
    with server.running(site.copy()) as plain:
        wanted = calls(plain.connect(), 6)
    for act, result in [(silent, "late"), (slow, "late"), (closing, "failed"), (garbage, "failed"), (half, "failed"),
                        (endless_body, "failed"), (endless_head, "failed"), (endless_continue, None),
                        (deep, "different"), (bomb, "different"), (redirecting, "different")]:
        with Hostile(act) as hostile, site.shadowed(hostile.url, "--shadow-deadline", "300") as running:
            before = resident(running.process)
            assert calls(running.connect(), 6) == wanted, act
            server.joinery(running.data, "shadow", "status")
            end = time.monotonic() + 30
            while result and status(running.data)[result] == 0:
                assert time.monotonic() < end, (act, status(running.data))
                time.sleep(0.02)
            assert resident(running.process) - before < BODY_MAX or "asan" in server.JOINERYD, act
            assert status(running.data)["equal"] == 0, act


def closes_unsaid(_, connection):
    """Answers, and closes without having said so."""
    read_head(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


def continuing(_, connection):
    while True:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nX-Outcome: no\r\n\r\n"
                           b"HTTP/1.1 418 No\r\nX-Outcome: yes\r\nContent-Length: 2\r\n\r\n{}")


def no_tls(_, connection):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 400 Bad\r\n\r\n")


def certified(path):
    """Speaks TLS by a certificate that nobody knows."""
    name = path + "/certificate"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", name, "-out", name + ".pem", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(name + ".pem", name)

    def act(_, connection):
        with context.wrap_socket(connection, server_side=True) as wrapped:
            closes_unsaid(_, wrapped)
    return act


def test_other_addresses_and_tls(site):
    """An IPv6 address, a name of two of which one is closed, TLS spoken by one side only, an unknown certificate."""
    for act, family, address, result in [
            (continuing, socket.AF_INET6, "http://[::1]:PORT", "different"),
            (continuing, socket.AF_INET, "http://localhost:PORT", "different"),
            (continuing, socket.AF_INET6, "http://localhost:PORT", "different"),
            (no_tls, socket.AF_INET, "https://127.0.0.1:PORT", "failed"),
            (certified(site.path), socket.AF_INET, "https://127.0.0.1:PORT", "failed")]:
        if "localhost" in address and family == socket.AF_INET6 and not any(
                found[0] == family for found in socket.getaddrinfo("localhost", 80)):
            continue
        with Hostile(act, family) as other:
            where = address.replace("PORT", other.url.rsplit(":", 1)[1])
            with site.shadowed(where, "--shadow-report", site.path + "/addresses") as running:
                assert server.join_v3(running.connect(), 2, 1).status == 201
                counts = settled(running.data, 1)
                assert counts[result] == 1 and other.seen > 0, (where, counts)
    lines = [json.loads(line) for line in pathlib.Path(site.path + "/addresses").read_text().splitlines()]
    assert {line["other"]["outcome"] for line in lines} == {"yes"} and {line["other"]["status"] for line in lines} == {418}


def test_long_bodies_are_equal(site):
    with server.running(site.copy()) as other, site.shadowed(url(other)) as running:
        text = json.dumps({"name": "Long", "description": "ä " * 2000})
        group = json.loads(server.ask(running.connect(), "POST", "/v3/groups", text, bearer(1)).text)["id"]
        server.ask(running.connect(), "GET", f"/v3/groups/{group}", None, bearer(1))
        server.ask(running.connect(), "POST", "/v3/groups", '{"name":"' + "x" * 60000 + '"}', bearer(1))
        server.ask(running.connect(), "POST", "/v3/groups", "[" * 60000, bearer(1))
        counts = settled(running.data, 4)
        assert counts["equal"] == 4, counts


def test_a_side_that_dies_changes_nothing(site):
    """It is killed with connections open; nor does one that closes each connection without a word."""
    with server.running(site.copy()) as plain:
        wanted = calls(plain.connect(), 3) + calls(plain.connect(), 3)
    other = server.Server(site.copy())
    with contextlib.ExitStack() as after, site.shadowed(url(other)) as running:
        after.callback(other.kill)
        found = calls(running.connect(), 3)
        other.kill()
        assert found + calls(running.connect(), 3) == wanted
        counts = settled(running.data, len(wanted))
        assert counts["equal"] + counts["failed"] == len(wanted) and counts["failed"] > 0, counts
    with Hostile(closes_unsaid) as hostile, site.shadowed(hostile.url) as running:
        assert calls(running.connect(), 3) + calls(running.connect(), 3) == wanted
        counts = settled(running.data, len(wanted))
        assert counts["different"] + counts["failed"] == len(wanted), counts


def test_switching_under_load(site):
    """Every client is answered as without a shadow, with and without the other's answers, and nothing stays behind."""
    for options in [(), ("--shadow-answers",)]:
        with server.running(site.copy()) as other, site.shadowed(url(other), *options) as running:
            statuses = []
            asked = threading.Event()

            def one(who):
                connection = running.connect()
                while not asked.is_set():
                    statuses.append(server.join_v3(connection, who, 1 + who % 4).status)
            threads = [threading.Thread(target=one, args=(who,)) for who in range(2, 9)]
            for thread in threads:
                thread.start()
            for turn in range(20):
                server.joinery(running.data, "shadow", "off" if turn % 2 == 0 else "on")
            asked.set()
            for thread in threads:
                thread.join()
            assert set(statuses) <= {200, 201} and len(statuses) > 7, set(statuses)
            counts = settled(running.data, 0)
            assert counts["held"] == 0, counts


def test_stop_with_a_full_queue(site):
    """What is under way at a silent side is waited for no longer than a moment, whatever its deadline is."""
    with Hostile(silent) as hostile, \
            site.shadowed(hostile.url, "--shadow-queue", "10", "--shadow-deadline", "60000") as running:
        calls(running.connect(), 4)
        assert status(running.data)["held"] == 10
        begun = time.monotonic()
        running.process.terminate()
        running.process.wait(timeout=server.START_SECONDS)
        assert time.monotonic() - begun < 30
    log = pathlib.Path(running.data + ".log").read_text()
    assert '"dropped":20,' in log.rsplit("shadow: {", 1)[1], log[-2000:]


def test_full_queue_drops_and_counts(site):
    with Hostile(silent) as hostile, site.shadowed(hostile.url, "--shadow-queue", "5", "--shadow-deadline", "60000") as r:
        asked = len(calls(r.connect(), 4))
        counts = status(r.data)
        assert counts["held"] == 5 and counts["dropped"] == asked - 5, counts
        hostile.over.set()
        server.joinery(r.data, "shadow", "off")
        counts = settled(r.data, asked)
        assert counts["dropped"] + counts["failed"] == asked, counts


def test_stop_does_not_wait_for_the_queue(site):
    with Hostile(silent) as hostile, site.shadowed(hostile.url, "--shadow-deadline", "500") as running:
        calls(running.connect(), 4)
        hostile_seen = hostile.seen
    assert hostile_seen <= 32


def main():
    with server.folder() as path:
        server.run_tests(globals(), Site(path))


if __name__ == "__main__":
    main()
