"""The legacy gateway as clients of its age speak to it: the bytes of each point that compat/README.md marks [client],
sent as they are to a real server."""
import itertools
import json
import pathlib
import re
import socket
import sys
import unittest
import urllib.parse
import xml.etree.ElementTree as ElementTree
from xml.dom import minidom

import server as live

KEEP_ALIVE_REQUESTS = 10000
PATIENCE_S = 60
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
OPEN, MODERATED, DOCUMENTED = 1, 2, 101
ROOT = pathlib.Path(__file__).parents[2]
SAMPLE = ROOT / "test" / "compat" / "group_join.xml"  # the documentation's
PAGE = ROOT / "compat" / "README.md"
METHOD = r"[a-z]+\.[a-z]+(?:[A-Z][A-Za-z]*)?"
READ = "method=group.getInfo&api_key=key00&group_id=1"
JOIN = "method=group.join&api_key=key00&group_id=1&token=tok"
# How libraries of four languages join, through a proxy or not: request line and headers as they write them, then the
# body. The number of the token is put in.
LIBRARIES = {
    "PHP, curl, no POST": ["GET http://upcoming.yahooapis.com/services/rest//?" + JOIN + "{who} HTTP/1.1",
                           "Host: upcoming.yahooapis.com", "Accept: */*", "Proxy-Connection: Keep-Alive", "", ""],
    "PHP, a document's loader": ["GET /services/rest/?" + JOIN + "{who} HTTP/1.0", "Host: upcoming.yahooapis.com",
                                 "Accept-Encoding: gzip", "", ""],
    "Python, urllib": ["POST http://upcoming.org/services/rest/ HTTP/1.0",
                       "Content-Type: application/x-www-form-urlencoded", "Content-Length: {size}",
                       "Host: upcoming.org", "User-Agent: Python-urllib/1.17", "Accept: */*", "", JOIN + "{who}"],
    "Perl, LWP": ["POST http://upcoming.org/services/rest/ HTTP/1.1", "TE: deflate,gzip;q=0.3", "Connection: TE, close",
                  "Host: upcoming.org", "User-Agent: WebService::Upcoming/0.05", "Content-Length: {size}",
                  "Content-Type: application/x-www-form-urlencoded", "", JOIN + "{who}"],
    "Ruby, Net::HTTP": ["POST /services/rest/ HTTP/1.1", "Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3",
                        "Accept: */*", "User-Agent: Ruby", "Connection: close", "Host: upcoming.yahooapis.com",
                        "Content-Length: {size}", "Content-Type: application/x-www-form-urlencoded", "",
                        JOIN + "{who}&format=xml"],
    "C#, HttpWebRequest": ["POST /services/rest/? HTTP/1.1", "Content-Type: application/x-www-form-urlencoded",
                           "Content-Length: {size}", "Expect: 100-continue", "Connection: keep-alive",
                           "Host: upcoming.org", "", JOIN + "{who}"],
    "Flash, URLLoader": ["POST /services/rest/ HTTP/1.1", "Accept: */*", "Accept-Language: en-US",
                         "x-flash-version: 9,0,28,0", "Content-Type: application/x-www-form-urlencoded",
                         "Content-Length: {size}", "Accept-Encoding: gzip, deflate", "User-Agent: Mozilla/4.0",
                         "Host: upcoming.yahooapis.com", "Connection: Keep-Alive", "Cache-Control: no-cache",
                         "Referer: http://example.org/player.swf", "", JOIN + "{who}"],
}
ONE_SHOT = ("PHP, a document's loader", "Python, urllib", "Perl, LWP", "Ruby, Net::HTTP")


def sample():
    """The documented group, with its runs of white space collapsed."""
    group = ElementTree.parse(SAMPLE).getroot().find("group")
    for name, value in group.items():
        group.set(name, re.sub(r"\s+", " ", value))
    return group


def state():
    people = range(1, 40)
    documented = {"name": "blasthaus fans", "description": sample().get("description"), "event_moderation": True,
                  "member_moderation": True, "created_at": "2005-09-02T02:15:11Z"}
    members = [{"kind": "membership", "group_id": DOCUMENTED, "user_id": number, "state": "member", "role": "member",
                "since": "2006-01-01T00:00:00Z"} for number in range(1, 15)]
    return live.lines([live.application(), *map(live.user, [*people, 2078]), *map(live.token, people),
                       live.group(OPEN, 1), {**live.group(MODERATED, 1), "member_moderation": True},
                       {**live.group(DOCUMENTED, 2078), **documented}, *members])


class Reply:
    """One response, read to its own end and no further."""

    def __init__(self, stream, path):
        line = stream.readline().decode()
        if not line:
            raise EOFError("the connection was closed without a reply")
        self.version, status, self.reason = line.rstrip("\r\n").split(" ", 2)
        self.status = int(status)
        self.headers = {}
        while (line := stream.readline().decode().rstrip("\r\n")) != "":
            name, value = line.split(":", 1)
            self.headers[name.lower()] = value.strip()
        self.bytes = stream.read(int(self.headers.get("content-length", 0)))
        self.outcome = self.headers.get("x-outcome")
        if self.status >= 200:
            live.note_legacy(path, self.headers.get("content-type"), self.bytes.decode())

    def rsp(self):
        return ElementTree.fromstring(self.bytes)


class Client:
    """A connection that sends exactly what it is given."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.socket.makefile("rb")
        self.path = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.socket.close()

    def send(self, data):
        """A whole request, or at least its head."""
        self.path = data.split(b" ", 2)[1].decode()
        self.send_rest(data)

    def send_rest(self, data):
        self.socket.sendall(data)

    def reply(self):
        return Reply(self.stream, self.path)

    def ask(self, data):
        self.send(data)
        return self.reply()

    def is_closed(self):
        return self.stream.read(1) == b""


def get(target, version=b"1.1", headers=b"Host: upcoming.org\r\n"):
    return b"GET " + target.encode() + b" HTTP/" + version + b"\r\n" + headers + b"\r\n"


def post(body, target=b"/services/rest/", version=b"1.1", headers=b"Host: upcoming.org\r\n"):
    return (b"POST " + target + b" HTTP/" + version + b"\r\n" + headers + FORM +
            b"Content-Length: %d\r\n\r\n" % len(body) + body)


def call(method, who, **arguments):
    pairs = {"method": method, "api_key": "key00", "token": f"tok{who}", **arguments}
    return urllib.parse.urlencode(pairs).encode()


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = live.folder()
        path = folder.__enter__()
        cls.addClassCleanup(folder.__exit__, None, None, None)
        data = path + "/data"
        live.joinery(data, "import", "-", text=state())
        running = live.running(data)
        cls.server = running.__enter__()
        cls.addClassCleanup(running.__exit__, None, None, None)

    def connect(self):
        client = Client(self.server.port)
        self.addCleanup(client.__exit__)
        return client

    def ask(self, data):
        with Client(self.server.port) as client:
            return client.ask(data)

    def assert_group(self, reply, outcome="ok"):
        self.assertEqual((reply.status, reply.outcome), (200, outcome), reply.bytes)
        rsp = reply.rsp()
        self.assertEqual((rsp.tag, rsp.get("stat")), ("rsp", "ok"))
        self.assertEqual([child.tag for child in rsp], ["group"])

    # --- paths and targets

    def test_every_spelling_of_the_gateway_is_the_gateway(self):
        for path in ("/services/rest", "/services/rest/", "/services/rest//", "/services/rest///"):
            with self.subTest(path):
                self.assert_group(self.ask(get(f"{path}?{READ}")))
        self.assert_group(self.ask(post(READ.encode(), b"/services/rest")))
        self.assert_group(self.ask(post(READ.encode(), b"/services/rest/?")))
        self.assert_group(self.ask(get("/services/rest//?" + READ)))

    def test_an_absolute_target_may_name_any_host(self):
        client = self.connect()
        for host in ("upcoming.org", "www.upcoming.org:80", "upcoming.yahooapis.com", "127.0.0.1:1", "[::1]:8080"):
            headers = b"Host: " + host.encode() + b"\r\nProxy-Connection: Keep-Alive\r\n"
            with self.subTest(host):
                self.assert_group(client.ask(get(f"http://{host}/services/rest/?{READ}", headers=headers)))
                target = f"http://{host}/services/rest/".encode()
                self.assert_group(client.ask(post(READ.encode(), target, headers=headers)))
        self.assert_group(client.ask(get(f"http://upcoming.org/services/rest/?{READ}", headers=b"Host: other\r\n")))

    # --- methods and parameters

    def test_a_method_documented_as_post_is_taken_by_get(self):
        query = call("group.join", 2, group_id=OPEN).decode()
        self.assert_group(self.ask(get("/services/rest/?" + query)), "joined")
        query = call("group.leave", 2, group_id=OPEN).decode()
        reply = self.ask(get("/services/rest/?" + query))
        self.assertEqual((reply.status, reply.outcome), (200, "left"))
        self.assertEqual(reply.bytes,
                         b'<?xml version="1.0" encoding="UTF-8"?>\n<rsp stat="ok" version="1.0"></rsp>\n')

    def test_a_method_documented_as_get_is_taken_by_post(self):
        self.assert_group(self.ask(post(READ.encode())))

    def test_parameters_come_in_any_order_and_from_both_places(self):
        pairs = ["method=group.join", "api_key=key00", "token=tok1", f"group_id={OPEN}"]
        said = set()
        client = self.connect()
        for order in itertools.permutations(pairs):
            for split in range(len(order) + 1):
                target = "/services/rest/?" + "&".join(order[:split])
                reply = client.ask(post("&".join(order[split:]).encode(), target.encode()))
                said.add((reply.status, reply.outcome, reply.bytes))
        self.assertEqual([(status, outcome) for status, outcome, _ in said], [(409, "already_member")])

    def test_the_compatibility_page_is_right_about_every_method(self):
        page = PAGE.read_text(encoding="utf-8")
        rows = re.findall(rf"^\| ({METHOD}) \|", page, re.M)
        ours = re.findall(rf'^\t{{"({METHOD})"', (ROOT / "compat" / "method.c").read_text(), re.M)
        self.assertEqual(sorted(rows), sorted(ours))
        absent = re.search(r"^## Out of scope$(.*?)^## ", page, re.M | re.S)[1].replace(".*", ".search")
        named = re.findall(METHOD, absent)
        self.assertGreater(len(named), 10)
        client = self.connect()
        for method in rows + named + ["getMyGroups", "GROUP.JOIN", "group.join%20"]:
            reply = client.ask(get(f"/services/rest/?method={method}"))
            expected = "api_key_missing" if method in ours else "method_not_found"
            self.assertEqual(reply.outcome, expected, method)

    def test_a_type_on_a_request_without_a_body_says_nothing(self):
        headers = b"Host: upcoming.org\r\n" + FORM
        self.assert_group(self.ask(get("/services/rest/?" + READ, headers=headers)))
        headers = b"Host: upcoming.org\r\nContent-Type: application/x-www-form-urlencoded; charset=ISO-8859-1\r\n"
        self.assert_group(self.ask(b"POST /services/rest/ HTTP/1.1\r\n" + headers +
                                   b"Content-Length: %d\r\n\r\n" % len(READ) + READ.encode()))
        self.assert_group(self.ask(post(b"", b"/services/rest/?" + READ.encode())))

    # --- connections

    def test_http_1_0_without_keep_alive_is_answered_and_closed(self):
        for request in (get("/services/rest/?" + READ, b"1.0", b""), get("/services/rest/?" + READ, b"1.0"),
                        post(READ.encode(), version=b"1.0", headers=b"Host: upcoming.org\r\nConnection: close\r\n")):
            client = self.connect()
            self.assert_group(client.ask(request))
            self.assertTrue(client.is_closed())

    def test_http_1_0_with_keep_alive_goes_on(self):
        client = self.connect()
        headers = b"Host: upcoming.org\r\nConnection: Keep-Alive\r\n"
        for _ in range(3):
            reply = client.ask(get("/services/rest/?" + READ, b"1.0", headers))
            self.assert_group(reply)
            self.assertEqual(reply.headers.get("connection", "").lower(), "keep-alive")

    def test_te_and_close_in_one_header_closes(self):
        client = self.connect()
        headers = (b"TE: deflate,gzip;q=0.3\r\nConnection: TE, close\r\nHost: upcoming.org\r\n"
                   b"User-Agent: WebService::Upcoming/0.05\r\n")
        reply = client.ask(post(call("group.join", 3, group_id=OPEN), headers=headers))
        self.assert_group(reply, "joined")
        self.assertNotIn("transfer-encoding", reply.headers)
        self.assertTrue(client.is_closed())

    def test_nothing_is_compressed(self):
        for coding in (b"gzip", b"gzip;q=1.0,deflate;q=0.6,identity;q=0", b"*"):
            headers = b"Host: upcoming.org\r\nAccept-Encoding: " + coding + b"\r\nTE: gzip\r\n"
            reply = self.ask(get("/services/rest/?" + READ, headers=headers))
            self.assert_group(reply)
            self.assertNotIn("content-encoding", reply.headers)

    def test_who_expects_100_continue_gets_it_before_sending(self):
        client = self.connect()
        body = call("group.join", 4, group_id=OPEN)
        whole = post(body, b"/services/rest/?", headers=b"Expect: 100-continue\r\nConnection: keep-alive\r\n"
                     b"Host: upcoming.org\r\n")
        head = whole[:-len(body)]
        client.send(head)
        first = client.reply()
        self.assertEqual((first.status, first.bytes), (100, b""))
        client.send_rest(body)
        self.assert_group(client.reply(), "joined")
        self.assert_group(client.ask(get("/services/rest/?" + READ)))

    def test_who_expects_100_continue_may_send_at_once(self):
        client = self.connect()
        headers = b"Host: upcoming.org\r\nExpect: 100-continue\r\n"
        client.send(post(call("group.join", 5, group_id=OPEN), headers=headers))
        reply = client.reply()
        if reply.status == 100:
            reply = client.reply()
        self.assert_group(reply, "joined")

    def test_a_line_end_behind_the_body_is_no_request(self):
        client = self.connect()
        for outcome in ("joined", "already_member", "already_member"):
            client.send(post(call("group.join", 6, group_id=OPEN)) + b"\r\n")
            self.assertEqual(client.reply().outcome, outcome)
        self.assert_group(client.ask(get("/services/rest/?" + READ)))

    def test_a_chunked_form_is_read(self):
        client = self.connect()
        body = call("group.join", 7, group_id=OPEN)
        client.send(b"POST /services/rest/ HTTP/1.1\r\nHost: upcoming.org\r\n" + FORM +
                    b"Transfer-Encoding: chunked\r\n\r\n" +
                    b"".join(b"%X\r\n%b\r\n" % (len(part), part) for part in (body[:9], body[9:])) + b"0\r\n\r\n")
        self.assert_group(client.reply(), "joined")

    def test_ten_thousand_requests_share_a_connection(self):
        client = self.connect()
        requests = [get("/services/rest/?" + READ), post(call("group.join", 1, group_id=OPEN))]
        expected = [(200, "ok"), (409, "already_member")]
        for number in range(KEEP_ALIVE_REQUESTS):
            reply = client.ask(requests[number % 2])
            self.assertEqual((reply.status, reply.outcome), expected[number % 2], number)
            self.assertNotIn("connection", reply.headers)

    def test_libraries_of_every_language_join(self):
        for who, (library, lines) in enumerate(LIBRARIES.items(), 20):
            body = lines[-1].format(who=who)
            request = "\r\n".join([*lines[:-1], body]).format(who=who, size=len(body)).encode()
            for outcome in ("joined", "already_member"):
                with self.subTest(library, outcome=outcome):
                    client = self.connect()
                    reply = client.ask(request)
                    reply = client.reply() if reply.status == 100 else reply
                    self.assertEqual((reply.status, reply.outcome), (200 if outcome == "joined" else 409, outcome))
                    if library in ONE_SHOT:
                        self.assertTrue(client.is_closed())
                    else:
                        self.assert_group(client.ask(get("/services/rest/?" + READ)))

    # --- replies

    def test_every_status_has_its_phrase_and_a_body(self):
        cases = [
            (post(call("group.join", 8, group_id=OPEN)), "200 OK", "joined"),
            (post(call("group.join", 8, group_id=MODERATED)), "202 Accepted", "queued"),
            (post(call("group.join", 8, group_id=MODERATED)), "202 Accepted", "already_queued"),
            (post(call("group.join", 999, group_id=OPEN)), "403 Not Authorized", "token_invalid"),
            (get("/services/rest/?method=group.getInfo&group_id=1"), "404 Not Found", "api_key_missing"),
            (get("/services/rest/?method=event.search&api_key=key00"), "404 Not Found", "method_not_found"),
            (post(call("group.join", 8, group_id=OPEN)), "409 Conflict", "already_member"),
            (b"PUT /services/rest/ HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "405 Method Not Allowed",
             "method_not_allowed"),
        ]
        for request, line, outcome in cases:
            with self.subTest(outcome):
                reply = self.ask(request)
                self.assertEqual(f"{reply.status} {reply.reason}", line)
                self.assertEqual(reply.outcome, outcome)
                self.assertEqual(reply.rsp().tag, "rsp")
                self.assertEqual(reply.rsp().get("stat"), "ok" if reply.status < 300 else "fail")
                self.assertEqual(reply.headers["cache-control"], "no-store")
                self.assertEqual(reply.headers["content-type"], "text/xml; charset=utf-8")

    def test_the_documented_group_is_answered_as_documented(self):
        reply = self.ask(post(call("group.join", 15, group_id=DOCUMENTED)))
        self.assertEqual((reply.status, reply.reason, reply.outcome), (202, "Accepted", "queued"))
        self.assertEqual(list(reply.rsp()[0].items()), list(sample().items()))

    def test_parsers_by_pattern_find_what_they_look_for(self):
        # Small clients do not parse XML. They look for double quotes, for children without content that close
        # themselves, and for the time as digits at fixed places.
        reply = self.ask(post(call("group.join", 9, group_id=OPEN)))
        text = reply.bytes.decode()
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<rsp stat="ok" version="1.0"><group id="1" '
        self.assertEqual(text[:len(head)], head)
        self.assertTrue(text.endswith('"/></rsp>\n'))
        names = re.findall(r'([a-z_]+)="[^"]*"', text[text.index("<group"):])
        self.assertEqual(names, ["id", "name", "description", "event_moderation", "member_moderation", "is_private",
                                 "timestamp", "owner_user_id", "commercial_account_id", "topic_count", "member_count"])
        # One takes the first node of the document for rsp, one cuts tags and attributes out by patterns.
        self.assertEqual(minidom.parseString(reply.bytes).firstChild.tagName, "rsp")
        cut = [(tag, dict(re.findall(r'(\w+)="([^"]*)"', rest))) for tag, rest in re.findall(r"<(\w+)([^>]*)>", text)]
        self.assertEqual([tag for tag, _ in cut], ["rsp", "group"])
        self.assertEqual(cut[1][1]["name"], "Group 1")
        self.assertRegex(text, r'timestamp="\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"')

    def test_a_document_is_read_by_its_first_byte(self):
        # A client that asks for JSON decides by the first byte what it got.
        reply = self.ask(get(f"/services/rest/?{READ}&format=json"))
        self.assertEqual(reply.bytes[:1], b"{")
        self.assertEqual(reply.headers["content-type"], "application/json; charset=utf-8")
        self.assertEqual([group["id"] for group in json.loads(reply.bytes)["rsp"]["group"]], [1])
        reply = self.ask(get("/services/rest/?method=group.getInfo&format=json"))
        self.assertEqual((reply.status, reply.bytes[:1]), (404, b"{"))
        self.assertEqual(json.loads(reply.bytes)["rsp"]["stat"], "fail")

    # --- Flash and crawlers

    def test_the_cross_domain_policy_opens_all_to_all(self):
        client = self.connect()
        reply = client.ask(get("/crossdomain.xml", headers=b"Host: upcoming.org\r\nx-flash-version: 9,0,28,0\r\n"
                               b"Referer: http://example.org/player.swf\r\nAccept: */*\r\n"))
        self.assertEqual((reply.status, reply.headers["content-type"]), (200, "text/xml; charset=utf-8"))
        policy = ElementTree.fromstring(reply.bytes)
        self.assertEqual(policy.tag, "cross-domain-policy")
        self.assertEqual(policy.find("allow-access-from").attrib, {"domain": "*", "secure": "false"})
        self.assertEqual(policy.find("allow-http-request-headers-from").get("headers"), "*")
        absolute = client.ask(get("http://upcoming.yahooapis.com/crossdomain.xml"))
        self.assertEqual(absolute.bytes, reply.bytes)
        elsewhere = self.ask(get("/services/rest/crossdomain.xml"))  # below the gateway nothing is the gateway's
        self.assertEqual(elsewhere.status, 404)
        self.assertEqual(elsewhere.headers["content-type"], "application/json; charset=utf-8")

    def test_crawlers_are_kept_out(self):
        reply = self.ask(get("/robots.txt"))
        self.assertEqual((reply.status, reply.bytes), (200, b"User-agent: *\nDisallow: /\n"))
        client = self.connect()
        client.send(get("/robots.txt").replace(b"GET", b"HEAD", 1))
        head = client.stream.readline()
        self.assertIn(b" 200 ", head)
        for path in ("/robots.txt", "/crossdomain.xml"):
            reply = self.ask(post(b"", path.encode()))
            self.assertEqual((reply.status, reply.headers["allow"]), (405, "GET, HEAD, OPTIONS"))
            self.assertEqual(self.ask(get(path + "/")).status, 404)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
