"""Tapes that the tools themselves write, of calls to the sandbox: `gwtape import vcr` takes each as it is."""

import http.server
import json
import pathlib
import threading

import support
import tape

TAPES = pathlib.Path(__file__).resolve().parent / "tapes"
HOST = "http://apigateway.eu-west-1.amazonaws.com"
PATH = "/restapis/a1b2c3d4e5/resources/x9y8z7/methods/GET/integration"
BODY = '{"type":"MOCK","requestTemplates":{"application/json":"{\\"statusCode\\": 200, \\"é\\": 1}"}}'
TOKEN = "IQoJb3JpZ2luX2VjEJ3aCXVzLWVhc3QtMSJHMEUCIQDtoken"
AUTHORIZATION = ("AWS4-HMAC-SHA256 Credential=AKIAQ3EGJK4RZL2M7XYZ/20261122/eu-west-1/apigateway/aws4_request, "
                 "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=" + "5d" * 32)
GO_PATH = "/usr/share/gocode"


class Answers(http.server.BaseHTTPRequestHandler):
    """What AWS answers to the two calls."""
    protocol_version = "HTTP/1.1"
    BODY = json.dumps({"cacheKeyParameters": [], "cacheNamespace": "x9y8z7", "passthroughBehavior": "WHEN_NO_MATCH",
                       "requestTemplates": json.loads(BODY)["requestTemplates"], "timeoutInMillis": 29000, "type": "MOCK"}, ensure_ascii=False, separators=(",", ":")).encode()

    def do_PUT(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.answer(201)

    def do_GET(self):
        self.answer(200)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.BODY)))
        self.send_header("x-amzn-RequestId", "baca5c2e-023f-11e9-8ea4-b344d5ae59d5")
        self.end_headers()
        self.wfile.write(self.BODY)

    def log_message(self, *args):
        pass


class Tools(support.TestCase):
    def setUp(self):
        super().setUp()
        headers = {"x-amz-date": "20261122T123957Z", "x-amz-security-token": TOKEN, "authorization": AUTHORIZATION,
                   "accept-encoding": "identity"}
        self.calls = self.scratch / "calls.json"
        self.calls.write_text(json.dumps([
            {"method": "PUT", "url": HOST + PATH, "headers": {**headers, "content-type": "application/json"},
             "body": json.loads('"%s"' % BODY.replace("\\", "\\\\").replace('"', '\\"'))},
            {"method": "GET", "url": HOST + PATH, "headers": headers, "body": None}]))

    def taped(self, name, command, *last):
        """The tape that a tool makes of the two calls, imported."""
        folder = self.scratch / "tapes"
        folder.mkdir(exist_ok=True)
        server = http.server.HTTPServer(("127.0.0.1", 0), Answers)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        done = support.run([*command, self.calls, str(server.server_port), folder / name, *last], {**self.env, "GOPATH": GO_PATH, "GO111MODULE": "off",
                                                                               "GOCACHE": str(self.scratch / "go")},
                           timeout=300)
        self.assertExit(done, 0)
        self.assertEqual(done.stdout.split(), ["201", "200"], done)
        files = [f for f in folder.iterdir() if f.name.startswith(name.split(".")[0])]
        self.assertEqual(len(files), 1, files)
        text = files[0].read_text()
        self.assertIn(TOKEN, text)  # the tool kept it: it is import that must not
        into = ("--cassettes", self.scratch / "c", "--scenarios", self.scratch / "s")
        got = self.gwtape("import", "vcr", files[0], "--name", "taped/it", *into)
        self.assertExit(got, 0)
        cassette = tape.load(self.scratch / "c", "taped/it")
        put, get = cassette["interactions"]
        kept = (self.scratch / "c" / "taped" / "it.json").read_text()
        for secret in (TOKEN, "5d" * 32, "AKIAQ3EGJK4RZL2M7XYZ"):
            self.assertNotIn(secret, kept + got.stdout + got.stderr)
        self.assertIn("json", put["request"]["body"], put)
        self.assertEqual(put["request"]["body"]["json"], json.loads(BODY))
        self.assertEqual((put["response"]["status"], get["response"]["status"]), (201, 200))
        self.assertEqual(put["response"]["body"]["json"], get["response"]["body"]["json"])
        self.assertEqual(get["response"]["body"]["json"]["timeoutInMillis"], 29000)
        self.assertExit(self.gwtape("lint", self.scratch / "s", self.scratch / "c"), 0)

    def python(self, *modules):
        python = support.DEBIAN_PYTHON
        for module in modules:
            if support.run([python, "-c", "import " + module], self.env).code:
                support.skip("Debian's Python has no %s" % module)
        return python

    def test_vcrpy(self):
        python = self.python("vcr", "requests")
        for form in ("yaml", "json"):
            with self.subTest(form):
                self.taped("vcrpy-%s.%s" % (form, form), [python, TAPES / "vcrpy_tape.py"], form)

    def test_betamax(self):
        python = self.python("betamax", "requests")
        for form in ("exact", "text"):
            with self.subTest(form):
                self.taped("betamax-%s.json" % form, [python, TAPES / "betamax_tape.py"], form)

    def test_ruby_vcr(self):
        ruby = support.need("ruby")
        if support.run([ruby, "-e", "require 'vcr'; require 'webmock'"], self.env).code:
            support.skip("Ruby has no vcr and webmock (ruby-vcr, ruby-webmock)")
        for form in ("yaml", "json"):  # JSON needs ruby-multi-json
            if support.run([ruby, "-e", "require 'vcr'; VCR.cassette_serializers[:%s]" % form], self.env).code == 0:
                with self.subTest(form):
                    self.taped("ruby-%s.%s" % (form, form), [ruby, TAPES / "vcr_tape.rb"], form)

    def test_go_vcr(self):
        go = support.need("go")
        if not pathlib.Path(GO_PATH, "src/github.com/dnaeon/go-vcr").is_dir():
            support.skip("go-vcr is not installed (golang-github-dnaeon-go-vcr-dev)")
        self.taped("go", [go, "run", TAPES / "vcr_tape.go"])


if __name__ == "__main__":
    support.main()
