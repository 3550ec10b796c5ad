"""/metrics is what Prometheus reads: its own tool finds nothing to say about it, after calls of every dialect, and no
secret stands in it.

Environment: as server.py, and PROMTOOL (where tools/packages.sh puts it)."""
import os
import pathlib
import subprocess
import sys

import server as live

PROMTOOL = pathlib.Path(os.environ["PROMTOOL"])
SECRETS = ("tok1", "tok2", "key00")


def main():
    assert PROMTOOL.exists(), f"there is no {PROMTOOL}: tools/packages.sh fetches it"
    with live.folder() as path:
        live.joinery(path + "/data", "import", "-", text=live.people(3, 2))
        with live.running(path + "/data", "--rate-limit-token", "1000", "--shadow", "http://127.0.0.1:1",
                          "--record", path + "/recording") as server:
            connection = server.connect()
            live.join_legacy(connection, 2, 1)
            live.join_v3(connection, 3, 1)
            token = live.mint(connection, 1, 2)
            live.join_onezone(connection, 2, token)
            live.join_v3(connection, 2, 99)
            live.ask(connection, "GET", "/group/group-1/invite/secretcode")
            reply = live.ask(connection, "GET", "/metrics")
            connection.close()
    assert reply.status == 200, (reply.status, reply.text)
    assert reply.getheader("Content-Type").startswith("text/plain; version=0.0.4"), reply.getheader("Content-Type")
    for secret in (*SECRETS, token, "secretcode"):
        assert secret not in reply.text, f"a secret stands in the metrics: {secret}"
    done = subprocess.run([PROMTOOL, "check", "metrics"], input=reply.text, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stdout + done.stderr, done.stdout + done.stderr
    print(len(reply.text.splitlines()), "lines, nothing to say about them")


if __name__ == "__main__":
    sys.exit(main())
