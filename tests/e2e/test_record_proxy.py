"""The recording proxy with real clients: what comes out, twice the same, replayable, without a secret."""

import json
import os
import subprocess
import sys

import sigv4
import support
import tape
import test_terraform

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

    def test_who_replays_calls_in_another_order_is_told_what_to_do(self):
        self.record_through(self.sequence())
        self.assertEqual(json.loads(self.said.stdout)["order"], "stable")
        self.assertIn("--jobs 1", self.said.stderr)
        done = self.gwtape("replay", "--cassettes", self.cassettes, "--scenario", "proxied/calls", "--", *self.sequence())
        self.assertExit(done, 1)
        self.assertIn("OUT_OF_ORDER", done.stderr)
        self.assertIn("docs/proxy.md", done.stderr)

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


# Two resources, one behind the other, and not in the order of their names.
CHAIN = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

resource "aws_api_gateway_rest_api" "api" {
  name = "chain"
}

resource "aws_api_gateway_resource" "b" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_rest_api.api.root_resource_id
  path_part   = "b"
}

resource "aws_api_gateway_method" "b" {
  rest_api_id   = aws_api_gateway_rest_api.api.id
  resource_id   = aws_api_gateway_resource.b.id
  http_method   = "GET"
  authorization = "NONE"
}

resource "aws_api_gateway_resource" "a" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_rest_api.api.root_resource_id
  path_part   = "a"
  depends_on  = [aws_api_gateway_method.b]
}
"""


class Terraform(support.TestCase):
    """Two recordings of `terraform apply -parallelism=10` of one configuration are the same bytes."""

    def setUp(self):
        super().setUp()
        self.program = support.need("terraform")
        config = self.scratch / "terraform.rc"
        config.write_text('provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n'
                          % test_terraform.provider_mirror())
        self.env.update(TF_CLI_CONFIG_FILE=str(config), TF_IN_AUTOMATION="1", CHECKPOINT_DISABLE="1")

    def record(self, number):
        folder = self.scratch / ("run-%d" % number)
        folder.mkdir()
        (folder / "main.tf").write_text(test_terraform.CONFIG.read_text())
        done = support.run([self.program, "-chdir=%s" % folder, "init", "-no-color", "-input=false"], self.env, folder, timeout=240)
        self.assertExit(done, 0)
        command = ('"%s" -chdir="%s" apply -no-color -input=false -auto-approve -parallelism=10 '
                   '-var endpoint="$GWTAPE_ENDPOINT"' % (self.program, folder))
        done = self.gwtape("record", "--proxy", "--name", "terraform/apply", "--no-commit", "--cassettes", folder / "c",
                           "--scenarios", folder / "s", "--", "sh", "-c", command, timeout=240)
        self.assertExit(done, 0)
        return (folder / "c" / "terraform" / "apply.json").read_bytes(), (folder / "s" / "terraform" / "apply.yaml").read_bytes()

    def test_a_chain_is_replayed(self):
        (self.scratch / "main.tf").write_text(CHAIN)
        done = support.run([self.program, "init", "-no-color", "-input=false"], self.env, self.scratch, timeout=240)
        self.assertExit(done, 0)
        apply = [self.program, "apply", "-no-color", "-input=false", "-auto-approve", "-parallelism=1"]
        done = self.gwtape("record", "--proxy", "--name", "tf/chain", "--jobs", "1", "--no-commit", "--", *apply, timeout=240)
        self.assertExit(done, 0)
        (self.scratch / "terraform.tfstate").unlink()
        done = self.gwtape("replay", "--scenario", "tf/chain", "--backdrop", "sandbox", "--", *apply, timeout=240)
        self.assertExit(done, 0)
        self.assertIn("Resources: 4 added", done.stdout)

    def test_two_recordings_are_the_same(self):
        one, two = self.record(1), self.record(2)
        self.assertEqual(one, two)
        cassette = json.loads(one[0])
        clients = {i["request"].get("client", "").split("/")[0] for i in cassette["interactions"]}
        self.assertEqual(clients, {"terraform-provider-aws"})
        self.assertGreater(sum(i["operation"] == "PutIntegration" for i in cassette["interactions"]), 4)


if __name__ == "__main__":
    support.main()
