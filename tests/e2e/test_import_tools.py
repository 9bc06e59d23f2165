"""Tapes that the tools themselves write, of calls to the sandbox: `gwtape import` takes each as it is."""

import base64
import http.client
import http.server
import json
import os
import pathlib
import re
import signal
import subprocess
import threading

import browser
import sigv4
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
                           timeout=support.HANG_SECONDS)
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


class Hars(support.TestCase):
    """HARs of calls to the sandbox, each by a tool of its own: as data, and made again where the tool is there."""

    KEPT = sorted((TAPES / "har").glob("*.har"))
    SECRETS = re.compile(r"Signature=[0-9a-f]{64}|AKIDEXAMPLE")
    # Files that have the sizes of bodies and not the bodies.
    EMPTY = {"chrome-har-capturer-0.14"}
    HAR_TOOLS = {"playwright": "playwright-core", "playwright-minimal": "playwright-core", "puppeteer-har": "puppeteer-har",
                 "polly": "@pollyjs/persister-fs"}
    MITM_SCRIPT = pathlib.Path("/usr/share/doc/mitmproxy/examples/contrib/har_dump.py")

    def take(self, file):
        name = "taped/" + re.sub(r"[^a-z0-9-]", "-", file.stem)
        into = ("--cassettes", self.scratch / "c", "--scenarios", self.scratch / "s")
        return name, self.gwtape("import", "har", file, "--name", name, *into)

    def hold(self, file):
        """It is imported without its secrets, and what was recorded is answered by a replay as it was."""
        name, done = self.take(file)
        self.assertExit(done, 0)
        text = "".join(p.read_text() for p in self.scratch.glob("[cs]/" + name + ".*"))
        self.assertNotRegex(text + done.stdout + done.stderr, self.SECRETS)
        put, get = tape.load(self.scratch / "c", name)["interactions"]
        self.assertEqual([i["operation"] for i in (put, get)], ["PutIntegration", "GetIntegration"])
        self.assertEqual([i["response"]["status"] for i in (put, get)], [201, 200])
        self.assertEqual(put["request"]["body"]["json"], json.loads(BODY))
        self.assertEqual(put["response"]["body"], get["response"]["body"])
        self.assertEqual(get["response"]["body"]["json"]["requestTemplates"], json.loads(BODY)["requestTemplates"])
        server = self.serve("replay", "--scenario", name, "--cassettes", self.scratch / "c")
        for call, body in ((put, BODY.encode()), (get, b"")):
            answer = sigv4.send(server.url, call["request"]["method"], call["request"]["path"], body)
            self.assertEqual((answer.status, answer.verdict), (call["response"]["status"], "MATCH"), file)
            self.assertEqual(answer.json()["type"], "MOCK")
        self.assertExit(server.stop(), 0)

    def test_what_the_tools_wrote(self):
        self.assertGreater(len(self.KEPT), 5)
        for file in self.KEPT:
            with self.subTest(file.stem):
                if file.stem not in self.EMPTY:
                    self.hold(file)

    def test_a_call_without_its_body_is_left_out_and_counted(self):
        for name in self.EMPTY:
            _, done = self.take(TAPES / "har" / (name + ".har"))
            self.assertExit(done, 5)
            self.assertIn("2 calls of API Gateway were left out: the file has the size of a body and not the body", done.stderr)
            self.assertFalse((self.scratch / "c").exists())

    def test_good_entries_among_a_whole_page(self):
        """Foreign hosts, other schemes, pseudo fields, base64, members of somebody's own: none costs the calls."""
        beside = [{"request": {"method": "GET", "url": url, "headers": [{"name": ":method", "value": "GET"}]},
                   "response": {"status": 200, "headers": [{"name": ":status", "value": 200}], "_x": {}}, "_own": [1]}
                  for url in ("wss://a.example/s", "data:text/html,x", "chrome-extension://abc/x.js", "blob:http://a.example/1",
                              "about:blank", "https://console.aws.amazon.com/apigateway/home", "https://[::1/", "http://a b/",
                              *("https://host%d.example/" % i for i in range(40)))]
        for file in self.KEPT:
            if file.stem in self.EMPTY:
                continue
            with self.subTest(file.stem):
                made = json.loads(file.read_text())
                calls = [e for e in made["log"]["entries"] if e["request"]["url"].endswith("/integration")]
                for entry in calls:
                    entry["request"]["headers"][:0] = [{"name": ":authority", "value": "x"}, {"name": "x-n", "value": 7}]
                    entry["request"]["url"] += "#top"
                    answer = entry["response"]["content"]
                    if answer.get("encoding") != "base64":
                        answer.update(text=base64.b64encode(answer["text"].encode()).decode(), encoding="base64")
                made["log"]["entries"] = beside + calls
                changed = self.scratch / file.name
                changed.write_text("\ufeff" + json.dumps(made))
                self.hold(changed)
                _, done = self.take(changed)
                self.assertIn("%d entries are not calls of API Gateway" % len(beside), done.stderr)

    def calls_of(self, url):
        """The calls, signed for this sandbox, as a file."""
        api = sigv4.send(url, "POST", "/restapis", b'{"name":"tape"}').json()
        resource = "/restapis/%s/resources/%s" % (api["id"], api["rootResourceId"])
        sigv4.send(url, "PUT", resource + "/methods/GET", b'{"authorizationType":"NONE"}')
        path, calls = resource + "/methods/GET/integration", []
        for method, body in (("PUT", BODY), ("GET", "")):
            headers = sigv4.signed_headers(url, method, path, body.encode())
            del headers["Host"]
            calls.append({"method": method, "url": url + path, "headers": headers, "body": body or None})
        file = self.scratch / "calls.json"
        file.write_text(json.dumps(calls))
        return calls, file

    def test_browsers_and_polly(self):
        node, folder = support.need("node"), os.environ.get("GWTAPE_HAR_TOOLS")
        if not folder:
            support.skip("GWTAPE_HAR_TOOLS names no folder with node_modules of the tools that write HARs")
        chromium = browser.chromium() or support.skip("chromium is not installed")
        ran = []
        for tool, package in self.HAR_TOOLS.items():
            if (pathlib.Path(folder) / "node_modules" / package).is_dir():
                with self.subTest(tool):
                    _, calls = self.calls_of(self.serve("sandbox").url)
                    out = self.scratch / (tool + ".har")
                    done = support.run([node, TAPES / "har_tape.cjs", tool, calls, out, chromium], self.env, folder)
                    self.assertExit(done, 0)
                    self.assertEqual(done.stdout.split(), ["201", "200"])
                    self.hold(out)
                    ran.append(tool)
        self.assertTrue(ran, "none of the tools is below " + folder)

    def test_mitmproxy(self):
        mitmdump = support.need("mitmdump")
        if not self.MITM_SCRIPT.exists():
            support.skip("mitmproxy's example har_dump.py is not there")
        calls, _ = self.calls_of(self.serve("sandbox").url)
        out = self.scratch / "mitmproxy.har"
        proxy = subprocess.Popen([mitmdump, "--listen-host", "127.0.0.1", "-p", "0", "-s", self.MITM_SCRIPT, "--set",
                                  "hardump=%s" % out], env=self.env, stdout=subprocess.PIPE, text=True)
        self.addCleanup(proxy.stdout.close)
        self.addCleanup(proxy.wait)
        self.addCleanup(proxy.kill)
        place = next(m[1] for m in (re.search(r"listening at (?:http://)?(\S+:\d+)", line) for line in proxy.stdout) if m)
        for call in calls:
            connection = http.client.HTTPConnection(place, timeout=support.HANG_SECONDS)
            connection.request(call["method"], call["url"], call["body"] and call["body"].encode(), call["headers"])
            self.assertIn(connection.getresponse().status, (200, 201))
            connection.close()
        proxy.send_signal(signal.SIGINT)
        proxy.communicate(timeout=support.HANG_SECONDS)
        self.hold(out)


if __name__ == "__main__":
    support.main()
