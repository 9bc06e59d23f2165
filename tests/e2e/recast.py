"""Cassettes as another recording would have made them: one answer changed, or nothing but ids, accounts and dates.

The file is written as JSON with its hashes made again, by Python alone.
"""

import copy
import json
import random
import re

import sys

import tape

sys.setrecursionlimit(20000)

AT = re.compile(r"(?P<id>[^#]+)#(?P<side>request|response)/(?P<part>path|query|body|header)(?P<rest>.*?)(@(?P<from>\d+)\+(?P<len>\d+))?\Z")


class Number:
    """A JSON number with its spelling."""

    def __init__(self, token):
        self.token = token


def dumps(value, separators=(",", ":")):
    comma, colon = separators
    if isinstance(value, Number):
        return value.token
    if isinstance(value, dict):
        return "{" + comma.join(json.dumps(k, ensure_ascii=False) + colon + dumps(v, separators)
                                for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + comma.join(dumps(v, separators) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def find(cassette, interaction):
    return next(i for i in cassette["interactions"] if i["id"] == interaction)


def set_body(cassette, interaction, data):
    """Give the answer of an interaction these bytes; None: no body. Variables that are no longer there are dropped."""
    response, index = find(cassette, interaction)["response"], cassette["index"]
    response.pop("body", None)
    if data is None:
        index["bodySha256"][interaction] = tape.sha256(b"")
    else:
        response["body"] = body_of(data)
        # `evidence` comes last.
        response["evidence"] = response.pop("evidence")
        index["bodySha256"][interaction] = tape.sha256(data)
    drop_variables(cassette, interaction, data)


def body_of(data):
    """A body as the format stores it: `json` where writing it in a layout gives the bytes, else `text` or `base64`."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        import base64
        return {"base64": base64.b64encode(data).decode()}
    try:
        value = json.loads(text, parse_float=Number, parse_int=Number)
    except (ValueError, RecursionError):
        return {"text": text}
    for layout, (separators, end) in tape.LAYOUTS.items():
        if dumps(value, separators) + end == text:
            return {"json": value, "layout": layout}
    return {"text": text}


def pointer_get(value, pointer):
    for name in pointer.split("/")[1:]:
        name = name.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def drop_variables(cassette, interaction, data):
    try:
        value = json.loads(data) if data else None
    except (ValueError, RecursionError):
        value = None
    for variable in cassette["index"]["variables"].values():
        kept = []
        for at in variable["at"]:
            m = AT.match(at)
            if m["id"] == interaction and m["side"] == "response" and m["part"] == "body":
                got = pointer_get(value, m["rest"])
                sample = variable["sample"]
                if not isinstance(got, str) or (got != sample if not m["len"] else sample not in got):
                    continue
            kept.append(at)
        variable["at"] = kept


def load(path):
    return json.loads(path.read_text(encoding="utf-8"), parse_int=Number, parse_float=Number)


def save(path, cassette):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dumps(cassette), encoding="utf-8")


# Nothing but ids

def new_sample(rng, kind, old):
    if kind == "account-id":
        return "".join(rng.choice("0123456789") for _ in range(12))
    if kind == "region":
        return rng.choice([r for r in ("eu-west-1", "eu-west-2", "us-west-2", "us-east-1") if len(r) == len(old)])
    if kind == "timestamp":
        return str(rng.randrange(1000000000, 1999999999))
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in old)


def replaced(text, m, sample):
    if not m["len"]:
        return sample
    raw = text.encode()
    start = int(m["from"])
    return (raw[:start] + sample.encode() + raw[start + int(m["len"]):]).decode()


def put_pointer(root, pointer, change):
    names = [n.replace("~1", "/").replace("~0", "~") for n in pointer.split("/")[1:]]
    for name in names[:-1]:
        root = root[int(name)] if isinstance(root, list) else root[name]
    last = int(names[-1]) if isinstance(root, list) else names[-1]
    old = root[last]
    root[last] = Number(change(old.token)) if isinstance(old, Number) else change(old)


def put_sample(cassette, at, sample):
    m = AT.match(at)
    side = find(cassette, m["id"])[m["side"]]
    if m["part"] == "path":
        labels = side["path"].split("/")
        labels[1 + int(m["rest"][1:])] = replaced(labels[1 + int(m["rest"][1:])], m, sample)
        side["path"] = "/".join(labels)
    elif m["part"] == "header":
        for pair in side["headers"]:
            if pair[0].lower() == m["rest"][1:].lower():
                pair[1] = replaced(pair[1], m, sample)
                break
    elif "json" in side["body"]:
        put_pointer(side["body"]["json"], m["rest"], lambda old: replaced(old, m, sample))
    else:
        raise ValueError("a variable in a text")


def plain(value):
    return json.loads(dumps(value))


def recast(cassette, rng):
    """Another recording of the same answers: other ids. None where Python cannot make its hashes."""
    for interaction in cassette["interactions"]:
        request = plain(interaction["request"])
        if tape.sha256(tape.contract_bytes(request)) != cassette["index"]["contractSha256"][interaction["id"]]:
            return None
    made = copy.deepcopy(cassette)
    for variable in made["index"]["variables"].values():
        sample = new_sample(rng, variable["type"], variable["sample"])
        try:
            for at in variable["at"]:
                put_sample(made, at, sample)
        except ValueError:
            return None
        variable["sample"] = sample
    for interaction in made["interactions"]:
        request = plain(interaction["request"])
        made["index"]["contractSha256"][interaction["id"]] = tape.sha256(tape.contract_bytes(request))
        if "body" in interaction["response"]:
            made["index"]["bodySha256"][interaction["id"]] = tape.sha256(
                body_bytes(interaction["response"]["body"]))
    return made


def body_bytes(body):
    if "json" in body:
        separators, end = tape.LAYOUTS[body["layout"]]
        return (dumps(body["json"], separators) + end).encode()
    return tape.body_bytes(body)


def seeded(seed):
    return random.Random(seed)
