"""What breaks the contract beside a request that differs: what cannot be read, does not end, or says a thing twice."""

import json
import socket
import urllib.parse

import sigv4
import support
import tape
from test_sessions import admin

SCENARIO = "types/mock"


def place_of(url):
    parts = urllib.parse.urlsplit(url)
    return parts.hostname, parts.port


def exchange(url, data):
    """All that comes back for some bytes, the sending side closed behind them."""
    with socket.create_connection(place_of(url), timeout=support.HANG_SECONDS) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def raw(method, target, headers, body=b""):
    lines = ["%s %s HTTP/1.1" % (method, target), *("%s: %s" % pair for pair in headers)]
    if body:
        lines.append("Content-Length: %d" % len(body))
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


class Breaches(support.TestCase):
    def setUp(self):
        super().setUp()
        self.cassettes = self.scratch / "cassettes"
        self.record(self.cassettes, SCENARIO)
        self.calls = tape.calls(tape.load(self.cassettes, SCENARIO))

    def replay(self, *args):
        return self.serve("replay", "--cassettes", self.cassettes, "--scenario", SCENARIO, "--allow-unused", *args)

    def call(self, server):
        """Method, path, body and signed headers of a right request."""
        method, path, body = sigv4.http_request(self.calls[0])
        return method, path, body, sigv4.signed_headers(server.url, method, path, body)

    def verdict(self, server, headers, target=None):
        method, path, body, _ = self.call(server)
        answer = exchange(server.url, raw(method, target or path, headers, body))
        head = answer.split(b"\r\n\r\n")[0].decode()
        words = [line.split(": ")[1] for line in head.split("\r\n") if line.startswith("x-gwtape-verdict: ")]
        return int(head.split(" ")[1]), words[0] if words else None


class Unreadable(Breaches):
    """Each row breaks a run that was right until then, in the summary and in the session `default`."""

    def rows(self, server):
        method, path, body, headers = self.call(server)
        whole = raw(method, path, headers.items(), body)
        host = "Host: x\r\n"
        return {
            "400": b"GET /a b HTTP/1.1\r\n\r\n",
            "413": b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n",
            "414": b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\n\r\n",
            "431": ("GET / HTTP/1.1\r\n" + host + "A: b\r\n" * 200 + "\r\n").encode(),
            "cut in the first line": b"G",
            "cut in the head": whole[: whole.index(b"\r\n\r\n") - 3],
            "cut in the body": whole[:-1],
            "cut in a chunk": b"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        }

    def check(self, *options):
        for name in self.rows(self.replay(*options)):
            with self.subTest(name, options=options):
                report = self.scratch / "report.json"
                server = self.replay("--report", "json:%s" % report, *options)
                self.assertEqual(sigv4.perform(server.url, self.calls[0],
                                               extra={"x-gwtape-session": "s"}.items()).status, 201)
                exchange(server.url, self.rows(server)[name])
                status, answer = admin(server.url, "POST", "sessions/default/verify")
                self.assertEqual((status, answer["broken"]), (422, 1), answer)
                self.assertEqual([row["ok"] for row in answer["journal"]["entries"]].count(False), 1, answer)
                self.assertExit(server.stop(), 1)
                summary = json.loads(report.read_text())["summary"]
                self.assertEqual((summary["matched"], summary["broken"]), (1, 1), summary)

    def test_what_cannot_be_read_counts(self):
        self.check()

    def test_with_sessions_it_counts_in_the_default_one(self):
        self.check("--session-by", "header")

    def test_with_threads_it_counts_as_well(self):
        self.check("--threads", "2")

    def test_a_connection_that_sends_nothing_does_not_count(self):
        server = self.replay()
        self.assertEqual(sigv4.perform(server.url, self.calls[0]).status, 201)
        exchange(server.url, b"")
        exchange(server.url, b"\r\n\r\n")
        self.assertEqual(admin(server.url, "POST", "sessions/default/verify")[1]["broken"], 0)
        self.assertExit(server.stop(), 0)

    def test_what_is_under_way_at_the_end_counts(self):
        for options in ((), ("--threads", "3")):
            server = self.replay(*options)
            self.assertEqual(sigv4.perform(server.url, self.calls[0]).status, 201)
            with socket.create_connection(place_of(server.url), timeout=support.HANG_SECONDS) as connection:
                connection.sendall(b"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
                self.assertIn(b"100 Continue", connection.recv(100))  # so it was begun
                done = server.stop()
            self.assertExit(done, 1)
            self.assertIn("the run ended in the middle of it" if not options else "in the middle of it", done.stderr)


class Twice(Breaches):
    def headers_with(self, server, name, value):
        method, path, body, headers = self.call(server)
        return [*headers.items(), (name, value)]

    def test_what_decides_stands_once(self):
        for options, word in (((), "BAD_SIGNATURE"), (("--no-verify-signature",), "BAD_SIGNATURE")):
            server = self.replay(*options)
            for name in ("X-Amz-Date", "x-amz-content-sha256", "X-Amz-Security-Token", "Authorization"):
                method, path, body, headers = self.call(server)
                lower = {key.lower(): value for key, value in headers.items()}
                value = lower.get(name.lower(), "a" * 64)
                pairs = [*((k, v) for k, v in headers.items() if k.lower() != name.lower()), (name, value), (name, value)]
                self.assertEqual(self.verdict(server, pairs), (422, word), (name, options))
            self.assertExit(server.stop(), 1)

    def test_a_session_is_named_once(self):
        server = self.replay("--session-by", "header")
        method, path, body = sigv4.http_request(self.calls[0])
        headers = sigv4.signed_headers(server.url, method, path, body, extra={"x-gwtape-session": "a"}.items())
        self.assertEqual(self.verdict(server, headers.items()), (201, "MATCH"))
        for value in ("a", "b"):
            answer = self.verdict(server, [*headers.items(), ("X-Gwtape-Session", value)])
            self.assertEqual(answer[0], 422, value)  # the second was not signed, or is one too many
            self.assertIn(answer[1], ("WRONG_SESSION", "BAD_SIGNATURE"))
        self.assertExit(server.stop(), 1)


class Unproved(Breaches):
    """--no-verify-signature."""

    def test_an_unsigned_right_request_is_right(self):
        server = self.replay("--no-verify-signature")
        method, path, body, headers = self.call(server)
        plain = [(name, value) for name, value in headers.items() if name.lower() not in ("authorization", "x-amz-date")]
        self.assertEqual(self.verdict(server, plain), (201, "MATCH"))
        self.assertExit(server.stop(), 0)

    def test_a_signed_one_of_another_region_is_not(self):
        server = self.replay("--no-verify-signature")
        method, path, body = sigv4.http_request(self.calls[0])
        headers = sigv4.signed_headers(server.url, method, path, body, region="eu-west-1")
        self.assertEqual(self.verdict(server, headers.items()), (422, "WRONG_SCOPE"))
        self.assertExit(server.stop(), 1)

    def test_what_hides_a_scope_is_refused_each_time(self):
        server = self.replay("--no-verify-signature")
        method, path, body, headers = self.call(server)
        good = "Credential=K/20260101/us-east-1/apigateway/aws4_request"
        names = "SignedHeaders=host"
        hidden = "AWS4-HMAC-SHA256 %s, Signature=, Credential=%s/1/eu-west-1/apigateway/aws4_request" % (names, "K" * 13)
        values = ["AWS4-HMAC-SHA256 %s, %s, Signature=%s" % (good, names, "0" * 64),
                  "AWS4-HMAC-SHA256 %s, %s, Signature=%s" % (good, names, "1" * 64), hidden,
                  "AWS4-HMAC-SHA256 Credential=K SignedHeaders=x/1/us-east-1/apigateway/aws4_request, %s, Signature=%s"
                  % (names, "0" * 64), "Basic abc"]
        for i, value in enumerate(values * 3):
            pairs = [(k, value if k == "Authorization" else v) for k, v in headers.items()]
            wanted = (201, "MATCH") if i % len(values) < 2 else (422, "BAD_SIGNATURE")
            self.assertEqual(self.verdict(server, pairs), wanted, value)
        self.assertExit(server.stop(), 1)


class Targets(Breaches):
    def test_an_absolute_target_is_hosts(self):
        server = self.replay()
        method, path, body, headers = self.call(server)
        self.assertEqual(self.verdict(server, headers.items(), server.url + path), (201, "MATCH"))
        for other in ("http://example.com", server.url + "0"[:0] + "1", "http://127.0.0.1"):
            self.assertEqual(self.verdict(server, headers.items(), other + path)[0], 400, other)
        self.assertExit(server.stop(), 1)

    def test_a_sessions_prefix_in_an_absolute_target(self):
        server = self.replay("--session-by", "path")
        method, path, body = sigv4.http_request(self.calls[0])
        path = "/session/a" + path
        headers = sigv4.signed_headers(server.url, method, path, body)
        self.assertEqual(self.verdict(server, headers.items(), server.url + path), (201, "MATCH"))
        self.assertExit(server.stop(), 0)


class Bounded(Breaches):
    """However large a wrong request is, the answer and its row are small, and say what they left out."""

    def test_answers_and_rows(self):
        bodies = {
            "wide": b"{" + b",".join(b'"%d":1' % i for i in range(90000)) + b"}",
            "long": b'{"type":"MOCK","uri":"' + b"x" * 900000 + b'"}',
            "quotes": b'{"type":"MOCK","uri":"' + b'\\"' * 400000 + b'"}',
            "controls": b'{"type":"MOCK","uri":"' + b"\\u0001" * 100000 + b'"}',
            "names": b"{" + b",".join(b'"%s%d":1' % (b"n" * 3000, i) for i in range(300)) + b"}",
            "not JSON": b"\xff" * 900000,
            "large": b"[" + b"1," * 2000000 + b"1]",
        }
        report = self.scratch / "report.json"
        server = self.replay("--report", "json:%s" % report)
        method, path, _ = sigv4.http_request(self.calls[0])
        for name, body in bodies.items():
            answer = sigv4.send(server.url, method, path, body)
            self.assertEqual(answer.status, 422, name)
            self.assertLessEqual(len(answer.body) + len(str(answer.headers)), 65536, name)
            if name in ("wide", "names"):
                self.assertRegex(answer.json()["message"], r"and \d+ more differences", name)
            self.assertTrue(answer.json()["message"].startswith("gwtape: "), name)
        self.assertExit(server.stop(), 1)
        rows = json.loads(report.read_text())["requests"]
        self.assertEqual(len(rows), len(bodies))
        for name, row in zip(bodies, rows):
            self.assertLessEqual(len(json.dumps(row, ensure_ascii=False).encode()), 65536, name)
        wide = dict(zip(bodies, rows))["wide"]
        self.assertGreater(wide["differencesLeftOut"], 80000)
        self.assertIn("too-large", json.dumps(dict(zip(bodies, rows))["large"]))


class Opening(Breaches):
    def test_only_a_valid_signature_opens_a_session(self):
        server = self.replay("--session-by", "header")
        self.assertEqual(sigv4.perform(server.url, self.calls[0], extra={"x-gwtape-session": "own"}.items()).status, 201)
        for i in range(20):
            wrong = sigv4.perform(server.url, self.calls[0], secret_key="wrong",
                                  extra={"x-gwtape-session": "s%d" % i}.items())
            self.assertEqual(wrong.verdict, "BAD_SIGNATURE")
        method, path, body, headers = self.call(server)
        self.assertEqual(self.verdict(server, [("Host", headers["Host"]), ("x-gwtape-session", "t")])[1], "BAD_SIGNATURE")
        self.assertEqual([s["id"] for s in admin(server.url, "GET", "sessions")[1]["sessions"]], ["own"])
        self.assertEqual(admin(server.url, "GET", "sessions/s1")[0], 404)
        self.assertEqual(admin(server.url, "GET", "sessions/default")[1]["broken"], 21)
        # of a session that there is, it counts there
        sigv4.perform(server.url, self.calls[0], secret_key="wrong", extra={"x-gwtape-session": "own"}.items())
        self.assertEqual(admin(server.url, "GET", "sessions/own")[1]["broken"], 1)
        self.assertExit(server.stop(), 1)


if __name__ == "__main__":
    support.main()
