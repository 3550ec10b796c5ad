"""joineryd --shadow-answers: clients get the other system's answer as it came, and this server's where there is none in
time; both states take each call once."""
import contextlib
import json
import socket
import threading
import time

import server
import shadow

DEADLINE_MS = 400
SECONDS_BESIDE = 20  # a sanitized program on a busy machine; far from the deadlines that must not be waited for
LONG_MS = "60000"


def answering(site, url, *options):
    return site.shadowed(url, "--shadow-answers", *options)


def saying(head, body=b""):
    """An act for each connection: one request, this reply."""
    def act(_, connection):
        shadow.read_head(connection)
        connection.sendall(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n" + body)
    return act


def asked(running, method="GET", path="/v3/groups/1", body=None, headers=None):
    """Status, reason, headers in their order, body as bytes."""
    connection = running.connect()
    connection.request(method, path, body, headers or shadow.bearer(1))
    reply = connection.getresponse()
    found = (reply.status, reply.reason, reply.getheaders(), reply.read())
    connection.close()
    return found


def test_bytes_are_the_others(site):
    body = bytes(range(256))
    headers = [("Content-Type", "text/odd; x=1"), ("ETag", '"7"'), ("Link", "<a>; rel=next"), ("Location", "/there"),
               ("Retry-After", "9"), ("WWW-Authenticate", "Bearer one"), ("WWW-Authenticate", "Basic two"),
               ("X-Outcome", "teapot"), ("X-Empty", ""), ("Date", "Thu, 01 Jan 2004 00:00:00 GMT")]
    of_connection = "Keep-Alive: timeout=5\nConnection: close, X-Hop\nX-Hop: 1\nTE: x\nUpgrade: y\nProxy-Connection: z\n"
    text = "HTTP/1.1 418 Short and stout\n" + "".join(f"{n}: {v}\n" for n, v in headers) + of_connection
    chunks = b"5\r\n" + body[:5] + b"\r\n%x\r\n" % (len(body) - 5) + body[5:] + b"\r\n0\r\n\r\n"
    for head, sent in [(text + f"Content-Length: {len(body)}\n", body), (text + "Transfer-Encoding: chunked\n", chunks),
                       (text, body), ("HTTP/1.1 100 Continue\nX-Not: this\n\n" + text, body)]:
        with shadow.Hostile(saying(head, sent)) as other, answering(site, other.url, "--cors", "none") as running:
            for method in ["GET", "PATCH"]:
                found = asked(running, method, body='{"name":"x"}' if method == "PATCH" else None)
                assert found == (418, "Short and stout", headers + [("Content-Length", str(len(body)))], body), found
            counts = shadow.settled(running.data, 2)
            assert counts["different"] == 2 and counts["answered_there"] == 2 and counts["answers"] is True, counts


def test_bare_replies(site):
    for head, body, wanted in [("HTTP/1.1 200 \n", b"{}", (200, "", b"{}")), ("HTTP/1.1 204 None\n", b"", (204, "None", b"")),
                               ("HTTP/1.1 304 Same\nETag: x\n", b"", (304, "Same", b"")),
                               ("HTTP/1.1 500 Oh\nContent-Length: 0\n", b"", (500, "Oh", b""))]:
        with shadow.Hostile(saying(head, body)) as other, answering(site, other.url) as running:
            status, reason, headers, found = asked(running)
            assert (status, reason, found) == wanted, (status, reason, found)
            names = [name for name, _ in headers]
            assert "Content-Type" not in names and "X-Outcome" not in names, headers


def test_other_sites_are_judged_here(site):
    act = saying("HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://theirs.example\nContent-Length: 0\n")
    with shadow.Hostile(act) as other, answering(site, other.url, "--cors", "https://ours.example") as running:
        headers = dict(asked(running, headers={**shadow.bearer(1), "Origin": "https://ours.example"})[2])
        assert headers["Access-Control-Allow-Origin"] == "https://ours.example", headers


def test_both_states_take_each_call(site):
    with server.running(site.copy()) as other, answering(site, shadow.url(other)) as running:
        connection = running.connect()
        count = len(shadow.calls(connection))
        group = json.loads(server.ask(connection, "POST", "/v3/groups", '{"name":"Newcomers"}', shadow.bearer(1)).text)
        server.join_v3(connection, 3, group["id"])
        counts = shadow.settled(running.data, count + 2)
        assert counts["equal"] == counts["answered_there"] == count + 2 and counts["answered_here"] == 0, counts
        metrics = server.ask(connection, "GET", "/metrics").text
        assert f'joinery_shadow_answers_total{{from="there"}} {count + 2}\n' in metrics, metrics[-2000:]
    assert server.memberships(running.data) == server.memberships(other.data)


def test_another_state_is_answered_from_there(site):
    ban = {"kind": "membership", "group_id": 1, "user_id": 2, "state": "banned"}
    with server.running(site.copy([ban])) as other, answering(site, shadow.url(other)) as running:
        reply = server.join_v3(running.connect(), 2, 1)
        assert reply.status == 403, reply.status
        counts = shadow.settled(running.data, 1)
        assert counts["different"] == counts["answered_there"] == 1, counts


def test_what_stays_here(site):
    """What has no answer to compare never leaves."""
    with shadow.Hostile(shadow.silent) as other, answering(site, other.url, "--shadow-deadline", LONG_MS) as running:
        connection = running.connect()
        for method, path in [("HEAD", "/v3/groups/1"), ("OPTIONS", "/v3/groups/1"), ("GET", "/metrics"), ("GET", "/readyz"),
                             ("GET", "/group/group-1"), ("GET", "/v3/groups/1/changes?wait=1&after=999")]:
            server.ask(connection, method, path, None, shadow.bearer(1))
        counts = shadow.status(running.data)
        assert other.seen == 0 and counts["answered_here"] == 0 and counts["held"] == 0, (other.seen, counts)


def test_hostile_sides_are_replaced(site):
    with server.running(site.copy()) as plain:
        wanted = shadow.calls(plain.connect(), 2)
    for act, result in [(shadow.silent, "late"), (shadow.slow, "late"), (shadow.closing, "failed"),
                        (shadow.garbage, "failed"), (shadow.half, "failed"), (shadow.endless_body, "failed"),
                        (shadow.endless_head, "failed"), (shadow.endless_continue, None)]:
        with shadow.Hostile(act) as other, answering(site, other.url, "--shadow-deadline", str(DEADLINE_MS)) as running:
            begun = time.monotonic()
            assert shadow.calls(running.connect(), 2) == wanted, act
            assert time.monotonic() - begun < len(wanted) * DEADLINE_MS / 1000 + SECONDS_BESIDE, act
            counts = shadow.settled(running.data, len(wanted))
            assert counts["answered_here"] == len(wanted) and counts["answered_there"] == 0, (act, counts)
            assert result is None or counts[result] > 0, (act, counts)


def test_what_comes_unasked_answers_nobody(site):
    """A second answer behind the first, on a connection that is kept, would be somebody else's."""
    sent = threading.Event()

    def speaking(_, connection):
        while True:
            shadow.read_head(connection)
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"mine": 1}')
            time.sleep(0.05)  # or both come at once, which closes the connection
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"others": 2}')
            sent.set()

    with shadow.Hostile(speaking) as other, answering(site, other.url, "--shadow-deadline", LONG_MS) as running:
        connection = running.connect()
        for _ in range(6):
            text = server.ask(connection, "GET", "/v3/groups/1", None, shadow.bearer(1)).text
            assert "others" not in text, text
            if "mine" in text:
                sent.wait(60)
                sent.clear()
        assert shadow.settled(running.data, 6)["failed"] > 0


def test_unreachable_side_is_replaced(site):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with answering(site, f"http://127.0.0.1:{port}", "--shadow-deadline", LONG_MS) as running:
        assert server.join_v3(running.connect(), 2, 1).status == 201
        counts = shadow.settled(running.data, 1)
        assert counts["failed"] == counts["answered_here"] == 1, counts


class Held:
    """A client on a connection of its own, in a thread, that waits for its answer."""

    def __init__(self, running, who=2):
        self.status = None
        self.close = None
        self.thread = threading.Thread(target=self.ask, args=(running, who))
        self.thread.start()

    def ask(self, running, who):
        reply = server.join_v3(running.connect(), who, 1)
        self.close = reply.getheader("Connection")
        self.status = reply.status

    def answered(self):
        self.thread.join(SECONDS_BESIDE)
        return self.status


def until_held(running, count):
    end = time.monotonic() + SECONDS_BESIDE
    while shadow.status(running.data)["held"] != count:
        assert time.monotonic() < end, shadow.status(running.data)
        time.sleep(0.02)


def test_off_answers_at_once(site):
    with shadow.Hostile(shadow.silent) as other, answering(site, other.url, "--shadow-deadline", LONG_MS) as running:
        clients = [Held(running, who) for who in range(2, 8)]
        until_held(running, len(clients))
        server.joinery(running.data, "shadow", "off")
        assert [client.answered() for client in clients] == [201] * len(clients)
        assert server.join_v3(running.connect(), 8, 1).status == 201
        assert shadow.status(running.data)["answered_here"] == len(clients)
        other.over.set()


def test_stop_answers_at_once(site):
    with shadow.Hostile(shadow.silent) as other, answering(site, other.url, "--shadow-deadline", LONG_MS) as running:
        clients = [Held(running, who) for who in range(2, 8)]
        until_held(running, len(clients))
        threading.Timer(2, other.over.set).start()  # what is under way ends before the program does
    assert [client.answered() for client in clients] == [201] * len(clients)
    assert {client.close for client in clients} <= {"close", None}
    assert len(server.memberships(running.data)) >= len(clients)


def test_client_leaves(site):
    with shadow.Hostile(shadow.slow) as other, answering(site, other.url, "--shadow-deadline", "1000") as running:
        for who in range(2, 8):
            connection = running.connect()
            connection.request("POST", "/v3/groups/1/members", "{}", shadow.bearer(who))
            until_held(running, who - 1)
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.close()
        assert shadow.settled(running.data, 6)["held"] == 0
        assert server.ask(running.connect(), "GET", "/readyz").status == 200


def test_full_queue_answers_at_once(site):
    with shadow.Hostile(shadow.silent) as other, \
            answering(site, other.url, "--shadow-deadline", LONG_MS, "--shadow-queue", "2") as running:
        clients = [Held(running, who) for who in (2, 3)]
        until_held(running, 2)
        assert [server.join_v3(running.connect(), who, 1).status for who in (4, 5)] == [201, 201]
        counts = shadow.status(running.data)
        assert counts["dropped"] == counts["answered_here"] == 2, counts
        server.joinery(running.data, "shadow", "off")
        assert [client.answered() for client in clients] == [201, 201]
        other.over.set()


def test_many_connections(site):
    with server.running(site.copy()) as other, answering(site, shadow.url(other), "--shadow-deadline", LONG_MS) as running:
        statuses = []

        def one(number):
            connection = running.connect()
            for _ in range(5):
                reply = server.ask(connection, "GET", f"/v3/groups/{1 + number % 4}", None, shadow.bearer(1 + number % 8))
                statuses.append(reply.status)
            connection.close()
        threads = [threading.Thread(target=one, args=(number,)) for number in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert statuses == [200] * 320, statuses
        counts = shadow.settled(running.data, 320)
        assert counts["equal"] == counts["answered_there"] == 320, counts


class Counting:
    """Keeps connections and answers the first request of each; from the second on it reads and hangs up."""

    def __init__(self):
        self.lines = []

    def __call__(self, _, connection):
        for number in range(2):
            with contextlib.closing(connection.makefile("rb")) as file:
                line = file.readline()
                length = 0
                while (header := file.readline().strip()):
                    name, _, value = header.partition(b":")
                    length = int(value) if name.lower() == b"content-length" else length
                file.read(length)
            if not line:
                return
            self.lines.append(line)
            if number == 0:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


def test_a_write_is_sent_once(site):
    """Also where a connection that was kept proves dead: legacy calls write by GET, too."""
    count = Counting()
    with shadow.Hostile(count) as other, answering(site, other.url) as running:
        connection = running.connect()
        for i in range(10):
            server.ask(connection, "GET", f"/v3/groups/{i}", None, shadow.bearer(1))
            server.join_v3(connection, 2, 1)
            server.leave(connection, 2, 1)
            connection.request("GET", f"/services/rest/?method=group.join&api_key=key00&token=tok3&group_id={1 + i % 4}")
            connection.getresponse().read()
        shadow.settled(running.data, 40)
    writes = [line for line in count.lines if not line.startswith(b"GET /v3")]
    assert len(writes) == 30, len(writes)


def main():
    with server.folder() as path:
        server.run_tests(globals(), shadow.Site(path))


if __name__ == "__main__":
    main()
