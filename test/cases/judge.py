"""Judges every reply of the parity cases: legacy ones by schemas/rsp.rng (xmllint), JSON ones by schemas/openapi.yaml.
A legacy reply in JSON is judged as the XML that says the same, and must say what the XML reply to the same call says.

Usage: judge.py CASES_PROGRAM CASES_FOLDER SOURCE_ROOT"""
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

program, folder, root = sys.argv[1:]
sys.path.insert(0, root + "/test/api")
import conformance  # noqa: E402

LEGACY = ("legacy", "legacy-json", "legacy in JSON")
ONLY_JSON = {"moderation_level", "num_members", "num_topics"}
NUMBERS = {"id", "event_moderation", "member_moderation", "is_private", "owner_user_id", "commercial_account_id",
           "topic_count", "member_count", "num_members", "num_topics", "is_admin", "user_id", "version"}


def from_script(body):
    """The document of a reply that calls a function."""
    return body[body.index("(") + 1:-2] if body.startswith("/**/") and body.endswith(");") else body


def xml_element(name, attributes):
    for key, value in attributes.items():
        if isinstance(value, str) == (key in NUMBERS):
            raise ValueError(f"{key} is {value!r}")
    shown = {key: str(value) for key, value in attributes.items() if key not in ONLY_JSON}
    if name == "group" and len(attributes) - len(shown) != len(ONLY_JSON):
        raise ValueError("a group lacks the older names")
    return ElementTree.Element(name, shown)


def xml_of(reply):
    """The reply's document as XML, whatever its form."""
    if reply["headers"]["Content-Type"].startswith("text/xml"):
        return ElementTree.fromstring(reply["body"].encode())
    document = json.loads(from_script(reply["body"]))["rsp"]
    rsp = ElementTree.Element("rsp", {"stat": document.pop("stat"), "version": "1.0"})
    if document.pop("version") != 1:
        raise ValueError("the version is another one")
    for name, elements in document.items():
        rsp.extend(xml_element(name, attributes) for attributes in elements)
    return rsp


def judge_legacy(replies, schema):
    """One xmllint over all bodies; returns what it complains of."""
    with tempfile.TemporaryDirectory() as path:
        names = {}
        for number, reply in enumerate(replies):
            file = pathlib.Path(path) / f"{number}.xml"
            if reply["dialect"] == "legacy":
                file.write_text(reply["body"])
            else:
                file.write_bytes(ElementTree.tostring(xml_of(reply)))
            names[str(file)] = reply["case"]
        done = subprocess.run(["xmllint", "--noout", "--nonet", "--relaxng", schema, *names], capture_output=True,
                              text=True)
        bad = [line for line in done.stderr.splitlines() if not line.endswith(" validates")]
        return [f"{names.get(line.split(':')[0], '')}: {line}" for line in bad]


def compare_forms(replies):
    """The two forms of a legacy reply say the same: status, elements, attributes and their order."""
    by_case = {reply["case"]: reply for reply in replies if reply["dialect"] == "legacy"}
    found = []
    for reply in replies:
        if reply["dialect"] == "legacy in JSON":
            other = by_case[reply["case"]]
            same = ElementTree.tostring(xml_of(reply)) == ElementTree.tostring(xml_of(other))
            if not same or reply["status"] != other["status"]:
                found.append(f"{reply['case']}: JSON and XML differ")
    return found


def main():
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as file:
        subprocess.run([program, folder, "--replies", file.name], check=False, stdout=subprocess.DEVNULL)
        replies = [json.loads(line) for line in file]
    legacy = [r for r in replies if r["dialect"] in LEGACY and r["body"]]
    found = judge_legacy(legacy, root + "/schemas/rsp.rng") + compare_forms(legacy)
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
