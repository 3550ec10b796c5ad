"""Writes the operations of an OpenAPI document as an HTML table, for browsers without scripts and for builds without
the viewer.

Usage: operations.py OPENAPI.yaml"""
import html
import sys

import yaml

METHODS = ["get", "post", "put", "patch", "delete"]


def escape(text):
    """Two braces in a row would be a template's hole."""
    return html.escape(text).replace("{{", "&#123;{").encode("ascii", "xmlcharrefreplace").decode()


def main(path):
    with open(path, encoding="utf-8") as document:
        paths = yaml.safe_load(document)["paths"]
    print('<table class="operations">\n<thead><tr><th scope="col">Operation</th><th scope="col">Does</th></tr></thead>')
    print("<tbody>")
    for name, item in paths.items():
        for method in METHODS:
            if method in item:
                words = escape(" ".join(item[method].get("summary", "").split()))
                print(f"<tr><td><b>{method.upper()}</b> {escape(name)}</td><td>{words}</td></tr>")
    print("</tbody>\n</table>")


if __name__ == "__main__":
    main(sys.argv[1])
