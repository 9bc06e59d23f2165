"""Second implementation of lib/json's canonical form, on Python's own json module.

Numbers are kept as their tokens and put into ECMAScript's layout with Python's unbounded
integers; members are sorted by their UTF-16 code units. Shares nothing with the C code.

  canonical_json.py random SEED COUNT   lines "HEX-OF-TEXT HEX-OF-CANONICAL" of random values
  canonical_json.py faults SEED COUNT   lines "HEX-OF-TEXT WORD" of texts damaged at random, "accepted" where still sound
"""
import json
import random
import re
import sys

MAX_DEPTH = 512


class Number(str):
    pass


class Fault(Exception):
    pass


def members(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Fault("duplicate-member")
    return result


def refuse(word):
    raise ValueError(word)


def depth_of(text):
    deepest = depth = 0
    for mark in re.findall(r"[\[\]{}]", re.sub(r'"(?:[^"\\]|\\.)*"', "", text, flags=re.S)):
        depth += 1 if mark in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def strings_of(value):
    if isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from strings_of(member)
    elif isinstance(value, list):
        for item in value:
            yield from strings_of(item)
    elif isinstance(value, str):
        yield value


def parse(raw):
    """The value of `raw`, numbers as Number; Fault carries the word that DESIGN calls bodyError."""
    if raw.startswith(b"\xef\xbb\xbf"):
        raise Fault("byte-order-mark")
    try:
        text = raw.decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise Fault("invalid-utf8")
    if depth_of(text) > MAX_DEPTH:
        raise Fault("too-deep")
    try:
        value = json.loads(text, parse_int=Number, parse_float=Number, parse_constant=refuse,
                           object_pairs_hook=members)
    except ValueError:
        raise Fault("not-json")
    if any("\ud800" <= c <= "\udfff" for s in strings_of(value) for c in s):
        raise Fault("lone-surrogate")
    return value


def number(token):
    sign, whole, fraction, exponent = re.fullmatch(
        r"(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?", token).groups()
    digits = whole + (fraction or "")
    n = len(whole) + int(exponent or 0) - (len(digits) - len(digits.lstrip("0")))
    digits = digits.strip("0")
    k = len(digits)
    if not digits:
        return "0"
    if k <= n <= 21:
        text = digits + "0" * (n - k)
    elif 0 < n <= 21:
        text = digits[:n] + "." + digits[n:]
    elif -6 < n <= 0:
        text = "0." + "0" * -n + digits
    else:
        text = digits[0] + ("." + digits[1:] if k > 1 else "") + "e%+d" % (n - 1)
    return sign + text


SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def string(text):
    return '"' + "".join(SHORT.get(c) or ("\\u%04x" % ord(c) if c < " " else c) for c in text) + '"'


def canonical(value):
    if isinstance(value, Number):
        return number(value)
    if isinstance(value, str):
        return string(value)
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(string(name) + ":" + canonical(value[name]) for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return {None: "null", True: "true", False: "false"}[value]


# Random texts: the value is made together with its spelling, so every escape and layout occurs.

ALPHABET = ["a", "b", "Z", "0", "/", "~", '"', "\\", "\n", "\r", "\0", "\x1f", "\x7f", "\x80", "\xf6", "\u20ac",
            "\ud7ff", "\ue000", "\ufb33", "\uffff", "\U00010000", "\U0001f600", "\U0010ffff"]


def spell_char(rng, c):
    units = c.encode("utf-16-be")
    escaped = "".join("\\u" + units[i:i + 2].hex() for i in range(0, len(units), 2))
    if rng.random() < 0.2:
        return escaped.upper().replace("\\U", "\\u") if rng.random() < 0.5 else escaped
    if c in SHORT or c < " ":
        return SHORT.get(c, escaped)
    return "\\/" if c == "/" and rng.random() < 0.5 else c


def spell_string(rng):
    return '"' + "".join(spell_char(rng, rng.choice(ALPHABET)) for _ in range(rng.randrange(12))) + '"'


def digits(rng, most):
    return "".join(rng.choice("0001234567899") for _ in range(rng.randint(1, most)))


def spell_number(rng):
    text = rng.choice(["", "-"]) + rng.choice(["0", rng.choice("123456789") + digits(rng, rng.choice([3, 25]))])
    if rng.random() < 0.4:
        text += "." + digits(rng, rng.choice([3, 30]))
    if rng.random() < 0.4:
        text += rng.choice("eE") + rng.choice(["", "+", "-"]) + digits(rng, rng.choice([1, 2, 3, 17, 18, 19, 40]))
    return text


def blank(rng):
    return rng.choice(["", "", "", " ", "\n", "\t\r"])


def spell(rng, depth):
    kind = rng.randrange(7 if depth < 5 else 5)
    if kind < 2:
        text = spell_string(rng)
    elif kind < 4:
        text = spell_number(rng)
    elif kind == 4:
        text = rng.choice(["null", "true", "false"])
    elif kind == 5:
        text = "[" + ",".join(spell(rng, depth + 1) for _ in range(rng.randrange(5))) + blank(rng) + "]"
    else:
        count = rng.choice([0, 1, 2, 3, 7, 40]) if depth < 2 else rng.randrange(3)
        text = "{" + ",".join(blank(rng) + spell_string(rng) + blank(rng) + ":" + spell(rng, depth + 1)
                              for _ in range(count)) + blank(rng) + "}"
    return blank(rng) + text + blank(rng)


def verdict(raw):
    try:
        return canonical(parse(raw)).encode(), None
    except Fault as fault:
        return None, str(fault)


def print_random(rng, count):
    while count:
        raw = spell(rng, 0).encode()
        form, _ = verdict(raw)
        if form is not None:  # random names may repeat
            print(raw.hex(), form.hex())
            count -= 1


def print_faults(rng, count):
    while count:
        raw = bytearray(spell(rng, 0).encode())
        at = rng.randrange(len(raw) + 1)
        raw[at:at + rng.randrange(2)] = rng.choice([
            b"", b"\x80", b"\xed\xa0\x80", b"\\", b'"', b"\\ud800", b"\\udc00", b"{", b"]", b",", b"\x00", b"0", b"e"])
        if raw:
            print(raw.hex(), verdict(bytes(raw))[1] or "accepted")
            count -= 1


if __name__ == "__main__":
    rng = random.Random(int(sys.argv[2]))
    {"random": print_random, "faults": print_faults}[sys.argv[1]](rng, int(sys.argv[3]))
