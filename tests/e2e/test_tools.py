"""Whole tools and scripts: recorded once with the default flags, replayed five times with the default flags.

Prints a table; a tool that is not here is a row that says so. A changed member must be named by the tool itself.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import support
import terraform

REPLAYS = 5
JS = support.SOURCE / "clients" / "js-v3"

BOTO3 = """
import sys, boto3
client = boto3.client("apigateway")
api = client.create_rest_api(name="pets")["id"]
root = client.get_resources(restApiId=api)["items"][0]["id"]
for part, method in (("zoo", "GET"), ("cats", "POST"), ("dogs", "GET")):
    resource = client.create_resource(restApiId=api, parentId=root, pathPart=part)["id"]
    client.put_method(restApiId=api, resourceId=resource, httpMethod=method, authorizationType="NONE")
    client.put_integration(restApiId=api, resourceId=resource, httpMethod=method, type="HTTP", integrationHttpMethod="GET",
                           uri="http://example.com/%s" % part, timeoutInMillis=int(CHANGED and 5000 or 6000))
    client.put_method_response(restApiId=api, resourceId=resource, httpMethod=method, statusCode="200")
    client.put_integration_response(restApiId=api, resourceId=resource, httpMethod=method, statusCode="200")
    client.get_integration(restApiId=api, resourceId=resource, httpMethod=method)
client.create_deployment(restApiId=api, stageName="prod")
client.get_stages(restApiId=api)
"""

AWS = """set -e
aws() { "%s" --output text apigateway "$@"; }
api=$(aws create-rest-api --name pets --query id)
root=$(aws get-resources --rest-api-id $api --query 'items[0].id')
for part in zoo cats dogs; do
  resource=$(aws create-resource --rest-api-id $api --parent-id $root --path-part $part --query id)
  aws put-method --rest-api-id $api --resource-id $resource --http-method GET --authorization-type NONE
  aws put-integration --rest-api-id $api --resource-id $resource --http-method GET --type HTTP \\
      --integration-http-method GET --uri http://example.com/$part --timeout-in-millis ${CHANGED:+5000}${SAME:+6000}
  aws get-integration --rest-api-id $api --resource-id $resource --http-method GET
done
"""

NODE = """
const g = require(process.argv[2] + "/node_modules/@aws-sdk/client-api-gateway");
const client = new g.APIGatewayClient({endpoint: process.env.AWS_ENDPOINT_URL});
const send = (Command, input) => client.send(new Command(input));
(async () => {
  const api = await send(g.CreateRestApiCommand, {name: "pets"});
  const root = (await send(g.GetResourcesCommand, {restApiId: api.id})).items[0].id;
  await Promise.all([...Array(8).keys()].map(async (n) => {
    const resource = await send(g.CreateResourceCommand, {restApiId: api.id, parentId: root, pathPart: "p" + n});
    const where = {restApiId: api.id, resourceId: resource.id, httpMethod: "GET"};
    await send(g.PutMethodCommand, {...where, authorizationType: "NONE"});
    await send(g.PutIntegrationCommand, {...where, type: "HTTP", integrationHttpMethod: "GET", uri: "http://example.com/" + n,
                                         timeoutInMillis: process.env.CHANGED ? 5000 : 6000});
    await send(g.GetIntegrationCommand, where);
  }));
})().catch((error) => { console.error(String(error)); process.exit(1); });
"""

TERRAFORM = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "timeout" { default = 6000 }

provider "aws" {
  skip_credentials_validation = true
  skip_requesting_account_id  = true
}

resource "aws_api_gateway_rest_api" "api" { name = "pets" }

resource "aws_api_gateway_resource" "top" {
  count       = 4
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_rest_api.api.root_resource_id
  path_part   = "top${count.index}"
}

resource "aws_api_gateway_resource" "nested" {
  count       = 4
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_resource.top[count.index].id
  path_part   = "nested"
}

locals {
  places  = concat(aws_api_gateway_resource.top[*].id, aws_api_gateway_resource.nested[*].id)
  methods = ["GET", "POST"]
}

resource "aws_api_gateway_method" "m" {
  count         = 12
  rest_api_id   = aws_api_gateway_rest_api.api.id
  resource_id   = local.places[count.index % 8]
  http_method   = count.index < 8 ? "GET" : "POST"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "i" {
  count                   = 12
  rest_api_id             = aws_api_gateway_rest_api.api.id
  resource_id             = aws_api_gateway_method.m[count.index].resource_id
  http_method             = aws_api_gateway_method.m[count.index].http_method
  type                    = "HTTP"
  integration_http_method = "GET"
  uri                     = "http://example.com/${count.index}"
  timeout_milliseconds    = var.timeout
}

resource "aws_api_gateway_deployment" "d" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  depends_on  = [aws_api_gateway_integration.i]
}

resource "aws_api_gateway_stage" "s" {
  rest_api_id   = aws_api_gateway_rest_api.api.id
  deployment_id = aws_api_gateway_deployment.d.id
  stage_name    = "prod"
}
"""

CLAUDIA = """
const ApiBuilder = require("claudia-api-builder"), api = new ApiBuilder();
module.exports = api;
api.get("/pets", () => [], {apiKeyRequired: Boolean(process.env.CHANGED)});
api.post("/pets/{id}", () => ({}), {success: 201});
"""

TABLE = []


class Tools(support.TestCase):
    def row(self, name, recorded, replays, named):
        TABLE.append((name, recorded, replays, named))

    def tool(self, name, command, args=(), replay_args=(), member="timeoutInMillis"):
        """`command` is called with the environment of a run; CHANGED asks it to send another value of `member`."""
        same = {"SAME": "1"}
        recorded = self.gwtape("record", "--proxy", "--name", "tools/" + name, "--no-commit", *args, "--", *command, env=same)
        codes, failures = [], []
        if recorded.code == 0:
            for _ in range(REPLAYS):
                done = self.gwtape("replay", "--scenario", "tools/" + name, *args, *replay_args, "--", *command, env=same)
                codes.append(done.code)
                failures += [done] if done.code else []
        changed = self.gwtape("replay", "--scenario", "tools/" + name, *args, *replay_args, "--", *command,
                              env={"CHANGED": "1"})
        named = member in changed.stdout + changed.stderr.split("FAIL ")[0]
        self.row(name, recorded.code, codes, named)
        self.assertExit(recorded, 0)
        self.assertEqual(codes, [0] * REPLAYS, failures[:1] and str(failures[0])[-3000:])
        self.assertTrue(named, changed)
        self.assertExit(changed, 1)

    def test_boto3_one_call_after_the_other(self):
        python = support.debian_boto3()
        script = self.scratch / "script.py"
        script.write_text("import os\nCHANGED = os.environ.get('CHANGED')\n" + BOTO3)
        self.tool("boto3", [python, script])

    def test_the_aws_cli(self):
        script = self.scratch / "script.sh"
        script.write_text(AWS % support.debian_aws())
        self.tool("aws-cli", ["sh", script])

    def test_node_with_promise_all(self):
        node = support.need("node")
        if not (JS / "node_modules" / "@aws-sdk" / "client-api-gateway").is_dir():
            support.skip("clients/js-v3 is not installed (clients/install.sh js-v3)")
        script = self.scratch / "script.cjs"
        script.write_text(NODE)
        self.tool("node-promise-all", [node, script, JS])

    def terraform(self, *verbs):
        program = terraform.init(self, TERRAFORM)
        script = self.scratch / "apply.sh"
        script.write_text("set -e\nrm -f terraform.tfstate*\nexport TF_VAR_timeout=${CHANGED:+5000}${SAME:+6000}\n" + "".join(
            '"%s" %s -no-color -input=false -auto-approve -parallelism=10\n' % (program, verb) for verb in verbs))
        return ["sh", script]

    def test_terraform_apply(self):
        self.tool("terraform-apply", self.terraform("apply"))

    def test_terraform_apply_and_destroy(self):
        self.tool("terraform-apply-destroy", self.terraform("apply", "destroy"))

    def claudia(self):
        """Where npm has put Claudia.js, and a module of an API beside it."""
        npm, packages = support.need("npm"), self.scratch / "npm"
        packages.mkdir()
        (packages / "package.json").write_text('{"private": true}')
        try:
            done = support.run([npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "claudia@5", "claudia-api-builder@4"],
                               self.env, packages, timeout=240)
        except subprocess.TimeoutExpired:
            return support.skip("npm does not end: claudia cannot be installed")
        if done.code:
            return support.skip("npm cannot install claudia here")
        app = self.scratch / "app"
        (app / "node_modules").mkdir(parents=True)
        (app / "package.json").write_text('{"name": "pets", "version": "1.0.0", "private": true, "files": ["api.js"]}')
        (app / "api.js").write_text(CLAUDIA)
        shutil.copytree(packages / "node_modules" / "claudia-api-builder", app / "node_modules" / "claudia-api-builder")
        return packages / "node_modules" / "claudia" / "bin" / "cmd.js", app

    def test_claudia(self):
        """Its role and function are moto's, by --forward; what it makes of API Gateway is recorded."""
        node, moto = support.need("node"), self.serve_moto()
        program, app = self.claudia()
        script = self.scratch / "create.sh"
        script.write_text("""set -e
cd "%s"
rm -f claudia.json
"%s" -e 'fetch("%s/moto-api/reset", {method: "POST"}).then((r) => process.exit(r.ok ? 0 : 1))'
"%s" "%s" create --region us-east-1 --api-module api --use-local-dependencies --proxy "$HTTPS_PROXY"
""" % (app, node, moto, node, program))
        self.tool("claudia", ["sh", script], args=("--forward", moto), member="apiKeyRequired")

    def test_the_derived_scenario_is_recorded_again(self):
        """`record NAME --mode all` makes the calls of a proxy recording in an order that the service accepts."""
        python = support.debian_boto3()
        script = self.scratch / "script.py"
        script.write_text("import os\nCHANGED = None\n" + BOTO3 + "client.delete_stage(restApiId=api, stageName='prod')\n"
                          "client.delete_resource(restApiId=api, resourceId=resource)\nclient.delete_rest_api(restApiId=api)\n")
        self.assertExit(self.gwtape("record", "--proxy", "--name", "tools/again", "--no-commit", "--", python, script), 0)
        done = self.gwtape("record", "tools/again", "--mode", "all", "--no-commit")
        self.assertExit(done, 0)


def tearDownModule():
    print("\n| tool | recorded | replayed | a changed member is named |\n| --- | --- | --- | --- |")
    for name, recorded, codes, named in TABLE:
        print("| %s | exit %d | %s | %s |" % (name, recorded, " ".join(str(c) for c in codes) or "-", "yes" if named else "no"))


if __name__ == "__main__":
    support.main()
