"""Every usable recording of AWS in shared/aws/facts.json, replayed against `gwtape sandbox --as-of ITS DATE`.

A fact is usable when its input is recorded, or when it can only have been one (the answer echoes it, or the
condition is the input). What had to be there before is made first, from the recorded answer without the
members that AWS adds by itself. Status, error code, message and every recorded member must agree, nothing may
be there that was not recorded, and the bytes must be compact, sorted JSON with one LF.

The facts are third-party data and not part of this project: without them the test is skipped.
"""

import collections
import copy
import http.client
import json
import os
import re
import unittest

import support

ACCOUNT = "123456789012"
ADDED = {"timeoutInMillis": 29000, "passthroughBehavior": "WHEN_NO_MATCH", "connectionType": "INTERNET",
         "cacheKeyParameters": []}
OTHER_ACCOUNT = "999999999999"
CREDENTIALS = re.compile(r"arn:aws:iam::(?!%s)\d+:(role|user)/" % OTHER_ACCOUNT)
ID = re.compile(r"[a-z0-9]{6,10}\Z")
PLACEHOLDERS = [
    (r"<region>", "us-east-1"), (r"<partition>", "aws"), (r"<account>", ACCOUNT), (r"<s3-bucket>", "bucket"),
    (r"<credentials:\d+>", "arn:aws:iam::%s:role/r" % ACCOUNT), (r"<role of another account>", "arn:aws:iam::%s:role/r" % OTHER_ACCOUNT),
    (r"<role NAME, not ARN>", "CFTestRole"), (r"<external-aws-endpoint>", "petstore.execute-api"),
    (r"<echo-server-url:\d+>", "https://echo.example.com"), (r"<fn(_name:\d+)?>", "fn"),
    (r"<lambda uri>", "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:f/invocations"),
    (r"<arn>", "arn:aws:lambda:us-east-1:1:function:f"), (r"<not a URL>", "no url"),
    (r"<one of GET,POST,\.\.\.>", "GET"), (r"<not in method requestParameters>", "method.request.querystring.undeclared"),
]
URIS = {"HTTP": "http://example.com/x", "HTTP_PROXY": "http://example.com/x",
        "AWS": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:f/invocations",
        "AWS_PROXY": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:f/invocations"}


def facts_file():
    shared = os.environ.get("GWTAPE_SHARED") or support.SOURCE.parent / "shared"
    path = os.path.join(shared, "aws", "facts.json")
    return path if os.path.exists(path) else None


def fill(value, kind=None):
    """Placeholders replaced by values; roles are of the sandbox's account, for no role of another may be passed."""
    if isinstance(value, dict):
        kind = value.get("type") if isinstance(value.get("type"), str) else kind
        return {k: fill(v, kind) for k, v in value.items()}
    if isinstance(value, list):
        return [fill(v, kind) for v in value]
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"<uri:\d+>", value):
        return URIS.get(kind, URIS["HTTP"])
    for pattern, text in PLACEHOLDERS:
        value = re.sub(pattern, text, value)
    return CREDENTIALS.sub(lambda m: "arn:aws:iam::%s:%s/" % (ACCOUNT, m.group(1)), value)


def encode_templates(value):
    """Some recordings hold a template decoded; on the wire it is a text."""
    if isinstance(value, list):
        return [encode_templates(v) for v in value]
    if not isinstance(value, dict):
        return value
    made = {k: encode_templates(v) for k, v in value.items()}
    for name in ("requestTemplates", "responseTemplates"):
        if isinstance(made.get(name), dict):
            made[name] = {k: json.dumps(v) if isinstance(v, (dict, list)) else v for k, v in made[name].items()}
    return made


def is_default_namespace(text):
    """The id of the resource, as it was or hidden behind a placeholder."""
    return text.startswith("<") or ID.match(text) is not None


class Unusable(Exception):
    pass


class Failed(Exception):
    """What had to be there first could not be made."""


class Account:
    """One sandbox, and the API, resource and method that the facts of a time need."""

    def __init__(self, url):
        self.connection = http.client.HTTPConnection(url.split("//")[1])

    def call(self, method, path, body=None):
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def made(self, method, path, body=None):
        status, _, raw = self.call(method, path, body)
        if status >= 300:
            raise Failed("%s %s %s: %s %s" % (method, path, json.dumps(body), status, raw))
        return json.loads(raw) if raw else None

    def start(self):
        self.api = self.made("POST", "/restapis", {"name": "facts"})["id"]
        self.root = self.made("GET", "/restapis/%s/resources" % self.api)["item"][0]["id"]
        self.resource = self.root

    def path(self, verb=None, tail="", api=None, resource=None):
        base = "/restapis/%s/resources/%s" % (api or self.api, resource or self.resource)
        return base + ("/methods/" + verb if verb else "") + tail

    def method(self, verb, recorded=None, parameters=()):
        body = {"authorizationType": "NONE"}
        body.update({k: v for k, v in (recorded or {}).items() if k not in (
            "methodIntegration", "methodResponses", "httpMethod")})
        if body.get("apiKeyRequired") is False:
            del body["apiKeyRequired"]
        if parameters:
            body["requestParameters"] = {**{p: False for p in parameters}, **body.get("requestParameters", {})}
        self.made("PUT", self.path(verb), self.with_references(body))

    def with_references(self, body):
        """The same with what it refers to made: an authorizer, a validator, models."""
        body = dict(body)
        if "authorizerId" in body:
            body["authorizerId"] = self.made("POST", "/restapis/%s/authorizers" % self.api, {
                "name": "a", "type": "TOKEN", "authorizerUri": URIS["AWS"], "identitySource": "method.request.header.A"})["id"]
        if "requestValidatorId" in body:
            body["requestValidatorId"] = self.made("POST", "/restapis/%s/requestvalidators" % self.api, {"name": "v"})["id"]
        for name in ("requestModels", "responseModels"):
            if name in body:
                body[name] = {k: self.model(v) for k, v in body[name].items()}
        return body

    def model(self, name):
        """A model of this name, or of one in place of a placeholder, is there."""
        name = re.sub(r"\W", "x", name)
        if self.call("GET", "/restapis/%s/models/%s" % (self.api, name))[0] == 404:
            self.made("POST", "/restapis/%s/models" % self.api, {
                "name": name, "contentType": "application/json", "schema": "{}"})
        return name

    def method_response(self, verb, code, recorded):
        body = {k: v for k, v in recorded.items() if k != "statusCode"}
        self.made("PUT", self.path(verb, "/responses/" + code), self.with_references(body))

    def integration(self, verb, recorded):
        """Only what AWS does not add: if the sandbox adds it too, the answers agree."""
        body = {k: v for k, v in recorded.items() if k != "integrationResponses" and ADDED.get(k) != v}
        if is_default_namespace(body.get("cacheNamespace", "")):
            body.pop("cacheNamespace", None)
        self.made("PUT", self.path(verb, "/integration"), body)
        for code, response in recorded.get("integrationResponses", {}).items():
            self.integration_response(verb, code, response)

    def integration_response(self, verb, code, recorded):
        body = {k: v for k, v in recorded.items() if k != "statusCode"}
        self.made("PUT", self.path(verb, "/integration/responses/" + code), body)


def mapped_parameters(integration):
    """Parameters that a method must declare for this integration."""
    values = list(integration.get("requestParameters", {}).values()) + integration.get("cacheKeyParameters", [])
    return [v for v in values if isinstance(v, str) and re.match(r"method\.request\.(path|querystring|header)\.", v)]


def make_method(account, verb, recorded):
    """A method as GetMethod recorded it, with responses and integration."""
    account.method(verb, recorded)
    for code, response in recorded.get("methodResponses", {}).items():
        account.method_response(verb, code, response)
    if "methodIntegration" in recorded:
        account.integration(verb, recorded["methodIntegration"])


def make_for_integration(account, verb, recorded):
    account.method(verb, parameters=mapped_parameters(recorded))
    for code, response in recorded.get("integrationResponses", {}).items():
        declared = {name: False for name in response.get("responseParameters", {})}
        account.method_response(verb, code, {"responseParameters": declared} if declared else {})


def make_mock(account, verb):
    account.method(verb)
    account.integration(verb, {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}})


def known(account, given):
    """An id of a fact's input: a placeholder is the one that is there, a name is the one that is not."""
    if given is None or given.startswith("<"):
        return None
    return given if given in ("badresource", "bad-api-id", "wrong-api", "dummy-value") or "wrong" in given or "bad" in given else None


def target(account, fact, tail):
    given = fact["input"] or {}
    verb = fill(given.get("httpMethod", "GET"))
    return verb, account.path(verb, tail, known(account, given.get("restApiId")), known(account, given.get("resourceId")))


ERROR = lambda fact: (fact["error"] or {}).get("message", "")


# One function an operation: make what must be there, say the call. (method, path, body)

def get_integration(account, fact):
    verb, path = target(account, fact, "/integration")
    name, recorded = fact["id"].rsplit("/", 1)[1], fact["response"]
    if fact["error"]:
        if name == "get-integration-no-api":
            path = account.path(verb, "/integration", api="abcdefghij")
        elif name == "get-integration-no-resource":
            path = account.path(verb, "/integration", resource="zzzzzz")
        elif name != "get-integration-no-method":
            account.method(verb)
    else:
        make_for_integration(account, verb, recorded)
        account.integration(verb, recorded)
    return "GET", path, None


def get_method(account, fact):
    recorded = fact["response"]
    make_method(account, recorded["httpMethod"], recorded)
    return "GET", account.path(recorded["httpMethod"]), None


def update_method(account, fact):
    before = copy.deepcopy(fact["response"])
    before["authorizationType"] = "NONE"
    make_method(account, before["httpMethod"], before)
    patch = [{"op": "replace", "path": "/authorizationType", "value": fact["response"]["authorizationType"]}]
    return "PATCH", account.path(before["httpMethod"]), {"patchOperations": patch}


def integration_body(given):
    body = {k: v for k, v in given.items() if k not in ("restApiId", "resourceId", "httpMethod", "integrationHttpMethod")}
    if "integrationHttpMethod" in given:
        body["httpMethod"] = given["integrationHttpMethod"]
    return body


# Excerpts of inputs in issue threads, and what must have stood beside them for the error to be the first one.
COMPLETED = {
    "issue/importer-25": {"type": "AWS", "integrationHttpMethod": "POST", "uri": URIS["AWS"]},
    "issue/importer-148": {"integrationHttpMethod": "GET", "uri": URIS["HTTP"]},
    "issue/devguide-24": {"integrationHttpMethod": "GET", "uri": URIS["HTTP"]},
    "issue/cdk-17318": {"type": "HTTP", "integrationHttpMethod": "GET", "uri": URIS["HTTP"]},
    "issue/aws-sdk-java-860": {"integrationHttpMethod": "GET"},
    "issue/cdk-31063": {"type": "HTTP", "integrationHttpMethod": "GET", "uri": URIS["HTTP"]},
    "issue/tf-45482": {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": URIS["HTTP"]},
}


def put_integration(account, fact):
    if fact["input"] is None:
        raise Unusable("no input recorded")
    given = {**fact["input"], **COMPLETED.get(fact["id"], {})}
    verb, path = target(account, fact, "/integration")
    body = integration_body(given)
    if fact.get("superseded") and "uri" in (fact["response"] or {}):
        body["uri"] = fact["response"]["uri"]  # the input is that of the test as it is now; a uri is echoed
    undeclared = ERROR(fact).startswith(("Invalid mapping", "Invalid cache key"))
    if fact["id"].endswith(("wrong-method", "wrong-method@2024-08-21")):
        account.method("POST")
    elif ERROR(fact) != "Invalid Method identifier specified" and "enum value set" not in ERROR(fact):
        account.method(verb, parameters=[] if undeclared else mapped_parameters(body))
    if "overwrites" in (fact.get("note") or ""):
        account.integration(verb, {"type": "MOCK"})
    return "PUT", path, body


def update_integration(account, fact):
    verb, path = target(account, fact, "/integration")
    before = copy.deepcopy(fact["response"])
    for change in fact["input"]["patchOperations"]:
        name = change["path"][1:]
        before[name] = {"timeoutInMillis": 3000, "connectionId": "${stageVariables.vpcLinkId}"}[name]
    make_for_integration(account, verb, before)
    account.integration(verb, before)
    return "PATCH", path, {"patchOperations": fact["input"]["patchOperations"]}


def delete_integration(account, fact):
    verb, path = target(account, fact, "/integration")
    make_mock(account, verb)
    return "DELETE", path, None


def response_target(account, fact):
    given = fact["input"] or {"statusCode": (fact["response"] or {}).get("statusCode", "200")}
    _, path = target(account, fact, "/integration/responses/" + given.get("statusCode", "200"))
    return given, path


def put_integration_response(account, fact):
    if fact["input"] is None and fact["response"] is None:
        raise Unusable("no input recorded")
    given, path = response_target(account, fact)
    verb = fill(given.get("httpMethod", "GET"))
    if "only POST" in (fact.get("note") or "") or "wrong-method" in fact["id"]:
        make_mock(account, "POST")
    else:
        make_mock(account, verb)
    body = given if fact["input"] else fact["response"]
    body = {k: v for k, v in body.items() if k not in ("restApiId", "resourceId", "httpMethod", "statusCode")}
    declared = {name: False for name in body.get("responseParameters", {})}
    if declared:
        account.method_response(verb, given["statusCode"], {"responseParameters": declared})
    if "overwrite" in fact["id"]:
        account.integration_response(verb, given["statusCode"], {})
    return "PUT", path, None if fact["id"] == "issue/aws-sdk-js-2588" else body


def get_integration_response(account, fact):
    given, path = response_target(account, fact)
    verb = given.get("httpMethod", "GET")
    if fact["response"]:
        make_mock(account, verb)
        account.integration_response(verb, given["statusCode"], fact["response"])
    elif "Integration identifier" in ERROR(fact):
        account.method(verb)
    elif "Method identifier" not in ERROR(fact):
        make_mock(account, verb)
    return "GET", path, None


def delete_integration_response(account, fact):
    given, path = response_target(account, fact)
    make_mock(account, "GET")
    account.integration_response("GET", "200", {})
    if "non-existent-method" in fact["id"]:
        path = account.path("POST", "/integration/responses/200")
    elif "non-existent-resource" in fact["id"]:
        path = account.path("GET", "/integration/responses/200", resource="zzzzzz")
    elif "non-existent-api" in fact["id"]:
        path = account.path("GET", "/integration/responses/200", api="bad-api-id")
    return "DELETE", path, None


def put_method(account, fact):
    given = fact["input"] or fact["response"]
    body = {"authorizationType": "NONE", **{k: v for k, v in given.items() if k not in (
        "restApiId", "resourceId", "httpMethod")}}
    if not fact["input"]:
        body.pop("apiKeyRequired")
    return "PUT", account.path(given.get("httpMethod", "GET")), account.with_references(body)


def put_method_response(account, fact):
    account.method("GET")
    recorded = fact["response"]
    return "PUT", account.path("GET", "/responses/" + recorded["statusCode"]), {
        k: v for k, v in recorded.items() if k != "statusCode"}


def create_resource(account, fact):
    recorded = fact["response"]
    parent = account.root
    for part in recorded["path"].split("/")[1:-1]:
        parent = account.made("POST", "/restapis/%s/resources/%s" % (account.api, parent), {"pathPart": part})["id"]
    return "POST", "/restapis/%s/resources/%s" % (account.api, parent), {"pathPart": recorded["pathPart"]}


def get_resources(account, fact):
    for item in fact["response"]["items"]:
        account.resource = account.root
        if item["path"] != "/":
            account.resource = account.made("POST", "/restapis/%s/resources/%s" % (account.api, account.root),
                                            {"pathPart": item["pathPart"]})["id"]
        for verb in item.get("resourceMethods", {}):
            account.method(verb)
    return "GET", "/restapis/%s/resources" % account.api, None


def create_rest_api(account, fact):
    if fact["response"] is None:
        raise Unusable("no input recorded; throttling is a matter of --fault")
    return "POST", "/restapis", {k: v for k, v in fact["response"].items() if k in ("name", "description")}


def rest_api(verb):
    def call(account, fact):
        api = account.api
        if fact["error"]:
            api = ERROR(fact).rsplit(":", 1)[-1] if ":" in ERROR(fact) else "abcdefghij"
        elif fact["response"]:
            api = account.made("POST", "/restapis", {k: v for k, v in fact["response"].items() if k in (
                "name", "description")})["id"]
        return verb, "/restapis/" + api, None
    return call


def unusable(reason):
    def call(account, fact):
        raise Unusable(reason)
    return call


CALLS = {
    "GetIntegration": get_integration, "PutIntegration": put_integration, "UpdateIntegration": update_integration,
    "DeleteIntegration": delete_integration, "GetMethod": get_method, "PutMethod": put_method,
    "UpdateMethod": update_method, "PutMethodResponse": put_method_response,
    "PutIntegrationResponse": put_integration_response, "GetIntegrationResponse": get_integration_response,
    "DeleteIntegrationResponse": delete_integration_response, "CreateResource": create_resource,
    "GetResources": get_resources, "CreateRestApi": create_rest_api, "GetRestApi": rest_api("GET"),
    "DeleteRestApi": rest_api("DELETE"),
    "GetRestApis": unusable("no input recorded; a list of APIs that no other fact makes"),
    "ImportRestApi": unusable("the sandbox has no ImportRestApi"),
    "CreateDeployment": unusable("no input recorded"),
}

# Members that the sandbox makes afresh: compared by their form.
FORMS = {
    "id": ID.match, "parentId": ID.match, "createdDate": lambda value: isinstance(value, int),
    "authorizerId": ID.match, "requestValidatorId": ID.match,
}


def same(path, expected, got, account):
    """Differences between a recorded value and an answer."""
    name = path[-1] if path else ""
    if name in FORMS:
        return [] if FORMS[name](got) else ["%s: form of %r" % (path, got)]
    if name == "cacheNamespace" and is_default_namespace(expected):
        return [] if got == account.resource else ["%s: %r is not the resource's id" % (path, got)]
    if isinstance(expected, dict) and isinstance(got, dict):
        if path == [] and "items" in expected:
            expected = {"item": expected["items"]}
        found = ["%s: missing" % (path + [k]) for k in expected if k not in got]
        found += ["%s: %r was not recorded" % (path + [k], got[k]) for k in got if k not in expected]
        for k in expected:
            if k in got:
                found += same(path + [k], expected[k], got[k], account)
        return found
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        if name == "item":
            key = lambda item: item["path"]
            expected, got = sorted(expected, key=key), sorted(got, key=key)
        return sum((same(path + [i], e, g, account) for i, (e, g) in enumerate(zip(expected, got))), [])
    if path[:-1] and path[-2] in ("requestModels", "responseModels") and expected.startswith("<"):
        return [] if got == re.sub(r"\W", "x", expected) else ["%s: %r is another model" % (path, got)]
    return [] if expected == got and type(expected) is type(got) else ["%s: recorded %r, got %r" % (path, expected, got)]


def compare(account, fact, status, headers, raw):
    found = [] if status == fact["status"] else ["status: recorded %s, got %s" % (fact["status"], status)]
    body = json.loads(raw) if raw else {}
    if raw and raw != (json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n").encode():
        found.append("not compact, sorted JSON with one LF: %r" % raw)
    if fact["error"]:
        expected = re.sub(r"\b(\d{12}):", ACCOUNT + ":", fact["error"]["message"])
        found += [] if headers["x-amzn-ErrorType"] == fact["error"]["code"] else ["code: %s" % headers["x-amzn-ErrorType"]]
        found += same([], {"message": expected}, body, account)
    else:
        found += same([], fact["response"] or {}, body, account)
    if fact["input"] is not None and not headers["x-gwtape-evidence"].startswith("aws-published"):
        WEAKER.append("%s: %s" % (fact["id"], headers["x-gwtape-evidence"]))
    if fact["status"] == 204 and headers["Content-Length"] is not None:
        found.append("204 with Content-Length")
    return found


WEAKER = []


class Facts(support.TestCase):
    def test_every_usable_fact(self):
        path = facts_file()
        if not path:
            support.skip("shared/aws/facts.json is not here")
        by_time = collections.OrderedDict()
        for fact in support.read_json(path):
            by_time.setdefault(fact["recorded_date"], []).append(fact)
        passed, derived, failed, left = 0, 0, [], collections.defaultdict(list)
        for when, facts in sorted(by_time.items(), key=lambda item: item[0] or ""):
            as_of = "current" if when is None else when if len(when) == 10 else when + "Z"
            server = self.serve("sandbox", "--seed", "7", "--as-of", as_of, "--no-verify-signature")
            for fact in facts:
                account = Account(server.url)
                try:
                    found = self.replay(account, fact)
                except Unusable as reason:
                    left[str(reason)].append(fact["id"])
                    continue
                except Failed as reason:
                    found = ["cannot be set up: %s" % reason]
                finally:
                    account.connection.close()
                passed += not found
                derived += not found and fact["input"] is None
                failed += ["%s (%s)\n    %s" % (fact["id"], when, "\n    ".join(found))] if found else []
            server.stop()
        print("\nfacts: %d agree (%d with a recorded input, %d whose answer gives it), %d do not, %d not usable" % (
            passed, passed - derived, derived, len(failed), sum(map(len, left.values()))))
        print("recorded inputs whose answer is labelled weaker: %d\n  %s" % (len(WEAKER), "\n  ".join(WEAKER)))
        for reason, ids in left.items():
            print("  not usable, %s: %d\n    %s" % (reason, len(ids), "\n    ".join(ids)))
        self.assertEqual(failed, [], "\n".join(failed))
        self.assertGreaterEqual(passed - derived, 330)

    def replay(self, account, fact):
        fact = dict(fact, response=fill(encode_templates(fact["response"])), input=fill(encode_templates(fact["input"])))
        account.start()
        method, path, body = CALLS[fact["operation"]](account, fact)
        return compare(account, fact, *account.call(method, path, body))


if __name__ == "__main__":
    support.main()
