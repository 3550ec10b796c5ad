"""Judges every reply of the parity cases: legacy ones by schemas/rsp.rng (xmllint), JSON ones by schemas/openapi.yaml.
A legacy reply in JSON is judged as the XML that says the same, and must say what the XML reply to the same call says.
The change feed must tell the dialects of a case alike, but for their names. Every status that the document promises
must be some case's, but for those of the transport.

Usage: judge.py CASES_PROGRAM CASES_FOLDER SOURCE_ROOT [--list], where --list prints each operation and status that the
cases reach, and judges nothing."""
import json
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

program, folder, root = sys.argv[1:4]
sys.path[:0] = [root + "/test/api", root + "/test/compat"]
import conformance  # noqa: E402
import rsp  # noqa: E402

LEGACY = ("legacy", "legacy-json", "legacy in JSON")
TRANSPORT = {"408", "413", "414", "429", "431", "500", "503"}  # sockets, limits and full disks


def xml_text(reply):
    return ElementTree.tostring(rsp.xml_of(reply["headers"]["Content-Type"], reply["body"]))


def compare_forms(replies):
    """The two forms of a legacy reply say the same: status, elements, attributes and their order."""
    by_case = {reply["case"]: reply for reply in replies if reply["dialect"] == "legacy"}
    found = []
    for reply in replies:
        if reply["dialect"] == "legacy in JSON":
            other = by_case[reply["case"]]
            same = xml_text(reply) == xml_text(other)
            if not same or reply["status"] != other["status"]:
                found.append(f"{reply['case']}: JSON and XML differ")
    return found


def compare_feeds(replies):
    """What the feed tells of a case is the same in all its dialects, but for their names."""
    feeds = {}
    for reply in replies:
        if reply["path"].split("?")[0].endswith("/changes") and reply["status"] == 200:
            told = json.loads(reply["body"])
            for change in told["data"]:
                change["cause"]["dialect"] = None
            feeds.setdefault(reply["case"], {}).setdefault(reply["file"], []).append(told)
    return [f"{case}: the feed tells {file} and {first} apart" for case, files in feeds.items()
            for first, file in zip(files, list(files)[1:]) if files[first] != files[file]]


def reached(document, replies):
    """Every (operationId, status) of the JSON replies."""
    return {(document.operation_of(reply["method"], reply["path"]), str(reply["status"])) for reply in replies
            if reply["dialect"] not in LEGACY} - {(None, status) for status in map(str, range(100, 600))}


def run_cases():
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as file:
        subprocess.run([program, folder, "--replies", file.name], check=False, stdout=subprocess.DEVNULL)
        return [json.loads(line) for line in file]


def main():
    replies = run_cases()
    document = conformance.Document(root + "/schemas/openapi.yaml")
    if sys.argv[4:] == ["--list"]:
        print("\n".join(f"{operation} {status}" for operation, status in sorted(reached(document, replies))))
        return 0
    legacy = [r for r in replies if r["dialect"] in LEGACY and r["body"]]
    found = rsp.judge((r["case"], r["headers"]["Content-Type"], r["body"]) for r in legacy) + compare_forms(legacy)
    found += compare_feeds(replies)
    judged = 0
    for reply in replies:
        if reply["dialect"] not in LEGACY and reply["method"] not in ("HEAD", "OPTIONS"):
            judged += 1
            found += [f"{reply['case']} ({reply['dialect']}): {sentence}" for sentence in document.judge(
                reply["method"], reply["path"], reply["status"], reply["headers"], reply["body"])]
    unreached = document.documented() - reached(document, replies)
    found += [f"no case reaches {operation} {status}" for operation, status in sorted(unreached)
              if status not in TRANSPORT]
    print("\n".join(found))
    print(f"{len(legacy)} legacy and {judged} JSON replies judged, {len(found)} complaints")
    return 1 if found or not legacy or not judged else 0


if __name__ == "__main__":
    sys.exit(main())
