"""Requests that wait for changes: woken by each dialect's commits, by none of another group's, bounded, and let go at
their deadline, at the stop, and with a token that is good no more."""
import concurrent.futures
import http.client
import json
import signal
import threading
import time
import unittest

import server as live

PEOPLE = 60
GROUPS = 3
LONG = 30  # seconds: nobody waits them out here
OPERATOR = {"Authorization": "Bearer operator"}


def state():
    return live.people(PEOPLE, GROUPS).replace(
        '{"kind":"group"', live.lines([{"kind": "token", "token": "operator", "user_id": 2, "scope": "operator",
                                        "active": True}]) + '{"kind":"group"', 1)


def bearer(who):
    return {"Authorization": f"Bearer tok{who}"}


class Poll:
    """One request for changes in a thread of its own."""

    def __init__(self, server, path, headers):
        self.connection = server.connect(timeout=120)
        self.pool = concurrent.futures.ThreadPoolExecutor(1)
        self.started = time.monotonic()
        self.future = self.pool.submit(self.ask, path, headers)

    def ask(self, path, headers):
        response = live.ask(self.connection, "GET", path, None, headers)
        response.seconds = time.monotonic() - self.started
        return response

    def wait(self):
        try:
            return self.future.result(timeout=100)
        finally:
            self.connection.close()
            self.pool.shutdown()


class FeedWait(unittest.TestCase):
    def setUp(self):
        self.data = self.enterContext(live.folder()) + "/data"
        live.joinery(self.data, "import", "-", text=state())

    def serve(self, *options):
        self.server = self.enterContext(live.running(self.data, "--threads", "3", *options))
        self.connection = self.server.connect()
        self.addCleanup(self.connection.close)

    def poll(self, group=None, after=0, wait=LONG, headers=None):
        path = f"/v3/groups/{group}/changes" if group else "/v3/changes"
        return Poll(self.server, f"{path}?after={after}&wait={wait}", headers or (bearer(1) if group else OPERATOR))

    def figure(self, name):
        text = live.ask(self.connection, "GET", "/metrics").text
        return next(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))

    def until_waiting(self, count):
        while self.figure("joinery_feed_waiting ") < count:
            pass

    def test_each_commit_wakes_who_waits_for_it(self):
        self.serve()
        after = 0
        for who in range(2, 8):
            polls = [self.poll(after=after), self.poll(1, after)]
            self.until_waiting(2)
            self.assertEqual(live.join_v3(self.connection, who, 1).status, 201)
            for poll in polls:
                response = poll.wait()
                changes = json.loads(response.text)["data"]
                self.assertEqual([change["user_id"] for change in changes], [who])
                self.assertLess(response.seconds, LONG)
            after = changes[-1]["seq"]
        self.assertEqual(self.figure("joinery_feed_waiting "), 0)

    def test_what_is_there_already_is_not_waited_for(self):
        self.serve()
        live.join_v3(self.connection, 2, 1)
        self.assertEqual(len(json.loads(self.poll(1).wait().text)["data"]), 1)

    def test_a_quiet_group_sleeps_while_another_is_busy(self):
        self.serve()
        quiet = self.poll(2)
        self.until_waiting(1)
        for who in range(2, 20):
            live.join_v3(self.connection, who, 1)
        self.assertFalse(quiet.future.done())
        live.join_legacy(self.connection, 2, 2)
        self.assertEqual([c["group_id"] for c in json.loads(quiet.wait().text)["data"]], [2])

    def test_the_deadline_answers_with_nothing(self):
        self.serve()
        response = self.poll(1, wait=1).wait()
        body = json.loads(response.text)
        self.assertEqual((response.status, body["data"], body["meta"]["last_seq"]), (200, [], 0))
        self.assertGreaterEqual(response.seconds, 1)
        self.assertEqual(self.figure("joinery_feed_waiting "), 0)

    def test_head_and_wait_0_do_not_wait(self):
        self.serve()
        self.assertEqual(json.loads(self.poll(1, wait=0).wait().text)["data"], [])
        response = live.ask(self.connection, "HEAD", f"/v3/groups/1/changes?wait={LONG}", None, bearer(1))
        self.assertEqual(response.status, 200)

    def test_no_more_wait_than_may(self):
        self.serve("--max-waiting", "2")
        polls = [self.poll(1), self.poll(1)]
        self.until_waiting(2)
        self.assertEqual(json.loads(self.poll(1).wait().text)["data"], [])
        self.assertEqual(self.figure("joinery_feed_waits_refused_total "), 1)
        live.join_v3(self.connection, 2, 1)
        for poll in polls:
            self.assertEqual(len(json.loads(poll.wait().text)["data"]), 1)

    def test_the_stop_answers_everybody(self):
        self.serve()
        polls = [self.poll(1 + i % GROUPS) for i in range(12)]
        self.until_waiting(12)
        self.server.process.send_signal(signal.SIGTERM)
        for poll in polls:
            response = poll.wait()
            self.assertEqual((response.status, json.loads(response.text)["data"]), (200, []))
            self.assertEqual(response.getheader("Connection"), "close")
        self.assertEqual(self.server.process.wait(timeout=60), 0)

    def test_a_token_that_was_revoked_meanwhile_sees_nothing(self):
        self.serve()
        poll = self.poll(1, headers=bearer(1))
        self.until_waiting(1)
        live.joinery(self.data, "user", "suspend", "user1")
        live.join_v3(self.connection, 2, 1)
        self.assertEqual(poll.wait().status, 403)

    def test_a_command_wakes_too(self):
        self.serve()
        poll = self.poll()
        self.until_waiting(1)
        live.joinery(self.data, "user", "suspend", "user3")
        self.assertEqual(json.loads(poll.wait().text)["data"][0]["type"], "user_suspended")

    def test_the_rate_limit_is_taken_once(self):
        self.serve("--rate-limit-token", "2")
        poll = self.poll(1)
        self.until_waiting(1)
        for who in range(2, 6):
            live.join_v3(self.connection, who, 2)
        live.join_v3(self.connection, 6, 1)
        self.assertEqual(len(json.loads(poll.wait().text)["data"]), 1)
        self.assertEqual(live.ask(self.connection, "GET", "/v3/groups/1", None, bearer(1)).status, 200)

    def test_who_left_is_no_harm(self):
        self.serve()
        gone = http.client.HTTPConnection("127.0.0.1", self.server.port)
        gone.request("GET", f"/v3/groups/1/changes?wait={LONG}", None, bearer(1))
        self.until_waiting(1)
        gone.close()
        live.join_v3(self.connection, 2, 1)
        while self.figure("joinery_feed_waiting "):
            pass

    def test_followers_miss_nothing_and_see_nothing_twice(self):
        self.serve()
        expected = 3 * (PEOPLE - 1)

        def follow(path, headers):
            connection, after, seen = self.server.connect(), 0, []
            while len(seen) < expected:
                response = live.ask(connection, "GET", f"{path}?after={after}&wait={LONG}&limit=7", None, headers)
                body = json.loads(response.text)
                seen += body["data"]
                after = body["meta"]["last_seq"]
            connection.close()
            return seen

        def work(first):
            connection = self.server.connect()
            for who in range(first, PEOPLE + 1, 4):
                live.join_v3(connection, who, 1)
                live.leave(connection, who, 1)
                live.join_legacy(connection, who, 1)
            connection.close()

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            followers = [pool.submit(follow, "/v3/changes", OPERATOR),
                         pool.submit(follow, "/v3/groups/1/changes", bearer(1))]
            workers = [threading.Thread(target=work, args=(first,)) for first in range(2, 6)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            for follower in followers:
                numbers = [change["seq"] for change in follower.result(timeout=100)]
                self.assertEqual(numbers, list(range(1, expected + 1)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
