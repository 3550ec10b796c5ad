"""The unit that systemd is given: it has no faults, and leaves the server little but its folder and its sockets.

Usage: service.py SYSTEMD_ANALYZE UNIT PROGRAM"""
import pathlib
import re
import subprocess
import sys
import tempfile

EXPOSURE_MAX = 20  # in tenths, of 100: systemd calls up to 29 "OK"


def main(analyze, unit, program):
    text, starts = re.subn("^ExecStart=/[^@ ]*/joineryd ", f"ExecStart={pathlib.Path(program).absolute()} ",
                           pathlib.Path(unit).read_text(), flags=re.M)
    assert starts == 1, text
    with tempfile.TemporaryDirectory() as folder:
        built = pathlib.Path(folder) / "joineryd.service"
        built.write_text(text)
        for arguments in ["verify"], ["security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "--no-pager"]:
            done = subprocess.run([analyze, *arguments, built], capture_output=True, text=True)
            said = done.stderr if arguments == ["verify"] else ""
            assert (done.returncode, said) == (0, ""), (arguments, done.stdout + done.stderr)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
