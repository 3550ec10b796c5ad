"""Judges replies of the JSON dialects against schemas/openapi.yaml.

Usage: conformance.py OPENAPI_YAML EXCHANGES, where each line of EXCHANGES is a JSON object
{"method", "path", "status", "headers": {name: value}, "body": text}. Prints every complaint and exits 1 if there
is one. Other tests import `Document` and call `judge` for each reply they get."""
import json
import re
import sys

import jsonschema
import yaml

METHODS = ("get", "put", "post", "delete", "patch")
SERVER = "server"  # the tag of what the server says of itself: test/live/probes.py asks for it
TRANSPORT = ("408", "413", "414", "429", "431")  # of sockets and limits: test/live/documented.py reaches these of each
CHARSET = "; charset=utf-8"
ONEZONE = re.compile(r"^/(user|groups|api/v3/onezone)(/|$)")


class Document:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.root = yaml.safe_load(file)
        self.resolver = jsonschema.RefResolver("", self.root)
        self.paths = []
        for template, item in self.root["paths"].items():
            servers = [server["url"].rstrip("/") for server in item.get("servers", self.root["servers"])]
            pattern = "(%s)" % "|".join(map(re.escape, servers)) + re.sub(r"\{[^}]+\}", "[^/]+", template) + "/?"
            self.paths.append((template.count("{"), re.compile(pattern), item))
        self.paths.sort(key=lambda row: row[0])  # "/groups/join" before "/groups/{id}"

    def judge(self, method, path, status, headers, body):
        """The complaints about one reply, as a list of sentences; empty: it is as the document says."""
        headers = {name.lower(): value for name, value in headers.items()}
        response, complaint = self._response(method.lower(), path.split("?")[0], status)
        if response is None:
            return [f"{method} {path}: {complaint}"]
        found = list(self._headers(response, headers)) + list(self._body(method, response, headers, body))
        if status == 401 or "www-authenticate" in headers:
            found += self._header("WWW-Authenticate", self.root["components"]["headers"]["WWW-Authenticate"], headers)
        return [f"{method} {path} {status}: {sentence}" for sentence in found]

    def operation_of(self, method, path):
        """The operationId that answers this request; None: the document knows none."""
        method = "get" if method.lower() == "head" else method.lower()
        item = next((item for _, pattern, item in self.paths if pattern.fullmatch(path.split("?")[0])), {})
        return item.get(method, {}).get("operationId")

    def documented(self, of_server=False):
        """Every (operationId, status) that the document promises of a dialect, or of the server itself."""
        return {(item[method]["operationId"], status)
                for item in self.root["paths"].values() for method in METHODS if method in item
                for status in item[method]["responses"] if (SERVER in item[method]["tags"]) == of_server}

    def _resolve(self, node):
        while "$ref" in node:
            node = self.resolver.resolve(node["$ref"])[1]
        return node

    def _response(self, method, path, status):
        """The document's response for it, or None and why there is none."""
        dialect = "Onezone" if ONEZONE.match(path) else "V3"
        common = self.root["components"]["responses"]
        item = next((item for _, pattern, item in self.paths if pattern.fullmatch(path)), None)
        if item is None:
            known = {400: "BadRequest", 404: "NotFound", 413: "TooLarge", 414: "UriTooLong", 501: "NotAllowed"}
            name = dialect + known.get(status, "")
            return common.get(name), f"status {status} at a path that the document does not know"
        if method == "options":
            return ({} if status == 204 else None), f"status {status} for a preflight"
        operation = item.get("get" if method == "head" else method)
        if method == "head" and status == 405 or operation is None:
            return (common[dialect + "NotAllowed"] if status in (405, 501) else None), f"status {status}, not 405"
        return operation["responses"].get(str(status)), f"status {status} is not documented"

    def _schema_errors(self, value, schema):
        validator = jsonschema.Draft202012Validator(
            schema, resolver=self.resolver, format_checker=jsonschema.FormatChecker())
        for error in validator.iter_errors(value):
            yield f"{error.json_path}: {error.message}"

    def _header(self, name, header, headers):
        header = self._resolve(header)
        value = headers.get(name.lower())
        if value is None:
            if header.get("required"):
                yield f"{name} is missing"
            return
        for sentence in self._schema_errors(value, header["schema"]):
            yield f"{name}: {sentence}"

    def _headers(self, response, headers):
        response = self._resolve(response)
        for name, header in response.get("headers", {}).items():
            yield from self._header(name, header, headers)
        if "location" in headers and "Location" not in response.get("headers", {}):
            yield "Location is not documented here"

    def _body(self, method, response, headers, body):
        content = self._resolve(response).get("content")
        if content is None:
            if body:
                yield "has a body and should have none"
            if "content-type" in headers:
                yield "has a content type and no body"
            return
        media_type = next(iter(content))
        if headers.get("content-type") != media_type + CHARSET:
            yield f"content type {headers.get('content-type')!r}"
        if method.lower() == "head":
            if body:
                yield "HEAD is answered with a body"
            return
        if media_type != "application/json":
            return
        try:
            value = json.loads(body)
        except ValueError as error:
            yield f"the body is not JSON: {error}"
            return
        yield from self._schema_errors(value, content["application/json"]["schema"])


def main(document_path, exchanges_path):
    document = Document(document_path)
    complaints, count = [], 0
    with open(exchanges_path, encoding="utf-8") as file:
        for line in file:
            exchange = json.loads(line)
            complaints += document.judge(
                exchange["method"], exchange["path"], exchange["status"], exchange["headers"], exchange["body"])
            count += 1
    print("\n".join(complaints) or f"{count} replies are as the document says")
    return 1 if complaints or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
