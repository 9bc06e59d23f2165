"""The recording proxy with real clients: what comes out, twice the same, replayable, without a secret."""

import http.server
import json
import os
import socket
import subprocess
import sys
import threading

import sigv4
import support
import tape

REAL = {"AWS_ACCESS_KEY_ID": "AKIAQ3EGJK4RZL2M7XYZ", "AWS_SECRET_ACCESS_KEY": "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",
        "AWS_SESSION_TOKEN": "IQoJb3JpZ2luX2VjEJ3aCXVzLWVhc3QtMSJHMEUCIQDtoken"}

# Eight resources at a time, each on a thread of its own that dawdles.
PARALLEL = """
import json, os, random, sys, threading, time
sys.path.insert(0, %r)
import sigv4
url = os.environ["GWTAPE_ENDPOINT"]
def call(method, path, body=None):
    data = b"" if body is None else json.dumps(body).encode()
    answer = sigv4.send(url, method, path, data)
    assert answer.status < 300, (method, path, answer.status, answer.body)
    return answer.json()
api = call("POST", "/restapis", {"name": "x"})
base = "/restapis/%%s/resources/" %% api["id"]
def one(n):
    time.sleep(random.random() * 0.2)
    resource = call("POST", base + api["rootResourceId"], {"pathPart": "p%%d" %% n})["id"]
    method = base + resource + "/methods/GET"
    call("PUT", method, {"authorizationType": "NONE"})
    call("PUT", method + "/integration", {"type": "HTTP", "httpMethod": "GET", "uri": "http://example.com/%%d" %% (n %% 3)})
    time.sleep(random.random() * 0.1)
    call("GET", method + "/integration")
threads = [threading.Thread(target=one, args=(n,)) for n in range(8)]
[t.start() for t in threads]
[t.join() for t in threads]
""" % str(support.SOURCE / "tests" / "e2e")


class Proxy(support.TestCase):
    def record_through(self, command, *args, number=1, name="proxied/calls", upstream="sandbox", env=None):
        self.cassettes = self.scratch / ("cassettes-%d" % number)
        self.scenarios = self.scratch / ("scenarios-%d" % number)
        done = self.gwtape("record", "--proxy", "--name", name, "--upstream", upstream, "--scenarios", self.scenarios,
                           "--cassettes", self.cassettes, "--no-commit", "--json", *args, "--", *command, env=env)
        self.said = done
        self.assertExit(done, 0)
        return (self.cassettes / (name + ".json")).read_bytes(), (self.scenarios / (name + ".yaml")).read_bytes()

    def parallel(self):
        script = self.scratch / "parallel.py"
        script.write_text(PARALLEL)
        return [sys.executable, script]

    def test_concurrent_calls_give_the_same_files_twice(self):
        self.assertEqual(self.record_through(self.parallel(), number=1), self.record_through(self.parallel(), number=2))
        self.assertEqual(len(tape.load(self.cassettes, "proxied/calls")["interactions"]), 33)

    def test_a_large_recording(self):
        script = self.scratch / "large.py"
        script.write_text(PARALLEL.replace("range(8)", "range(80)"))
        self.record_through([sys.executable, script])
        self.assertEqual(len(tape.load(self.cassettes, "proxied/calls")["interactions"]), 321)

    def sequence(self):
        """The same calls one after the other, the last resource first."""
        script = self.scratch / "sequence.py"
        script.write_text(PARALLEL.replace("[t.start() for t in threads]", "[t.run() for t in reversed(threads)]")
                          .replace("[t.join() for t in threads]", "").replace("random.random()", "0"))
        return [sys.executable, script]

    def test_calls_one_at_a_time_are_kept_as_they_come_and_replayed(self):
        self.record_through(self.sequence(), "--jobs", "1")
        self.assertEqual(json.loads(self.said.stdout)["order"], "arrival")
        self.assertNotIn("docs/proxy.md", self.said.stderr)
        done = self.gwtape("replay", "--cassettes", self.cassettes, "--scenario", "proxied/calls", "--strict", "--",
                           *self.sequence())
        self.assertExit(done, 0)

    def test_a_client_replays_its_recording_whatever_order_was_kept(self):
        self.record_through(self.sequence())
        self.assertEqual(json.loads(self.said.stdout)["order"], "stable")
        self.assertEqual(tape.load(self.cassettes, "proxied/calls")["provenance"]["relation"], 1)
        done = self.gwtape("replay", "--cassettes", self.cassettes, "--scenario", "proxied/calls", "--", *self.sequence())
        self.assertExit(done, 0)

    def test_the_scenario_makes_the_same_calls(self):
        self.record_through(self.parallel())
        again = self.scratch / "again"
        self.assertExit(self.gwtape("record", "--scenarios", self.scenarios, "--cassettes", again, "--no-commit"), 0)
        one, two = tape.load(self.cassettes, "proxied/calls"), tape.load(again, "proxied/calls")
        self.assertEqual(one["index"]["contractSha256"], two["index"]["contractSha256"])
        self.assertEqual(one["index"]["bodySha256"], two["index"]["bodySha256"])
        self.assertExit(self.gwtape("lint", self.scenarios, self.cassettes), 0)

    def test_the_client_never_needs_the_real_credentials_and_nothing_of_them_is_written(self):
        server = self.serve("sandbox", "--no-verify-signature")
        self.record_through(self.parallel(), upstream=server.url, env=REAL)
        for path in [p for folder in (self.cassettes, self.scenarios) for p in folder.rglob("*") if p.is_file()]:
            data = path.read_bytes()
            for secret in (*REAL.values(), support.ACCESS_KEY_ID, support.SECRET_KEY):
                self.assertNotIn(secret.encode(), data, path)
        cassette = tape.load(self.cassettes, "proxied/calls")
        self.assertEqual(cassette["provenance"]["upstream"], "proxy")
        self.assertEqual(cassette["provenance"]["endpoint"], server.url)

    def test_a_wrong_signature_is_refused_and_the_run_fails(self):
        server = self.serve("record", "--proxy", "--name", "a/b", "--cassettes", self.scratch / "c",
                            "--scenarios", self.scratch / "s")
        answer = sigv4.send(server.url, "POST", "/restapis", b'{"name": "x"}', secret_key="not the one")
        self.assertEqual((answer.status, answer.headers["x-amzn-ErrorType"]), (403, "InvalidSignatureException"))
        self.assertEqual(sigv4.send(server.url, "POST", "/restapis", b'{"name": "x"}').status, 201)
        ended = server.stop()
        self.assertExit(ended, 1)
        self.assertEqual(len(tape.load(self.scratch / "c", "a/b")["interactions"]), 1)

    def test_only_wrong_signatures_fail_the_run(self):
        server = self.serve("record", "--proxy", "--name", "a/b", "--cassettes", self.scratch / "c",
                            "--scenarios", self.scratch / "s")
        self.assertEqual(sigv4.send(server.url, "GET", "/restapis", secret_key="not the one").status, 403)
        ended = server.stop()
        self.assertExit(ended, 1)
        self.assertIn("1 requests were refused", ended.stderr)

    def test_nothing_called_is_not_success(self):
        done = self.gwtape("record", "--proxy", "--name", "a/b", "--", "true")
        self.assertExit(done, 5)
        self.assertIn("--endpoint-url", done.stderr)

    def test_an_upstream_that_is_not_there_leaves_no_file(self):
        done = self.gwtape("record", "--proxy", "--name", "a/b", "--upstream", "http://127.0.0.1:1", "--cassettes",
                           self.scratch / "c", "--", sys.executable, "-c",
                           "import sys; sys.path.insert(0, %r); import os, sigv4;"
                           "sigv4.send(os.environ['GWTAPE_ENDPOINT'], 'GET', '/restapis')"
                           % str(support.SOURCE / "tests" / "e2e"), env=REAL)
        self.assertExit(done, 4)
        self.assertEqual(tape.names(self.scratch / "c"), [])

    def test_a_scenario_that_somebody_wrote_is_not_replaced(self):
        folder = self.scratch / "s" / "a"
        folder.mkdir(parents=True)
        (folder / "b.yaml").write_text("about: mine\nsteps:\n  - {id: get, call: GetRestApis}\n")
        done = self.gwtape("record", "--proxy", "--name", "a/b", "--scenarios", self.scratch / "s", "--", "true")
        self.assertExit(done, 2)
        self.assertIn("b.yaml", done.stderr)

    def test_the_aws_cli(self):
        aws = support.debian_aws()
        script = self.scratch / "calls.sh"
        script.write_text("""set -e
aws() { "%s" --endpoint-url "$GWTAPE_ENDPOINT" --output text apigateway "$@"; }
api=$(aws create-rest-api --name x --query id)
root=$(aws get-resources --rest-api-id $api --query 'items[0].id')
resource=$(aws create-resource --rest-api-id $api --parent-id $root --path-part zoo --query id)
aws put-method --rest-api-id $api --resource-id $resource --http-method GET --authorization-type NONE
resource=$(aws create-resource --rest-api-id $api --parent-id $root --path-part pets --query id)
aws put-method --rest-api-id $api --resource-id $resource --http-method GET --authorization-type NONE
aws put-integration --rest-api-id $api --resource-id $resource --http-method GET --type AWS_PROXY \\
    --integration-http-method POST --credentials arn:aws:iam::123456789012:role/x \\
    --uri arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations
aws get-integration --rest-api-id $api --resource-id $resource --http-method GET
""" % aws)
        self.record_through(["sh", script])
        cassette = tape.load(self.cassettes, "proxied/calls")
        put = [i for i in cassette["interactions"] if i["operation"] == "PutIntegration"][0]
        self.assertRegex(put["request"]["client"], r"\Aaws-cli/[0-9.]+\Z")
        self.assertIn("User-Agent: *\r\n", put["request"]["wire"]["text"])
        self.assertNotIn("123456789012", json.dumps(cassette))
        played = self.gwtape("replay", "--cassettes", self.cassettes, "--scenario", "proxied/calls", "--report",
                             "json:%s" % (self.scratch / "report.json"), "--", "sh", script)
        self.assertExit(played, 0)
        self.assertEqual(support.read_json(self.scratch / "report.json")["summary"]["matched"], 8)


# Calls of a script that has to go through whatever else comes: `odd` is put into the middle of it.
SCRIPT = """
import json, os, socket, sys
sys.path.insert(0, %r)
import sigv4
url = os.environ["GWTAPE_ENDPOINT"]
def call(method, path, body=None):
    data = b"" if body is None else json.dumps(body).encode()
    answer = sigv4.send(url, method, path, data)
    return answer.json() if answer.body else {}
def raw(data):
    with socket.create_connection(tuple(url[7:].rsplit(":", 1))) as peer:
        peer.sendall(data)
        peer.shutdown(socket.SHUT_WR)
        answer = b""
        while got := peer.recv(65536):
            answer += got
    return answer
def head(method, target, path=None, body=b"", extra=()):
    lines = ["%%s %%s HTTP/1.1" %% (method, target)]
    headers = sigv4.signed_headers(url, method, path or target, body, extra=extra)
    lines += ["%%s: %%s" %% pair for pair in headers.items()]
    if body:
        lines.append("Content-Length: %%d" %% len(body))
    return ("\\r\\n".join(lines) + "\\r\\nConnection: close\\r\\n\\r\\n").encode("latin-1") + body
api = call("POST", "/restapis", {"name": "x"})
base = "/restapis/%%s/resources/" %% api["id"]
""" % str(support.SOURCE / "tests" / "e2e")
AFTER = """
resource = call("POST", base + api["rootResourceId"], {"pathPart": "after"})["id"]
assert call("PUT", base + resource + "/methods/GET", {"authorizationType": "NONE"})["httpMethod"] == "GET"
"""


class Whole(support.TestCase):
    """One odd call, or a command that fails, does not cost a recording that was there or could be made."""

    def script(self, odd="", name="script.py"):
        path = self.scratch / name
        path.write_text(SCRIPT + odd + AFTER)
        return [sys.executable, path]

    def run_proxy(self, command, *args, env=None):
        return self.gwtape("record", "--proxy", "--name", "a/b", "--no-commit", "--json", *args, "--", *command, env=env)

    def operations(self):
        return [i["operation"] for i in tape.load(self.scratch / "cassettes", "a/b")["interactions"]]

    BASE = ["CreateRestApi", "CreateResource", "PutMethod"]

    def test_a_command_that_fails_keeps_nothing_and_leaves_what_was_there(self):
        self.assertExit(self.run_proxy(self.script()), 0)
        before = support.snapshot(self.scratch / "cassettes"), support.snapshot(self.scratch / "scenarios")
        failing = self.script("call('POST', base + api['rootResourceId'], {'pathPart': 'more'})\nsys.exit(3)\n")
        done = self.run_proxy(failing)
        self.assertExit(done, 3)
        self.assertEqual(json.loads(done.stdout)["outcome"], "failed")
        self.assertIn("--keep-partial", done.stderr)
        self.assertEqual((support.snapshot(self.scratch / "cassettes"), support.snapshot(self.scratch / "scenarios")), before)
        done = self.run_proxy(failing, "--keep-partial")
        self.assertExit(done, 3)
        self.assertEqual(json.loads(done.stdout)["outcome"], "changed")
        self.assertEqual(self.operations(), ["CreateRestApi", "CreateResource"])

    def test_a_signal_before_the_end_of_the_command_keeps_nothing(self):
        for signum, code in ((15, 143), (2, 130)):
            for graceful in (False, True):
                # The command itself tells gwtape, its parent, to end; then it waits for what is passed on.
                odd = "import signal\n" + ("signal.signal(%d, lambda *a: sys.exit(0))\n" % signum if graceful else
                                           "signal.signal(%d, signal.SIG_DFL)\n" % signum)
                odd += "os.kill(os.getppid(), %d)\nwhile True: signal.pause()\n" % signum
                done = self.run_proxy(self.script(odd))
                self.assertExit(done, code)
                self.assertFalse((self.scratch / "cassettes" / "a" / "b.json").exists())
        done = self.run_proxy(self.script(odd), "--keep-partial")
        self.assertExit(done, 130)
        self.assertEqual(self.operations(), ["CreateRestApi"])

    def test_without_a_command_the_first_signal_is_the_normal_end(self):
        for signum in (15, 2):
            server = self.serve("record", "--proxy", "--name", "a/b", "--no-commit")
            self.assertEqual(sigv4.send(server.url, "POST", "/restapis", b'{"name": "x"}').status, 201)
            self.assertExit(server.stop(signum), 0)
            self.assertEqual(self.operations(), ["CreateRestApi"])

    ODD = {
        "a target that is *": ("raw(b'OPTIONS * HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n')", "its target is not a path"),
        "a URL of another host": ("raw(head('GET', 'http://other.example/restapis', '/restapis'))", "is not that of Host"),
        "a head that is not UTF-8": ("raw(head('GET', '/restapis').replace(b'Connection:', b'X-Odd: caf\\xe9\\r\\nConnection:'))", "not UTF-8"),
        "a body too large": ("sigv4.send(url, 'POST', base + api['rootResourceId'],"
                             " json.dumps({'pathPart': 'x' * 5000000}).encode())", "larger than"),
        "a head that cannot be read": ("raw(b'GET /restapis HTTP/1.1\\r\\nHost : x\\r\\n\\r\\n')", "could not be read"),
        "no request at all": ("raw(b'\\x16\\x03\\x01 hello')", "could not be read"),
    }

    def test_one_odd_call_does_not_cost_the_others(self):
        for name, (odd, says) in self.ODD.items():
            with self.subTest(name):
                done = self.run_proxy(self.script(odd + "\n"))
                self.assertExit(done, 0)
                self.assertEqual(self.operations(), self.BASE)
                self.assertIn(says, done.stderr)
                self.assertEqual(json.loads(done.stdout)["notKept"], 1, done)
                self.assertEqual(len(json.loads(done.stdout)["left"]), 1)

    def test_a_call_in_absolute_form_is_one_of_this_host(self):
        done = self.run_proxy(self.script("assert b' 200 ' in raw(head('GET', url + '/restapis', '/restapis'))\n"))
        self.assertExit(done, 0)
        self.assertEqual(json.loads(done.stdout)["notKept"], 0)
        cassette = tape.load(self.scratch / "cassettes", "a/b")
        self.assertEqual(sorted(self.operations()), sorted(self.BASE + ["GetRestApis"]))
        self.assertEqual({i["request"]["path"].split("/")[1] for i in cassette["interactions"]}, {"restapis"})

    def test_another_service_of_aws_is_refused_by_itself(self):
        """Nothing of AWS is contacted: the upstream's endpoint is not asked, which is nobody's."""
        done = self.gwtape("record", "--proxy", "--name", "a/b", "--upstream", "aws", "--region", "us-east-1", "--no-commit",
                           "--json", "--", sys.executable, "-c",
                           "import sys; sys.path.insert(0, %r); import os, sigv4, support\n"
                           "url = os.environ['GWTAPE_ENDPOINT']\n"
                           "headers = sigv4.signed_headers(url, 'GET', '/', b'')\n"
                           "headers['Authorization'] = sigv4.authorization('GET', '/', {k: v for k, v in headers.items()"
                           " if k != 'Authorization'}, b'', support.ACCESS_KEY_ID, support.SECRET_KEY, 'us-east-1',"
                           " headers['X-Amz-Date'], 'sts')\n"
                           "import http.client\n"
                           "c = http.client.HTTPConnection(url[7:]); c.request('GET', '/', headers=headers)\n"
                           "assert c.getresponse().status == 403\n" % str(support.SOURCE / "tests" / "e2e"), env=REAL)
        self.assertExit(done, 5)
        self.assertIn("'sts' is another service", done.stderr)
        self.assertEqual(json.loads(done.stdout)["refused"], 0)

    def test_json_that_does_not_say_so_is_kept_and_replayed(self):
        curl = support.need("curl")
        script = self.scratch / "calls.sh"
        script.write_text("""set -e
call() { "%s" -s --aws-sigv4 aws:amz:us-east-1:apigateway --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" "$@"; }
id() { sed 's/.*"id":"\\([^"]*\\)".*/\\1/'; }
api=$(call -d '{"name":"x"}' $GWTAPE_ENDPOINT/restapis | id)
root=$(call $GWTAPE_ENDPOINT/restapis/$api/resources | id)
resource=$(call -d '{"pathPart":"p"}' $GWTAPE_ENDPOINT/restapis/$api/resources/$root | id)
call -X PUT -d '{"authorizationType":"NONE"}' $GWTAPE_ENDPOINT/restapis/$api/resources/$resource/methods/GET
call -X PUT -d '{"type": "AWS", "httpMethod": "POST", "cacheNamespace":"'$resource'", "credentials":"arn:aws:iam::123456789012:role/x",
  "uri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations"}' $GWTAPE_ENDPOINT/restapis/$api/resources/$resource/methods/GET/integration
""" % curl)
        self.assertExit(self.run_proxy(["sh", script], "--jobs", "1"), 0)
        self.assertEqual(self.operations(), ["CreateRestApi", "GetResources", "CreateResource", "PutMethod", "PutIntegration"])
        cassette = tape.load(self.scratch / "cassettes", "a/b")
        self.assertTrue("123456789012" not in json.dumps(cassette))
        variables = cassette["index"]["variables"]
        # the HAL form of the list has its ids as the plain form has
        self.assertIn("get-resources#response/body/_embedded/item/0/id",
                      [at for v in variables.values() for at in v["at"]])
        self.assertIn("put-integration#request/body/cacheNamespace", variables["resourceId"]["at"])
        self.assertExit(self.gwtape("replay", "--scenario", "a/b", "--", "sh", script), 0)

    def test_an_operation_that_the_model_does_not_know_keeps_its_api_id(self):
        odd = "call('GET', '/restapis/%s/documentation/parts' % api['id'])\n"
        self.assertExit(self.run_proxy(self.script(odd), "--jobs", "1"), 0)
        cassette = tape.load(self.scratch / "cassettes", "a/b")
        unknown = cassette["interactions"][1]
        self.assertEqual(unknown["request"]["path"],
                         "/restapis/%s/documentation/parts" % cassette["index"]["variables"]["restApiId"]["sample"])

    UNMODELLED = """
import json, os, sys
sys.path.insert(0, %r)
import sigv4
url, api = os.environ["GWTAPE_ENDPOINT"], sys.argv[1]
def call(method, path, body=None):
    answer = sigv4.send(url, method, path, b"" if body is None else body)
    assert answer.status < 300, (answer.status, answer.body)
    return answer.json() if answer.body else {}
base = "/restapis/%%s/documentation/parts" %% api
part = call("POST", base, b'{"location": {"type": "API"}, "properties": "' + sys.argv[2].encode() + b'"}')["id"]
assert call("GET", base + "/" + part)["id"] == part
call("PATCH", base + "/" + part, b'{"patchOperations": []}')
call("PUT", "/restapis/%%s?mode=merge" %% api, b"swagger: '2.0'\\n")
plan = call("POST", "/usageplans", b'{"name": "p"}')["id"]
call("DELETE", "/usageplans/" + plan)
""" % str(support.SOURCE / "tests" / "e2e")

    def test_a_recording_of_nothing_but_operations_without_a_model_is_a_recording(self):
        script = self.scratch / "unmodelled.py"
        script.write_text(self.UNMODELLED)
        upstream = Documenter("live")
        self.addCleanup(upstream.close)
        for upstream.name in ("live", "later"):
            done = self.run_proxy([sys.executable, script, upstream.name + "api", "text"], "--upstream", upstream.url, env=REAL)
            self.assertExit(done, 0)
            self.assertEqual(json.loads(done.stdout)["inexact"], 0)
        self.assertEqual(json.loads(done.stdout)["outcome"], "confirmed")  # other ids, the same cassette
        cassette = tape.load(self.scratch / "cassettes", "a/b")
        self.assertEqual([i["operation"] for i in cassette["interactions"]],
                         ["CreateDocumentationPart", "GetDocumentationPart", "UpdateDocumentationPart",
                          "CreateUsagePlan", "DeleteUsagePlan", "PutRestApi"])
        for word in ("liveapi", "laterapi", "livepart", "laterpart", "liveplan", "laterplan", "liveroot"):
            self.assertNotIn(word, json.dumps(cassette))
        played = [sys.executable, script, "mine", "text"]
        self.assertExit(self.gwtape("replay", "--scenario", "a/b", "--", *played), 0)
        changed = self.gwtape("replay", "--scenario", "a/b", "--", *played[:-1], "other")
        self.assertExit(changed, 1)
        self.assertIn("/properties", changed.stderr)
        # the derived scenario makes the calls again: an API of its own, the ids that its answers give
        upstream.name, upstream.calls = "again", []
        self.assertExit(self.gwtape("lint", "scenarios"), 0)
        done = self.gwtape("record", "a/b", "--mode", "all", "--upstream", upstream.url, "--no-commit", env=REAL)
        self.assertExit(done, 0)
        self.assertEqual([call for call in upstream.calls if "documentation" in call or "plans" in call],
                         ["POST /restapis/againapi/documentation/parts", "GET /restapis/againapi/documentation/parts/againpart",
                          "PATCH /restapis/againapi/documentation/parts/againpart", "POST /usageplans",
                          "DELETE /usageplans/againplan"])
        self.assertExit(self.gwtape("replay", "--scenario", "a/b", "--", *played), 0)

    def test_an_imported_api_is_one_that_its_answer_gives(self):
        script = self.scratch / "import.py"
        script.write_text(self.UNMODELLED.split("base =")[0] +
                          'api = call("POST", "/restapis?mode=import", b\'{"swagger": "2.0"}\')["id"]\n'
                          'call("GET", "/restapis/%s/documentation/parts/x" % api)\n')
        upstream = Documenter("live")
        self.addCleanup(upstream.close)
        self.assertExit(self.run_proxy([sys.executable, script, ""], "--upstream", upstream.url, env=REAL), 0)
        self.assertEqual(self.operations(), ["ImportRestApi", "GetDocumentationPart"])
        scenario = (self.scratch / "scenarios" / "a" / "b.yaml").read_text()
        self.assertIn('path: "/restapis?mode=import"', scenario)
        self.assertIn("gives: {restApiId: /id}", scenario)
        self.assertExit(self.gwtape("replay", "--scenario", "a/b", "--", sys.executable, script, ""), 0)

    def test_the_clients_clock_in_a_document_is_a_variable(self):
        """Claudia.js sends the time as a document's version; digits that are no time of the run stay what they are."""
        script = self.scratch / "clock.py"
        script.write_text(self.UNMODELLED.split("base =")[0] + "import time\nnow = time.time()\n"
                          'api = call("POST", "/restapis", b\'{"name": "x"}\')["id"]\n'
                          'for version in (str(int(now * 1000)), str(int(now)), "1500000000000", sys.argv[1]):\n'
                          '    made = call("PUT", "/restapis/%s?mode=overwrite" % api, json.dumps({"swagger": "2.0", "paths": {},\n'
                          '                "info": {"title": "x", "version": version}}).encode())\n'
                          '    assert made["version"] == version, made\n'
                          'call("GET", "/restapis/" + api)\n')
        self.assertExit(self.run_proxy([sys.executable, script, "7"], "--jobs", "1"), 0)
        cassette = tape.load(self.scratch / "cassettes", "a/b")
        clocks = {name: value["at"] for name, value in cassette["index"]["variables"].items() if value["type"] == "text"}
        self.assertEqual(clocks, {"clock": ["put-rest-api#request/body/info/version", "put-rest-api#response/body/version"],
                                  "clock2": ["put-rest-api-2#request/body/info/version", "put-rest-api-2#response/body/version"]})
        self.assertIn("1500000000000", json.dumps(cassette))
        self.assertExit(self.gwtape("replay", "--scenario", "a/b", "--", sys.executable, script, "7"), 0)
        self.assertExit(self.gwtape("replay", "--scenario", "a/b", "--", sys.executable, script, "8"), 1)
        self.assertExit(self.gwtape("record", "a/b", "--mode", "all", "--no-commit"), 0)

    def test_a_call_without_an_answer_is_made_good_by_the_clients_own_retry(self):
        for retries, code in ((1, 0), (0, 4)):
            with self.subTest(retries=retries):
                upstream = Flaky(3)
                self.addCleanup(upstream.close)
                odd = ("import urllib.error\n"
                       "for n in range(%d): last = sigv4.send(url, 'GET', '/restapis?limit=7').status\n" % (1 + retries))
                script = self.scratch / "retry.py"
                script.write_text(SCRIPT.split("api = call")[0] + "call('GET', '/restapis')\n" + odd)
                done = self.run_proxy([sys.executable, script], "--upstream", upstream.url, env=REAL)
                self.assertExit(done, code)
                self.assertEqual((self.scratch / "cassettes" / "a" / "b.json").exists(), code == 0)
                if code == 0:
                    (self.scratch / "cassettes" / "a" / "b.json").unlink()


class Texts(support.TestCase):
    """--var NAME=VALUE: texts that differ every run."""

    BODY = """
name = os.environ["RUN"]
api = call("POST", "/restapis", {"name": name, "description": "app " + name, "tags": {"run": name, "team": "x"}})
method = "/restapis/%s/resources/%s/methods/GET" % (api["id"], api["rootResourceId"])
call("PUT", method, {"authorizationType": "NONE"})
call("PUT", method + "/integration", {"type": "MOCK"})
call("POST", "/restapis/%s/deployments" % api["id"], {"stageName": name, "variables": {"v": name}})
stage = call("GET", "/restapis/%s/stages/%s" % (api["id"], name))
assert stage["stageName"] == name, stage
assert call("GET", "/restapis/" + api["id"])["name"] == name
"""

    run_proxy = Whole.run_proxy

    def script(self):
        path = self.scratch / "texts.py"
        path.write_text(SCRIPT.split("api = call")[0] + self.BODY)
        return [sys.executable, path]

    def test_a_text_is_a_variable_wherever_it_is_the_whole_value(self):
        done = self.run_proxy(self.script(), "--var", "suffix=run4711", "--var", "linkId=never", env={"RUN": "run4711"})
        self.assertExit(done, 5)  # the second one never came; the recording is kept
        self.assertIn("--var linkId", done.stderr)
        done = self.run_proxy(self.script(), "--var", "suffix=run4711", env={"RUN": "run4711"})
        self.assertExit(done, 0)
        cassette = tape.load(self.scratch / "cassettes", "a/b")
        variable = cassette["index"]["variables"]["suffix"]
        self.assertEqual(variable["type"], "text")
        self.assertLessEqual({"create-rest-api#request/body/name", "create-rest-api#request/body/tags/run",
                              "create-rest-api#response/body/name", "create-deployment#request/body/stageName",
                              "create-deployment#request/body/variables/v", "get-stage#request/path/3",
                              "get-stage#response/body/stageName", "get-rest-api#response/body/name"}, set(variable["at"]))
        self.assertIn("app run4711", json.dumps(cassette))  # a part of a text stays
        scenario = (self.scratch / "scenarios" / "a" / "b.yaml").read_text()
        self.assertIn("suffix: {type: text, default: null}", scenario)
        again = self.gwtape("record", "a/b", "--mode", "all", "--no-commit", "--set", "suffix=other")
        self.assertExit(again, 0)
        self.assertExit(self.gwtape("record", "a/b", "--mode", "all", "--no-commit", "--set", "sufix=other"), 2)

    def test_a_replay_takes_another_text_and_wants_it_to_stay(self):
        self.BODY = self.BODY.replace('"description": "app " + name, ', "")
        self.assertExit(self.run_proxy(self.script(), "--var", "suffix=run4711", env={"RUN": "run4711"}), 0)
        for name in ("run4711", "run9_and_more", "another"):
            self.assertExit(self.gwtape("replay", "--scenario", "a/b", "--", *self.script(), env={"RUN": name}), 0)
        self.BODY = self.BODY.replace('"stageName": name, ', '"stageName": name + "x", ')
        done = self.gwtape("replay", "--scenario", "a/b", "--", *self.script(), env={"RUN": "another"})
        self.assertExit(done, 1)
        self.assertIn("WRONG_VALUE", done.stderr)

    def test_what_is_not_a_variable_is_refused(self):
        for word in ("suffix", "=x", "suffix=", "1x=y", "restApiId=abc", "a-b=c"):
            self.assertExit(self.run_proxy(["true"], "--var", word), 2)
        self.assertExit(self.run_proxy(["true"], "--var", "a=x", "--var", "b=x"), 2)
        self.assertExit(self.run_proxy(["true"], "--var", "a=x", "--var", "a=y"), 2)
        self.assertExit(self.gwtape("record", "--var", "a=x"), 2)


class Flaky:
    """An upstream that hangs up on the first `count` calls whose query is limit=7."""

    def __init__(self, count):
        self.count = count
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                peer = self.listener.accept()[0]
            except OSError:
                return
            with peer:
                data = b""
                while b"\r\n\r\n" not in data:
                    data += peer.recv(65536) or b"\r\n\r\n"
                if b"limit=7" in data.split(b"\r\n")[0] and self.count:
                    self.count -= 1
                    continue
                peer.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n'
                             b'Connection: close\r\n\r\n{"item":[]}')

    def close(self):
        self.listener.close()


class Documenter:
    """An upstream that knows APIs, documentation parts and usage plans; its ids begin with `name`."""

    def __init__(self, name):
        self.name, self.calls, outer = name, [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def answer(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.calls.append("%s %s" % (self.command, self.path))
                kind = "plan" if "plans" in self.path else "part" if "documentation" in self.path else "api"
                body = json.dumps({"id": outer.name + kind, "rootResourceId": outer.name + "root"} if kind == "api" else
                                  {"id": outer.name + kind}).encode()
                if self.path.split("?")[0].endswith("/resources"):
                    body = json.dumps({"item": [{"id": outer.name + "root", "path": "/"}]}).encode()
                self.send_response(201 if self.command == "POST" else 202 if self.command == "DELETE" else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = answer

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


# Two resources, one behind the other, and not in the order of their names.
if __name__ == "__main__":
    support.main()
