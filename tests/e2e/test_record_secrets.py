"""Secrets seeded in every place of what a client sends and an upstream answers: none of them is written.

Each round is one recording through `record --proxy`, one secret, in one place, in one spelling. Where the place
is left out, masked or a variable the recording is kept; where it would be in a file it is refused, reported with the
place, and nothing is written. In the end no object of the repository has a secret in it, in whatever spelling.
GWTAPE_LONG=1 makes 1,000 rounds.
"""

import base64
import http.server
import json
import os
import re
import socket
import subprocess
import threading
import urllib.parse

import sigv4
import support

REAL_ID, REAL_SECRET = "AKIAQ3EGJK4RZL2M7XYZ", "h7Gk2LmN9pQr4StU6vWx/YzA1bCd3EfG5hIj7KlM"
REAL_TOKEN = "IQoJb3JpZ2luX2VjEJ3aCXVzLWVhc3QtMSJHMEUCIQDsR+v7/pQ0f3yZ1xk="
SECRETS = {
    "the secret access key": REAL_SECRET, "the session token": REAL_TOKEN, "the access key id": REAL_ID,
    "somebody's secret key": "Zq3xV9sbT1mWc7+KpLd5RsYh2NfGj8UaEo4Qi6Xt", "somebody's key id": "ASIAZ7QPLM3KX5YTR2WD",
}
PUT = "/restapis/abc123defg/resources/xyz789/methods/GET/integration"
MOCK = {"type": "MOCK"}
KEPT, BLOCKED = True, False


# Spellings; a line break is what its place can carry.

def over_lines(text, line_break):
    encoded = base64.b64encode(b"pw=" + text.encode()).decode()
    return line_break.join(encoded[i:i + 24] for i in range(0, len(encoded), 24))


SPELLINGS = {
    "raw": lambda text, line_break: text,
    "base64": lambda text, line_break: base64.b64encode(("user:" + text).encode()).decode(),
    "base64 over lines": over_lines,
    "percent": lambda text, line_break: "".join("%%%02X" % b for b in text.encode()),
    "escaped": lambda text, line_break: "".join("\\u%04x" % b for b in text.encode()),
}


# Places. Of a request: a function of the spelling's maker gives what to send.

def call(method="PUT", path=PUT, body=None, **headers):
    data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    return method, path, data or b"", {name.replace("_", "-"): value for name, value in headers.items()}


def header(name, text="%s", body=MOCK):
    return lambda make: call(body=body, **{name.replace("-", "_"): text % make("%0A")})


def target(text, method="PUT", body=MOCK):
    return lambda make: call(method, text % urllib.parse.quote(make("\n"), safe=""), body)


def json_text(make):
    """Between the quotes of a JSON string; an escaped spelling is of JSON itself."""
    text = make("\r\n")
    return text if "\\u" in text else json.dumps(text)[1:-1]


def body(text, method="PUT", path=PUT):
    return lambda make: call(method, path, text.replace("@", json_text(make)).encode())


def member(name, value='"@"'):
    return body('{"type":"HTTP","httpMethod":"GET",%s:%s}' % (json.dumps(name), value))


ASKED = {
    # what a cassette leaves out or masks
    "X-Own": (header("X-Own"), KEPT), "X-Api-Key": (header("X-Api-Key"), KEPT), "Cookie": (header("Cookie", "a=%s"), KEPT),
    "Referer": (header("Referer", "http://x/%s"), KEPT), "Origin": (header("Origin"), KEPT),
    "X-Forwarded-For": (header("X-Forwarded-For"), KEPT), "If-Match": (header("If-Match"), KEPT),
    "Proxy-Authorization": (header("Proxy-Authorization", "Basic %s"), KEPT), "From": (header("From"), KEPT),
    "X-Amz-Security-Token": (header("X-Amz-Security-Token"), KEPT), "X-Amz-User-Agent": (header("X-Amz-User-Agent"), KEPT),
    "amz-sdk-invocation-id": (header("amz-sdk-invocation-id"), KEPT), "amz-sdk-request": (header("amz-sdk-request"), KEPT),
    "User-Agent": (header("User-Agent", "Boto3/1.2 %s"), KEPT),
    # what it keeps
    "User-Agent, product": (header("User-Agent"), BLOCKED), "User-Agent, version": (header("User-Agent", "aws-cli/%s x"), BLOCKED),
    "X-Amz-Thing": (header("X-Amz-Thing"), BLOCKED), "Accept": (header("Accept", "text/%s"), BLOCKED),
    "Content-Type": (header("Content-Type", "application/json; x=%s"), BLOCKED),
    "Accept-Language": (header("Accept-Language"), BLOCKED), "Cache-Control": (header("Cache-Control"), BLOCKED),
    "Pragma": (header("Pragma"), BLOCKED), "Sec-Fetch-Site": (header("Sec-Fetch-Site"), BLOCKED), "Content-MD5": (header("Content-MD5"), BLOCKED),
    "Keep-Alive": (header("Keep-Alive"), BLOCKED), "TE": (header("TE"), BLOCKED),
    # ids are variables, other labels are not
    "label of a REST API": (target("/restapis/%s/resources/xyz789/methods/GET/integration"), KEPT),
    "label of a resource": (target("/restapis/abc123defg/resources/%s/methods/GET/integration"), KEPT),
    "label of a method": (target("/restapis/abc123defg/resources/xyz789/methods/%s/integration"), BLOCKED),
    "label of a status": (target(PUT + "/responses/%s", body={}), BLOCKED),
    "unknown path": (target("/restapis/abc123defg/nothing/%s", "GET", None), BLOCKED),
    "value of a query": (target("/restapis?position=%s", "GET", None), BLOCKED),
    "name of a query": (target("/restapis?%s=1", "GET", None), BLOCKED),
    "query of a call that knows none": (target(PUT + "?x=%s"), BLOCKED),
    **{"member " + name: (member(name), BLOCKED) for name in (
        "uri", "credentials", "cacheNamespace", "passthroughBehavior", "contentHandling", "connectionType", "timeoutInMillis",
        "responseTransferMode", "integrationTarget", "unknown")},
    "part of a uri": (member("uri", '"http://example.com/@?a=b"'), BLOCKED),
    "role of credentials": (member("credentials", '"arn:aws:iam::123456789012:role/@"'), BLOCKED),
    "connectionId": (member("connectionId"), KEPT),
    "type": (body('{"type":"@"}'), BLOCKED),
    "template": (member("requestTemplates", '{"application/json":"{\\"k\\":\\"@\\"}"}'), BLOCKED),
    "content type of a template": (member("requestTemplates", '{"@":""}'), BLOCKED),
    "parameter": (member("requestParameters", '{"integration.request.header.x":"\'@\'"}'), BLOCKED),
    "name of a parameter": (member("requestParameters", '{"integration.request.header.@":"\'x\'"}'), BLOCKED),
    "cache key": (member("cacheKeyParameters", '["method.request.querystring.@"]'), BLOCKED),
    "inside tlsConfig": (member("tlsConfig", '{"insecureSkipVerification":true,"x":["@"]}'), BLOCKED),
    "name of a member": (body('{"type":"MOCK","@":1}'), BLOCKED),
    "far inside": (member("unknown", '[{"a":[{"b":"x @ y"}]}]'), BLOCKED),
    "no JSON": (lambda make: call(body=b"text " + make("\r\n").encode() + b" text"), BLOCKED),
    "a list": (body('["@"]'), BLOCKED), "a string": (body('"@"'), BLOCKED), "twice the same member": (body('{"a":1,"a":"@"}'), BLOCKED),
    "name of an API": (body('{"name":"@"}', "POST", "/restapis"), BLOCKED),
    "tag": (body('{"name":"x","tags":{"@":"v"}}', "POST", "/restapis"), BLOCKED),
    "value of a tag": (body('{"name":"x","tags":{"k":"@"}}', "POST", "/restapis"), BLOCKED),
    "value of an API key": (body('{"name":"x","value":"@"}', "POST", "/apikeys"), BLOCKED),
    "stage variable": (body('{"stageName":"s","variables":{"v":"@"}}', "POST", "/restapis/abc123defg/deployments"), BLOCKED),
    "patch": (body('{"patchOperations":[{"op":"replace","path":"/uri","value":"@"}]}', "PATCH"), BLOCKED),
    "path of a patch": (body('{"patchOperations":[{"op":"add","path":"/x/@","value":""}]}', "PATCH"), BLOCKED),
}


# Of an answer: status, headers, body.

def answer(text, status=200, **headers):
    return lambda make: (status, {"Content-Type": "application/json", **headers}, text.replace("@", json_text(make)))


def answer_header(name, text="%s", status=200):
    return lambda make: (status, {"Content-Type": "application/json", name: text % make("%0A")}, '{"type":"MOCK"}')


ANSWERED = {
    **{name: (answer_header(name), KEPT) for name in (
        "x-amzn-RequestId", "x-amz-apigw-id", "X-Debug", "Set-Cookie", "Via", "ETag", "Date")},
    **{name: (answer_header(name), BLOCKED) for name in ("Server", "Location", "Retry-After", "Allow")},
    "x-amzn-ErrorType": (answer_header("x-amzn-ErrorType", status=400), BLOCKED),
    "Content-Type": (answer_header("Content-Type", "application/json; x=%s"), BLOCKED),
    "x-gwtape-evidence": (answer_header("x-gwtape-evidence", "documented; %s"), BLOCKED),
    "member": (answer('{"type":"@"}'), BLOCKED), "name of a member": (answer('{"@":1}'), BLOCKED),
    "far inside": (answer('{"a":[{"b":"x @"}]}'), BLOCKED), "link": (answer('{"_links":{"self":{"href":"/x/@"}}}'), BLOCKED),
    "error text": (answer('{"message":"Invalid @ specified"}', 400), BLOCKED),
    "error without JSON": (lambda make: (400, {"Content-Type": "text/html"}, "<p>%s</p>" % make("\r\n")), BLOCKED),
    "text": (lambda make: (200, {"Content-Type": "text/plain"}, "text %s text" % make("\n    ")), BLOCKED),
}


class Upstream(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def say(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        signature = self.headers["Authorization"].partition("Signature=")[2]
        self.server.signatures.add(signature)
        status, headers, text = self.server.answer(signature)
        data = text.encode()
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = say

    def log_message(self, *args):
        pass


# The search, independent of the scanner: everything that some decoding of the bytes gives.

RUN = re.compile(rb"[A-Za-z0-9+/_-]+(?:\s*[\r\n]\s*[A-Za-z0-9+/_-]+)*")


def unescaped(data):
    letters = {b"n": b"\n", b"r": b"\r", b"/": b"/", b'"': b'"', b"\\": b"\\"}
    return re.sub(rb'\\(?:u00([0-7][0-9a-fA-F])|([nr/"\\]))', lambda m: letters[m[2]] if m[2] else bytes([int(m[1], 16)]), data)


def decoded(run):
    text = re.sub(rb"\s", b"", run).translate(bytes.maketrans(b"-_", b"+/"))
    for skip in range(4):
        part = text[skip:len(text) - ((len(text) - skip) % 4 == 1)]
        if len(part) >= 20:
            yield base64.b64decode(part + b"=" * (-len(part) % 4))


def readings(data, depth=0):
    yield data
    if depth < 3:
        for other in {unescaped(data), urllib.parse.unquote_to_bytes(data)} - {data}:
            yield from readings(other, depth + 1)
        for run in RUN.findall(data):
            for other in decoded(run):
                yield from readings(other, depth + 1)


class Secrets(support.TestCase):
    def setUp(self):
        super().setUp()
        self.upstream = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
        self.upstream.daemon_threads, self.upstream.signatures = True, set()
        threading.Thread(target=self.upstream.serve_forever, daemon=True).start()
        self.addCleanup(self.upstream.server_close)
        self.addCleanup(self.upstream.shutdown)
        self.url = "http://127.0.0.1:%d" % self.upstream.server_port
        self.cassettes, self.scenarios = self.scratch / "c", self.scratch / "s"

    def files(self):
        return [p for folder in (self.cassettes, self.scenarios) for p in folder.rglob("*") if p.is_file() and ".git" not in p.parts]

    def state(self):
        head = self.cassettes / ".git" / "refs" / "heads"
        return {p: p.read_bytes() for p in self.files() if p.name != ".gitattributes"}, \
               {p: p.read_bytes() for p in head.rglob("*") if p.is_file()}

    def record(self, request, answer):
        """One recording of one request; its Run. GetRestApis comes first, so that there is something to keep."""
        self.upstream.answer = lambda signature: (200, {"Content-Type": "application/json"}, '{"item":[]}')
        server = self.serve("record", "--proxy", "--name", "g/r", "--upstream", self.url, "--cassettes", self.cassettes,
                            "--scenarios", self.scenarios, env={
                                "AWS_ACCESS_KEY_ID": REAL_ID, "AWS_SECRET_ACCESS_KEY": REAL_SECRET, "AWS_SESSION_TOKEN": REAL_TOKEN})
        sigv4.send(server.url, "GET", "/restapis")
        method, path, data, headers = request
        self.upstream.answer = answer
        sent = sigv4.signed_headers(server.url, method, path, data, extra=headers)
        self.assertNotEqual(sigv4.send(server.url, method, path, data, sent).status, 403)
        ended = server.stop()
        return ended, sent["Authorization"].partition("Signature=")[2]

    def check(self, label, request, answer, kept):
        before = self.state()
        done, clients = self.record(request, answer)
        self.forbidden.add(clients)
        shown = done.stdout + done.stderr
        for text in (REAL_SECRET, REAL_TOKEN, urllib.parse.quote(REAL_SECRET, safe=""), urllib.parse.quote(REAL_TOKEN, safe="")):
            self.assertNotIn(text, shown, label)
        if kept:
            self.assertEqual(done.code, 0, "%s: %s" % (label, done))
        else:
            self.assertEqual(done.code, 5, "%s: %s" % (label, done))
            self.assertRegex(done.stderr, r"not kept: .+ would be in (step '[a-z0-9-]+' at /|the cassette at /|line \d+)", label)
            self.assertEqual(self.state(), before, label)

    def places(self):
        fine = lambda signature: (200, {"Content-Type": "application/json"}, '{"type":"MOCK"}')
        for name, (build, kept) in ASKED.items():
            yield "request, " + name, lambda make, build=build: (build(make), fine), kept
        for name, (build, kept) in ANSWERED.items():
            yield "answer, " + name, lambda make, build=build: (
                call(body=MOCK), lambda signature: build(lambda line_break: make(line_break, signature))), kept

    def one(self, number):
        """Round `number`: every place in turn, each time round with another secret and spelling."""
        places = list(self.places())
        label, build, kept = places[number % len(places)]
        turn = number // len(places) + number % len(places)
        spelling = list(SPELLINGS)[turn % len(SPELLINGS)]
        whose = list(SECRETS)[(turn + number // len(SPELLINGS)) % len(SECRETS)]
        if label.startswith("answer") and number % 3 == 0:
            whose = "a signature"
        make = lambda line_break, signature="": SPELLINGS[spelling](SECRETS.get(whose, signature), line_break)
        self.check("%s, %s, %s" % (label, whose, spelling), *build(make), kept)

    def test_the_search_finds_every_spelling(self):
        for secret in SECRETS.values():
            for spelling, spell in SPELLINGS.items():
                for text in (spell(secret, "\n  "), json.dumps({"a": json.dumps({"b": spell(secret, "\r\n")})})):
                    self.assertTrue(any(secret.encode() in r for r in readings(text.encode())), spelling)

    def test_what_stands_beside_the_chunks_of_a_body_is_not_kept(self):
        self.upstream.answer = lambda signature: (200, {"Content-Type": "application/json"}, '{"type":"MOCK"}')
        framings = {"plain": ("", ""), "extension": (";note=private", ""), "trailer": ("", "X-Own: private\r\n")}
        for name, (extension, trailer) in framings.items():
            with self.subTest(name):
                server = self.serve("record", "--proxy", "--name", "chunks/" + name, "--upstream", self.url, "--cassettes",
                                    self.cassettes, "--scenarios", self.scenarios, env={
                                        "AWS_ACCESS_KEY_ID": REAL_ID, "AWS_SECRET_ACCESS_KEY": REAL_SECRET})
                headers = sigv4.signed_headers(server.url, "PUT", PUT, b'{"type":"MOCK"}')
                head = "".join("%s: %s\r\n" % pair for pair in headers.items())
                address = urllib.parse.urlsplit(server.url)
                with socket.create_connection((address.hostname, address.port), timeout=support.HANG_SECONDS) as client:
                    client.sendall(("PUT %s HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\nf%s\r\n{\"type\":\"MOCK\"}\r\n0\r\n%s\r\n"
                                    % (PUT, head, extension, trailer)).encode())
                    self.assertIn(b" 200 OK", client.recv(4096))
                self.assertExit(server.stop(), 0)
                cassette = (self.cassettes / "chunks" / (name + ".json")).read_text()
                self.assertNotIn("private", cassette)
                self.assertEqual('"wire"' in cassette, name == "plain")

    def test_no_secret_in_any_object(self):
        self.forbidden = set(SECRETS.values())
        rounds = 1000 if os.environ.get("GWTAPE_LONG") else len(list(self.places()))
        self.record(call(body=MOCK), lambda signature: (200, {"Content-Type": "application/json"}, '{"type":"MOCK"}'))
        for number in range(rounds):
            with self.subTest(number):
                self.one(number)
        forbidden = {s.encode() for s in self.forbidden | self.upstream.signatures}
        listing = subprocess.run(["git", "cat-file", "--batch-all-objects", "--batch", "--unordered"], cwd=self.cassettes,
                                 env=self.env, capture_output=True, check=True).stdout
        self.assertGreater(len(listing), 1000)
        for data in [listing, *[p.read_bytes() for p in self.files()]]:
            for reading in readings(data):
                for secret in forbidden:
                    self.assertNotIn(secret, reading)
        self.assertEqual(self.git("fsck", "--strict", "--no-dangling", cwd=self.cassettes).stdout, "")


if __name__ == "__main__":
    support.main()
