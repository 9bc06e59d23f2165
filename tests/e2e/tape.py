"""Cassettes from a test's side: read as JSON, turned back into the calls that a client makes."""

import copy
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
    """The scenario's calls by API member names, with the samples or with `ids` (restApiId, resourceId)."""
    made = []
    for interaction in cassette["interactions"]:
        labels = [urllib.parse.unquote(x) for x in PATH.match(interaction["request"]["path"]).groups()]
        members = dict(zip(("restApiId", "resourceId", "httpMethod"), labels), **(ids or {}))
        body = body_value(interaction["request"].get("body")) or {}
        if "httpMethod" in body:
            body["integrationHttpMethod"] = body.pop("httpMethod")
        made.append({"id": interaction["id"], "operation": interaction["operation"], "input": {**members, **body}})
    return made
