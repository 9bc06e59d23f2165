"""The same calls by Debian's AWS CLI and by boto3, each to a sandbox of its own with the same seed, parse alike."""

import json
import re
import subprocess

import support

LAMBDA = ("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
          "arn:aws:lambda:us-east-1:123456789012:function:f/invocations")
GET = {"restApiId": "$api", "resourceId": "$resource", "httpMethod": "GET"}
POST = {**GET, "httpMethod": "POST"}

# (operation, input, what later inputs may name: {name: path into the answer})
CALLS = [
    ("GetCallerIdentity", {}, {}),
    ("CreateRestApi", {"name": "clients", "tags": {"a": "b"}}, {"api": ["id"], "root": ["rootResourceId"]}),
    ("CreateRestApi", {"name": "no", "description": ""}, {}),
    ("GetResources", {"restApiId": "$api"}, {"root": ["items", 0, "id"]}),
    ("CreateResource", {"restApiId": "$api", "parentId": "$root", "pathPart": "pets"}, {"resource": ["id"]}),
    ("CreateResource", {"restApiId": "$api", "parentId": "$root", "pathPart": "pets"}, {}),
    ("PutMethod", {**GET, "authorizationType": "NONE", "requestParameters": {"method.request.path.id": True}}, {}),
    ("PutMethod", {**POST, "authorizationType": "none"}, {}),
    ("GetIntegration", GET, {}),
    ("PutIntegration", {**GET, "type": "HTTP"}, {}),
    ("PutIntegration", {**GET, "type": "HTTP", "integrationHttpMethod": "GET", "uri": "http://example.com/{id}",
                        "requestParameters": {"integration.request.path.id": "method.request.path.id"},
                        "requestTemplates": {"application/json": "", "text/plain": "Grüße 😀\r\n\t\u2028"},
                        "cacheKeyParameters": ["method.request.path.id"], "timeoutInMillis": 50,
                        "tlsConfig": {"insecureSkipVerification": True}}, {}),
    ("PutIntegration", {**POST, "type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": LAMBDA}, {}),
    ("PutMethodResponse", {**GET, "statusCode": "200", "responseModels": {"application/json": "Empty"}}, {}),
    ("PutIntegrationResponse", {**GET, "statusCode": "200", "responseTemplates": {"application/json": ""}}, {}),
    ("UpdateIntegration", {**GET, "patchOperations": [
        {"op": "replace", "path": "/timeoutInMillis", "value": "29000"},
        {"op": "remove", "path": "/requestTemplates/text~1plain"}]}, {}),
    ("UpdateIntegration", {**GET, "patchOperations": [{"op": "replace", "path": "/no", "value": "1"}]}, {}),
    ("GetIntegration", GET, {}),
    ("GetMethod", GET, {}),
    ("GetIntegrationResponse", {**GET, "statusCode": "201"}, {}),
    ("CreateDeployment", {"restApiId": "$api", "stageName": "live"}, {"deployment": ["id"]}),
    ("GetStage", {"restApiId": "$api", "stageName": "live"}, {}),
    ("DeleteDeployment", {"restApiId": "$api", "deploymentId": "$deployment"}, {}),
    ("CreateVpcLink", {"name": "v", "targetArns": ["arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/net/n/1"]},
     {"link": ["id"]}),
    ("GetVpcLink", {"vpcLinkId": "$link"}, {}),
    ("GetTags", {"resourceArn": "arn:aws:apigateway:us-east-1::/restapis/$api"}, {}),
    ("DeleteIntegrationResponse", {**GET, "statusCode": "200"}, {}),
    ("DeleteIntegration", GET, {}),
    ("DeleteRestApi", {"restApiId": "$api"}, {}),
    ("GetRestApi", {"restApiId": "$api"}, {}),
]

BOTO = r"""
import json, sys, boto3, botocore
clients = {name: boto3.client(name, endpoint_url=sys.argv[1], region_name="us-east-1") for name in ("apigateway", "sts")}
for line in sys.stdin:
    operation, given = json.loads(line)
    client = clients["sts" if operation == "GetCallerIdentity" else "apigateway"]
    try:
        answer = getattr(client, botocore.xform_name(operation))(**given)
        del answer["ResponseMetadata"]
        print(json.dumps({"answer": answer}, default=str), flush=True)
    except botocore.exceptions.ClientError as e:
        print(json.dumps({"error": [e.response["Error"]["Code"], e.response["Error"]["Message"]]}), flush=True)
"""


def fill(value, names):
    if isinstance(value, dict):
        return {k: fill(v, names) for k, v in value.items()}
    if isinstance(value, list):
        return [fill(v, names) for v in value]
    return re.sub(r"\$(\w+)$", lambda m: names[m.group(1)], value) if isinstance(value, str) else value


def without_dates(value):
    if isinstance(value, dict):
        return {k: without_dates(v) for k, v in value.items() if not k.endswith("Date")}
    return [without_dates(v) for v in value] if isinstance(value, list) else value


def dashed(operation):
    return re.sub(r"(?<!^)([A-Z])", r"-\1", operation).lower()


class Clients(support.TestCase):
    def setUp(self):
        super().setUp()
        self.env.update(AWS_ACCESS_KEY_ID=support.ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY=support.SECRET_KEY,
                        AWS_DEFAULT_REGION="us-east-1", AWS_EC2_METADATA_DISABLED="true")

    def boto(self, url):
        process = subprocess.Popen([support.debian_boto3(), "-c", BOTO, url], env=self.env, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stdin.close)

        def call(operation, given):
            process.stdin.write(json.dumps([operation, given]) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())
        return call

    def cli(self, url):
        program = support.debian_aws()

        def call(operation, given):
            service = "sts" if operation == "GetCallerIdentity" else "apigateway"
            done = support.run([program, "--endpoint-url", url, "--output", "json", service, dashed(operation),
                                "--cli-input-json", json.dumps(given)], self.env, self.scratch)
            error = re.search(r"An error occurred \((\w+)\) when calling the \w+ operation: (.*)", done.stderr, re.S)
            if error:
                self.assertEqual(done.code, 254, done)
                return {"error": [error.group(1), error.group(2).rstrip("\n")]}
            self.assertEqual(done.code, 0, done)
            return {"answer": json.loads(done.stdout) if done.stdout.strip() else {}}
        return call

    def results(self, call):
        names, found = {}, []
        for operation, given, keeps in CALLS:
            result = call(operation, fill(given, names))
            found.append((operation, without_dates(result)))
            for name, path in keeps.items():
                value = result["answer"]
                for step in path:
                    value = value[step] if isinstance(step, int) or step in value else ""
                names[name] = value or names.get(name)
        return found

    def test_debian_awscli_and_boto3_parse_alike(self):
        cli = self.cli(self.serve("sandbox", "--seed", "42").url)
        boto = self.boto(self.serve("sandbox", "--seed", "42").url)
        by_boto, by_cli = self.results(boto), self.results(cli)
        for one, other in zip(by_boto, by_cli):
            self.assertEqual(one, other)
        errors = [result["error"][0] for _, result in by_boto if "error" in result]
        self.assertEqual(errors, ["BadRequestException", "ConflictException", "NotFoundException", "BadRequestException",
                                  "BadRequestException", "NotFoundException", "BadRequestException", "NotFoundException"])


if __name__ == "__main__":
    support.main()
