"""The statuses that the transport gives, of every operation of a dialect that schemas/openapi.yaml describes: each is
asked for on a real connection and judged by the document. With the cases (test/cases/judge.py), and with probes.py for
what the server says of itself, every documented status is reached.

Usage: documented.py SOURCE_ROOT"""
import collections
import json
import pathlib
import re
import selectors
import socket
import sys

import yaml

import server as live

ROOT = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "test/api"))
import conformance  # noqa: E402

METHODS = ("get", "put", "post", "delete", "patch")
LONG_LINE, LONG_HEAD, LARGE_BODY = 9000, 20000, 70000
WAIT_SECONDS = 60
TOKEN = "Authorization: Bearer tok1\r\n"
Reply = collections.namedtuple("Reply", "status headers body")


def operations(document):
    """(method, path) of each, with numbers for what stands in braces."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item and conformance.SERVER not in item[method]["tags"]:
                servers = item.get("servers") or item[method].get("servers") or document["servers"]
                base = servers[0]["url"].rstrip("/")
                yield method.upper(), (base if base.startswith("/") else "") + re.sub(r"\{\w+\}", "1", path), item[method]


def head(method, path, *headers):
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", *headers]) + "\r\n" + TOKEN + "\r\n"


def oversized(method, path):
    """What each refusal of the guard takes."""
    yield "413", head(method, path, "Content-Type: application/json", f"Content-Length: {LARGE_BODY}") + LARGE_BODY * "x"
    yield "414", head(method, path + "?" + LONG_LINE * "x")
    yield "431", head(method, path, "X-Long: " + LONG_HEAD * "x")


def unfinished(method, path):
    """All of a request but its last byte."""
    return head(method, path, "Content-Type: application/json", "Content-Length: 2") + "{"


def read_reply(connection):
    """One reply of a connection that then closes or goes on."""
    file = connection.makefile("rb")
    status = int(file.readline().split()[1])
    headers = {}
    for line in iter(file.readline, b"\r\n"):
        name, value = line.decode().rstrip("\r\n").split(": ", 1)
        headers[name] = value
    body = file.read(int(headers.get("Content-Length", 0)))
    return Reply(status, headers, body.decode())


class Judge:
    def __init__(self):
        self.document = conformance.Document(str(ROOT / "schemas/openapi.yaml"))
        self.operations = list(operations(self.document.root))
        self.found = []
        self.reached = set()

    def take(self, method, path, status, reply):
        complaints = self.document.judge(method, path, reply.status, reply.headers, reply.body)
        if str(reply.status) != status:
            complaints.append(f"{method} {path}: {reply.status}, not {status}: {reply.body[:100]}")
        self.found += complaints
        self.reached.add((method, path, status))

    def connect(self, server):
        return socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_SECONDS)

    def guard(self, server):
        for method, path, _ in self.operations:
            for status, request in oversized(method, path):
                with self.connect(server) as connection:
                    connection.sendall(request.encode())
                    self.take(method, path, status, read_reply(connection))

    def limits(self, server):
        """The first call of a token, or of nobody, takes all there is; ping looks at no token."""
        nobodys = [("GET", "/v3/ping")]
        with self.connect(server) as connection:
            for method, path in [("GET", "/v3/me"), *nobodys, *((method, path) for method, path, _ in self.operations)]:
                request = head(method, path)
                if (method, path) in nobodys:
                    request = request.replace(TOKEN, "")
                connection.sendall(request.encode())
                reply = read_reply(connection)
                if reply.status != 200:
                    self.take(method, path, "429", reply)

    def begin(self, server):
        waiting = {}
        for method, path, _ in self.operations:
            connection = self.connect(server)
            connection.sendall(unfinished(method, path).encode())
            waiting[connection] = method, path
        return waiting

    def end(self, waiting, status):
        selector = selectors.DefaultSelector()
        for connection in waiting:
            selector.register(connection, selectors.EVENT_READ)
        while waiting:
            for key, _ in selector.select(WAIT_SECONDS):
                method, path = waiting.pop(key.fileobj)
                selector.unregister(key.fileobj)
                self.take(method, path, status, read_reply(key.fileobj))
                key.fileobj.close()

    def missing(self):
        for method, path, operation in self.operations:
            for status in operation["responses"]:
                if status in conformance.TRANSPORT and (method, path, status) not in self.reached:
                    yield f"{method} {path} {status} is documented and not reached"


def main():
    judge = Judge()
    with live.folder() as path:
        live.joinery(path + "/data", "import", "-", text=live.people(2, 1))
        live.joinery(path + "/limited", "import", "-", text=live.people(2, 1))
        with live.running(path + "/data") as server:
            unfinished_calls = judge.begin(server)  # which time out while the others are judged
            judge.guard(server)
            with live.running(path + "/limited", "--rate-limit-token", "1", "--rate-limit-address", "1") as limited:
                judge.limits(limited)
            judge.end(unfinished_calls, "408")
    judge.found += judge.missing()
    print("\n".join(judge.found[:40]))
    print(f"{len(judge.reached)} statuses of {len(judge.operations)} operations, {len(judge.found)} complaints",
          json.dumps(collections.Counter(status for _, _, status in judge.reached)))
    return 1 if judge.found else 0


if __name__ == "__main__":
    sys.exit(main())
