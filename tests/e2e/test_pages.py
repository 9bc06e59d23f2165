"""The HTML report and the live page: what is on them, and that they can be used, in a browser and without one.

GWTAPE_SCREENSHOTS=FOLDER keeps the pictures that docs/reports.md and README.md show.
"""

import base64
import hashlib
import html.parser
import http.client
import json
import os
import re
import subprocess
import sys
import unicodedata
import urllib.parse
from pathlib import Path

import browser
import sigv4
import support
import tape
from test_sessions import admin

GROUP = "types"
HOSTILE = ("</script></style></title></details><img src=x onerror='window.hacked=1'><b id=hacked><script>alert(window.hacked=1)"
           "</script><a href='javascript:hacked=1' onclick=hacked=1 autofocus onfocus='hacked=1'>--><iframe srcdoc='<script>"
           "parent.hacked=1</script>'>")
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(html.parser.HTMLParser):
    """A page as a browser would see its tags; every element is closed in turn."""

    def __init__(self, text):
        super().__init__()
        self.open, self.wrong, self.elements, self.text = [], [], [], []
        self.groups, self.table, self.after = [], [], 0
        self.raw = {"style": "", "script": ""}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.see(tag, dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def see(self, tag, attrs):
        """The groups of a report: their names and ("own" or "after", row); and its table's cells."""
        words = (attrs.get("class") or "").split()
        if tag == "section" and "group" in words:
            self.groups.append(["", []])
        elif tag == "details" and ("after" in words or self.after):
            self.after += 1
        if tag == "details" and "row" in words and self.groups:
            self.groups[-1][1].append(("after" if self.after else "own", attrs["id"]))
        elif tag == "li" and self.after:
            self.groups[-1][1].append(("after", ""))
        elif tag == "tr":
            self.table.append([])
        elif tag in ("td", "th"):
            self.table[-1].append("")

    def handle_endtag(self, tag):
        self.after -= tag == "details" and self.after > 0
        if not self.open or self.open.pop() != tag:
            self.wrong.append("</%s> at line %d" % (tag, self.getpos()[0]))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]] += data
        else:
            self.text.append(data)
        if "h3" in self.open and self.open[-1] == "h3" and self.groups and not self.groups[-1][1] and not self.groups[-1][0]:
            self.groups[-1][0] = data.strip()
        elif "li" in self.open and self.after and self.groups[-1][1][-1][1] == "":
            self.groups[-1][1][-1] = ("after", data.split(" ")[0])
        elif {"td", "th"} & set(self.open):
            self.table[-1][-1] += data

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    def policy(self):
        found = [m["content"] for m in self.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
        return dict(part.strip().split(" ", 1) for part in found[0].split(";"))


def hash_of(text):
    return "'sha256-%s'" % base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def groups_of(report):
    """What docs/reports.md says of the order, made of the JSON report."""
    root, broken, below, groups, order = {}, {}, {}, {}, []
    for i, row in enumerate(report["requests"], 1):
        scenario = row["scenario"]
        groups.setdefault(scenario, ([], []))
        if row["ok"]:
            groups[scenario][1].append(i)
            continue
        first = row.get("comesAfter")
        cause = first and broken.get((row["session"], first["scenario"], first["interaction"]))
        root[i] = root[cause] if cause else i
        broken[(row["session"], scenario, row["interaction"])] = i
        below.setdefault((scenario, row["interaction"]), root[i])
        if cause:
            below.setdefault(root[i], []).append(("after", "r%d" % i))
        else:
            groups[scenario][0].append(i)
            if scenario not in order:
                order.append(scenario)
    for unused in report["unused"]:
        after = unused.get("after")
        if after:
            at = below[(after["scenario"], after["interaction"])]
            below.setdefault(at, []).append(("after", "%(scenario)s#%(interaction)s" % unused))
    order += [s for s in groups if s not in order and groups[s][1]]
    return [[s or "(of no scenario)", [x for i in groups[s][0] for x in [("own", "r%d" % i)] + below.get(i, [])]
             + [("own", "r%d" % i) for i in groups[s][1]]] for s in order]


def own_breaches(report):
    """Those that are not folded below another."""
    return report["summary"]["broken"] - report["summary"]["consequences"]


# What a page's form depends on; everything else in a report is a text of somebody's.
WORDS = ("verdict", "level", "effect", "severity", "state", "result")


def poisoned(value, text, kept=(), name=None):
    """The same report with every text replaced, but those of the members `kept`."""
    if isinstance(value, dict):
        return {k: poisoned(v, text, kept, k) for k, v in value.items()}
    if isinstance(value, list):
        return [poisoned(v, text, kept, name) for v in value]
    return text if isinstance(value, str) and name not in kept else value


def unseen():
    """Every code point that Unicode calls a control, a format, a separator or a blank, but the space."""
    return [chr(c) for c in range(0x110000)
            if unicodedata.category(chr(c)) in ("Cc", "Cf", "Zs", "Zl", "Zp") and c != 0x20]


class PagesCase(support.TestCase):
    recorded = None

    def setUp(self):
        super().setUp()
        self.cassettes = self.scratch / "cassettes"
        if not PagesCase.recorded:
            self.record("cassettes", GROUP)
            PagesCase.recorded = support.snapshot(self.cassettes)
        for name, data in PagesCase.recorded.items():
            path = self.cassettes / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def calls(self, name):
        return tape.calls(tape.load(self.cassettes, name))

    def perform(self, url, name, change=None, agent="Boto3/1.26.27 md/Botocore#1.29.27", **signing):
        """All calls of a scenario; `change` is made to the members of its first PutIntegration."""
        answers, changed = [], False
        for call in self.calls(name):
            if change and not changed and call["operation"] == "PutIntegration":
                call["input"].update(change)
                changed = True
            answers.append(sigv4.perform(url, call, extra={"User-Agent": agent}, **signing))
        return [answer.verdict for answer in answers]

    def traffic(self, url):
        """Right and wrong calls of four clients; the verdicts, in order."""
        sdk, cli = "aws-sdk-js/3.1142.0", "aws-cli/2.9.19"
        made = self.perform(url, "types/aws")
        made += self.perform(url, "types/http", {"uri": "https://example.org/pets"}, agent=sdk)
        made += self.perform(url, "types/aws-proxy", agent=cli)
        made += self.perform(url, "types/http-proxy", {"timeoutInMillis": 29})
        made += self.perform(url, "types/mock", agent=sdk) + self.perform(url, "types/mock-drops", agent=cli)
        made += [self.tampered(url).verdict]
        made += self.perform(url, "types/http-vpc-link") + self.perform(url, "types/http-proxy-vpc-link", agent=sdk)
        return made

    def tampered(self, url):
        """Signed, then sent with another body."""
        method, path, body = sigv4.http_request(self.calls("types/http-proxy")[0])
        headers = sigv4.signed_headers(url, method, path, body, extra={
            "User-Agent": "my-signer/0.3", "X-Amz-Content-Sha256": hashlib.sha256(body).hexdigest()})
        return sigv4.send(url, method, path, body.replace(b"HTTP", b"http"), headers)

    def hostile(self, url):
        """A request whose every text is hostile."""
        put = self.calls("types/mock")[0]
        put["input"]["cacheNamespace"] = HOSTILE + "".join(unseen())
        method, path, _ = sigv4.http_request(put)
        members = {k: v for k, v in put["input"].items() if k not in sigv4.LABELS}
        body = json.dumps(members, ensure_ascii=False).encode()
        headers = sigv4.signed_headers(url, method, path, body)
        headers["User-Agent"] = HOSTILE.replace(" ", "/") + "\xff"
        return sigv4.send(url, method, path, body, headers)

    def hostile_pages(self):
        """(name, page) of each kind of HTML report, every text of it hostile; of all texts, and of those but the words."""
        _, replay = self.report(self.traffic)
        replay["requests"][0].update(session="s", waiver={"reason": "w"}, reason="r", request="q", note="n", fault=True)
        replay["requests"][1].update(session="s", waiver="w", text="t", detail="d")
        replay["summary"]["relaxations"] = ["x"]
        replay["unusedFailing"] = replay["unused"][:1]
        replay["coverage"] = {"types": ["A"], "matched": [1], "broken": [1], "options": [
            {"option": "o", "classes": 2, "cells": [{"sent": 1, "values": 1, "broken": False}]}]}
        verify = {"summary": {"requests": 1}, "exit": 1, "requests": [dict(row, client="c", waiver="w", reason="r", error="e",
                  refusal="f", signedHeaders=["s"]) for row in replay["requests"]], "scenarios": [
                      {"scenario": "a/b", "group": "a", "reason": "r"}],
                  "clients": [{"client": "c", "state": "ok", "version": "v", "why": "y", "cells": 1}],
                  "pairs": [{"a": "c", "b": "c", "level": "wire", "compared": 1}],
                  "retries": [{"client": "c", "fault": "f", "attempts": 2}], "evolution": [{"client": "c", "change": "x"}]}
        place = [{"scenario": "a/b", "interaction": "put"}]
        finding = {"rule": "r", "severity": "risky", "scenario": "a/b", "interaction": "put", "at": "/x", "was": 1, "now": "2",
                   "text": "t", "skeleton": "s", "places": place, "reason": "y"}
        drift = {"title": "t", "summary": {"scenarios": 1, "risky": 1}, "findings": [finding], "accepted": [finding],
                 "couldNotCheck": [{"scenario": "a/b", "reason": "r"}], "scenarios": [{"scenario": "a/b", "result": "r"}]}
        for name, report in (("replay", replay), ("verify", verify), ("drift", drift)):
            for kept in (WORDS, ()):
                done = subprocess.run([os.environ["GWTAPE_REPORT_PAGE"], name], stdout=subprocess.PIPE,
                                              input=json.dumps(poisoned(report, HOSTILE, kept)).encode(), check=True)
                yield name, done.stdout.decode()

    def report(self, traffic):
        """(path, the JSON beside it) of the report of a run."""
        server = self.serve("replay", "--cassettes", "cassettes", "--any-region", "--report", "html:report.html",
                            "--report", "json:report.json")
        traffic(server.url)
        done = server.stop()
        self.assertExit(done, 1)
        report = support.read_json(self.scratch / "report.json")
        consequences = report["summary"].get("consequences", 0)
        self.assertEqual("(%d of them as a consequence of one before)" % consequences in done.stderr, consequences > 0, done)
        return self.scratch / "report.html", report


class Markup(PagesCase):
    """Without a browser."""

    def assert_closed(self, page):
        self.assertEqual(page.wrong, [])
        self.assertEqual(page.open, [])

    def assert_alone(self, page, more=()):
        """One style and one script, named by the policy, and nothing that points elsewhere."""
        policy = page.policy()
        self.assertEqual(policy, {"default-src": "'none'", "style-src": hash_of(page.raw["style"]),
                                  "script-src": hash_of(page.raw["script"]), "img-src": "data:", "base-uri": "'none'",
                                  "form-action": "'none'", **dict(more)})
        self.assertEqual((len(page.all("style")), len(page.all("script"))), (1, 1))
        for tag, attrs in page.elements:
            self.assertEqual([n for n in attrs if n.startswith("on") or n in ("style", "srcset", "action")], [], tag)
            for name in ("src", "href"):
                self.assertRegex(attrs.get(name, "#"), r"^(#|data:|/_gwtape/)", tag)

    def test_a_report_stands_alone_and_says_what_the_json_says(self):
        path, report = self.report(self.traffic)
        text = path.read_text(encoding="utf-8")
        page = Page(text)
        self.assert_closed(page)
        self.assert_alone(page)
        rows = {attrs["id"]: attrs["class"] for attrs in page.all("details") if "row" in attrs.get("class", "").split()}
        self.assertEqual(rows, {"r%d" % i: "row ok" if r["ok"] else "row fail" for i, r in enumerate(report["requests"], 1)})
        seen = "".join(page.text)
        self.assertIn("%d of %d requests broke the contract" % (report["summary"]["broken"], len(rows)), seen)
        for row in report["requests"]:
            self.assertIn(row["requestId"], seen)
        for row in report["unused"]:
            self.assertIn("%s#%s" % (row["scenario"], row["interaction"]), seen)

    def test_requests_are_grouped_and_consequences_are_folded_below_their_breach(self):
        path, report = self.report(self.traffic)
        page = Page(path.read_text(encoding="utf-8"))
        self.assertEqual(page.groups, groups_of(report))
        folded = [row for _, rows in page.groups for row in rows if row[0] == "after"]
        self.assertEqual(len([r for r in folded if r[1].startswith("r")]), report["summary"]["consequences"])
        self.assertEqual(report["summary"]["consequences"], 2)
        listed = sorted(r[1] for r in folded if not r[1].startswith("r"))
        self.assertEqual(listed, sorted("%(scenario)s#%(interaction)s" % u for u in report["unused"] if "after" in u))
        self.assertIn("5 of 17 requests broke the contract, 2 as a consequence of one before", "".join(page.text))

    def test_what_was_sent_is_a_grid_of_types_and_options(self):
        path, report = self.report(self.traffic)
        grid = Page(path.read_text(encoding="utf-8")).table
        head, calls, options = grid[0], grid[1], {row[0]: dict(zip(grid[0][1:], row[1:])) for row in grid[2:]}
        self.assertEqual(head, ["option", "HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY"])
        puts = [r for r in report["requests"] if r["operation"] == "PutIntegration" and r["scenario"]]
        types = {r["scenario"]: next(c["input"]["type"] for c in self.calls(r["scenario"])) for r in puts}
        for kind, cell in zip(head[1:], calls[1:]):
            mine = [r for r in puts if types[r["scenario"]] == kind]
            broken = len([r for r in mine if not r["ok"]])
            self.assertEqual(cell, "%d, %d broken" % (len(mine), broken) if broken else str(len(mine) or "none"), kind)
        # What `gwtape coverage` counts of the same run, class by class.
        counted = self.gwtape("coverage", "--cassettes", "cassettes", "--of", "report.json", "--json")
        counted = json.loads(counted.stdout)
        classes = {}
        for cell in counted["covered"] + [c for c in counted["missing"] if "type" in c]:
            classes.setdefault((cell["option"], cell["type"]), []).append(cell["class"] if "scenario" in cell else None)
        broken = {(d.get("name") or d["at"].split("/")[1], types[r["scenario"]]) for r in puts if not r["ok"]
                  for d in r["differences"] if d["at"].startswith("/")}
        self.assertEqual(broken, {("uri", "HTTP"), ("timeoutInMillis", "HTTP_PROXY")})
        self.assertEqual(sorted(options), sorted({option for option, _ in classes}))
        for (option, kind), found in classes.items():
            sent = [c for c in found if c]
            wanted = "broken" if (option, kind) in broken else "never sent" if not sent else \
                "all %d" % len(found) if len(sent) == len(found) else "left out" if sent == ["absent"] else \
                "%d of %d" % (len(sent), len(found))
            self.assertEqual(options[option][kind], wanted, (option, kind))

    def test_nothing_of_any_report_is_markup_in_any_field(self):
        for name, page in self.hostile_pages():
            page = Page(page)
            self.assert_closed(page)
            self.assert_alone(page)
            self.assertEqual([attrs for tag, attrs in page.elements if tag in ("img", "b", "iframe") or attrs.get("id") == "hacked"], [], name)
            self.assertIn(HOSTILE, "".join(page.text), name)

    def test_the_report_explains_a_signature(self):
        path, report = self.report(self.tampered)
        signature = report["requests"][0]["signature"]
        self.assertEqual((signature["verdict"], signature["reason"]), ("invalid", "body-hash"))
        # AWS, "Create a signed request": the canonical request begins with the method and ends with the body's hash.
        method, url, body = sigv4.http_request(self.calls("types/http-proxy")[0])
        lines = signature["expectedCanonicalRequest"].split("\n")
        self.assertEqual(lines[:2], [method, url])
        self.assertEqual(lines[-1], hashlib.sha256(body.replace(b"HTTP", b"http")).hexdigest())
        self.assertEqual(signature["expectedStringToSign"].split("\n")[-1],
                         hashlib.sha256(signature["expectedCanonicalRequest"].encode()).hexdigest())
        text = "".join(Page(path.read_text(encoding="utf-8")).text)
        for part in (signature["detail"], signature["expectedCanonicalRequest"], signature["expectedStringToSign"]):
            self.assertIn(part, text)

    def test_no_session_token_gets_into_a_report(self):
        token = "IQoJb3JpZ2luX2VjEXAMPLETOKEN"
        path, report = self.report(lambda url: self.perform(url, "types/mock", secret_key="wrong", token=token))
        self.assertIn("x-amz-security-token:*\n", report["requests"][0]["signature"]["expectedCanonicalRequest"])
        for file in (path, self.scratch / "report.json"):
            self.assertNotIn(token, file.read_text(encoding="utf-8"))

    def test_nothing_of_a_presigned_url_that_is_secret_gets_out(self):
        server = self.serve("replay", "--cassettes", "cassettes", "--report", "html:report.html", "--report",
                            "json:report.json", "--report", "text:report.txt")
        method, path, body = sigv4.http_request(self.calls("types/mock")[1])
        token, told = "EXAMPLETOKEN", []
        query, signature = sigv4.presigned_query(server.url, method, path, body, token)
        for made in (signature, signature[::-1]):
            answer = sigv4.send(server.url, method, "%s?%s&X-Amz-Signature=%s" % (path, query, made),
                                headers={"Host": urllib.parse.urlsplit(server.url).netloc, "Accept": "application/json"})
            told.append(answer.verdict)
            self.assertNotIn(token, answer.body.decode())
            self.assertNotIn(made, answer.body.decode())
        self.assertEqual(told, ["WRONG_QUERY", "BAD_SIGNATURE"])
        done = server.stop()
        texts = [done.stderr, *(p.read_text(encoding="utf-8") for p in self.scratch.glob("report.*"))]
        self.assertEqual(len(texts), 4)
        for text in texts:
            for secret in (token, signature, signature[::-1]):
                self.assertNotIn(secret, text)

    def test_nothing_of_a_client_is_markup_and_nothing_of_it_is_hidden(self):
        path, report = self.report(self.hostile)
        text = path.read_text(encoding="utf-8")
        page = Page(text)
        self.assert_closed(page)
        self.assert_alone(page)
        self.assertEqual([attrs for tag, attrs in page.elements if tag in ("img", "b") or attrs.get("id") == "hacked"], [])
        self.assertIn(HOSTILE, "".join(page.text))
        # JSON has escapes for these; all others are there as their number, and not as themselves.
        numbers = set(re.findall(r'<span class="u">U\+([0-9A-F]+)</span>', text))
        missing = [c for c in unseen() if ord(c) >= 0x20 and "%04X" % ord(c) not in numbers]
        self.assertEqual(["U+%04X" % ord(c) for c in missing], [])
        self.assertEqual([c for c in unseen() if c in text and c != "\n"], ["\t"])
        self.assertIn("&gt;\\u0000\\u0001\\u0002", text)
        self.assertTrue(report["requests"][0]["client"].endswith("\ufffd"))


class Wire(PagesCase):
    """The live page and its rules, by HTTP."""

    def setUp(self):
        super().setUp()
        self.server = self.serve("replay", "--cassettes", "cassettes")
        self.authority = urllib.parse.urlsplit(self.server.url).netloc

    def ask(self, method, path, host=None, **headers):
        connection = http.client.HTTPConnection(self.authority, timeout=support.HANG_SECONDS)
        try:
            connection.putrequest(method, path, skip_host=True)
            connection.putheader("Host", host or self.authority)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            return sigv4.Answer(connection.getresponse())
        finally:
            connection.close()

    def journal(self, query=""):
        return self.ask("GET", "/_gwtape/journal" + query).json()

    def test_the_page_is_alone_but_for_its_own_server(self):
        for path in ("/_gwtape", "/_gwtape/"):
            answer = self.ask("GET", path)
            self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "text/html; charset=utf-8"), path)
        page = Page(answer.body.decode())
        Markup.assert_closed(self, page)
        Markup.assert_alone(self, page, {"connect-src": "'self'"})
        header = answer.headers["Content-Security-Policy"]
        self.assertIn("script-src %s;" % hash_of(page.raw["script"]), header)
        self.assertTrue(header.endswith("frame-ancestors 'none'"), header)
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertIsNone(answer.headers["Access-Control-Allow-Origin"])

    def test_a_name_that_only_resolves_to_this_machine_reads_nothing(self):
        port = self.authority.rpartition(":")[2]
        for path in ("/_gwtape/", "/_gwtape/journal", "/_gwtape/health"):
            for host in ("evil.example:" + port, "127.0.0.1.evil.example:" + port, "0.0.0.0:" + port):
                answer = self.ask("GET", path, host)
                self.assertEqual((answer.status, list(answer.json())), (403, ["message"]), (path, host))
            for host in ("localhost:" + port, "[::1]:" + port):
                self.assertEqual(self.ask("GET", path, host).status, 200, (path, host))

    def test_another_site_changes_nothing(self):
        self.perform(self.server.url, "types/mock")
        for headers in ({"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Origin": "null"},
                        {"Origin": "http://localhost:1", "Sec_Fetch_Site": "same-site"}):
            for path in ("/_gwtape/reset", "/_gwtape/sessions", "/_gwtape/sessions/default/reset",
                         "/_gwtape/sessions/default/verify"):
                self.assertEqual(self.ask("POST", path, **headers).status, 403, (path, headers))
            for method in ("PUT", "DELETE"):
                answer = self.ask(method, "/_gwtape/sessions/default/scenarios", **headers)
                self.assertEqual(answer.status, 403, (method, headers))
        self.assertEqual(self.journal()["total"], 2)
        own = {"Origin": self.server.url, "Sec_Fetch_Site": "same-origin"}
        self.assertEqual(self.ask("POST", "/_gwtape/reset", **own).status, 200)
        self.assertEqual(self.journal()["total"], 0)

    def test_a_browsers_icon_is_no_breach_and_a_clients_request_for_it_is(self):
        icon = self.ask("GET", "/favicon.ico", Sec_Fetch_Dest="image")
        self.assertEqual((icon.status, self.journal()["total"]), (404, 0))
        self.assertEqual((self.ask("GET", "/favicon.ico").status, self.journal()["total"]), (422, 1))

    def schema(self):
        text = support.run([support.DEBIAN_PYTHON, "-c", "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), "
                            "sys.stdout)"], self.env, stdin=(support.SOURCE / "docs/schema/admin.yaml").read_text())
        if text.code:
            support.skip("Debian's python3-yaml is not installed")
        return json.loads(text.stdout)

    def test_every_call_of_the_schema_is_answered_as_it_says_and_no_other_method_is(self):
        methods = {"get", "put", "post", "delete"}
        bodies = {("/_gwtape/sessions/{id}/scenarios", "put"): b'{"scenarios": ["types/mock"]}'}
        for path, calls in self.schema()["paths"].items():
            for method in methods:
                connection = http.client.HTTPConnection(self.authority, timeout=support.HANG_SECONDS)
                connection.request(method.upper(), path.replace("{id}", "default"), bodies.get((path, method)))
                status = connection.getresponse().status
                connection.close()
                with self.subTest(path=path, method=method):
                    if method in calls:
                        self.assertIn(str(status), calls[method]["responses"])
                        self.assertNotIn(status, (400, 404, 405))
                    else:
                        self.assertEqual(status, 405)

    def test_entries_are_as_the_schema_says(self):
        schema = self.schema()["components"]["schemas"]["Journal"]
        self.traffic(self.server.url)
        journal = self.journal("?form=html")
        self.assertEqual(set(journal), set(schema["required"]))
        item = schema["properties"]["entries"]["items"]
        for entry in journal["entries"]:
            self.assertLessEqual(set(item["required"]), set(entry))
            self.assertLessEqual(set(entry), set(item["properties"]))

    def test_the_journal_of_a_broken_request_has_its_differences(self):
        verdicts = self.traffic(self.server.url)
        journal = self.journal()
        self.assertEqual([e["verdict"] for e in journal["entries"]], verdicts)
        self.assertEqual(journal["broken"], len([e for e in journal["entries"] if not e["ok"]]))
        late = next(e for e in journal["entries"] if e["verdict"] == "EXTRA_FIELD")
        self.assertEqual([(d["at"], d.get("expected"), d["got"]) for d in late["differences"]],
                         [("/timeoutInMillis", None, 29)])
        self.assertEqual(self.journal("?after=%d" % (len(verdicts) - 1))["entries"], journal["entries"][-1:])


def luminance(colour):
    """WCAG 2, relative luminance of rgb(r, g, b)."""
    parts = [int(float(x)) / 255 for x in re.findall(r"[\d.]+", colour)[:3]]
    r, g, b = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(colours):
    light, dark = sorted((luminance(c) for c in colours), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class BrowserCase(PagesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = browser.Browser.start(cls)

    def keep(self, name):
        """A picture for the documents, where one was asked for."""
        if os.environ.get("GWTAPE_SCREENSHOTS"):
            self.browser.shot(Path(os.environ["GWTAPE_SCREENSHOTS"]) / name)

    def assert_quiet(self, allowed):
        """Nothing was asked for but `allowed`, and the console is empty: no error, nothing that the policy stopped."""
        seen = self.browser.seen()
        self.assertEqual([u for u in seen["requests"] if not u.startswith(("data:", allowed))], [])
        self.assertEqual((seen["messages"], seen["dialogs"]), ([], []))

    def assert_readable(self, *places):
        for at in places:
            self.assertGreaterEqual(contrast(self.browser.colours(at)), 4.5, at)

    def tab_to(self, at, key="Tab"):
        """Press Tab until the focus is there, and seen there."""
        for _ in range(60):
            self.browser.press(key)
            if self.browser.run("document.activeElement.matches(%s)" % json.dumps(at)):
                seen = ":focus + label" if "#show" in at else ":focus"
                self.assertEqual(self.browser.style(seen, "outlineStyle"), "solid", "%s: no focus is seen" % at)
                return
        self.fail("%s never gets to %s" % (key, at))


class Report(BrowserCase):
    def test_a_click_opens_a_difference_in_both_schemes(self):
        path, report = self.report(self.traffic)
        at = next(i for i, r in enumerate(report["requests"], 1) if r["verdict"] == "WRONG_VALUE")
        backs = []
        for scheme in ("light", "dark"):
            self.browser.open(path.as_uri(), scheme=scheme, height=760)
            self.keep("report-%s.png" % scheme)
            for _ in range(2):  # it is open: shut it, and open it again
                self.browser.click("#r%d > summary" % at)
            self.assertEqual(self.browser.read("#r%d .expected h4" % at), "expected")
            self.assertEqual(self.browser.read("#r%d .got h4" % at), "got")
            self.assertEqual(self.browser.read("#r%d .expected pre" % at), '"https://example.com/pets"')
            self.assertEqual(self.browser.read("#r%d .got pre" % at), '"https://example.org/pets"')
            self.assertEqual(self.browser.read("#r%d .got mark" % at), "org")
            self.assert_readable("body", ".brand", "#r%d .word" % at, ".ok .mark", "#r%d .mark" % at, ".held", ".who",
                                 ".expected h4", ".expected pre", ".expected mark", ".got h4", ".got pre", ".got mark",
                                 ".facts dt", ".box summary", ".tools label", ".tools button")
            backs.append(self.browser.colours("body")[1])
            self.assert_quiet(path.as_uri())
        self.assertGreater(luminance(backs[0]), 0.7)
        self.assertLess(luminance(backs[1]), 0.1)

    def test_the_keyboard_alone_is_enough(self):
        path, report = self.report(self.traffic)
        broken = report["summary"]["broken"]
        self.browser.open(path.as_uri())
        self.browser.press("Tab")
        self.assertEqual(self.browser.run("document.activeElement.className"), "skip")
        self.browser.press("Enter")
        self.assertEqual(self.browser.run("document.activeElement.id"), "main")
        self.tab_to("#show-all")
        self.browser.press("ArrowRight")
        self.assertEqual(self.browser.count(".row"), own_breaches(report))
        self.assertIn("%d of %d shown" % (broken, len(report["requests"])), self.browser.read("#shown"))
        self.tab_to("#search")
        self.browser.type("types/http EXAMPLE.ORG")
        self.assertEqual(self.browser.count(".row"), 1)
        self.browser.press("Escape")
        self.browser.gone("#shown:has-text('1 of')")
        self.browser.type("timeoutInMillis")
        self.tab_to(".row > summary")
        self.browser.press("Enter")
        self.browser.wait(".row[open] .got pre", "29")
        self.browser.press("Enter")
        self.browser.gone(".row[open] .got pre >> text=29")
        self.assert_quiet(path.as_uri())

    def test_arrows_go_from_row_to_row(self):
        path, report = self.report(self.traffic)
        self.browser.open(path.as_uri())
        self.tab_to(".row > summary")
        focused = "document.activeElement.parentElement.id"
        rows = [row for _, group in groups_of(report) for kind, row in group if kind == "own"]
        self.assertEqual(self.browser.run(focused), rows[0])
        for key, row in (("ArrowDown", 1), ("End", -1), ("ArrowDown", -1), ("ArrowUp", -2), ("Home", 0)):
            self.browser.press(key)
            self.assertEqual(self.browser.run(focused), rows[row], key)

    def test_an_address_names_a_request(self):
        path, _ = self.report(self.traffic)
        self.browser.open(path.as_uri() + "#r2")
        self.browser.wait("#r2[open] .facts")
        self.assertLess(abs(self.browser.run("document.getElementById('r2').getBoundingClientRect().top")), 800)

    def test_it_works_without_javascript_and_on_paper(self):
        path, report = self.report(self.traffic)
        self.browser.open(path.as_uri(), script=False)
        self.assertEqual(self.browser.count("#search"), 0)
        self.browser.click("label[for=show-broken]")
        self.assertEqual(self.browser.count(".row"), own_breaches(report))
        self.browser.wait(".row.fail[open] .got pre")
        self.browser.click(".group > .row.fail:not([open]) > summary")
        self.assertEqual(self.browser.count(".row.fail[open]"), 2)
        self.browser.media("print")
        self.assertEqual(self.browser.count(".tools"), 0)
        self.assertGreater(self.browser.count(".got pre"), 0)

    def test_hostile_text_does_nothing(self):
        path, _ = self.report(self.hostile)
        self.browser.open(path.as_uri())
        self.assertEqual(self.browser.run("typeof window.hacked"), "undefined")
        self.assertEqual(self.browser.count("#hacked"), 0)
        self.assertIn(HOSTILE, self.browser.read(".row .got pre"))
        self.assert_quiet(path.as_uri())

    def test_hostile_text_in_every_field_of_every_report_does_nothing(self):
        for at, (name, page) in enumerate(self.hostile_pages()):
            path = self.scratch / ("%s-%d.html" % (name, at))
            path.write_text(page, encoding="utf-8")
            self.browser.open(path.as_uri())
            self.browser.run("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
            self.browser.run("document.querySelectorAll('summary, h3, td, li').forEach((part) => part.click())")
            self.assertEqual(self.browser.run("typeof window.hacked"), "undefined", name)
            self.assertEqual(self.browser.run("document.querySelectorAll('#hacked, img, iframe, [onerror], [onclick]').length"), 0, name)
            self.assertIn(HOSTILE[:60], self.browser.run("document.body.textContent"), name)
            self.assert_quiet(path.as_uri())

    def test_consequences_are_folded_below_their_breach_and_can_be_opened(self):
        path, report = self.report(self.traffic)
        consequences = report["summary"]["consequences"]
        self.browser.open(path.as_uri(), script=False)
        self.assertEqual(self.browser.count(".after .row"), 0)
        self.browser.click(".after > summary")
        self.assertEqual(self.browser.count(".after .row"), 1)
        self.browser.open(path.as_uri())
        self.browser.click("#open-all")
        self.assertEqual(self.browser.count(".after .row[open]"), consequences)
        self.keep("report-open.png")
        self.browser.open(path.as_uri())
        inner = self.browser.run("document.querySelector('.after .row').id")
        self.browser.open(path.as_uri() + "#" + inner)
        self.browser.wait("#%s[open] .facts" % inner)
        self.assert_quiet(path.as_uri())

    def test_the_grid_is_readable_in_both_schemes(self):
        path, _ = self.report(self.traffic)
        for scheme in ("light", "dark"):
            self.browser.open(path.as_uri(), scheme=scheme, script=False)
            self.assert_readable(".coverage td.broken", ".coverage td.sent", ".coverage td.never", ".coverage th", ".group h3",
                                 ".group h3 strong", ".coverage p")
            if os.environ.get("GWTAPE_SCREENSHOTS"):
                self.browser.shot(Path(os.environ["GWTAPE_SCREENSHOTS"]) / ("whole-%s.png" % scheme), whole=True)

    def test_a_narrow_window_has_no_sideways_scrolling(self):
        path, _ = self.report(self.traffic)
        self.browser.open(path.as_uri(), width=360)
        self.browser.click("#open-all")
        self.assertLessEqual(self.browser.run("document.documentElement.scrollWidth"), 360)


class Live(BrowserCase):
    def live(self, *args, **how):
        self.server = self.serve("replay", "--cassettes", "cassettes", *args)
        self.browser.open(self.server.url + "/_gwtape/", **how)
        self.browser.wait("#says", "Waiting for the first request")

    def test_requests_come_in_and_a_click_opens_a_difference(self):
        for scheme in ("light", "dark"):
            self.live(scheme=scheme, height=760)
            self.browser.wait("#empty", self.server.url)
            verdicts = self.traffic(self.server.url)
            broken = len([v for v in verdicts if v != "MATCH"])
            self.browser.wait("#says", "%d of %d requests broke the contract" % (broken, len(verdicts)))
            self.assertEqual(self.browser.count(".row"), len(verdicts))
            self.browser.click(".row:has-text('EXTRA_FIELD') > summary")
            self.assertEqual(self.browser.read(".row[open] .expected p"), "nothing: it is absent")
            self.assertEqual(self.browser.read(".row[open] .got pre"), "29")
            self.keep("live-%s.png" % scheme)
            self.assert_readable("body", ".brand", ".row[open] .word", ".ok .mark", ".row[open] .mark", ".got pre",
                                 ".expected p", ".tools button")
            # What was opened stays open, and where it was, when more comes.
            self.perform(self.server.url, "types/aws")
            self.browser.wait("#says", "of %d requests" % (len(verdicts) + 2))
            self.assertEqual(self.browser.read(".row[open] .got pre"), "29")
            self.assertEqual(self.browser.run("document.querySelector('.row .clock').closest('.row').id"),
                             "r%d" % (len(verdicts) + 2))
            self.assert_quiet(self.server.url + "/_gwtape/")
            self.assertExit(self.server.stop(), 1)

    def test_the_keyboard_alone_is_enough(self):
        self.live()
        self.traffic(self.server.url)
        self.browser.wait("#says", "broke the contract")
        self.tab_to("#show-all")
        self.browser.press("ArrowRight")
        self.tab_to(".row.fail > summary")
        self.browser.press("Enter")
        self.browser.wait(".row[open] .facts")
        self.browser.press("ArrowDown", "Enter")
        self.assertEqual(self.browser.count(".row[open]"), 2)
        self.tab_to("#reset", "Shift+Tab")
        self.browser.press("Enter")
        self.browser.wait("#says", "Waiting for the first request")
        self.browser.wait("#empty")
        self.assertEqual(self.browser.count(".row"), 0)
        self.perform(self.server.url, "types/mock")
        self.browser.wait("#says", "Every request matched: 2")

    def test_pausing_holds_the_list(self):
        self.live()
        self.browser.click("#pause")
        self.browser.wait("#says", "Paused")
        self.perform(self.server.url, "types/mock")
        self.browser.click("#pause")
        self.browser.wait("#says", "Every request matched: 2")

    def test_a_lost_connection_is_said_and_what_came_stays(self):
        self.live()
        self.traffic(self.server.url)
        self.browser.wait("#says", "broke the contract")
        rows = self.browser.count(".row")
        self.browser.cut("**/_gwtape/journal*")
        self.browser.wait("#says", "does not answer")
        self.assertEqual((self.browser.read("#mark"), self.browser.count(".row")), ("lost", rows))
        self.browser.mend("**/_gwtape/journal*")
        self.browser.wait("#says", "broke the contract")
        self.assertEqual(self.browser.count(".row"), rows)
        self.assertExit(self.server.stop(), 1)
        self.browser.wait("#says", "does not answer")

    def test_on_a_listener_of_its_own_it_names_the_endpoint(self):
        self.server = self.serve("replay", "--cassettes", "cassettes", "--admin", "127.0.0.1:0")
        line = self.server.said("admin API on ")
        self.browser.open(line.split()[3])
        self.browser.wait("#empty", self.server.url)
        self.perform(self.server.url, "types/mock")
        self.browser.wait("#says", "Every request matched: 2")
        self.assertEqual(self.browser.read("#endpoint"), self.server.url)

    def test_sessions_are_told_apart(self):
        self.live("--session-by", "access-key")
        admin(self.server.url, "POST", "sessions", {"id": "AKIDONE", "scenarios": ["types/mock"]})
        self.perform(self.server.url, "types/mock", access_key="AKIDONE")
        self.perform(self.server.url, "types/http", {"timeoutInMillis": 29}, access_key="AKIDTWO")
        # the second reads what was never put: its 404 is recorded (types/aws)
        self.browser.wait("#sessions-list button", "AKIDTWO 2 requests, 1 broken")
        self.browser.wait("#sessions-list button", "AKIDONE 2 requests, 0 broken, only types/mock")
        self.assertEqual(self.browser.count(".row"), 4)
        self.browser.click("#sessions-list button:has-text('AKIDONE')")
        self.assertEqual(self.browser.count(".row"), 2)
        self.assertEqual(self.browser.count(".row.ok"), 2)
        self.browser.click("#sessions-list button:has-text('AKIDONE')")
        self.assertEqual(self.browser.count(".row"), 4)

    def test_hostile_text_does_nothing(self):
        self.live()
        self.hostile(self.server.url)
        self.browser.wait("#says", "1 of 1 request broke the contract")
        self.browser.click(".row > summary")
        self.assertIn(HOSTILE, self.browser.read(".row .got pre"))
        self.assertEqual(self.browser.run("typeof window.hacked"), "undefined")
        self.assertEqual(self.browser.count("#hacked"), 0)
        self.assert_quiet(self.server.url + "/_gwtape/")


if __name__ == "__main__":
    sys.exit(support.main())
