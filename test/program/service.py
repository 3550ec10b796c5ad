"""The units that systemd is given: they have no faults, and leave the server little but its folder and its sockets.

Usage: service.py SYSTEMD_ANALYZE SERVICE SOCKET PROGRAM"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

EXPOSURE_MAX = 20  # in tenths, of 100: systemd calls up to 29 "OK"


def main(analyze, unit, socket, program):
    text, starts = re.subn("^ExecStart=/[^@ ]*/joineryd ", f"ExecStart={pathlib.Path(program).absolute()} ",
                           pathlib.Path(unit).read_text(), flags=re.M)
    assert starts == 1, text
    with tempfile.TemporaryDirectory() as folder:
        built = pathlib.Path(folder) / "joineryd.service"
        built.write_text(text)
        shutil.copy(socket, folder)
        for arguments in ["verify", pathlib.Path(folder) / "joineryd.socket"], ["verify"], ["security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "--no-pager"]:
            done = subprocess.run([analyze, *arguments, built], capture_output=True, text=True)
            said = done.stderr if arguments[0] == "verify" else ""
            assert (done.returncode, said) == (0, ""), (arguments, done.stdout + done.stderr)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
