"""Exit codes and reports of `gwtape replay` (docs/exit-codes.md), with a client of our own."""

import json
import signal
import socket
import sys
import urllib.parse

import sigv4
import support
import tape

CLIENT = support.SOURCE / "tests" / "e2e" / "sigv4.py"


class Replay(support.TestCase):
    def setUp(self):
        super().setUp()
        self.cassettes = self.scratch / "cassettes"
        self.record(self.cassettes, "--no-commit", "types/http")
        self.calls = tape.calls(tape.load(self.cassettes, "types/http"))
        self.report = self.scratch / "report.json"

    def replay(self, *options, command=None, calls=None, code=0):
        given = self.scratch / "calls.json"
        given.write_text(json.dumps(self.calls if calls is None else calls), encoding="utf-8")
        command = command or [sys.executable, CLIENT, given, code]
        return self.gwtape("replay", "--cassettes", self.cassettes, "--report", "json:%s" % self.report, *options, "--",
                           *command)

    def exit_in_report(self):
        return support.read_json(self.report)["exit"]

    def test_0_when_all_held(self):
        self.assertExit(self.replay(), 0)
        self.assertEqual(self.exit_in_report(), 0)

    def test_the_commands_own_code_is_kept_when_the_contract_held(self):
        self.assertExit(self.replay(code=7), 7)

    def test_1_when_the_contract_was_broken_whatever_the_command_returned(self):
        wrong = [{**c, "input": {**c["input"]}} for c in self.calls]
        wrong[0]["input"]["timeoutInMillis"] = 28000
        done = self.replay(command=["sh", "-c", '"$0" "$@"; exit 0', sys.executable, CLIENT,
                                    self.scratch / "calls.json"], calls=wrong)
        self.assertExit(done, 1)
        self.assertIn("/timeoutInMillis", done.stderr)
        self.assertEqual(self.exit_in_report(), 1)

    def test_1_when_a_step_of_a_named_scenario_was_not_used(self):
        done = self.replay("--scenario", "types/http", calls=self.calls[:1])
        self.assertExit(done, 1)
        unused = support.read_json(self.report)["unused"]
        self.assertEqual(unused, [{"scenario": "types/http", "interaction": self.calls[1]["id"]}])
        self.assertExit(self.replay("--scenario", "types/http", "--allow-unused", calls=self.calls[:1]), 0)
        self.assertExit(self.replay(calls=self.calls[:1]), 0)

    def test_closed_standard_streams_are_no_places_for_sockets(self):
        given = self.scratch / "calls.json"
        given.write_text(json.dumps(self.calls), encoding="utf-8")
        for closed, reports, code in ((">&-", (), 0), (">&-", ("--report", "json:-"), 3), ("<&- >&- 2>&-", (), 0)):
            done = support.run(["sh", "-c", 'exec "$0" "$@" ' + closed, support.BINARY, "replay", "--cassettes", self.cassettes,
                                *reports, "--", "sh", "-c", '"$0" "$@" </dev/null >/dev/null 2>&1', sys.executable, CLIENT,
                                given, 0], self.env, self.scratch)
            self.assertExit(done, code)

    def test_a_report_that_cannot_be_written_does_not_hide_the_result(self):
        lost = ("--report", "json:%s" % self.scratch, "--report", "text:%s" % (self.scratch / "report.txt"))
        held = self.replay(*lost)
        self.assertExit(held, 3)
        self.assertIn("cannot write '%s'" % self.scratch, held.stderr)
        wrong = [dict(c, input=dict(c["input"], uri="https://example.com/other")) for c in self.calls[:1]]
        self.assertExit(self.replay(*lost, calls=wrong), 1)
        self.assertIn("WRONG_VALUE /uri", (self.scratch / "report.txt").read_text())

    def test_2_for_a_bad_command_line(self):
        for options in (["--bogus"], ["--level", "exact"], ["--report", "nothing"], ["--listen", "nowhere"],
                        ["--cassettes"]):
            with self.subTest(options):
                done = self.gwtape("replay", *options)
                self.assertExit(done, 2)
                self.assertNotIn("listening", done.stderr)

    def test_5_when_nothing_was_called_whatever_the_command_returned(self):
        for command in (["true"], ["false"], ["sh", "-c", "exit 3"]):
            with self.subTest(command):
                self.assertExit(self.replay(command=command), 5)
                self.assertEqual(self.exit_in_report(), 5)

    def test_5_when_no_such_scenario(self):
        done = self.replay("--scenario", "types/none")
        self.assertExit(done, 5)
        self.assertIn("types/none", done.stderr)

    def test_a_command_that_is_not_there_is_no_success(self):
        done = self.replay(command=["no-such-program-at-all"])
        self.assertNotEqual(done.code, 0)
        self.assertIn("no-such-program-at-all", done.stderr)

    def test_no_report_of_an_earlier_run_is_left_when_the_command_cannot_be_started(self):
        units = self.scratch / "units.xml"
        self.assertExit(self.replay("--report", "junit:%s" % units), 0)
        self.assertIn('failures="0"', units.read_text())
        done = self.replay("--report", "junit:%s" % units, command=["/no/such/program"])
        self.assertExit(done, 2)
        self.assertIn("cannot run '/no/such/program': no such file or directory", done.stderr)
        self.assertIn('failures="1"', units.read_text())
        report = support.read_json(self.report)
        self.assertEqual((report["exit"], report["summary"]["requests"]), (2, 0))

    def test_the_commands_environment(self):
        script = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"
        seen = self.scratch / "environment.json"
        given = {"AWS_PROFILE": "mine", "AWS_SESSION_TOKEN": "token", "AWS_SECRET_ACCESS_KEY": "real-secret-key",
                 "AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_ENDPOINT_URL": "https://example.com",
                 "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", "KEPT": "yes"}
        self.env.update(given)
        self.assertExit(self.replay(command=[sys.executable, "-c", script, seen]), 5)
        env = support.read_json(seen)
        self.assertRegex(env["GWTAPE_ENDPOINT"], r"\Ahttp://127\.0\.0\.1:\d+\Z")
        for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_API_GATEWAY"):
            self.assertEqual(env[name], env["GWTAPE_ENDPOINT"])
        self.assertEqual((env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"]),
                         (support.ACCESS_KEY_ID, support.SECRET_KEY))
        self.assertEqual(env["AWS_REGION"], env["AWS_DEFAULT_REGION"])
        self.assertEqual((env["AWS_EC2_METADATA_DISABLED"], env["KEPT"]), ("true", "yes"))
        self.assertIn("127.0.0.1", env["NO_PROXY"])
        for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"):
            self.assertNotIn(name, env)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            self.assertIn(name, env)

    def test_no_credential_of_the_user_reaches_the_command(self):
        """Of AWS_* only what says how a client behaves is inherited; names that nobody knows yet are not."""
        secret = "s3cr3t/of/the/user"
        carriers = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
                    "AWS_CREDENTIAL_EXPIRATION", "AWS_CREDENTIAL_FILE", "AWS_ACCESS_KEY", "AWS_SECRET_KEY",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_PROFILE",
                    "AWS_DEFAULT_PROFILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE",
                    "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_SSO_TOKEN", "AWS_LOGIN_SESSION",
                    "AWS_BEARER_TOKEN_BEDROCK", "AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_A_TOKEN_OF_2031", "AWS_",
                    "BOTO_CONFIG", "BOTO_PATH", "AMAZON_ACCESS_KEY_ID", "AMAZON_SECRET_ACCESS_KEY", "AMAZON_SESSION_TOKEN",
                    "EC2_ACCESS_KEY", "EC2_SECRET_KEY", "aws_secret_access_key", "Aws_Session_Token"]
        kept = {"AWS_MAX_ATTEMPTS": "1", "AWS_RETRY_MODE": "standard", "AWS_PAGER": "", "AWS_SDK_LOAD_CONFIG": "1",
                "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9000", "AWSOME": "not AWS's", "KEPT": "yes"}
        self.env.update(dict.fromkeys(carriers, secret), AWS_ENDPOINT_URL_SQS="http://me:%s@127.0.0.1:1" % secret,
                        AWS_ENDPOINT_URL_SNS="http://127.0.0.1:1/?token=" + secret, GWTAPE_REDACT=secret, **kept)
        script = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"
        seen = self.scratch / "environment.json"
        for command in (lambda *cmd: self.replay(command=cmd),
                        lambda *cmd: self.gwtape("record", "--proxy", "--name", "a/b", "--upstream", "sandbox", "--", *cmd)):
            seen.unlink(missing_ok=True)
            command(sys.executable, "-c", script, seen)
            env = support.read_json(seen)
            self.assertEqual([name for name, value in env.items() if secret in value], [])
            self.assertEqual({name: env.get(name) for name in kept}, kept)

    def test_no_credential_of_the_user_reaches_what_finds_a_client(self):
        """The commands of client.json run scripts of packages; the driver has the environment of a replay."""
        names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AMAZON_SESSION_TOKEN", "AWS_A_TOKEN_OF_2031"]
        self.env.update(dict.fromkeys(names, "s3cr3t/of/the/user"), AWS_MAX_ATTEMPTS="1", KEPT="yes")
        client = self.scratch / "clients" / "mine"
        client.mkdir(parents=True)
        script = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w')); print('1.0')"
        seen = {word: self.scratch / (word + "-environment.json") for word in ("version", "driver")}
        (client / "client.json").write_text(json.dumps({
            "about": "mine", "version": [sys.executable, "-c", script, str(seen["version"])],
            "start": [sys.executable, "-c", script, str(seen["driver"])]}))
        done = self.gwtape("verify", "--client", "mine", "--scenarios", support.SCENARIOS, "--cassettes",
                    self.cassettes, cwd=self.scratch)
        for word, path in seen.items():
            self.assertTrue(path.exists(), done)
            env = support.read_json(path)
            self.assertEqual([name for name, value in env.items() if "s3cr3t" in value], [], word)
            self.assertEqual((env["AWS_MAX_ATTEMPTS"], env["KEPT"]), ("1", "yes"), word)

    def test_served_until_a_signal(self):
        for signum in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signum):
                server = self.serve("replay", "--cassettes", self.cassettes, "--report", "json:%s" % self.report)
                answers = [sigv4.perform(server.url, call) for call in self.calls]
                ended = server.stop(signum)
                self.assertEqual([a.verdict for a in answers], ["MATCH"] * len(self.calls))
                self.assertEqual([a.status for a in answers], [201, 200])
                self.assertExit(ended, 0)
                self.assertEqual(ended.stdout, "")
                self.assertIn("listening on %s\n" % server.url, ended.stderr)
                self.assertEqual(support.read_json(self.report)["summary"]["matched"], len(self.calls))

    def test_what_is_no_request_breaks_the_contract(self):
        server = self.serve("replay", "--cassettes", self.cassettes, "--report", "json:%s" % self.report)
        for call in self.calls:
            self.assertEqual(sigv4.perform(server.url, call).verdict, "MATCH")
        with socket.create_connection(("127.0.0.1", urllib.parse.urlsplit(server.url).port), timeout=support.HANG_SECONDS) as peer:
            peer.sendall(b"PUT /restapis HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")
            self.assertTrue(peer.recv(1000).startswith(b"HTTP/1.1 400 "))
        self.assertExit(server.stop(), 1)
        report = support.read_json(self.report)
        self.assertEqual((report["summary"]["matched"], report["summary"]["broken"]), (len(self.calls), 1))
        self.assertIn("there are two Host headers", report["requests"][-1]["text"])

    def test_a_second_signal_does_not_lose_the_report(self):
        server = self.serve("replay", "--cassettes", self.cassettes, "--report", "json:%s" % self.report)
        sigv4.perform(server.url, self.calls[0])
        while server.process.poll() is None:
            server.process.send_signal(signal.SIGINT)
        self.assertExit(server.stop(), 0)
        self.assertEqual(self.exit_in_report(), 0)

    def test_any_time_can_be_the_clock(self):
        for clock, status in (("1970-01-01T00:00:00Z", 422), ("2026-11-22T12:39:57Z", 201)):
            server = self.serve("replay", "--cassettes", self.cassettes, "--clock", clock)
            self.assertEqual(sigv4.perform(server.url, self.calls[0], stamp="20261122T123957Z").status, status, clock)
            server.stop()

    def test_served_and_never_called_is_5(self):
        self.assertExit(self.serve("replay", "--cassettes", self.cassettes).stop(), 5)


class Broken(support.TestCase):
    """What a broken request is answered, byte for byte where it is fixed."""

    def setUp(self):
        super().setUp()
        self.cassettes = self.scratch / "cassettes"
        self.record(self.cassettes, "--no-commit", "types/http")
        self.put = tape.calls(tape.load(self.cassettes, "types/http"))[0]
        self.report = self.scratch / "report.json"
        self.server = self.serve("replay", "--cassettes", self.cassettes, "--report", "json:%s" % self.report)

    def end(self, verdict):
        self.assertExit(self.server.stop(), 1)
        rows = support.read_json(self.report)["requests"]
        self.assertEqual([(r["ok"], r["verdict"]) for r in rows], [(False, verdict)])
        return rows[0]

    def test_the_answer_is_422_and_says_what_differs(self):
        self.put["input"]["timeoutInMillis"] = 28000
        answer = sigv4.perform(self.server.url, self.put)
        self.assertEqual((answer.status, answer.verdict), (422, "EXTRA_FIELD"))
        self.assertEqual(answer.headers["x-amzn-ErrorType"], "GwtapeContractViolation")
        self.assertEqual((answer.headers["x-gwtape"], answer.headers["Connection"]), ("replay", "close"))
        self.assertTrue(answer.headers["x-amzn-RequestId"] and answer.headers["Date"])
        self.assertIn("/timeoutInMillis", answer.json()["message"])
        row = self.end("EXTRA_FIELD")
        self.assertEqual([(d["at"], d["verdict"], d["got"]) for d in row["differences"]],
                         [("/timeoutInMillis", "EXTRA_FIELD", 28000)])

    def test_a_bad_signature_is_422(self):
        answer = sigv4.perform(self.server.url, self.put, secret_key="not-the-secret-key-of-the-replayer-at-all")
        self.assertEqual((answer.status, answer.verdict), (422, "BAD_SIGNATURE"))
        self.assertEqual(self.end("BAD_SIGNATURE")["signature"]["verdict"], "invalid")

    def test_no_signature_is_422(self):
        method, path, body = sigv4.http_request(self.put)
        answer = sigv4.send(self.server.url, method, path, body,
                            {"Host": self.server.url[7:], "Content-Type": "application/json"})
        self.assertEqual((answer.status, answer.verdict), (422, "BAD_SIGNATURE"))
        self.assertEqual(self.end("BAD_SIGNATURE")["signature"]["verdict"], "absent")

    def test_another_region_is_the_wrong_scope(self):
        answer = sigv4.perform(self.server.url, self.put, region="eu-central-1")
        self.assertEqual((answer.status, answer.verdict), (422, "WRONG_SCOPE"))
        self.end("WRONG_SCOPE")

    def test_an_old_date_is_named_as_such(self):
        answer = sigv4.perform(self.server.url, self.put, stamp="20200101T000000Z")
        self.assertEqual((answer.status, answer.verdict), (422, "BAD_SIGNATURE"))
        self.assertEqual(self.end("BAD_SIGNATURE")["signature"]["reason"], "clock-skew")

    def test_no_such_route_is_no_scenario(self):
        answer = sigv4.send(self.server.url, "GET", "/nothing/like/this")
        self.assertEqual((answer.status, answer.verdict), (422, "NO_SCENARIO"))
        self.end("NO_SCENARIO")

    def test_a_body_that_is_not_json_is_bad_json(self):
        method, path, _ = sigv4.http_request(self.put)
        answer = sigv4.send(self.server.url, method, path, b'{"type": "HTTP",')
        self.assertEqual((answer.status, answer.verdict), (422, "BAD_JSON"))
        self.end("BAD_JSON")


class OwnScenario(support.TestCase):
    """From a scenario that somebody wrote to a member that somebody got wrong."""

    SCENARIO = """\
about: a time-out of its own
tags: [type:HTTP_PROXY, option:timeoutInMillis]
fixtures: [rest-api, resource, method]
steps:
  - id: put
    call: PutIntegration
    input:
      restApiId: "${restApiId}"
      resourceId: "${resourceId}"
      httpMethod: POST
      type: HTTP_PROXY
      integrationHttpMethod: POST
      uri: https://example.com/orders
      timeoutInMillis: 5000
    expect: {status: 201}
"""

    def test_a_wrong_timeout_is_named_with_what_was_expected_and_what_came(self):
        scenario = self.scratch / "scenarios" / "orders" / "create.yaml"
        scenario.parent.mkdir(parents=True)
        scenario.write_text(self.SCENARIO)
        cassettes, report = self.scratch / "cassettes", self.scratch / "report.json"
        self.record(cassettes, "--no-commit", scenarios=self.scratch / "scenarios")
        put = tape.calls(tape.load(cassettes, "orders/create"), {"restApiId": "abcdefghij", "resourceId": "klmnop"})[0]
        for timeout, code in ((5000, 0), (50000, 1), ("5000", 1)):
            with self.subTest(timeout):
                put["input"]["timeoutInMillis"] = timeout
                calls = self.scratch / "calls.json"
                calls.write_text(json.dumps([put]))
                done = self.gwtape("replay", "--cassettes", cassettes, "--report", "json:%s" % report, "--",
                                   sys.executable, CLIENT, calls)
                self.assertExit(done, code)
                rows = support.read_json(report)["requests"]
                if code:
                    # In the client's own words on stdout, and in gwtape's on stderr.
                    for shown in (done.stdout, done.stderr):
                        for word in ("/timeoutInMillis", "5000", json.dumps(timeout).replace('"', "")):
                            self.assertIn(word, shown)
                    difference = rows[0]["differences"][0]
                    self.assertEqual((difference["at"], difference["expected"], difference["got"]),
                                     ("/timeoutInMillis", 5000, timeout))
                    self.assertEqual(difference["verdict"], "WRONG_VALUE" if timeout == 50000 else "WRONG_TYPE")


if __name__ == "__main__":
    support.main()
