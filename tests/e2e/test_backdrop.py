"""The backdrop: calls that are not under contract are answered by the sandbox, and never counted as matched."""

import json
import re
import urllib.request

import sigv4
import support
import tape

SCENARIO = "types/mock"

# Everything a tool does around its integration, told on stdout; the ids are the backdrop's.
AROUND = """
import boto3

c = boto3.client("apigateway")
api = c.create_rest_api(name="x")["id"]
root = c.get_resources(restApiId=api)["items"][0]["id"]
at = dict(restApiId=api, resourceId=c.create_resource(restApiId=api, parentId=root, pathPart="p")["id"], httpMethod="GET")
c.put_method(**at, authorizationType="NONE")
assert c.put_integration(**at, type="MOCK")["cacheNamespace"] == at["resourceId"]
assert c.get_integration(**at)["cacheNamespace"] == at["resourceId"]
assert c.get_method(**at)["methodIntegration"]["type"] == "MOCK"
c.put_method_response(**at, statusCode="200")
c.put_integration_response(**at, statusCode="200")
c.get_integration(**at)
%s
c.delete_integration(**at)
c.delete_rest_api(restApiId=api)
assert api not in [a["id"] for a in c.get_rest_apis()["items"]]
"""

# A service, its scope, and what its clients read: (headers of the request, pattern of the answer).
FOREIGN = {
    "iam": ("POST", {"Content-Type": "application/x-www-form-urlencoded"}, rb"^<\?xml.*<ErrorResponse><Error>"),
    "dynamodb": ("POST", {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.ListTables"},
                 rb'^\{"__type":"GwtapeContractViolation","message":'),
    "kinesis": ("POST", {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Kinesis_20131202.ListStreams"},
                rb'^\{"__type":'),
    "s3": ("GET", {}, rb"^<\?xml.*<Error><Code>GwtapeContractViolation</Code>"),
    "lambda": ("GET", {}, rb'^\{"message":'),
}


class Backdrop(support.TestCase):
    def setUp(self):
        super().setUp()
        self.cassettes = self.scratch / "cassettes"
        self.record(self.cassettes, "--no-commit", SCENARIO)
        self.calls = tape.calls(tape.load(self.cassettes, SCENARIO))

    def run_client(self, text, *options):
        client, report = self.scratch / "client.py", self.scratch / "report.json"
        client.write_text(text, encoding="utf-8")
        done = self.gwtape("replay", "--cassettes", self.cassettes, "--report", "json:%s" % report, *options, "--",
                           support.debian_boto3(), client)
        return done, support.read_json(report)

    def test_a_whole_life_around_the_contract(self):
        done, report = self.run_client(AROUND % "", "--backdrop", "sandbox")
        self.assertExit(done, 0)
        summary = report["summary"]
        self.assertEqual((summary["requests"], summary["matched"], summary["broken"], summary["backdrop"]), (13, 3, 0, 10))
        verdicts = {r["operation"]: r["verdict"] for r in report["requests"]}
        self.assertEqual({op for op, verdict in verdicts.items() if verdict != "BACKDROP"},
                         {"PutIntegration", "GetIntegration"})
        self.assertIn("10 answered by the backdrop", done.stderr)

    def test_only_ids_that_it_issued(self):
        done, _ = self.run_client(AROUND % "", "--backdrop", "sandbox", "--ids", "issued")
        self.assertExit(done, 0)
        done, report = self.run_client(AROUND.replace('**at, type="MOCK"', 'restApiId="mine", resourceId="r", '
                                                      'httpMethod="GET", type="MOCK"') % "",
                                       "--backdrop", "sandbox", "--ids", "issued")
        self.assertExit(done, 1)
        self.assertEqual([r["verdict"] for r in report["requests"] if not r["ok"]], ["UNKNOWN_ID"])

    def test_a_change_that_is_not_recorded_ends_what_was(self):
        change = ('c.update_integration(**at, patchOperations=[{"op": "replace", "path": "/timeoutInMillis", '
                  '"value": "50"}])\nc.get_integration(**at)')
        done, report = self.run_client(AROUND % change, "--backdrop", "sandbox")
        self.assertExit(done, 1)
        self.assertEqual([(r["operation"], r["verdict"]) for r in report["requests"] if not r["ok"]],
                         [("GetIntegration", "OUT_OF_ORDER")])
        since = [r["staleSince"] for r in report["requests"] if not r["ok"]]
        self.assertEqual([(s["scenario"], s["operation"]) for s in since], [(None, "UpdateIntegration")])
        self.assertTrue(since[0]["path"].endswith("/methods/GET/integration"), since)
        self.assertNotIn("expected nothing", done.stderr)

    def test_a_call_of_another_service_changes_nothing(self):
        server = self.serve("replay", "--cassettes", self.cassettes, "--backdrop", "sandbox")
        self.assertEqual(sigv4.perform(server.url, self.calls[0]).verdict, "MATCH")
        form = b"Action=GetCallerIdentity&Version=2011-06-15"
        stamp = sigv4.signed_headers(server.url, "POST", "/", form)["X-Amz-Date"]
        signed = {"Host": server.url.split("//")[1], "X-Amz-Date": stamp, "Content-Type": "application/x-www-form-urlencoded"}
        signed["Authorization"] = sigv4.authorization("POST", "/", signed, form, support.ACCESS_KEY_ID, support.SECRET_KEY,
                                                      "us-east-1", stamp, service="sts")
        self.assertEqual(sigv4.send(server.url, "POST", "/", form, signed).verdict, "BACKDROP")
        self.assertEqual(sigv4.perform(server.url, self.calls[1]).verdict, "MATCH")

    def test_ids_that_it_issued_are_good_after_a_reload(self):
        self.record(self.cassettes, "--no-commit", "types/http")
        server = self.serve("replay", "--cassettes", self.cassettes, "--backdrop", "sandbox", "--ids", "issued")
        api = sigv4.send(server.url, "POST", "/restapis", b'{"name":"x"}').json()["id"]
        root = sigv4.send(server.url, "GET", "/restapis/%s/resources" % api).json()["item"][0]["id"]
        (self.cassettes / "types/http.json").unlink()
        with urllib.request.urlopen(urllib.request.Request(server.url + "/_gwtape/reload", method="POST"), timeout=support.HANG_SECONDS) as answer:
            self.assertEqual(json.load(answer), {"cassettes": 1, "changed": True})
        for restapi, verdict in ((api, "MATCH"), ("mine", "UNKNOWN_ID")):
            call = dict(self.calls[0], input=dict(self.calls[0]["input"], restApiId=restapi, resourceId=root))
            self.assertEqual(sigv4.perform(server.url, call).verdict, verdict)

    def test_every_answer_says_what_it_rests_on_in_one_form(self):
        server = self.serve("replay", "--cassettes", self.cassettes, "--backdrop", "sandbox")
        answers = [sigv4.send(server.url, "GET", "/restapis"), sigv4.send(server.url, "GET", "/restapis/none"),
                   *(sigv4.perform(server.url, call) for call in self.calls)]
        self.assertEqual([a.verdict for a in answers], ["BACKDROP", "BACKDROP", "MATCH", "MATCH"])
        for answer in answers:
            self.assertIn(answer.headers["x-gwtape-evidence"], ("aws-live", "aws-published", "documented", "guessed"))

    def test_nothing_but_backdrop_is_nothing_compared(self):
        done, _ = self.run_client('import boto3\nboto3.client("apigateway").create_rest_api(name="x")\n',
                                  "--backdrop", "sandbox")
        self.assertExit(done, 5)

    def test_without_one_such_calls_are_breaches(self):
        done, report = self.run_client('import boto3\nboto3.client("apigateway").create_rest_api(name="x")\n')
        self.assertExit(done, 1)
        self.assertEqual([r["verdict"] for r in report["requests"]], ["NO_SCENARIO"])

    def test_each_session_has_its_own(self):
        server = self.serve("replay", "--cassettes", self.cassettes, "--backdrop", "sandbox", "--session-by", "access-key")
        made = {}
        for key in ("AKIDONE", "AKIDTWO"):
            answer = sigv4.send(server.url, "POST", "/restapis", b'{"name":"x"}', access_key=key)
            self.assertEqual((answer.status, answer.verdict), (201, "BACKDROP"))
            made[key] = answer.json()["id"]
            self.assertEqual(answer.headers["x-gwtape"], "replay")
        sigv4.send(server.url, "DELETE", "/restapis/" + made["AKIDONE"], access_key="AKIDONE")
        for key, status in (("AKIDONE", 404), ("AKIDTWO", 200)):
            self.assertEqual(sigv4.send(server.url, "GET", "/restapis/" + made[key], access_key=key).status, status, key)

    def send_to(self, server, service, method, headers):
        body = b"x" if method == "POST" else b""
        stamp = sigv4.signed_headers(server.url, method, "/", body)["X-Amz-Date"]
        signed = {"Host": server.url.split("//")[1], "X-Amz-Date": stamp, **headers}
        signed["Authorization"] = sigv4.authorization(method, "/", signed, body, support.ACCESS_KEY_ID,
                                                      support.SECRET_KEY, "us-east-1", stamp, service=service)
        return sigv4.send(server.url, method, "/", body, signed)

    def test_other_services_are_refused_in_their_own_protocol(self):
        server = self.serve("replay", "--cassettes", self.cassettes, "--backdrop", "sandbox")
        for service, (method, headers, pattern) in FOREIGN.items():
            answer = self.send_to(server, service, method, headers)
            self.assertEqual((answer.status, answer.verdict), (422, "FOREIGN_SERVICE"), service)
            self.assertTrue(re.match(pattern, answer.body, re.S), "%s: %r" % (service, answer.body))
            self.assertEqual(answer.headers["Connection"], "close", service)
        done = server.stop()
        self.assertExit(done, 1)
        self.assertIn("no answer for the service 'iam'", done.stderr)

    def test_a_scripted_fault_does_not_hide_another_service(self):
        script = self.scratch / "faults.json"
        script.write_text('{"faults": [{"times": "always", "answer": {"status": 500, "message": "boom"}}]}', encoding="utf-8")
        server = self.serve("replay", "--cassettes", self.cassettes, "--backdrop", "sandbox", "--fault", script)
        for service, (method, headers, _) in FOREIGN.items():
            answer = self.send_to(server, service, method, headers)
            self.assertEqual((answer.status, answer.verdict), (422, "FOREIGN_SERVICE"), service)
        self.assertEqual(sigv4.send(server.url, "GET", "/restapis").status, 500)
        done = server.stop()
        self.assertExit(done, 1)
        self.assertIn("1 answered by a scripted fault", done.stderr)

    def test_without_one_another_service_is_a_wrong_scope(self):
        server = self.serve("replay", "--cassettes", self.cassettes)
        for service, (method, headers, _) in FOREIGN.items():
            self.assertEqual(self.send_to(server, service, method, headers).verdict, "FOREIGN_SERVICE", service)

    def test_sts_says_who_the_caller_is(self):
        text = 'import boto3, os\nprint(boto3.client("sts", endpoint_url=os.environ["GWTAPE_ENDPOINT"])' \
               '.get_caller_identity()["Account"])\n'
        done, report = self.run_client(text, "--backdrop", "sandbox")
        self.assertEqual(done.stdout, "123456789012\n", done)
        self.assertEqual([(r["ok"], r["verdict"]) for r in report["requests"]], [(True, "BACKDROP")])


if __name__ == "__main__":
    support.main()
