"""Every usable recording in shared/aws/facts-2026-11.json, replayed against `gwtape sandbox --as-of ITS DATE`.

These facts are steps of the tests that recorded them. The facts of a test are replayed in their order on one sandbox;
what the recording did between them, and what had to be there first, is in SCENES. A placeholder stands for the same
value wherever a test has it. Status, error code, message and every member must agree, and nothing may be there that was
not recorded; an input that was recorded is labelled `aws-published`.

The facts are third-party data and not part of this project: without them the test is skipped.
"""

import collections
import http.client
import json
import os
import re
import unittest

import sigv4
import support

ACCOUNT = "123456789012"
LAMBDA = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:f/invocations"
API = "/restapis/{restApiId}"
METHOD = API + "/resources/{resourceId}/methods/{httpMethod}"
ROUTES = {
    "CreateRestApi": ("POST", "/restapis"), "GetRestApi": ("GET", API), "GetRestApis": ("GET", "/restapis"),
    "UpdateRestApi": ("PATCH", API), "DeleteRestApi": ("DELETE", API),
    "CreateResource": ("POST", API + "/resources/{parentId}"), "GetResource": ("GET", API + "/resources/{resourceId}"),
    "GetResources": ("GET", API + "/resources"), "UpdateResource": ("PATCH", API + "/resources/{resourceId}"),
    "DeleteResource": ("DELETE", API + "/resources/{resourceId}"),
    "PutMethod": ("PUT", METHOD), "GetMethod": ("GET", METHOD), "UpdateMethod": ("PATCH", METHOD),
    "DeleteMethod": ("DELETE", METHOD),
    "GetMethodResponse": ("GET", METHOD + "/responses/{statusCode}"),
    "UpdateMethodResponse": ("PATCH", METHOD + "/responses/{statusCode}"),
    "PutIntegration": ("PUT", METHOD + "/integration"), "GetIntegration": ("GET", METHOD + "/integration"),
    "PutIntegrationResponse": ("PUT", METHOD + "/integration/responses/{statusCode}"),
    "CreateDeployment": ("POST", API + "/deployments"), "GetDeployments": ("GET", API + "/deployments"),
    "GetDeployment": ("GET", API + "/deployments/{deploymentId}"),
    "UpdateDeployment": ("PATCH", API + "/deployments/{deploymentId}"),
    "DeleteDeployment": ("DELETE", API + "/deployments/{deploymentId}"),
    "CreateStage": ("POST", API + "/stages"), "GetStages": ("GET", API + "/stages"),
    "GetStage": ("GET", API + "/stages/{stageName}"), "UpdateStage": ("PATCH", API + "/stages/{stageName}"),
    "CreateVpcLink": ("POST", "/vpclinks"), "GetVpcLinks": ("GET", "/vpclinks"),
    "GetVpcLink": ("GET", "/vpclinks/{vpcLinkId}"), "UpdateVpcLink": ("PATCH", "/vpclinks/{vpcLinkId}"),
    "DeleteVpcLink": ("DELETE", "/vpclinks/{vpcLinkId}"),
}
WIRE = {"integrationHttpMethod": "httpMethod"}
QUERIES = {"GetStages": ["deploymentId"]}
UNUSABLE = {
    "issue/docs-transfer-mode": "documented, not recorded: the text of the refusal is not known (it is refused with 400)",
}
PARTIAL = ("issue/tf-30910", "issue/export-2026-05", "issue/export-http-proxy", "issue/adr-11")


class Scene:
    """What a recording works on: an API, and the things that its placeholders without a number stand for."""

    def __init__(self, url):
        self.connection = http.client.HTTPConnection(url.split("//")[1])
        self.names = {"vpc-link-v2-id": "a1b2c3", "existing": "s1"}
        self.answers = []
        self.unrecorded = False

    def call(self, method, path, body=None):
        headers = {"Accept": "application/json"}
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def made(self, method, path, body=None):
        status, _, raw = self.call(method, path, body)
        if status >= 300:
            raise AssertionError("%s %s %s: %s %s" % (method, path, body, status, raw))
        return json.loads(raw) if raw else None

    def api(self, **body):
        made = self.made("POST", "/restapis", {"name": "facts", **body})
        self.names["rest-api-id"] = made["id"]
        self.base = "/restapis/" + made["id"]
        self.root = self.made("GET", self.base + "/resources")["item"][0]["id"]
        self.names["resource-id"] = self.root
        return self

    def resource(self, part, parent=None):
        return self.made("POST", "%s/resources/%s" % (self.base, parent or self.root), {"pathPart": part})["id"]

    def method(self, verb="GET", **body):
        self.made("PUT", "%s/resources/%s/methods/%s" % (self.base, self.root, verb), {"authorizationType": "NONE", **body})

    def response(self, **body):
        self.method()
        self.made("PUT", "%s/resources/%s/methods/GET/responses/200" % (self.base, self.root), body)

    def mock(self):
        self.method()
        self.made("PUT", "%s/resources/%s/methods/GET/integration" % (self.base, self.root), {"type": "MOCK"})

    def deploy(self, **body):
        made = self.made("POST", self.base + "/deployments", body)["id"]
        self.names["deployment-id"] = made
        return made

    def stage(self, name, deployment, **body):
        self.made("POST", self.base + "/stages", {"stageName": name, "deploymentId": deployment, **body})

    def patch(self, path, *operations):
        """What the recording did and nobody published: later labels may be weaker for it."""
        self.unrecorded = True
        self.made("PATCH", path, {"patchOperations": [dict(zip(("op", "path", "value"), op)) for op in operations]})

    def authorizer(self):
        self.names["authorizer-id"] = self.made("POST", self.base + "/authorizers", {
            "name": "a", "type": "TOKEN", "authorizerUri": LAMBDA})["id"]


def use(**names):
    """A step of a scene: placeholders stand for these from here on; a callable is asked with the scene."""
    def step(scene):
        for name, value in names.items():
            scene.names[name.replace("_", "-")] = value(scene) if callable(value) else value
    return step


def deployable(scene):
    scene.api().mock()


def with_stage(*names, variables=None):
    def start(scene):
        deployable(scene)
        scene.deploy()
        for name in names:
            scene.stage(name, scene.names["deployment-id"], **({"variables": variables} if variables else {}))
    return start


def answered(member="id"):
    """The placeholder is what the last answer that has the member gave."""
    return lambda scene: [a[member] for a in scene.answers if member in a][-1]


def deployment_answered(scene):
    scene.names["deployment-id"] = answered()(scene)


def next_deployment(scene):
    """The stage moves on to a new deployment, and the old one goes."""
    old = scene.names["deployment-id"]
    scene.patch(scene.base + "/stages/s1", ("replace", "/deploymentId", scene.deploy()))
    scene.made("DELETE", "%s/deployments/%s" % (scene.base, old))


def changed_stage(scene):
    scene.patch(scene.base + "/stages/s1", ("replace", "/description", "stage new"), ("replace", "/variables/var1", "test"),
                ("replace", "/variables/var2", "test2"), ("replace", "/*/*/caching/enabled", "true"),
                ("replace", "/*/*/throttling/burstLimit", "123"), ("replace", "/test/GET/throttling/burstLimit", "124"),
                ("replace", "/tracingEnabled", "true"))


def two_resources(scene):
    scene.api()
    scene.pets = scene.resource("pets")
    scene.sub = scene.resource("pets", scene.pets)
    scene.names["resource-id"] = scene.pets


def proxy_paths(scene):
    scene.parent = scene.resource("parent")
    scene.child = scene.resource("child", scene.parent)
    scene.resource("{proxy+}", scene.child)
    scene.names["resource-id"] = scene.parent


def other_variable(scene):
    scene.made("DELETE", "%s/resources/%s" % (scene.base, scene.answers[-2]["id"]))
    scene.names["resource-id"] = scene.resource("{child}", scene.parent)


def two_stages(scene):
    deployable(scene)
    scene.first, scene.second = scene.deploy(), scene.deploy()
    scene.stage("stage1", scene.first)
    scene.stage("stage2", scene.second)


def canary_stage(scene):
    with_stage("dev")(scene)
    scene.patch(scene.base + "/stages/dev", ("replace", "/canarySettings/percentTraffic", "10"),
                ("replace", "/canarySettings/stageVariableOverrides/a", "b"))
    scene.stage("dev2", scene.names["deployment-id"])


def link(kind):
    def start(scene):
        scene.names["vpc-link-id"] = scene.made("POST", "/vpclinks", {"name": "n", "targetArns": [
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/%s/a/1" % kind]})["id"]
    return start


def proxy(kind, **body):
    def start(scene):
        scene.api().method()
        scene.made("PUT", "%s/resources/%s/methods/GET/integration" % (scene.base, scene.root), {"type": kind, "httpMethod": "POST", **body})
    return start


def described(scene):
    scene.api(description="this is my api")


def typed(kind):
    return lambda scene: scene.api(endpointConfiguration={"types": [kind]})


def nothing(scene):
    pass


def all_of(*steps):
    def step(scene):
        for each in steps:
            each(scene)
    return step


# test: {"": what is there first, STEP: what happens before that step}
SCENES = {
    "test_list_and_delete_apis": {"": nothing, "delete-rest-api": use(rest_api_id=answered())},
    "test_update_rest_api_operation_add_remove": {"": described}, "test_update_rest_api_compression": {"": described},
    "test_update_rest_api_behaviour": {"": described}, "test_update_rest_api_ip_address_type": {"": typed("PRIVATE")},
    "test_create_rest_api_with_tags": {"": nothing},
    "test_resource_lifecycle": {
        "rest-api-resources-after-create": use(resource_id=lambda s: s.resource("pets")),
        "get-resp-after-update-path-part": lambda s: s.patch(
            "%s/resources/%s" % (s.base, s.names["resource-id"]), ("replace", "/pathPart", "dogs")),
        "rest-api-resources-after-delete": lambda s: s.made("DELETE", "%s/resources/%s" % (s.base, s.names["resource-id"])),
    },
    "test_update_resource_behaviour": {
        "": two_resources,
        "existing-future-sibling-path": lambda s: s.names.update({"resource-id": s.sub, "value": s.root}),
        "update-parent-id-to-subresource-id": lambda s: s.names.update({"resource-id": s.pets, "value": s.sub}),
        "update-parent-id-to-root-id": lambda s: (
            s.patch("%s/resources/%s" % (s.base, s.sub), ("replace", "/pathPart", "subpets")),
            s.names.update({"resource-id": s.sub, "value": s.root})),
        "resources-after-deletion": lambda s: s.made("DELETE", "%s/resources/%s" % (s.base, s.pets)),
    },
    "test_delete_resource": {
        "": lambda s: (s.api(), setattr(s, "parent", s.resource("p")), setattr(s, "child", s.resource("c", s.parent)),
                       s.names.update({"resource-id": s.parent})),
        "delete-subresource": lambda s: s.names.update({"resource-id": s.child}),
    },
    "test_create_proxy_resource": {
        "create-proxy-sibling-proxy-child-resource": proxy_paths, "create-dynamic-child-proxy-resource": other_variable},
    "test_create_proxy_resource_validation": {
        "create-proxy-static-child-resource": use(resource_id=answered()),
        "create-greedy-child-resource": use(resource_id=lambda s: s.resource("parent"))},
    "test_put_method_model": {"": lambda s: s.api().made("POST", s.base + "/models", {
        "name": "MySchema", "contentType": "application/json", "schema": "{}"})},
    "test_update_method": {"": lambda s: s.api().authorizer()},
    "test_update_method_validation": {"skip-auth-id-with-wrong-type": lambda s: s.patch(
        "%s/resources/%s/methods/ANY" % (s.base, s.root), ("replace", "/apiKeyRequired", "false"))},
    "test_apigateway_with_custom_authorization_method": {"": lambda s: s.api().authorizer()},
    "test_lifecycle_method_response": {"": lambda s: s.api().response(responseModels={}, responseParameters={})},
    "test_update_method_response": {"": lambda s: s.api().response(
        responseModels={"application/json": "Empty"}, responseParameters={"method.response.header.my-header": True})},
    "test_update_method_response_wrong_operations": {"": lambda s: s.api().response()},
    "test_update_method_response_negative_tests": {"": lambda s: s.api().response()},
    "test_update_method_lack_response_parameters_and_models": {"": lambda s: s.api().response()},
    "test_update_method_wrong_param_names": {"": lambda s: s.api().response(
        responseModels={"application/json": "Empty"}, responseParameters={"method.response.header.my-header": True})},
    "test_vpc_link_lifecycle": {"get_vpc_link": use(vpc_link_id=answered())},
    "test_get_stages_filters_by_deployment_id": {
        "": two_stages, "stages-deploy1": use(deployment_id=lambda s: s.first), "stages-deploy2": use(deployment_id=lambda s: s.second)},
    "test_stage_access_log_settings": {
        "": deployable, "create-stage": deployment_answered,
        "update-stage-access-log-format-add": lambda s: s.patch(s.base + "/stages/dev", (
            "replace", "/accessLogSettings/destinationArn", s.answers[-1]["accessLogSettings"]["destinationArn"] + "a"))},
    "test_stage_access_log_settings_validation": {"": deployable, "create-stage": deployment_answered},
    "TestStages::test_create_update_stages": {"": all_of(deployable, Scene.deploy), "get-stage": changed_stage},
    "test_create_delete_deployments[True]": {
        "": with_stage("s1"), "delete-deployment-error-1": next_deployment, "get-deployments-2": next_deployment},
    "test_create_delete_deployments[False]": {
        "": with_stage("s1"), "delete-deployment-error-1": next_deployment, "delete-deployment-error-2": next_deployment},
    "test_create_update_deployments": {
        "": all_of(with_stage("s1"), lambda s: setattr(s, "first", s.names["deployment-id"])),
        "get-deployment-1-after-update": lambda s: (
            setattr(s, "second", s.deploy()), s.patch(s.base + "/stages/s1", ("replace", "/deploymentId", s.second)),
            s.names.update({"deployment-id": s.first})),
        "get-deployment-2": use(deployment_id=lambda s: s.second), "delete-deployment-1": use(deployment_id=lambda s: s.first)},
    "test_update_stage_remove_wildcard": {"": all_of(deployable, Scene.deploy)},
    "TestStageCrudCanary::test_create_update_stages": {
        "": all_of(deployable, Scene.deploy), "create-stage": use(canary=answered())},
    "test_create_canary_deployment_with_stage": {
        "": deployable, "create-canary-deployment": lambda s: s.stage("dev", answered()(s))},
    "test_create_canary_deployment": {"": with_stage("dev1")},
    "test_create_canary_deployment_by_stage_update": {
        "": deployable, "create-stage": deployment_answered, "update-stage-with-deployment": use(value=lambda s: s.deploy())},
    "test_create_canary_deployment_validation": {"": deployable},
    "test_update_stage_canary_deployment_validation": {"": canary_stage},
    "test_invoking_canary_deployment": {"": deployable},
    "test_update_stage_with_copy_ops": {
        "": with_stage("dev", variables={"testVar": "test", "testVar2": "test2"}),
        "update-stage-with-copy": lambda s: s.patch(s.base + "/stages/dev", ("replace", "/canarySettings/percentTraffic", "50"))},
    "test_update_rest_api_deployment": {"": all_of(deployable, Scene.deploy)},
    "cdkd-370": {"": lambda s: s.api().method()}, "pulumi-aws-6020": {"": lambda s: s.api().method()},
    "ack-2924": {"": lambda s: s.api().method()},
    "constructs-1130": {"": lambda s: (s.api().mock(), s.made("PUT", "%s/resources/%s/methods/GET/responses/200" % (s.base, s.root), {}))},
    "tf-2918": {"": with_stage("s1")}, "tf-2512-update": {"": link("net")}, "tf-30910": {"": link("app")},
    "export-2026-05": {"": proxy("AWS_PROXY", uri=LAMBDA)}, "adr-11": {"": proxy("AWS_PROXY", uri=LAMBDA)},
    "export-http-proxy": {"": proxy("HTTP_PROXY", uri="http://example.com")},
}


def split(fact):
    """(test, step) of a fact's id."""
    test, step = fact["id"].rsplit("/", 1)
    return (step, step) if test == "issue" else (test.rsplit("/", 1)[1], step)


def scene_of(test):
    """Of a name with its class, or without."""
    return SCENES.get(test) or SCENES.get(test.rsplit("::", 1)[-1]) or {}


class Binder:
    """Placeholders of one test's answers and the values that they stand for."""

    def __init__(self):
        self.values = {}

    def agree(self, expected, got):
        parts = re.split(r"(<[a-z0-9-]+(?::\d+)?>)", expected)
        if len(parts) == 1:
            return expected == got
        pattern, names = "", []
        for part in parts:
            named = re.fullmatch(r"<(.+)>", part)
            if not named:
                pattern += re.escape(part)
            elif part in self.values:
                pattern += re.escape(self.values[part])
            else:
                pattern += "(.+)"
                names.append(part)
        match = isinstance(got, str) and re.fullmatch(pattern, got)
        if match:
            self.values.update(zip(names, match.groups()))
        return bool(match)


def same(path, expected, got, binder, partial=False):
    """Differences between a recorded value and an answer."""
    if expected == "datetime":
        return [] if isinstance(got, int) else ["%s: %r is not a date" % (path, got)]
    if isinstance(expected, dict) and isinstance(got, dict):
        if path == [] and "items" in expected:
            expected = {"item": expected["items"]}
        found = ["%s: missing" % (path + [k]) for k in expected if k not in got]
        found += ["%s: %r was not recorded" % (path + [k], got[k]) for k in got if k not in expected and not partial]
        for k in expected:
            found += same(path + [k], expected[k], got[k], binder, partial) if k in got else []
        return found
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        if path[-1:] == ["item"]:
            key = lambda item: [item.get(k, "") for k in ("path", "stageName", "description")]
            expected, got = sorted(expected, key=key), sorted(got, key=key)
        return sum((same(path + [i], e, g, binder, partial) for i, (e, g) in enumerate(zip(expected, got))), [])
    agree = binder.agree(expected, got) if isinstance(expected, str) else expected == got and type(expected) is type(got)
    return [] if agree else ["%s: recorded %r, got %r" % (path, expected, got)]


def fill(value, scene, inside=""):
    """Placeholders of an input by what they stand for now; within a patch or a canary they may be another thing."""
    if isinstance(value, dict):
        return {k: fill(v, scene, "value" if k == "value" else "canary" if k == "canarySettings" else inside)
                for k, v in value.items()}
    if isinstance(value, list):
        return [fill(v, scene, inside) for v in value]
    named = re.fullmatch(r"<([a-z0-9-]+)>", value) if isinstance(value, str) else None
    if not named:
        return value
    return scene.names.get(inside) or scene.names[named[1]]


def request(fact, scene):
    given = fill(fact["input"] or {}, scene)
    method, path = ROUTES[fact["operation"]]
    labels = re.findall(r"\{(\w+)\}", path)
    path = path.format(**{label: given[label] for label in labels})
    for name in QUERIES.get(fact["operation"], []):
        path += "?%s=%s" % (name, given.pop(name)) if name in given else ""
    body = {WIRE.get(k, k): v for k, v in given.items() if k not in labels}
    return method, path, body if method in ("POST", "PUT", "PATCH") else None


class Sequences(support.TestCase):
    def test_every_usable_fact(self):
        shared = os.environ.get("GWTAPE_SHARED") or support.SOURCE.parent / "shared"
        path = os.path.join(shared, "aws", "facts-2026-11.json")
        if not os.path.exists(path):
            support.skip("shared/aws/facts-2026-11.json is not here")
        tests = collections.OrderedDict()
        for fact in support.read_json(path):
            tests.setdefault(split(fact)[0], []).append(fact)
        self.agree, self.left, self.failed, self.labels = 0, [], [], collections.Counter()
        for test, facts in tests.items():
            self.replay(test, facts)
        total = sum(map(len, tests.values()))
        print("\nfacts-2026-11: %d, usable %d, agree %d, labels %s" % (total, total - len(self.left), self.agree, dict(self.labels)))
        for line in self.left:
            print("  not usable: " + line)
        self.assertEqual(self.failed, [], "\n".join(self.failed))
        self.assertEqual(self.agree + len(self.left), total)
        self.assertLessEqual(len(self.left), len(UNUSABLE))

    def replay(self, test, facts):
        facts = [f for f in facts if f["id"] not in UNUSABLE or self.left.append("%s: %s" % (f["id"], UNUSABLE[f["id"]]))]
        if not facts:
            return
        when = facts[0]["recorded_date"]
        when = when + "-01-01" if len(when) == 4 else when + "Z" if "T" in when else when
        if test == "iprotate-39":
            return self.unknown_key(facts[0], when)
        server = self.serve("sandbox", "--seed", "7", "--as-of", when, "--no-verify-signature")
        scene, binder = Scene(server.url), Binder()
        hooks = scene_of(test)
        hooks.get("", Scene.api)(scene)
        for fact in facts:
            hooks.get(split(fact)[1], nothing)(scene)
            self.check(fact, binder, *scene.call(*request(fact, scene)), scene)
        scene.connection.close()
        server.stop()

    def unknown_key(self, fact, when):
        server = self.serve("sandbox", "--as-of", when)
        answer = sigv4.send(server.url, "POST", "/restapis", json.dumps(fact["input"]).encode(), access_key="AKIANOBODY")
        self.check(fact, Binder(), answer.status, answer.headers, answer.body, Scene(server.url))

    def check(self, fact, binder, status, headers, raw, scene):
        found = [] if status == fact["status"] else ["status: recorded %s, got %s %s" % (fact["status"], status, raw)]
        body = json.loads(raw) if raw else {}
        scene.answers.append(body)
        if fact["error"]:
            expected = re.sub(r"\b\d{12}:", ACCOUNT + ":", fact["error"]["message"]).replace("<vpc-link-v2-id>", "a1b2c3")
            found += [] if headers["x-amzn-ErrorType"] == fact["error"]["code"] else ["code: %s" % headers["x-amzn-ErrorType"]]
            found += same([], {"message": expected}, body, binder)
        else:
            found += same([], fact["response"] or {}, body, binder, fact["id"] in PARTIAL)
        label = headers["x-gwtape-evidence"]
        self.labels[label.split(";")[0]] += 1
        if not label.startswith("aws-published") and not scene.unrecorded:
            found.append("label: " + label)
        self.agree += not found
        self.failed += ["%s (%s)\n    %s" % (fact["id"], fact["recorded_date"], "\n    ".join(found))] if found else []


if __name__ == "__main__":
    support.main()
