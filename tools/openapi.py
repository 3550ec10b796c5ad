"""Writes a description of the API as C: the JSON of a YAML file, with a tag that changes when it does.

Usage: openapi.py YAML. The constants are those that src/http/openapi.h declares."""
import hashlib
import json
import sys

import yaml


def main(path):
    with open(path, encoding="utf-8") as file:
        text = json.dumps(yaml.safe_load(file), separators=(",", ":"), default=str).encode("ascii")
    numbers = ",".join(map(str, text + b"\0"))
    print('#include "http/openapi.h"\n')
    print(f"const char OPENAPI_JSON[] = {{{numbers}}};")
    print(f'const char OPENAPI_ETAG[] = "\\"{hashlib.sha256(text).hexdigest()[:16]}\\"";')


if __name__ == "__main__":
    main(sys.argv[1])
