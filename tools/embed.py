"""Writes C that stands the files it is given inside the program: what the pages are made of.

Usage: embed.py HEADER FILE... The table is PAGES_FILES, as HEADER declares it. The assembler reads the bytes, since
compilers are slow at a megabyte of numbers."""
import hashlib
import pathlib
import sys

TAG_DIGITS = 16


def main(header, paths):
    print(f'#include "{header}"\n')
    rows = []
    for i, path in enumerate(map(pathlib.Path, paths)):
        content = path.read_bytes()
        if b"\0" in content:
            sys.exit(f"{path}: holds a NUL")
        print(f'extern const char pages_file_{i}[];')
        print(f'__asm__(".pushsection .rodata\\npages_file_{i}:\\n.incbin \\"{path.resolve()}\\"\\n.byte 0\\n'
              f'.popsection\\n");')
        tag = hashlib.sha256(content).hexdigest()[:TAG_DIGITS]
        rows.append(f'\t{{"{path.name}", pages_file_{i}, {len(content)}, "{tag}"}},')
    print("\nconst struct pages_file PAGES_FILES[] = {", *rows, "\t{0},", "};", sep="\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
