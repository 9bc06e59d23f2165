"""A second model of matching, written from DESIGN section 4 and docs/related.md, sharing nothing with the C code.

`related(calls)` gives the pairs of related calls of a recorded scenario; `Player` plays one scenario's calls and says
for each what must come of it.
"""

import itertools
import json
import re
import urllib.parse

# Every operation that the random scenarios use: method and path, and what a POST's child is called after.
ROUTES = {
    ("POST", "restapis"): "CreateRestApi", ("GET", "restapis *"): "GetRestApi", ("PATCH", "restapis *"): "UpdateRestApi",
    ("DELETE", "restapis *"): "DeleteRestApi", ("GET", "restapis * resources"): "GetResources",
    ("POST", "restapis * resources *"): "CreateResource", ("GET", "restapis * resources *"): "GetResource",
    ("DELETE", "restapis * resources *"): "DeleteResource", ("PATCH", "restapis * resources *"): "UpdateResource",
    ("POST", "restapis * deployments"): "CreateDeployment", ("GET", "restapis * deployments"): "GetDeployments",
    ("DELETE", "restapis * deployments *"): "DeleteDeployment", ("GET", "restapis * deployments *"): "GetDeployment",
    ("POST", "restapis * stages"): "CreateStage", ("GET", "restapis * stages"): "GetStages",
    ("GET", "restapis * stages *"): "GetStage", ("PATCH", "restapis * stages *"): "UpdateStage",
    ("DELETE", "restapis * stages *"): "DeleteStage",
    ("POST", "restapis * models"): "CreateModel", ("GET", "restapis * models *"): "GetModel",
    ("DELETE", "restapis * models *"): "DeleteModel",
    ("POST", "restapis * authorizers"): "CreateAuthorizer", ("GET", "restapis * authorizers *"): "GetAuthorizer",
    ("DELETE", "restapis * authorizers *"): "DeleteAuthorizer",
    ("POST", "vpclinks"): "CreateVpcLink", ("GET", "vpclinks"): "GetVpcLinks", ("GET", "vpclinks *"): "GetVpcLink",
    ("DELETE", "vpclinks *"): "DeleteVpcLink",
    ("PUT", "tags *"): "TagResource", ("GET", "tags *"): "GetTags", ("DELETE", "tags *"): "UntagResource",
}
METHOD = "restapis * resources * methods *"
for _name, _path in (("Method", METHOD), ("MethodResponse", METHOD + " responses *"),
                     ("Integration", METHOD + " integration"),
                     ("IntegrationResponse", METHOD + " integration responses *")):
    for _verb, _method in (("Put", "PUT"), ("Get", "GET"), ("Delete", "DELETE"), ("Update", "PATCH")):
        ROUTES[_method, _path] = _verb + _name
ROUTES["POST", METHOD] = "TestInvokeMethod"
AGAIN = {"PutIntegration", "PutIntegrationResponse", "PutGatewayResponse", "TagResource"}
NAMED_CHILD = {"CreateStage": "stageName", "CreateModel": "name"}
ONE_NAME = {"CreateStage": "stageName", "CreateModel": "name", "CreateResource": "pathPart", "CreateRestApi": "name",
            "CreateAuthorizer": "name", "CreateVpcLink": "name"}


class Call:
    def __init__(self, interaction, body, answer):
        request = interaction["request"]
        self.id, self.method, self.query = interaction["id"], request["method"], request.get("query") or ""
        self.status, self.body, self.answer = interaction["response"]["status"], body or {}, answer or {}
        labels = [urllib.parse.unquote(x) for x in request["path"][1:].split("/")]
        self.op = self.operation(labels)
        if labels[0] == "tags":
            labels = labels[1].split(":", 5)[5].strip("/").split("/")
        self.path = tuple(labels)
        self.writes = self.method not in ("GET", "HEAD")
        self.effect = self.writes and not 400 <= self.status < 500
        self.api = labels[1] if labels[0] == "restapis" and len(labels) > 1 else None
        self.child = self.made()
        self.giver = set()

    def operation(self, labels):
        for (method, path), name in ROUTES.items():
            parts = path.split()
            if method == self.method and len(parts) == len(labels) and all(p in ("*", x) for p, x in zip(parts, labels)):
                return name
        return None

    def made(self):
        """The path of what a creation makes, as far as it is known."""
        if self.op in NAMED_CHILD and NAMED_CHILD[self.op] in self.body:
            return self.path + (self.body[NAMED_CHILD[self.op]],)
        if self.op == "CreateDeployment" and self.body.get("stageName"):
            return ("restapis", self.api, "stages", self.body["stageName"])
        if self.op and self.op.startswith("Create") and self.status < 300 and "id" in self.answer:
            base = self.path[:3] if self.op == "CreateResource" else self.path
            return base + (self.answer["id"],)
        return None

    def patched(self, path):
        if "patchOperations" in self.body:
            return next((p.get("value") for p in self.body["patchOperations"] if p["path"] == path), None)
        return self.body.get(path[1:])


def above(upper, lower):
    return bool(upper) and bool(lower) and lower[:len(upper)] == upper


def objects(value):
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from objects(each)


class Relation:
    def __init__(self, calls):
        self.calls = calls
        self.parents, self.names = {}, []
        for call in calls:
            self.read(call)

    def read(self, call):
        if call.status < 300:
            for each in objects(call.answer):
                if "rootResourceId" in each:
                    self.parents.setdefault((each["id"], each["rootResourceId"]), set())
                elif "parentId" in each and "id" in each:
                    self.parents.setdefault((call.api, each["id"]), set()).add(each["parentId"])
                elif each.get("path") == "/" and "id" in each:
                    self.parents.setdefault((call.api, each["id"]), set())
            if call.op == "CreateResource" and "id" in call.answer:
                self.parents.setdefault((call.api, call.answer["id"]), set()).add(call.path[3])
        holder = call.child or call.path

        def name(*target):
            self.names.append((call, holder, target))

        thing = (call.op or "")[3:] if (call.op or "").startswith("Put") else (call.op or "")[6:]
        if thing == "Method":
            if call.patched("/authorizerId"):
                name("restapis", call.api, "authorizers", call.patched("/authorizerId"))
            for model in (call.body.get("requestModels") or {}).values():
                name("restapis", call.api, "models", model)
        elif thing == "MethodResponse":
            for model in (call.body.get("responseModels") or {}).values():
                name("restapis", call.api, "models", model)
        elif thing == "Integration":
            link = call.patched("/connectionId")
            if link and not link.startswith("$"):
                name("vpclinks", link)
        elif thing == "Model":
            for model in re.findall(r'"\$ref":\s*"[^"]*/models/([^"/]+)"', call.body.get("schema") or ""):
                name("restapis", call.api, "models", model)

    def is_below(self, api, resource, upper, seen=()):
        if (api, resource) not in self.parents:
            return True
        return any(p == upper or (p not in seen and self.is_below(api, p, upper, seen + (p,)))
                   for p in self.parents[api, resource])

    def names_of(self, call):
        takes = (call.op or "").startswith("Delete") or (call.op == "UpdateResource" and call.patched("/parentId"))
        for owner, holder, target in self.names:
            if owner is call or above(holder, call.path) or above(holder, call.child):
                yield target
            elif takes and (above(call.path, holder) or (
                    call.op in ("DeleteResource", "UpdateResource") and holder[:1] == ("restapis",) and len(holder) > 4
                    and holder[1] == call.api and holder[2] == "resources" and self.is_below(call.api, holder[3], call.path[3]))):
                yield target

    def about(self, call, target):
        takes = (call.op or "").startswith("Delete") or (call.op == "UpdateResource" and call.patched("/parentId"))
        return above(target, call.path) or above(target, call.child) or (takes and above(call.path, target))

    def flow(self, first, second):
        if first in second.giver:
            return True
        if not (first.effect and (first.op or "").startswith("Create") and first.child):
            return False
        return above(first.child, second.path) or any(o is second and t == first.child for o, _, t in self.names)

    def paths(self, a, b):
        if not (above(a.path, b.path) or above(b.path, a.path)):
            return False
        return not (a.op and b.op and (self.excepted(a, b) or self.excepted(b, a)))

    def excepted(self, a, b):
        create = a.op.startswith("Create")
        if create and b.op.startswith("Create") and a.path == b.path:
            return True
        strictly = above(a.path, b.path) and a.path != b.path
        if create and strictly and not above(a.child, b.path):
            return True
        if a.op == "CreateResource" and b.op == "GetResource" and a.path == b.path:
            return True
        if a.op in ("UpdateRestApi", "GetRestApi", "TagResource", "UntagResource", "GetTags") and a.api and len(a.path) == 2 \
                and strictly:
            return True
        if a.method == "GET" and len(a.path) == 1 and len(b.path) > 2:
            return True
        return a.op == "GetResources" and "embed=methods" not in a.query.split("&") and len(b.path) > 4

    def siblings(self, a, b):
        ops = ("CreateResource", "UpdateResource", "DeleteResource")
        if a.op not in ops or b.op not in ops or a.api != b.api or a.op == b.op == "DeleteResource":
            return False

        def parents(call):
            if call.op == "CreateResource":
                return {call.path[3]}
            known = self.parents.get((call.api, call.path[3]))
            moved = {call.patched("/parentId")} - {None}
            return None if known is None else known | moved
        one, other = parents(a), parents(b)
        meet = one is None or other is None or bool(one & other)
        both = all(c.op == "CreateResource" and str(c.body.get("pathPart", "")).startswith("{") for c in (a, b))
        return meet and (a.op != "CreateResource" or b.op != "CreateResource" or both)

    def row(self, a, b):
        if a.op in ("DeleteResource", "UpdateResource") and b.api == a.api and len(b.path) >= 4 and b.path[2] == "resources" \
                and b.path[3] != a.path[3] and self.is_below(a.api, b.path[3], a.path[3]):
            return True
        if self.siblings(a, b):
            return True
        if (a.op or "").startswith("Create") and above(a.child, b.path):
            return True
        if a.op in ONE_NAME and a.op == b.op and a.path == b.path and a.body.get(ONE_NAME[a.op]) is not None \
                and a.body.get(ONE_NAME[a.op]) == b.body.get(ONE_NAME[a.op]):
            return True
        if a.op == "CreateDeployment" and b.writes and b.api == a.api:
            return True
        if a.op == "CreateRestApi" and a.body.get("cloneFrom") and b.writes and b.api == a.body["cloneFrom"]:
            return True
        kinds = ("stages", "deployments")
        if a.writes and a.api and a.api == b.api and len(a.path) > 2 and len(b.path) > 2 and a.path[2] in kinds \
                and b.path[2] in kinds:
            return True
        stage = a.child or a.path
        if a.api and len(stage) > 3 and stage[2] == "stages" and b.op == "DeleteVpcLink" and any(
                above(t, b.path) and h[:2] == ("restapis", a.api) and len(h) > 2 for _, h, t in self.names):
            return True
        if a.writes and b.writes and (a.op or "").endswith("MethodResponse") and (b.op or "").endswith("IntegrationResponse") \
                and a.path[:6] == b.path[:6] and a.path[7] == b.path[8]:
            return True
        if a.writes and b.writes and (a.op or "").endswith("IntegrationResponse") \
                and (b.op or "").endswith("IntegrationResponse") and a.path[:7] == b.path[:7]:
            one, other = self.patterns(a), self.patterns(b)
            if not one or not other or one & other:
                return True
        return any(self.about(b, t) for t in self.names_of(a))

    def patterns(self, call):
        return {c.body.get("selectionPattern") for c in self.calls
                if c.op == "PutIntegrationResponse" and c.path == call.path}

    def unknown(self, a, b):
        everything = a.op is None or a.op == "TestInvokeMethod"
        return everything and (a.api is None or a.api == b.api)

    def rule(self, first, second):
        """Of two calls in the order in which they were made: 1 to 4; 0 where they are not related."""
        if self.flow(first, second):
            return 1
        if not (first.effect or second.effect):
            return 0
        if self.paths(first, second):
            return 2
        if self.row(first, second) or self.row(second, first):
            return 3
        return 4 if self.unknown(first, second) or self.unknown(second, first) else 0


def value_of(stored):
    if not stored:
        return None
    if "json" in stored:
        return stored["json"]
    try:
        return json.loads(stored.get("text", ""))
    except ValueError:
        return None


class Scenario:
    """A cassette as the model sees it."""

    def __init__(self, cassette):
        self.cassette, self.name = cassette, cassette["scenario"]
        self.calls = [Call(i, value_of(i["request"].get("body")), value_of(i["response"].get("body")))
                      for i in cassette["interactions"]]
        places = {c.id: n for n, c in enumerate(self.calls)}
        self.uses = [[] for _ in self.calls]
        self.given = {}
        for name, variable in cassette["index"]["variables"].items():
            seen = []
            for at in variable["at"]:
                step, _, place = at.partition("#")
                side = place.startswith("response/")
                seen.append((places[step], side, place))
                if not side:
                    self.uses[places[step]].append((name, place))
            first = min(seen)
            if first[1]:
                self.given[name] = first[0]
        for n, call in enumerate(self.calls):
            call.giver = {self.calls[self.given[v]] for v, _ in self.uses[n] if v in self.given and self.given[v] < n}
        relation = Relation(self.calls)
        self.rules = {(i, j): relation.rule(self.calls[i], self.calls[j])
                      for i, j in itertools.combinations(range(len(self.calls)), 2)}

    def edges(self):
        return {(self.calls[i].id, self.calls[j].id) for (i, j), rule in self.rules.items() if rule}

    def is_related(self, i, j, order):
        if order == "strict":
            return True
        rule = self.rules[min(i, j), max(i, j)]
        return rule == 1 if order == "none" else rule > 0


class Run:
    """What one playing of a scenario knows: DESIGN's availability, of calls with the ids of this run."""

    def __init__(self, scenario, order):
        self.scenario, self.order, self.done = scenario, order, set()

    def missing(self, n):
        return [w for w in range(n) if self.scenario.calls[w].effect and self.scenario.is_related(w, n, self.order)
                and w not in self.done]

    def since(self, n):
        return [w for w in range(n + 1, len(self.scenario.calls)) if self.scenario.calls[w].effect
                and self.scenario.is_related(n, w, self.order) and w in self.done]

    def is_available(self, n):
        return not self.missing(n) and not self.since(n)

    def repeats(self, n):
        call = self.scenario.calls[n]
        return not call.effect or call.op in AGAIN

    def judge(self, equal):
        """(verdict, interaction, what must come first or came since) for a call that equals these interactions."""
        available = [n for n in equal if self.is_available(n)]
        unused = [n for n in available if n not in self.done]
        if unused:
            return "MATCH", unused[0], None
        again = [n for n in available if self.repeats(n)]
        if again:
            return "MATCH", again[-1], None
        late = [n for n in equal if n not in self.done]
        if not late:
            late = [n for n in equal if not self.scenario.calls[n].effect]
        if not late:
            return "ALREADY_CONSUMED", None, None
        return "OUT_OF_ORDER", late[0], (self.missing(late[0]), self.since(late[0]))
