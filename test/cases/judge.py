"""Judges every reply of the parity cases: legacy ones by schemas/rsp.rng (xmllint), JSON ones by schemas/openapi.yaml.

Usage: judge.py CASES_PROGRAM CASES_FOLDER SOURCE_ROOT"""
import json
import pathlib
import subprocess
import sys
import tempfile

program, folder, root = sys.argv[1:]
sys.path.insert(0, root + "/test/api")
import conformance  # noqa: E402


def judge_legacy(replies, schema):
    """One xmllint over all bodies; returns what it complains of."""
    with tempfile.TemporaryDirectory() as path:
        names = {}
        for number, reply in enumerate(replies):
            file = pathlib.Path(path) / f"{number}.xml"
            file.write_text(reply["body"])
            names[str(file)] = reply["case"]
        done = subprocess.run(["xmllint", "--noout", "--nonet", "--relaxng", schema, *names], capture_output=True,
                              text=True)
        bad = [line for line in done.stderr.splitlines() if not line.endswith(" validates")]
        return [f"{names.get(line.split(':')[0], '')}: {line}" for line in bad]


def main():
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as file:
        subprocess.run([program, folder, "--replies", file.name], check=False, stdout=subprocess.DEVNULL)
        replies = [json.loads(line) for line in file]
    legacy = [r for r in replies if r["dialect"] == "legacy" and r["body"]]
    found = judge_legacy(legacy, root + "/schemas/rsp.rng")
    document = conformance.Document(root + "/schemas/openapi.yaml")
    judged = 0
    for reply in replies:
        if reply["dialect"] != "legacy" and reply["method"] not in ("HEAD", "OPTIONS"):
            judged += 1
            found += [f"{reply['case']} ({reply['dialect']}): {sentence}" for sentence in document.judge(
                reply["method"], reply["path"], reply["status"], reply["headers"], reply["body"])]
    print("\n".join(found))
    print(f"{len(legacy)} legacy and {judged} JSON replies judged, {len(found)} complaints")
    return 1 if found or not legacy or not judged else 0


if __name__ == "__main__":
    sys.exit(main())
