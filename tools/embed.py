"""Writes the files it is given as a C table: what the pages are made of, inside the program.

Usage: embed.py HEADER FILE... The table is PAGES_FILES, as HEADER declares it."""
import pathlib
import sys


def array(path):
    text = path.read_bytes()
    if not text.isascii():
        sys.exit(f"{path}: only ASCII, please")
    return ",".join(map(str, text + b"\0")), len(text)


def main(header, paths):
    print(f'#include "{header}"\n')
    rows = []
    for i, path in enumerate(map(pathlib.Path, paths)):
        numbers, size = array(path)
        print(f"static const char file_{i}[] = {{{numbers}}};")
        rows.append(f'\t{{"{path.name}", file_{i}, {size}}},')
    print("\nconst struct pages_file PAGES_FILES[] = {", *rows, "\t{0},", "};", sep="\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
