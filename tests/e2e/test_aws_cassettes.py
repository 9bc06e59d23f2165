"""`gwtape aws`: what it adds to the AWS CLI. --print-request, --check and --record, whole words only."""

import http.client
import http.server
import json
import threading

import sigv4
import support

TEMPLATES = '{"application/json":"{\\"statusCode\\": 200}"}'
KEYS = {"AWS_ACCESS_KEY_ID": support.ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY": support.SECRET_KEY,
        "AWS_DEFAULT_REGION": "us-east-1"}


class Cassettes(support.TestCase):
    def setUp(self):
        super().setUp()
        self.env.update(KEYS)

    def sandbox(self):
        """A sandbox with an API whose root has GET: the arguments that name it."""
        self.server = self.serve("sandbox", "--no-verify-signature", "--seed", "3")
        api = self.post("POST", "/restapis", {"name": "t"})
        resource = "/restapis/%s/resources/%s" % (api["id"], api["rootResourceId"])
        self.post("PUT", resource + "/methods/GET", {"authorizationType": "NONE"})
        return ["--rest-api-id", api["id"], "--resource-id", api["rootResourceId"], "--http-method", "GET"]

    def post(self, method, path, body):
        connection = http.client.HTTPConnection(self.server.url.split("//")[1], timeout=support.HANG_SECONDS)
        self.addCleanup(connection.close)
        connection.request(method, path, json.dumps(body))
        return json.loads(connection.getresponse().read())

    def call(self, command, *args, **kwargs):
        return self.gwtape(command, "--endpoint-url", self.server.url, *args, **kwargs)

    def record(self, name="cli/put"):
        """A recorded put-integration: the arguments that name its method."""
        method = self.sandbox()
        done = self.call("put-integration", *method, "--type", "MOCK", "--request-templates", TEMPLATES, "--record", name)
        self.assertExit(done, 0)
        return method

    def check(self, method, *args, source=()):
        return self.gwtape("put-integration", *method, *args, "--check", *source)

    # --print-request

    def test_a_printed_request_is_whole_and_its_signature_holds(self):
        done = self.gwtape("put-integration", "--rest-api-id", "a1", "--resource-id", "b2", "--http-method", "GET",
                           "--type", "MOCK", "--print-request", env={"AWS_SESSION_TOKEN": "tok"})
        self.assertExit(done, 0)
        head, body = done.stdout.replace("\r\n", "\n").split("\n\n", 1)
        lines = head.split("\n")
        self.assertEqual(lines[0], "PUT /restapis/a1/resources/b2/methods/GET/integration HTTP/1.1")
        headers = dict(line.split(": ", 1) for line in lines[1:])
        self.assertEqual(body, '{"type": "MOCK"}')
        self.assertEqual(headers["Content-Length"], str(len(body)))
        signed = {name: headers[name] for name in ("Accept", "Content-Type", "Host", "X-Amz-Date", "X-Amz-Security-Token")}
        self.assertEqual(headers["Authorization"],
                         sigv4.authorization("PUT", lines[0].split(" ")[1], signed, body.encode(), support.ACCESS_KEY_ID,
                                             support.SECRET_KEY, "us-east-1", headers["X-Amz-Date"]))
        self.assertNotIn(support.SECRET_KEY, done.stdout)

    def test_an_abbreviation_is_no_option_of_ours(self):
        for word in ("--print-req", "--rec", "--chec"):
            done = self.gwtape("get-integration", "--rest-api-id", "a", "--resource-id", "b", "--http-method", "GET", word)
            self.assertExit(done, 252)
            self.assertIn("Unknown options: " + word, done.stderr)

    # --record

    def test_a_recorded_call_is_a_scenario_and_a_cassette_that_replays(self):
        method = self.record()
        cassette = support.read_json(self.scratch / "cassettes/cli/put.json")
        self.assertEqual([i["operation"] for i in cassette["interactions"]], ["PutIntegration"])
        self.assertEqual(cassette["interactions"][0]["request"]["body"]["json"]["type"], "MOCK")
        self.assertNotIn(method[1], json.dumps(cassette))  # a live id
        self.assertIn("call: PutIntegration", (self.scratch / "scenarios/cli/put.yaml").read_text())
        done = self.gwtape("replay", "--strict", "--scenario", "cli/put", "--", support.BINARY, "aws", "apigateway",
                           "put-integration", *method, "--type", "MOCK", "--request-templates", TEMPLATES)
        self.assertExit(done, 0)

    def test_recording_again_confirms_the_same_bytes(self):
        method = self.record()
        before = (self.scratch / "cassettes/cli/put.json").read_bytes()
        done = self.call("put-integration", *method, "--type", "MOCK", "--request-templates", TEMPLATES,
                         "--record", "cli/put")
        self.assertIn("confirmed", done.stderr)
        self.assertEqual((self.scratch / "cassettes/cli/put.json").read_bytes(), before)

    def test_an_error_is_an_answer_too(self):
        method = self.sandbox()
        done = self.call("get-integration", *method, "--record", "cli/missing")
        self.assertExit(done, 254)
        self.assertIn("(NotFoundException) when calling the GetIntegration operation", done.stderr)
        answer = support.read_json(self.scratch / "cassettes/cli/missing.json")["interactions"][0]["response"]
        self.assertEqual(answer["status"], 404)

    def test_a_replay_is_no_service(self):
        method = self.record()
        done = self.gwtape("replay", "--scenario", "cli/put", "--", support.BINARY, "put-integration", *method,
                           "--type", "MOCK", "--request-templates", TEMPLATES, "--record", "cli/again")
        self.assertExit(done, 255)
        self.assertIn("the answer came from a replay", done.stderr)
        self.assertFalse((self.scratch / "cassettes/cli/again.json").exists())

    def test_a_name_that_leads_elsewhere_is_refused_before_the_call(self):
        method = self.sandbox()
        for name in ("one", "../x/y", "a/.git", "a//b", ""):
            done = self.call("put-integration", *method, "--type", "MOCK", "--record", name)
            self.assertExit(done, 252)
        self.assertExit(self.call("get-integration", *method), 254)  # nothing was put

    def test_a_password_in_the_endpoint_is_not_kept(self):
        method = self.sandbox()
        done = self.gwtape("put-integration", *method, "--type", "MOCK", "--record", "cli/put", "--endpoint-url",
                           self.server.url.replace("://", "://somebody:hunter2@"))
        self.assertExit(done, 0)
        kept = [path for path in self.scratch.rglob("*") if path.is_file() and b"hunter2" in path.read_bytes()]
        self.assertEqual(kept, [])
        cassette = support.read_json(self.scratch / "cassettes/cli/put.json")
        self.assertEqual(cassette["provenance"]["endpoint"], self.server.url)

    def test_a_scenario_that_somebody_wrote_is_not_replaced(self):
        method = self.sandbox()
        path = self.scratch / "scenarios/cli/own.yaml"
        path.parent.mkdir(parents=True)
        path.write_text("about: mine\nfixtures: [rest-api, resource, method]\nsteps:\n"
                        "  - id: get\n    call: GetIntegration\n    input: {restApiId: \"${restApiId}\","
                        " resourceId: \"${resourceId}\", httpMethod: GET}\n    expect: {status: 200}\n")
        done = self.call("put-integration", *method, "--type", "MOCK", "--record", "cli/own")
        self.assertExit(done, 252)
        self.assertIn("not replaced", done.stderr)

    def test_folders_come_from_the_settings(self):
        method = self.sandbox()
        (self.scratch / "gwtape.json").write_text('{"cassettes": "tapes", "scenarios": "plays"}')
        done = self.call("put-integration", *method, "--type", "MOCK", "--record", "cli/put")
        self.assertExit(done, 0)
        self.assertTrue((self.scratch / "tapes/cli/put.json").exists())
        self.assertTrue((self.scratch / "plays/cli/put.yaml").exists())

    # --check

    def test_an_equal_request_passes_and_nothing_is_sent(self):
        method = self.record()
        self.server.stop()
        other = ["--rest-api-id", "zzzzzzzzzz", "--resource-id", "yyyyyy", "--http-method", "GET"]
        for names in (method, other):
            for source in ((), ("cli/put",), ("cassettes",), ("cassettes/cli/put.json",)):
                done = self.check(names, "--type", "MOCK", "--request-templates", TEMPLATES, source=source)
                self.assertExit(done, 0)
                self.assertEqual(done.stdout, "MATCH: equal to put-integration (cli/put) at level signed\n")

    def test_another_request_is_shown_where_it_differs(self):
        method = self.record()
        done = self.check(method, "--type", "HTTP", "--uri", "http://a/", "--request-templates", TEMPLATES)
        self.assertExit(done, 1)
        self.assertIn('WRONG_VALUE /type: expected "MOCK", got "HTTP"', done.stdout)
        self.assertIn("EXTRA_FIELD /uri: expected nothing", done.stdout)
        self.assertIn("the request would break the contract; nothing was sent", done.stderr)

    def test_a_path_of_the_endpoint_is_not_compared(self):
        method = self.record()
        for prefix in ("/a b", "/%zz/x/", "//"):
            done = self.check(method, "--type", "MOCK", "--request-templates", TEMPLATES,
                              "--endpoint-url", "http://127.0.0.1:1" + prefix)
            self.assertExit(done, 0)

    def test_a_call_is_made_or_not(self):
        method = self.sandbox()
        for option in ("--check", "--print-request"):
            done = self.call("put-integration", *method, "--type", "MOCK", "--record", "cli/put", option)
            self.assertExit(done, 252)
            self.assertIn("--record makes the call", done.stderr)

    def test_no_folder_is_nothing_to_compare_with(self):
        done = self.gwtape("get-integration", "--rest-api-id", "a", "--resource-id", "b", "--http-method", "GET", "--check")
        self.assertExit(done, 5)
        self.assertIn("no cassette folder 'cassettes'", done.stderr)

    def test_nothing_to_compare_with_is_no_pass(self):
        method = self.record()
        (self.scratch / "empty").mkdir()
        for source in ("nothere", "empty"):
            self.assertExit(self.check(method, "--type", "MOCK", source=(source,)), 5)
        done = self.gwtape("get-integration", *method, "--check", "cli/put")
        self.assertExit(done, 5)

    def test_a_damaged_cassette_is_no_pass(self):
        method = self.record()
        path = self.scratch / "cassettes/cli/put.json"
        path.write_bytes(path.read_bytes()[:-20])
        done = self.check(method, "--type", "MOCK", "--request-templates", TEMPLATES)
        self.assertNotEqual(done.code, 0)
        self.assertIn("put.json", done.stderr)


class Failures(support.TestCase):
    """What a service says in an error reaches stderr without controls that speak to a terminal."""

    HOSTILE = "a\u202eb\u009bc\x1b[31md\u2066e\0f\rg\nh"

    def test_of_a_hostile_service(self):
        body = json.dumps({"message": self.HOSTILE}).encode()

        class Answers(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(400)
                self.send_header("x-amzn-ErrorType", "BadRequestException")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Answers)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        done = self.gwtape("aws", "apigateway", "get-integration", "--rest-api-id", "a", "--resource-id", "b", "--http-method",
                           "GET", "--endpoint-url", "http://127.0.0.1:%d" % server.server_port, "--region", "us-east-1",
                           env={"AWS_ACCESS_KEY_ID": support.ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY": support.SECRET_KEY})
        self.assertNotEqual(done.code, 0)
        self.assertIn("a\\u202eb\\u009bc\\u001b[31md\\u2066e\0f\\u000dg\nh", done.stderr)


if __name__ == "__main__":
    support.main()
