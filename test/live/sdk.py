"""Are.na's own SDK works against joinery unchanged but for its base URL: its promises and its typed errors, with bodies
of known length and in chunks. The SDK stands in tools/web/node_modules, where tools/packages.sh puts it.

Environment: as server.py, and SDK_FOLDER."""
import os
import pathlib
import subprocess
import sys

import server as live

SCRIPT = pathlib.Path(__file__).with_name("sdk.mjs")
ENTRY = pathlib.Path(os.environ["SDK_FOLDER"]) / "node_modules/@aredotna/sdk/dist/index.js"
# The SDK gives undefined bodies none, and the empty POST no type.
SENT = "DELETE without a body, GET without a body, POST with a body, POST without a body, PUT with a body"


def run(base, limited, chunked):
    environment = {**os.environ, "SDK": ENTRY.as_uri(), "BASE": base, "LIMITED": limited,
                   "CHUNKED": "1" if chunked else ""}
    done = subprocess.run(["node", str(SCRIPT)], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    assert done.stdout.strip() == SENT, done.stdout


def main():
    assert ENTRY.exists(), f"there is no {ENTRY}: tools/packages.sh installs it"
    for chunked in (False, True):
        with live.folder() as path:
            people = [live.application(), *map(live.user, range(1, 6)), *map(live.token, range(1, 6))]
            live.joinery(path + "/data", "import", "-", text=live.lines(people))
            live.joinery(path + "/limited", "import", "-", text=live.lines(people))
            with live.running(path + "/data") as server, \
                    live.running(path + "/limited", "--rate-limit-token", "2") as limited:
                run(f"http://127.0.0.1:{server.port}", f"http://127.0.0.1:{limited.port}", chunked)
        print("chunked" if chunked else "of known length", "bodies: every operation of the SDK's groups")


if __name__ == "__main__":
    sys.exit(main())
