"""Recorded traces played in other orders, with the sandbox as judge.

A trace of random calls is recorded through the proxy. One of its writes is then moved. Where the sandbox answers the
new order otherwise than the recorded one, the order is harmful: the replay must refuse it, or answer just as the sandbox
does (two equal reads may have been recorded, before and after). Where the sandbox answers alike, refusing is needless,
and the share of that is printed. GWTAPE_REORDERINGS sets how many (60; 500 for the whole).
"""

import json
import os
import random
import sys
import urllib.request

import sigv4
import support

REORDERINGS = int(os.environ.get("GWTAPE_REORDERINGS", "60"))
SEED = int(os.environ.get("GWTAPE_SEED", "14"))
EACH = 20  # reorderings of one trace
DATES = ("createdDate", "lastUpdatedDate")


def draw(chance):
    """A trace: (method, labels, query, body, name of the id that the answer gives); names of ids come as ("$", NAME)."""
    api = ("restapis", ("$", "api"))
    trace = [("POST", ("restapis",), None, {"name": "reordered"}, "api"), ("GET", api + ("resources",), None, None, "root")]
    resources, deployments = ["root"], []
    while len(trace) < chance.randrange(10, 22):
        resource = ("$", chance.choice(resources))
        where = api + ("resources", resource)
        method = where + ("methods", chance.choice(("GET", "POST")))
        status = chance.choice(("200", "400"))
        kind = chance.randrange(14)
        if kind == 0:
            name = "r%d" % len(resources)
            trace.append(("POST", where, None, {"pathPart": chance.choice(("a", "b", "{id}", "{name}"))}, name))
            resources.append(name)
        elif kind in (1, 2):
            trace.append(("PUT", method, None, {"authorizationType": "NONE"}, None))
        elif kind in (3, 4):
            trace.append(("PUT", method + ("integration",), None, {"type": "MOCK", "timeoutInMillis": chance.choice((50, 60))}, None))
        elif kind == 5:
            trace.append(("PUT", method + ("responses", status), None, {}, None))
        elif kind == 6:
            body = chance.choice(({}, {"selectionPattern": "5.."}))
            trace.append(("PUT", method + ("integration", "responses", status), None, body, None))
        elif kind == 7:
            trace.append((chance.choice(("DELETE", "DELETE", "GET")), method, None, None, None))
        elif kind == 8:
            trace.append((chance.choice(("DELETE", "GET", "GET")), method + ("integration",), None, None, None))
        elif kind == 9 and resource[1] != "root":
            trace.append((chance.choice(("DELETE", "GET")), where, None, None, None))
        elif kind == 10:
            name = "d%d" % len(deployments)
            trace.append(("POST", api + ("deployments",), None, {"description": name}, name))
            deployments.append(name)
        elif kind == 11 and deployments:
            body = {"stageName": chance.choice(("one", "two")), "deploymentId": ("$", chance.choice(deployments))}
            trace.append(("POST", api + ("stages",), None, body, None))
        elif kind == 12:
            trace.append((chance.choice(("GET", "DELETE")), api + ("stages", chance.choice(("one", "two"))), None, None, None))
        else:
            trace.append(("GET", chance.choice((api, where, api + ("resources",), api + ("stages",))),
                          None, None, None))
    return trace


def filled(value, ids):
    if isinstance(value, (tuple, list)) and len(value) == 2 and value[0] == "$":
        return ids[value[1]]
    if isinstance(value, dict):
        return {k: filled(v, ids) for k, v in value.items()}
    return value


def perform(url, call, ids, headers=None):
    """(status, JSON, verdict) of a call; an id that its answer gives joins `ids`. KeyError where it lacks one."""
    method, labels, query, body, gives = call
    path = "/" + "/".join(filled(label, ids) for label in labels) + ("?" + query if query else "")
    body = json.dumps(filled(body, ids)).encode() if body is not None else b""
    signed = sigv4.signed_headers(url, method, path, body)
    answer = sigv4.send(url, method, path, body, headers={**signed, **(headers or {})})
    value = json.loads(answer.body) if answer.body else None
    if gives and answer.status < 300:
        ids[gives] = value["item"][0]["id"] if gives == "root" else value["id"]
    return answer.status, value, answer.headers.get("x-gwtape-verdict")


def is_left_out(name, value):
    """Dates; and what a list of resources shows of their methods without embed, which docs/related.md leaves out."""
    return name in DATES or (name == "resourceMethods" and not any(value.values()))


def named(value, names):
    """An answer with names in the place of ids, without what is left out."""
    if isinstance(value, dict):
        return {names.get(k, k): named(v, names) for k, v in value.items() if not is_left_out(k, v)}
    if isinstance(value, list):
        return sorted((named(v, names) for v in value), key=lambda x: json.dumps(x, sort_keys=True))
    return names.get(value, value) if isinstance(value, str) else value


def play(url, trace, order, headers=None):
    """{place in the trace: (status, answer, verdict)}; None where a call comes before the one that gives its id."""
    ids, answers, made = {}, {}, set()
    for n in order:
        try:
            answers[n] = perform(url, trace[n], ids, headers)
        except KeyError as missing:
            if missing.args[0] not in made:
                return None
            continue  # what would have given the id was refused
        made.add(trace[n][4])
    names = {text: name for name, text in ids.items()}
    return {n: (status, named(value, names), verdict) for n, (status, value, verdict) in answers.items()}


def by_call(trace, answers):
    """Answers by what was asked, in the order of the calls: of two equal calls nobody can tell which is which."""
    found = {}
    for n, answer in answers.items():
        found.setdefault(json.dumps(trace[n][:4]), []).append(answer[:2])
    return found


class Reorder(support.TestCase):
    def record(self, name, trace):
        """Through the proxy, one call after the other."""
        script = self.scratch / "trace.json"
        script.write_text(json.dumps(trace))
        done = self.gwtape("record", "--proxy", "--name", name, "--upstream", "sandbox", "--cassettes", self.scratch / "cassettes",
                           "--scenarios", self.scratch / "scenarios", "--", sys.executable, __file__, "--client", script)
        self.assertExit(done, 0)

    def admit(self, url, session, scenario):
        request = urllib.request.Request(url + "/_gwtape/sessions", json.dumps({"id": session, "scenarios": [scenario]}).encode())
        with urllib.request.urlopen(request, timeout=support.HANG_SECONDS) as answer:
            self.assertEqual(answer.status, 201)

    def test_harmful_orders_are_refused(self):
        chance = random.Random(SEED)
        traces = [draw(chance) for _ in range(max(1, REORDERINGS // EACH))]
        for n, trace in enumerate(traces):
            self.record("reorder/t%03d" % n, trace)
        judge = self.serve("sandbox", "--no-verify-signature")
        replay = self.serve("replay", "--cassettes", self.scratch / "cassettes", "--session-by", "header")
        counts = {"harmful": 0, "harmful passed": 0, "harmless": 0, "harmless refused": 0}
        for n, trace in enumerate(traces):
            was = play(judge.url, trace, range(len(trace)))
            same = 0
            for attempt in range(EACH * 20):
                if same == EACH:
                    break
                order = list(range(len(trace)))
                moved = order.pop(chance.choice([i for i in order[1:] if trace[i][0] != "GET"] or [1]))
                order.insert(chance.randrange(1, len(trace)), moved)
                now = play(judge.url, trace, order) if order != list(range(len(trace))) else None
                if now is None:
                    continue
                same += 1
                session = "t%d-%d" % (n, attempt)
                self.admit(replay.url, session, "reorder/t%03d" % n)
                answers = play(replay.url, trace, order, {"x-gwtape-session": session})
                harmless = by_call(trace, now) == by_call(trace, was)
                passed = answers is not None and all(v == "MATCH" for _, _, v in answers.values())
                counts["harmless" if harmless else "harmful"] += 1
                counts["harmless refused"] += harmless and not passed
                told = not passed or by_call(trace, answers) == by_call(trace, now)
                counts["harmful passed"] += not told
                if not told:
                    print("passes and is harmful:", json.dumps([trace[i] for i in order]), moved,
                          [(trace[i], was.get(i), now[i]) for i in now if i not in was or now[i][:2] != was[i][:2]][:2])
        print("reorderings: %s; harmless refused: %.0f %%" % (counts, 100 * counts["harmless refused"] / max(1, counts["harmless"])))
        self.assertGreater(counts["harmful"], 0)
        self.assertGreater(counts["harmless"], 0)
        self.assertEqual(counts["harmful passed"], 0)


def client(path):
    trace = [tuple(call) for call in json.loads(open(path, encoding="utf-8").read())]
    url, ids = os.environ["AWS_ENDPOINT_URL"], {}
    for call in trace:
        try:
            perform(url, call, ids)
        except KeyError:
            pass  # what would have given the id was refused


if __name__ == "__main__":
    if sys.argv[1:2] == ["--client"]:
        client(sys.argv[2])
    else:
        support.main()
