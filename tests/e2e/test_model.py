"""Random calls over random and shipped cassettes, against a second model of matching (tests/support/match_model.py).

GWTAPE_MODEL_CALLS sets how many calls are played (2,000; 100,000 for the whole), GWTAPE_SEED where chance begins.
"""

import collections
import http.client
import json
import os
import random
import sys
import urllib.parse
from pathlib import Path

import support
import tape

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import match_model  # noqa: E402

CALLS = int(os.environ.get("GWTAPE_MODEL_CALLS", "2000"))
SEED = int(os.environ.get("GWTAPE_SEED", "14"))
SPELLINGS = ("NUMBER_FORM", "ESCAPING", "KEY_ORDER", "WHITESPACE_ONLY")  # equal at the level that is asked for


class Maker:
    """A random scenario of one API, or of one that was there before, as a cassette. Answers only need to be distinct."""

    def __init__(self, chance, name, creates):
        self.chance, self.name, self.creates = chance, name, creates
        self.interactions, self.places = [], collections.defaultdict(list)
        self.samples, self.resources, self.links = {}, {}, []

    def sample(self, variable, size=10):
        alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
        return self.samples.setdefault(variable, "".join(self.chance.choice(alphabet) for _ in range(size)))

    def add(self, method, labels, body=None, status=200, answer=None, query=None):
        """`labels` and the members of `answer` that are variables come as ("$", NAME)."""
        step = "s%d" % len(self.interactions)
        path = ""
        for segment, label in enumerate(labels):
            if isinstance(label, tuple):
                self.places[label[1]].append("%s#request/path/%d" % (step, segment))
                label = self.sample(label[1])
            path += "/" + urllib.parse.quote(label, safe="")
        body = self.substituted(body, "%s#request/body" % step)
        answer = self.substituted(answer, "%s#response/body" % step)
        request = {"method": method, "path": path}
        if query:
            request["query"] = query
        request["headers"] = [["Accept", "application/json"]] + ([["Content-Type", "application/json"]] if body is not None else [])
        request["signedHeaders"] = ["accept", "host", "x-amz-date"]
        if body is not None:
            request["body"] = {"json": body, "layout": "compact"}
        response = {"status": status, "headers": [["Content-Type", "application/json"]]}
        response["body"] = {"json": answer if answer is not None else {"n": len(self.interactions)}, "layout": "compact-lf"}
        response["evidence"] = {"class": "guessed"}
        self.interactions.append({"id": step, "operation": "Any", "request": request, "response": response})

    def substituted(self, value, at):
        if isinstance(value, tuple):
            self.places[value[1]].append(at)
            return self.sample(value[1])
        if isinstance(value, dict):
            return {k: self.substituted(v, at + "/" + k) for k, v in value.items()}
        if isinstance(value, list):
            return [self.substituted(v, "%s/%d" % (at, i)) for i, v in enumerate(value)]
        return value

    def api(self):
        return ("restapis", ("$", "restApiId"))

    def step(self):
        chance, api, n = self.chance, self.api(), len(self.interactions)
        resource = ("$", chance.choice(sorted(self.resources)))
        where = api + ("resources", resource)
        method = where + ("methods", chance.choice(("GET", "POST")))
        response = chance.choice(("200", "400"))
        refused = chance.random() < 0.1
        link = ("$", "vpcLinkId")

        def put(labels, body, status=201, **answer):
            self.add("PUT", labels, body, 409 if refused else status, dict(n=n, **answer))

        def child():
            name = "resourceId%d" % (len(self.resources) + 1)
            part = chance.choice(("a", "b", "c", "{id}", "{name}"))
            if refused:
                self.add("POST", where, {"pathPart": part}, 409, {"n": n})
            else:
                self.add("POST", where, {"pathPart": part}, 201, {"id": ("$", name), "parentId": resource, "n": n})
                self.resources[name] = resource[1]

        kinds = [
            lambda: put(method, {"authorizationType": "NONE", **chance.choice(({}, {"requestModels": {"application/json": "M1"}}))}),
            lambda: put(method + ("integration",), chance.choice(({"type": "MOCK"}, {"type": "HTTP", "connectionId": link}))),
            lambda: put(method + ("integration", "responses", response), chance.choice(({}, {"selectionPattern": "5.."}))),
            lambda: put(method + ("responses", response), {}),
            lambda: self.add("GET", chance.choice((where, method, method + ("integration",), method + ("integration",),
                                                   method + ("integration", "responses", response))), None, 200, {"n": n}),
            lambda: self.add("DELETE", chance.choice((method, method + ("integration",), method + ("responses", response))), None,
                             404 if refused else 202, {"n": n}),
            lambda: self.add("GET", api + ("resources",), None, 200, {"n": n}, chance.choice((None, "embed=methods"))),
            lambda: self.add("GET", api, None, 200, {"n": n}),
            lambda: self.add("PATCH", api, {"patchOperations": [{"op": "replace", "path": "/name", "value": "x%d" % n}]}, 200, {"n": n}),
            child, child,
            lambda: self.add("POST", api + ("stages",), {"stageName": "s%d" % chance.randrange(2)}, 409 if refused else 201, {"n": n}),
            lambda: self.add(chance.choice(("GET", "DELETE")), api + ("stages", "s%d" % chance.randrange(2)), None, 200, {"n": n}),
            lambda: self.add("GET", api + ("stages",), None, 200, {"n": n}),
            lambda: self.add("POST", api + ("models",), {"name": chance.choice(("M1", "M2")), "schema": "{}"}, 409 if refused else 201,
                             {"n": n}),
            lambda: self.add(chance.choice(("GET", "DELETE")), api + ("models", "M1"), None, 200, {"n": n}),
            lambda: self.add("POST", method, {"body": ""}, 200, {"n": n}),
        ]
        if chance.random() < 0.12:
            name = "deploymentId%d" % n
            self.add("POST", api + ("deployments",), {}, 201, {"id": ("$", name), "n": n})
            self.add("GET", api + ("deployments", ("$", name)), None, 200, {"n": n})
        else:
            chance.choice(kinds)()

    def cassette(self):
        if self.creates:
            self.add("POST", ("restapis",), {"name": self.name}, 201,
                     {"id": ("$", "restApiId"), "rootResourceId": ("$", "resourceId1"), "name": self.name})
        self.resources["resourceId1"] = None
        steps = self.chance.randrange(2, 14)
        while len(self.interactions) < steps:
            self.step()
        if self.creates and self.chance.random() < 0.5:
            self.add("DELETE", self.api(), None, 202, {"n": -1})
        types = {"restApiId": "rest-api-id", "vpcLinkId": "vpc-link-id"}
        return {
            "format": 1, "scenario": self.name,
            "provenance": {"upstream": "sandbox", "endpoint": "in-process", "region": "us-east-1", "model": "m"},
            "interactions": self.interactions,
            "index": {"scenarioSha256": "0" * 64,
                      "variables": {name: {"type": types.get(name, "id"), "sample": self.samples[name], "at": at}
                                    for name, at in self.places.items()},
                      "contractSha256": {i["id"]: tape.sha256(tape.contract_bytes(i["request"])) for i in self.interactions},
                      "bodySha256": {i["id"]: tape.sha256(tape.body_bytes(i["response"]["body"])) for i in self.interactions}}}


def write(folder, cassette):
    path = folder / (cassette["scenario"] + ".json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(cassette), encoding="utf-8")


def replaced(value, texts):
    """A JSON value with ids in the place of samples."""
    if isinstance(value, dict):
        return {k: replaced(v, texts) for k, v in value.items()}
    if isinstance(value, list):
        return [replaced(v, texts) for v in value]
    return texts.get(value, value) if isinstance(value, str) else value


class Client:
    def __init__(self, url):
        self.connection = http.client.HTTPConnection(url.partition("//")[2], timeout=support.HANG_SECONDS)
        self.url = url

    def open_session(self, scenario):
        """A session of its own for each scenario, so that none begins with another's calls."""
        self.connection.request("POST", "/_gwtape/sessions", json.dumps({"id": scenario, "scenarios": [scenario]}))
        answer = self.connection.getresponse()
        assert answer.status == 201, answer.read()
        answer.read()

    def send(self, request, texts, session):
        """(status, verdict, JSON) for a stored request with ids in place of samples."""
        path = "/".join(urllib.parse.quote(texts.get(x, x), safe="") for x in map(urllib.parse.unquote, request["path"].split("/")))
        if request.get("query"):
            path += "?" + request["query"]
        body = request.get("body")
        if body and texts:
            body = json.dumps(replaced(body["json"], texts), separators=(",", ":")).encode()
        elif body:
            body = tape.body_bytes(body)
        headers = {"x-gwtape-session": session, **{name: value for name, value in request["headers"]}}
        for last in (False, True):  # a breach closes the connection
            try:
                self.connection.request(request["method"], path, body, headers)
                answer = self.connection.getresponse()
                break
            except (http.client.HTTPException, OSError):
                self.connection.close()
                if last:
                    raise
        text = answer.read()
        return answer.status, answer.getheader("x-gwtape-verdict"), json.loads(text) if text else None


class Play:
    """One scenario's runs, each with the ids that its client knows."""

    def __init__(self, scenario, order):
        self.scenario, self.order = scenario, order
        self.samples = tape.samples(scenario.cassette)
        self.creator = next((n for n, c in enumerate(scenario.calls) if c.effect), None)
        if self.creator is not None and scenario.calls[self.creator].op != "CreateRestApi":
            self.creator = None
        self.runs = [(match_model.Run(scenario, order), {})]

    def equal(self, n):
        """The interactions that ask the same as this one: the client cannot mean one of them."""
        mine = self.scenario.cassette["interactions"][n]["request"]
        return [m for m, i in enumerate(self.scenario.cassette["interactions"])
                if (i["request"]["method"], i["request"]["path"], i["request"].get("query"), tape.body_value(i["request"].get("body")))
                == (mine["method"], mine["path"], mine.get("query"), tape.body_value(mine.get("body")))]


class Model(support.TestCase):
    def make(self, count):
        chance = random.Random(SEED)
        folder = self.scratch / "cassettes"
        made = [Maker(chance, "random/s%03d" % n, n % 2 == 0).cassette() for n in range(count)]
        for cassette in made:
            write(folder, cassette)
        return folder, made

    def test_the_relation_is_the_one_of_the_text(self):
        folder, made = self.make(60)
        shipped = support.SOURCE / "cassettes"
        pairs = 0
        for source, names in ((folder, [c["scenario"] for c in made]), (shipped, tape.names(shipped))):
            done = self.gwtape("show", "--related", "--json", "--cassettes", source, *names)
            self.assertExit(done, 0)
            decoder, text, printed = json.JSONDecoder(), done.stdout.strip(), {}
            while text:
                value, end = decoder.raw_decode(text)
                printed[value["scenario"]] = {(e["before"], e["after"]) for e in value["edges"]}
                text = text[end:].strip()
            self.assertEqual(sorted(printed), sorted(names))
            for name in names:
                scenario = match_model.Scenario(tape.load(source, name))
                self.assertEqual(printed[name], scenario.edges(), name)
                pairs += len(scenario.rules)
        print("relation: %d pairs" % pairs)

    def play(self, client, plays, chance, calls):
        """Play random calls; every answer must be the model's."""
        verdicts = collections.Counter()
        for _ in range(calls):
            play = chance.choice(plays)
            interactions = play.scenario.cassette["interactions"]
            n = chance.randrange(len(interactions))
            number = chance.randrange(len(play.runs))
            run, ids = play.runs[number]
            forward = [m for m in range(len(interactions)) if run.is_available(m) and m not in run.done]
            if forward and chance.random() < 0.6:
                n = chance.choice(forward)
            texts = {play.samples[v]: ids[v] for v in ids}
            status, verdict, answer = client.send(interactions[n]["request"], texts, play.scenario.name)
            begins = False
            if play.creator is not None and n == play.creator:
                # any run that still has it, the newest first; else a new one
                open_runs = [r for r in reversed(play.runs) if r[0].judge(play.equal(n))[0] == "MATCH"]
                if open_runs:
                    run, ids = open_runs[0]
                else:
                    begins, run, ids = True, match_model.Run(play.scenario, play.order), {}
            wanted, which, why = run.judge(play.equal(n))
            if number and not begins and any(v in play.scenario.given and v not in ids for v, _ in play.scenario.uses[n]):
                wanted, which = "UNKNOWN_ID", None  # a sample is the first run's
            elif wanted not in ("MATCH", "OUT_OF_ORDER") or (why and why[1]):
                if 0 in play.equal(n) and play.creator is None and play.scenario.calls[0].op in match_model.AGAIN:
                    run.done.clear()  # what does the same again starts over
                    wanted, which, why = run.judge([0])
            context = (play.scenario.name, interactions[n]["id"], number, sorted(run.done), why, answer)
            if status < 422 and verdict in SPELLINGS:
                verdict = "MATCH"
            self.assertEqual(verdict, wanted, context)
            verdicts[verdict] += 1
            if wanted != "MATCH":
                self.assertEqual(status, 422, context)
                continue
            recorded = interactions[which]["response"]
            self.assertEqual(status, recorded["status"], context)
            if begins:
                ids.update(self.read_ids(play, which, answer))
                for _, other in play.runs:
                    self.assertNotEqual(ids["restApiId"], other.get("restApiId", play.samples["restApiId"]), context)
                play.runs.append((run, ids))
            elif number:  # an id that this run was shown for the first time must stay that
                ids.update({**self.read_ids(play, which, answer), **ids})
            self.assertEqual(answer, replaced(tape.body_value(recorded.get("body")), {play.samples[v]: ids[v] for v in ids}), context)
            run.done.add(which)
        return verdicts

    @staticmethod
    def read_ids(play, which, answer):
        step, found = play.scenario.calls[which].id, {}
        for name, variable in play.scenario.cassette["index"]["variables"].items():
            for at in variable["at"]:
                if at.startswith(step + "#response/body/"):
                    found[name] = answer[at.rpartition("/")[2]]
        return found

    def shipped(self):
        folder = support.SOURCE / "cassettes"
        names = tape.names(folder)
        return folder, [tape.load(folder, name) for name in random.Random(SEED).sample(names, min(60, len(names)))]

    def run_model(self, order, cassettes, calls, wanted=("OUT_OF_ORDER", "ALREADY_CONSUMED")):
        folder, made = cassettes
        server = self.serve("replay", "--cassettes", folder, "--no-verify-signature", "--session-by", "header", "--order", order)
        plays = [Play(match_model.Scenario(c), order) for c in made]
        client = Client(server.url)
        for play in plays:
            client.open_session(play.scenario.name)
        verdicts = self.play(client, plays, random.Random(SEED + 1), calls)
        print("%s: %d calls, %s" % (order, calls, dict(verdicts)))
        self.assertGreater(verdicts["MATCH"], calls // 5)
        for verdict in wanted:
            self.assertGreater(verdicts[verdict], 0)

    def test_random_calls_get_what_the_model_says(self):
        for order in ("causal", "strict", "none"):
            with self.subTest(order=order):
                self.run_model(order, self.make(40), CALLS // 4)

    def test_shipped_cassettes_too(self):
        self.run_model("causal", self.shipped(), CALLS // 4, ("OUT_OF_ORDER",))


if __name__ == "__main__":
    support.main()
