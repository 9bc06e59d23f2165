"""Second implementation of the contract, signed and wire bytes (docs/contract-bytes.md).

Written from the text of that page, shares nothing with the C code.

  contract_bytes.py digests FOLDER         lines "PATH CONTRACT SIGNED WIRE BODY-ERROR", SHA-256 in hex
  contract_bytes.py groups FOLDER REPORT   where the grouping of clients differs from REPORT's section 5
"""
import hashlib
import os
import re
import sys

import canonical_json

VOLATILE = re.compile(
    rb"host|connection|keep-alive|te|accept-encoding|accept-language|sec-fetch-.*|user-agent|x-amz-user-agent"
    rb"|amz-sdk-.*|x-amz-date|x-amz-security-token|x-amz-content-sha256|content-length|transfer-encoding|expect"
    rb"|authorization", re.S)
WIRE_MASKED = re.compile(rb"host|user-agent|x-amz-user-agent|amz-sdk-.*|x-amz-date|x-amz-security-token", re.S)
UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class Request:
    def __init__(self, raw):
        head, self.body = raw.split(b"\r\n\r\n", 1)
        self.head = head + b"\r\n\r\n"
        line, *fields = head.split(b"\r\n")
        self.method, target, _ = line.split(b" ")
        self.path, mark, self.query = target.partition(b"?")
        self.headers = []
        for field in fields:
            name, _, value = field.partition(b":")
            self.headers.append((name.lower(), value.strip(b" \t")))

    def joined(self, name):
        values = [value for n, value in self.headers if n == name]
        return b",".join(values) if values else None


def encode(raw):
    return b"".join(bytes([c]) if c in UNRESERVED else b"%%%02X" % c for c in raw)


def decode(raw):
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), raw)


def normal(raw):
    return encode(decode(raw))


def pairs(query):
    split = (piece.partition(b"=") for piece in query.split(b"&") if piece)
    return sorted((normal(name), normal(value)) for name, _, value in split)


def says_json(content_type):
    kind = (content_type or b"").split(b";")[0].strip(b" \t").lower()
    return kind == b"application/json" or kind.startswith(b"application/x-amz-json-") or \
        re.fullmatch(rb".*/.*\+json", kind, re.S) is not None


def canonical_body(request):
    """The body's contract form and its bodyError, if any."""
    if not request.body or not says_json(request.joined(b"content-type")):
        return request.body, None
    try:
        return canonical_json.canonical(canonical_json.parse(request.body)).encode(), None
    except canonical_json.Fault as fault:
        return request.body, str(fault)


def is_contract(name, has_body):
    if name.startswith(b"x-amz-"):
        return not VOLATILE.fullmatch(name)
    return name == b"accept" or name == b"content-type" and has_body


def contract(request):
    names = sorted({name for name, _ in request.headers if is_contract(name, bool(request.body))})
    lines = [request.method, b"/".join(normal(label) for label in request.path.split(b"/")),
             b"&".join(name + b"=" + value for name, value in pairs(request.query))]
    lines += [name + b":" + request.joined(name) for name in names]
    return b"\n".join(lines) + b"\n\n" + canonical_body(request)[0]


def signed(request):
    claim = re.search(rb"SignedHeaders=([^, \t]*)", request.joined(b"authorization") or b"")
    names = claim[1].split(b";") if claim else []
    lines = [request.method, re.sub(rb"[^/]+", lambda m: encode(m[0]), request.path),
             b"&".join(name + b"=" + value for name, value in pairs(request.query))]
    for name in names:
        values = [b"*" if VOLATILE.fullmatch(n) else re.sub(rb"[ \t]+", b" ", value)
                  for n, value in request.headers if n == name]
        lines.append(name + b":" + b",".join(values))
    return b"\n".join(lines + [b"", b";".join(names)]) + b"\n" + request.body


def wire_field(line):
    name, colon, rest = line.partition(b":")
    before, value, after = re.fullmatch(rb"([ \t]*)(.*?)([ \t]*)", rest, re.S).groups()
    if WIRE_MASKED.fullmatch(name.lower()):
        value = b"*"
    elif name.lower() == b"authorization":
        value = re.sub(rb"(Credential=)[^, \t]*?/[^/, \t]*((?:/[^/, \t]*){3}(?=[, \t]|$))", rb"\1*/*\2", value)
        value = re.sub(rb"(Signature=)[^, \t]*", rb"\1*", value)
    return name + colon + before + value + after


def wire(request):
    first, *fields = request.head.split(b"\r\n")
    return b"\r\n".join([first] + [wire_field(f) if b":" in f else f for f in fields]) + request.body


def captures(folder):
    for client in sorted(os.listdir(folder)):
        for name in sorted(os.listdir(os.path.join(folder, client))):
            with open(os.path.join(folder, client, name), "rb") as file:
                yield client, name, Request(file.read())


def print_digests(folder):
    for client, name, request in captures(folder):
        digests = [hashlib.sha256(level(request)).hexdigest() for level in (contract, signed, wire)]
        print(f"{client}/{name}", *digests, canonical_body(request)[1] or "-")


# The report numbers its clients and gives, for each scenario, the groups of each level as
# "(count) 1-2,5 / 3-4 solo:6,8-21".

def numbers(text):
    result = set()
    for part in filter(None, text.strip().split(",")):
        first, _, last = part.partition("-")
        result.update(range(int(first), int(last or first) + 1))
    return result


def report_groups(cell):
    groups, _, solo = re.sub(r"^\(\d+\)", "", cell.strip()).partition("solo:")
    return [numbers(g) for g in groups.split("/") if g.strip()] + [{n} for n in numbers(solo)]


def partition(groups, present):
    return {frozenset(g & present) for g in groups} - {frozenset()}


def print_groups(folder, report):
    with open(report, encoding="utf-8") as file:
        text = file.read()
    clients = {name: int(n) for n, name in re.findall(r"(\d+)=([\w.-]+)", text[text.index("Client numbers:"):])}
    names = {n: name for name, n in clients.items()}
    rows = re.findall(r"^\| (\w+) \| (\(\d+\).*?) \| (.*?) \| (.*?) \|$", text, re.M)
    ours = {}
    for client, name, request in captures(folder):
        if client in clients:
            for i, level in enumerate((wire, signed, contract)):
                ours.setdefault((name, i), {}).setdefault(level(request), set()).add(clients[client])
    for scenario, *cells in rows:
        for i, cell in enumerate(cells):
            found = ours.get((scenario + ".http", i))
            if not found:
                continue
            present = set().union(*found.values())
            theirs, mine = partition(report_groups(cell), present), partition(found.values(), present)
            if theirs != mine:
                show = lambda side: " / ".join(sorted(",".join(sorted(names[n] for n in g)) for g in side))
                print(scenario, "abc"[i], "report:", show(theirs - mine), "| ours:", show(mine - theirs))


if __name__ == "__main__":
    {"digests": print_digests, "groups": print_groups}[sys.argv[1]](*sys.argv[2:])
