"""Judges every reply of the parity cases: legacy ones by schemas/rsp.rng (xmllint), JSON ones by schemas/openapi.yaml.
A legacy reply in JSON is judged as the XML that says the same, and must say what the XML reply to the same call says.

Usage: judge.py CASES_PROGRAM CASES_FOLDER SOURCE_ROOT"""
import json
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

program, folder, root = sys.argv[1:]
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


def main():
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as file:
        subprocess.run([program, folder, "--replies", file.name], check=False, stdout=subprocess.DEVNULL)
        replies = [json.loads(line) for line in file]
    legacy = [r for r in replies if r["dialect"] in LEGACY and r["body"]]
    found = rsp.judge((r["case"], r["headers"]["Content-Type"], r["body"]) for r in legacy) + compare_forms(legacy)
    document = conformance.Document(root + "/schemas/openapi.yaml")
    judged = 0
    for reply in replies:
        if reply["dialect"] not in LEGACY and reply["method"] not in ("HEAD", "OPTIONS"):
            judged += 1
            found += [f"{reply['case']} ({reply['dialect']}): {sentence}" for sentence in document.judge(
                reply["method"], reply["path"], reply["status"], reply["headers"], reply["body"])]
    print("\n".join(found))
    print(f"{len(legacy)} legacy and {judged} JSON replies judged, {len(found)} complaints")
    return 1 if found or not legacy or not judged else 0


if __name__ == "__main__":
    sys.exit(main())
