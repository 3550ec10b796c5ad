"""Rate limits through real sockets: who is counted, what is free, what is said, and that no thread lets one more
through."""
import concurrent.futures
import json
import time
import unittest

import server as live

LIMIT = 20
PEOPLE = 4
FAR = {"X-Forwarded-For": "192.0.2.1"}


def bearer(who):
    return {"Authorization": f"Bearer tok{who}"}


def legacy(connection, **parameters):
    return live.ask(connection, "GET", "/services/rest/?" + "&".join(f"{k}={v}" for k, v in parameters.items()))


class Rates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = live.folder()
        cls.data = cls.enterClassContext(folder) + "/data"
        live.joinery(cls.data, "import", "-", text=live.people(PEOPLE, 1))

    def serve(self, *options):
        server = self.enterContext(live.running(self.data, "--threads", "4", *options))
        self.server = server
        connection = server.connect()
        self.addCleanup(connection.close)
        return connection

    def refusal(self, response, shared=True):
        """What every 429 says, in any dialect; `shared`: scripts of other sites may read it."""
        self.assertEqual((response.status, response.outcome), (429, "rate_limited"))
        wait = int(response.getheader("Retry-After"))
        self.assertTrue(1 <= wait <= 60)
        self.assertAlmostEqual(int(response.getheader("X-RateLimit-Reset")), time.time() + wait, delta=2)
        self.assertEqual(response.getheader("X-RateLimit-Window"), "60")
        self.assertEqual(response.getheader("Access-Control-Allow-Origin"), "*" if shared else None)
        return wait

    def test_without_limits_nothing_is_said_of_them(self):
        response = live.ask(self.serve(), "GET", "/v3/groups/1")
        self.assertEqual([h for h in response.headers if h.lower().startswith("x-ratelimit")], [])

    def test_an_address_has_its_bucket_in_every_dialect(self):
        connection = self.serve("--rate-limit-address", "4", "--trusted-proxy", "127.0.0.1")
        for path, status in [("/v3/groups/1", 200), ("/groups/1", 401), ("/services/rest/?method=nothing", 404),
                             ("/sign-in", 200)]:
            response = live.ask(connection, "GET", path)
            self.assertEqual((path, response.status), (path, status))
            self.assertEqual(response.getheader("X-RateLimit-Limit"), "4")
            self.assertEqual(response.getheader("X-RateLimit-Tier"), "guest")
        for path in "/v3/groups/1", "/groups/1", "/services/rest/?method=group.join", "/sign-in":
            self.refusal(live.ask(connection, "GET", path), path != "/sign-in")
        self.assertEqual(live.ask(connection, "GET", "/v3/groups/1", None, FAR).status, 200)
        self.assertEqual(live.ask(connection, "GET", "/v3/me", None, bearer(1)).getheader("X-RateLimit-Limit"), None)

    def test_what_is_free_stays_free(self):
        connection = self.serve("--rate-limit-address", "1")
        self.assertEqual(live.ask(connection, "GET", "/v3/groups/1").status, 200)
        for method, path, status in [("OPTIONS", "/v3/groups/1", 204), ("HEAD", "/robots.txt", 200),
                                     ("GET", "/healthz", 200), ("GET", "/metrics", 200),
                                     ("GET", "/crossdomain.xml", 200), ("GET", "/v3/nothing", 404),
                                     ("DELETE", "/v3/ping", 405)]:
            for _ in range(3):
                response = live.ask(connection, method, path)
                self.assertEqual((path, response.status), (path, status))
        self.refusal(live.ask(connection, "GET", "/v3/groups/1"))
        self.refusal(live.ask(connection, "POST", "/v3/groups", "x", {"Content-Type": "text/plain"}))

    def test_a_bad_token_takes_from_its_address(self):
        connection = self.serve("--rate-limit-address", "2", "--rate-limit-token", "2")
        for _ in range(2):
            self.assertEqual(live.ask(connection, "GET", "/v3/groups/1", None, bearer(99)).status, 401)
        self.refusal(live.ask(connection, "GET", "/v3/groups/1", None, bearer(99)))
        self.refusal(live.ask(connection, "GET", "/v3/groups/1"))
        self.assertEqual(live.ask(connection, "GET", "/v3/groups/1", None, bearer(1)).status, 200)

    def test_a_refused_request_changes_nothing(self):
        connection = self.serve("--rate-limit-token", "1")
        self.assertEqual(live.ask(connection, "GET", "/v3/groups/1", None, bearer(2)).status, 200)
        self.refusal(live.join_v3(connection, 2, 1))
        self.assertEqual(live.ask(connection, "GET", "/v3/groups/1/members/2", None, bearer(3)).status, 404)

    def test_a_legacy_call_takes_from_token_and_application(self):
        connection = self.serve("--rate-limit-token", "3", "--rate-limit-application", "5")
        call = {"method": "group.getInfo", "api_key": "key00", "group_id": 1}
        for limit in "3", "3", "3":
            response = legacy(connection, **call, token="tok1")
            self.assertEqual(response.status, 200, response.text)
            self.assertEqual(response.getheader("X-RateLimit-Limit"), limit)
            self.assertEqual(response.getheader("X-RateLimit-Tier"), "free")
        self.refusal(legacy(connection, **call, token="tok1"))  # and is given back to its application
        for who in 2, 3:
            self.assertEqual(legacy(connection, **call, token=f"tok{who}").getheader("X-RateLimit-Limit"), "5")
        self.refusal(legacy(connection, **call, token="tok4"))
        self.refusal(legacy(connection, **call))
        self.assertEqual(live.ask(connection, "GET", "/v3/groups/1", None, bearer(4)).status, 200)

    def test_threads_let_exactly_the_limit_through(self):
        self.serve("--rate-limit-token", str(LIMIT))

        def ask_often(_):
            connection = self.server.connect()
            found = [live.ask(connection, "GET", "/v3/groups/1", None, bearer(1)).status for _ in range(LIMIT)]
            connection.close()
            return found

        started = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            found = [status for statuses in pool.map(ask_often, range(8)) for status in statuses]
        refilled = int((time.monotonic() - started) * LIMIT / 60) + 1
        passed = found.count(200)
        self.assertEqual(len(found), passed + found.count(429))
        self.assertTrue(LIMIT <= passed <= LIMIT + refilled, passed)

    def test_refusals_have_the_forms_of_their_dialects(self):
        connection = self.serve("--rate-limit-address", "1")
        live.ask(connection, "GET", "/v3/groups/1")
        error = json.loads(live.ask(connection, "GET", "/groups/1").text)
        self.assertEqual(error["error"], "rate_limited")
        self.assertIn('msg="Too many requests."', live.ask(connection, "GET", "/services/rest/").text)
        self.assertTrue(json.loads(live.ask(connection, "GET", "/v3/groups/1").text)["error"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
