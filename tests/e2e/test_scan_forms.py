"""The scan for secrets finds one behind every encoding, and behind encodings in one another, six deep.

The encodings are Python's own. Each file holds one secret, and must be named.
"""

import base64
import gzip
import json
import quopri
import random
import re
import urllib.parse
import zlib

import support

SECRET = "h7Gk2LmN/pQr4StU6vWx+YzA1bCd3EfG5hIj7KlM"
# Found alone; in one another they would only say the same again.
ALONE = {
    "hex with colons": lambda data: data.hex(":").encode(),
    "hex with spaces": lambda data: data.hex(" ").encode(),
    "hex of C": lambda data: ", ".join("0x%02x" % byte for byte in data).encode(),
    "hex in lines": lambda data: b"\n".join(data.hex(" ").encode()[i:i + 48].strip() for i in range(0, 3 * len(data), 48)),
    "octal": lambda data: "".join("\\%03o" % byte for byte in data).encode(),
    "braces": lambda data: "".join("\\u{%x}" % byte for byte in data).encode(),
    "JavaScript's escape": lambda data: "".join("%%u%04x" % byte for byte in data).encode(),
}
FILES = 400
DEEP = 6


def wrapped(data, end):
    return end.join(data[i:i + 60] for i in range(0, len(data), 60)) + end


def c_escapes(data):
    return "".join("\\x%02x" % byte for byte in data).encode()


ENCODERS = {
    "hex": lambda data: data.hex().encode(),
    "HEX": lambda data: data.hex().upper().encode(),
    "base64": base64.b64encode,
    "base64 url": base64.urlsafe_b64encode,
    "base64 lines": base64.encodebytes,
    "percent": lambda data: urllib.parse.quote(data, safe="").encode(),
    "percent all": lambda data: "".join("%%%02X" % byte for byte in data).encode(),
    "JSON": lambda data: json.dumps(data.decode("latin-1")).encode(),
    "entities": lambda data: "".join("&#%d;" % byte for byte in data).encode(),
    "entities hex": lambda data: "".join("&#x%x;" % byte for byte in data).encode(),
    "C": c_escapes,
    "lines": lambda data: wrapped(data, b"\n"),
    "lines CR LF": lambda data: wrapped(data, b"\r\n  "),
    "quoted-printable": quopri.encodestring,
    "UTF-16": lambda data: data.decode("latin-1").encode("utf-16-le"),
    "UTF-16 BE": lambda data: data.decode("latin-1").encode("utf-16"),
    "gzip": gzip.compress,
    "zlib": zlib.compress,
}
# What only text can be put into: another encoding of bytes goes before it. Of others each makes text of bytes.
MAKES_TEXT = {"hex", "HEX", "base64", "base64 url", "base64 lines", "percent", "percent all", "C"}
OF_TEXT = {"JSON", "entities", "entities hex", "lines", "lines CR LF", "quoted-printable", "UTF-16", "UTF-16 BE"}
BREAKS = {"lines", "lines CR LF", "quoted-printable"}  # two at once cannot be told apart: Python's own decoder fails
GROWS = {"entities", "entities hex", "C", "percent all", "UTF-16", "UTF-16 BE", "hex", "HEX"}


def nest(rng, depth):
    """Names of `depth` encoders, and the file they make of the secret."""
    data, names, text, grown, broken = b"key=" + SECRET.encode() + b";", [], True, 0, False
    while len(names) < depth:
        name = rng.choice(sorted(ENCODERS))
        if (name in OF_TEXT and not text) or (name in GROWS and grown == 3) or (name in BREAKS and broken):
            continue
        broken = name in BREAKS or (broken and name in OF_TEXT)
        data = ENCODERS[name](data)
        text = name in MAKES_TEXT or (name in OF_TEXT and not name.startswith("UTF-16"))
        grown += name in GROWS
        names.append(name)
    return names, b"before " + data + b" behind"


class Forms(support.TestCase):
    def scrub(self, folder):
        done = self.gwtape("scrub", "--redact", SECRET, "--scenarios", self.scratch, folder, timeout=support.HANG_SECONDS)
        self.assertIn(done.code, (0, 1), done)
        return set(re.findall(r"(f\d+)\b", done.stdout + done.stderr))

    def test_each_encoding_alone(self):
        encoders = {**ENCODERS, **ALONE}
        names = sorted(encoders)
        folder = self.scratch / "files"
        folder.mkdir()
        for i, name in enumerate(names):
            (folder / ("f%d" % i)).write_bytes(b"before " + encoders[name](b"key=" + SECRET.encode() + b";") + b" behind")
        found = self.scrub(folder)
        self.assertEqual([name for i, name in enumerate(names) if "f%d" % i not in found], [])

    def test_encodings_in_one_another(self):
        rng = random.Random(20261128)
        folder = self.scratch / "files"
        folder.mkdir()
        made = [nest(rng, 1 + i % DEEP) for i in range(FILES)]
        for i, (_, data) in enumerate(made):
            (folder / ("f%d" % i)).write_bytes(data)
        found = self.scrub(folder)
        self.assertEqual([names for i, (names, _) in enumerate(made) if "f%d" % i not in found], [])

    def test_what_holds_none_is_not_named(self):
        rng = random.Random(7)
        folder = self.scratch / "files"
        folder.mkdir()
        for i in range(100):
            other = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz ") for _ in range(200)).encode()
            # (a line of base64 that is 40 characters long has the form of a secret key)
            for name in [rng.choice(sorted(MAKES_TEXT - {"base64 lines"})) for _ in range(1 + i % 4)]:
                other = ENCODERS[name](other)
            (folder / ("f%d" % i)).write_bytes(other)
        self.assertEqual(self.scrub(folder), set())


if __name__ == "__main__":
    support.main()
