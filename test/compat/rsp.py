"""Legacy replies and schemas/rsp.rng: a reply in JSON is judged as the XML that says the same."""
import json
import pathlib
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

SCHEMA = pathlib.Path(__file__).parents[2] / "schemas" / "rsp.rng"
ONLY_JSON = {"moderation_level", "num_members", "num_topics"}
NUMBERS = {"id", "event_moderation", "member_moderation", "is_private", "owner_user_id", "commercial_account_id",
           "topic_count", "member_count", "num_members", "num_topics", "is_admin", "user_id", "version"}
FILES_MAX = 500  # given to one xmllint


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


def xml_of(content_type, body):
    """The reply's document as XML, whatever its form."""
    if content_type.startswith("text/xml"):
        return ElementTree.fromstring(body.encode())
    document = json.loads(from_script(body))["rsp"]
    rsp = ElementTree.Element("rsp", {"stat": document.pop("stat"), "version": "1.0"})
    if document.pop("version") != 1:
        raise ValueError("the version is another one")
    for name, elements in document.items():
        rsp.extend(xml_element(name, attributes) for attributes in elements)
    return rsp


def judge_some(replies, folder):
    names = {}
    for number, (name, content_type, body) in enumerate(replies):
        file = pathlib.Path(folder) / f"{number}.xml"
        if content_type.startswith("text/xml"):
            file.write_text(body)
        else:
            file.write_bytes(ElementTree.tostring(xml_of(content_type, body)))
        names[str(file)] = name
    done = subprocess.run(["xmllint", "--noout", "--nonet", "--relaxng", SCHEMA, *names], capture_output=True,
                          text=True)
    bad = [line for line in done.stderr.splitlines() if not line.endswith(" validates")]
    return [f"{names.get(line.split(':')[0], '')}: {line}" for line in bad]


def judge(replies):
    """What xmllint complains of in replies of (name, content type, body)."""
    replies = list(replies)
    found = []
    for start in range(0, len(replies), FILES_MAX):
        with tempfile.TemporaryDirectory() as folder:
            found += judge_some(replies[start:start + FILES_MAX], folder)
    return found
