"""The rules of the house as a test: who includes whom, how long a function may be, how long a line.

Usage: house.py SOURCE_ROOT. Prints every breach and exits 1 if there is one."""
import pathlib
import re
import sys

SYSTEM = {
    "libevent": r"event2/.*",
    "lmdb": r"lmdb\.h",
    "xml": r"libxml/.*",
    "jansson": r"jansson\.h",
    "sodium": r"sodium\.h",
    "utf8proc": r"utf8proc\.h",
    "cmark": r"cmark\.h",
    "pthread": r"pthread\.h",
    "curl": r"curl/.*",
    "systemd": r"systemd/.*",
}
# Folder: the project's folders or headers it may include, the libraries it may include.
MAY = {
    "src/model": ([], []),
    "src/text": (["model/"], ["utf8proc", "cmark", "sodium"]),
    "src/store": (["model/", "store/"], ["pthread"]),
    "src/engine": (["model/", "store/store.h"], []),
    "src/writer": (["model/", "engine/engine.h", "store/store.h", "log.h"], ["pthread"]),
    "src/http": (["model/", "writer/runner.h", "writer/mailbox.h", "log.h"], ["libevent", "pthread"]),
    "src/observe": (["model/", "text/", "engine/macaroon.h", "engine/secrets.h", "http/dialect.h", "http/observer.h",
                     "http/holder.h", "log.h"],
                    ["jansson", "sodium", "pthread", "curl", "xml"]),
    "src/api": (["model/", "text/", "http/dialect.h"], ["jansson"]),
    "src/pages": (["model/", "text/", "http/dialect.h"], []),
    "src/admin": (["model/", "text/", "engine/", "store/store.h", "log.h"],
                  ["jansson", "sodium", "pthread"]),
    "compat": (["model/", "text/", "http/dialect.h"], ["xml"]),
}
# Files that may use one library more than their folder.
ALONE = {"lmdb": {"src/store/rows_lmdb.c", "src/store/lmdb_folder.c", "src/store/lmdb_folder.h"},
         "sodium": {"src/engine/secrets.c", "src/engine/macaroon.c"}}
MAP = "tools/migrate/commands.h"
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500
LINE_COLUMNS_MAX = 120


def breaches_of_includes(folder, path, text):
    own, libraries = MAY[folder]
    own = own + [folder.removeprefix("src/") + "/"]
    for angle, quoted in re.findall(r'^#include (?:<([^>]+)>|"([^"]+)")', text, re.M):
        if quoted and "/" in quoted and not any(quoted.startswith(o) for o in own):
            yield f"{path} includes {quoted}"
        if quoted and "/" not in quoted and quoted != "log.h" and folder != "compat":
            yield f"{path} includes {quoted} without its folder"
        for library, pattern in SYSTEM.items():
            if angle and re.fullmatch(pattern, angle) and library not in libraries:
                if path not in ALONE.get(library, set()):
                    yield f"{path} includes <{angle}>"


def breaches_of_size(path, text):
    lines = text.split("\n")
    if len(lines) > FILE_LINES_MAX:
        yield f"{path} has {len(lines)} lines"
    start = None
    for number, line in enumerate(lines, 1):
        if len(line.expandtabs(8)) > LINE_COLUMNS_MAX:
            yield f"{path}:{number} is longer than {LINE_COLUMNS_MAX} columns"
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            if number - start > FUNCTION_LINES_MAX:
                yield f"{path}:{start} is a function of {number - start} lines"
            start = None


def main(root):
    found = []
    for path in sorted([*root.glob("src/**/*.[ch]"), *root.glob("compat/*.[ch]")]):
        name = str(path.relative_to(root))
        text = path.read_text()
        found += breaches_of_size(name, text)
        folder = str(path.parent.relative_to(root))
        if folder in MAY:
            found += breaches_of_includes(folder, name, text)
        elif folder != "src":
            found.append(f"{name} stands in a folder that the house does not know")
        if folder.startswith("src/") and '"compat' in text:
            found.append(f"{name} names the legacy dialect")
    families = (root / MAP).read_text().partition("*/")[0]
    for path in sorted((root / MAP).parent.glob("*.c")):
        if not re.search(rf"\b{path.stem.partition('_')[0]}", families):
            found.append(f"{path.relative_to(root)} is in no line of the map in {MAP}")
    for path in sorted(root.glob("tools/**/*.[ch]")):  # programs may include everything
        found += breaches_of_size(str(path.relative_to(root)), path.read_text())
    print("\n".join(found) or "the house is in order")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
