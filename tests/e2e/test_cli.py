"""The command line itself: version, help, refusals."""

import json
import os
import shutil
import subprocess
import urllib.parse

import recast
import sigv4
import support


class Basics(support.TestCase):
    def test_version_names_the_program_and_a_version(self):
        done = self.gwtape("--version")
        self.assertExit(done, 0)
        self.assertRegex(done.stdout, r"\Agwtape \d+\.\d+\.\d+\n\Z")
        self.assertEqual(done.stderr, "")


class Config(support.TestCase):
    def config(self, cwd=None, code=0, env=None, **members):
        (self.scratch / "gwtape.json").write_text(json.dumps(members))
        done = self.gwtape("config", "--json", cwd=cwd, env=env)
        self.assertExit(done, code)
        return {o["option"]: o["value"] for o in json.loads(done.stdout) if o["command"] == "replay"} if not code \
            else done.stderr

    def test_paths_are_relative_to_the_file_they_stand_in(self):
        below = self.scratch / "a" / "b"
        below.mkdir(parents=True)
        members = {"cassettes": "tapes@HEAD", "report": ["json:out/r.json", "text:-", "tap:/r.tap"], "cache": "off"}
        self.assertEqual(self.config(**members)["cassettes"], "tapes@HEAD")
        found = self.config(cwd=below, **members)
        self.assertEqual(found["cassettes"], "%s/tapes@HEAD" % self.scratch)
        self.assertEqual(found["report"], "json:%s/out/r.json, text:-, tap:/r.tap" % self.scratch)
        self.assertEqual(found["cache"], "off")

    def test_a_bad_value_in_the_file_is_malformed_input(self):
        self.assertIn("gwtape.json:1:11: 'level' must be one of wire|", self.config(level="exact", code=3))
        self.assertIn("gwtape.json:1:2: no command has an option of this name", self.config(levle="wire", code=3))
        self.assertIn("must be a whole number", self.config(threads=1.5, code=3))
        (self.scratch / "gwtape.json").write_text('{"level": "wire", "level": "effect"}')
        done = self.gwtape("config")
        self.assertExit(done, 3)
        self.assertRegex(done.stderr, r"gwtape\.json:1:\d+: a member of this name is there already")

    def test_a_flag_in_the_environment_is_true_or_false(self):
        for word, value in (("true", "true"), ("1", "true"), ("false", None), ("0", None), ("", None)):
            self.assertEqual(self.config(env={"GWTAPE_ANY_REGION": word}).get("any-region"), value, word)
        self.assertIn("must be true or false, not 'no'", self.config(code=2, env={"GWTAPE_ANY_REGION": "no"}))


    def test_each_option_says_what_it_takes(self):
        rows = [
            ("replay --threads 99999", "'--threads' must be a whole number, at most 64, not '99999'"),
            ("replay --delay 2s", "'--delay' must be a whole number, at most 600000, not '2s'"),
            ("replay --level exact", "'--level' must be one of wire|signed|contract|effect, not 'exact'"),
            ("replay --order strictly", "'--order' must be one of causal|strict|none, not 'strictly'"),
            ("replay --min-evidence good", "must be one of aws-live|aws-published|documented|guessed, not 'good'"),
            ("record --rate 0", "'--rate' must be a number of calls a second, not '0'"),
            ("record --jobs 65", "'--jobs' must be a whole number, at most 64, not '65'"),
            ("drift --upstream ftp://h", "'--upstream' must be aws|sandbox or an http(s) URL"),
            ("drift --fail-on never", "'--fail-on' must be one of breaking|risky|info, not 'never'"),
            ("verify --timeout 3601", "'--timeout' must be a whole number, at most 3600, not '3601'"),
            # the first of two
            ("replay --delay x --threads 99999", "'--delay'"),
            ("replay --threads 99999 --delay x", "'--threads'"),
        ]
        for words, message in rows:
            with self.subTest(words):
                ran = self.gwtape(*words.split(), cwd=self.scratch)
                self.assertExit(ran, 2)
                self.assertIn(message, ran.stderr)

    def test_numbers_of_the_file_are_numbers_or_texts_and_paths_are_relative_to_it(self):
        (self.scratch / "gwtape.json").write_text(
            '{"rate": 2.5, "delay": "30", "jobs": 3, "level": "signed", "report": ["json:out.json"], "cache": "off"}')
        (self.scratch / "sub").mkdir()
        ran = self.gwtape("config", "--json", cwd=self.scratch / "sub")
        self.assertExit(ran, 0)
        found = {(row["command"], row["option"]): row["value"] for row in json.loads(ran.stdout)}
        self.assertEqual(found, {
            ("record", "jobs"): "3", ("record", "rate"): "2.5", ("drift", "jobs"): "3", ("drift", "rate"): "2.5",
            ("replay", "delay"): "30", ("replay", "level"): "signed", ("verify", "level"): "signed",
            ("compare", "level"): "signed", ("replay", "cache"): "off",
            ("replay", "report"): "json:%s/out.json" % self.scratch, ("verify", "report"): "json:%s/out.json" % self.scratch})
        for member, what in (('"delay": 1.5', "'delay' must be a whole number"), ('"report": [1]', "'report' must be a list of strings"),
                             ('"level": 1', "'level' has the wrong type"), ('"watch": "true"', "'watch' has the wrong type")):
            (self.scratch / "gwtape.json").write_text("{%s}" % member)
            ran = self.gwtape("config", cwd=self.scratch)
            self.assertExit(ran, 3)
            self.assertIn(what, ran.stderr)


class Revisions(support.TestCase):
    def test_a_folder_may_have_an_at_sign_and_a_revision_too(self):
        cassettes = self.scratch / "tapes@home"
        self.record(cassettes, "types/mock")
        (cassettes / "types" / "mock.json").write_text("{")
        for revision, code in (("", 3), ("@HEAD", 5), ("@HEAD@{0}", 5), ("@nowhere", 3)):
            done = self.gwtape("replay", "--no-guard", "--cassettes", "%s%s" % (cassettes, revision), "--", "true")
            self.assertExit(done, code)


HOSTILE = "a\u202eb\u0085c\x1b[31md\u2066e"


class Streams(support.TestCase):
    """What commands say is UTF-8 without controls that speak to a terminal, whatever names they were given."""

    COMMANDS = [("record", "N"), ("record", "--scenarios", "N"), ("record", "--proxy", "--name", "N", "--", "true"),
                ("replay", "--scenario", "N", "--", "true"), ("replay", "--cassettes", "N", "--", "true"),
                ("lint", "N"), ("show", "N"), ("ls", "--scenarios", "N"), ("import", "har", "N"), ("import", "vcr", "N"),
                ("compare", "N", "N"), ("inspect", "N"), ("drift", "N/", "N/"), ("drift", "--model", "N"), ("history", "N"),
                ("verify", "--client", "N"), ("coverage", "--of", "N"), ("scrub", "N"), ("export", "N"),
                ("completion", "N"), ("help", "N"), ("N",), ("--N",), ("sandbox", "--fault", "N"), ("git-textconv", "N")]

    def test_hostile_names_on_stderr(self):
        for name in (HOSTILE.encode(), b"\xff\xfe" + HOSTILE.encode() + b"\xc3"):
            for command in self.COMMANDS:
                words = [support.BINARY.__fspath__().encode()] + [w.encode().replace(b"N", name) if "N" in w else w.encode()
                                                                  for w in command]
                done = subprocess.run(words, env=self.env, cwd=self.scratch, stdin=subprocess.DEVNULL, capture_output=True,
                                      timeout=support.HANG_SECONDS)
                text = done.stderr.decode("utf-8")  # or it is not UTF-8
                self.assertNotEqual(done.returncode, 0, command)
                self.assertEqual([c for c in text if (ord(c) < 32 and c not in "\n\t") or 0x7f <= ord(c) < 0xa0
                                  or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"], [], (command, text))

    def test_hostile_texts_on_stdout(self):
        group = self.scratch / "scenarios" / "g"
        group.mkdir(parents=True)
        (group / "a.yaml").write_text(json.dumps({"about": HOSTILE, "steps": [
            {"id": "put", "call": "PutIntegration", "input": {"restApiId": "${restApiId}", "resourceId": "${resourceId}",
                                                              "httpMethod": "GET", "type": "MOCK"}}]}))
        (self.scratch / ("x" + HOSTILE + ".txt")).write_text("AKIA" + "QWERTYUIOPASDFGH")
        for command in (("ls", "--scenarios", "scenarios"), ("show", "g/a", "--scenarios", "scenarios"), ("lint", "scenarios"),
                        ("scrub", ".")):
            done = self.gwtape(*command)
            said = done.stdout + done.stderr
            self.assertTrue(said, command)
            self.assertEqual([c for c in said if (ord(c) < 32 and c not in "\n\t") or 0x7f <= ord(c) < 0xa0
                              or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"], [],
                             (command, said))

    def test_hostile_settings_and_requests(self):
        folder = self.scratch / "set"
        folder.mkdir()
        (folder / "gwtape.json").write_text(json.dumps({"cassettes": HOSTILE, "region": HOSTILE, "report": ["json:" + HOSTILE]}))
        for args in ((), ("--json",)):
            done = self.gwtape("config", *args, cwd=folder)
            self.assertExit(done, 0)
            self.assert_clean(done.stdout + done.stderr, "config")
            self.assertIn("202e", done.stdout)
        for body in (json.dumps({"type": HOSTILE}, ensure_ascii=False).encode(), b"\0\xe2\x80\xae\x1b[1m", b"\xff\x9b\x1b[1m"):
            head = "PUT /restapis/a/resources/b/methods/GET/integration HTTP/1.1\r\nHost: x\r\nX-A: b\u202ec\r\nContent-Length: %d\r\n\r\n"
            (folder / "a.http").write_bytes((head % len(body)).encode() + body)
            for args in (("inspect", "a.http"), ("inspect", "--json", "a.http"), ("compare", "a.http", "a.http")):
                done = self.gwtape(*args, cwd=folder)
                self.assert_clean(done.stdout + done.stderr, (args, body))

    def test_the_line_of_a_terminal(self):
        """What record shows while it runs: the line clears itself, and nothing else in it speaks to the terminal."""
        group = self.scratch / "scenarios" / "g"
        group.mkdir(parents=True)
        for name in "abc":
            (group / (name + ".yaml")).write_text(json.dumps({"about": HOSTILE, "fixtures": ["rest-api"], "steps": [
                {"id": "get", "call": "GetRestApi", "input": {"restApiId": "${restApiId}"}, "expect": {"status": 418}}]}))
        main, end = os.openpty()
        words = [support.BINARY, "record", "--upstream", "sandbox", "--scenarios", "scenarios", "--cassettes", HOSTILE]
        done = subprocess.run(words, env=self.env, cwd=self.scratch, stdin=subprocess.DEVNULL, stdout=end, stderr=end,
                              timeout=support.HANG_SECONDS)
        os.close(end)
        said = b""
        try:
            while True:
                said += os.read(main, 65536)
        except OSError:  # Linux: the other end is closed
            os.close(main)
        self.assertEqual(done.returncode, 1, said)
        self.assertIn(b"\r\033[K1 of 3: g/", said)
        self.assert_clean(said.replace(b"\r\033[K", b"").replace(b"\r\n", b"\n").replace(b"\033[31m", b"")
                          .replace(b"\033[0m", b""), "record")

    def assert_clean(self, text, where):
        """UTF-8 in which nothing speaks to a terminal, and no line begins as a command of GitHub's that is not ours."""
        text = text.decode("utf-8") if isinstance(text, bytes) else text
        self.assertEqual([c for c in text if (ord(c) < 32 and c not in "\n\t") or 0x7f <= ord(c) < 0xa0
                          or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"], [], (where, text))
        for line in text.split("\n"):
            self.assertFalse(line.strip().startswith(("::error::hacked", "not ok 99", "Bail out")), (where, line))

    def test_hostile_requests_in_every_report_and_answer(self):
        """In the path, the query, a header, a member's value and its name; JSON escapes and raw bytes that are not UTF-8."""
        cassettes = self.scratch / "cassettes"
        self.record(cassettes, "types/mock", "--no-commit")
        value = HOSTILE + "\0]]>\n::error::hacked%0A::error::hacked\r\nnot ok 99 - x # SKIP\nBail out! \u009b31m\u200f"
        body = json.dumps({"type": "MOCK", "cacheNamespace": value, value: 1})
        path = "/restapis/a1b2c3d4e5/resources/x9y8z7/methods/GET/integration"
        quoted = urllib.parse.quote(value, safe="")
        formats = ("json", "text", "junit", "tap", "github", "html", "markdown")
        server = self.serve("replay", "--cassettes", cassettes,
                            *[o for f in formats for o in ("--report", "%s:%s" % (f, self.scratch / f))])
        sandbox = self.serve("sandbox")
        proxy = self.serve("record", "--proxy", "--name", "a/b", "--no-commit")
        for name, target in (("replay", server), ("sandbox", sandbox), ("proxy", proxy)):
            for place, data in ((path, body.encode()), (path, json.dumps(json.loads(body), ensure_ascii=False).encode()),
                                (path, b'{"type":"\xff\xc2\x9b\xe2\x80\xae"}'), (path + "?x=" + quoted, b""),
                                ("/restapis/" + quoted, b""), ("/restapis/%ff%c2%9b%e2%80%ae", b"")):
                for agent in ("x", HOSTILE.encode()):
                    answer = sigv4.send(target.url, "PUT", place, data, headers={
                        **sigv4.signed_headers(target.url, "PUT", place, data), "User-Agent": agent})
                    self.assert_clean(answer.body, (name, place))
            done = target.stop()
            self.assert_clean(done.stdout + done.stderr, name)
        for name in formats:
            self.assert_clean((self.scratch / name).read_bytes(), name)
        self.assertEqual(len(support.read_json(self.scratch / "json")["requests"]), 12)

    def test_hostile_values_in_plans_drift_and_history(self):
        scenario = self.scratch / "scenarios" / "g" / "a.yaml"
        scenario.parent.mkdir(parents=True)
        said = {}
        for number, value in enumerate((HOSTILE + " 1", HOSTILE + " 2")):
            scenario.write_text(json.dumps({"about": value, "fixtures": ["rest-api", "resource", "method"], "steps": [
                {"id": "put", "call": "PutIntegration", "input": {
                    "restApiId": "${restApiId}", "resourceId": "${resourceId}", "httpMethod": "GET", "type": "MOCK",
                    "cacheNamespace": value, "requestTemplates": {value: value}}}]}))
            folder = self.scratch / "tapes"
            said["record %d" % number] = self.gwtape("record", "--upstream", "sandbox", "--scenarios", "scenarios",
                                                     "--cassettes", folder, "--mode", "all")
            self.assertExit(said["record %d" % number], 0)
            shutil.copytree(folder, self.scratch / ("old%d" % number))
        said["plan"] = self.gwtape("record", "--plan", "--upstream", "sandbox", "--scenarios", "scenarios", "--cassettes", folder)
        said["history"] = self.gwtape("history", "g/a", "--cassettes", folder)
        recorded = recast.load(self.scratch / "old1" / "g" / "a.json")
        answer = recast.find(recorded, "put")["response"]["body"]["json"]
        recast.set_body(recorded, "put", recast.dumps({**answer, "cacheNamespace": HOSTILE, HOSTILE: 1}).encode())
        shutil.copytree(self.scratch / "old1", self.scratch / "old2")
        (self.scratch / "old2" / "g" / "a.json").write_text(recast.dumps(recorded))
        said["json"] = self.gwtape("drift", "old1", "old2", "--json")
        said["show"] = self.gwtape("show", "g/a", "--scenarios", "scenarios", "--json")
        said["short"] = self.gwtape("drift", "old1", "old2")
        for form in ("text", "json", "markdown", "html", "junit", "github"):
            said[form] = self.gwtape("drift", "old1", "old2", "--report", form + ":-")
        for name, done in said.items():
            self.assertTrue(done.stdout, (name, done))
            self.assert_clean(done.stdout + done.stderr, name)
        self.assertIn("{202e}", "".join(done.stdout for done in said.values()))


if __name__ == "__main__":
    support.main()
