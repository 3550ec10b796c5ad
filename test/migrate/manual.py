"""The manual page names every option that the programs of migration testing take, and no other.

Environment: JOINERYD."""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]
OF_OTHERS = {"--changes", "--data", "--max-groups-per-user", "--public-url"}  # of export, which a twin calls; of every command
OF_SERVER = re.compile(r"^ *(--(?:record|shadow|i-own)[a-z-]*)", re.M)


def taken():
    found = set()
    for path in (ROOT / "tools/migrate").glob("*.c"):
        found |= set(re.findall(r'"(--[a-z][a-z-]*)"', path.read_text(encoding="utf-8")))
    printed = subprocess.run([os.environ["JOINERYD"], "--help"], check=True, capture_output=True, text=True).stdout
    return (found | set(OF_SERVER.findall(printed))) - OF_OTHERS


def named():
    page = (ROOT / "tools/joinery-migrate.1").read_text(encoding="utf-8")
    return {"-" + name for name in re.findall(r"\bFl (-[a-z-]+)", page)} - OF_OTHERS - {"--help"}


def main():
    missing = [f"{option} is not in the manual page" for option in sorted(taken() - named())]
    unknown = [f"no program takes {option}" for option in sorted(named() - taken())]
    print("\n".join(missing + unknown) or "the manual page names every option")
    return 1 if missing or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
