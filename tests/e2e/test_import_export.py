"""To and from what people already have: HAR, VCR, vectors."""

import base64
import bz2
import gzip
import hashlib
import json
import lzma
import re
import zlib

import sigv4
import support
import tape

API = "https://apigateway.eu-west-1.amazonaws.com"
PATH = "/restapis/a1b2c3d4e5/resources/x9y8z7/methods/GET/integration"
BODY = '{"type":"MOCK","requestTemplates":{"application/json":"{\\"statusCode\\": 200}"}}'
ANSWER = '{"cacheKeyParameters":[],"cacheNamespace":"x9y8z7","passthroughBehavior":"WHEN_NO_MATCH",' \
         '"requestTemplates":{"application/json":"{\\"statusCode\\": 200}"},"timeoutInMillis":29000,"type":"MOCK"}\n'
TOKEN = "IQoJb3JpZ2luX2VjEJ3aCXVzLWVhc3QtMSJHMEUCIQDtoken"
SIGNATURE = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
AUTHORIZATION = ("AWS4-HMAC-SHA256 Credential=AKIAQ3EGJK4RZL2M7XYZ/20261122/eu-west-1/apigateway/aws4_request, "
                 "SignedHeaders=accept;content-type;host;x-amz-date;x-amz-security-token, Signature=" + SIGNATURE)
SECRETS = (TOKEN, SIGNATURE, "AKIAQ3EGJK4RZL2M7XYZ", "cookie-value")


def request_headers():
    return {"accept": "application/json", "content-type": "application/json", "user-agent": "aws-sdk-js/3.450.0 os/linux",
            "x-amz-date": "20261122T123957Z", "x-amz-security-token": TOKEN, "authorization": AUTHORIZATION,
            "cookie": "a=cookie-value"}


def response_headers():
    return {"Content-Type": "application/json", "x-amzn-RequestId": "baca5c2e-023f-11e9-8ea4-b344d5ae59d5",
            "Date": "Sun, 22 Nov 2026 12:39:57 GMT", "Set-Cookie": "a=cookie-value"}


def har():
    def entry(method, url, body, status, answer, encoding=None):
        pairs = lambda headers: [{"name": k, "value": v} for k, v in headers.items()]
        content = {"size": len(answer), "mimeType": "application/json", "text": answer}
        if encoding:
            content.update(text=base64.b64encode(answer.encode()).decode(), encoding=encoding)
        return {"request": {"method": method, "url": url, "headers": pairs({":authority": "x", **request_headers()}),
                            **({"postData": {"mimeType": "application/json", "text": body}} if body else {})},
                "response": {"status": status, "headers": pairs(response_headers()), "content": content}}

    return {"log": {"version": "1.2", "entries": [
        entry("PUT", API + PATH, BODY, 201, ANSWER),
        {"request": {"method": "GET", "url": "https://example.com/other", "headers": []},
         "response": {"status": 200, "headers": [], "content": {"text": "<html>"}}},
        entry("GET", API + PATH, None, 200, ANSWER, "base64")]}}


VCRPY = """interactions:
- request:
    body: '%s'
    headers:
      Accept:
      - application/json
      Content-Type:
      - application/json
      User-Agent:
      - !!binary |
        Qm90bzMvMS4yNi4yNyBQeXRob24vMy4xMQ==
      X-Amz-Date:
      - !!binary |
        MjAyNjExMjJUMTIzOTU3Wg==
      X-Amz-Security-Token:
      - %s
      Authorization:
      - %s
    method: PUT
    uri: %s
  response:
    body:
      string: '%s

        '
    headers:
      Content-Type:
      - application/json
      Date:
      - Sun, 22 Nov 2026 12:39:57 GMT
    status:
      code: 201
      message: Created
version: 1
""" % (BODY, TOKEN, AUTHORIZATION, API + PATH, ANSWER.rstrip("\n"))

RUBY = {"http_interactions": [{
    "request": {"method": "put", "uri": API + PATH, "body": {"encoding": "UTF-8", "string": BODY},
                "headers": {k: [v] for k, v in request_headers().items()}},
    "response": {"status": {"code": 201, "message": "Created"}, "headers": {k: [v] for k, v in response_headers().items()},
                 "body": {"encoding": "UTF-8", "string": ANSWER}},
    "recorded_at": "Sun, 22 Nov 2026 12:39:57 GMT"}], "recorded_with": "VCR 6.1.0"}


class Import(support.TestCase):
    def imported(self, form, text, *args):
        file = self.scratch / "recording"
        file.write_text(text if isinstance(text, str) else json.dumps(text))
        return self.gwtape("import", form, file, "--cassettes", self.scratch / "c", "--scenarios", self.scratch / "s", *args)

    def assert_good(self, done, name, calls):
        self.assertExit(done, 0)
        text = (self.scratch / "c" / (name + ".json")).read_text() + (self.scratch / "s" / (name + ".yaml")).read_text()
        for secret in SECRETS:
            self.assertNotIn(secret, text + done.stdout + done.stderr)
        cassette = tape.load(self.scratch / "c", name)
        self.assertEqual(len(cassette["interactions"]), calls)
        self.assertEqual(cassette["provenance"]["region"], "eu-west-1")
        self.assertEqual(cassette["provenance"]["endpoint"], API)
        self.assertExit(self.gwtape("lint", self.scratch / "s", self.scratch / "c"), 0)
        self.assertExit(self.gwtape("scrub", self.scratch / "s", self.scratch / "c"), 0)
        return cassette

    def test_har(self):
        done = self.imported("har", har())
        self.assertIn("1 entries are not calls of API Gateway", done.stderr)
        cassette = self.assert_good(done, "imported/recording", 2)
        put, get = cassette["interactions"]
        self.assertEqual(put["request"]["signedHeaders"], ["accept", "content-type", "host", "x-amz-date"])
        self.assertEqual(put["request"]["client"], "aws-sdk-js/3.450.0")
        self.assertEqual(put["response"]["evidence"]["class"], "aws-published")
        self.assertEqual(put["response"]["body"]["json"], get["response"]["body"]["json"])
        self.assertEqual(get["response"]["body"]["layout"], "compact-lf")
        self.assertIn("get-integration#response/body/cacheNamespace", cassette["index"]["variables"]["resourceId"]["at"])

    def test_its_name_is_one_that_scenarios_may_have(self):
        (self.scratch / "Day 1.har").write_text(json.dumps(har()))
        folders = ("--cassettes", self.scratch / "c", "--scenarios", self.scratch / "s")
        self.assertExit(self.gwtape("import", "har", "Day 1.har", *folders), 0)
        self.assertEqual(tape.names(self.scratch / "c"), ["imported/day-1"])
        for name in ("Tf/apply", "a/b/c", "a", "../a/b", "a/.b"):
            self.assertExit(self.gwtape("import", "har", "Day 1.har", "--name", name, *folders), 2)
        listed = self.gwtape("ls", *folders)
        self.assertExit(listed, 0)
        self.assertIn("imported/day-1", listed.stdout)

    def test_what_was_imported_replays(self):
        self.assertExit(self.imported("har", har()), 0)
        server = self.serve("replay", "--cassettes", self.scratch / "c")
        answer = sigv4.send(server.url, "PUT", PATH, BODY.encode(), region="eu-west-1")
        self.assertEqual((answer.status, answer.verdict, answer.body.decode()), (201, "MATCH", ANSWER))
        server.stop()

    def test_vcrpy(self):
        cassette = self.assert_good(self.imported("vcr", VCRPY, "--name", "from/vcr"), "from/vcr", 1)
        self.assertEqual(cassette["interactions"][0]["request"]["client"], "Boto3/1.26.27")
        sample = cassette["index"]["variables"]["resourceId"]["sample"]
        self.assertEqual(cassette["interactions"][0]["response"]["body"]["json"], {**json.loads(ANSWER), "cacheNamespace": sample})

    def test_ruby_vcr(self):
        self.assert_good(self.imported("vcr", RUBY), "imported/recording", 1)

    def test_what_other_tools_write(self):
        """BOM, fragments, other schemes, numbers, joined fields, chunks of Polly, compressed bodies."""
        def answer(entry):
            return entry["response"]["content"]

        def encode(coding, data):
            def change(entry):
                entry["response"]["headers"].append({"name": "Content-Encoding", "value": coding})
                answer(entry).update(text=base64.b64encode(data).decode(), encoding="base64")
            return change

        def no_call(url):
            return {"request": {"method": "GET", "url": url, "headers": []},
                    "response": {"status": 200, "headers": [], "content": {}}}

        body = ANSWER.encode()
        raw = zlib.compressobj(wbits=-15)
        rows = {
            "fragment": lambda e: e["request"].update(url=e["request"]["url"] + "#top"),
            "number": lambda e: e["response"]["headers"].append({"name": "x-count", "value": 5}),
            "null": lambda e: e["response"]["headers"].append({"name": "x-none", "value": None}),
            "joined": lambda e: e["response"]["headers"].append({"name": "set-cookie", "value": "a=b\nc=d"}),
            "gzip": encode("gzip", gzip.compress(body)),
            "deflate": encode("deflate", zlib.compress(body)),
            "raw deflate": encode("deflate", raw.compress(body) + raw.flush()),
            "twice": encode("gzip, gzip", gzip.compress(gzip.compress(body))),
            "decoded already": encode("br", body),
            "hex": lambda e: answer(e).update(text=body.hex(), encoding="hex"),
            "Polly": lambda e: answer(e).update(text=json.dumps([body[:9].hex(), body[9:].hex()]), _isBinary=True),
        }
        for name, change in rows.items():
            with self.subTest(name):
                made = har()
                change(made["log"]["entries"][0])
                made["log"]["entries"][:0] = [no_call("wss://x/y"), no_call("data:text/plain,x"), no_call("ftp://x")]
                done = self.imported("har", "\ufeff" + json.dumps(made), "--force")
                self.assertExit(done, 0)
                self.assertIn("4 entries are not calls of API Gateway", done.stderr)
                put = tape.load(self.scratch / "c", "imported/recording")["interactions"][0]
                self.assertEqual(put["response"]["body"]["json"]["type"], "MOCK")

    def test_bodies_that_are_not_what_they_say(self):
        body = ANSWER.encode()
        for coding, data in (("gzip", gzip.compress(body)[:-9]), ("deflate", b"\xff" + body), ("br", b"\x0b\x02"),
                             ("zstd", b"\x28\xb5"), ("identity", body[:-3]), ("gzip", b"not JSON")):
            made = har()
            made["log"]["entries"][0]["response"]["headers"].append({"name": "Content-Encoding", "value": coding})
            made["log"]["entries"][0]["response"]["content"].update(text=base64.b64encode(data).decode(), encoding="base64")
            done = self.imported("har", made)
            self.assertExit(done, 3)
            self.assertIn("recording:1:", done.stderr)
            self.assertFalse((self.scratch / "c").exists(), coding)

    def test_bodies_that_nobody_can_look_into(self):
        """Compressed without a word of it, or twice and said once: whatever the type, nothing is written."""
        body = b"what may hold a secret, " * 9
        raw, large = zlib.compressobj(wbits=-15), zlib.compressobj(wbits=-15)
        beyond = body + b" " * (11 << 20)  # more than an answer may hold
        rows = [("none", zlib.compress(beyond)), ("none", large.compress(beyond) + large.flush()),
                ("none", zlib.compress(body)[:-4]), ("none", zlib.compress(body) + b"\0\xff"),
                ("none", gzip.compress(body)), ("none", zlib.compress(body)), ("none", raw.compress(body) + raw.flush()),
                ("none", bz2.compress(body)), ("none", lzma.compress(body)), ("none", b"\x28\xb5\x2f\xfd" + body),
                ("none", b"\x1f\x9d\x90" + body), ("gzip", gzip.compress(gzip.compress(body))), ("gzip", zlib.compress(body)),
                ("gzip", gzip.compress(body) + b"beside it"), ("deflate", zlib.compress(body)[:-4]), ("br", b"\x0b\x02\x80")]
        for where, kind in (("request", "postData"), ("response", "content")):
            for coding, data in rows:
                made = har()
                entry = made["log"]["entries"][0]
                entry[where]["headers"] = [h for h in entry[where]["headers"] if h["name"].lower() != "content-type"]
                entry[where]["headers"].append({"name": "Content-Type", "value": "application/octet-stream"})
                if coding != "none":
                    entry[where]["headers"].append({"name": "Content-Encoding", "value": coding})
                entry[where][kind].update(text=base64.b64encode(data).decode(), encoding="base64")
                with self.subTest(where=where, coding=coding, data=data[:4]):
                    done = self.imported("har", made)
                    self.assertExit(done, 3)
                    self.assertIn("export it decoded", done.stderr)
                    self.assertFalse((self.scratch / "c").exists())

    def test_binary_bodies_that_are_not_compressed_are_kept(self):
        made = har()
        answer = made["log"]["entries"][0]["response"]
        answer["headers"][0]["value"] = "application/octet-stream"
        answer["content"].update(text=base64.b64encode(bytes(range(256))).decode(), encoding="base64")
        self.assertExit(self.imported("har", made), 0)
        kept = tape.load(self.scratch / "c", "imported/recording")["interactions"][0]["response"]["body"]
        self.assertEqual(base64.b64decode(kept["base64"]), bytes(range(256)))

    def test_a_small_file_cannot_ask_for_gigabytes(self):
        """20 answers of 5 MiB in 120 KiB: together they are more than a cassette may hold."""
        made = har()
        entry = made["log"]["entries"][0]
        entry["response"]["headers"].append({"name": "Content-Encoding", "value": "gzip"})
        bomb = gzip.compress(b'{"a":"' + b"x" * (5 << 20) + b'"}')
        entry["response"]["content"].update(text=base64.b64encode(bomb).decode(), encoding="base64")
        made["log"]["entries"] = [entry] * 20
        done = self.imported("har", made)
        self.assertExit(done, 3)
        self.assertFalse((self.scratch / "c").exists())

    def test_calls_whose_url_nobody_can_send_are_named(self):
        for rest in ("/a b", "/\u00e9", "\r\nX: y", "\0"):
            made = har()
            made["log"]["entries"][0]["request"]["url"] += rest
            done = self.imported("har", made, "--force")
            self.assertExit(done, 0)
            self.assertIn("1 calls of API Gateway were left out: their URL", done.stderr)
        made["log"]["entries"][0]["request"]["url"] = (API + PATH).replace("://", "://me:Hunter2-9081@")
        done = self.imported("har", made, "--force")
        self.assertIn("1 calls of API Gateway were left out: their URL", done.stderr)
        self.assertNotIn("Hunter2", done.stdout + done.stderr)

    def test_ruby_writes_nil_and_binary(self):
        text = """---
http_interactions:
- request:
    method: put
    uri: %s
    body:
      encoding: ASCII-8BIT
      string: !binary |-
        %s
    headers:
      Content-Type:
      - application/json
      X-Nil:
      Authorization:
      - %s
  response:
    status:
      code: 201
      message:
    headers:
      Content-Type:
      - application/json
      X-Nil:
    body:
      encoding: UTF-8
      string: '%s'
    http_version:
  recorded_at: Sun, 22 Nov 2026 12:39:57 GMT
recorded_with: VCR 5.1.0
""" % (API + PATH, base64.b64encode(BODY.encode()).decode(), AUTHORIZATION, ANSWER.rstrip("\n"))
        self.assert_good(self.imported("vcr", text), "imported/recording", 1)

    def test_forms_of_other_versions(self):
        """As their sources write them; a body of a form that nobody knows is not taken for an empty one."""
        quoted = VCRPY.replace("body: '", "body: !!python/unicode '").replace("string: '", "string: !!python/unicode '")
        httpx = VCRPY.replace("    body:\n      string: '%s\n\n        '" % ANSWER.rstrip("\n"), "    content: '%s\n\n        '" % ANSWER.rstrip("\n"))
        httpx = httpx.replace("    status:\n      code: 201\n      message: Created\n", "    status_code: 201\n    http_version: HTTP/1.1\n")
        symbol = VCRPY.replace("method: PUT", "method: :put")
        self.assertEqual(len({VCRPY, quoted, httpx, symbol}), 4)
        for text in (quoted, httpx, symbol):
            self.assert_good(self.imported("vcr", text, "--force"), "imported/recording", 1)
            body = tape.load(self.scratch / "c", "imported/recording")["interactions"][0]["response"]["body"]
            self.assertEqual(body["json"]["type"], "MOCK")
        for form in ("bytes: x", "- x", "5"):
            done = self.imported("vcr", httpx.replace("    content: ", "    body:\n      %s\n    other: " % form), "--force")
            self.assertExit(done, 3)
            self.assertIn("a body is text", done.stderr)

    def test_a_cassette_of_stronger_evidence_stays(self):
        self.assertExit(self.imported("har", har()), 0)
        weaker = json.dumps(har()).replace("apigateway.eu-west-1.amazonaws.com", "gateway.example.com")
        self.assertExit(self.imported("har", weaker), 2)
        self.assertExit(self.imported("har", weaker, "--force"), 0)
        self.assertExit(self.imported("har", har()), 0)

    def test_other_services_only_is_not_success(self):
        only = har()
        del only["log"]["entries"][0], only["log"]["entries"][1]
        done = self.imported("har", only)
        self.assertExit(done, 5)
        self.assertEqual(tape.names(self.scratch / "c") if (self.scratch / "c").exists() else [], [])

    def test_what_is_none_is_refused_with_its_place(self):
        rows = [("har", "{", "recording:1:"), ("har", "[]", "log.entries"), ("har", json.dumps({"log": {"entries": [{}]}}), "recording:1:"),
                ("vcr", "a: b\n", "interactions"), ("vcr", "interactions:\n- request: {}\n", "recording:2:"),
                ("vcr", "a: &x b\n", "anchors"), ("vcr", VCRPY.replace("code: 201", "code: 42"), "status.code"),
                ("vcr", VCRPY.replace("MjAyNjExMjJUMTIzOTU3Wg==", "*"), "recording:")]
        for form, text, reason in rows:
            with self.subTest(reason):
                done = self.imported(form, text)
                self.assertExit(done, 3)
                self.assertIn(reason, done.stderr)

    def test_usage(self):
        for words in (["import"], ["import", "har"], ["import", "pcap", "x"], ["export"], ["export", "pcap"]):
            self.assertExit(self.gwtape(*words), 2)
        self.assertExit(self.imported("har", har(), "--name", "../up"), 2)


class Export(support.TestCase):
    def setUp(self):
        super().setUp()
        self.cassettes = self.scratch / "cassettes"
        self.record(self.cassettes, "--no-commit", "types", "text", "lifecycle")

    def test_a_har_gives_the_cassettes_back_as_they_were(self):
        exported = self.gwtape("export", "har", "--cassettes", self.cassettes)
        self.assertExit(exported, 0)
        file = self.scratch / "all.har"
        file.write_text(exported.stdout)
        self.assertExit(self.gwtape("import", "har", file, "--cassettes", self.scratch / "back"), 0)
        self.assertEqual(tape.names(self.scratch / "back"), tape.names(self.cassettes))
        for name in tape.names(self.cassettes):
            self.assertEqual((self.scratch / "back" / (name + ".json")).read_bytes(), (self.cassettes / (name + ".json")).read_bytes())

    def test_what_a_har_gives_back_replaces_nothing_and_holds_no_secret(self):
        exported = self.gwtape("export", "har", "--cassettes", self.cassettes)
        file = self.scratch / "all.har"
        file.write_text(exported.stdout)
        back = self.scratch / "back"
        self.assertExit(self.gwtape("import", "har", file, "--cassettes", back), 0)
        name = tape.names(back)[0]
        path = back / (name + ".json")
        ours = path.read_text()
        path.write_text(ours.replace('"MOCK"', '"HTTP"'))
        self.assertExit(self.gwtape("import", "har", file, "--cassettes", back), 2)
        self.assertNotEqual(path.read_text(), ours)
        self.assertExit(self.gwtape("import", "har", file, "--cassettes", back, "--force"), 0)
        self.assertEqual(path.read_text(), ours)

    def test_a_har_that_was_edited_is_read_as_anybodys(self):
        log = json.loads(self.gwtape("export", "har", "types/http", "--cassettes", self.cassettes).stdout)
        log["log"]["entries"][0]["response"]["status"] = 200
        file = self.scratch / "edited.har"
        file.write_text(json.dumps(log))
        done = self.gwtape("import", "har", file, "--cassettes", self.scratch / "back")
        self.assertExit(done, 0)
        self.assertEqual(tape.load(self.scratch / "back", "imported/edited")["interactions"][0]["response"]["status"], 200)

    def test_vectors_hold_by_an_independent_signer(self):
        done = self.gwtape("export", "vectors", "--cassettes", self.cassettes)
        self.assertExit(done, 0)
        lines = [json.loads(line) for line in done.stdout.split("\n") if line]
        self.assertEqual(len(lines), sum(len(tape.load(self.cassettes, n)["interactions"]) for n in tape.names(self.cassettes)))
        checked = 0
        for vector in lines:
            index = tape.load(self.cassettes, vector["scenario"])["index"]
            digest = hashlib.sha256(self.bytes_of(vector["contractBytes"])).hexdigest()
            self.assertEqual(digest, index["contractSha256"][vector["interaction"]])
            head, body = self.bytes_of(vector["request"]).split(b"\r\n\r\n", 1)
            first, *fields = head.decode().split("\r\n")
            method, target, _ = first.split(" ")
            headers = dict(f.split(": ", 1) for f in fields)
            stated = headers.pop("Authorization")
            headers.pop("Content-Length", None)
            self.assertTrue(stated.endswith("Signature=" + vector["signature"]))
            if "?" in target or re.search(r"/\.{0,2}(/|$)", target):
                continue  # the test's signer neither sorts queries nor normalizes paths
            self.assertEqual(sigv4.authorization(method, target, headers, body, support.ACCESS_KEY_ID, support.SECRET_KEY,
                                                 "us-east-1", vector["time"]), stated)
            checked += 1
        self.assertGreater(checked, 20)

    @staticmethod
    def bytes_of(value):
        return value["text"].encode() if "text" in value else base64.b64decode(value["base64"])


if __name__ == "__main__":
    support.main()
