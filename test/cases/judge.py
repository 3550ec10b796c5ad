"""Judges every reply of the parity cases: legacy ones by schemas/rsp.rng (xmllint), JSON ones by schemas/openapi.yaml.
A legacy reply in JSON is judged as the XML that says the same, and must say what the XML reply to the same call says.
The change feed must tell the dialects of a case alike, but for their names. What is answered while the store or the
memory fails is judged, too. Every status that the document promises must be some case's, but for those of the transport.

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


def run_cases(*options):
    """The replies, and whether the cases passed."""
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as file:
        done = subprocess.run([program, folder, "--replies", file.name, *options], check=False, capture_output=True,
                              text=True)
        if done.returncode:
            print(done.stdout[-4000:], done.stderr[-4000:])
        return [json.loads(line) for line in file], done.returncode == 0


def one_of_each(document, refusals):
    """Refusals look alike: one of each that an operation gives, and of those in place of a 404 or 405 none."""
    found = {}
    for r in refusals:
        operation = document.operation_of(r["method"], r["path"])
        if operation or r["dialect"] in LEGACY:
            found[operation, r["dialect"], r["method"], r["status"], str(r["headers"]), r["body"]] = r
    return list(found.values())


def main():
    document = conformance.Document(root + "/schemas/openapi.yaml")
    replies, _ = run_cases()
    refusals, refused_rightly = run_cases("--faults")
    refusals = one_of_each(document, refusals)
    if sys.argv[4:] == ["--list"]:
        everything = sorted(reached(document, replies + refusals))
        print("\n".join(f"{operation} {status}" for operation, status in everything))
        return 0
    legacy = [r for r in replies if r["dialect"] in LEGACY and r["body"]]
    found = compare_forms(legacy) + compare_feeds(replies)
    found += [] if refused_rightly and refusals else ["a case fails under faults"]
    replies += refusals
    legacy += [r for r in refusals if r["dialect"] in LEGACY]
    found += rsp.judge((r["case"], r["headers"]["Content-Type"], r["body"]) for r in legacy)
    judged = 0
    for reply in replies:
        if reply["dialect"] not in LEGACY and reply["method"] not in ("HEAD", "OPTIONS"):
            judged += 1
            found += [f"{reply['case']} ({reply['dialect']}): {sentence}" for sentence in document.judge(
                reply["method"], reply["path"], reply["status"], reply["headers"], reply["body"])]
    unreached = document.documented() - reached(document, replies)
    found += [f"no case reaches {operation} {status}" for operation, status in sorted(unreached)
              if status not in conformance.TRANSPORT]
    print("\n".join(found))
    print(f"{len(legacy)} legacy and {judged} JSON replies judged, {len(found)} complaints")
    return 1 if found or not legacy or not judged else 0


if __name__ == "__main__":
    sys.exit(main())
