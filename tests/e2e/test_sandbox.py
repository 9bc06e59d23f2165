"""`gwtape sandbox` as a server: what it says, what it refuses and how, scripted faults."""

import http.client
import json
import signal
import socket
import time

import sigv4
import support

ERROR_CODES = {"BadRequestException", "SerializationException", "ValidationException", "NotFoundException",
               "AccessDeniedException"}
INTEGRATION = "/restapis/%s/resources/%s/methods/GET/integration"


class Sandbox(support.TestCase):
    def sandbox(self, *args):
        server = self.serve("sandbox", *args)
        self.address = server.url.split("//")[1]
        return server

    def call(self, method, path, body=None, headers=None):
        """(status, headers, bytes) on a connection of its own."""
        connection = http.client.HTTPConnection(self.address, timeout=support.HANG_SECONDS)
        self.addCleanup(connection.close)
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, raw, {"Accept": "application/json", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def fixture(self):
        """An API with GET on its root; its integration's path."""
        _, _, raw = self.call("POST", "/restapis", {"name": "t"})
        api = json.loads(raw)["id"]
        _, _, raw = self.call("GET", "/restapis/%s/resources" % api)
        root = json.loads(raw)["item"][0]["id"]
        status, _, raw = self.call("PUT", "/restapis/%s/resources/%s/methods/GET" % (api, root), {"authorizationType": "NONE"})
        self.assertEqual(status, 201, raw)
        return INTEGRATION % (api, root)

    # what it says

    def test_first_line_says_that_it_is_not_aws(self):
        server = self.sandbox("--no-verify-signature")
        ended = server.stop()
        lines = ended.stderr.splitlines()
        self.assertRegex(lines[0], "not AWS")
        self.assertIn("--no-verify-signature", lines[1])
        self.assertEqual(lines[2], "listening on " + server.url)
        self.assertEqual((ended.code, ended.stdout), (0, ""))

    def test_sigint_ends_it_with_0(self):
        self.assertEqual(self.sandbox().stop(signal.SIGINT).code, 0)

    def test_state_is_gone_at_exit_and_a_seed_gives_the_same_ids(self):
        seen = []
        for _ in range(2):
            server = self.sandbox("--seed", "5", "--no-verify-signature")
            seen.append([self.fixture(), json.loads(self.call("GET", "/restapis")[2])["item"][0]["id"]])
            server.stop()
        self.assertEqual(seen[0], seen[1])
        self.sandbox("--seed", "6", "--no-verify-signature")
        self.assertNotEqual(seen[0][0], self.fixture())

    def test_list_says_what_holds_at_a_date(self):
        """Dates of members as in botocore's releases: 1.37.23, 1.41.0, 1.41.2."""
        dates = [("endpointConfiguration.ipAddressType", "2025-03-28", "2025-03-27"),
                 ("responseTransferMode", "2025-11-19", "2025-11-18"), ("integrationTarget", "2025-11-21", "2025-11-20")]
        for member, since, before in dates:
            for date, state in ((since, "newer"), (before, "older")):
                done = self.gwtape("sandbox", "--as-of", date, "--list")
                self.assertExit(done, 0)
                row = [line for line in done.stdout.splitlines() if line.split("  (before")[0].endswith("  " + member)]
                self.assertEqual([line.split()[:2] for line in row], [[since, state]], (member, date, done.stdout))
        now = self.gwtape("sandbox", "--list").stdout.splitlines()
        self.assertEqual([line.split()[1] for line in now], ["newer"] * len(now))
        self.assertEqual([line.split()[0] for line in now], sorted(line.split()[0] for line in now))
        self.assertExit(self.gwtape("sandbox", "--as-of", "yesterday", "--list"), 2)

    def test_bad_options(self):
        for args in (["--seed", "x"], ["--seed", "-1"], ["--as-of", "yesterday"], ["--as-of", "2018-13-01"], ["extra"],
                     ["--listen", "nowhere"]):
            self.assertExit(self.gwtape("sandbox", *args), 2)

    # signatures

    def test_signatures(self):
        server = self.sandbox()
        ok = sigv4.send(server.url, "GET", "/restapis")
        self.assertEqual(ok.status, 200)
        for key in (support.ACCESS_KEY_ID, "test", "testing"):
            for secret in (support.SECRET_KEY, "test", "testing"):
                answer = sigv4.send(server.url, "GET", "/restapis", secret_key=secret, access_key=key)
                self.assertEqual(answer.status, 200, (key, secret))
        for key in ("ANY", "AKIDEXAMPLE2", "TEST"):
            for secret in (support.SECRET_KEY, "test"):
                self.assertUnknownKey(sigv4.send(server.url, "GET", "/restapis", secret_key=secret, access_key=key))
        wrong = sigv4.send(server.url, "GET", "/restapis", secret_key="wrong")
        self.assertEqual((wrong.status, wrong.headers["x-amzn-ErrorType"]), (403, "InvalidSignatureException"))
        self.assertTrue(wrong.json()["message"].startswith("The request signature we calculated does not match"))
        status, headers, raw = self.call("GET", "/restapis")
        self.assertEqual((status, headers["x-amzn-ErrorType"]), (403, "MissingAuthenticationTokenException"))
        self.assertEqual(raw, b'{"message":"Missing Authentication Token"}\n')

    def assertUnknownKey(self, answer):
        self.assertEqual((answer.status, answer.headers["x-amzn-ErrorType"]), (403, "UnrecognizedClientException"))
        self.assertEqual(answer.body, b'{"message":"The security token included in the request is invalid."}\n')

    def test_credentials_file(self):
        """{"KEYID": "SECRET"}: a key id of the file has its own secret only; the dummy ids stay known."""
        path = self.scratch / "keys.json"
        path.write_text(json.dumps({"AKIAMINE": "mine", "test": "of the file"}))
        server = self.sandbox("--credentials", path)
        for key, secret, status in (("AKIAMINE", "mine", 200), ("AKIAMINE", "test", 403), ("test", "of the file", 200),
                                    ("test", "test", 403), (support.ACCESS_KEY_ID, support.SECRET_KEY, 200)):
            answer = sigv4.send(server.url, "GET", "/restapis", secret_key=secret, access_key=key)
            self.assertEqual(answer.status, status, (key, secret))
        self.assertUnknownKey(sigv4.send(server.url, "GET", "/restapis", access_key="AKIAOTHER"))
        for text, code in (("[]", 3), ("{", 3), ('{"A": 1}', 3), (None, 3)):
            wrong = self.scratch / "wrong.json"
            wrong.write_text(text) if text else wrong.unlink()
            self.assertExit(self.gwtape("sandbox", "--credentials", wrong), code)

    # what it refuses

    MALFORMED = [
        ("not JSON", "{", 400, "SerializationException"),
        ("two values", "{} {}", 400, "SerializationException"),
        ("a list", "[]", 400, "SerializationException"),
        ("a text", '"MOCK"', 400, "SerializationException"),
        ("not UTF-8", b'{"type":"\xff"}', 400, "SerializationException"),
        ("too deep", "[" * 2000 + "]" * 2000, 400, "SerializationException"),
        ("no body", b"", 400, "BadRequestException"),
        ("type is a number", '{"type":1}', 400, "SerializationException"),
        ("type is a list", '{"type":["MOCK"]}', 400, "SerializationException"),
        ("type is null", '{"type":null}', 400, "ValidationException"),
        ("no type", "{}", 400, "ValidationException"),
        ("unknown type", '{"type":"NONE"}', 400, "ValidationException"),
        ("map is a text", '{"type":"MOCK","requestTemplates":"x"}', 400, "SerializationException"),
        ("map of numbers", '{"type":"MOCK","requestTemplates":{"a/b":1}}', 400, "SerializationException"),
        ("map of maps", '{"type":"MOCK","requestTemplates":{"a/b":{}}}', 400, "SerializationException"),
        ("list is a map", '{"type":"MOCK","cacheKeyParameters":{}}', 400, "SerializationException"),
        ("number is a text", '{"type":"MOCK","timeoutInMillis":"1"}', 400, "SerializationException"),
        ("huge number", '{"type":"MOCK","timeoutInMillis":1e400}', 400, "BadRequestException"),
        ("structure is a text", '{"type":"MOCK","tlsConfig":"x"}', 400, "SerializationException"),
        ("unknown members", '{"type":"MOCK","surprise":{"a":[1,{}]},"Type":1}', 201, None),
    ]

    def test_malformed_requests_get_aws_error_shape_and_stop_nothing(self):
        self.sandbox("--no-verify-signature")
        path = self.fixture()
        for label, body, status, code in self.MALFORMED:
            with self.subTest(label):
                got, headers, raw = self.call("PUT", path, body if isinstance(body, bytes) else body.encode())
                self.assertEqual((got, headers["x-amzn-ErrorType"]), (status, code), raw)
                self.assertEqual(headers["Content-Type"], "application/json")
                self.assertRegex(headers["x-amzn-RequestId"], r"\A[0-9a-f-]{36}\Z")
                if code:
                    self.assertEqual(list(json.loads(raw)), ["message"])
        self.assertEqual(self.call("GET", path)[0], 200)

    def test_unknown_paths_and_methods(self):
        self.sandbox("--no-verify-signature")
        path = self.fixture()
        for method, where in (("GET", "/"), ("GET", "/nothing"), ("POST", path), ("GET", "/restapis/"), ("PUT", "/restapis"),
                              ("GET", "/restapis/%2e%2e/x"), ("GET", "//"), ("GET", path + "/more"), ("TRACE", path)):
            with self.subTest(method + " " + where):
                status, headers, raw = self.call(method, where)
                self.assertIn(status, (403, 404), raw)
                self.assertIn(headers["x-amzn-ErrorType"], ERROR_CODES)
                self.assertEqual(list(json.loads(raw)), ["message"])
        self.assertEqual(self.call("GET", "/restapis")[0], 200)

    def test_a_body_over_the_limit(self):
        self.sandbox("--no-verify-signature")
        path = self.fixture()
        with socket.create_connection(self.address.split(":"), timeout=support.HANG_SECONDS) as s:
            s.sendall(("PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (path, 11 << 20)).encode())
            answer = http.client.HTTPResponse(s)
            answer.begin()
            self.assertEqual(answer.status, 413)
            self.assertEqual(list(json.loads(answer.read())), ["message"])
        self.assertEqual(self.call("GET", path)[0], 404)

    def test_a_body_at_the_limit_is_an_ordinary_one(self):
        self.sandbox("--no-verify-signature")
        path = self.fixture()
        template = "x" * ((10 << 20) - len(json.dumps({"type": "MOCK", "requestTemplates": {"a/b": ""}})))
        body = json.dumps({"type": "MOCK", "requestTemplates": {"a/b": template}})
        self.assertEqual(len(body), 10 << 20)
        status, _, raw = self.call("PUT", path, body.encode())
        self.assertEqual(status, 201)
        self.assertEqual(json.loads(raw)["requestTemplates"], {"a/b": template})

    # older answers

    def test_as_of(self):
        self.sandbox("--as-of", "2018-12-17", "--no-verify-signature")
        path = self.fixture()
        status, headers, raw = self.call("GET", path)
        self.assertEqual((status, raw), (404, b'{"message":"No integration defined for method"}\n'))
        self.assertEqual(headers["x-amzn-RequestId"][14], "1", "a version 1 UUID")
        api = json.loads(self.call("GET", path.split("/resources")[0])[2])
        self.assertNotIn("rootResourceId", api)
        self.assertEqual(api["endpointConfiguration"], {"types": ["EDGE"]})
        self.assertEqual(self.call("GET", "/restapis/abcdefghij")[2], b'{"message":"Invalid REST API identifier specified"}\n')

    # faults

    def faults(self, *entries):
        script = self.scratch / "faults.json"
        script.write_text(json.dumps({"faults": list(entries)}))
        return self.sandbox("--no-verify-signature", "--fault", script)

    def test_scripted_answers_each_n_times(self):
        self.faults(
            {"call": {"operation": "GetRestApis"}, "times": 2,
             "answer": {"status": 429, "error": "TooManyRequestsException", "message": "Too Many Requests",
                        "headers": [["Retry-After", "7"]]}},
            {"call": {"operation": "GetRestApis"}, "answer": {"status": 429, "error": "TooManyRequestsException"}},
            {"call": {"method": "GET", "path": "/restapis/*"}, "skip": 1, "answer": {"status": 503, "text": "busy"}})
        for _ in range(2):
            status, headers, raw = self.call("GET", "/restapis")
            self.assertEqual((status, headers["Retry-After"], headers["x-amzn-ErrorType"]), (429, "7", "TooManyRequestsException"))
            self.assertEqual(raw, b'{"message":"Too Many Requests"}\n')
        status, headers, _ = self.call("GET", "/restapis")
        self.assertEqual((status, headers["Retry-After"]), (429, None))
        self.assertEqual(self.call("GET", "/restapis")[0], 200)
        self.assertEqual([self.call("GET", "/restapis/x")[0] for _ in range(3)], [404, 503, 404])

    def test_slow_first_byte(self):
        self.faults({"delayMs": 400})
        started = time.monotonic()
        self.assertEqual(self.call("GET", "/restapis")[0], 200)
        self.assertGreaterEqual(time.monotonic() - started, 0.4)

    def test_broken_answers(self):
        self.faults({"call": {"operation": "GetRestApis"}, "break": "truncate"},
                    {"call": {"operation": "GetRestApis"}, "break": "wrong-length"},
                    {"call": {"operation": "CreateRestApi"}, "break": "reset"})
        for _ in range(2):
            with self.assertRaises(http.client.IncompleteRead):
                self.call("GET", "/restapis")
        with self.assertRaises((ConnectionResetError, http.client.RemoteDisconnected)):
            self.call("POST", "/restapis", {"name": "never"})
        self.assertEqual(json.loads(self.call("GET", "/restapis")[2]), {"item": []}, "a reset call was not handled")

    def test_bad_scripts_name_file_and_place(self):
        script = self.scratch / "faults.json"
        for text, reason in (("{", r"faults\.json:1:\d+"), ("[]", "must be"), ('{"faults": [{"times": 0, "delayMs": 1}]}', "/faults/0/times"),
                             ('{"faults": [{}]}', "does nothing"), ('{"faults": [{"delayMs": 1}, {"brake": "x"}]}', "/faults/1: unknown member$"),
                             ('{"faults": [{"break": "fast"}]}', "/faults/0/break"),
                             ('{"faults": [{"answer": {"status": 99}}]}', "/faults/0/answer/status"),
                             ('{"faults": [{"answer": {"status": 500, "headers": [["a b", "c"]]}}]}', "/faults/0/answer/headers"),
                             ('{"faults": [{"call": {"operation": "Nope"}, "delayMs": 1}]}', "/faults/0/call/operation")):
            script.write_text(text)
            done = self.gwtape("sandbox", "--fault", script)
            self.assertExit(done, 3)
            self.assertRegex(done.stderr, reason)
            self.assertIn("faults.json", done.stderr)
        self.assertExit(self.gwtape("sandbox", "--fault", self.scratch / "absent.json"), 3)


if __name__ == "__main__":
    support.main()
