"""Cassettes from a test's side: read as JSON, turned back into the calls that a client makes."""

import base64
import copy
import hashlib
import json
import re
import urllib.parse

import support

PATH = re.compile(r"/restapis/([^/]+)/resources/([^/]+)/methods/([^/]+)/integration\Z")


def names(cassettes):
    """Names of the scenarios that a folder has cassettes of, sorted."""
    found = [p.relative_to(cassettes).with_suffix("") for p in cassettes.rglob("*.json")
             if p.name != "VALIDATED.json" and ".git" not in p.parts]
    return sorted(str(p) for p in found)


def load(cassettes, name):
    return support.read_json(cassettes / (name + ".json"))


def samples(cassette):
    return {name: v["sample"] for name, v in cassette["index"]["variables"].items()}


def body_value(body):
    """The JSON value of a stored body; None for an absent one."""
    if not body:
        return None
    return copy.deepcopy(body["json"]) if "json" in body else json.loads(body["text"])


def calls(cassette, ids=None):
    """The scenario's Put and GetIntegration calls by API member names, with the samples or with `ids` (restApiId, resourceId)."""
    made = []
    for interaction in cassette["interactions"]:
        match = PATH.match(interaction["request"]["path"])
        if not match or interaction["operation"] not in ("PutIntegration", "GetIntegration"):
            continue
        labels = [urllib.parse.unquote(x) for x in match.groups()]
        members = dict(zip(("restApiId", "resourceId", "httpMethod"), labels), **(ids or {}))
        body = body_value(interaction["request"].get("body")) or {}
        body = {"integrationHttpMethod" if k == "httpMethod" else k: v for k, v in body.items()}
        made.append({"id": interaction["id"], "operation": interaction["operation"], "input": {**members, **body}})
    return made


# The hashes of a cassette, computed from its other members: independent of the code that wrote them.

LAYOUTS = {"compact": ((",", ":"), ""), "compact-lf": ((",", ":"), "\n"), "spaced": ((", ", ": "), "")}
VOLATILE = {"x-amz-date", "x-amz-security-token", "x-amz-content-sha256", "x-amz-user-agent"}


def body_bytes(body):
    """The bytes that a stored body stands for."""
    if not body:
        return b""
    if "json" in body:
        separators, end = LAYOUTS[body["layout"]]
        return (json.dumps(body["json"], separators=separators, ensure_ascii=False) + end).encode()
    return body["text"].encode() if "text" in body else base64.b64decode(body["base64"])


def contract_bytes(request):
    """DESIGN's contract bytes, version 1, of a stored request whose JSON has integers only."""
    labels = request["path"].split("/")
    path = "/".join(urllib.parse.quote(urllib.parse.unquote(label), safe="-._~") for label in labels)
    headers = {}
    for name, value in request["headers"]:
        headers.setdefault(name.lower(), []).append(value.strip())
    body = body_bytes(request.get("body"))
    kept = ["%s:%s" % (name, ",".join(values)) for name, values in headers.items()
            if name == "accept" or (name == "content-type" and body)
            or (name.startswith("x-amz-") and name not in VOLATILE)]
    if body:
        # RFC 8785 for this subset: sorted members, no white space, the shortest escapes.
        body = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    head = [request["method"], path, request.get("query", ""), *sorted(kept), "", ""]
    return "\n".join(head).encode() + body


def sha256(data):
    return hashlib.sha256(data).hexdigest()
