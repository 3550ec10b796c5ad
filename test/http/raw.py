"""Raw bytes to the transport, one answer each: status, form of the dialect, closed or kept.

Usage: raw.py ECHO_SERVER fast|slow. `slow` waits for the time limits."""
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest

SERVER = sys.argv[1]
SLOW = sys.argv[2] == "slow"

INNER = b"GET /v3/inner HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /v3/body HTTP/1.1\r\nHost: x\r\n"
GET = b"GET /v3/x HTTP/1.1\r\nHost: x\r\n"
SIZE = str(len(INNER)).encode()

# Name: bytes, status, outcome, kept. A refusal is one answer and then the end; what follows is never run.
ONE_ANSWER = {
    "CL and TE": (POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + INNER, 400),
    "two CL, different": (POST + b"Content-Length: 3\r\nContent-Length: 0\r\n\r\nabc" + INNER, 400),
    "two CL, same": (POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc" + INNER, 400),
    "CL -1": (POST + b"Content-Length: -1\r\n\r\n" + INNER, 400),
    "CL 3, 3": (POST + b"Content-Length: 3, 3\r\n\r\nabc" + INNER, 400),
    "CL 0x3": (POST + b"Content-Length: 0x3\r\n\r\nabc" + INNER, 400),
    "CL empty": (POST + b"Content-Length: \r\n\r\n" + INNER, 400),
    "CL +3": (POST + b"Content-Length: +3\r\n\r\nabc" + INNER, 400),
    "CL tab": (POST + b"Content-Length: \t3\r\n\r\nabc" + INNER, 400),
    "CL vertical tab": (POST + b"Content-Length: \v3\r\n\r\nabc" + INNER, 400),
    "CL overflow": (POST + b"Content-Length: 99999999999999999999999\r\n\r\n", 413),
    "CL 1 GiB": (POST + b"Content-Length: 1073741824\r\n\r\n", 413),
    "CL 1 GiB and Expect": (POST + b"Content-Length: 1073741824\r\nExpect: 100-continue\r\n\r\n", 413),
    "CL 100 KB and Expect": (POST + b"Content-Length: 100000\r\nExpect: 100-continue\r\n\r\n", 413),
    "CL swallowed": (POST + b"Content-Length: 100000\r\n\r\n" + b"x" * 100000, 413),
    "CL with a blank": (POST + b"Content-Length : " + SIZE + b"\r\n\r\n" + INNER, 400),
    "TE with a blank": (POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + INNER, 400),
    "TE xchunked": (POST + b"Transfer-Encoding: xchunked\r\n\r\n" + INNER, 400),
    "TE identity": (POST + b"Transfer-Encoding: identity\r\n\r\n" + INNER, 400),
    "TE gzip, chunked": (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + INNER, 400),
    "TE tab": (POST + b"Transfer-Encoding: \tchunked\r\n\r\n0\r\n\r\n" + INNER, 400),
    "TE folded": (POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + INNER, 400),
    "two TE": (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400),
    "TE on 1.0": (b"POST /v3/x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + INNER, 400),
    "chunk 0x3": (POST + b"Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n" + INNER, 400),
    "chunk +3": (POST + b"Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n" + INNER, 400),
    "chunk with junk": (POST + b"Transfer-Encoding: chunked\r\n\r\n3 junk\r\nabc\r\n0\r\n\r\n" + INNER, 400),
    "chunk without CRLF": (POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcde0\r\n\r\n" + INNER, 400),
    "chunk extension": (POST + b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n" + INNER, 400),
    "chunk -3": (POST + b"Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n" + INNER, 400),
    "chunk giant": (POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc", 413),
    "chunk over the limit": (POST + b"Transfer-Encoding: chunked\r\n\r\n10001\r\nabc", 413),
    "chunk bare LF": (POST + b"Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n" + INNER, 400),
    "trailer": (POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\n\r\n" + INNER, 400),
    "bare LF": (b"GET /v3/x HTTP/1.1\nHost: a\n\n" + INNER, 400),
    "bare LF in headers": (GET + b"X: 1\n\n" + INNER, 400),
    "folded header": (GET + b"X: 1\r\n 2\r\n\r\n" + INNER, 400),
    "empty header name": (GET + b": 1\r\n\r\n" + INNER, 400),
    "header without colon": (GET + b"abc\r\n\r\n" + INNER, 400),
    "header of 100 KB": (GET + b"X: " + b"y" * 100000 + b"\r\n\r\n", 431),
    "line of 100 KB": (b"GET /v3/" + b"y" * 100000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    "NUL in path": (b"GET /v3/\0x HTTP/1.1\r\nHost: x\r\n\r\n" + INNER, 400),
    "NUL in header name": (GET + b"X\0: 1\r\n\r\n" + INNER, 400),
    "NUL in header value": (GET + b"X: a\0b\r\n\r\n" + INNER, 400),
    "HTTP/0.9": (b"GET /v3/x\r\n", 400),
    "HTTP/1.2": (b"GET /v3/x HTTP/1.2\r\nHost: x\r\n\r\n" + INNER, 400),
    "HTTP/2.0": (b"GET /v3/x HTTP/2.0\r\nHost: x\r\n\r\n" + INNER, 400),
    "PRI": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "http/1.1": (b"GET /v3/x http/1.1\r\nHost: x\r\n\r\n" + INNER, 400),
    "TLS hello": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), 400),
    "garbage": (b"hello there\r\n\r\n", 400),
    "no Host": (b"GET /v3/x HTTP/1.1\r\n\r\n" + INNER, 400),
    "two Host": (GET + b"Host: b\r\n\r\n" + INNER, 400),
    "//evil": (b"GET //evil/a HTTP/1.1\r\nHost: x\r\n\r\n" + INNER, 400),
    "blank in path": (b"GET /v3/a b HTTP/1.1\r\nHost: x\r\n\r\n" + INNER, 400),
    "8 bit in path": (b"GET /v3/\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n" + INNER, 400),
    "relative target": (b"GET foo/bar HTTP/1.1\r\nHost: x\r\n\r\n" + INNER, 400),
    "fragment": (b"GET /v3/a#frag HTTP/1.1\r\nHost: x\r\n\r\n" + INNER, 400),
    "bad absolute": (b"GET http://a:99999/v3 HTTP/1.1\r\nHost: x\r\n\r\n" + INNER, 400),
    "bad bracket": (b"GET http://[zz]/v3 HTTP/1.1\r\nHost: x\r\n\r\n" + INNER, 400),
    "get": (b"get /v3/x HTTP/1.1\r\nHost: x\r\n\r\n" + INNER, 501),
    "PROPFIND": (b"PROPFIND /v3/x HTTP/1.1\r\nHost: x\r\n\r\n" + INNER, 501),
    "TRACE": (b"TRACE /v3/x HTTP/1.1\r\nHost: x\r\n\r\n" + INNER, 501),
    "CONNECT": (b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n" + INNER, 501),
    "HEAD with a body": (b"HEAD /v3/x HTTP/1.1\r\nHost: x\r\nContent-Length: " + SIZE + b"\r\n\r\n" + INNER, 400),
    "Expect: bogus": (POST + b"Expect: bogus\r\nContent-Length: 3\r\n\r\nabc" + INNER, 400),
    "connection: close, TE": (GET + b"Connection: close, TE\r\n\r\n" + INNER, 200),
    "connection: close": (GET + b"Connection: close\r\n\r\n" + INNER, 200),
    "HTTP/1.0": (b"GET /v3/x HTTP/1.0\r\n\r\n" + INNER, 200),
}

KEPT = {
    "GET": (GET + b"\r\n", 200),
    "HTTP/1.0 keep-alive": (b"GET /v3/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200),
    "absolute target": (b"GET http://other/v3/x?a HTTP/1.1\r\nHost: y\r\n\r\n", 200),
    "absolute IPv6 target": (b"GET http://[::1]:80/v3/x HTTP/1.1\r\nHost: y\r\n\r\n", 200),
    "chunks": (POST + b"Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n", 200),
    "body on GET": (GET + b"Content-Length: 3\r\n\r\nabc", 200),
    "body on OPTIONS": (b"OPTIONS /v3/x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 204),
    "PATCH": (b"PATCH /v3/x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 405),
    "CRLF before": (b"\r\n" + GET + b"\r\n", 200),
    "percent NUL": (b"GET /v3/%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "bad percent": (b"GET /v3/%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "bad percent in query": (b"GET /v3/x?a=%zz HTTP/1.1\r\nHost: x\r\n\r\n", 200),
    "dots": (b"GET /../x HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    "encoded dots": (b"GET /v3/%2e%2e/x HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    "bad UTF-8": (b"GET /v3/%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "no such path": (b"GET /v3/missing HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    "repeated credential": (GET + b"Authorization: a\r\nAuthorization: b\r\n\r\n", 400),
    "empty reply": (b"GET /v3/x?empty HTTP/1.1\r\nHost: x\r\n\r\n", 200),
    "largest body": (POST + b"Content-Length: 65536\r\n\r\n" + b"x" * 65536, 200),
}

OUTCOMES = {400: b"malformed", 413: b"too_large", 414: b"uri_too_long", 431: b"header_too_large",
            501: b"not_implemented", 405: b"method_not_allowed", 404: b"no_such_path", 204: b"preflight", 200: b"ok"}


class Server:
    def __init__(self, cors="*", threads=2, connections=1000, listen=("127.0.0.1:0",)):
        self.errors = tempfile.TemporaryFile()  # not a pipe, which would fill
        self.process = subprocess.Popen([SERVER, cors, str(threads), str(connections), *listen],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)
        self.addresses = self.process.stdout.readline().decode().split()
        self.port = int(self.addresses[0].rsplit(":", 1)[1]) if self.addresses[0].startswith("http") else 0

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.settimeout(10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def say(self, word):
        self.process.stdin.write(word.encode() + b"\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def end(self):
        self.process.communicate()
        with self.errors as file:
            file.seek(0)
            return self.process.returncode, file.read()


class Reply:
    """Reads exactly one reply."""

    def __init__(self, file, head=False):
        line = file.readline()
        self.status = int(line.split()[1]) if line else 0
        self.headers = {}
        while (line := file.readline().rstrip(b"\r\n")):
            name, value = line.split(b": ", 1)
            self.headers[name.lower()] = value
        length = int(self.headers.get(b"content-length", 0))
        self.body = b"" if head else file.read(length)


def send_all(connection, data):
    try:
        connection.sendall(data)
    except OSError:
        pass  # refused before all of it was read


def rest(connection):
    """What comes until the end; None: it is still open."""
    data = b""
    try:
        while (more := connection.recv(65536)):
            data += more
    except ConnectionError:
        pass
    return data


class Transport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        code, errors = cls.server.end()
        assert code == 0, b"\n".join(line for line in errors.split(b"\n") if b" info: " not in line).decode()

    def ask(self, data, head=False):
        connection = self.server.connect()
        send_all(connection, data)
        file = connection.makefile("rb")
        return connection, file, Reply(file, head)

    def check(self, reply, status, head=False):
        self.assertEqual(reply.status, status)
        self.assertEqual(reply.headers[b"x-outcome"], OUTCOMES[status])
        self.assertRegex(reply.headers[b"x-request-id"], rb"^[0-9a-f]{16}$")
        self.assertEqual(reply.headers[b"x-content-type-options"], b"nosniff")
        self.assertEqual(reply.headers[b"referrer-policy"], b"no-referrer")
        self.assertEqual(reply.headers[b"access-control-allow-origin"], b"*")
        self.assertRegex(reply.headers[b"date"], rb"^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$")
        self.assertNotIn(b"server", reply.headers)

    def test_one_answer_and_closed(self):
        for name, (data, status) in ONE_ANSWER.items():
            with self.subTest(name):
                head = data.startswith(b"HEAD")
                connection, file, reply = self.ask(data, head)
                self.check(reply, status)
                if status != 200 and not head:
                    self.assertEqual(reply.body, b'{"' + OUTCOMES[status] + b':"}')
                try:
                    self.assertEqual(file.read(), b"")
                except ConnectionError:
                    pass  # closed with bytes unread
                connection.close()

    def test_one_answer_and_kept(self):
        for name, (data, status) in KEPT.items():
            with self.subTest(name):
                connection, file, reply = self.ask(data)
                self.check(reply, status)
                connection.sendall(INNER)
                self.check(Reply(file), 200)
                connection.close()

    def test_refusals_are_in_the_form_of_the_path(self):
        for data, status in [
            (b"POST /services/rest/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            (b"BREW /services/rest?x HTTP/1.1\r\nHost: a\r\n\r\n", 501),
            (b"GET /services/rest/?" + b"y" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
            (b"GET http://x/services/rest/?\xff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            (b"GET /services/rest/// HTTP/9.1\r\nHost: x\r\n\r\n", 400),
            (b"POST /services/rest/ HTTP/1.1\r\nHost: x\r\nContent-Length: 70000000\r\n\r\n", 413),
        ]:
            with self.subTest(data[:40]):
                connection, _, reply = self.ask(data)
                self.check(reply, status)
                self.assertEqual(reply.body, b"<rsp>" + OUTCOMES[status] + b":</rsp>")
                self.assertEqual(reply.headers[b"connection"], b"close")
                connection.close()

    def test_gateway_owns_only_its_path_and_empty_segments(self):
        for path, body in [(b"/services/rest", b"<"), (b"/services//rest", b"{"), (b"/services/rest//", b"<"),
                           (b"/services/rest/x", b"{"), (b"/services", b"{"), (b"/services/re%73t", b"<")]:
            connection, _, reply = self.ask(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertEqual(reply.body[:1], body, path)
            connection.close()

    def test_head_answers_as_get_without_the_body(self):
        connection, file, get = self.ask(GET + b"\r\n")
        connection.sendall(b"HEAD" + GET[3:] + b"\r\n")
        head = Reply(file, head=True)
        self.assertEqual((head.status, head.headers[b"content-length"], head.headers[b"content-type"]),
                         (200, get.headers[b"content-length"], get.headers[b"content-type"]))
        connection.sendall(INNER)
        self.assertEqual(Reply(file).status, 200)
        connection.close()

    def test_replies_without_body_have_no_type(self):
        connection, file, reply = self.ask(b"GET /v3/x?empty HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertEqual((reply.headers.get(b"content-type"), reply.headers[b"content-length"]), (None, b"0"))
        connection.sendall(b"OPTIONS /v3/x HTTP/1.1\r\nHost: x\r\n\r\n")
        reply = Reply(file)
        self.assertEqual((reply.headers.get(b"content-type"), reply.headers.get(b"content-length")), (None, None))
        connection.close()

    def test_pipelined_requests_are_answered_in_order(self):
        asked = [b"GET /v3/%s?%d HTTP/1.1\r\nHost: x\r\n\r\n" % (b"later" if i % 3 else b"x", i) for i in range(300)]
        connection = self.server.connect()
        connection.sendall(b"".join(asked))
        file = connection.makefile("rb")
        for i in range(300):
            self.assertEqual(Reply(file).body, b'{"%s:%d"}' % (b"joined" if i % 3 else b"ok", i))
        connection.close()

    def test_a_refusal_comes_after_what_was_asked_before(self):
        connection, file, reply = self.ask(
            b"GET /v3/later?1 HTTP/1.1\r\nHost: x\r\n\r\n" + INNER + b"GET /services/rest nonsense\r\n\r\n" + INNER)
        self.assertEqual(reply.body, b'{"joined:1"}')
        self.assertEqual(Reply(file).body, b'{"ok:"}')
        self.assertEqual(Reply(file).body, b"<rsp>malformed:</rsp>")
        self.assertEqual(file.read(), b"")
        connection.close()

    def test_byte_by_byte(self):
        connection = self.server.connect()
        for byte in POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\r\n" + INNER:
            connection.send(bytes([byte]))
        file = connection.makefile("rb")
        self.assertEqual(Reply(file).body, b'{"ok:abc"}')
        self.assertEqual(Reply(file).body, b'{"ok:"}')
        connection.close()

    def test_body_is_asked_for_with_100_continue(self):
        connection, file, reply = self.ask(
            b"POST /v3/later HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        self.assertEqual(reply.status, 100)
        connection.sendall(b"abc")
        self.assertEqual(Reply(file).body, b'{"joined:abc"}')
        connection.close()

    def test_100_continue_waits_for_the_answer_before_it(self):
        self.server.say("hold")
        connection = self.server.connect()
        connection.sendall(b"GET /v3/later HTTP/1.1\r\nHost: x\r\n\r\n" + POST +
                           b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        self.server.say("release")
        file = connection.makefile("rb")
        self.assertEqual(Reply(file).status, 201)
        self.assertEqual(Reply(file).status, 100)
        connection.sendall(b"abc")
        self.assertEqual(Reply(file).body, b'{"ok:abc"}')
        connection.close()

    def test_ten_thousand_requests_on_one_connection(self):
        connection = self.server.connect()
        file = connection.makefile("rb")
        for start in range(0, 10000, 100):
            connection.sendall(INNER * 100)
            for _ in range(100):
                self.assertEqual(Reply(file).status, 200)
        connection.close()

    def test_half_close(self):
        connection = self.server.connect()
        connection.sendall(POST + b"Content-Length: 3\r\n\r\nabc")
        connection.shutdown(socket.SHUT_WR)
        self.assertEqual(rest(connection).count(b"HTTP/1.1 200"), 1)
        connection = self.server.connect()
        connection.sendall(POST + b"Content-Length: 3\r\n\r\na")
        connection.shutdown(socket.SHUT_WR)
        self.assertEqual(rest(connection), b"")

    def test_clients_that_leave_hurt_nobody(self):
        for i in range(300):
            connection = self.server.connect()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.sendall([b"", b"GET /v3/la", b"GET /v3/later HTTP/1.1\r\nHost: x\r\n\r\n", INNER][i % 4])
            connection.close()
        connection, _, reply = self.ask(INNER)
        self.assertEqual(reply.status, 200)
        connection.close()

    def test_request_id_is_the_clients_if_valid(self):
        for given, valid in [(b"a.B-9_", True), (b"a b", False), (b"x" * 64, True), (b"x" * 65, False), (b'"', False)]:
            connection, _, reply = self.ask(GET + b"X-Request-Id: " + given + b"\r\n\r\n")
            self.assertEqual(reply.headers[b"x-request-id"] == given, valid, given)
            connection.close()

    def test_refusal_keeps_the_clients_request_id(self):
        for given, valid in [(b"a.B-9_", True), (b"a b", False), (b"x" * 64, True), (b"x" * 65, False), (b"", False)]:
            for behind in (b"Content-Length: x\r\n\r\n", b"Content-Length: 2000000\r\n\r\n", b"no colon\r\n\r\n"):
                connection, _, reply = self.ask(GET + b"X-Request-Id: " + given + b"\r\n" + behind)
                self.assertGreaterEqual(reply.status, 400)
                self.assertEqual(reply.headers[b"x-request-id"] == given, valid, given)
                connection.close()

    def test_allow_and_preflight(self):
        methods = b"GET, HEAD, POST, PUT, DELETE, OPTIONS"
        connection, _, reply = self.ask(KEPT["PATCH"][0])
        self.assertEqual(reply.headers[b"allow"], methods)
        connection.close()
        connection, _, reply = self.ask(b"OPTIONS /v3/x HTTP/1.1\r\nHost: x\r\nOrigin: http://a\r\n\r\n")
        self.assertEqual(reply.headers[b"access-control-allow-methods"], methods)
        self.assertIn(b"Authorization", reply.headers[b"access-control-allow-headers"])
        connection.close()


class OneServerEach(unittest.TestCase):
    def origin_header(self, cors, origin):
        server = Server(cors=cors)
        connection = server.connect()
        connection.sendall(GET + b"Origin: " + origin + b"\r\n\r\n")
        headers = Reply(connection.makefile("rb")).headers
        connection.close()
        self.assertEqual(server.end()[0], 0)
        return headers.get(b"access-control-allow-origin"), headers.get(b"vary")

    def test_listed_origins_are_echoed(self):
        self.assertEqual(self.origin_header("https://a,https://b", b"https://b"), (b"https://b", b"Origin"))
        self.assertEqual(self.origin_header("https://a,https://b", b"https://"), (None, b"Origin"))
        self.assertEqual(self.origin_header("none", b"https://b"), (None, None))

    def test_connections_over_the_limit_are_closed(self):
        server = Server(connections=2)
        kept = [server.connect() for _ in range(2)]
        for connection in kept:
            connection.sendall(INNER)
            self.assertEqual(Reply(connection.makefile("rb")).status, 200)
        third = server.connect()
        self.assertEqual(rest(third), b"")
        kept[0].sendall(INNER)
        self.assertEqual(Reply(kept[0].makefile("rb")).status, 200)
        kept[0].close()
        status = 0
        while status != 200:  # as soon as the server has seen the end of the first
            fourth = server.connect()
            send_all(fourth, INNER)
            status = 200 if b"HTTP/1.1 200" in self.first(fourth) else 0
            fourth.close()
        self.assertEqual(server.end()[0], 0)

    def first(self, connection):
        try:
            return connection.recv(4096)
        except ConnectionError:
            return b""

    def test_stop_answers_what_is_in_flight(self):
        server = Server()
        server.say("hold")
        waiting = [server.connect() for _ in range(20)]
        idle = server.connect()
        for connection in waiting:
            connection.sendall(b"GET /v3/later HTTP/1.1\r\nHost: x\r\n\r\n")
        idle.sendall(INNER)
        self.assertEqual(Reply(idle.makefile("rb")).status, 200)
        server.say("stop")
        self.assertEqual(rest(idle), b"")
        server.say("release")
        for connection in waiting:
            answer = rest(connection)
            self.assertIn(b"HTTP/1.1 201", answer)
            self.assertIn(b"Connection: close", answer)
        self.assertEqual(server.end()[0], 0)

    def test_unix_socket(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "socket")
            for _ in range(2):  # the second time over a stale file
                server = Server(listen=("unix:" + path,))
                self.assertEqual(server.addresses, ["unix:" + path])
                self.assertEqual(os.stat(path).st_mode & 0o777, 0o660)
                connection = socket.socket(socket.AF_UNIX)
                connection.connect(path)
                connection.sendall(INNER)
                self.assertEqual(Reply(connection.makefile("rb")).headers[b"x-site"], b"http://localhost")
                connection.close()
                server.process.kill()
                server.end()

    def test_lists_are_refused_while_clients_do_not_read(self):
        server = Server(threads=1)
        big = b"GET /v3/list?15000 HTTP/1.1\r\nHost: x\r\n\r\n"
        lazy = [server.connect() for _ in range(2)]
        for connection in lazy:
            connection.sendall(big)
            connection.recv(1)  # its reply has begun
        connection = server.connect()
        file = connection.makefile("rb")
        connection.sendall(b"GET /v3/list?1 HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertEqual(Reply(file).status, 503)
        connection.sendall(INNER)
        self.assertEqual(Reply(file).status, 200)
        for each in lazy:
            each.close()
        status = 503
        while status == 503:  # until the server has seen that they left
            connection.sendall(b"GET /v3/list?1 HTTP/1.1\r\nHost: x\r\n\r\n")
            status = Reply(file).status
        self.assertEqual(status, 200)
        connection.close()
        self.assertEqual(server.end()[0], 0)

    def test_logs_name_the_route_only(self):
        server = Server()
        connection = server.connect()
        connection.sendall(b"GET /v3/secret1?secret2 HTTP/1.1\r\nHost: x\r\nAuthorization: secret3\r\n\r\n")
        self.assertEqual(Reply(connection.makefile("rb")).status, 200)
        connection.close()
        code, errors = server.end()
        self.assertEqual(code, 0)
        self.assertTrue(re.search(rb"GET /echo 200 ok", errors))
        self.assertNotIn(b"secret", errors)


class TimeLimits(unittest.TestCase):
    def test_a_slow_request_gets_408_in_its_form(self):
        server = Server()
        slow = {
            b"POST /services/rest/ HT": b"<rsp>request_timeout:</rsp>",
            b"POST /services/rest/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab": b"<rsp>request_timeout:</rsp>",
            GET: b'{"request_timeout:"}',
            POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nab": b'{"request_timeout:"}',
            POST + b"Content-Length: 900000\r\n\r\nabc": b'{"too_large:"}',
        }
        start = time.monotonic()
        connections = [server.connect() for _ in slow]
        idle = server.connect()
        idle.sendall(INNER + b"\r\n")
        idle_file = idle.makefile("rb")
        self.assertEqual(Reply(idle_file).status, 200)
        for connection, data in zip(connections, slow):
            connection.settimeout(20)
            connection.sendall(data)
        drip = server.connect()
        drip.settimeout(0.5)
        answer = b""
        while not answer and time.monotonic() - start < 15:
            try:
                send_all(drip, b"G" if answer == b"" and time.monotonic() - start < 0.5 else b"x")
                answer = drip.recv(4096)
            except socket.timeout:
                pass
        self.assertIn(b"HTTP/1.1 408", answer)
        for connection, body in zip(connections, slow.values()):
            answer = rest(connection)
            self.assertTrue(answer.endswith(b"\r\n\r\n" + body), answer)
            self.assertEqual(answer.count(b"HTTP/1.1 408") + answer.count(b"HTTP/1.1 413"), 1)
        self.assertGreater(time.monotonic() - start, 9.9)
        idle.sendall(INNER)
        self.assertEqual(Reply(idle_file).status, 200)
        for connection in [*connections, idle, drip]:
            connection.close()
        self.assertEqual(server.end()[0], 0)


if __name__ == "__main__":
    suite = unittest.TestSuite()
    for case in [TimeLimits] if SLOW else [Transport, OneServerEach]:
        suite.addTests(unittest.defaultTestLoader.loadTestsFromTestCase(case))
    sys.exit(not unittest.TextTestRunner(verbosity=1).run(suite).wasSuccessful())
