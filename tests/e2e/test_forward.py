"""--forward: calls of other services, passed on as they come; scripted answers for them; what the guard lets through."""

import hashlib
import http.client
import http.server
import json
import os
import ssl
import sys
import threading
import urllib.parse

import sigv4
import support
import tape

SCENARIO = "types/mock"
FOLDER = str(support.SOURCE / "tests" / "e2e")


class Elsewhere:
    """The other server: notes each request, answers /big with so many bytes, and other paths with what it saw."""

    def __init__(self):
        seen = self.seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def body(self):
                if self.headers.get("Transfer-Encoding", "") != "chunked":
                    left = int(self.headers.get("Content-Length") or 0)
                    while left:
                        piece = self.rfile.read(min(left, 65536))
                        left -= len(piece)
                        yield piece
                    return
                while True:
                    size = int(self.rfile.readline(), 16)
                    yield self.rfile.read(size)
                    self.rfile.readline()
                    if not size:
                        return

            def answer(self):
                digest, length = hashlib.sha256(), 0
                for piece in self.body():
                    digest.update(piece)
                    length += len(piece)
                seen.append({"method": self.command, "target": self.path, "headers": dict(self.headers.items()),
                             "length": length, "sha256": digest.hexdigest()})
                count = int(self.path[5:]) if self.path.startswith("/big/") else 0
                self.send_response(200)
                self.send_header("Content-Length", str(count or 2))
                self.send_header("X-Elsewhere", "yes")
                self.end_headers()
                for _ in range(count // 65536):
                    self.wfile.write(b"x" * 65536)
                self.wfile.write(b"x" * (count % 65536) if count else b"ok")

            do_GET = do_PUT = do_POST = do_DELETE = answer

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def headers_for(service, url, method, path, body=b"", **extra):
    """Signed for another service, with a secret that nobody here knows: it is not ours to prove."""
    headers = sigv4.signed_headers(url, method, path, body, secret_key="of somebody else", extra=extra.items())
    stamp = headers["X-Amz-Date"]
    headers["Authorization"] = ("AWS4-HMAC-SHA256 Credential=OTHER/%s/us-east-1/%s/aws4_request, SignedHeaders=host, "
                                "Signature=%s" % (stamp[:8], service, "0" * 64))
    return headers


def send(url, service, method, path, body=b"", **extra):
    headers = headers_for(service, url, method, path, b"", **extra)
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=support.HANG_SECONDS)
    connection.request(method, path, body=body or None, headers=headers,
                       encode_chunked=headers.get("Transfer-Encoding") == "chunked")
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), data


class Forward(support.TestCase):
    def setUp(self):
        super().setUp()
        self.cassettes = self.scratch / "cassettes"
        self.record(self.cassettes, "--no-commit", SCENARIO)
        self.elsewhere = Elsewhere()
        self.addCleanup(self.elsewhere.close)

    def make_calls(self, url):
        for call in tape.calls(tape.load(self.cassettes, SCENARIO)):
            answer = sigv4.perform(url, call)
            self.assertLess(answer.status, 300, answer.body)

    def replay(self, *args):
        self.report = self.scratch / "report.json"
        return self.serve("replay", "--scenario", SCENARIO, "--forward", self.elsewhere.url, "--report",
                          "json:%s" % self.report, *args)

    def test_a_call_of_another_service_goes_there_as_it_came(self):
        for threads in ("1", "3"):
            server = self.replay("--threads", threads)
            status, headers, data = send(server.url, "s3", "PUT", "/bucket/key%20x?partNumber=1&x=", b"hello",
                                         **{"X-Amz-Meta-Name": "a  b", "Host": "bucket.s3.amazonaws.com"})
            self.assertEqual((status, headers["X-Elsewhere"], data), (200, "yes", b"ok"))
            seen = self.elsewhere.seen[-1]
            self.assertEqual((seen["method"], seen["target"], seen["length"]), ("PUT", "/bucket/key%20x?partNumber=1&x=", 5))
            self.assertEqual(seen["headers"]["X-Amz-Meta-Name"], "a  b")
            self.assertEqual(seen["headers"]["Host"], "bucket.s3.amazonaws.com")
            self.assertIn("/s3/aws4_request", seen["headers"]["Authorization"])
            self.make_calls(server.url)
            ended = server.stop()
            self.assertExit(ended, 0)
            self.assertIn("1 passed on", ended.stderr)
            report = support.read_json(self.report)
            self.assertEqual(report["summary"]["forwarded"], 1)
            row = report["requests"][0]
            self.assertEqual((row["ok"], row["level"], row["verdict"]), (True, None, "FORWARDED"))
            self.assertEqual(report["summary"]["matched"], report["summary"]["requests"] - 1)
            for name in ("text", "junit", "tap", "github", "html"):
                self.assertTrue(name)

    def test_a_body_has_no_limit_in_either_direction(self):
        server = self.replay()
        size = 24 * 1024 * 1024
        body = os.urandom(1024) * (size // 1024)
        digest = hashlib.sha256(body).hexdigest()
        status, _, data = send(server.url, "s3", "PUT", "/big/%d" % size, body)
        self.assertEqual((status, len(data)), (200, size))
        self.assertEqual((self.elsewhere.seen[-1]["length"], self.elsewhere.seen[-1]["sha256"]), (size, digest))
        pieces = (body[i:i + 100001] for i in range(0, size, 100001))
        status, _, _ = send(server.url, "s3", "PUT", "/chunks", pieces, **{"Transfer-Encoding": "chunked"})
        self.assertEqual(status, 200)
        self.assertEqual((self.elsewhere.seen[-1]["length"], self.elsewhere.seen[-1]["sha256"]), (size, digest))
        # what is ours has its limit all the same
        headers = sigv4.signed_headers(server.url, "PUT", "/restapis", b"x")
        connection = http.client.HTTPConnection(server.url[7:], timeout=support.HANG_SECONDS)
        connection.putrequest("PUT", "/restapis", skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(size))
        connection.endheaders()
        self.assertEqual(connection.getresponse().status, 413)
        connection.close()

    def test_what_follows_on_the_connection_is_not_passed_on(self):
        server = self.replay()
        first = headers_for("s3", server.url, "PUT", "/one", b"")
        lines = "".join("%s: %s\r\n" % pair for pair in first.items())
        raw = ("PUT /one HTTP/1.1\r\n%sContent-Length: 3\r\n\r\nabcGET /two HTTP/1.1\r\n%s\r\n" % (lines, lines)).encode()
        import socket
        with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1]))) as peer:
            peer.sendall(raw)
            answer = b""
            while got := peer.recv(65536):
                answer += got
        self.assertEqual(answer.count(b"HTTP/1.1 200"), 1)
        self.assertEqual([r["target"] for r in self.elsewhere.seen], ["/one"])

    def test_nothing_but_calls_that_are_passed_on_is_not_success(self):
        server = self.replay("--allow-unused")
        self.assertEqual(send(server.url, "sts", "POST", "/", b"Action=GetCallerIdentity")[0], 200)
        self.assertExit(server.stop(), 5)

    def test_a_place_that_is_not_there_is_502_for_the_client_and_4_for_the_run(self):
        self.elsewhere.close()
        server = self.replay()
        self.assertEqual(send(server.url, "sts", "POST", "/", b"Action=X")[0], 502)
        self.make_calls(server.url)
        ended = server.stop()
        self.assertExit(ended, 4)
        self.assertIn("got no answer", ended.stderr)
        self.assertEqual(support.read_json(self.report)["summary"]["broken"], 0)

    def test_api_gateways_own_calls_never_go_there(self):
        server = self.replay()
        self.assertEqual(sigv4.send(server.url, "GET", "/nothing/like/this").status, 422)
        self.assertEqual(sigv4.send(server.url, "GET", "/restapis/x", secret_key="wrong").status, 422)
        self.assertEqual(self.elsewhere.seen, [])
        self.assertExit(server.stop(), 1)

    def test_without_it_the_call_is_a_foreign_services(self):
        for args in ([], ["--backdrop", "sandbox"]):
            server = self.serve("replay", "--scenario", SCENARIO, *args)
            status, headers, _ = send(server.url, "dynamodb", "POST", "/", b"{}",
                                      **{"X-Amz-Target": "DynamoDB_20120810.ListTables"})
            self.assertEqual((status, headers["x-gwtape-verdict"]), (422, "FOREIGN_SERVICE"), args)
            self.assertExit(server.stop(), 1)

    SCRIPT = {"faults": [
        {"call": {"service": "dynamodb", "target": "DynamoDB_20120810.ListTables"}, "times": "always",
         "answer": {"status": 200, "body": {"TableNames": ["t"]}}},
        {"call": {"service": "sts", "action": "GetCallerIdentity"}, "times": "always",
         "answer": {"status": 200, "text": "<me/>", "headers": [["Content-Type", "text/xml"]]}},
        {"call": {"service": "s3", "method": "GET", "path": "/b/*"}, "times": "always",
         "answer": {"status": 404, "text": "<Error/>"}},
        {"call": {"operation": "GetIntegration"}, "answer": {"status": 429, "error": "TooManyRequestsException"}}]}

    def test_scripted_answers_come_before_it(self):
        (self.scratch / "script.json").write_text(json.dumps(self.SCRIPT))
        server = self.replay("--fault", self.scratch / "script.json", "--backdrop", "sandbox")
        tables = send(server.url, "dynamodb", "POST", "/", b"{}", **{"X-Amz-Target": "DynamoDB_20120810.ListTables"})
        self.assertEqual((tables[0], json.loads(tables[2])), (200, {"TableNames": ["t"]}))
        self.assertEqual(send(server.url, "sts", "POST", "/", b"Version=2011-06-15&Action=GetCallerIdentity")[2], b"<me/>")
        self.assertEqual(send(server.url, "s3", "GET", "/b/k")[0], 404)
        # one that nothing is scripted for is passed on
        other = send(server.url, "dynamodb", "POST", "/", b"{}", **{"X-Amz-Target": "DynamoDB_20120810.PutItem"})
        self.assertEqual(other[1]["X-Elsewhere"], "yes")
        self.make_calls_with_one_throttled(server.url)
        ended = server.stop()
        self.assertExit(ended, 0)
        summary = support.read_json(self.report)["summary"]
        self.assertEqual((summary["forwarded"], summary["faults"], summary["broken"]), (1, 4, 0))

    def make_calls_with_one_throttled(self, url):
        for call in tape.calls(tape.load(self.cassettes, SCENARIO)):
            answer = sigv4.perform(url, call)
            if answer.status == 429:
                answer = sigv4.perform(url, call)
            self.assertLess(answer.status, 300, answer.body)

    def test_members_for_other_services_are_checked(self):
        rows = {'{"operation": "GetIntegration", "service": "s3"}': "is one of API Gateway",
                '{"target": "X"}': "go with another", '{"service": 1}': "must be a text"}
        for call, says in rows.items():
            (self.scratch / "bad.json").write_text('{"faults": [{"call": %s, "delayMs": 1}]}' % call)
            done = self.gwtape("replay", "--fault", self.scratch / "bad.json", "--", "true")
            self.assertExit(done, 3)
            self.assertIn(says, done.stderr)

    def test_where_it_may_go(self):
        rows = (("http://sts.amazonaws.com", [], "AWS"), ("http://sts.us-east-1.amazonaws.com.:80", ["--forward-remote"], "AWS"),
                ("http://192.0.2.1:5000", [], "--forward-remote"), ("https://127.0.0.1:1", [], "http URL"),
                ("http://127.0.0.1:1/prefix", [], "http URL"), ("nonsense", [], "http URL"))
        for url, args, says in rows:
            for command in (["replay"], ["record", "--proxy", "--name", "a/b"]):
                done = self.gwtape(*command, "--forward", url, *args, "--", "true")
                self.assertExit(done, 2)
                self.assertIn(says, done.stderr)
        self.assertExit(self.gwtape("replay", "--forward", "http://192.0.2.1:5000", "--forward-remote", "--", "true"), 5)

    # A client that knows no endpoint: it takes the proxy and the authority from the environment.
    THROUGH = """
import os, ssl, sys, http.client, urllib.parse
sys.path.insert(0, %r)
import sigv4, test_forward
proxy = urllib.parse.urlsplit(os.environ["HTTPS_PROXY"])
def through(host, method, path, headers):
    c = http.client.HTTPSConnection(proxy.hostname, proxy.port, timeout=60,
                                    context=ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"]))
    c.set_tunnel(host, 443)
    c.request(method, path, headers=headers)
    answer = c.getresponse()
    return answer.status, answer.getheader("X-Elsewhere"), answer.read()
""" % FOLDER

    def client(self, body):
        path = self.scratch / "client.py"
        path.write_text(self.THROUGH + body)
        return [sys.executable, path]

    def test_through_the_guard(self):
        body = """
host = "dynamodb.us-east-1.amazonaws.com"
assert through(host, "GET", "/", test_forward.headers_for("dynamodb", "https://" + host, "GET", "/"))[:2] == (200, "yes")
assert through("s3.amazonaws.com", "GET", "/anonymous", {})[:2] == (200, "yes")   # no scope: the host says it
host = "apigateway.us-east-1.amazonaws.com"
assert through(host, "GET", "/restapis", sigv4.signed_headers("https://" + host, "GET", "/restapis", b""))[1] is None
try:
    through("example.com", "GET", "/", {})
    sys.exit("example.com was reached")
except OSError as error:
    assert "403" in str(error), error
"""
        done = self.gwtape("replay", "--backdrop", "sandbox", "--forward", self.elsewhere.url, "--report", "json:report.json",
                           "--", *self.client(body))
        self.assertEqual(support.read_json(self.scratch / "report.json")["summary"]["forwarded"], 2, done)
        self.assertIn("refused 1 connection to example.com:443", done.stderr)
        done = self.gwtape("record", "--proxy", "--name", "a/b", "--no-commit", "--json", "--forward", self.elsewhere.url,
                           "--", *self.client(body))
        self.assertExit(done, 0)
        self.assertEqual(json.loads(done.stdout)["forwarded"], 2)
        self.assertEqual([i["operation"] for i in tape.load(self.cassettes, "a/b")["interactions"]], ["GetRestApis"])
        self.assertIn("refused 1 connection to example.com:443", done.stderr)

    def test_without_a_place_to_go_to_other_hosts_of_aws_are_refused(self):
        body = """
for host in ("dynamodb.us-east-1.amazonaws.com", "sts.amazonaws.com"):
    try:
        through(host, "GET", "/", {})
        sys.exit(host + " was reached")
    except OSError as error:
        assert "403" in str(error), error
host = "apigateway.us-east-1.amazonaws.com"
assert through(host, "GET", "/restapis", sigv4.signed_headers("https://" + host, "GET", "/restapis", b""))[0] == 200
"""
        done = self.gwtape("record", "--proxy", "--name", "a/b", "--no-commit", "--", *self.client(body))
        self.assertExit(done, 0)
        self.assertIn("refused 1 connection to sts.amazonaws.com:443", done.stderr)
        done = self.gwtape("record", "--proxy", "--name", "a/b", "--no-commit", "--no-guard", "--", sys.executable, "-c",
                           "import os, sys; sys.exit('HTTPS_PROXY' in os.environ)")
        self.assertExit(done, 5)

    def test_a_recording_survives_a_place_that_is_not_there(self):
        self.elsewhere.close()
        body = """
url = os.environ["GWTAPE_ENDPOINT"]
assert test_forward.send(url, "sts", "POST", "/", b"Action=X")[0] == 502
assert sigv4.send(url, "POST", "/restapis", b'{"name": "x"}').status == 201
"""
        done = self.gwtape("record", "--proxy", "--name", "a/b", "--no-commit", "--forward", self.elsewhere.url,
                           "--", *self.client(body))
        self.assertExit(done, 4)
        self.assertEqual([i["operation"] for i in tape.load(self.cassettes, "a/b")["interactions"]], ["CreateRestApi"])

    def test_a_recording_with_scripted_answers(self):
        (self.scratch / "script.json").write_text(json.dumps(self.SCRIPT))
        body = """
url = os.environ["GWTAPE_ENDPOINT"]
assert test_forward.send(url, "sts", "POST", "/", b"Action=GetCallerIdentity")[2] == b"<me/>"
assert sigv4.send(url, "POST", "/restapis", b'{"name": "x"}').status == 201
"""
        done = self.gwtape("record", "--proxy", "--name", "a/b", "--no-commit", "--fault", "script.json", "--", *self.client(body))
        self.assertExit(done, 0)
        self.assertEqual([i["operation"] for i in tape.load(self.cassettes, "a/b")["interactions"]], ["CreateRestApi"])

    def test_a_host_that_the_guard_lets_through(self):
        port = urllib.parse.urlsplit(self.elsewhere.url).port
        body = """
import http.client
c = http.client.HTTPConnection(proxy.hostname, proxy.port, timeout=60)
c.set_tunnel("localhost", %d)
c.request("GET", "/tunnelled")
assert c.getresponse().read() == b"ok"
c = http.client.HTTPConnection(proxy.hostname, proxy.port, timeout=60)
c.request("GET", "http://localhost:%d/plain?x=1", headers={"Host": "localhost:%d"})
assert c.getresponse().read() == b"ok"
""" % (port, port, port)
        for command in (["replay"], ["record", "--proxy", "--name", "a/b"]):
            self.elsewhere.seen.clear()
            self.assertExit(self.gwtape(*command, "--guard-allow", "localhost", "--", *self.client(body)), 5)
            self.assertEqual([r["target"] for r in self.elsewhere.seen], ["/tunnelled", "/plain?x=1"])
            for host in ("apigateway.eu-west-1.amazonaws.com", "s3.amazonaws.com", "x:80", ""):
                self.assertExit(self.gwtape(*command, "--guard-allow", host, "--", "true"), 2)


if __name__ == "__main__":
    support.main()
