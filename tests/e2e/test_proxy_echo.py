"""An upstream that repeats the real credentials: the proxy's client sees none of them, in no spelling."""

import base64
import http.client
import http.server
import json
import re
import sys
import threading
import time
import urllib.parse

import support

REAL = {"AWS_ACCESS_KEY_ID": "AKIAQ3EGJK4RZL2M7XYZ", "AWS_SECRET_ACCESS_KEY": "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",
        "AWS_SESSION_TOKEN": "IQoJb3JpZ2lu+X2Vj/EJ3aCXVzLWVhc3QtMSJH==MEUCIQDt+ok/en=="}

# How somebody may write a text: what his answers have in them is one of these.
SPELLINGS = {
    "plain": str,
    "percent": lambda s: urllib.parse.quote(s, safe=""),
    "all percent": lambda s: "".join("%%%02x" % ord(c) for c in s),
    "percent twice": lambda s: urllib.parse.quote(urllib.parse.quote(s, safe=""), safe=""),
    "html": lambda s: s.replace("+", "&#43;").replace("/", "&#x2F;").replace("=", "&#61;"),
    "all html": lambda s: "".join("&#%d;" % ord(c) for c in s),
    "json escapes": lambda s: "".join("\\u%04x" % ord(c) for c in s),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "hexadecimal": lambda s: s.encode().hex(),
}

CLIENT = """
import http.client, os, sys
sys.path.insert(0, %r)
import sigv4
url = os.environ["GWTAPE_ENDPOINT"]
seen = open("seen.txt", "wb")
for service in ("apigateway", "sts"):
    for path in sys.argv[1:]:
        headers = sigv4.signed_headers(url, "GET", path, b"")
        if service == "sts":
            del headers["Authorization"]
            headers["Authorization"] = sigv4.authorization("GET", path, headers, b"", os.environ["AWS_ACCESS_KEY_ID"],
                os.environ["AWS_SECRET_ACCESS_KEY"], "us-east-1", headers["X-Amz-Date"], "sts")
        peer = http.client.HTTPConnection(url[7:])
        peer.request("GET", path, headers=headers)
        answer = peer.getresponse()
        seen.write(("%%d %%s\\n" %% (answer.status, answer.reason)).encode())
        for name, value in answer.getheaders():
            seen.write(("%%s: %%s\\n" %% (name, value)).encode("latin-1"))
        seen.write(answer.read() + b"\\n\\n")
""" % str(support.SOURCE / "tests" / "e2e")


class Parrot:
    """Answers /STATUS/SPELLING with what it was sent of the credentials, in head and body."""

    def __init__(self):
        self.heard = heard = set()

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                _, status, spelling = self.path.split("?")[0].split("/")
                key = re.search(r"Credential=([^/]+)/", self.headers["Authorization"]).group(1)
                token = self.headers["X-Amz-Security-Token"] or ""
                heard.update((key, token))
                spell = SPELLINGS[spelling.replace("-", " ")]
                words = "the key %s and the token %s are not known" % (spell(key), spell(token))
                body = ('{"message":"%s","Credential":"%s/20261129","list":["%s"]}' % (words, spell(key), spell(token))).encode()
                self.send_response(int(status))
                self.send_header("Content-Type", "application/json")
                self.send_header("X-Amzn-ErrorType", "UnrecognizedClientException" if status == "403" else "BadRequestException")
                self.send_header("X-Amzn-ErrorMessage", words)
                self.send_header("Location", "/restapis?key=%s" % spell(key))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Echo(support.TestCase):
    def leaks(self, text):
        """Every spelling of a part of the real credentials that `text` has, whatever the case of its digits."""
        small = text.lower()
        return ["%s as %s" % (name, how) for name, value in REAL.items() for how, spell in SPELLINGS.items()
                if spell(value).lower() in small]

    def test_the_client_sees_nothing_of_the_real_credentials(self):
        upstream = Parrot()
        self.addCleanup(upstream.close)
        script = self.scratch / "client.py"
        script.write_text(CLIENT)
        paths = ["/%d/%s" % (status, spelling.replace(" ", "-")) for status in (200, 400, 403) for spelling in SPELLINGS]
        done = self.gwtape("record", "--proxy", "--name", "a/b", "--upstream", upstream.url, "--no-commit", "--json",
                           "--keep-partial", "--", sys.executable, script, *paths, env=REAL)
        self.assertLessEqual({REAL["AWS_ACCESS_KEY_ID"], REAL["AWS_SESSION_TOKEN"]}, upstream.heard)  # it had them to say
        seen = (self.scratch / "seen.txt").read_text(encoding="latin-1")
        self.assertEqual(len(re.findall(r"^\d{3} \w+", seen, re.M)), 2 * len(paths), done)
        self.assertEqual(self.leaks(seen), [])
        self.assertIn("the key * and the token * are not known", seen)
        self.assertEqual(self.leaks(done.stdout + done.stderr), [])
        for path in (p for p in self.scratch.rglob("*") if p.is_file() and p.name != "client.py"):
            self.assertEqual(self.leaks(path.read_text(encoding="latin-1")), [], path)

    def test_a_presigned_token_is_not_logged(self):
        """The client's own token in a query: not in the log, not in what was left out, not in the answer."""
        script = self.scratch / "presigned.py"
        script.write_text("import http.client, os\n"
                          "peer = http.client.HTTPConnection(os.environ['GWTAPE_ENDPOINT'][7:])\n"
                          "for path in ('/restapis?X-Amz-Security-Token=TOKENOFACLIENT%2Fx&X-Amz-Signature=SIGNATUREOFACLIENT',\n"
                          "             '/restapis?x-amz-security-%74oken=TOKENOFACLIENT', 'http://other/x?X-Amz-Security-Token=TOKENOFACLIENT'):\n"
                          "    peer.request('GET', path)\n"
                          "    open('seen.txt', 'ab').write(peer.getresponse().read())\n")
        done = self.gwtape("record", "--proxy", "--name", "a/b", "--no-commit", "--json", "--", sys.executable, script)
        text = done.stdout + done.stderr + (self.scratch / "seen.txt").read_text()
        self.assertIn("GET /restapis?", text)
        self.assertNotIn("TOKENOFACLIENT", text)
        self.assertNotIn("SIGNATUREOFACLIENT", text)


SECRETS = ["h7Gk2LmN9pQr4StU6vWx8YzA1bCd3EfG5hIj7KlM", "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5kL7n", REAL["AWS_SESSION_TOKEN"],
           "IQoJb3JpZ2luX2VjEJ3aCXVzLWVhc3QtMSJHMEUCIQDtoken"]
DATE, SIGNATURE = "20261129", "0" * 64


def misplaced(secret):
    """Authorization values that have a secret in every place but the one that takes it."""
    scope = "AKIDEXAMPLE/%s/us-east-1/apigateway/aws4_request" % DATE
    parts = "Credential=%s, SignedHeaders=%s, Signature=%s"
    yield secret
    yield secret + " " + parts % (scope, "host;x-amz-date", SIGNATURE)
    yield "AWS4-HMAC-SHA256 " + secret
    yield "AWS4-HMAC-SHA256 %s=x, " % secret.rstrip("=") + parts % (scope, "host", SIGNATURE)
    yield "AWS4-HMAC-SHA256 Secret=%s, " % secret + parts % (scope, "host", SIGNATURE)
    yield "AWS4-HMAC-SHA256 " + parts % (secret, "host", SIGNATURE)
    for place in range(5):
        words = scope.split("/")
        words[place] = secret
        yield "AWS4-HMAC-SHA256 " + parts % ("/".join(words), "host;x-amz-date", SIGNATURE)
    yield "AWS4-HMAC-SHA256 " + parts % (scope, secret, SIGNATURE)
    yield "AWS4-HMAC-SHA256 " + parts % (scope, "host;%s;x-amz-date" % secret, SIGNATURE)
    yield "AWS4-HMAC-SHA256 " + parts % (scope, secret.lower() + ";host", SIGNATURE)
    yield "AWS4-HMAC-SHA256 " + parts % (scope, "host;x-amz-date", secret)
    yield "Bearer " + secret
    yield "Basic " + secret


class Misplaced(support.TestCase):
    """A secret in the wrong place of a signature is in no report, no log and no answer."""

    FORMATS = ("json", "text", "junit", "tap", "github", "html")

    def requests(self):
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        for secret in SECRETS:
            for value in misplaced(secret):
                yield "/restapis", {"Authorization": value.replace(DATE, now[:8]), "X-Amz-Date": now}
            yield "/restapis", {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/%s/us-east-1/apigateway/aws4_request, "
                                "SignedHeaders=host, Signature=%s" % (now[:8], SIGNATURE), "X-Amz-Date": secret}
            yield "/restapis", {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/%s/us-east-1/apigateway/aws4_request, "
                                "SignedHeaders=host;x-amz-date, Signature=%s" % (now[:8], SIGNATURE), "X-Amz-Date": now,
                                "X-Amz-Content-Sha256": secret}
            quoted = urllib.parse.quote(secret, safe="")
            for name in ("X-Amz-Algorithm", "X-Amz-Expires", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders",
                         "X-Amz-Signature", "X-Amz-Security-Token"):
                query = {"X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Expires": "60", "X-Amz-Date": now,
                         "X-Amz-Credential": "AKIDEXAMPLE%%2F%s%%2Fus-east-1%%2Fapigateway%%2Faws4_request" % now[:8],
                         "X-Amz-SignedHeaders": "host", "X-Amz-Signature": SIGNATURE, name: quoted}
                yield "/restapis?" + "&".join("%s=%s" % pair for pair in query.items()), {}

    def ask(self, url):
        answers, count = "", 0
        for path, headers in self.requests():
            peer = http.client.HTTPConnection(url[7:])
            peer.request("GET", path, headers=headers)
            answer = peer.getresponse()
            answers += str(answer.getheaders()) + answer.read().decode()
            peer.close()
            count += 1
        return answers, count

    def assert_none(self, text, where):
        for secret in SECRETS:
            for spell in (secret, urllib.parse.quote(secret, safe=""), secret.replace("=", "&#61;"), secret.lower()):
                found = text.find(spell)
                self.assertEqual(found, -1, "%s: ...%s" % (where, text[max(found - 100, 0):found + 160].replace(chr(10), " | ")))

    def test_in_no_report_of_a_replay(self):
        cassettes = self.scratch / "cassettes"
        self.record(cassettes, "types/mock", "--no-commit")
        for options in ((), ("--no-verify-signature",), ("--backdrop", "sandbox")):
            server = self.serve("replay", "--cassettes", cassettes, *options,
                                *[o for f in self.FORMATS for o in ("--report", "%s:%s" % (f, self.scratch / f))])
            answers, count = self.ask(server.url)
            done = server.stop()
            self.assert_none(answers, "answers")
            self.assert_none(done.stdout + done.stderr, "log")
            for name in self.FORMATS:
                self.assert_none((self.scratch / name).read_text(encoding="utf-8"), name)
            self.assertEqual(len(support.read_json(self.scratch / "json")["requests"]), count)

    def test_not_at_the_proxy_nor_at_the_sandbox(self):
        proxy = self.serve("record", "--proxy", "--name", "a/b", "--no-commit", "--json")
        answers, count = self.ask(proxy.url)
        done = proxy.stop()
        self.assertEqual(done.stderr.count(" -> 40"), count)
        self.assert_none(answers + done.stdout + done.stderr, "proxy")
        sandbox = self.serve("sandbox")
        answers, _ = self.ask(sandbox.url)
        done = sandbox.stop()
        self.assert_none(answers + done.stdout + done.stderr, "sandbox")

    def test_not_by_inspect(self):
        for path, headers in self.requests():
            raw = "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n" % (path, "".join("%s: %s\r\n" % pair for pair in headers.items()))
            if "Security-Token" in path or "X-Amz-Signature=h7" in path:
                continue  # inspect shows the canonical request of the file that it is given
            (self.scratch / "request.http").write_text(raw)
            detail = self.gwtape("inspect", "request.http").stdout.split("expected canonical request")[0]
            self.assertNotIn(SECRETS[0], re.sub(r"(?s)contract bytes.*", "", detail))


if __name__ == "__main__":
    support.main()
