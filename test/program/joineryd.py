"""Starts and stops joineryd as its operator would: what it prints, how it ends, what it refuses.

Usage: joineryd.py PROGRAM"""
import fcntl
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

PROGRAM = None
PATIENCE_S = 30
FREE_DESCRIPTOR = 100
# A descriptor per socket, then the program: those become 3 and more, and the variable names this very process.
AS_SYSTEMD = '''
import os, sys
count = int(os.environ["LISTEN_FDS"])
for i in range(count):
    os.dup2(int(sys.argv[1 + i]), 3 + i)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[1 + count], sys.argv[1 + count:])
'''


def start(*arguments, **environment):
    return subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=environment)


def run(*arguments):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=PATIENCE_S, env={})
    return done.returncode, done.stdout, done.stderr


class Joineryd(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def serve(self, *arguments, **environment):
        """A server that is ready, and its addresses."""
        return self.ready(start("--data", str(self.folder / "data"), "--map-size", "64M", *arguments, **environment))

    def ready(self, server):
        self.addCleanup(server.communicate)
        self.addCleanup(server.kill)
        words = server.stdout.readline().split()
        self.assertEqual(words[:2], ["joineryd", "ready"])
        return server, words[2:]

    def ask(self, addresses, path, headers=""):
        """The head and body of what a GET is answered."""
        port = int(addresses[0].rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as client:
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\n".encode())
            return client.makefile("rb").read()

    def stop(self, server, number):
        server.send_signal(number)
        out, _ = server.communicate(timeout=PATIENCE_S)
        self.assertEqual(out, "", "nothing follows the ready line")
        self.assertEqual(server.returncode, 0)

    def test_ready_line_names_every_address(self):
        path = self.folder / "s"
        server, addresses = self.serve("--listen", "127.0.0.1:0", "--listen", f"unix:{path}")
        self.assertRegex(addresses[0], r"^http://127\.0\.0\.1:[1-9][0-9]*$")
        self.assertEqual(addresses[1], f"unix:{path}")
        self.assertIn(b"X-Outcome: no_such_group", self.ask(addresses, "/v3/groups/1"))
        self.stop(server, signal.SIGTERM)

    def test_a_supervisor_is_told_of_its_life(self):
        for name, address in (("@" + self.folder.name, "\0" + self.folder.name), (str(self.folder / "s"),) * 2):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
                supervisor.settimeout(PATIENCE_S)
                supervisor.bind(address)
                server, _ = self.serve("--listen", "127.0.0.1:0", NOTIFY_SOCKET=name)
                self.assertEqual(supervisor.recv(64), b"READY=1")
                self.stop(server, signal.SIGTERM)
                self.assertEqual(supervisor.recv(64), b"STOPPING=1")

    def test_a_supervisor_that_is_gone_stops_nothing(self):
        server, _ = self.serve("--listen", "127.0.0.1:0", NOTIFY_SOCKET=str(self.folder / "nobody"))
        self.stop(server, signal.SIGTERM)

    def hand_over(self, *sockets):
        """Starts a server as systemd would, with sockets that listen already, as its descriptors from 3 on."""
        moved = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, FREE_DESCRIPTOR) for each in sockets]
        try:
            script = [sys.executable, "-c", AS_SYSTEMD, *map(str, moved), PROGRAM, "--data", str(self.folder / "data")]
            return subprocess.Popen(script, pass_fds=moved, env={"LISTEN_FDS": str(len(moved))},
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        finally:
            for each in moved:
                os.close(each)

    def test_nobody_is_refused_while_a_server_with_sockets_of_systemd_starts_again(self):
        path = str(self.folder / "s")
        with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
            unix.bind(path)
            unix.listen()
            tcp_name = tcp.getsockname()
            for _ in range(2):
                with socket.create_connection(tcp_name, PATIENCE_S) as early, socket.socket(socket.AF_UNIX) as local:
                    local.connect(path)
                    server, addresses = self.ready(self.hand_over(tcp, unix))
                    self.assertEqual(addresses, [f"http://127.0.0.1:{tcp_name[1]}", f"unix:{path}"])
                    for client in early, local:
                        client.settimeout(PATIENCE_S)
                        client.sendall(b"GET /v3/ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                        self.assertIn(b"X-Outcome: ok", client.makefile("rb").read())
                    self.stop(server, signal.SIGTERM)
                self.assertTrue(os.path.exists(path))

    def test_what_is_handed_over_must_listen(self):
        with socket.socket() as idle:
            server = self.hand_over(idle)
            out, log = server.communicate(timeout=PATIENCE_S)
        self.assertEqual((server.returncode, out), (1, ""))
        self.assertIn("descriptor 3: not a stream socket that listens", log)

    def test_where_a_token_is_required_ping_alone_looks_at_none(self):
        _, addresses = self.serve("--listen", "127.0.0.1:0", "--require-token")
        self.assertIn(b"X-Outcome: token_missing", self.ask(addresses, "/v3/groups/1"))
        for header in "", "Authorization: Bearer nobodys\r\n":
            self.assertIn(b"X-Outcome: ok", self.ask(addresses, "/v3/ping", header))

    def test_the_log_tells_probes_from_the_apis(self):
        server, addresses = self.serve("--listen", "127.0.0.1:0")
        for path in "/healthz", "/v3/ping":
            self.ask(addresses, path)
        server.send_signal(signal.SIGTERM)
        _, log = server.communicate(timeout=PATIENCE_S)
        self.assertIn(" server GET /healthz 200 ok ", log)
        self.assertIn(" v3 GET /v3/ping 200 ok ", log)

    def test_the_log_names_the_trace_and_the_reply_does_not(self):
        server, addresses = self.serve("--listen", "127.0.0.1:0")
        trace = "0af7651916cd43dd8448eb211c80319c"
        for header in f"00-{trace}-b7ad6b7169203331-01", "00-secret":
            self.assertNotIn(b"0af765", self.ask(addresses, "/v3/groups/1", f"traceparent: {header}\r\n"))
        server.send_signal(signal.SIGTERM)
        _, log = server.communicate(timeout=PATIENCE_S)
        self.assertRegex(log, rf"v3 GET /v3/groups/\{{id\}} 404 no_such_group [0-9]+ms [0-9a-f]{{16}} trace={trace}\n")
        self.assertEqual(log.count("trace="), 1)
        self.assertNotIn("secret", log)

    def test_interrupt_stops_it_and_hangup_does_not(self):
        server, _ = self.serve("--listen", "127.0.0.1:0")
        server.send_signal(signal.SIGHUP)
        self.stop(server, signal.SIGINT)

    def test_it_starts_again_on_its_data(self):
        for _ in range(2):
            server, _ = self.serve("--listen", "127.0.0.1:0")
            self.stop(server, signal.SIGTERM)

    def test_data_in_use_is_refused_with_its_holder(self):
        server, _ = self.serve("--listen", "127.0.0.1:0")
        status, out, err = run("--data", str(self.folder / "data"), "--listen", "127.0.0.1:0")
        self.assertEqual((status, out), (1, ""))
        self.assertIn(f"is in use by process {server.pid}", err)
        self.stop(server, signal.SIGTERM)

    def test_what_cannot_be_used_is_status_1(self):
        folder = self.folder / "data"
        self.assertEqual(run("--data", str(self.folder / "no" / "such"))[0], 1)
        listeners = ["--listen", "127.0.0.1:0", "--listen", "unix:/no/such/folder/s"]
        self.assertEqual(run("--data", str(folder), *listeners)[0], 1)
        os.unlink(folder / "master.key")
        status, _, err = run("--data", str(folder), "--listen", "127.0.0.1:0")
        self.assertEqual(status, 1)
        self.assertIn("master.key", err)

    def test_a_bad_option_is_status_2_and_one_line(self):
        status, out, err = run("--threads", "many")
        self.assertEqual((status, out), (2, ""))
        self.assertEqual(err, "joineryd: --threads: expected a number from 1 to 64\n")

    def test_version_and_help_need_nothing(self):
        self.assertRegex(run("--version")[1], r"^joineryd [0-9.]+\n$")
        status, out, err = run("--help")
        self.assertEqual((status, err), (0, ""))
        for option in ("--max-groups-per-user N", "--rate-limit-address N", "--rate-limit-token N",
                       "--rate-limit-application N", "--admin-listen ADDRESS", "--max-waiting N"):
            self.assertIn(option, out)
        for word in "--help", "--version":
            reading, writing = os.pipe()
            os.close(reading)
            with os.fdopen(writing) as unread:
                self.assertEqual(subprocess.run([PROGRAM, word], stdout=unread, check=False).returncode, 1)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
